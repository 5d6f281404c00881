/**
 * Names that AWS keeps unique in an account or beyond. Two stacks of one account and Region must not share any: what one
 * deploys the other would overwrite, and what one destroys the other would lose.
 */

import { expect } from "chai";
import { parseConfig } from "../../components/config";
import { lockstepProgram } from "../../components/program/program";
import { record, type RecordedResource } from "./recording-mocks";

/**
 * Where each resource type says its name, and how the name becomes the stack's own. `made up`: without a name, the engine adds
 * random characters to the resource's. `of`: the resource is a part of another one, which it names.
 */
const NAMES: Readonly<Record<string, "made up" | { name: string } | { of: string }>> = {
  "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": { name: "configurationName" },
  "aws:cloudwatch/dashboard:Dashboard": { name: "dashboardName" },
  "aws:cloudwatch/eventRule:EventRule": "made up",
  "aws:cloudwatch/eventTarget:EventTarget": { of: "rule" },
  "aws:cloudwatch/metricAlarm:MetricAlarm": "made up",
  "aws:iam/role:Role": { name: "name" },
  "aws:iam/rolePolicy:RolePolicy": { of: "role" },
  "aws:kms/alias:Alias": { name: "name" },
  "aws:kms/key:Key": "made up",
  "aws:s3/bucket:Bucket": { name: "bucket" },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": { of: "bucket" },
  "aws:s3/bucketNotification:BucketNotification": { of: "bucket" },
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": { of: "bucket" },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": { of: "bucket" },
  "aws:s3/bucketPolicy:BucketPolicy": { of: "bucket" },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": { of: "bucket" },
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": { of: "bucket" },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    of: "bucket",
  },
  "aws:s3/bucketVersioning:BucketVersioning": { of: "bucket" },
  "aws:sns/topic:Topic": "made up",
  "aws:sns/topicPolicy:TopicPolicy": { of: "arn" },
  "aws:sns/topicSubscription:TopicSubscription": { of: "topic" },
  "aws-native:kms:Alias": { name: "aliasName" },
  "aws-native:kms:Key": "made up",
  "aws-native:s3:Bucket": { name: "bucketName" },
  "aws-native:s3:BucketPolicy": { of: "bucket" },
};

/** Everything that a config can ask for, under names that begin with the environment's. */
function config(environment: string) {
  const source = { accountId: "111111111111", region: "eu-west-1" };
  const vault = { accountId: "222222222222", region: "eu-central-1" };
  return {
    sources: [
      {
        name: "orders",
        ...source,
        bucket: {
          name: `${environment}-orders`,
          encryption: { kms: "create" },
          objectLock: { mode: "GOVERNANCE", retention: "1 day" },
        },
      },
      { name: "letters", ...source, bucket: { name: `${environment}.letters` } },
      { name: "hop", bucket: { vault: "primary" } },
    ],
    vaults: [
      {
        name: "primary",
        ...vault,
        bucket: { name: `${environment}-vault` },
        encryption: { kms: "create" },
      },
      { name: "far", ...vault, region: "eu-north-1", bucket: { name: `${environment}-far` } },
    ],
    rules: [
      { name: "all", vault: "primary" },
      { name: "on", source: "hop", vault: "far" },
    ],
    monitoring: {
      subscribers: {
        emails: ["ops@example.com"],
        slack: [{ workspaceId: "T07EA123LEP", channelId: "C07EZ1ABC23" }],
      },
      noReplicationHours: 24,
    },
  };
}

async function declared(environment: string): Promise<RecordedResource[]> {
  const { resources } = await record(() => lockstepProgram(parseConfig(config(environment))));
  return resources;
}

/** The names that a program gives itself; undefined members are those that the engine makes up. */
function physicalNames(resources: readonly RecordedResource[]): string[] {
  return resources.flatMap(({ inputs, name, type }) => {
    const rule = NAMES[type];
    if (rule === undefined) throw new Error(`say in NAMES how a ${type} (${name}) is named`);
    if (rule === "made up" || "of" in rule) return [];
    const physical: unknown = inputs[rule.name];
    return typeof physical === "string" ? [physical] : [];
  });
}

describe("names at AWS", function () {
  this.timeout(120_000);
  let dev: RecordedResource[];
  let test: RecordedResource[];

  before(async () => {
    dev = await declared("dev");
    test = await declared("test");
  });

  it("have a bucket's name in them, so that two stacks of one account share none", () => {
    const names = physicalNames(dev);
    const others = physicalNames(test);
    // Two sources, two vaults and their keys, three operations buckets, dashboards, roles: a smaller list has lost some.
    expect(names).to.have.length.greaterThan(15);
    for (const name of names) expect(name).to.match(/dev[-_.](orders|letters|vault|far)/);
    expect(names.filter((name) => others.includes(name))).to.deep.equal([]);
    expect(new Set(names).size, "and none twice in one stack").to.equal(names.length);
  });

  it("are made up by the engine where a program says none", () => {
    for (const { inputs, name, type } of dev) {
      if (NAMES[type] !== "made up") continue;
      const said = ["name", "namePrefix", "alarmName"].filter((key) => key in inputs);
      expect(said, `${type} ${name}`).to.deep.equal([]);
    }
  });
});
