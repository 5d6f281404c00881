// The scenario of README.md with the AWS SDK for JavaScript, pointed at the sandbox by its environment alone.
import { strict as assert } from "node:assert";
import { SignatureV4 } from "@smithy/signature-v4";
import * as s3 from "@aws-sdk/client-s3";
import * as control from "@aws-sdk/client-s3-control";

const { ACCOUNT_ID: AccountId, BUCKET_REGION, JOB_ROLE_ARN: RoleArn, ODD_KEY: Key } = process.env;
const Bucket = "javascript-locked";
const part = Buffer.alloc(5 * 1024 * 1024, "p");
// Where no name under `localhost` is this machine, Node.js cannot ask a proxy: two settings take the place of names.
const isByName = process.env.AWS_ENDPOINT_URL_S3 !== undefined;
const client = new s3.S3Client(isByName ? {} : { forcePathStyle: true });
const send = (name, input) => client.send(new s3[`${name}Command`](input));
const text = async (input) => (await send("GetObject", input)).Body.transformToString();
const encoded = (part) =>
  encodeURIComponent(part).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
const step = (name, ...pair) => {
  assert.deepEqual(...pair, name);
  console.log(name);
};

const CreateBucketConfiguration = { LocationConstraint: BUCKET_REGION };
await send("CreateBucket", { Bucket, CreateBucketConfiguration, ObjectLockEnabledForBucket: true });
const lock = await send("GetObjectLockConfiguration", { Bucket });
step("bucket", lock.ObjectLockConfiguration.ObjectLockEnabled, "Enabled");

await send("PutObject", { Bucket, Key, Body: "odd" });
const { Contents } = await send("ListObjectsV2", { Bucket });
step("object", [await text({ Bucket, Key }), ...Contents.map((one) => one.Key)], ["odd", Key]);

const { UploadId } = await send("CreateMultipartUpload", { Bucket, Key: "parts" });
const Parts = [];
for (const [index, Body] of [part, Buffer.from("end")].entries()) {
  const one = { Bucket, Key: "parts", UploadId, PartNumber: index + 1 };
  const { ETag } = await send("UploadPart", { ...one, Body });
  Parts.push({ PartNumber: index + 1, ETag });
}
const MultipartUpload = { Parts };
await send("CompleteMultipartUpload", { Bucket, Key: "parts", UploadId, MultipartUpload });
const head = await send("HeadObject", { Bucket, Key: "parts" });
step("multipart", head.ContentLength, part.length + 3);

const signer = new SignatureV4({ ...client.config, service: "s3", uriEscapePath: false });
const { hostname, port } = new URL(process.env.AWS_ENDPOINT_URL);
const path = `/${Bucket}/${Key.split("/").map(encoded).join("/")}`;
const get = { method: "GET", protocol: "http:", hostname, port: Number(port), path };
const headers = { host: `${hostname}:${port}`, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
const { query } = await signer.presign({ ...get, headers });
const url = `${process.env.AWS_ENDPOINT_URL}${path}?${new URLSearchParams(query)}`;
step("presigned", await (await fetch(url)).text(), "odd");

const RetainUntilDate = new Date(Math.floor(Date.now() / 1000) * 1000 + 86_400_000);
const Retention = { Mode: "GOVERNANCE", RetainUntilDate };
await send("PutObjectRetention", { Bucket, Key, Retention });
const retained = await send("GetObjectRetention", { Bucket, Key });
step("retention", retained.Retention, Retention);

const dotted = { Bucket: "javascript.with.dots" };
await send("CreateBucket", { ...dotted, CreateBucketConfiguration });
await send("PutObject", { ...dotted, Key: "a/b", Body: "dots" });
step("dots", await text({ ...dotted, Key: "a/b" }), "dots");

const csv = `${Bucket},parts\n`;
const manifest = await send("PutObject", { Bucket, Key: "manifest.csv", Body: csv });
const endpointProvider = () => ({ url: new URL(process.env.AWS_ENDPOINT_URL) });
const jobs = new control.S3ControlClient(isByName ? {} : { endpointProvider });
const ask = (name, input) => jobs.send(new control[`${name}Command`]({ AccountId, ...input }));
const { JobId } = await ask("CreateJob", {
  ConfirmationRequired: true,
  Priority: 1,
  RoleArn,
  Operation: { S3PutObjectLegalHold: { LegalHold: { Status: "ON" } } },
  Report: { Enabled: false },
  Manifest: {
    Spec: { Format: "S3BatchOperations_CSV_20180820", Fields: ["Bucket", "Key"] },
    Location: {
      ObjectArn: `arn:aws:s3:::${Bucket}/manifest.csv`,
      ETag: manifest.ETag.replaceAll('"', ""),
    },
  },
});
step("create-job", (await ask("DescribeJob", { JobId })).Job.JobId, JobId);
const listed = (await ask("ListJobs", {})).Jobs.map((one) => one.JobId);
step("list-jobs", listed.includes(JobId), true);
const changed = await ask("UpdateJobStatus", { JobId, RequestedJobStatus: "Cancelled" });
step("update-job-status", changed.Status.startsWith("Cancel"), true);
