import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  DeleteObjectTaggingCommand,
  RestoreObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../../helpers/aws-failure";
import { useSandboxWithManualClock } from "../../helpers/sandbox";

const Bucket = "versions-bucket";
const HOUR_MS = 3_600_000;

describe("S3 object versions, tags and archives", () => {
  const sandbox = useSandboxWithManualClock();
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

  /** A bucket of its own for a test of versioning. */
  async function freshBucket(versioning?: "Enabled" | "Suspended"): Promise<string> {
    const name = `versions-bucket-${++count}`;
    await s3.send(
      new CreateBucketCommand({
        Bucket: name,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    if (versioning !== undefined) await setVersioning(name, versioning);
    return name;
  }

  const setVersioning = (name: string, Status: "Enabled" | "Suspended") =>
    s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status } }));

  const put = (Key: string, Body = "body", bucket = Bucket) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));

  async function read(Key: string, more: object = {}, bucket = Bucket): Promise<string> {
    const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key, ...more }));
    return (await answer.Body?.transformToString()) ?? "";
  }

  describe("versions", () => {
    it("keeps one object without versioning", async () => {
      const bucket = await freshBucket();
      await put("k", "1", bucket);
      await put("k", "2", bucket);
      const list = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
      expect(list.Versions?.map((version) => version.VersionId)).to.deep.equal(["null"]);
      expect(await read("k", { VersionId: "null" }, bucket)).to.equal("2");
      const deleted = await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "k" }));
      expect(deleted.DeleteMarker).to.equal(undefined);
      const after = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
      expect(after.Versions).to.equal(undefined);
      expect(after.DeleteMarkers).to.equal(undefined);
    });

    it("adds versions and delete markers with versioning enabled", async () => {
      const bucket = await freshBucket("Enabled");
      const first = await put("k", "1", bucket);
      const second = await put("k", "2", bucket);
      expect(first.VersionId).to.match(/^[A-Za-z0-9._]{32}$/);
      const marker = await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "k" }));
      expect(marker.DeleteMarker).to.equal(true);
      const hidden = await failureOf(read("k", {}, bucket));
      expect(hidden.code).to.equal("NoSuchKey");
      expect(await read("k", { VersionId: first.VersionId }, bucket)).to.equal("1");
      const list = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
      expect(list.Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).to.deep.equal([
        [second.VersionId, false],
        [first.VersionId, false],
      ]);
      expect(
        list.DeleteMarkers?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]),
      ).to.deep.equal([[marker.VersionId, true]]);
      const removed = await s3.send(
        new DeleteObjectCommand({ Bucket: bucket, Key: "k", VersionId: marker.VersionId }),
      );
      expect(removed).to.include({ DeleteMarker: true, VersionId: marker.VersionId });
      expect(await read("k", {}, bucket)).to.equal("2");
    });

    it("answers 405 for a delete marker by id and 404 with its header without", async () => {
      const bucket = await freshBucket("Enabled");
      const { VersionId } = await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "k" }));
      const headers: Record<string, string>[] = [];
      const watched = sandbox().s3("source");
      watched.middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args);
          headers.push((result.response as { headers: Record<string, string> }).headers);
          return result;
        },
        { step: "deserialize", priority: "low" },
      );
      const byId = await failureOf(
        watched.send(new HeadObjectCommand({ Bucket: bucket, Key: "k", VersionId })),
      );
      expect(byId.status).to.equal(405);
      expect(headers[0]).to.include({
        "x-amz-delete-marker": "true",
        "x-amz-version-id": VersionId,
        allow: "DELETE",
      });
      const get = await failureOf(read("k", { VersionId }, bucket));
      expect(get).to.include({
        code: "MethodNotAllowed",
        status: 405,
        message: "The specified method is not allowed against this resource.",
      });
      expect(get.error).to.include({ Method: "GET", ResourceType: "DeleteMarker" });
      const current = await failureOf(
        watched.send(new HeadObjectCommand({ Bucket: bucket, Key: "k" })),
      );
      expect(current.status).to.equal(404);
      expect(headers[1]).to.include({ "x-amz-delete-marker": "true" });
    });

    it("replaces only the null version while versioning is suspended", async () => {
      const bucket = await freshBucket();
      await put("k", "0", bucket);
      await setVersioning(bucket, "Enabled");
      const kept = await put("k", "1", bucket);
      await setVersioning(bucket, "Suspended");
      const suspended = await put("k", "2", bucket);
      expect(suspended.VersionId).to.equal(undefined);
      expect(await read("k", { VersionId: "null" }, bucket)).to.equal("2");
      expect(await read("k", { VersionId: kept.VersionId }, bucket)).to.equal("1");
      const marker = await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "k" }));
      expect(marker).to.include({ DeleteMarker: true, VersionId: "null" });
      const list = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
      expect(list.Versions?.map((version) => version.VersionId)).to.deep.equal([kept.VersionId]);
      expect(list.DeleteMarkers?.map((entry) => entry.VersionId)).to.deep.equal(["null"]);
    });
  });

  describe("DeleteObjects", () => {
    it("deletes each object by itself and reports each failure", async () => {
      const bucket = await freshBucket("Enabled");
      const { VersionId } = await put("a", "1", bucket);
      const answer = await s3.send(
        new DeleteObjectsCommand({
          Bucket: bucket,
          Delete: {
            Objects: [{ Key: "a", VersionId }, { Key: "b" }, { Key: "c", VersionId: "bad" }],
          },
        }),
      );
      expect(answer.Deleted?.[0]).to.deep.equal({ Key: "a", VersionId });
      expect(answer.Deleted?.[1]).to.include({ Key: "b", DeleteMarker: true });
      expect(answer.Errors).to.deep.equal([
        {
          Key: "c",
          VersionId: "bad",
          Code: "NoSuchVersion",
          Message: "The specified version does not exist.",
        },
      ]);
    });

    it("names only failures when quiet", async () => {
      const answer = await s3.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Quiet: true, Objects: [{ Key: "none" }] } }),
      );
      expect(answer.Deleted).to.equal(undefined);
      expect(answer.Errors).to.equal(undefined);
    });

    it("refuses more than a thousand objects", async () => {
      const Objects = Array.from({ length: 1001 }, (_, index) => ({ Key: `k${index}` }));
      const command = new DeleteObjectsCommand({ Bucket, Delete: { Objects } });
      expect(await failureOf(s3.send(command))).to.include({ code: "MalformedXML" });
    });
  });

  describe("tags", () => {
    const tag = (TagSet: { Key: string; Value: string }[]) =>
      s3.send(new PutObjectTaggingCommand({ Bucket, Key: "tags", Tagging: { TagSet } }));

    it("are put, read and deleted", async () => {
      await put("tags");
      await tag([{ Key: "a", Value: "1" }]);
      const got = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: "tags" }));
      expect(got.TagSet).to.deep.equal([{ Key: "a", Value: "1" }]);
      await s3.send(new DeleteObjectTaggingCommand({ Bucket, Key: "tags" }));
      const after = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: "tags" }));
      expect(after.TagSet ?? []).to.deep.equal([]);
    });

    it("keep their limits", async () => {
      await put("tags");
      const many = (length: number) =>
        Array.from({ length }, (_, index) => ({ Key: `k${index}`, Value: "v" }));
      await tag(many(10));
      expect(await failureOf(tag(many(11)))).to.include({
        code: "BadRequest",
        message: "Object tags cannot be greater than 10",
      });
      await tag([{ Key: "k".repeat(128), Value: "v".repeat(256) }]);
      expect(await failureOf(tag([{ Key: "k".repeat(129), Value: "" }]))).to.include({
        code: "InvalidTag",
        message: "The TagKey you have provided is invalid",
      });
      expect(await failureOf(tag([{ Key: "k", Value: "v".repeat(257) }]))).to.include({
        code: "InvalidTag",
        message: "The TagValue you have provided is invalid",
      });
      expect(
        await failureOf(
          tag([
            { Key: "k", Value: "1" },
            { Key: "k", Value: "2" },
          ]),
        ),
      ).to.include({
        code: "InvalidTag",
        message: "Cannot provide multiple Tags with the same key",
      });
    });

    it("of a header are refused when a name comes twice", async () => {
      const command = new PutObjectCommand({ Bucket, Key: "tags", Body: ".", Tagging: "a=1&a=2" });
      const failure = await failureOf(s3.send(command));
      expect(failure.code).to.equal("InvalidArgument");
      expect(failure.error.ArgumentName).to.equal("x-amz-tagging");
    });
  });

  describe("archived objects", () => {
    it("are read only between restore and expiry", async () => {
      await s3.send(
        new PutObjectCommand({ Bucket, Key: "ice", Body: "ice", StorageClass: "GLACIER" }),
      );
      expect(await failureOf(read("ice"))).to.include({
        code: "InvalidObjectState",
        status: 403,
        message: "The operation is not valid for the object's storage class",
      });
      const restore = new RestoreObjectCommand({
        Bucket,
        Key: "ice",
        RestoreRequest: { Days: 1, GlacierJobParameters: { Tier: "Standard" } },
      });
      expect((await s3.send(restore)).$metadata.httpStatusCode).to.equal(202);
      expect(await failureOf(s3.send(restore))).to.include({ code: "RestoreAlreadyInProgress" });
      const head = () => s3.send(new HeadObjectCommand({ Bucket, Key: "ice" }));
      expect((await head()).Restore).to.equal('ongoing-request="true"');
      sandbox().clock.advance(5 * HOUR_MS);
      expect(await read("ice")).to.equal("ice");
      expect((await head()).Restore).to.match(/^ongoing-request="false", expiry-date="/);
      expect((await s3.send(restore)).$metadata.httpStatusCode).to.equal(200);
      // The day from now on, and on to midnight.
      sandbox().clock.advance(31 * HOUR_MS - 1);
      expect(await read("ice")).to.equal("ice");
      sandbox().clock.advance(1);
      expect(await failureOf(read("ice"))).to.include({ code: "InvalidObjectState" });
    });
  });
});
