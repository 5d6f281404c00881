import { createHash } from "node:crypto";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { checksum } from "../../../src/values/checksums";
import { failureOf } from "../../helpers/aws-failure";
import { START_EPOCH_MS, useSandboxWithManualClock } from "../../helpers/sandbox";

const Bucket = "objects-bucket";
const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

describe("S3 objects", () => {
  const sandbox = useSandboxWithManualClock();
  let s3: S3Client;

  before(async () => {
    s3 = sandbox().s3("source");
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
  });

  const put = (Key: string, Body = "body", bucket = Bucket) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));

  async function read(Key: string, more: object = {}, bucket = Bucket): Promise<string> {
    const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key, ...more }));
    return (await answer.Body?.transformToString()) ?? "";
  }

  describe("PutObject and GetObject", () => {
    it("refuses a header override that no header can carry", async () => {
      await sandbox()
        .s3()
        .send(new PutObjectCommand({ Bucket, Key: "overridden", Body: "x" }));
      const failure = await failureOf(
        sandbox()
          .s3()
          .send(
            new GetObjectCommand({
              Bucket,
              Key: "overridden",
              ResponseContentDisposition: "attachment\r\nx-injected: 1",
            }),
          ),
      );
      expect(failure).to.include({ code: "InvalidArgument", status: 400 });
    });

    it("refuses a key of more than 1,024 bytes, to read or to write", async () => {
      const Key = "é".repeat(513);
      expect(await failureOf(put(Key))).to.include({ code: "KeyTooLongError", status: 400 });
      expect(await failureOf(read(Key))).to.include({ code: "KeyTooLongError", status: 400 });
    });

    it("gives back body, metadata and headers", async () => {
      const Key = "a folder/grüße & +plus 😀.txt";
      const answer = await s3.send(
        new PutObjectCommand({
          Bucket,
          Key,
          Body: "hello",
          ContentType: "text/plain",
          CacheControl: "max-age=1",
          ContentLanguage: "de",
          ContentDisposition: "inline",
          Metadata: { colour: "red" },
          Tagging: "a=1&b=two%20words",
        }),
      );
      expect(answer.ETag).to.equal(`"${md5("hello")}"`);
      expect(answer.VersionId).to.equal(undefined);
      expect(answer.ServerSideEncryption).to.equal("AES256");
      expect(answer.ChecksumType).to.equal("FULL_OBJECT");
      const got = await s3.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
      expect(await got.Body?.transformToString()).to.equal("hello");
      expect(got).to.deep.include({
        ContentType: "text/plain",
        CacheControl: "max-age=1",
        ContentLanguage: "de",
        ContentDisposition: "inline",
        ContentLength: 5,
        AcceptRanges: "bytes",
        Metadata: { colour: "red" },
        TagCount: 2,
        ChecksumCRC32: checksum("CRC32", Buffer.from("hello")),
      });
      expect(got.LastModified?.getTime()).to.equal(START_EPOCH_MS);
      expect(got.StorageClass).to.equal(undefined);
    });

    it("lets a request override headers of the answer", async () => {
      await put("override");
      const got = await s3.send(
        new GetObjectCommand({
          Bucket,
          Key: "override",
          ResponseContentType: "x/y",
          ResponseCacheControl: "none",
          ResponseExpires: new Date(START_EPOCH_MS),
        }),
      );
      expect(got.ContentType).to.equal("x/y");
      expect(got.CacheControl).to.equal("none");
      expect(got.ExpiresString).to.equal(new Date(START_EPOCH_MS).toUTCString());
    });

    for (const [Range, body, contentRange] of [
      ["bytes=0-0", "0", "bytes 0-0/10"],
      ["bytes=2-4", "234", "bytes 2-4/10"],
      ["bytes=8-", "89", "bytes 8-9/10"],
      ["bytes=8-99", "89", "bytes 8-9/10"],
      ["bytes=-3", "789", "bytes 7-9/10"],
      ["bytes=-99", "0123456789", "bytes 0-9/10"],
      ["bytes=0-1,3-4", "0123456789", undefined],
      ["bytes=4-2", "0123456789", undefined],
      ["items=0-1", "0123456789", undefined],
    ] as const) {
      it(`answers Range ${Range} with ${contentRange ?? "the whole object"}`, async () => {
        await put("range", "0123456789");
        const got = await s3.send(new GetObjectCommand({ Bucket, Key: "range", Range }));
        expect(await got.Body?.transformToString()).to.equal(body);
        expect(got.ContentRange).to.equal(contentRange);
        expect(got.$metadata.httpStatusCode).to.equal(contentRange === undefined ? 200 : 206);
      });
    }

    it("refuses a range that lies behind the end", async () => {
      await put("range", "0123456789");
      for (const Range of ["bytes=10-", "bytes=-0"]) {
        const failure = await failureOf(read("range", { Range }));
        expect(failure).to.include({
          code: "InvalidRange",
          status: 416,
          message: "The requested range is not satisfiable",
        });
        expect(failure.error).to.include({ ActualObjectSize: "10", RangeRequested: Range });
      }
      await put("nothing", "");
      expect(await read("nothing", { Range: "bytes=-1" })).to.equal("");
      expect(await failureOf(read("nothing", { Range: "bytes=0-" }))).to.include({ status: 416 });
    });

    it("answers part 1 of an object of one piece, and no other", async () => {
      await put("single", "0123456789");
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "single", PartNumber: 1 }));
      expect(head.ContentLength).to.equal(10);
      expect(await failureOf(read("single", { PartNumber: 2 }))).to.include({
        code: "InvalidPartNumber",
        status: 416,
      });
    });

    it("evaluates the conditions of a read", async () => {
      await put("condition");
      const etag = `"${md5("body")}"`;
      const earlier = new Date(START_EPOCH_MS - 1000);
      const same = new Date(START_EPOCH_MS);
      expect(await read("condition", { IfMatch: etag })).to.equal("body");
      expect(await read("condition", { IfUnmodifiedSince: same })).to.equal("body");
      expect(await read("condition", { IfMatch: etag, IfUnmodifiedSince: earlier })).to.equal(
        "body",
      );
      expect(await failureOf(read("condition", { IfMatch: '"other"' }))).to.include({
        code: "PreconditionFailed",
        status: 412,
        message: "At least one of the pre-conditions you specified did not hold",
      });
      expect(await failureOf(read("condition", { IfUnmodifiedSince: earlier }))).to.include({
        status: 412,
      });
      expect(await failureOf(read("condition", { IfNoneMatch: etag }))).to.include({ status: 304 });
      expect(await failureOf(read("condition", { IfModifiedSince: same }))).to.include({
        status: 304,
      });
      expect(await read("condition", { IfModifiedSince: earlier })).to.equal("body");
    });

    it("says what is missing", async () => {
      expect(await failureOf(read("missing"))).to.include({
        code: "NoSuchKey",
        status: 404,
        message: "The specified key does not exist.",
      });
      const gone = sandbox().world.s3.nextVersionId();
      expect(await failureOf(read("missing", { VersionId: gone }))).to.include({
        code: "NoSuchVersion",
        status: 404,
        message: "The specified version does not exist.",
      });
      expect(await failureOf(read("missing", { VersionId: "bad" }))).to.include({
        code: "InvalidArgument",
        message: "Invalid version id specified",
      });
      const head = new HeadObjectCommand({ Bucket, Key: "missing" });
      expect(await failureOf(s3.send(head))).to.include({ code: "NotFound", status: 404 });
    });
  });

  describe("limits", () => {
    it("takes a key of 1,024 bytes and refuses one of 1,025", async () => {
      await put("k".repeat(1024));
      expect(await failureOf(put("é".repeat(512) + "k"))).to.include({
        code: "KeyTooLongError",
        message: "Your key is too long",
      });
    });

    it("takes 2,048 bytes of metadata and refuses more", async () => {
      const putWith = (length: number) =>
        s3.send(
          new PutObjectCommand({
            Bucket,
            Key: "meta",
            Body: ".",
            Metadata: { abcd: "v".repeat(length) },
          }),
        );
      await putWith(2044);
      expect(await failureOf(putWith(2045))).to.include({
        code: "MetadataTooLarge",
        message: "Your metadata headers exceed the maximum allowed metadata size",
      });
    });

    it("refuses an unknown storage class", async () => {
      const command = new PutObjectCommand({
        Bucket,
        Key: "class",
        Body: ".",
        StorageClass: "COLD" as "STANDARD",
      });
      expect(await failureOf(s3.send(command))).to.include({
        code: "InvalidStorageClass",
        message: "The storage class you specified is not valid",
      });
    });

    it("keeps its own CRC64NVME of an upload without a checksum", async () => {
      const bare = sandbox().s3("source");
      bare.config.requestChecksumCalculation = () => Promise.resolve("WHEN_REQUIRED");
      await bare.send(new PutObjectCommand({ Bucket, Key: "bare", Body: "hello" }));
      const head = await s3.send(
        new HeadObjectCommand({ Bucket, Key: "bare", ChecksumMode: "ENABLED" }),
      );
      expect(head.ChecksumCRC64NVME).to.equal(checksum("CRC64NVME", Buffer.from("hello")));
    });

    for (const algorithm of ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const) {
      it(`keeps the ${algorithm} that an upload asks for`, async () => {
        const Key = `sum-${algorithm}`;
        await s3.send(
          new PutObjectCommand({ Bucket, Key, Body: "hello", ChecksumAlgorithm: algorithm }),
        );
        const attributes = await s3.send(
          new GetObjectAttributesCommand({
            Bucket,
            Key,
            ObjectAttributes: ["ETag", "Checksum", "ObjectSize", "StorageClass", "ObjectParts"],
          }),
        );
        expect(attributes.Checksum).to.deep.equal({
          [`Checksum${algorithm}`]: checksum(algorithm, Buffer.from("hello")),
          ChecksumType: "FULL_OBJECT",
        });
        expect(attributes).to.include({
          ETag: md5("hello"),
          ObjectSize: 5,
          StorageClass: "STANDARD",
        });
        expect(attributes.ObjectParts).to.equal(undefined);
      });
    }
  });

  describe("conditional writes", () => {
    it("puts with If-None-Match only where nothing is", async () => {
      const create = () =>
        s3.send(new PutObjectCommand({ Bucket, Key: "once", Body: "1", IfNoneMatch: "*" }));
      await create();
      const failure = await failureOf(create());
      expect(failure).to.include({ code: "PreconditionFailed", status: 412 });
      expect(failure.error.Condition).to.equal("If-None-Match");
      await s3.send(new DeleteObjectCommand({ Bucket, Key: "once" }));
      await create();
    });

    it("puts with If-Match only over what it expects", async () => {
      const replace = (Key: string, IfMatch: string) =>
        s3.send(new PutObjectCommand({ Bucket, Key, Body: "2", IfMatch }));
      await put("cas", "1");
      expect(await failureOf(replace("cas", '"no"'))).to.include({ code: "PreconditionFailed" });
      await replace("cas", `"${md5("1")}"`);
      expect(await read("cas")).to.equal("2");
      expect(await failureOf(replace("cas-missing", '"no"'))).to.include({ code: "NoSuchKey" });
    });

    it("deletes with If-Match only what it expects", async () => {
      await put("cad", "1");
      const remove = (IfMatch: string) =>
        s3.send(new DeleteObjectCommand({ Bucket, Key: "cad", IfMatch }));
      expect(await failureOf(remove('"no"'))).to.include({ code: "PreconditionFailed" });
      await remove(`"${md5("1")}"`);
      expect(await failureOf(remove("*"))).to.include({ code: "NoSuchKey" });
    });

    it("names conditions that S3 does not take on writes", async () => {
      const command = new PutObjectCommand({ Bucket, Key: "x", Body: ".", IfNoneMatch: '"abc"' });
      const { code, status, message, error } = await failureOf(s3.send(command));
      expect([code, status, message, error["additionalMessage"]]).to.deep.equal([
        "NotImplemented",
        501,
        "A header you provided implies functionality that is not implemented",
        "We don't accept the provided value of If-None-Match header for this API",
      ]);
    });
  });
});
