import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type CopyObjectCommandInput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../../helpers/aws-failure";
import { useSandboxWithManualClock } from "../../helpers/sandbox";

const DAY_MS = 86_400_000;

describe("S3 CopyObject", () => {
  const sandbox = useSandboxWithManualClock();
  const Bucket = "copy-bucket";
  const Key = "origin ü+&.txt";
  const CopySource = `${Bucket}/${encodeURIComponent(Key)}`;
  let s3: S3Client;
  let VersionId: string | undefined;

  before(async () => {
    s3 = sandbox().s3("source");
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        ObjectLockEnabledForBucket: true,
      }),
    );
    const put = await s3.send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body: "original",
        ContentType: "text/plain",
        Metadata: { from: "origin" },
        Tagging: "t=1",
        StorageClass: "STANDARD_IA",
        ObjectLockMode: "GOVERNANCE",
        ObjectLockRetainUntilDate: new Date(sandbox().clock.nowEpochMs() + DAY_MS),
      }),
    );
    VersionId = put.VersionId;
  });

  const copy = (to: string, more: Partial<CopyObjectCommandInput> = {}) =>
    s3.send(new CopyObjectCommand({ Bucket, Key: to, CopySource, ...more }));
  const head = (key: string) =>
    s3.send(new HeadObjectCommand({ Bucket, Key: key, ChecksumMode: "ENABLED" }));
  const tagsOf = async (key: string) =>
    (await s3.send(new GetObjectTaggingCommand({ Bucket, Key: key }))).TagSet;

  it("takes content, metadata and tags, but not class or lock", async () => {
    const done = await copy("plain");
    expect(done.CopySourceVersionId).to.equal(VersionId);
    expect(done.VersionId).to.match(/^[A-Za-z0-9._]{32}$/);
    const copied = await head("plain");
    const original = await head(Key);
    expect(copied).to.deep.include({ ContentType: "text/plain", Metadata: { from: "origin" } });
    expect(copied.StorageClass).to.equal(undefined);
    expect(copied.ETag).to.equal(original.ETag);
    expect(copied.ChecksumCRC32).to.equal(original.ChecksumCRC32);
    expect(await tagsOf("plain")).to.deep.equal([{ Key: "t", Value: "1" }]);
    const retention = new GetObjectRetentionCommand({ Bucket, Key: "plain" });
    expect(await failureOf(s3.send(retention))).to.include({
      code: "NoSuchObjectLockConfiguration",
    });
  });

  it("replaces metadata and tags where the directives say so", async () => {
    await copy("replaced", {
      MetadataDirective: "REPLACE",
      TaggingDirective: "REPLACE",
      Metadata: { own: "yes" },
      Tagging: "new=2",
      StorageClass: "GLACIER_IR",
      ChecksumAlgorithm: "SHA256",
    });
    const copied = await head("replaced");
    expect(copied).to.deep.include({
      Metadata: { own: "yes" },
      ContentType: "binary/octet-stream",
      StorageClass: "GLACIER_IR",
    });
    expect(copied.ChecksumSHA256).to.be.a("string");
    expect(await tagsOf("replaced")).to.deep.equal([{ Key: "new", Value: "2" }]);
  });

  it("brings back an older version onto its own key", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: "newer" }));
    await copy(Key, { CopySource: `${CopySource}?versionId=${VersionId}` });
    const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(await got.Body?.transformToString()).to.equal("original");
  });

  it("refuses a copy onto itself that changes nothing", async () => {
    expect(await failureOf(copy(Key))).to.include({
      code: "InvalidRequest",
      status: 400,
      message:
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    });
    await copy(Key, { StorageClass: "STANDARD_IA" });
  });

  it("evaluates the conditions on the source", async () => {
    const { ETag } = await head(Key);
    await copy("if", { CopySourceIfMatch: ETag });
    for (const [condition, name] of [
      [{ CopySourceIfMatch: '"no"' }, "x-amz-copy-source-If-Match"],
      [{ CopySourceIfNoneMatch: ETag }, "x-amz-copy-source-If-None-Match"],
      [
        { CopySourceIfModifiedSince: new Date(sandbox().clock.nowEpochMs()) },
        "x-amz-copy-source-If-Modified-Since",
      ],
      [
        { CopySourceIfUnmodifiedSince: new Date(sandbox().clock.nowEpochMs() - 1000) },
        "x-amz-copy-source-If-Unmodified-Since",
      ],
    ] as const) {
      const failure = await failureOf(copy("if", condition));
      expect(failure).to.include({ code: "PreconditionFailed", status: 412 });
      expect(failure.error.Condition).to.equal(name);
    }
    expect(await failureOf(copy("if", { IfNoneMatch: "*" }))).to.include({ status: 412 });
  });

  it("refuses an archived source", async () => {
    await s3.send(
      new PutObjectCommand({ Bucket, Key: "ice", Body: "ice", StorageClass: "DEEP_ARCHIVE" }),
    );
    expect(await failureOf(copy("x", { CopySource: `${Bucket}/ice` }))).to.include({
      code: "InvalidObjectState",
      status: 403,
      message: "Operation is not valid for the source object's storage class",
    });
  });

  it("refuses sources that are none", async () => {
    expect(await failureOf(copy("x", { CopySource: `${Bucket}/nothing` }))).to.include({
      code: "NoSuchKey",
    });
    expect(await failureOf(copy("x", { CopySource: "no-such-bucket-here/k" }))).to.include({
      code: "NoSuchBucket",
    });
    expect(await failureOf(copy("x", { CopySource: "nothing" }))).to.include({
      code: "InvalidArgument",
    });
    const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key: "gone" }));
    const bySource = `${Bucket}/gone?versionId=${marker.VersionId}`;
    expect(await failureOf(copy("x", { CopySource: bySource }))).to.include({
      code: "InvalidRequest",
      message:
        "The source of a copy request may not specifically refer to a delete marker by version id.",
    });
    expect(await failureOf(copy("x", { MetadataDirective: "KEEP" as "COPY" }))).to.include({
      code: "InvalidArgument",
      message: "Unknown metadata directive.",
    });
  });
});
