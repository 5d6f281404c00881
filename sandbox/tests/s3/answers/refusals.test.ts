/**
 * What S3 refuses, or takes, with which words.
 * Evidence: recorded from AWS where a test does not say otherwise.
 */

import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketTaggingCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  UploadPartCopyCommand,
  type BucketLocationConstraint,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../../helpers/aws-failure";
import { useSandbox } from "../../helpers/sandbox";
import { send } from "../../helpers/signed-request";

describe("refusals of S3", () => {
  const sandbox = useSandbox();
  const Bucket = "answers-plain";
  const locked = "answers-locked";
  let s3: S3Client;

  before(async () => {
    s3 = sandbox().s3("source");
    for (const [name, ObjectLockEnabledForBucket] of [
      [Bucket, false],
      [locked, true],
    ] as const) {
      await s3.send(
        new CreateBucketCommand({
          Bucket: name,
          ObjectLockEnabledForBucket,
          CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        }),
      );
    }
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "0123456789", Tagging: "a=b" }));
  });

  describe("of the bypass of governance in a bucket without Object Lock", () => {
    for (const BypassGovernanceRetention of [true, false]) {
      it(`with ${BypassGovernanceRetention}, of one object and of several`, async () => {
        const one = new DeleteObjectCommand({ Bucket, Key: "none", BypassGovernanceRetention });
        const Delete = { Objects: [{ Key: "none" }] };
        const several = new DeleteObjectsCommand({ Bucket, Delete, BypassGovernanceRetention });
        for (const request of [s3.send(one), s3.send(several)]) {
          const refused = await failureOf(request);
          expect(refused).to.include({
            code: "InvalidArgument",
            status: 400,
            message:
              "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
          });
          expect(refused.error).to.include({ ArgumentName: "x-amz-bypass-governance-retention" });
        }
        const inLocked = { Bucket: locked, Key: "none", BypassGovernanceRetention };
        const deleted = await s3.send(new DeleteObjectCommand(inLocked));
        expect(deleted.DeleteMarker).to.equal(true);
      });
    }
  });

  describe("of lock headers", () => {
    const put = (more: object) =>
      failureOf(s3.send(new PutObjectCommand({ Bucket: locked, Key: "k", Body: "x", ...more })));

    it("names the one of the two that is missing", async () => {
      const message =
        "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied";
      const noDate = await put({ ObjectLockMode: "GOVERNANCE" });
      expect(noDate).to.include({ code: "InvalidArgument", message });
      expect(noDate.error).to.include({ ArgumentName: "x-amz-object-lock-retain-until-date" });
      const noMode = await put({ ObjectLockRetainUntilDate: new Date("2999-01-01") });
      expect(noMode).to.include({ code: "InvalidArgument", message });
      expect(noMode.error).to.include({ ArgumentName: "x-amz-object-lock-mode" });
    });

    it("shows a date that has been, in a header and in a body", async () => {
      const past = new Date("2020-01-01T00:00:00Z");
      const inHeader = await put({ ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: past });
      expect(inHeader).to.include({ message: "The retain until date must be in the future!" });
      expect(inHeader.error).to.include({ ArgumentName: "x-amz-object-lock-retain-until-date" });
      expect(inHeader.error.ArgumentValue).to.match(/^2020-01-01T00:00:00/);
      await s3.send(new PutObjectCommand({ Bucket: locked, Key: "k", Body: "x" }));
      const Retention = { Mode: "GOVERNANCE" as const, RetainUntilDate: past };
      const body = new PutObjectRetentionCommand({ Bucket: locked, Key: "k", Retention });
      const inBody = await failureOf(s3.send(body));
      expect(inBody.error).to.include({ ArgumentName: "RetainUntilDate" });
      expect(inBody.error.ArgumentValue).to.match(/^2020-01-01T00:00:00/);
    });
  });

  describe("of a digest", () => {
    it("shows the expected one in hex", async () => {
      const answer = await send(sandbox(), {
        method: "PUT",
        target: `/${Bucket}/digest`,
        headers: { "content-md5": "1B2M2Y8AsgTpgAmY7PhCfg==" },
        body: "x",
      });
      expect(answer).to.include({ statusCode: 400, code: "BadDigest" });
      expect(answer.body).to.include(
        "<ExpectedDigest>d41d8cd98f00b204e9800998ecf8427e</ExpectedDigest>",
      );
      expect(answer.body).to.match(/<CalculatedDigest>[\w+/]{22}==<\/CalculatedDigest>/);
    });
  });

  describe("of a bucket of one's own, again", () => {
    it("in us-east-1 is a success without tags, and a conflict with them", async () => {
      const east = sandbox().s3("source", { region: "us-east-1" });
      const create = (more: object = {}) =>
        east.send(new CreateBucketCommand({ Bucket: "answers-east", ...more }));
      await create();
      expect((await create()).Location).to.equal("/answers-east");
      const tagged = create({ CreateBucketConfiguration: { Tags: [{ Key: "a", Value: "b" }] } });
      expect(await failureOf(tagged)).to.include({ code: "BucketAlreadyOwnedByYou", status: 409 });
    });
  });

  describe("of a location", () => {
    it("that is not the endpoint's, be it us-east-1 or none at all", async () => {
      for (const location of ["us-west-2", "us-east-1", "nowhere-1"]) {
        const request = new CreateBucketCommand({
          Bucket: "answers-elsewhere",
          CreateBucketConfiguration: { LocationConstraint: location as BucketLocationConstraint },
        });
        expect(await failureOf(s3.send(request))).to.include({
          code: "IllegalLocationConstraintException",
          status: 400,
          message: `The ${location} location constraint is incompatible for the region specific endpoint this request was sent to.`,
        });
      }
    });

    it("at the endpoint of us-east-1, which asks whether it is one", async () => {
      const east = sandbox().s3("source", { region: "us-east-1" });
      for (const location of ["us-east-1", "nowhere-1"]) {
        const request = new CreateBucketCommand({
          Bucket: "answers-elsewhere",
          CreateBucketConfiguration: { LocationConstraint: location as BucketLocationConstraint },
        });
        expect(await failureOf(east.send(request))).to.include({
          code: "InvalidLocationConstraint",
        });
      }
    });

    it("does not meet EU, which reads back as it was given", async () => {
      await s3.send(
        new CreateBucketCommand({
          Bucket: "answers-eu",
          CreateBucketConfiguration: { LocationConstraint: "EU" },
        }),
      );
      const { LocationConstraint } = await s3.send(
        new GetBucketLocationCommand({ Bucket: "answers-eu" }),
      );
      expect(LocationConstraint).to.equal("EU");
    });
  });

  describe("of tags", () => {
    it("does not meet an empty document, which takes them away", async () => {
      const empty = '<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>';
      await s3.send(
        new PutBucketTaggingCommand({
          Bucket,
          Tagging: { TagSet: [{ Key: "a", Value: "b" }] },
        }),
      );
      for (const target of [`/${Bucket}?tagging=`, `/${Bucket}/k?tagging=`]) {
        const answer = await send(sandbox(), { method: "PUT", target, body: empty });
        expect(answer.statusCode, answer.body).to.be.lessThan(300);
      }
      const ofBucket = s3.send(new GetBucketTaggingCommand({ Bucket }));
      expect(await failureOf(ofBucket)).to.include({ code: "NoSuchTagSet" });
      const ofObject = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: "k" }));
      expect(ofObject.TagSet).to.deep.equal([]);
    });

    it("meets no document at all", async () => {
      for (const target of [`/${Bucket}?tagging=`, `/${Bucket}/k?tagging=`]) {
        const answer = await send(sandbox(), { method: "PUT", target });
        expect(answer).to.include({ statusCode: 400, code: "MissingRequestBodyError" });
      }
    });

    it("meets a header whose pairs are separated otherwise; what is encoded is a value", async () => {
      const put = (Tagging: string) =>
        s3.send(new PutObjectCommand({ Bucket, Key: "tagged", Body: "x", Tagging }));
      // Of the second equals sign inferred.
      for (const header of ["key1=val1,key2=val2", "key1=val1=val2"]) {
        const refused = await failureOf(put(header));
        expect(refused).to.include({ code: "InvalidArgument", status: 400 });
        expect(refused.error).to.include({
          ArgumentName: "x-amz-tagging",
          ArgumentValue: header,
        });
      }
      await put("key1=val%3D1&key2=val2");
      const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: "tagged" }));
      expect(TagSet).to.deep.equal([
        { Key: "key1", Value: "val=1" },
        { Key: "key2", Value: "val2" },
      ]);
    });
  });

  describe("of the range of a copied part", () => {
    it("that starts past the end, and of one that ends there", async () => {
      const upload = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "copied" }));
      const copy = (CopySourceRange: string) =>
        failureOf(
          s3.send(
            new UploadPartCopyCommand({
              Bucket,
              Key: "copied",
              UploadId: upload.UploadId,
              PartNumber: 1,
              CopySource: `${Bucket}/k`,
              CopySourceRange,
            }),
          ),
        );
      expect(await copy("bytes=100-200")).to.include({
        code: "InvalidRequest",
        status: 400,
        message: "The specified copy range is invalid for the source object size",
      });
      const past = await copy("bytes=0-100");
      expect(past).to.include({
        code: "InvalidArgument",
        message: "Range specified is not valid for source object of size: 10",
      });
      expect(past.error).to.include({ ArgumentName: "x-amz-copy-source-range" });
    });
  });

  // Inferred.
  describe("of metadata", () => {
    it("does not meet blanks of a Content-Encoding, which stay but for aws-chunked", async () => {
      const object = { Bucket, Key: "encoded" };
      const put = { ...object, Body: "x", ContentEncoding: "deflate, gzip" };
      await s3.send(new PutObjectCommand(put));
      const head = await s3.send(new HeadObjectCommand(object));
      expect(head.ContentEncoding).to.equal("deflate, gzip");
      for (const [sent, kept] of [
        ["gzip, aws-chunked", "gzip"],
        ["aws-chunked", undefined],
        ["aws-chunked, deflate, gzip", "deflate, gzip"],
      ] as const) {
        const headers = { "content-encoding": sent };
        await send(sandbox(), { method: "PUT", target: `/${Bucket}/encoded`, headers, body: "x" });
        const { ContentEncoding } = await s3.send(new HeadObjectCommand(object));
        expect(ContentEncoding).to.equal(kept);
      }
    });

    it("does not meet RFC 2047, which is decoded where it is ASCII", async () => {
      const object = { Bucket, Key: "metadata" };
      const Metadata = {
        base64: "=?UTF-8?B?cGxhaW4gdGV4dA==?=",
        quoted: "=?utf-8?Q?plain_te=78t?=",
        other: "=?UTF-8?B?w6Q=?=",
        none: "=?",
      };
      await s3.send(new PutObjectCommand({ ...object, Body: "x", Metadata }));
      const head = await s3.send(new HeadObjectCommand(object));
      expect(head.Metadata).to.deep.equal({
        ...Metadata,
        base64: "plain text",
        quoted: "plain text",
      });
    });
  });
});
