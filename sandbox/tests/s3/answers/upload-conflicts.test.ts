/**
 * A condition of CompleteMultipartUpload that holds, after the key was written to since the upload was created.
 * Evidence: recorded from AWS; of versioned buckets, and that the removal of an older version does not count, inferred.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */

import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../../helpers/aws-failure";
import { useSandbox } from "../../helpers/sandbox";

const CONFLICT = {
  code: "ConditionalRequestConflict",
  status: 409,
  message:
    "The conditional request cannot succeed due to a conflicting operation against this resource.",
};

for (const versioning of ["never enabled", "enabled"]) {
  describe(`a conditional end of an upload, with versioning ${versioning}`, () => {
    const sandbox = useSandbox();
    const Bucket = `conflicts-${versioning.replace(" ", "-")}`;
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
      if (versioning === "enabled") {
        const VersioningConfiguration = { Status: "Enabled" as const };
        await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
      }
    });

    const newKey = (): string => `key-${++count}`;
    const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    const remove = (Key: string, VersionId?: string) =>
      s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));

    /** An upload with its one part: called, it completes it. */
    async function begun(Key: string) {
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      const part = { Bucket, Key, UploadId, PartNumber: 1 };
      const { ETag } = await s3.send(new UploadPartCommand({ ...part, Body: "part" }));
      return (conditions: { IfMatch?: string; IfNoneMatch?: string } = {}) =>
        s3.send(
          new CompleteMultipartUploadCommand({
            Bucket,
            Key,
            UploadId,
            MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
            ...conditions,
          }),
        );
    }

    it("is refused after a write of other and of the same bytes, and goes through anew", async () => {
      for (const body of ["other", "same"]) {
        const Key = newKey();
        const { ETag: before } = await put(Key, "same");
        const complete = await begun(Key);
        const { ETag: during } = await put(Key, body);
        if (before !== during) {
          expect(await failureOf(complete({ IfMatch: before }))).to.include({
            code: "PreconditionFailed",
          });
        }
        const refused = await failureOf(complete({ IfMatch: during }));
        expect(refused).to.include(CONFLICT);
        expect(refused.error).to.include({ Condition: "If-Match", Key });
        const anew = await begun(Key);
        expect((await anew({ IfMatch: during })).ETag).to.match(/-1"$/);
      }
    });

    it("is refused after a copy and after another upload to the key", async () => {
      const Key = newKey();
      await put(Key, "x");
      const complete = await begun(Key);
      const other = await begun(Key);
      const { ETag } = await other();
      expect(await failureOf(complete({ IfMatch: ETag }))).to.include(CONFLICT);
      const third = await begun(Key);
      const CopySource = `${Bucket}/${Key}`;
      const copy = new CopyObjectCommand({ Bucket, Key, CopySource, MetadataDirective: "REPLACE" });
      const copied = await s3.send(copy);
      expect(await failureOf(third({ IfMatch: copied.CopyObjectResult?.ETag }))).to.include(
        CONFLICT,
      );
    });

    it("is refused for an absent object after a delete, but not anew", async () => {
      const Key = newKey();
      await put(Key, "x");
      const complete = await begun(Key);
      expect(await failureOf(complete({ IfNoneMatch: "*" }))).to.include({
        code: "PreconditionFailed",
      });
      await remove(Key);
      const refused = await failureOf(complete({ IfNoneMatch: "*" }));
      expect(refused).to.include(CONFLICT);
      expect(refused.error).to.include({ Condition: "If-None-Match", Key });
      const anew = await begun(Key);
      expect((await anew({ IfNoneMatch: "*" })).ETag).to.match(/-1"$/);
    });

    it("asks for an object that was deleted, and is refused once it is back", async () => {
      const Key = newKey();
      const { ETag } = await put(Key, "x");
      const complete = await begun(Key);
      await remove(Key);
      expect(await failureOf(complete({ IfMatch: ETag }))).to.include({ code: "NoSuchKey" });
      await put(Key, "x");
      expect(await failureOf(complete({ IfMatch: ETag }))).to.include(CONFLICT);
    });

    it("is not about other keys, tags, or an upload without a condition", async () => {
      const Key = newKey();
      const { ETag } = await put(Key, "x");
      const complete = await begun(Key);
      await put(newKey(), "y");
      await s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [] } }));
      expect((await complete({ IfMatch: ETag })).ETag).to.match(/-1"$/);
      const unconditional = await begun(Key);
      await put(Key, "z");
      expect((await unconditional()).ETag).to.match(/-1"$/);
    });

    if (versioning !== "enabled") return;

    it("is not about the removal of a version that was not the current one", async () => {
      const Key = newKey();
      const { VersionId } = await put(Key, "old");
      const { ETag } = await put(Key, "new");
      const complete = await begun(Key);
      await remove(Key, VersionId);
      expect((await complete({ IfMatch: ETag })).ETag).to.match(/-1"$/);
    });
  });
}
