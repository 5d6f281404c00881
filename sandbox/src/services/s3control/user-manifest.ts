import { gunzipSync } from "node:zlib";
import type { JobManifest } from "@aws-sdk/client-s3-control";
import { parse } from "csv-parse/sync";
import { bucketName } from "../s3/bucket/bucket-arn";
import type { ServiceSession } from "../s3/access/service-session";
import type { Task } from "./task";
import { invalidManifestContent, JobFailed, jobFailures } from "./job-failures";
import { md5Hex } from "../../values/md5";
import { decodeManifestKey } from "../../values/manifest-key";
import { readManifestObject } from "./manifest-object";
import type { ObjectPlace } from "./manifest-object";
import { blocksOfLines } from "./csv-blocks";

/**
 * Reads a manifest that the user made (`S3BatchOperations_CSV_20180820`) or that S3 Inventory wrote
 * (`S3InventoryReport_CSV_20161130`, the location is its `manifest.json`), under the job's role. Each step gives some of its
 * tasks, in order.
 * @throws JobFailed in AWS's words
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-create-job.html
 */
export function* readUserManifest(
  session: ServiceSession,
  manifest: JobManifest,
): Generator<readonly Task[], void> {
  const { Location, Spec } = manifest as CheckedManifest;
  const object = parseObjectArn(Location.ObjectArn);
  const wantedEtag = Location.ETag.replaceAll('"', "");
  if (!ETAG.test(wantedEtag)) throw invalid("ETag format is invalid");
  const found = readManifestObject(session, { ...object, versionId: Location.ObjectVersionId });
  if (found.etag !== wantedEtag) throw new JobFailed(jobFailures.manifestNotFound);
  if (Spec.Format === "S3InventoryReport_CSV_20161130") {
    yield* readInventory(session, object.bucketName, found.body);
    return;
  }
  // Under a KMS key S3 Batch Operations reads inventory reports only.
  if (found.isKmsEncrypted) throw new JobFailed(jobFailures.manifestForbidden);
  yield* parseTasks(decoded(found.body), Spec.Fields);
}

/** As CreateJob takes it: what the operation needs of a CSV manifest is among its fields, an inventory has its own. */
interface CheckedManifest {
  readonly Location: {
    readonly ObjectArn: string;
    readonly ETag: string;
    readonly ObjectVersionId?: string;
  };
  readonly Spec: { readonly Format: string; readonly Fields: readonly string[] };
}

/** Manifests are UTF-8. A byte order mark is no part of the format and stays in front of the first bucket's name. */
function decoded(body: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch (error) {
    throw invalid("Manifest file is not properly formatted", error);
  }
}

/** MD5 in hex, of an object uploaded in parts with their number. */
const ETAG = /^[0-9a-f]{32}(-\d+)?$/i;

/** What S3 makes, `null`, or nothing. Which texts AWS calls invalid is assumed. */
const VERSION_ID = /^[A-Za-z0-9._-]{0,1024}$/;

/** The lines of a CSV manifest, whose columns are named by `fields`. @throws JobFailed */
function* parseTasks(text: string, fields: readonly string[]): Generator<readonly Task[], void> {
  requireFields(fields);
  const bucketIndex = fields.indexOf("Bucket");
  const keyIndex = fields.indexOf("Key");
  const versionIndex = fields.indexOf("VersionId");
  for (const block of blocksOfLines(text)) {
    yield parseLines(block).map((line) => {
      if (line.length !== fields.length) throw invalid("Unexpected number of task fields");
      const keyText = line[keyIndex] ?? "";
      const key = decodeManifestKey(keyText);
      if (key === undefined || key === "") throw invalid("Invalid object key format");
      const versionId = line[versionIndex] ?? "";
      if (!VERSION_ID.test(versionId)) throw invalid("Invalid version ID format");
      return { bucketName: line[bucketIndex] ?? "", key, keyText, versionId };
    });
  }
}

function requireFields(fields: readonly string[]): void {
  const missing = ["Bucket", "Key"].filter((name) => !fields.includes(name));
  if (missing.length === 0) return;
  throw invalid(`Required fields are missing in the schema: ${missing.join(", ")}`);
}

function parseLines(text: string): string[][] {
  try {
    return parse(text, { relax_column_count: true, skip_empty_lines: true, bom: false });
  } catch (error) {
    throw invalid("Manifest file is not properly formatted", error);
  }
}

interface InventoryManifest {
  readonly fileFormat?: unknown;
  readonly fileSchema?: unknown;
  readonly files?: readonly { readonly key: string; readonly MD5checksum: string }[];
}

/** Data files lie in the same bucket as the inventory's manifest. */
function* readInventory(
  session: ServiceSession,
  manifestBucketName: string,
  body: Buffer,
): Generator<readonly Task[], void> {
  const manifest = parseInventoryManifest(body.toString("utf8"));
  const { fileSchema, fileFormat, files } = manifest;
  if (fileFormat !== "CSV" || typeof fileSchema !== "string" || !Array.isArray(files)) {
    throw invalid("Invalid Manifest Content");
  }
  const fields = fileSchema.split(",").map((field) => field.trim());
  // Also of an inventory without files.
  requireFields(fields);
  for (const { key, MD5checksum } of files) {
    const data = readManifestObject(session, { bucketName: manifestBucketName, key }).body;
    if (md5Hex(data) !== MD5checksum) throw invalid("Manifest file is not properly formatted");
    yield* parseTasks(gunzip(data), fields);
  }
}

function gunzip(data: Buffer): string {
  let unpacked: Buffer;
  try {
    unpacked = gunzipSync(data);
  } catch (error) {
    throw invalid("Manifest file is not properly formatted", error);
  }
  return decoded(unpacked);
}

function parseInventoryManifest(text: string): InventoryManifest {
  try {
    return (JSON.parse(text) as InventoryManifest | null) ?? {};
  } catch (error) {
    throw invalid("Invalid Manifest Content", error);
  }
}

function parseObjectArn(objectArn: string): ObjectPlace {
  const [bucketArn = "", ...key] = objectArn.split("/");
  return { bucketName: bucketName(bucketArn), key: key.join("/") };
}

function invalid(reason: string, cause?: unknown): JobFailed {
  const failed = new JobFailed(invalidManifestContent(reason));
  failed.cause = cause;
  return failed;
}
