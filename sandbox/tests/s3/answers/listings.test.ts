/**
 * What listings leave out, where they go on, and who began an upload.
 * Evidence: recorded from AWS; that an empty StartAfter and EncodingType are left out, and that StartAfter inside a common
 * prefix goes on after it as a marker does, inferred.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
 */

import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../../helpers/aws-failure";
import { useSandbox } from "../../helpers/sandbox";
import { send } from "../../helpers/signed-request";

const KEYS = [
  "folder/aSubfolder/subFile1",
  "folder/aSubfolder/subFile2",
  "folder/file1",
  "folder/file2",
];
const INSIDE = "folder/aSubfolder/subFile1";

describe("answers of listings", () => {
  const sandbox = useSandbox();
  const Bucket = "answers-of-listings";
  let s3: S3Client;
  const uploadIds: string[] = [];

  before(async () => {
    s3 = sandbox().s3("source");
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    for (const Key of KEYS) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      uploadIds.push(UploadId ?? "");
    }
  });

  const inFolder = { Bucket, Prefix: "folder/", Delimiter: "/" };
  const bodyOf = async (query: string): Promise<string> => {
    const answer = await send(sandbox(), { method: "GET", target: `/${Bucket}?${query}` });
    expect(answer.statusCode, answer.body).to.equal(200);
    return answer.body;
  };

  it("go on after the common prefix in which a marker lies", async () => {
    const objects = await s3.send(new ListObjectsCommand({ ...inFolder, Marker: INSIDE }));
    const versions = await s3.send(
      new ListObjectVersionsCommand({ ...inFolder, KeyMarker: INSIDE }),
    );
    const second = await s3.send(new ListObjectsV2Command({ ...inFolder, StartAfter: INSIDE }));
    const uploads = await s3.send(
      new ListMultipartUploadsCommand({ ...inFolder, KeyMarker: INSIDE }),
    );
    const files = ["folder/file1", "folder/file2"];
    for (const [page, entries] of [
      [objects, objects.Contents],
      [versions, versions.Versions],
      [second, second.Contents],
      [uploads, uploads.Uploads],
    ] as const) {
      expect(page.CommonPrefixes).to.equal(undefined);
      expect(entries?.map((entry) => entry.Key)).to.deep.equal(files);
    }
  });

  it("list below the prefix when nothing is rolled up", async () => {
    const page = await s3.send(
      new ListObjectsCommand({ Bucket, Prefix: "folder/", Marker: INSIDE }),
    );
    expect(page.Contents?.map(({ Key }) => Key)).to.deep.equal(KEYS.slice(1));
  });

  it("do not echo an empty delimiter, but an empty prefix and marker", async () => {
    for (const list of ["", "list-type=2&", "versions=&"]) {
      const body = await bodyOf(`${list}delimiter=&prefix=`);
      expect(body).to.not.include("<Delimiter");
      expect(body).to.include("<Prefix></Prefix>");
    }
    expect(await bodyOf("delimiter=")).to.include("<Marker></Marker>");
    expect(await bodyOf("list-type=2&start-after=")).to.not.include("<StartAfter");
    expect(await bodyOf("versions=")).to.include("<KeyMarker></KeyMarker>");
  });

  it("of uploads do not echo an empty prefix either", async () => {
    const body = await bodyOf("uploads=&delimiter=&prefix=");
    expect(body).to.not.include("<Prefix").and.not.include("<Delimiter");
    expect(body).to.include("<KeyMarker></KeyMarker><UploadIdMarker></UploadIdMarker>");
    expect(await bodyOf("uploads=&prefix=folder/")).to.include("<Prefix>folder/</Prefix>");
  });

  it("of uploads have the last upload as the next marker, common prefixes do not count", async () => {
    const prefixes = await s3.send(new ListMultipartUploadsCommand({ ...inFolder, MaxUploads: 1 }));
    expect(prefixes).to.include({
      IsTruncated: true,
      NextKeyMarker: "",
      NextUploadIdMarker: "",
    });
    const all = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
    expect(all).to.include({
      IsTruncated: false,
      NextKeyMarker: KEYS[3],
      NextUploadIdMarker: uploadIds[3],
    });
    const none = await s3.send(new ListMultipartUploadsCommand({ Bucket, KeyMarker: "z" }));
    expect(none).to.include({ NextKeyMarker: "", NextUploadIdMarker: "" });
  });

  it("of uploads pass over an upload's marker without a key, and refuse one of another key", async () => {
    const UploadIdMarker = uploadIds[2];
    const alone = await s3.send(new ListMultipartUploadsCommand({ Bucket, UploadIdMarker }));
    expect(alone.Uploads).to.have.length(4);
    expect(alone.UploadIdMarker).to.equal("");
    const both = { Bucket, KeyMarker: KEYS[2], UploadIdMarker };
    const rest = await s3.send(new ListMultipartUploadsCommand(both));
    expect(rest.Uploads?.map(({ Key }) => Key)).to.deep.equal([KEYS[3]]);
    expect(rest.UploadIdMarker).to.equal(UploadIdMarker);
    const ofAnother = new ListMultipartUploadsCommand({ ...both, KeyMarker: KEYS[0] });
    const refused = await failureOf(s3.send(ofAnother));
    expect(refused).to.include({ code: "InvalidArgument", message: "Invalid uploadId marker" });
    expect(refused.error).to.include({ ArgumentName: "upload-id-marker" });
  });

  it("name who began an upload, and the owner by id alone", async () => {
    const { accountId } = sandbox().account("source");
    const admin = { ID: `arn:aws:iam::${accountId}:user/admin`, DisplayName: "admin" };
    const canonicalUserId = sandbox().world.accounts.get(accountId)?.canonicalUserId;
    const target = { Bucket, Key: KEYS[3], UploadId: uploadIds[3] };
    const parts = await s3.send(new ListPartsCommand(target));
    expect(parts.Initiator).to.deep.equal(admin);
    expect(parts.Owner).to.deep.equal({ ID: canonicalUserId });
    const uploads = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
    expect(uploads.Uploads?.[3]?.Initiator).to.deep.equal(admin);
    expect(uploads.Uploads?.[3]?.Owner).to.deep.equal({ ID: canonicalUserId });
  });

  it("tell the Region of the bucket", async () => {
    for (const list of ["list-type=2", ""]) {
      const answer = await send(sandbox(), { method: "GET", target: `/${Bucket}?${list}` });
      expect(answer.headers["x-amz-bucket-region"]).to.equal("eu-west-1");
    }
  });

  it("do not echo where the first page began once there is a token", async () => {
    const StartAfter = KEYS[0];
    const first = await s3.send(new ListObjectsV2Command({ Bucket, StartAfter, MaxKeys: 1 }));
    expect(first.StartAfter).to.equal(StartAfter);
    const ContinuationToken = first.NextContinuationToken;
    const next = await s3.send(new ListObjectsV2Command({ Bucket, StartAfter, ContinuationToken }));
    expect([next.StartAfter, next.ContinuationToken]).to.deep.equal([undefined, ContinuationToken]);
    expect(next.Contents?.map(({ Key }) => Key)).to.deep.equal(KEYS.slice(2));
  });

  it("of buckets take an empty token as none", async () => {
    const answer = await s3.send(new ListBucketsCommand({ ContinuationToken: "" }));
    expect(answer.Buckets?.map(({ Name }) => Name)).to.include(Bucket);
    const empty = new ListObjectsV2Command({ Bucket, ContinuationToken: "" });
    expect(await failureOf(s3.send(empty))).to.include({ code: "InvalidArgument" });
  });
});
