import {
  CreateBucketCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketTaggingCommand,
  GetObjectLockConfigurationCommand,
  PutBucketTaggingCommand,
  PutBucketNotificationConfigurationCommand,
} from "@aws-sdk/client-s3";
import {
  DescribeKeyCommand,
  DisableKeyRotationCommand,
  GetKeyPolicyCommand,
  ListResourceTagsCommand,
} from "@aws-sdk/client-kms";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { failureOf, useLocalStacks } from "../helpers/local-stacks";
import { useSandbox } from "../../sandbox/tests/helpers/sandbox";

/** What a test varies of the program. */
interface Variation {
  days?: number;
  /** Only this principal may do anything with the key. */
  keyAdministrator?: string;
  keyRegion?: string;
  keyTags?: Record<string, string>;
}

describe("Keys, Object Lock, notifications and tags of the local aws provider", function () {
  this.timeout(120_000);
  const sandbox = useSandbox();
  const makeStack = useLocalStacks(sandbox);
  let stack: Stack;
  let variation: Variation = {};

  const program = async () => {
    const provider = new aws.Provider("source", {
      region: "eu-west-1",
      profile: "source",
      defaultTags: { tags: { owner: "records" } },
    });
    const options = { provider };
    const { keyAdministrator, keyRegion, days = 1 } = variation;
    const key = new aws.kms.Key(
      "key",
      {
        description: "records",
        enableKeyRotation: true,
        deletionWindowInDays: 7,
        region: keyRegion,
        tags: variation.keyTags,
        policy:
          keyAdministrator === undefined
            ? undefined
            : JSON.stringify({
                Version: "2012-10-17",
                Statement: [
                  {
                    Effect: "Allow",
                    Principal: { AWS: "*" },
                    Action: "kms:*",
                    Resource: "*",
                    Condition: { ArnEquals: { "aws:PrincipalArn": keyAdministrator } },
                  },
                ],
              }),
      },
      options,
    );
    const alias = new aws.kms.Alias("alias", { targetKeyId: key.arn, region: keyRegion }, options);
    const bucket = new aws.s3.Bucket("records", { tags: { team: pulumi.secret("a") } }, options);
    const versioning = new aws.s3.BucketVersioning(
      "versioning",
      { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
      options,
    );
    new aws.s3.BucketObjectLockConfiguration(
      "lock",
      { bucket: bucket.bucket, rule: { defaultRetention: { mode: "GOVERNANCE", days } } },
      { ...options, dependsOn: versioning },
    );
    new aws.s3.BucketNotification(
      "notification",
      { bucket: bucket.bucket, eventbridge: true },
      options,
    );
    return {
      bucket: bucket.bucket,
      tagsAll: bucket.tagsAll,
      keyId: key.keyId,
      keyPolicy: key.policy,
      aliasName: alias.name,
      aliasTarget: alias.targetKeyArn,
      keyArn: key.arn,
    };
  };

  before(async () => {
    stack = await makeStack("dev", program);
  });

  async function up(change: Variation): Promise<Record<string, unknown>> {
    variation = change;
    const { outputs, summary } = await stack.up();
    return {
      changes: summary.resourceChanges ?? {},
      ...Object.fromEntries(
        Object.entries(outputs).map(([name, { value }]) => [name, value as unknown]),
      ),
    };
  }

  let made: Record<string, unknown>;
  const Bucket = (): string => String(made["bucket"]);
  const KeyId = (): string => String(made["keyId"]);
  const s3 = () => sandbox().s3("source");
  const kms = () => sandbox().kms("source");

  it("are made, with the provider's tags", async () => {
    made = await up({});
    expect(made["changes"]).to.deep.equal({ create: 8 });
    expect(made["tagsAll"]).to.deep.equal({ owner: "records", team: "a" });
    expect(made["aliasName"]).to.match(/^alias\/alias-[0-9a-f]{7}$/);
    expect(made["aliasTarget"]).to.equal(made["keyArn"]);
    expect(made["keyPolicy"]).to.contain("arn:aws:iam::111111111111:root");
    const { TagSet: tags } = await s3().send(new GetBucketTaggingCommand({ Bucket: Bucket() }));
    expect(tags).to.deep.equal([
      { Key: "owner", Value: "records" },
      { Key: "team", Value: "a" },
    ]);
    const ofKey = await kms().send(new ListResourceTagsCommand({ KeyId: KeyId() }));
    expect(ofKey.Tags).to.deep.equal([{ TagKey: "owner", TagValue: "records" }]);
    const lock = await s3().send(new GetObjectLockConfigurationCommand({ Bucket: Bucket() }));
    expect(lock.ObjectLockConfiguration?.Rule?.DefaultRetention).to.include({ Days: 1 });
    const notification = await s3().send(
      new GetBucketNotificationConfigurationCommand({ Bucket: Bucket() }),
    );
    expect(notification.EventBridgeConfiguration).to.deep.equal({});
  });

  it("stay as they are the second time and in a refresh", async () => {
    expect((await up({}))["changes"]).to.deep.equal({ same: 8 });
    const { summary } = await stack.refresh();
    expect(summary.resourceChanges).to.deep.equal({ same: 8 });
  });

  it("drift is found, in what the program does not mention as well, and put back", async () => {
    await kms().send(new DisableKeyRotationCommand({ KeyId: KeyId() }));
    await s3().send(
      new PutBucketTaggingCommand({
        Bucket: Bucket(),
        Tagging: {
          TagSet: [
            { Key: "owner", Value: "records" },
            { Key: "team", Value: "a" },
            { Key: "stray", Value: "x" },
          ],
        },
      }),
    );
    await s3().send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: Bucket(),
        NotificationConfiguration: {},
      }),
    );
    const { summary } = await stack.refresh();
    expect(summary.resourceChanges).to.deep.equal({ same: 5, update: 3 });
    expect((await up({}))["changes"]).to.deep.equal({ same: 5, update: 3 });
    const { TagSet: tags } = await s3().send(new GetBucketTaggingCommand({ Bucket: Bucket() }));
    expect(tags?.map((tag) => tag.Key)).to.deep.equal(["owner", "team"]);
    const { summary: again } = await stack.refresh();
    expect(again.resourceChanges).to.deep.equal({ same: 8 });
  });

  it("change in place", async () => {
    const changed = await up({ days: 2, keyTags: { use: "s3" } });
    expect(changed["changes"]).to.deep.equal({ same: 6, update: 2 });
    expect(changed["keyId"]).to.equal(KeyId());
    const ofKey = await kms().send(new ListResourceTagsCommand({ KeyId: KeyId() }));
    expect(ofKey.Tags).to.deep.include({ TagKey: "use", TagValue: "s3" });
  });

  it("a key policy that locks its caller out is refused", async () => {
    const keyAdministrator = "arn:aws:iam::111111111111:role/nobody";
    const message = await failureOf(up({ days: 2, keyAdministrator }));
    expect(message).to.contain(
      "MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the future.",
    );
    const before = await kms().send(new GetKeyPolicyCommand({ KeyId: KeyId() }));
    expect(before.Policy).to.contain(":root");
  });

  it("a key of another Region is another key, made before the old one goes", async () => {
    const old = KeyId();
    made = await up({ days: 2, keyRegion: "eu-central-1" });
    expect(made["keyArn"]).to.contain("eu-central-1").and.not.contain(old);
    const gone = await kms().send(new DescribeKeyCommand({ KeyId: old }));
    expect(gone.KeyMetadata?.KeyState).to.equal("PendingDeletion");
  });

  it("are taken over when they are there already", async () => {
    await s3().send(
      new CreateBucketCommand({
        Bucket: "elder",
        CreateBucketConfiguration: {
          LocationConstraint: "eu-west-1",
          Tags: [{ Key: "team", Value: "old" }],
        },
        ObjectLockEnabledForBucket: true,
      }),
    );
    const importing = await makeStack("import", async () => {
      const provider = new aws.Provider("source", { region: "eu-west-1", profile: "source" });
      const take = (id: string) => ({ provider, import: id, retainOnDelete: true });
      new aws.s3.Bucket("elder", { bucket: "elder", tags: { team: "old" } }, take("elder"));
      new aws.s3.BucketObjectLockConfiguration("lock", { bucket: "elder" }, take("elder"));
      new aws.s3.BucketNotification("notification", { bucket: "elder" }, take("elder"));
    });
    const { summary } = await importing.up();
    expect(summary.resourceChanges).to.deep.equal({ create: 2, import: 3 });
    expect((await importing.up()).summary.resourceChanges).to.deep.equal({ same: 5 });
  });

  it("go, Object Lock apart, which cannot be turned off", async () => {
    await stack.destroy();
    const { KeyMetadata: key } = await sandbox()
      .kms("source", { region: "eu-central-1" })
      .send(new DescribeKeyCommand({ KeyId: KeyId() }));
    expect(key?.KeyState).to.equal("PendingDeletion");
    expect((await stack.exportStack()).deployment).to.not.have.property("resources");
  });
});
