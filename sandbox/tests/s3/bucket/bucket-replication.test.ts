import type { ReplicationRule, S3Client } from "@aws-sdk/client-s3";
import {
  CreateBucketCommand,
  DeleteBucketReplicationCommand,
  GetBucketReplicationCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";

import type { TestSandbox } from "../../helpers/sandbox";
import { startTestSandbox } from "../../helpers/sandbox";
import { expectAwsError } from "../../expect-aws-error";

const ROLE = "arn:aws:iam::111111111111:role/replication";

describe("S3 replication configuration", () => {
  let sandbox: TestSandbox;
  let source: S3Client;
  let vault: S3Client;

  before(async () => {
    sandbox = await startTestSandbox();
    source = sandbox.s3("source");
    vault = sandbox.s3("vault");
    await create(source, "records", "eu-west-1", true);
    await create(source, "plain", "eu-west-1", false);
    await create(vault, "records-vault", "eu-central-1", true);
    await create(vault, "plain-vault", "eu-central-1", false);
  });
  after(() => sandbox.close());

  async function create(client: S3Client, Bucket: string, region: string, isVersioned: boolean) {
    await client.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: region as "eu-west-1" },
      }),
    );
    if (!isVersioned) return;
    await client.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
    );
  }

  const put = (Rules: ReplicationRule[], options: { Bucket?: string; Role?: string } = {}) =>
    source.send(
      new PutBucketReplicationCommand({
        Bucket: options.Bucket ?? "records",
        ReplicationConfiguration: { Role: options.Role ?? ROLE, Rules },
      }),
    );
  const destination = { Bucket: "arn:aws:s3:::records-vault", Account: "222222222222" };
  const rule = (changes: Partial<ReplicationRule> = {}): ReplicationRule => ({
    ID: "all",
    Status: "Enabled",
    Priority: 1,
    Filter: { Prefix: "" },
    DeleteMarkerReplication: { Status: "Disabled" },
    Destination: destination,
    ...changes,
  });

  it("keeps a whole rule, and lets it be deleted, twice", async () => {
    const whole = rule({
      Filter: { And: { Prefix: "records/", Tags: [{ Key: "keep", Value: "yes" }] } },
      SourceSelectionCriteria: {
        SseKmsEncryptedObjects: { Status: "Enabled" },
        ReplicaModifications: { Status: "Enabled" },
      },
      Destination: {
        ...destination,
        StorageClass: "GLACIER_IR",
        AccessControlTranslation: { Owner: "Destination" },
        EncryptionConfiguration: { ReplicaKmsKeyID: "arn:aws:kms:eu-central-1:222222222222:key/k" },
        ReplicationTime: { Status: "Enabled", Time: { Minutes: 15 } },
        Metrics: { Status: "Enabled", EventThreshold: { Minutes: 15 } },
      },
    });
    await put([whole]);
    const got = await source.send(new GetBucketReplicationCommand({ Bucket: "records" }));
    expect(got.ReplicationConfiguration).to.deep.equal({ Role: ROLE, Rules: [whole] });
    for (let time = 0; time < 2; time++) {
      await source.send(new DeleteBucketReplicationCommand({ Bucket: "records" }));
    }
    await expectAwsError(source.send(new GetBucketReplicationCommand({ Bucket: "records" })), {
      name: "ReplicationConfigurationNotFoundError",
      status: 404,
      message: "The replication configuration was not found",
    });
  });

  it("takes an empty filter, the first schema, and metrics alone, and makes up ids", async () => {
    await put([
      rule({
        ID: undefined,
        Filter: {},
        Destination: { ...destination, Metrics: { Status: "Enabled" } },
      }),
      { Status: "Disabled", Prefix: "old/", Destination: destination },
    ]);
    const got = await source.send(new GetBucketReplicationCommand({ Bucket: "records" }));
    const ids = got.ReplicationConfiguration?.Rules?.map((one) => one.ID) ?? [];
    expect(new Set(ids).size).to.equal(2);
    for (const id of ids) expect(id).to.match(/^[A-Za-z0-9]{48}$/);
  });

  it("keeps what a rule excludes", async () => {
    const rules = [
      rule({ ID: "one", Priority: 1, Filter: { Not: { Prefix: "private/" } } }),
      rule({
        ID: "two",
        Priority: 2,
        Filter: {
          And: {
            Prefix: "a/",
            Not: { Or: { Prefixes: ["a/b/", "a/c/"], Tags: [{ Key: "keep", Value: "no" }] } },
          },
        },
      }),
    ];
    await put(rules);
    const got = await source.send(new GetBucketReplicationCommand({ Bucket: "records" }));
    expect(got.ReplicationConfiguration?.Rules).to.deep.equal(rules);
  });

  it("keeps versioning on while it is there", async () => {
    await put([rule()]);
    await expectAwsError(
      source.send(
        new PutBucketVersioningCommand({
          Bucket: "records",
          VersioningConfiguration: { Status: "Suspended" },
        }),
      ),
      {
        name: "InvalidBucketState",
        status: 409,
        message:
          "A replication configuration is present on this bucket, so the versioning state cannot be changed.",
      },
    );
  });

  it("needs versioning at the source", async () => {
    await expectAwsError(put([rule()], { Bucket: "plain" }), {
      name: "InvalidRequest",
      status: 400,
      message: "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
    });
  });

  const time = (minutes: number) => ({ Status: "Enabled" as const, Time: { Minutes: minutes } });
  const metrics = (minutes: number) => ({
    Status: "Enabled" as const,
    EventThreshold: { Minutes: minutes },
  });
  const withoutFilter = (ID: string, Bucket: string): ReplicationRule => ({
    ID,
    Status: "Enabled",
    Prefix: "",
    Destination: { Bucket },
  });
  const to = (changes: object) => [rule({ Destination: { ...destination, ...changes } })];
  const refused: { what: string; rules: ReplicationRule[]; name: string; message: string }[] = [
    {
      what: "no rules",
      rules: [],
      name: "MalformedXML",
      message:
        "The XML you provided was not well-formed or did not validate against our published schema",
    },
    {
      what: "a destination without versioning, even of a disabled rule",
      rules: [rule({ Status: "Disabled", Destination: { Bucket: "arn:aws:s3:::plain-vault" } })],
      name: "InvalidRequest",
      message: "Destination bucket must have versioning enabled.",
    },
    {
      what: "a destination that is not there",
      rules: to({ Bucket: "arn:aws:s3:::nowhere" }),
      name: "InvalidRequest",
      message: "Destination bucket must have versioning enabled.",
    },
    {
      what: "the source as destination",
      rules: to({ Bucket: "arn:aws:s3:::records", Account: undefined }),
      name: "InvalidRequest",
      message: "Destination bucket cannot be the same as the source bucket.",
    },
    {
      what: "a filter without DeleteMarkerReplication",
      rules: [rule({ DeleteMarkerReplication: undefined })],
      name: "InvalidRequest",
      message:
        "DeleteMarkerReplication must be specified for this version of Cross Region Replication configuration schema. Please refer to S3 Developer Guide for more information.",
    },
    {
      what: "a priority without filter",
      rules: [{ Status: "Enabled", Prefix: "", Priority: 1, Destination: destination }],
      name: "InvalidRequest",
      message:
        "Priority cannot be used for this version of Cross Region Replication configuration schema. Please refer to S3 Developer Guide for more information.",
    },
    {
      what: "delete markers with a tag filter",
      rules: [
        rule({
          Filter: { Tag: { Key: "keep", Value: "yes" } },
          DeleteMarkerReplication: { Status: "Enabled" },
        }),
      ],
      name: "InvalidRequest",
      message:
        "Delete marker replication is not supported if any Tag filter is specified. Please refer to S3 Developer Guide for more information.",
    },
    {
      what: "delete markers with a tag in what is excluded",
      rules: [
        rule({
          Filter: { Not: { Tag: { Key: "keep", Value: "no" } } },
          DeleteMarkerReplication: { Status: "Enabled" },
        }),
      ],
      name: "InvalidRequest",
      message:
        "Delete marker replication is not supported if any Tag filter is specified. Please refer to S3 Developer Guide for more information.",
    },
    ...[
      { Prefix: "a/", Not: { Prefix: "a/b/" } },
      { Not: {} },
      { Not: { Prefix: "a/", Tag: { Key: "keep", Value: "no" } } },
      { And: { Prefix: "a/", Not: { Or: {} } } },
    ].map((Filter) => ({
      what: `the filter ${JSON.stringify(Filter)}`,
      rules: [rule({ Filter })],
      name: "MalformedXML",
      message:
        "The XML you provided was not well-formed or did not validate against our published schema",
    })),
    {
      what: "two destinations of rules without a filter",
      rules: [
        withoutFilter("one", "arn:aws:s3:::elsewhere"),
        withoutFilter("two", destination.Bucket),
      ],
      name: "InvalidRequest",
      message: "Number of distinct destination bucket ARNs cannot exceed 1",
    },
    {
      what: "two destinations where one rule has no filter",
      rules: [withoutFilter("one", "arn:aws:s3:::elsewhere"), rule()],
      name: "InvalidRequest",
      message: "Number of distinct destination bucket ARNs cannot exceed 1",
    },
    {
      what: "a priority twice",
      rules: [rule(), rule({ ID: "other" })],
      name: "InvalidRequest",
      message: "Found duplicate priority 1.",
    },
    {
      what: "an id twice",
      rules: [rule(), rule({ Priority: 2 })],
      name: "InvalidRequest",
      message: "Rule Id must be unique",
    },
    {
      what: "the wrong owner of the destination",
      rules: to({ Account: "111111111111" }),
      name: "InvalidArgument",
      message:
        "The AWS account specified in the <Account> element must match the destination bucket owner.",
    },
    {
      what: "an owner override without account",
      rules: to({ Account: undefined, AccessControlTranslation: { Owner: "Destination" } }),
      name: "InvalidRequest",
      message:
        "The <Owner> in <AccessControlTranslation> has a value, so the <Account> element must be specified.",
    },
    {
      what: "time control without metrics",
      rules: to({ ReplicationTime: time(15) }),
      name: "InvalidRequest",
      message:
        "The replication destination must contain both ReplicationTime and Metrics, or neither.",
    },
    {
      what: "time control of 16 minutes",
      rules: to({ ReplicationTime: time(16), Metrics: metrics(15) }),
      name: "InvalidArgument",
      message: "Replication-ReplicationTimeValue-Minutes value must be 15.",
    },
    {
      what: "time control and metrics of different status",
      rules: to({ ReplicationTime: time(15), Metrics: { ...metrics(15), Status: "Disabled" } }),
      name: "InvalidRequest",
      message: "ReplicationTime and ReplicationMetrics must have the same status.",
    },
    {
      what: "a threshold without time control",
      rules: to({ Metrics: metrics(15) }),
      name: "InvalidArgument",
      message:
        "Metrics cannot contain an event threshold when ReplicationTime is not specified or Disabled",
    },
    {
      what: "KMS objects without a key for replicas",
      rules: [rule({ SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" } } })],
      name: "InvalidRequest",
      message: "ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.",
    },
    {
      what: "a key for replicas without KMS objects",
      rules: to({ EncryptionConfiguration: { ReplicaKmsKeyID: "key" } }),
      name: "InvalidRequest",
      message: "SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.",
    },
    {
      what: "an id that is not ASCII",
      rules: [rule({ ID: "régle" })],
      name: "InvalidArgument",
      message: "Rule ID must not contain non-ASCII characters.",
    },
  ];
  for (const { what, rules, name, message } of refused) {
    it(`refuses ${what}`, async () => {
      await expectAwsError(put(rules), { name, status: 400, message });
    });
  }

  it("refuses to hand over a role of another account", async () => {
    await expectAwsError(put([rule()], { Role: "arn:aws:iam::222222222222:role/foreign" }), {
      name: "AccessDenied",
      status: 403,
    });
  });
});
