/**
 * A copy of an object onto itself, and what a copy answers while versioning is suspended.
 * Evidence: recorded from AWS.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */

import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../../helpers/aws-failure";
import { useSandbox } from "../../helpers/sandbox";

describe("a copy of an object onto itself that changes nothing", () => {
  const sandbox = useSandbox();
  let s3: S3Client;
  let count = 0;

  before(() => {
    s3 = sandbox().s3("source");
  });

  async function newBucket(): Promise<string> {
    const Bucket = `copies-in-place-${++count}`;
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    return Bucket;
  }

  const put = (Bucket: string, more: object = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "body", ...more }));
  const copy = (Bucket: string) =>
    s3.send(new CopyObjectCommand({ Bucket, Key: "k", CopySource: `${Bucket}/k` }));

  it("is refused", async () => {
    const Bucket = await newBucket();
    await put(Bucket);
    expect(await failureOf(copy(Bucket))).to.include({ code: "InvalidRequest", status: 400 });
  });

  it("is taken of what a KMS key encrypts", async () => {
    const Bucket = await newBucket();
    await put(Bucket, { ServerSideEncryption: "aws:kms" });
    expect((await copy(Bucket)).CopyObjectResult?.ETag).to.match(/^"/);
  });

  it("is taken where the bucket has a default encryption of its own, until it is deleted", async () => {
    const Bucket = await newBucket();
    await put(Bucket);
    const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const } }];
    await s3.send(
      new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }),
    );
    expect((await copy(Bucket)).ServerSideEncryption).to.equal("AES256");
    await s3.send(new DeleteBucketEncryptionCommand({ Bucket }));
    expect(await failureOf(copy(Bucket))).to.include({ code: "InvalidRequest" });
  });

  it("is still refused where only the blocked types were set", async () => {
    const Bucket = await newBucket();
    await put(Bucket);
    const Rules = [{ BlockedEncryptionTypes: { EncryptionType: ["SSE-C" as const] } }];
    await s3.send(
      new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }),
    );
    expect(await failureOf(copy(Bucket))).to.include({ code: "InvalidRequest" });
  });

  it("answers the null version while versioning is suspended, which a put does not", async () => {
    const Bucket = await newBucket();
    const suspended = { Status: "Suspended" as const };
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: suspended }));
    expect((await put(Bucket)).VersionId).to.equal(undefined);
    const CopySource = `${Bucket}/k`;
    const copied = await s3.send(new CopyObjectCommand({ Bucket, Key: "other", CopySource }));
    expect(copied.VersionId).to.equal("null");
    const plain = await newBucket();
    await put(plain);
    const toPlain = new CopyObjectCommand({ Bucket: plain, Key: "other", CopySource });
    expect((await s3.send(toPlain)).VersionId).to.equal(undefined);
  });
});
