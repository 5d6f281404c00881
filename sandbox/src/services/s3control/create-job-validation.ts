import type {
  CreateJobRequest,
  JobManifest,
  JobManifestGeneratorFilter,
  JobReport,
  ObjectEncryptionFilter,
  S3JobManifestGenerator,
  S3Tag,
} from "@aws-sdk/client-s3-control";
import { jobOperationOf, operationNameOf } from "./job-operations";
import { MemberCheck } from "./member-check";
import { STORAGE_CLASSES } from "./storage-classes";

/**
 * The constraints of CreateJob's members, from the service's model (`@aws-sdk/client-s3-control`, botocore). Pure: every
 * problem is found, in the words of AWS's validation messages.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateJob.html
 */
export function createJobProblems(request: CreateJobRequest): readonly string[] {
  const check = new MemberCheck();
  check.required("clientRequestToken", request.ClientRequestToken);
  check.length("clientRequestToken", request.ClientRequestToken, 1, 64);
  check.length("description", request.Description, 1, 256);
  check.required("priority", request.Priority);
  check.range("priority", request.Priority, 0, 2_147_483_647);
  check.required("roleArn", request.RoleArn);
  check.length("roleArn", request.RoleArn, 1, 2048);
  check.pattern("roleArn", request.RoleArn, /^arn:[^:]+:iam::\d{12}:role\//);
  check.required("operation", request.Operation);
  jobOperationOf(request)?.check(check, request);
  check.required("report", request.Report);
  checkTags(check, request.Tags);
  if (request.Report !== undefined) checkReport(check, request.Report);
  if (request.Manifest !== undefined) checkManifest(check, request.Manifest);
  check.oneMember("manifestGenerator", request.ManifestGenerator, ["S3JobManifestGenerator"]);
  const generator = request.ManifestGenerator?.S3JobManifestGenerator;
  if (generator !== undefined) checkGenerator(check, generator);
  return check.problems;
}

/** What is wrong between members whose own constraints hold; texts assumed. */
export function createJobConflicts(request: CreateJobRequest): readonly string[] {
  const problems: string[] = [];
  const { Manifest: manifest, ManifestGenerator: generator, Report: report } = request;
  if ((manifest === undefined) === (generator === undefined)) {
    problems.push("Exactly one of Manifest and ManifestGenerator must be specified");
  }
  if (
    Object.values(request.Operation ?? {}).filter((member) => member !== undefined).length !== 1
  ) {
    problems.push("Exactly one operation must be specified");
  }
  if (report?.Enabled === true) {
    for (const member of ["Bucket", "Format", "ReportScope"] as const) {
      if (report[member] === undefined) {
        problems.push(`${member} must be specified in the Report when it is enabled`);
      }
    }
  }
  if ((request.Tags?.length ?? 0) > MAX_JOB_TAGS) {
    problems.push(`A job can have at most ${MAX_JOB_TAGS} tags`);
  }
  const output = generator?.S3JobManifestGenerator;
  if (output?.EnableManifestOutput === true && output.ManifestOutputLocation === undefined) {
    problems.push("ManifestOutputLocation must be specified when EnableManifestOutput is true");
  }
  if (manifest !== undefined) problems.push(...manifestConflicts(manifest, request));
  problems.push(...(jobOperationOf(request)?.conflicts?.(request) ?? []));
  return problems;
}

/** The constraint of a set of job tags; also for PutJobTagging. */
export function tagProblems(tags: readonly S3Tag[] | undefined): readonly string[] {
  const check = new MemberCheck();
  checkTags(check, tags);
  return check.problems;
}

/** The most tags that a job takes. */
export const MAX_JOB_TAGS = 50;

const ACCOUNT_ID = /^\d{12}$/;
const S3_ARN = /^arn:[^:]+:s3:/;
const KMS_KEY_ARN = /^arn:aws[a-zA-Z0-9-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/[a-zA-Z0-9-]+$/;
const TAG_TEXT = /^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$/u;

const REPLICATION_STATUSES = ["COMPLETED", "FAILED", "REPLICA", "NONE"];

function manifestConflicts(manifest: JobManifest, request: CreateJobRequest): readonly string[] {
  const fields: readonly string[] = manifest.Spec?.Fields ?? [];
  if (manifest.Spec?.Format === "S3InventoryReport_CSV_20161130") {
    return fields.length === 0 ? [] : ["Fields must not be specified for an inventory report"];
  }
  const named = fields.filter((field) => field !== "Ignore");
  if (new Set(named).size !== named.length) {
    return ["The manifest's Fields must name each column once"];
  }
  const needed = jobOperationOf(request)?.manifestFields ?? [];
  return needed
    .filter((field) => !fields.includes(field))
    .map((field) => `The manifest's Fields must include ${field} for ${operationNameOf(request)}`);
}

function checkReport(check: MemberCheck, report: JobReport): void {
  check.required("report.enabled", report.Enabled);
  check.length("report.bucket", report.Bucket, 1, 128);
  check.pattern("report.bucket", report.Bucket, S3_ARN);
  check.oneOf("report.format", report.Format, ["Report_CSV_20180820"]);
  check.length("report.prefix", report.Prefix, 1, 512);
  check.oneOf("report.reportScope", report.ReportScope, ["AllTasks", "FailedTasksOnly"]);
  check.pattern("report.expectedBucketOwner", report.ExpectedBucketOwner, ACCOUNT_ID);
}

function checkManifest(check: MemberCheck, manifest: JobManifest): void {
  const { Spec: spec, Location: location } = manifest;
  check.required("manifest.spec", spec);
  check.required("manifest.spec.format", spec?.Format);
  check.oneOf("manifest.spec.format", spec?.Format, [
    "S3BatchOperations_CSV_20180820",
    "S3InventoryReport_CSV_20161130",
  ]);
  for (const field of spec?.Fields ?? []) {
    check.oneOf("manifest.spec.fields", field, ["Ignore", "Bucket", "Key", "VersionId"]);
  }
  check.required("manifest.location", location);
  check.required("manifest.location.objectArn", location?.ObjectArn);
  check.length("manifest.location.objectArn", location?.ObjectArn, 1, 2000);
  check.pattern("manifest.location.objectArn", location?.ObjectArn, S3_ARN);
  check.required("manifest.location.eTag", location?.ETag);
  check.length("manifest.location.eTag", location?.ETag, 1, 1024);
  check.length("manifest.location.objectVersionId", location?.ObjectVersionId, 1, 2000);
}

function checkGenerator(check: MemberCheck, generator: S3JobManifestGenerator): void {
  const path = "manifestGenerator.s3JobManifestGenerator";
  check.required(`${path}.sourceBucket`, generator.SourceBucket);
  check.length(`${path}.sourceBucket`, generator.SourceBucket, 1, 128);
  check.pattern(`${path}.sourceBucket`, generator.SourceBucket, S3_ARN);
  check.required(`${path}.enableManifestOutput`, generator.EnableManifestOutput);
  check.pattern(`${path}.expectedBucketOwner`, generator.ExpectedBucketOwner, ACCOUNT_ID);
  const location = generator.ManifestOutputLocation;
  if (location !== undefined) {
    const at = `${path}.manifestOutputLocation`;
    check.required(`${at}.bucket`, location.Bucket);
    check.length(`${at}.bucket`, location.Bucket, 1, 128);
    check.pattern(`${at}.bucket`, location.Bucket, S3_ARN);
    check.required(`${at}.manifestFormat`, location.ManifestFormat);
    check.oneOf(`${at}.manifestFormat`, location.ManifestFormat, [
      "S3InventoryReport_CSV_20211130",
    ]);
    check.length(`${at}.manifestPrefix`, location.ManifestPrefix, 1, 512);
    const owner = location.ExpectedManifestBucketOwner;
    check.pattern(`${at}.expectedManifestBucketOwner`, owner, ACCOUNT_ID);
    const sseKms = location.ManifestEncryption?.SSEKMS;
    if (sseKms !== undefined) {
      check.required(`${at}.manifestEncryption.sSEKMS.keyId`, sseKms.KeyId);
      check.length(`${at}.manifestEncryption.sSEKMS.keyId`, sseKms.KeyId, 1, 2000);
    }
  }
  if (generator.Filter !== undefined) checkFilter(check, `${path}.filter`, generator.Filter);
}

function checkFilter(check: MemberCheck, path: string, filter: JobManifestGeneratorFilter): void {
  for (const status of filter.ObjectReplicationStatuses ?? []) {
    check.oneOf(`${path}.objectReplicationStatuses`, status, REPLICATION_STATUSES);
  }
  for (const storageClass of filter.MatchAnyStorageClass ?? []) {
    check.oneOf(`${path}.matchAnyStorageClass`, storageClass, STORAGE_CLASSES);
  }
  for (const name of ["MatchAnyPrefix", "MatchAnySuffix", "MatchAnySubstring"] as const) {
    const texts = filter.KeyNameConstraint?.[name];
    const at = `${path}.keyNameConstraint.m${name.slice(1)}`;
    // Each takes an array of exactly one string, says the text of the member.
    check.count(at, texts, 1, 1);
    texts?.forEach((text) => check.length(at, text, 1, 1024));
  }
  check.count(`${path}.matchAnyObjectEncryption`, filter.MatchAnyObjectEncryption, 1, 1);
  for (const encryption of filter.MatchAnyObjectEncryption ?? []) {
    checkEncryption(check, `${path}.matchAnyObjectEncryption.member`, encryption);
  }
  const { ObjectSizeGreaterThanBytes: greaterThan, ObjectSizeLessThanBytes: lessThan } = filter;
  check.range(`${path}.objectSizeGreaterThanBytes`, greaterThan, 0, Number.MAX_SAFE_INTEGER);
  check.range(`${path}.objectSizeLessThanBytes`, lessThan, 0, Number.MAX_SAFE_INTEGER);
}

function checkEncryption(check: MemberCheck, path: string, filter: ObjectEncryptionFilter): void {
  check.oneMember(path, filter, ["SSES3", "SSEKMS", "DSSEKMS", "SSEC", "NOTSSE"]);
  const keyArn = filter.SSEKMS?.KmsKeyArn ?? filter.DSSEKMS?.KmsKeyArn;
  check.length(`${path}.kmsKeyArn`, keyArn, 20, 2048);
  check.pattern(`${path}.kmsKeyArn`, keyArn, KMS_KEY_ARN);
}

function checkTags(check: MemberCheck, tags: readonly S3Tag[] | undefined): void {
  for (const tag of tags ?? []) {
    check.required("tags.member.key", tag.Key);
    check.length("tags.member.key", tag.Key, 1, 128);
    check.pattern("tags.member.key", tag.Key, TAG_TEXT);
    check.required("tags.member.value", tag.Value);
    check.length("tags.member.value", tag.Value, 0, 256);
    check.pattern("tags.member.value", tag.Value, TAG_TEXT);
  }
}
