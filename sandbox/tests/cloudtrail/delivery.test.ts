import { CreateKeyCommand } from "@aws-sdk/client-kms";
import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  PutObjectLockConfigurationCommand,
} from "@aws-sdk/client-s3";
import { CreateUserCommand } from "@aws-sdk/client-iam";
import {
  CreateTrailCommand,
  DeleteTrailCommand,
  GetTrailStatusCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
  UpdateTrailCommand,
} from "@aws-sdk/client-cloudtrail";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { useSandboxWithManualClock } from "../helpers/sandbox";
import {
  filesIn,
  LogReader,
  makeTrailBucket,
  MINUTE_MS,
  recordsOf,
  SOURCE,
  startTrail,
  trailArn,
  trailBucketPolicy,
  VAULT,
} from "./trail-files";

describe("Delivery of a trail", () => {
  const sandbox = useSandboxWithManualClock();
  const s3 = () => sandbox().s3();
  const call = (region?: string) =>
    sandbox().s3("source", { region }).send(new ListBucketsCommand({}));
  const logsOf = (bucket: string) => filesIn(s3(), bucket, "CloudTrail");

  // A Region has five at most.
  afterEach(async () => {
    for (const { arn } of sandbox().world.cloudTrail.trails) {
      await sandbox()
        .cloudtrail()
        .send(new DeleteTrailCommand({ Name: arn }));
    }
  });

  it("comes five minutes after the first event, into the folder of account, Region and day", async () => {
    const { bucket } = await startTrail(sandbox(), "prompt");
    await call();
    sandbox().clock.advance(5 * MINUTE_MS - 1);
    expect(await logsOf(bucket)).to.deep.equal([]);
    sandbox().clock.advance(1);
    const [file] = await logsOf(bucket);
    expect(file?.key).to.match(
      new RegExp(
        `^AWSLogs/${SOURCE}/CloudTrail/eu-west-1/2026/07/30/${SOURCE}_CloudTrail_eu-west-1_20260730T1205Z_[A-Za-z0-9]{16}\\.json\\.gz$`,
      ),
    );
    expect(recordsOf(file ?? { text: "" }).map(({ eventName }) => eventName)).to.deep.equal([
      "StartLogging",
      "ListBuckets",
    ]);
    const head = await s3().send(new HeadObjectCommand({ Bucket: bucket, Key: file?.key }));
    expect(head).to.include({ ContentType: "application/json", ContentEncoding: "gzip" });
    sandbox().clock.advance(MINUTE_MS);
    const status = await sandbox()
      .cloudtrail()
      .send(new GetTrailStatusCommand({ Name: "prompt" }));
    expect(status.LatestDeliveryTime).to.deep.equal(new Date(Date.UTC(2026, 6, 30, 12, 5)));
    expect(status.LatestDeliveryError).to.equal(undefined);
  });

  it("is of the trail's Region, or of all, with what happens in none in us-east-1", async () => {
    const one = await startTrail(sandbox(), "regional");
    const all = await startTrail(sandbox(), "everywhere", { IsMultiRegionTrail: true });
    await call("eu-central-1");
    await sandbox()
      .iam()
      .send(new CreateUserCommand({ UserName: "somebody" }));
    const regions = async (bucket: string) => {
      const events = await new LogReader(sandbox(), bucket).events();
      return events
        .filter(({ eventName }) => ["ListBuckets", "CreateUser"].includes(eventName))
        .map(({ awsRegion, eventName }) => `${awsRegion} ${eventName}`);
    };
    expect(await regions(one.bucket)).to.deep.equal([]);
    expect(await regions(all.bucket)).to.deep.equal([
      "eu-central-1 ListBuckets",
      "us-east-1 CreateUser",
    ]);
    const keys = (await logsOf(all.bucket)).map(({ key }) => key.split("/")[3]);
    expect(new Set(keys)).to.deep.equal(new Set(["eu-central-1", "eu-west-1", "us-east-1"]));
  });

  it("waits while the bucket does not let CloudTrail in, and loses nothing", async () => {
    const { arn, bucket } = await startTrail(sandbox(), "patient");
    const status = () =>
      sandbox()
        .cloudtrail()
        .send(new GetTrailStatusCommand({ Name: "patient" }));
    await s3().send(new DeleteBucketPolicyCommand({ Bucket: bucket }));
    sandbox().clock.advance(6 * MINUTE_MS);
    expect(await logsOf(bucket)).to.deep.equal([]);
    expect(await status()).to.include({
      LatestDeliveryError: "AccessDenied",
      LatestDeliveryAttemptSucceeded: "",
    });
    // A policy for another trail is none for this one.
    const put = (trail: string) =>
      s3().send(
        new PutBucketPolicyCommand({ Bucket: bucket, Policy: trailBucketPolicy(bucket, [trail]) }),
      );
    await put(trailArn("other"));
    sandbox().clock.advance(6 * MINUTE_MS);
    expect(await logsOf(bucket)).to.deep.equal([]);
    await put(arn);
    const events = await new LogReader(sandbox(), bucket).events();
    expect(events[0]?.eventName).to.equal("StartLogging");
    expect((await status()).LatestDeliveryError).to.equal(undefined);
  });

  it("is held by the default retention of a bucket with Object Lock", async () => {
    const [Bucket, arn] = ["locked-logs", trailArn("locked")];
    await makeTrailBucket(s3(), Bucket, [arn], { hasObjectLock: true });
    await s3().send(
      new PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: { DefaultRetention: { Mode: "COMPLIANCE", Days: 30 } },
        },
      }),
    );
    const cloudtrail = sandbox().cloudtrail();
    await cloudtrail.send(new CreateTrailCommand({ Name: "locked", S3BucketName: Bucket }));
    await cloudtrail.send(new StartLoggingCommand({ Name: "locked" }));
    sandbox().clock.advance(5 * MINUTE_MS);
    const [file] = await logsOf(Bucket);
    const head = await s3().send(new HeadObjectCommand({ Bucket, Key: file?.key }));
    expect(head.ObjectLockMode).to.equal("COMPLIANCE");
    const { VersionId } = head;
    const removal = s3().send(new DeleteObjectCommand({ Bucket, Key: file?.key, VersionId }));
    expect((await failureOf(removal)).code).to.equal("AccessDenied");
  });

  it("is encrypted with the trail's key for whoever may use it with the trail's context", async () => {
    const arn = trailArn("sealed");
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: SOURCE },
          Action: ["kms:Put*", "kms:Describe*", "kms:Decrypt"],
          Resource: "*",
          Condition: { Null: { "kms:EncryptionContext:aws:cloudtrail:arn": "false" } },
        },
        {
          Effect: "Allow",
          Principal: { Service: "cloudtrail.amazonaws.com" },
          Action: "kms:GenerateDataKey*",
          Resource: "*",
          Condition: {
            StringEquals: { "aws:SourceArn": arn },
            StringLike: {
              "kms:EncryptionContext:aws:cloudtrail:arn": `arn:aws:cloudtrail:*:${SOURCE}:trail/*`,
            },
          },
        },
      ],
    });
    const { KeyMetadata } = await sandbox()
      .kms()
      .send(new CreateKeyCommand({ Policy, BypassPolicyLockoutSafetyCheck: true }));
    const { bucket } = await startTrail(sandbox(), "sealed", { KmsKeyId: KeyMetadata?.KeyId });
    sandbox().clock.advance(5 * MINUTE_MS);
    const [file] = await logsOf(bucket);
    const read = await s3().send(new GetObjectCommand({ Bucket: bucket, Key: file?.key }));
    expect(read).to.include({
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: KeyMetadata?.Arn,
    });
  });

  it("goes to another account's bucket, which owns the files, and to another bucket from an update on", async () => {
    const [Bucket, arn] = ["central-logs", trailArn("sent")];
    await makeTrailBucket(sandbox().s3("vault"), Bucket, [arn], { region: "eu-central-1" });
    await startTrail(sandbox(), "sent");
    await sandbox()
      .cloudtrail()
      .send(new UpdateTrailCommand({ Name: "sent", S3BucketName: Bucket }));
    await call();
    sandbox().clock.advance(5 * MINUTE_MS);
    const files = await filesIn(sandbox().s3("vault"), Bucket, "CloudTrail");
    expect(files.map(({ key }) => key.split("/")[1])).to.deep.equal([SOURCE]);
    const [version] = [...sandbox().world.s3.bucket(Bucket).objects.walk()][0]?.[1] ?? [];
    expect(version?.ownerAccountId).to.equal(VAULT);
  });

  it("is an event itself for trails that log it, unless they leave it out", async () => {
    const settings = { IsMultiRegionTrail: true };
    const { bucket } = await startTrail(sandbox(), "mirror", settings);
    const DataResources = [{ Type: "AWS::S3::Object", Values: [`arn:aws:s3:::${bucket}/`] }];
    await sandbox()
      .cloudtrail()
      .send(
        new PutEventSelectorsCommand({ TrailName: "mirror", EventSelectors: [{ DataResources }] }),
      );
    sandbox().clock.advance(11 * MINUTE_MS);
    const reader = new LogReader(sandbox(), bucket);
    const puts = async () =>
      (await reader.events()).filter(({ eventName }) => eventName === "PutObject");
    const [put] = await puts();
    expect(put?.userIdentity).to.deep.equal({
      type: "AWSService",
      invokedBy: "cloudtrail.amazonaws.com",
    });
    expect(put).to.include({
      sourceIPAddress: "cloudtrail.amazonaws.com",
      userAgent: "cloudtrail.amazonaws.com",
      recipientAccountId: SOURCE,
    });
    expect(put?.requestParameters).to.include({
      bucketName: bucket,
      "x-amz-acl": "bucket-owner-full-control",
    });
    await sandbox()
      .cloudtrail()
      .send(new UpdateTrailCommand({ Name: "mirror", RecursiveLogging: false }));
    await reader.events();
    const { length } = await puts();
    await call();
    sandbox().clock.advance(20 * MINUTE_MS);
    expect(await puts()).to.have.length(length);
  });
});
