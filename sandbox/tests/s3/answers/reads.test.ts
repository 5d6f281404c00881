/**
 * Headers of reads, and of the reads that a copy makes.
 * Evidence: dates to come and the case of the mode recorded from AWS; that the header for the encryption is refused is
 * documented, its text seen on AWS with a part of an upload.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (Encryption)
 */

import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCopyCommand,
  type ChecksumMode,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../../helpers/aws-failure";
import { useSandboxWithManualClock } from "../../helpers/sandbox";
import { send } from "../../helpers/signed-request";

const HOUR_MS = 3_600_000;

describe("a read of an object", () => {
  const sandbox = useSandboxWithManualClock();
  const Bucket = "answers-of-reads";
  const object = { Bucket, Key: "k" };
  let s3: S3Client;

  before(async () => {
    s3 = sandbox().s3("source");
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    await s3.send(new PutObjectCommand({ ...object, Body: "body", ChecksumAlgorithm: "CRC32" }));
    sandbox().clock.advance(HOUR_MS);
  });

  const hoursFromNow = (hours: number): Date =>
    new Date(sandbox().clock.nowEpochMs() + hours * HOUR_MS);

  it("passes over a date to come of If-Modified-Since, and keeps to one that has been", async () => {
    const later = { ...object, IfModifiedSince: hoursFromNow(1) };
    expect((await s3.send(new GetObjectCommand(later))).ContentLength).to.equal(4);
    expect((await s3.send(new HeadObjectCommand(later))).ContentLength).to.equal(4);
    const now = { ...object, IfModifiedSince: hoursFromNow(0) };
    expect(await failureOf(s3.send(new GetObjectCommand(now)))).to.include({ status: 304 });
    expect(await failureOf(s3.send(new HeadObjectCommand(now)))).to.include({ status: 304 });
  });

  it("does so as the source of a copy and of a part", async () => {
    const CopySource = `${Bucket}/k`;
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "parts" }));
    const copies = (CopySourceIfModifiedSince: Date) => [
      () =>
        s3.send(
          new CopyObjectCommand({ Bucket, Key: "copy", CopySource, CopySourceIfModifiedSince }),
        ),
      () =>
        s3.send(
          new UploadPartCopyCommand({
            Bucket,
            Key: "parts",
            UploadId,
            PartNumber: 1,
            CopySource,
            CopySourceIfModifiedSince,
          }),
        ),
    ];
    for (const copy of copies(hoursFromNow(1))) {
      expect((await copy()).$metadata.httpStatusCode).to.equal(200);
    }
    for (const copy of copies(hoursFromNow(0))) {
      expect(await failureOf(copy())).to.include({ code: "PreconditionFailed", status: 412 });
    }
  });

  it("gives the checksum for the mode in any case of letters", async () => {
    for (const mode of ["enabled", "Enabled", "ENABLED"]) {
      const read = { ...object, ChecksumMode: mode as ChecksumMode };
      expect(await s3.send(new HeadObjectCommand(read))).to.have.property("ChecksumCRC32");
      const got = await s3.send(new GetObjectCommand(read));
      expect(got).to.have.property("ChecksumCRC32");
    }
  });

  it("refuses the header that chooses an encryption", async () => {
    const headers = { "x-amz-server-side-encryption": "AES256" };
    const target = `/${Bucket}/k`;
    const got = await send(sandbox(), { method: "GET", target, headers });
    expect(got).to.include({
      statusCode: 400,
      code: "InvalidArgument",
      message: "x-amz-server-side-encryption header is not supported for this operation.",
    });
    expect(got.body).to.include("<ArgumentName>x-amz-server-side-encryption</ArgumentName>");
    const head = await send(sandbox(), { method: "HEAD", target, headers });
    expect(head.statusCode).to.equal(400);
    const attributes = await send(sandbox(), {
      method: "GET",
      target: `${target}?attributes=`,
      headers: { ...headers, "x-amz-object-attributes": "ETag" },
    });
    expect(attributes).to.include({ statusCode: 400, code: "InvalidArgument" });
    const without = new GetObjectAttributesCommand({ ...object, ObjectAttributes: ["ETag"] });
    expect(await s3.send(without)).to.have.property("ETag");
  });

  it("refuses it of a part too: the upload has chosen", async () => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "parts" }));
    const part = await send(sandbox(), {
      method: "PUT",
      target: `/${Bucket}/parts?partNumber=1&uploadId=${UploadId}`,
      headers: { "x-amz-server-side-encryption": "AES256" },
      body: "part",
    });
    expect(part).to.include({ statusCode: 400, code: "InvalidArgument" });
  });
});
