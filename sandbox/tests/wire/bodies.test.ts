import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type ChecksumAlgorithm,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { checksum } from "../../src/values/checksums";
import { failureOf } from "../helpers/aws-failure";
import { useSandbox } from "../helpers/sandbox";
import { send, sendRaw, sha256, signed, signedChunks } from "../helpers/signed-request";

function sha1(text: string): string {
  return createHash("sha1").update(text).digest("base64");
}

describe("request bodies", () => {
  const sandbox = useSandbox();
  const put = (headers: Record<string, string>, body: string | Buffer, payloadHash?: string) =>
    send(sandbox(), { method: "PUT", target: "/bodies/key", headers, body }, { payloadHash });

  before(async () => {
    await sandbox()
      .s3()
      .send(
        new CreateBucketCommand({
          Bucket: "bodies",
          CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        }),
      );
  });

  for (const sizeBytes of [0, 1, 16 * 1024, 16 * 1024 + 1]) {
    it(`gives back ${sizeBytes} bytes of any value, on a connection that the client ends`, async () => {
      const body = Buffer.from(Array.from({ length: sizeBytes }, (_, index) => (index * 7) & 255));
      await put({}, body);
      const got = await sandbox()
        .s3()
        .send(new GetObjectCommand({ Bucket: "bodies", Key: "key" }));
      expect(await got.Body?.transformToByteArray()).to.deep.equal(new Uint8Array(body));
      const raw = await send(sandbox(), { method: "GET", target: "/bodies/key" });
      expect(raw.headers["content-length"]).to.equal(String(sizeBytes));
      expect(raw.headers).not.to.have.property("keep-alive");
    });
  }

  for (const algorithm of ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const) {
    it(`keeps the SDK's ${algorithm} of a buffer and of a stream`, async () => {
      const s3 = sandbox().s3();
      const target = { Bucket: "bodies", Key: `sum-${algorithm}` };
      const expected = checksum(algorithm, Buffer.from("some content"));
      for (const Body of [
        Buffer.from("some content"),
        Readable.from([Buffer.from("some content")]),
      ]) {
        await s3.send(
          new PutObjectCommand({
            ...target,
            Body,
            ContentLength: 12,
            ChecksumAlgorithm: algorithm as ChecksumAlgorithm,
          }),
        );
        const head = await s3.send(new HeadObjectCommand({ ...target, ChecksumMode: "ENABLED" }));
        expect(head[`Checksum${algorithm}`]).to.equal(expected);
        const { Body: stored, ContentEncoding } = await s3.send(new GetObjectCommand(target));
        expect(await stored?.transformToString()).to.equal("some content");
        expect(ContentEncoding).to.equal(undefined);
      }
    });
  }

  for (const algorithm of ["SHA512", "MD5", "XXHASH64", "XXHASH3", "XXHASH128"] as const) {
    it(`verifies and keeps a ${algorithm} that the caller computed`, async () => {
      const s3 = sandbox().s3();
      const target = { Bucket: "bodies", Key: `sum-${algorithm}` };
      const member = `Checksum${algorithm}`;
      const upload = (Body: string, sum: string) =>
        s3.send(new PutObjectCommand({ ...target, Body, [member]: sum }));
      const sum = checksum(algorithm, Buffer.from("some content"));
      expect(await upload("some content", sum)).to.include({ [member]: sum });
      const head = await s3.send(new HeadObjectCommand({ ...target, ChecksumMode: "ENABLED" }));
      expect(head).to.include({ [member]: sum, ChecksumType: "FULL_OBJECT" });
      expect(await failureOf(upload("other content", sum))).to.include({ code: "BadDigest" });
    });
  }

  it("refuses a checksum that is another content's", async () => {
    const other = checksum("CRC32", Buffer.from("other"));
    const answer = await put({ "x-amz-checksum-crc32": other }, "content");
    expect([answer.statusCode, answer.code, answer.message]).to.deep.equal([
      400,
      "BadDigest",
      "The CRC32 you specified did not match the calculated checksum.",
    ]);
  });

  it("refuses a checksum that has not the algorithm's length", async () => {
    const answer = await put({ "x-amz-checksum-sha256": "AAAA" }, "content");
    expect([answer.code, answer.message]).to.deep.equal([
      "InvalidRequest",
      "Value for x-amz-checksum-sha256 header is invalid.",
    ]);
  });

  it("refuses two checksums at once", async () => {
    const body = Buffer.from("content");
    const answer = await put(
      {
        "x-amz-checksum-crc32": checksum("CRC32", body),
        "x-amz-checksum-sha1": checksum("SHA1", body),
      },
      body,
    );
    expect(answer.message).to.match(/^Expecting a single x-amz-checksum- header/);
  });

  it("refuses an algorithm that S3 does not have", async () => {
    const answer = await put({ "x-amz-checksum-crc16": "AAA=" }, "content");
    expect([answer.statusCode, answer.code, answer.message]).to.deep.equal([
      400,
      "InvalidRequest",
      "The algorithm type you specified in x-amz-checksum- header is invalid.",
    ]);
  });

  it("refuses a Content-MD5 that is none, and one that does not match", async () => {
    expect((await put({ "content-md5": "nonsense" }, "content")).code).to.equal("InvalidDigest");
    const other = createHash("md5").update("other").digest("base64");
    expect((await put({ "content-md5": other }, "content")).code).to.equal("BadDigest");
  });

  it("refuses a body that is not the signed one", async () => {
    const answer = await put({}, "content", sha256("other"));
    expect([answer.statusCode, answer.code]).to.deep.equal([400, "XAmzContentSHA256Mismatch"]);
  });

  it("refuses a checksum of another algorithm than the announced one", async () => {
    const answer = await put(
      { "x-amz-sdk-checksum-algorithm": "CRC32", "x-amz-checksum-sha1": sha1("content") },
      "content",
    );
    expect([answer.code, answer.message]).to.deep.equal([
      "InvalidRequest",
      "Value for x-amz-sdk-checksum-algorithm header is invalid.",
    ]);
  });

  it("checks the hash that an anonymous request gives, and takes no signed chunks from it", async () => {
    const refused = async (hash: string) => {
      const headers = { "x-amz-content-sha256": hash };
      const answer = await sendRaw(sandbox(), {
        method: "PUT",
        target: "/bodies/anonymous",
        headers,
        body: "content",
      });
      return [answer.statusCode, answer.code];
    };
    expect(await refused("made-up")).to.deep.equal([400, "XAmzContentSHA256Mismatch"]);
    expect(await refused("STREAMING-AWS4-HMAC-SHA256-PAYLOAD")).to.deep.equal([
      400,
      "InvalidRequest",
    ]);
  });

  it("refuses DeleteObjects without any checksum", async () => {
    const body = "<Delete><Object><Key>a</Key></Object></Delete>";
    const answer = await send(sandbox(), { method: "POST", target: "/bodies?delete", body });
    expect([answer.statusCode, answer.code]).to.deep.equal([400, "InvalidRequest"]);
  });

  describe("in aws-chunked encoding", () => {
    const streaming = { "content-encoding": "aws-chunked", "x-amz-decoded-content-length": "7" };
    const SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    const UNSIGNED = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

    it("are taken out of signed chunks", async () => {
      const first = "c".repeat(8192);
      const headers = { ...streaming, "x-amz-decoded-content-length": "8196" };
      const call = await signed(
        sandbox(),
        { method: "PUT", target: "/bodies/chunked", headers },
        { payloadHash: SIGNED },
      );
      const body = signedChunks(sandbox(), call, [first, "tent"]);
      expect((await sendRaw(sandbox(), { ...call, body })).statusCode).to.equal(200);
      const stored = await send(sandbox(), { method: "GET", target: "/bodies/chunked" });
      expect(stored.body).to.equal(`${first}tent`);
    });

    it("are refused with a small chunk before the last", async () => {
      const call = await signed(
        sandbox(),
        { method: "PUT", target: "/bodies/chunked", headers: streaming },
        { payloadHash: SIGNED },
      );
      const body = signedChunks(sandbox(), call, ["con", "tent"]);
      const answer = await sendRaw(sandbox(), { ...call, body });
      expect([answer.statusCode, answer.code, answer.message]).to.deep.equal([
        403,
        "InvalidChunkSizeError",
        "Only the last chunk is allowed to have a size less than 8192 bytes",
      ]);
      expect(answer.body).to.include("<Chunk>1</Chunk><BadChunkSize>3</BadChunkSize>");
    });

    it("are refused when they are shorter than announced", async () => {
      const headers = { ...streaming, "x-amz-decoded-content-length": "8" };
      const call = await signed(
        sandbox(),
        { method: "PUT", target: "/bodies/chunked", headers },
        { payloadHash: SIGNED },
      );
      const answer = await sendRaw(sandbox(), {
        ...call,
        body: signedChunks(sandbox(), call, ["content"]),
      });
      expect([answer.statusCode, answer.code, answer.message]).to.deep.equal([
        400,
        "IncompleteBody",
        "You did not provide the number of bytes specified by the Content-Length HTTP header",
      ]);
    });

    it("are refused when a chunk was changed on the way", async () => {
      const call = await signed(
        sandbox(),
        { method: "PUT", target: "/bodies/chunked", headers: streaming },
        { payloadHash: SIGNED },
      );
      const body = signedChunks(sandbox(), call, ["con", "tent"]).replace("tent", "TENT");
      const answer = await sendRaw(sandbox(), { ...call, body });
      expect([answer.statusCode, answer.code]).to.deep.equal([403, "SignatureDoesNotMatch"]);
    });

    it("are checked against the checksum in their trailer", async () => {
      const headers = { ...streaming, "x-amz-trailer": "x-amz-checksum-crc32" };
      const right = checksum("CRC32", Buffer.from("content"));
      const wrong = checksum("CRC32", Buffer.from("other"));
      const wrapped = (sum: string) => `7\r\ncontent\r\n0\r\nx-amz-checksum-crc32:${sum}\r\n\r\n`;
      expect((await put(headers, wrapped(right), UNSIGNED)).statusCode).to.equal(200);
      expect((await put(headers, wrapped(wrong), UNSIGNED)).code).to.equal("BadDigest");
    });

    it("are refused when the announced trailer is missing", async () => {
      const headers = { ...streaming, "x-amz-trailer": "x-amz-checksum-crc32" };
      const answer = await put(headers, "7\r\ncontent\r\n0\r\n\r\n", UNSIGNED);
      expect(answer.code).to.equal("MalformedTrailerError");
    });

    it("are refused when they end early or are shorter than said", async () => {
      expect((await put(streaming, "7\r\ncont", UNSIGNED)).code).to.equal("IncompleteBody");
      const short = await put(streaming, "3\r\ncon\r\n0\r\n\r\n", UNSIGNED);
      expect(short.code).to.equal("IncompleteBody");
    });
  });
});
