/**
 * Checksums of objects that were uploaded in parts: how they are shown, and how a list of parts is held against them.
 * Evidence: recorded from AWS.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */

import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  type ChecksumType,
  type CompletedPart,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { checksum } from "../../../src/values/checksums";
import { failureOf } from "../../helpers/aws-failure";
import { useSandbox } from "../../helpers/sandbox";
import { send } from "../../helpers/signed-request";

const FIRST = Buffer.alloc(5 * 2 ** 20, "a");
const SECOND = Buffer.from("the end");
const WHOLE = Buffer.concat([FIRST, SECOND]);
const OTHER = checksum("CRC32", Buffer.from("other"));

describe("checksums of objects in parts", () => {
  const sandbox = useSandbox();
  const Bucket = "answers-of-checksums";
  let s3: S3Client;
  let count = 0;

  before(async () => {
    s3 = sandbox().s3("source");
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
  });

  /** An upload of two parts with CRC32. */
  async function uploaded(ChecksumType: ChecksumType) {
    const object = { Bucket, Key: `key-${++count}` };
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ ...object, ChecksumAlgorithm: "CRC32", ChecksumType }),
    );
    const parts: CompletedPart[] = [];
    for (const [index, Body] of [FIRST, SECOND].entries()) {
      const PartNumber = index + 1;
      const part = { ...object, UploadId, PartNumber, Body, ChecksumAlgorithm: "CRC32" as const };
      const { ETag } = await s3.send(new UploadPartCommand(part));
      parts.push({ PartNumber, ETag, ChecksumCRC32: checksum("CRC32", Body) });
    }
    const complete = (Parts: CompletedPart[]) =>
      s3.send(
        new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload: { Parts } }),
      );
    return { object, parts, complete };
  }

  const attributesOf = (object: { Bucket: string; Key: string }) =>
    s3.send(
      new GetObjectAttributesCommand({ ...object, ObjectAttributes: ["Checksum", "ObjectParts"] }),
    );

  it("of parts: GetObjectAttributes alone gives the value without the number of parts", async () => {
    const { object, parts, complete } = await uploaded("COMPOSITE");
    await complete(parts);
    const sums = Buffer.concat(
      parts.map((part) => Buffer.from(part.ChecksumCRC32 ?? "", "base64")),
    );
    const value = checksum("CRC32", sums);
    const { Checksum, ObjectParts } = await attributesOf(object);
    expect(Checksum).to.deep.equal({ ChecksumCRC32: value, ChecksumType: "COMPOSITE" });
    expect(ObjectParts?.Parts).to.have.length(2);
    expect(ObjectParts?.Parts?.[1]).to.include({ ChecksumCRC32: parts[1]?.ChecksumCRC32 });
    const head = await s3.send(new HeadObjectCommand({ ...object, ChecksumMode: "ENABLED" }));
    expect(head.ChecksumCRC32).to.equal(`${value}-2`);
    const part = { ...object, PartNumber: 2, ChecksumMode: "ENABLED" as const };
    expect(await s3.send(new HeadObjectCommand(part))).to.include({
      ChecksumCRC32: parts[1]?.ChecksumCRC32,
      PartsCount: 2,
    });
  });

  it("of the full object: GetObjectAttributes counts the parts and lists none", async () => {
    const { object, parts, complete } = await uploaded("FULL_OBJECT");
    await complete(parts);
    const { Checksum, ObjectParts } = await attributesOf(object);
    const value = checksum("CRC32", WHOLE);
    expect(Checksum).to.deep.equal({ ChecksumCRC32: value, ChecksumType: "FULL_OBJECT" });
    expect(ObjectParts).to.deep.equal({ TotalPartsCount: 2 });
  });

  it("of the full object say nothing of a part of it", async () => {
    const { object, parts, complete } = await uploaded("FULL_OBJECT");
    await complete(parts);
    const ofPart = { ...object, PartNumber: 1, ChecksumMode: "ENABLED" as const };
    for (const answer of [
      await s3.send(new GetObjectCommand(ofPart)),
      await s3.send(new HeadObjectCommand(ofPart)),
    ]) {
      expect([answer.ChecksumCRC32, answer.ChecksumType]).to.deep.equal([undefined, undefined]);
      expect(answer.PartsCount).to.equal(2);
    }
    const whole = { ...object, ChecksumMode: "ENABLED" as const };
    expect(await s3.send(new HeadObjectCommand(whole))).to.include({
      ChecksumCRC32: checksum("CRC32", WHOLE),
    });
  });

  it("of an object in one piece are given with part 1, which is all of it", async () => {
    const object = { Bucket, Key: "in-one-piece" };
    await s3.send(new PutObjectCommand({ ...object, Body: "x", ChecksumAlgorithm: "CRC32" }));
    const part = { ...object, PartNumber: 1, ChecksumMode: "ENABLED" as const };
    expect(await s3.send(new HeadObjectCommand(part))).to.have.property("ChecksumCRC32");
  });

  it("in a list of parts must be the right ones, also for one of the full object", async () => {
    const { parts, complete } = await uploaded("FULL_OBJECT");
    const [one = {}, two = {}] = parts;
    expect(await failureOf(complete([one, { ...two, ChecksumCRC32: OTHER }]))).to.include({
      code: "BadDigest",
      status: 400,
      message: "The crc32 you specified for part 2 did not match what we received.",
    });
    const { ETag, PartNumber } = two;
    const ofAnother = { ETag, PartNumber, ChecksumSHA1: checksum("SHA1", SECOND) };
    expect(await failureOf(complete([one, ofAnother]))).to.include({
      code: "BadDigest",
      message: "The sha1 you specified for part 2 did not match what we received.",
    });
    // The list may go without.
    const bare = parts.map((part) => ({ ETag: part.ETag, PartNumber: part.PartNumber }));
    expect((await complete(bare)).ChecksumCRC32).to.equal(checksum("CRC32", WHOLE));
  });

  it("that are wrong in the list of a composite one are no such part", async () => {
    const { parts, complete } = await uploaded("COMPOSITE");
    const [one = {}, two = {}] = parts;
    expect(await failureOf(complete([one, { ...two, ChecksumCRC32: OTHER }]))).to.include({
      code: "InvalidPart",
    });
  });

  it("cannot be in the list of an upload that was created without an algorithm", async () => {
    const target = `/${Bucket}/without-algorithm`;
    const begun = await send(sandbox(), { method: "POST", target: `${target}?uploads=` });
    const UploadId = /<UploadId>(.*?)<\/UploadId>/.exec(begun.body)?.[1];
    const upload = { Bucket, Key: "without-algorithm", UploadId };
    const part = { ...upload, PartNumber: 1, Body: SECOND };
    const { ETag } = await s3.send(new UploadPartCommand({ ...part, ChecksumAlgorithm: "CRC32" }));
    const complete = (extra: Partial<CompletedPart>) =>
      s3.send(
        new CompleteMultipartUploadCommand({
          ...upload,
          MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ...extra }] },
        }),
      );
    const ChecksumCRC32 = checksum("CRC32", SECOND);
    expect(await failureOf(complete({ ChecksumCRC32 }))).to.include({ code: "InvalidPart" });
    expect(await complete({})).to.include({ ChecksumCRC64NVME: checksum("CRC64NVME", SECOND) });
  });

  it("are not asked of a list without parts, which is refused first", async () => {
    const { complete } = await uploaded("COMPOSITE");
    expect(await failureOf(complete([]))).to.include({
      code: "InvalidRequest",
      status: 400,
      message: "You must specify at least one part",
    });
  });
});
