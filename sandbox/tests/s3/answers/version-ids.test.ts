/**
 * A version id that cannot be one, of the right length and alphabet.
 * Evidence: recorded from AWS (DeleteObject, DeleteObjects, GetObject); of the other operations, and of the marker of
 * ListObjectVersions, inferred.
 */

import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../../helpers/aws-failure";
import { useSandbox } from "../../helpers/sandbox";

const NO_ID = "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD";

describe("a version id that cannot be one", () => {
  const sandbox = useSandbox();
  const plain = "version-ids-plain";
  const versioned = "version-ids-versioned";
  const Key = "k";
  let s3: S3Client;
  let goneId: string | undefined;

  before(async () => {
    s3 = sandbox().s3("source");
    for (const Bucket of [plain, versioned]) {
      await s3.send(
        new CreateBucketCommand({
          Bucket,
          CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        }),
      );
    }
    await s3.send(
      new PutBucketVersioningCommand({
        Bucket: versioned,
        VersioningConfiguration: { Status: "Enabled" },
      }),
    );
    for (const Bucket of [plain, versioned]) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: "body" }));
    }
    const gone = await s3.send(new PutObjectCommand({ Bucket: versioned, Key, Body: "gone" }));
    goneId = gone.VersionId;
    await s3.send(new DeleteObjectCommand({ Bucket: versioned, Key, VersionId: goneId }));
  });

  for (const Bucket of [plain, versioned]) {
    it(`is an invalid argument in ${Bucket}, whatever is asked`, async () => {
      const target = { Bucket, Key, VersionId: NO_ID };
      const copy = { Bucket, Key: "copy", CopySource: `${Bucket}/${Key}?versionId=${NO_ID}` };
      for (const request of [
        s3.send(new DeleteObjectCommand(target)),
        s3.send(new GetObjectCommand(target)),
        s3.send(new GetObjectTaggingCommand(target)),
        s3.send(new DeleteObjectTaggingCommand(target)),
        s3.send(new GetObjectAttributesCommand({ ...target, ObjectAttributes: ["ETag"] })),
        s3.send(new CopyObjectCommand(copy)),
      ]) {
        const refused = await failureOf(request);
        expect(refused).to.include({
          code: "InvalidArgument",
          status: 400,
          message: "Invalid version id specified",
        });
        expect(refused.error).to.include({ ArgumentName: "versionId", ArgumentValue: NO_ID });
      }
      expect(await failureOf(s3.send(new HeadObjectCommand(target)))).to.include({ status: 400 });
    });

    it(`is no version to DeleteObjects in ${Bucket}, which deletes the others`, async () => {
      await s3.send(new PutObjectCommand({ Bucket, Key: "other", Body: "x" }));
      const Objects = [{ Key, VersionId: NO_ID }, { Key: "other" }];
      const answer = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      expect(answer.Errors).to.deep.equal([
        {
          Key,
          VersionId: NO_ID,
          Code: "NoSuchVersion",
          Message: "The specified version does not exist.",
        },
      ]);
      expect(answer.Deleted?.map((one) => one.Key)).to.deep.equal(["other"]);
    });

    it(`is no marker of a listing of ${Bucket}`, async () => {
      const marker = { Bucket, KeyMarker: Key, VersionIdMarker: NO_ID };
      const refused = await failureOf(s3.send(new ListObjectVersionsCommand(marker)));
      expect(refused).to.include({
        code: "InvalidArgument",
        message: "Invalid version id specified",
      });
      expect(refused.error).to.include({ ArgumentName: "version-id-marker" });
    });
  }

  it("differs from the id of a version that is gone, or was never in that bucket", async () => {
    for (const Bucket of [plain, versioned]) {
      const target = { Bucket, Key, VersionId: goneId };
      expect(await failureOf(s3.send(new GetObjectCommand(target)))).to.include({
        code: "NoSuchVersion",
        status: 404,
      });
      const deleted = await s3.send(new DeleteObjectCommand(target));
      expect(deleted.$metadata.httpStatusCode).to.equal(204);
      const Objects = [{ Key, VersionId: goneId }];
      const answer = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      expect(answer.Errors).to.equal(undefined);
    }
  });

  it("is what an id with one character changed is", async () => {
    const { VersionId = "" } = await s3.send(
      new PutObjectCommand({ Bucket: versioned, Key, Body: "x" }),
    );
    expect(VersionId).to.have.length(32);
    const changed = (VersionId.startsWith("A") ? "B" : "A") + VersionId.slice(1);
    const read = new GetObjectCommand({ Bucket: versioned, Key, VersionId: changed });
    expect(await failureOf(s3.send(read))).to.include({ code: "InvalidArgument" });
  });
});
