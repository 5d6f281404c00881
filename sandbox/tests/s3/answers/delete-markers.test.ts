/**
 * What a key whose newest version is a delete marker answers.
 * Evidence: tags, ACLs and a conditional delete recorded from AWS (the User Guide says 412 of the latter); lock and hold
 * recorded for the marker's version id, inferred without one.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
 */

import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  GetObjectTaggingCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../../helpers/aws-failure";
import { useSandbox } from "../../helpers/sandbox";

describe("a key whose newest version is a delete marker", () => {
  const sandbox = useSandbox();
  const Bucket = "answers-of-markers";
  const Key = "k";
  let s3: S3Client;
  let markerId: string | undefined;
  let etag: string | undefined;

  before(async () => {
    s3 = sandbox().s3("source");
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        ObjectLockEnabledForBucket: true,
        ObjectOwnership: "ObjectWriter",
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    ({ ETag: etag } = await s3.send(new PutObjectCommand({ Bucket, Key, Body: "body" })));
    ({ VersionId: markerId } = await s3.send(new DeleteObjectCommand({ Bucket, Key })));
  });

  const requests = (VersionId?: string) => {
    const target = { Bucket, Key, VersionId };
    const RetainUntilDate = new Date(sandbox().world.clock.nowEpochMs() + 86_400_000);
    const retention = { Mode: "GOVERNANCE" as const, RetainUntilDate };
    return [
      ["GET", s3.send(new GetObjectTaggingCommand(target))],
      ["PUT", s3.send(new PutObjectTaggingCommand({ ...target, Tagging: { TagSet: [] } }))],
      ["DELETE", s3.send(new DeleteObjectTaggingCommand(target))],
      ["GET", s3.send(new GetObjectAclCommand(target))],
      ["PUT", s3.send(new PutObjectAclCommand({ ...target, ACL: "private" }))],
      ["GET", s3.send(new GetObjectRetentionCommand(target))],
      ["PUT", s3.send(new PutObjectRetentionCommand({ ...target, Retention: retention }))],
      ["GET", s3.send(new GetObjectLegalHoldCommand(target))],
      ["PUT", s3.send(new PutObjectLegalHoldCommand({ ...target, LegalHold: { Status: "ON" } }))],
    ] as const;
  };

  for (const named of [false, true]) {
    it(`has no tags, ACL and lock, ${named ? "by the id of the marker" : "and says so"}`, async () => {
      for (const [Method, request] of requests(named ? markerId : undefined)) {
        const refused = await failureOf(request);
        expect(refused).to.include({
          code: "MethodNotAllowed",
          status: 405,
          message: "The specified method is not allowed against this resource.",
        });
        expect(refused.error).to.include({ Method, ResourceType: "DeleteMarker" });
      }
    });
  }

  it("is not there for reads, nor for a key that never was", async () => {
    const get = new GetObjectCommand({ Bucket, Key });
    expect(await failureOf(s3.send(get))).to.include({ code: "NoSuchKey", status: 404 });
    const never = new GetObjectTaggingCommand({ Bucket, Key: "never" });
    expect(await failureOf(s3.send(never))).to.include({ code: "NoSuchKey", status: 404 });
  });

  it("is not there for a conditional delete, of one key or several", async () => {
    for (const IfMatch of [etag, "*"]) {
      const request = s3.send(new DeleteObjectCommand({ Bucket, Key, IfMatch }));
      expect(await failureOf(request)).to.include({ code: "NoSuchKey", status: 404 });
      const Delete = { Objects: [{ Key, ETag: IfMatch }] };
      const answer = await s3.send(new DeleteObjectsCommand({ Bucket, Delete }));
      expect(answer.Errors?.map(({ Code }) => Code)).to.deep.equal(["NoSuchKey"]);
    }
  });
});
