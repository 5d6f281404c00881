import type { S3Client } from "@aws-sdk/client-s3";
import {
  CreateBucketCommand,
  DeleteBucketAnalyticsConfigurationCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketReplicationCommand,
  DeleteBucketTaggingCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAbacCommand,
  GetBucketAccelerateConfigurationCommand,
  GetBucketAnalyticsConfigurationCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketInventoryConfigurationCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketMetadataConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketReplicationCommand,
  GetBucketRequestPaymentCommand,
  GetBucketTaggingCommand,
  GetBucketWebsiteCommand,
  GetPublicAccessBlockCommand,
  ListBucketAnalyticsConfigurationsCommand,
  ListBucketInventoryConfigurationsCommand,
  PutBucketAclCommand,
  PutBucketAccelerateConfigurationCommand,
  PutBucketAnalyticsConfigurationCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketInventoryConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketTaggingCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import type { LifecycleRule } from "@aws-sdk/client-s3";
import { expect } from "chai";

import type { TestSandbox } from "../../helpers/sandbox";
import { startTestSandbox } from "../../helpers/sandbox";
import { expectAwsError } from "../../expect-aws-error";

const MALFORMED_XML =
  "The XML you provided was not well-formed or did not validate against our published schema";

describe("S3 bucket configurations", () => {
  let sandbox: TestSandbox;
  let s3: S3Client;
  const Bucket = "configured";
  const fresh = "never-configured";

  before(async () => {
    sandbox = await startTestSandbox();
    s3 = sandbox.s3("source");
    for (const name of [Bucket, fresh]) {
      await s3.send(
        new CreateBucketCommand({
          Bucket: name,
          CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        }),
      );
    }
  });
  after(() => sandbox.close());

  describe("that a new bucket does not have", () => {
    const missing = [
      {
        what: "tags",
        command: () => new GetBucketTaggingCommand({ Bucket: fresh }),
        name: "NoSuchTagSet",
        message: "The TagSet does not exist",
      },
      {
        what: "a lifecycle",
        command: () => new GetBucketLifecycleConfigurationCommand({ Bucket: fresh }),
        name: "NoSuchLifecycleConfiguration",
        message: "The lifecycle configuration does not exist",
      },
      {
        what: "replication",
        command: () => new GetBucketReplicationCommand({ Bucket: fresh }),
        name: "ReplicationConfigurationNotFoundError",
        message: "The replication configuration was not found",
      },
      {
        what: "a website",
        command: () => new GetBucketWebsiteCommand({ Bucket: fresh }),
        name: "NoSuchWebsiteConfiguration",
        message: "The specified bucket does not have a website configuration",
      },
      {
        what: "CORS",
        command: () => new GetBucketCorsCommand({ Bucket: fresh }),
        name: "NoSuchCORSConfiguration",
        message: "The CORS configuration does not exist",
      },
      {
        what: "an inventory",
        command: () => new GetBucketInventoryConfigurationCommand({ Bucket: fresh, Id: "any" }),
        name: "NoSuchConfiguration",
        message: "The specified configuration does not exist.",
      },
      {
        what: "a metadata table",
        command: () => new GetBucketMetadataConfigurationCommand({ Bucket: fresh }),
        name: "MetadataConfigurationNotFound",
        message: undefined,
      },
    ];
    for (const { what, command, name, message } of missing) {
      it(`answers ${name} for ${what}`, async () => {
        // Commands of different types are sent alike.
        const call = s3.send(command() as GetBucketTaggingCommand);
        await expectAwsError(call, { name, status: 404, ...(message ? { message } : {}) });
      });
    }

    it("answers without error for what is simply off", async () => {
      expect(
        (await s3.send(new GetBucketAccelerateConfigurationCommand({ Bucket: fresh }))).Status,
      ).to.equal(undefined);
      expect((await s3.send(new GetBucketRequestPaymentCommand({ Bucket: fresh }))).Payer).to.equal(
        "BucketOwner",
      );
      expect(
        (await s3.send(new GetBucketLoggingCommand({ Bucket: fresh }))).LoggingEnabled,
      ).to.equal(undefined);
      expect((await s3.send(new GetBucketAbacCommand({ Bucket: fresh }))).AbacStatus).to.deep.equal(
        {
          Status: "Disabled",
        },
      );
      const notification = await s3.send(
        new GetBucketNotificationConfigurationCommand({ Bucket: fresh }),
      );
      expect(notification.TopicConfigurations ?? []).to.deep.equal([]);
      const inventories = await s3.send(
        new ListBucketInventoryConfigurationsCommand({ Bucket: fresh }),
      );
      expect(inventories.IsTruncated).to.equal(false);
    });

    it("deletes what is not there without complaint", async () => {
      await s3.send(new DeleteBucketReplicationCommand({ Bucket: fresh }));
      await s3.send(new DeleteBucketLifecycleCommand({ Bucket: fresh }));
      await s3.send(new DeleteBucketTaggingCommand({ Bucket: fresh }));
    });
  });

  describe("encryption", () => {
    it("is kept, and goes back to SSE-S3 when deleted", async () => {
      const rule = {
        ApplyServerSideEncryptionByDefault: {
          SSEAlgorithm: "aws:kms" as const,
          KMSMasterKeyID: "11111111-2222-4333-8444-555555555555",
        },
        BucketKeyEnabled: true,
        BlockedEncryptionTypes: { EncryptionType: ["NONE" as const] },
      };
      await s3.send(
        new PutBucketEncryptionCommand({
          Bucket,
          ServerSideEncryptionConfiguration: { Rules: [rule] },
        }),
      );
      const got = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
      expect(got.ServerSideEncryptionConfiguration?.Rules).to.deep.equal([rule]);
      await s3.send(new DeleteBucketEncryptionCommand({ Bucket }));
      const reset = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
      expect(
        reset.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault,
      ).to.deep.equal({ SSEAlgorithm: "AES256" });
    });

    it("refuses a key with AES256", async () => {
      const error = await expectAwsError(
        s3.send(
          new PutBucketEncryptionCommand({
            Bucket,
            ServerSideEncryptionConfiguration: {
              Rules: [
                {
                  ApplyServerSideEncryptionByDefault: {
                    SSEAlgorithm: "AES256",
                    KMSMasterKeyID: "key",
                  },
                },
              ],
            },
          }),
        ),
        {
          name: "InvalidArgument",
          status: 400,
          message:
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
        },
      );
      expect(error["ArgumentName"]).to.equal("ApplyServerSideEncryptionByDefault");
    });

    it("refuses no rule and two rules", async () => {
      const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const } };
      for (const Rules of [[], [rule, rule]]) {
        await expectAwsError(
          s3.send(
            new PutBucketEncryptionCommand({
              Bucket,
              ServerSideEncryptionConfiguration: { Rules },
            }),
          ),
          { name: "MalformedXML", status: 400, message: MALFORMED_XML },
        );
      }
    });
  });

  it("public access block: what is left out is off, and it can be taken away", async () => {
    await s3.send(
      new PutPublicAccessBlockCommand({
        Bucket,
        PublicAccessBlockConfiguration: { BlockPublicAcls: true },
      }),
    );
    const got = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    expect(got.PublicAccessBlockConfiguration).to.deep.equal({
      BlockPublicAcls: true,
      IgnorePublicAcls: false,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: false,
    });
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    await expectAwsError(s3.send(new GetPublicAccessBlockCommand({ Bucket })), {
      name: "NoSuchPublicAccessBlockConfiguration",
      status: 404,
      message: "The public access block configuration was not found",
    });
  });

  it("ACLs are refused while the owner is enforced, and controls can be taken away", async () => {
    await expectAwsError(s3.send(new PutBucketAclCommand({ Bucket, ACL: "private" })), {
      name: "AccessControlListNotSupported",
      status: 400,
      message: "The bucket does not allow ACLs",
    });
    await s3.send(
      new PutBucketOwnershipControlsCommand({
        Bucket,
        OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] },
      }),
    );
    await s3.send(new PutBucketAclCommand({ Bucket, ACL: "private" }));
    await s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket }));
    await expectAwsError(s3.send(new GetBucketOwnershipControlsCommand({ Bucket })), {
      name: "OwnershipControlsNotFoundError",
      status: 404,
      message: "The bucket ownership controls were not found",
    });
  });

  describe("tags", () => {
    const put = (TagSet: { Key: string; Value: string }[]) =>
      s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));

    it("are kept in order and replaced as a whole", async () => {
      await put([
        { Key: "tag2", Value: "two" },
        { Key: "tag1", Value: "" },
      ]);
      const got = await s3.send(new GetBucketTaggingCommand({ Bucket }));
      expect(got.TagSet).to.deep.equal([
        { Key: "tag2", Value: "two" },
        { Key: "tag1", Value: "" },
      ]);
      await put([{ Key: "only", Value: "one" }]);
      expect((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).to.have.length(1);
    });

    const tags = (count: number) =>
      Array.from({ length: count }, (_unused, index) => ({ Key: `k${index}`, Value: "v" }));
    const refused = [
      {
        what: "the same key twice",
        tagSet: [
          { Key: "Key1", Value: "a" },
          { Key: "Key1", Value: "b" },
        ],
        name: "InvalidTag",
        message: "Cannot provide multiple Tags with the same key",
      },
      {
        what: "a comma in a key",
        tagSet: [{ Key: "Key1,Key2", Value: "a" }],
        name: "InvalidTag",
        message: "The TagKey you have provided is invalid",
      },
      {
        what: "a comma in a value",
        tagSet: [{ Key: "Key1", Value: "Val1,Val2" }],
        name: "InvalidTag",
        message: "The TagValue you have provided is invalid",
      },
      {
        what: "a system tag",
        tagSet: [{ Key: "aws:prefixed", Value: "a" }],
        name: "InvalidTag",
        message: "System tags cannot be added/updated by requester",
      },
      {
        what: "51 tags",
        tagSet: tags(51),
        name: "BadRequest",
        message: "Bucket tag count cannot be greater than 50",
      },
    ];
    for (const { what, tagSet, name, message } of refused) {
      it(`refuse ${what}`, async () => {
        await expectAwsError(put(tagSet), { name, status: 400, message });
      });
    }

    it("may be 50", async () => {
      await put(tags(50));
    });
  });

  describe("lifecycle", () => {
    const put = (Rules: LifecycleRule[]) =>
      s3.send(
        new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }),
      );
    const base = { Status: "Enabled" as const, Filter: { Prefix: "" } };

    it("gives a rule an id and tells the least size of transitions", async () => {
      await put([{ ...base, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }]);
      const got = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
      expect(got.Rules?.[0]?.ID).to.match(/^[A-Za-z0-9]{48}$/);
      expect(got.TransitionDefaultMinimumObjectSize).to.equal("all_storage_classes_128K");
      await s3.send(new DeleteBucketLifecycleCommand({ Bucket }));
    });

    const midnight = new Date(Date.UTC(2030, 0, 1));
    const refused: {
      what: string;
      rules: LifecycleRule[];
      name: string;
      message: string;
    }[] = [
      { what: "no rules", rules: [], name: "MalformedXML", message: MALFORMED_XML },
      {
        what: "a rule without action",
        rules: [base],
        name: "InvalidRequest",
        message: "At least one action needs to be specified in a rule",
      },
      {
        what: "expiration after no day",
        rules: [{ ...base, Expiration: { Days: 0 } }],
        name: "InvalidArgument",
        message: "'Days' for Expiration action must be a positive integer",
      },
      {
        what: "a date within a day",
        rules: [{ ...base, Expiration: { Date: new Date(midnight.getTime() + 1000) } }],
        name: "InvalidArgument",
        message: "'Date' must be at midnight GMT",
      },
      {
        what: "STANDARD_IA before 30 days",
        rules: [{ ...base, Transitions: [{ Days: 29, StorageClass: "STANDARD_IA" }] }],
        name: "InvalidArgument",
        message:
          "'Days' in Transition action must be greater than or equal to 30 for storageClass 'STANDARD_IA'",
      },
      {
        what: "days and dates mixed",
        rules: [
          {
            ...base,
            Expiration: { Date: midnight },
            Transitions: [{ Days: 1, StorageClass: "GLACIER" }],
          },
        ],
        name: "InvalidRequest",
        message:
          "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for filter '(prefix=)'",
      },
      {
        what: "one id twice",
        rules: [
          { ...base, ID: "one", Expiration: { Days: 1 } },
          { ...base, ID: "one", Expiration: { Days: 2 } },
        ],
        name: "InvalidArgument",
        message: "Rule ID must be unique. Found same ID for more than one rule",
      },
    ];
    for (const { what, rules, name, message } of refused) {
      it(`refuses ${what}`, async () => {
        await expectAwsError(put(rules), { name, status: 400, message });
      });
    }
  });

  it("notifications are kept with generated ids, and an empty configuration clears them", async () => {
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        SkipDestinationValidation: true,
        NotificationConfiguration: {
          TopicConfigurations: [
            {
              TopicArn: "arn:aws:sns:eu-west-1:111111111111:failures",
              Events: ["s3:Replication:OperationFailedReplication"],
            },
          ],
          EventBridgeConfiguration: {},
        },
      }),
    );
    const got = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(got.TopicConfigurations?.[0]?.Id).to.match(/^[0-9a-f-]{36}$/);
    expect(got.EventBridgeConfiguration).to.deep.equal({});
    await s3.send(
      new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} }),
    );
    const cleared = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(cleared.TopicConfigurations ?? []).to.deep.equal([]);
    expect(cleared.EventBridgeConfiguration).to.equal(undefined);
  });

  it("CORS, acceleration and analytics are given back as they were put", async () => {
    const CORSRules = [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"] }];
    await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    expect((await s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).to.deep.equal(
      CORSRules,
    );
    await s3.send(
      new PutBucketAccelerateConfigurationCommand({
        Bucket,
        AccelerateConfiguration: { Status: "Enabled" },
      }),
    );
    const acceleration = await s3.send(new GetBucketAccelerateConfigurationCommand({ Bucket }));
    expect(acceleration.Status).to.equal("Enabled");
    await s3.send(
      new PutBucketAnalyticsConfigurationCommand({
        Bucket,
        Id: "all",
        AnalyticsConfiguration: { Id: "all", StorageClassAnalysis: {} },
      }),
    );
    const one = await s3.send(new GetBucketAnalyticsConfigurationCommand({ Bucket, Id: "all" }));
    expect(one.AnalyticsConfiguration?.Id).to.equal("all");
    const list = await s3.send(new ListBucketAnalyticsConfigurationsCommand({ Bucket }));
    expect(list.AnalyticsConfigurationList).to.have.length(1);
    await s3.send(new DeleteBucketAnalyticsConfigurationCommand({ Bucket, Id: "all" }));
  });

  it("an inventory in a format that is not written here is refused by name", async () => {
    const call = s3.send(
      new PutBucketInventoryConfigurationCommand({
        Bucket,
        Id: "daily",
        InventoryConfiguration: {
          Id: "daily",
          IsEnabled: true,
          IncludedObjectVersions: "All",
          Schedule: { Frequency: "Daily" },
          Destination: { S3BucketDestination: { Bucket: "arn:aws:s3:::any", Format: "ORC" } },
        },
      }),
    );
    const error = await expectAwsError(call, { name: "NotImplemented", status: 501 });
    expect(error.message).to.contain("S3 Inventory");
  });
});
