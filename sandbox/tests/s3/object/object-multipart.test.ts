import { createHash } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type CompletedPart,
  type CreateMultipartUploadCommandInput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { checksum } from "../../../src/values/checksums";
import { failureOf } from "../../helpers/aws-failure";
import { allowCustomerKeys } from "../../helpers/customer-keys";
import { useSandboxWithManualClock } from "../../helpers/sandbox";

const MIB = 2 ** 20;
const md5 = (body: Buffer): Buffer => createHash("md5").update(body).digest();

describe("S3 multipart uploads", () => {
  const sandbox = useSandboxWithManualClock();
  const Bucket = "multipart-bucket";
  const first = Buffer.alloc(5 * MIB, "a");
  const second = Buffer.from("the end");
  let s3: S3Client;

  before(async () => {
    s3 = sandbox().s3("source");
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        ObjectLockEnabledForBucket: true,
      }),
    );
  });

  async function create(Key: string, more: Partial<CreateMultipartUploadCommandInput> = {}) {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
    return { Bucket, Key, UploadId };
  }
  type Upload = Awaited<ReturnType<typeof create>>;

  const upload = async (
    target: Upload,
    PartNumber: number,
    Body: Buffer,
    more: object = {},
  ): Promise<CompletedPart> => {
    const part = await s3.send(new UploadPartCommand({ ...target, PartNumber, Body, ...more }));
    const { ETag, ChecksumCRC32, ChecksumSHA256 } = part;
    // An upload without an algorithm refuses a list with the checksums that the SDK adds by itself.
    const hasAlgorithm = "ChecksumAlgorithm" in more;
    return { PartNumber, ETag, ...(hasAlgorithm ? { ChecksumCRC32, ChecksumSHA256 } : {}) };
  };

  const complete = (target: Upload, Parts: CompletedPart[], more: object = {}) =>
    s3.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts }, ...more }));

  it("make one object of their parts, with the ETag of the parts' MD5s", async () => {
    const target = await create("whole", { Metadata: { a: "1" }, ContentType: "x/y" });
    const parts = [await upload(target, 1, first), await upload(target, 7, second)];
    const done = await complete(target, parts);
    const etag = createHash("md5")
      .update(Buffer.concat([md5(first), md5(second)]))
      .digest("hex");
    const whole = Buffer.concat([first, second]);
    expect(done.ETag).to.equal(`"${etag}-2"`);
    expect(done.ChecksumCRC64NVME).to.equal(checksum("CRC64NVME", whole));
    expect(done.ChecksumType).to.equal("FULL_OBJECT");
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "whole" }));
    expect(got).to.deep.include({ ContentType: "x/y", Metadata: { a: "1" } });
    const body = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
    expect(body.equals(whole)).to.equal(true);
    const part = await s3.send(new GetObjectCommand({ Bucket, Key: "whole", PartNumber: 2 }));
    expect(await part.Body?.transformToString()).to.equal("the end");
    expect(part).to.include({
      PartsCount: 2,
      ContentRange: `bytes ${first.length}-${whole.length - 1}/${whole.length}`,
    });
    expect(await failureOf(s3.send(new ListPartsCommand(target)))).to.include({
      code: "NoSuchUpload",
      status: 404,
    });
  });

  it("keep a composite checksum of the parts' checksums", async () => {
    const target = await create("composite", { ChecksumAlgorithm: "SHA256" });
    const sha = { ChecksumAlgorithm: "SHA256" };
    const parts = [await upload(target, 1, first, sha), await upload(target, 2, second, sha)];
    const digests = [first, second].map((part) => createHash("sha256").update(part).digest());
    const expected = createHash("sha256").update(Buffer.concat(digests)).digest("base64");
    const wrong = complete(target, parts, { ChecksumSHA256: checksum("SHA256", second) });
    expect(await failureOf(wrong)).to.include({ code: "BadDigest" });
    // minio-go leaves out the number of parts behind it.
    const done = await complete(target, parts, { ChecksumSHA256: expected });
    expect(done).to.include({ ChecksumSHA256: `${expected}-2`, ChecksumType: "COMPOSITE" });
    const attributes = await s3.send(
      new GetObjectAttributesCommand({
        Bucket,
        Key: "composite",
        ObjectAttributes: ["ObjectParts", "Checksum"],
      }),
    );
    expect(attributes.ObjectParts?.TotalPartsCount).to.equal(2);
    expect(attributes.ObjectParts?.Parts?.[1]).to.deep.equal({
      PartNumber: 2,
      Size: second.length,
      ChecksumSHA256: checksum("SHA256", second),
    });
  });

  it("keep a composite XXHASH128, and take no other type of it", async () => {
    const upload128 = await create("xxhash", { ChecksumAlgorithm: "XXHASH128" });
    const sums = [first, second].map((part) => checksum("XXHASH128", part));
    const parts = await Promise.all(
      [first, second].map(async (Body, index) => {
        const ChecksumXXHASH128 = sums[index];
        const part = { ...upload128, PartNumber: index + 1, Body, ChecksumXXHASH128 };
        const { ETag } = await s3.send(new UploadPartCommand(part));
        return { PartNumber: index + 1, ETag, ChecksumXXHASH128 };
      }),
    );
    const joined = Buffer.concat(sums.map((sum) => Buffer.from(sum, "base64")));
    expect(await complete(upload128, parts)).to.include({
      ChecksumXXHASH128: `${checksum("XXHASH128", joined)}-2`,
      ChecksumType: "COMPOSITE",
    });
    const whole = create("xxhash", {
      ChecksumAlgorithm: "XXHASH128",
      ChecksumType: "FULL_OBJECT",
    });
    expect(await failureOf(whole)).to.include({ code: "InvalidRequest" });
  });

  it("keep a checksum of the full object when asked for", async () => {
    const target = await create("full", {
      ChecksumAlgorithm: "CRC32",
      ChecksumType: "FULL_OBJECT",
    });
    const parts = [await upload(target, 1, first), await upload(target, 2, second)];
    const whole = checksum("CRC32", Buffer.concat([first, second]));
    const wrong = complete(target, parts, { ChecksumCRC32: checksum("CRC32", second) });
    expect(await failureOf(wrong)).to.include({ code: "BadDigest" });
    const done = await complete(target, parts, { ChecksumCRC32: whole });
    expect(done).to.include({ ChecksumCRC32: whole, ChecksumType: "FULL_OBJECT" });
  });

  it("are completed without the customer's key, unless there is a checksum to keep", async () => {
    await allowCustomerKeys(s3, Bucket);
    const key = Buffer.alloc(32, "k").toString("base64");
    const customer = { SSECustomerAlgorithm: "AES256", SSECustomerKey: key };
    const plain = await create("customer-key", customer);
    const done = await complete(plain, [await upload(plain, 1, first, customer)]);
    expect(done.ETag).to.match(/-1"$/);
    const summed = await create("customer-key", { ...customer, ChecksumAlgorithm: "CRC32" });
    const parts = [await upload(summed, 1, first, { ...customer, ChecksumAlgorithm: "CRC32" })];
    expect(await failureOf(complete(summed, parts))).to.include({ code: "InvalidRequest" });
    expect(await complete(summed, parts, customer)).to.have.property("ChecksumCRC32");
  });

  it("refuse parts of another algorithm, and a list without their checksums", async () => {
    const target = await create("mismatch", { ChecksumAlgorithm: "SHA256" });
    expect(await failureOf(upload(target, 1, second))).to.include({
      code: "InvalidRequest",
      message:
        "Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32",
    });
    const { ETag } = await upload(target, 1, second, { ChecksumAlgorithm: "SHA256" });
    expect(await failureOf(complete(target, [{ PartNumber: 1, ETag }]))).to.include({
      code: "InvalidRequest",
      message:
        "The upload was created using a sha256 checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.",
    });
  });

  it("refuse checksum types that an algorithm does not have", async () => {
    const refused = create("type", { ChecksumAlgorithm: "SHA256", ChecksumType: "FULL_OBJECT" });
    expect(await failureOf(refused)).to.include({
      code: "InvalidRequest",
      message: "The FULL_OBJECT checksum type cannot be used with the sha256 checksum algorithm.",
    });
  });

  it("refuse small parts but the last, wrong parts, wrong order and no parts", async () => {
    const target = await create("refused");
    const one = await upload(target, 1, second);
    const two = await upload(target, 2, second);
    const small = await failureOf(complete(target, [one, two]));
    expect(small).to.include({
      code: "EntityTooSmall",
      status: 400,
      message: "Your proposed upload is smaller than the minimum allowed size",
    });
    expect(small.error).to.include({ MinSizeAllowed: "5242880", PartNumber: "1" });
    expect(await failureOf(complete(target, [two, one]))).to.include({ code: "InvalidPartOrder" });
    expect(await failureOf(complete(target, [{ ...one, ETag: '"x"' }]))).to.include({
      code: "InvalidPart",
    });
    expect(await failureOf(complete(target, [{ ...one, PartNumber: 3 }]))).to.include({
      code: "InvalidPart",
    });
    expect(await failureOf(complete(target, []))).to.include({ code: "InvalidRequest" });
    expect(await failureOf(upload(target, 10_001, second))).to.include({
      code: "InvalidArgument",
      message: "Part number must be an integer between 1 and 10000, inclusive",
    });
    const size = await failureOf(complete(target, [one], { MpuObjectSize: 1 }));
    expect(size.message).to.contain("'x-amz-mp-object-size' header value 1");
    await complete(target, [one], { MpuObjectSize: second.length });
  });

  it("complete with If-None-Match only where nothing is", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "taken", Body: "x" }));
    const target = await create("taken");
    const part = await upload(target, 1, second);
    expect(await failureOf(complete(target, [part], { IfNoneMatch: "*" }))).to.include({
      code: "PreconditionFailed",
      status: 412,
    });
  });

  it("are listed until they are aborted", async () => {
    const older = await create("list/a");
    const newer = await create("list/a");
    const other = await create("list/b");
    await upload(older, 2, second);
    await upload(older, 1, second);
    const page = await s3.send(
      new ListMultipartUploadsCommand({ Bucket, Prefix: "list/", MaxUploads: 2 }),
    );
    expect(page.Uploads?.map(({ UploadId }) => UploadId)).to.deep.equal([
      older.UploadId,
      newer.UploadId,
    ]);
    expect(page.IsTruncated).to.equal(true);
    const rest = await s3.send(
      new ListMultipartUploadsCommand({
        Bucket,
        Prefix: "list/",
        KeyMarker: page.NextKeyMarker,
        UploadIdMarker: page.NextUploadIdMarker,
      }),
    );
    expect(rest.Uploads?.map(({ UploadId }) => UploadId)).to.deep.equal([other.UploadId]);
    const rolledUp = await s3.send(
      new ListMultipartUploadsCommand({ Bucket, Prefix: "li", Delimiter: "/" }),
    );
    expect(rolledUp.CommonPrefixes).to.deep.equal([{ Prefix: "list/" }]);
    const parts = await s3.send(new ListPartsCommand({ ...older, MaxParts: 1 }));
    expect(parts.Parts?.map(({ PartNumber }) => PartNumber)).to.deep.equal([1]);
    expect(parts).to.include({ IsTruncated: true, NextPartNumberMarker: "1" });
    for (const target of [older, newer, other]) {
      await s3.send(new AbortMultipartUploadCommand(target));
    }
    expect(await failureOf(s3.send(new AbortMultipartUploadCommand(older)))).to.include({
      code: "NoSuchUpload",
      status: 404,
    });
  });

  it("take parts from objects", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "origin", Body: "0123456789" }));
    const target = await create("copied-part");
    const copy = (CopySourceRange?: string) =>
      s3.send(
        new UploadPartCopyCommand({
          ...target,
          PartNumber: 1,
          CopySource: `${Bucket}/origin`,
          CopySourceRange,
        }),
      );
    const { CopyPartResult } = await copy("bytes=2-4");
    await complete(target, [{ PartNumber: 1, ETag: CopyPartResult?.ETag }]);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "copied-part" }));
    expect(await got.Body?.transformToString()).to.equal("234");
    const again = await create("copied-part");
    for (const range of ["bytes=2-", "bytes=5-10", "2-4"]) {
      const refused = s3.send(
        new UploadPartCopyCommand({
          ...again,
          PartNumber: 1,
          CopySource: `${Bucket}/origin`,
          CopySourceRange: range,
        }),
      );
      expect(await failureOf(refused)).to.include({ code: "InvalidArgument" });
    }
  });

  it("give the version its start as date, and the default retention of its completion", async () => {
    await s3.send(
      new PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 1 } },
        },
      }),
    );
    const startEpochMs = sandbox().clock.nowEpochMs();
    const target = await create("dated");
    sandbox().clock.advance(60_000);
    await complete(target, [await upload(target, 1, second)]);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "dated" }));
    expect(head.LastModified?.getTime()).to.equal(startEpochMs);
    expect(head.ObjectLockRetainUntilDate?.getTime()).to.equal(startEpochMs + 60_000 + 86_400_000);
  });
});
