import {
  CancelResourceRequestCommand,
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  ListResourceRequestsCommand,
  ListResourcesCommand,
  UpdateResourceCommand,
  type ProgressEvent,
} from "@aws-sdk/client-cloudcontrol";
import {
  GetBucketAclCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketTaggingCommand,
} from "@aws-sdk/client-s3";
import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import { expect } from "chai";
import { useSandboxWithManualClock } from "../helpers/sandbox";

const DELAY_MS = 1_000;
const BUCKET = "AWS::S3::Bucket";
const S3_TABLE = {
  TableBucketArn: "arn:aws:s3tables:eu-central-1:222222222222:bucket/t",
  TableName: "t",
};

describe("Cloud Control", () => {
  const sandbox = useSandboxWithManualClock({ settings: { cloudControlDelayMs: DELAY_MS } });
  const client = () => sandbox().cloudcontrol("vault");

  async function finished(event: ProgressEvent | undefined): Promise<ProgressEvent> {
    sandbox().clock.advance(DELAY_MS);
    const answer = await client().send(
      new GetResourceRequestStatusCommand({ RequestToken: event?.RequestToken }),
    );
    return answer.ProgressEvent ?? {};
  }

  async function create(typeName: string, model: object, token?: string): Promise<ProgressEvent> {
    const { ProgressEvent: event } = await client().send(
      new CreateResourceCommand({
        TypeName: typeName,
        DesiredState: JSON.stringify(model),
        ClientToken: token,
      }),
    );
    return finished(event);
  }

  async function update(typeName: string, id: string, patch: object[]): Promise<ProgressEvent> {
    const { ProgressEvent: event } = await client().send(
      new UpdateResourceCommand({
        TypeName: typeName,
        Identifier: id,
        PatchDocument: JSON.stringify(patch),
      }),
    );
    return finished(event);
  }

  async function remove(typeName: string, id: string): Promise<ProgressEvent> {
    const { ProgressEvent: event } = await client().send(
      new DeleteResourceCommand({ TypeName: typeName, Identifier: id }),
    );
    return finished(event);
  }

  async function read(typeName: string, id: string): Promise<Record<string, unknown>> {
    const { ResourceDescription: found } = await client().send(
      new GetResourceCommand({ TypeName: typeName, Identifier: id }),
    );
    return JSON.parse(found?.Properties ?? "") as Record<string, unknown>;
  }

  async function refusal(promise: Promise<unknown>): Promise<Error> {
    try {
      await promise;
    } catch (error) {
      return error as Error;
    }
    throw new Error("expected a refusal");
  }

  describe("AWS::S3::Bucket", () => {
    const locked = {
      BucketName: "cc-locked",
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        ObjectLockEnabled: "Enabled",
        Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 30 } },
      },
      VersioningConfiguration: { Status: "Enabled" },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" },
            BlockedEncryptionTypes: { EncryptionType: ["NONE"] },
          },
        ],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
      Tags: [{ Key: "team", Value: "records" }],
      LifecycleConfiguration: {
        Rules: [
          {
            Id: "clean",
            Status: "Enabled",
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          },
        ],
      },
    };

    it("is made whole in one request that the S3 API shows at once", async () => {
      const { ProgressEvent: event } = await client().send(
        new CreateResourceCommand({ TypeName: BUCKET, DesiredState: JSON.stringify(locked) }),
      );
      expect(event).to.include({ OperationStatus: "IN_PROGRESS", Operation: "CREATE" });
      const before = await client().send(
        new GetResourceRequestStatusCommand({ RequestToken: event?.RequestToken }),
      );
      expect(before.ProgressEvent?.OperationStatus).to.equal("IN_PROGRESS");

      expect(await finished(event)).to.include({
        OperationStatus: "SUCCESS",
        Identifier: "cc-locked",
      });
      const s3 = sandbox().s3("vault");
      const versioning = await s3.send(new GetBucketVersioningCommand({ Bucket: "cc-locked" }));
      expect(versioning.Status).to.equal("Enabled");
      const lock = await s3.send(new GetObjectLockConfigurationCommand({ Bucket: "cc-locked" }));
      expect(lock.ObjectLockConfiguration?.Rule?.DefaultRetention).to.include({
        Mode: "GOVERNANCE",
        Days: 30,
      });
    });

    it("is read back with every property, the derived ones among them", async () => {
      const model = await read(BUCKET, "cc-locked");
      for (const [name, value] of Object.entries(locked)) {
        if (name === "LifecycleConfiguration") continue;
        expect(model[name], name).to.deep.equal(value);
      }
      expect(model["LifecycleConfiguration"]).to.deep.include(locked.LifecycleConfiguration);
      expect(model).to.include({
        Arn: "arn:aws:s3:::cc-locked",
        DomainName: "cc-locked.s3.amazonaws.com",
        RegionalDomainName: "cc-locked.s3.eu-central-1.amazonaws.com",
        DualStackDomainName: "cc-locked.s3.dualstack.eu-central-1.amazonaws.com",
        WebsiteURL: "http://cc-locked.s3-website.eu-central-1.amazonaws.com",
      });
    });

    it("is updated by a patch, and taken properties go", async () => {
      const event = await update(BUCKET, "cc-locked", [
        { op: "replace", path: "/ObjectLockConfiguration/Rule/DefaultRetention/Days", value: 60 },
        { op: "remove", path: "/LifecycleConfiguration" },
        { op: "add", path: "/Tags/-", value: { Key: "stage", Value: "pilot" } },
      ]);
      expect(event.OperationStatus, event.StatusMessage).to.equal("SUCCESS");
      const model = await read(BUCKET, "cc-locked");
      expect(model).to.not.have.property("LifecycleConfiguration");
      expect(model["Tags"]).to.have.length(2);
      expect(JSON.stringify(model["ObjectLockConfiguration"])).to.contain('"Days":60');
    });

    it("cannot change its name", async () => {
      const error = await refusal(
        update(BUCKET, "cc-locked", [{ op: "replace", path: "/BucketName", value: "other" }]),
      );
      expect(error.name).to.equal("NotUpdatableException");
      expect(error.message).to.equal(
        "Invalid patch update: createOnlyProperties [/properties/BucketName] cannot be updated",
      );
    });

    it("cannot have a read-only property set", async () => {
      const onUpdate = await refusal(
        update(BUCKET, "cc-locked", [{ op: "replace", path: "/Arn", value: "arn:aws:s3:::x" }]),
      );
      expect(onUpdate.message).to.contain("readOnlyProperties [/properties/Arn]");
      const onCreate = await refusal(create(BUCKET, { Arn: "arn:aws:s3:::x" }));
      expect(onCreate.message).to.contain("readOnlyProperties [/properties/Arn]");
    });

    it("refuses what is not in the type, by name and place", async () => {
      const error = await refusal(
        create(BUCKET, {
          Colour: "red",
          VersioningConfiguration: { Status: "Sometimes", Since: 1 },
          OwnershipControls: {},
        }),
      );
      expect(error.name).to.equal("ValidationException");
      expect(error.message).to.contain("#: extraneous key [Colour] is not permitted");
      expect(error.message).to.contain(
        "#/VersioningConfiguration: extraneous key [Since] is not permitted",
      );
      expect(error.message).to.contain("#/VersioningConfiguration/Status");
      expect(error.message).to.contain("#/OwnershipControls: required key [Rules] not found");
    });

    it("refuses what the sandbox does not act on, by name", async () => {
      const error = await refusal(
        create(BUCKET, { MetadataTableConfiguration: { S3TablesDestination: S3_TABLE } }),
      );
      expect(error.name).to.equal("InvalidRequestException");
      expect(error.message).to.contain("#/MetadataTableConfiguration");
    });

    it("has a canned ACL where its ownership allows one, which reads do not show", async () => {
      const shared = {
        BucketName: "cc-shared",
        AccessControl: "PublicReadWrite",
        OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] },
        PublicAccessBlockConfiguration: { BlockPublicAcls: false },
      };
      expect(await create(BUCKET, shared)).to.include({ OperationStatus: "SUCCESS" });
      const s3 = sandbox().s3("vault");
      const permissions = async () =>
        (await s3.send(new GetBucketAclCommand({ Bucket: "cc-shared" }))).Grants?.map(
          ({ Permission }) => Permission,
        );
      expect(await permissions()).to.deep.equal(["FULL_CONTROL", "READ", "WRITE"]);
      expect(await read(BUCKET, "cc-shared")).to.not.have.property("AccessControl");
      const patch = [{ op: "add", path: "/AccessControl", value: "LogDeliveryWrite" }];
      expect(await update(BUCKET, "cc-shared", patch)).to.include({ OperationStatus: "SUCCESS" });
      expect(await permissions()).to.deep.equal(["FULL_CONTROL", "WRITE", "READ_ACP"]);

      const refused = { BucketName: "cc-unshared", AccessControl: "PublicRead" };
      expect((await create(BUCKET, refused)).StatusMessage).to.contain(
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
      );
      const plain = { BucketName: "cc-private", AccessControl: "Private" };
      expect(await create(BUCKET, plain)).to.include({ OperationStatus: "SUCCESS" });
    });

    it("leaves nothing behind when a later step fails", async () => {
      const event = await create(BUCKET, {
        BucketName: "cc-half",
        ReplicationConfiguration: {
          Role: "arn:aws:iam::222222222222:role/none",
          Rules: [
            {
              Status: "Enabled",
              Prefix: "",
              Destination: { Bucket: "arn:aws:s3:::nowhere-at-all" },
            },
          ],
        },
      });
      expect(event.OperationStatus).to.equal("FAILED");
      expect(event.StatusMessage).to.contain("Versioning must be 'Enabled'");
      const { Buckets: buckets = [] } = await sandbox()
        .s3("vault")
        .send(new ListBucketsCommand({}));
      expect(buckets.map((bucket) => bucket.Name)).to.not.include("cc-half");
    });

    it("gets a name when it has none", async () => {
      const event = await create(BUCKET, {});
      expect(event.OperationStatus, event.StatusMessage).to.equal("SUCCESS");
      await sandbox()
        .s3("vault")
        .send(new HeadBucketCommand({ Bucket: event.Identifier }));
      expect((await remove(BUCKET, event.Identifier ?? "")).OperationStatus).to.equal("SUCCESS");
    });

    it("fails with AlreadyExists when the name is taken, here or in another account", async () => {
      expect(await create(BUCKET, { BucketName: "cc-locked" })).to.include({
        OperationStatus: "FAILED",
        ErrorCode: "AlreadyExists",
      });
      const { ProgressEvent: event } = await sandbox()
        .cloudcontrol("source")
        .send(
          new CreateResourceCommand({
            TypeName: BUCKET,
            DesiredState: JSON.stringify({ BucketName: "cc-locked" }),
          }),
        );
      sandbox().clock.advance(DELAY_MS);
      const other = await sandbox()
        .cloudcontrol("source")
        .send(new GetResourceRequestStatusCommand({ RequestToken: event?.RequestToken }));
      expect(other.ProgressEvent?.ErrorCode).to.equal("AlreadyExists");
    });

    it("shows what another API changed", async () => {
      await sandbox()
        .s3("vault")
        .send(
          new PutBucketTaggingCommand({
            Bucket: "cc-locked",
            Tagging: { TagSet: [{ Key: "by", Value: "hand" }] },
          }),
        );
      expect((await read(BUCKET, "cc-locked"))["Tags"]).to.deep.equal([
        { Key: "by", Value: "hand" },
      ]);
    });

    it("is listed, and not found from another account", async () => {
      const { ResourceDescriptions: found = [] } = await client().send(
        new ListResourcesCommand({ TypeName: BUCKET }),
      );
      expect(found.map((each) => each.Identifier)).to.include("cc-locked");
      const error = await refusal(
        sandbox()
          .cloudcontrol("vault")
          .send(new GetResourceCommand({ TypeName: BUCKET, Identifier: "never-made" })),
      );
      expect(error.name).to.equal("ResourceNotFoundException");
    });
  });

  describe("requests", () => {
    it("are the same for the same client token, and refused for another content", async () => {
      const model = { BucketName: "cc-once" };
      const first = await create(BUCKET, model, "token-1");
      const again = await create(BUCKET, model, "token-1");
      expect(again.RequestToken).to.equal(first.RequestToken);
      expect(again.OperationStatus).to.equal("SUCCESS");
      const error = await refusal(create(BUCKET, { BucketName: "cc-twice" }, "token-1"));
      expect(error.name).to.equal("ClientTokenConflictException");
    });

    it("are one at a time for a resource", async () => {
      await client().send(new DeleteResourceCommand({ TypeName: BUCKET, Identifier: "cc-once" }));
      const error = await refusal(
        client().send(new DeleteResourceCommand({ TypeName: BUCKET, Identifier: "cc-once" })),
      );
      expect(error.name).to.equal("ConcurrentOperationException");
      sandbox().clock.advance(DELAY_MS);
      expect(await remove(BUCKET, "cc-once")).to.include({ ErrorCode: "NotFound" });
    });

    it("can be cancelled while under way, and then do nothing", async () => {
      const { ProgressEvent: event } = await client().send(
        new CreateResourceCommand({
          TypeName: BUCKET,
          DesiredState: JSON.stringify({ BucketName: "cc-cancelled" }),
        }),
      );
      const cancel = () =>
        client().send(new CancelResourceRequestCommand({ RequestToken: event?.RequestToken }));
      expect((await cancel()).ProgressEvent?.OperationStatus).to.equal("CANCEL_COMPLETE");
      expect((await finished(event)).OperationStatus).to.equal("CANCEL_COMPLETE");
      expect((await refusal(cancel())).name).to.equal("ConcurrentModificationException");
      const { Buckets: buckets = [] } = await sandbox()
        .s3("vault")
        .send(new ListBucketsCommand({}));
      expect(buckets.map((bucket) => bucket.Name)).to.not.include("cc-cancelled");
    });

    it("are listed newest first, by operation and status", async () => {
      const { ResourceRequestStatusSummaries: found = [] } = await client().send(
        new ListResourceRequestsCommand({
          ResourceRequestStatusFilter: { Operations: ["DELETE"], OperationStatuses: ["FAILED"] },
        }),
      );
      expect(found.map((each) => each.ErrorCode)).to.deep.equal(["NotFound"]);
    });

    it("belong to their account", async () => {
      const { ResourceRequestStatusSummaries: found = [] } = await client().send(
        new ListResourceRequestsCommand({ MaxResults: 1 }),
      );
      const error = await refusal(
        sandbox()
          .cloudcontrol("source")
          .send(new GetResourceRequestStatusCommand({ RequestToken: found[0]?.RequestToken })),
      );
      expect(error.name).to.equal("RequestTokenNotFoundException");
    });

    it("are refused for types without a handler, and for types that are none", async () => {
      const unsupported = await refusal(create("AWS::EC2::VPC", {}));
      expect(unsupported.name).to.equal("UnsupportedActionException");
      const none = await refusal(create("Nonsense", {}));
      expect(none.name).to.equal("TypeNotFoundException");
    });

    it("are refused when the state is no JSON", async () => {
      const error = await refusal(
        client().send(new CreateResourceCommand({ TypeName: BUCKET, DesiredState: "{" })),
      );
      expect(error.name).to.equal("InvalidRequestException");
    });
  });

  describe("AWS::S3::BucketPolicy", () => {
    const policyOf = (action: string) => ({
      Bucket: "cc-locked",
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: "arn:aws:iam::111111111111:root" },
            Action: action,
            Resource: "arn:aws:s3:::cc-locked/*",
          },
        ],
      },
    });
    const TYPE = "AWS::S3::BucketPolicy";

    it("is created, read back as an object, updated and deleted", async () => {
      const created = await create(TYPE, policyOf("s3:GetObject"));
      expect(created.OperationStatus, created.StatusMessage).to.equal("SUCCESS");
      expect(await read(TYPE, "cc-locked")).to.deep.equal(policyOf("s3:GetObject"));
      expect(await create(TYPE, policyOf("s3:GetObject"))).to.include({
        ErrorCode: "AlreadyExists",
      });
      const { PolicyDocument: document } = policyOf("s3:PutObject");
      await update(TYPE, "cc-locked", [
        { op: "replace", path: "/PolicyDocument", value: document },
      ]);
      expect(await read(TYPE, "cc-locked")).to.deep.equal(policyOf("s3:PutObject"));
      expect((await remove(TYPE, "cc-locked")).OperationStatus).to.equal("SUCCESS");
      expect(await remove(TYPE, "cc-locked")).to.include({ ErrorCode: "NotFound" });
    });
  });

  describe("AWS::KMS::Key and AWS::KMS::Alias", () => {
    it("take a key policy that locks the caller out only with the bypass", async () => {
      const KeyPolicy = {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: "arn:aws:iam::222222222222:root" },
            Action: ["kms:CreateKey", "kms:Describe*", "kms:Get*", "kms:List*"],
            Resource: "*",
          },
        ],
      };
      const refused = await create("AWS::KMS::Key", { KeyPolicy });
      expect(refused.OperationStatus).to.equal("FAILED");
      expect(refused.StatusMessage).to.contain(
        "The new key policy will not allow you to update the key policy in the future.",
      );
      const made = await create("AWS::KMS::Key", {
        KeyPolicy,
        BypassPolicyLockoutSafetyCheck: true,
      });
      expect(made.OperationStatus, made.StatusMessage).to.equal("SUCCESS");
      const model = await read("AWS::KMS::Key", made.Identifier ?? "");
      expect(model).to.not.have.property("BypassPolicyLockoutSafetyCheck");
    });

    it("make a key that KMS shows, with an alias", async () => {
      const created = await create("AWS::KMS::Key", {
        Description: "vault",
        EnableKeyRotation: true,
        PendingWindowInDays: 7,
        Tags: [{ Key: "team", Value: "records" }],
      });
      expect(created.OperationStatus, created.StatusMessage).to.equal("SUCCESS");
      const keyId = created.Identifier ?? "";
      const model = await read("AWS::KMS::Key", keyId);
      expect(model).to.include({ Description: "vault", EnableKeyRotation: true, Enabled: true });

      const alias = { AliasName: "alias/cc-vault", TargetKeyId: keyId };
      expect((await create("AWS::KMS::Alias", alias)).OperationStatus).to.equal("SUCCESS");
      expect(await read("AWS::KMS::Alias", "alias/cc-vault")).to.deep.equal(alias);
      expect((await remove("AWS::KMS::Alias", "alias/cc-vault")).OperationStatus).to.equal(
        "SUCCESS",
      );

      const changed = await update("AWS::KMS::Key", keyId, [
        { op: "replace", path: "/Description", value: "other" },
      ]);
      expect(changed.OperationStatus, changed.StatusMessage).to.equal("SUCCESS");
      expect((await remove("AWS::KMS::Key", keyId)).OperationStatus).to.equal("SUCCESS");
      const { KeyMetadata: metadata } = await sandbox()
        .kms("vault")
        .send(new DescribeKeyCommand({ KeyId: keyId }));
      expect(metadata?.KeyState).to.equal("PendingDeletion");
      expect((await refusal(read("AWS::KMS::Key", keyId))).name).to.equal(
        "ResourceNotFoundException",
      );
    });
  });
});
