import { CreateUserCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand, ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
} from "@aws-sdk/client-s3";
import { PutPublicAccessBlockCommand } from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { useSandboxWithManualClock } from "../helpers/sandbox";
import { SOURCE } from "./trail-files";
import { BUCKET, BUCKET_ARN, TwoTrails } from "./two-trails";

const Bucket = BUCKET;

describe("Events of a trail", () => {
  const sandbox = useSandboxWithManualClock();
  const s3 = () => sandbox().s3();
  let trails: TwoTrails;
  let VersionId: string | undefined;

  before(async () => {
    trails = await TwoTrails.start(sandbox());
    VersionId = trails.versionId;
  });

  it("tell who asked for what, how, and what was answered", async () => {
    const put = await trails.lastOwn("PutObject");
    const { accessKeyId } = sandbox().account("source");
    expect(put).to.deep.include({
      eventVersion: "1.11",
      eventSource: "s3.amazonaws.com",
      awsRegion: "eu-west-1",
      sourceIPAddress: "127.0.0.1",
      readOnly: false,
      managementEvent: false,
      eventCategory: "Data",
      eventType: "AwsApiCall",
      recipientAccountId: SOURCE,
      resources: [
        { type: "AWS::S3::Object", ARN: `${BUCKET_ARN}/a/b c` },
        { accountId: SOURCE, type: "AWS::S3::Bucket", ARN: BUCKET_ARN },
      ],
    });
    expect(put.eventTime).to.equal("2026-07-30T12:00:00Z");
    expect(put.userAgent).to.match(/^\[.*aws-sdk-js.*\]$/);
    expect(put.userIdentity).to.deep.include({
      type: "IAMUser",
      arn: `arn:aws:iam::${SOURCE}:user/admin`,
      accountId: SOURCE,
      accessKeyId,
      userName: "admin",
    });
    expect(put.requestParameters).to.include({
      bucketName: Bucket,
      key: "a/b c",
      "x-id": "PutObject",
    });
    expect(put.responseElements).to.deep.include({
      "x-amz-version-id": VersionId,
      "x-amz-server-side-encryption": "AES256",
    });
    expect(put.additionalEventData).to.include({
      SignatureVersion: "SigV4",
      AuthenticationMethod: "AuthHeader",
      bytesTransferredIn: 5,
      bytesTransferredOut: 0,
    });
    expect(put.additionalEventData?.["x-amz-id-2"]).to.match(/=$/);
    expect(put.tlsDetails).to.include({ tlsVersion: "TLSv1.3" });
    expect(put).to.not.have.any.keys("errorCode", "errorMessage", "sharedEventID");
  });

  it("tell of a refused deletion with the error and the id of the answer", async () => {
    await s3().send(
      new PutObjectRetentionCommand({
        Bucket,
        Key: "a/b c",
        VersionId,
        Retention: { Mode: "COMPLIANCE", RetainUntilDate: new Date("2027-01-01T00:00:00Z") },
      }),
    );
    const failure = await failureOf(
      s3().send(new DeleteObjectCommand({ Bucket, Key: "a/b c", VersionId })),
    );
    const deletion = await trails.lastOwn("DeleteObject");
    const { requestId } = failure.error["$metadata"] as { requestId: string };
    expect(deletion).to.deep.include({
      errorCode: "AccessDenied",
      errorMessage: failure.message,
      requestID: requestId,
      responseElements: null,
    });
    expect(deletion.requestParameters).to.include({ key: "a/b c", versionId: VersionId });
    const retention = await trails.lastOwn("PutObjectRetention");
    expect(retention.requestParameters).to.deep.include({
      retention: "",
      Retention: {
        xmlns: "http://s3.amazonaws.com/doc/2006-03-01/",
        Mode: "COMPLIANCE",
        RetainUntilDate: "2027-01-01T00:00:00.000Z",
      },
    });
  });

  it("tell of each deletion of a DeleteObjects beside the call, which has no keys", async () => {
    await s3().send(new PutObjectCommand({ Bucket, Key: "free", Body: "x" }));
    const { Errors } = await s3().send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: [{ Key: "a/b c", VersionId }, { Key: "free" }], Quiet: true },
      }),
    );
    expect(Errors).to.have.length(1);
    const events = await trails.own.events();
    const call = events.findLast(({ eventName }) => eventName === "DeleteObjects");
    expect(call?.errorCode).to.equal(undefined);
    expect(call?.resources?.[0]).to.deep.equal({
      type: "AWS::S3::Object",
      ARNPrefix: `${BUCKET_ARN}/`,
    });
    expect(JSON.stringify(call?.requestParameters)).to.not.contain("free");
    const deletions = events.filter(
      ({ eventName, requestID }) => eventName === "DeleteObject" && requestID === call?.requestID,
    );
    expect(
      deletions.map(({ errorCode, requestParameters }) => [requestParameters?.["key"], errorCode]),
    ).to.deep.equal([
      ["a/b c", "AccessDenied"],
      ["free", undefined],
    ]);
  });

  it("tell of reads and lists as such, under their names", async () => {
    await s3().send(new GetObjectCommand({ Bucket, Key: "a/b c" }));
    await s3().send(new ListObjectsV2Command({ Bucket, Prefix: "a/" }));
    const list = await trails.lastOwn("ListObjects");
    expect(list).to.include({ readOnly: true, responseElements: null });
    expect(list.requestParameters).to.include({ "list-type": "2", prefix: "a/" });
    expect(list.resources?.[0]).to.deep.equal({
      type: "AWS::S3::Object",
      ARNPrefix: `${BUCKET_ARN}/a/`,
    });
    const read = await trails.lastOwn("GetObject");
    expect(read.additionalEventData).to.include({ bytesTransferredIn: 0, bytesTransferredOut: 5 });
  });

  it("tell of changes of buckets, accounts and keys, carried out or refused", async () => {
    await failureOf(s3().send(new DeleteBucketCommand({ Bucket })));
    expect(await trails.lastOwn("DeleteBucket")).to.deep.include({
      errorCode: "BucketNotEmpty",
      eventCategory: "Management",
      managementEvent: true,
      resources: [{ accountId: SOURCE, type: "AWS::S3::Bucket", ARN: BUCKET_ARN }],
    });
    await failureOf(
      s3().send(
        new PutBucketVersioningCommand({
          Bucket,
          VersioningConfiguration: { Status: "Suspended" },
        }),
      ),
    );
    const versioning = await trails.lastOwn("PutBucketVersioning");
    expect(versioning.errorCode).to.equal("InvalidBucketState");
    expect(versioning.requestParameters?.["VersioningConfiguration"]).to.include({
      Status: "Suspended",
    });
    await s3().send(
      new PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" },
      }),
    );
    expect(await trails.lastOwn("PutObjectLockConfiguration")).to.include({ readOnly: false });
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    await failureOf(s3().send(new PutBucketPolicyCommand({ Bucket, Policy })));
    expect(
      (await trails.lastOwn("PutBucketPolicy")).requestParameters?.["bucketPolicy"],
    ).to.deep.equal(JSON.parse(Policy));
    await sandbox()
      .s3control()
      .send(
        new PutPublicAccessBlockCommand({
          AccountId: SOURCE,
          PublicAccessBlockConfiguration: { BlockPublicAcls: true },
        }),
      );
    expect(await trails.lastOwn("PutAccountPublicAccessBlock")).to.include({
      eventSource: "s3.amazonaws.com",
    });
    const kms = sandbox().kms();
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: KeyMetadata?.KeyId }));
    const schedule = await trails.lastOwn("ScheduleKeyDeletion");
    expect(schedule.requestParameters).to.deep.equal({ keyId: KeyMetadata?.KeyId });
    expect(schedule.resources).to.deep.equal([
      { accountId: SOURCE, type: "AWS::KMS::Key", ARN: KeyMetadata?.Arn },
    ]);
    await sandbox()
      .iam()
      .send(new CreateUserCommand({ UserName: "eve" }));
    expect(await trails.lastOwn("CreateUser")).to.deep.include({
      awsRegion: "us-east-1",
      requestParameters: { userName: "eve" },
    });
  });
});
