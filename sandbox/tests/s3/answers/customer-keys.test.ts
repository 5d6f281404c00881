/**
 * Keys of customers (SSE-C): blocked by new buckets since April 2026, and what a wrong one is answered.
 * Evidence: the block and its text documented; that a rule without blocked types leaves them as they are seen on AWS
 * (terraform-provider-aws issue 47320); that deleting the encryption does, assumed. The other texts recorded from AWS.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 */

import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type S3Client,
  type ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../../helpers/aws-failure";
import { allowCustomerKeys, customerKey } from "../../helpers/customer-keys";
import { useSandbox } from "../../helpers/sandbox";
import { send } from "../../helpers/signed-request";

const KEY = customerKey("k");
const OTHER_KEY = customerKey("o");

describe("keys of customers", () => {
  const sandbox = useSandbox();
  let s3: S3Client;
  let count = 0;

  before(() => {
    s3 = sandbox().s3("source");
  });

  async function newBucket(): Promise<string> {
    const Bucket = `customer-keys-${++count}`;
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    return Bucket;
  }

  async function openBucket(): Promise<string> {
    const Bucket = await newBucket();
    await allowCustomerKeys(s3, Bucket);
    return Bucket;
  }

  async function setRule(Bucket: string, rule: ServerSideEncryptionRule): Promise<void> {
    const ServerSideEncryptionConfiguration = { Rules: [rule] };
    await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
  }

  async function blockedTypes(Bucket: string): Promise<string[] | undefined> {
    const answer = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    const [rule] = answer.ServerSideEncryptionConfiguration?.Rules ?? [];
    return rule?.BlockedEncryptionTypes?.EncryptionType;
  }

  describe("are blocked", () => {
    it("by a new bucket, for every way to write, with AWS's words", async () => {
      const Bucket = await newBucket();
      expect(await blockedTypes(Bucket)).to.deep.equal(["SSE-C"]);
      await s3.send(new PutObjectCommand({ Bucket, Key: "plain", Body: "x" }));
      const CopySource = `${Bucket}/plain`;
      const { accountId } = sandbox().account("source");
      for (const [action, request] of [
        ["PutObject", s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x", ...KEY }))],
        ["CopyObject", s3.send(new CopyObjectCommand({ Bucket, Key: "k", CopySource, ...KEY }))],
        [
          "CreateMultipartUpload",
          s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "k", ...KEY })),
        ],
      ] as const) {
        expect(await failureOf(request)).to.include({
          code: "AccessDenied",
          status: 403,
          message:
            `User: arn:aws:iam::${accountId}:user/admin is not authorized to perform: s3:${action} on resource: ` +
            `"arn:aws:s3:::${Bucket}/k" because this bucket has blocked upload requests that specify Server Side ` +
            "Encryption with Customer provided keys (SSE-C). Please specify a different server-side encryption type",
        });
      }
    });

    it("until the bucket says NONE, and again when it says SSE-C; what is there stays readable", async () => {
      const Bucket = await openBucket();
      expect(await blockedTypes(Bucket)).to.deep.equal(["NONE"]);
      const object = { Bucket, Key: "k" };
      await s3.send(new PutObjectCommand({ ...object, Body: "x", ...KEY }));
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...object, ...KEY }));
      await setRule(Bucket, { BlockedEncryptionTypes: { EncryptionType: ["SSE-C"] } });
      const put = new PutObjectCommand({ ...object, Body: "x", ...KEY });
      expect(await failureOf(s3.send(put))).to.include({ code: "AccessDenied" });
      const part = new UploadPartCommand({ ...object, UploadId, PartNumber: 1, Body: "x", ...KEY });
      expect(await failureOf(s3.send(part))).to.include({ code: "AccessDenied" });
      const got = await s3.send(new GetObjectCommand({ ...object, ...KEY }));
      expect(await got.Body?.transformToString()).to.equal("x");
    });

    it("as before by a rule that does not speak of it, and after the encryption is deleted", async () => {
      for (const [Bucket, types] of [
        [await newBucket(), ["SSE-C"]],
        [await openBucket(), ["NONE"]],
      ] as const) {
        await setRule(Bucket, { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } });
        expect(await blockedTypes(Bucket)).to.deep.equal(types);
        await s3.send(new DeleteBucketEncryptionCommand({ Bucket }));
        expect(await blockedTypes(Bucket)).to.deep.equal(types);
      }
    });
  });

  describe("of an upload", () => {
    it("must come with each part, be the same one, and not come where the upload has none", async () => {
      const Bucket = await openBucket();
      await s3.send(new PutObjectCommand({ Bucket, Key: "source", Body: "source" }));
      const uploadWith = async (key: object) => {
        const begun = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "k", ...key }));
        return { Bucket, Key: "k", UploadId: begun.UploadId, PartNumber: 1 };
      };
      const encrypted = await uploadWith(KEY);
      const plain = await uploadWith({});
      const CopySource = `${Bucket}/source`;
      for (const send of [
        (part: typeof plain, key: object) =>
          s3.send(new UploadPartCommand({ ...part, Body: "x", ...key })),
        (part: typeof plain, key: object) =>
          s3.send(new UploadPartCopyCommand({ ...part, CopySource, ...key })),
      ]) {
        expect(await failureOf(send(encrypted, OTHER_KEY))).to.include({
          code: "InvalidRequest",
          status: 400,
          message: "The provided encryption parameters did not match the ones used originally.",
        });
        for (const refused of [send(encrypted, {}), send(plain, KEY)]) {
          expect(await failureOf(refused)).to.include({
            code: "InvalidRequest",
            status: 400,
            message:
              "The multipart upload initiate requested encryption. Subsequent part requests must include the " +
              "appropriate encryption parameters.",
          });
        }
        expect((await send(encrypted, KEY)).$metadata.httpStatusCode).to.equal(200);
      }
      const { ETag } = await s3.send(new UploadPartCommand({ ...encrypted, Body: "x", ...KEY }));
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
      const end = { Bucket, Key: "k", UploadId: encrypted.UploadId, MultipartUpload };
      const wrong = new CompleteMultipartUploadCommand({ ...end, ...OTHER_KEY });
      expect(await failureOf(s3.send(wrong))).to.include({ code: "InvalidRequest" });
    });
  });

  describe("of a read", () => {
    it("are asked for, and another one is refused", async () => {
      const Bucket = await openBucket();
      const object = { Bucket, Key: "k" };
      await s3.send(new PutObjectCommand({ ...object, Body: "x", ...KEY }));
      expect(await failureOf(s3.send(new GetObjectCommand(object)))).to.include({
        code: "InvalidRequest",
        status: 400,
      });
      expect(await failureOf(s3.send(new HeadObjectCommand(object)))).to.include({ status: 400 });
      const other = new GetObjectCommand({ ...object, ...OTHER_KEY });
      expect(await failureOf(s3.send(other))).to.include({
        code: "AccessDenied",
        status: 403,
        message:
          "Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.",
      });
    });
  });

  describe("that are none", () => {
    it("are refused in the name of x-amz-server-side-encryption, the digest before the length", async () => {
      const Bucket = await openBucket();
      const put = (key: object) =>
        failureOf(s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x", ...key })));
      const algorithm = await put({ ...KEY, SSECustomerAlgorithm: "AES512" });
      expect(algorithm).to.include({
        code: "InvalidEncryptionAlgorithmError",
        message: "The Encryption request you specified is not valid. Supported value: AES256.",
      });
      expect(algorithm.error).to.include({
        ArgumentName: "x-amz-server-side-encryption",
        ArgumentValue: "AES512",
      });
      // The SDK would send the digest that fits.
      const short = Buffer.from("short").toString("base64");
      const raw = await send(sandbox(), {
        method: "PUT",
        target: `/${Bucket}/k`,
        headers: {
          "x-amz-server-side-encryption-customer-algorithm": "AES256",
          "x-amz-server-side-encryption-customer-key": short,
          "x-amz-server-side-encryption-customer-key-md5": KEY.SSECustomerKeyMD5,
        },
        body: "x",
      });
      expect(raw).to.include({
        statusCode: 400,
        code: "InvalidArgument",
        message: "The calculated MD5 hash of the key did not match the hash that was provided.",
      });
      expect(raw.body).to.include("<ArgumentName>x-amz-server-side-encryption</ArgumentName>");
      const tooShort = { SSECustomerKey: short, SSECustomerAlgorithm: "AES256" };
      expect(await put(tooShort)).to.include({
        code: "InvalidArgument",
        message: "The secret key was invalid for the specified algorithm.",
      });
      const none = await put({ SSECustomerKey: KEY.SSECustomerKey });
      expect(none).to.include({
        code: "InvalidArgument",
        message:
          "Requests specifying Server Side Encryption with Customer provided keys must provide a valid encryption algorithm.",
      });
      expect(none.error).to.include({
        ArgumentName: "x-amz-server-side-encryption",
        ArgumentValue: "null",
      });
    });
  });
});
