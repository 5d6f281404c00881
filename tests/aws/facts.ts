/**
 * What the product rests on and no page of AWS's documentation settles, as questions that a trial answers.
 *
 * `assumed` is what the product and the sandbox take for granted. Where AWS answers otherwise, both have to change: the
 * line says where to look.
 */

import { gunzipSync } from "node:zlib";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
} from "@aws-sdk/client-s3";
import {
  CreateJobCommand,
  DescribeJobCommand,
  UpdateJobStatusCommand,
  type CreateJobRequest,
  type JobDescriptor,
} from "@aws-sdk/client-s3-control";
import { headVersion } from "../../automation/look/version-head";
import { MAXIMUM_RETENTION_DAYS, RETENTION_DAYS, type Trial } from "./trial";

export interface Fact {
  readonly id: string;
  /** The part of the product, and of its documents, that rests on it. */
  readonly restsOnIt: string;
  readonly question: string;
  readonly assumed: string;
  /** Jobs that it makes; each costs 0.25 USD at least. */
  readonly jobsCount: number;
  readonly measure: (trial: Trial) => Promise<string>;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long the one COMPLIANCE lock of a trial holds. */
const LOCK_MS = 2 * 60 * 1000;

export const FACTS: readonly Fact[] = [
  {
    id: "default-retention-start",
    restsOnIt: "automation/judge: from when a replica without a lock of its own has to be locked",
    question:
      "From when does the vault's default retention count for an old version that a job brings?",
    assumed: "from its arrival",
    jobsCount: 1,
    async measure(trial) {
      const job = await runJob(trial, { statuses: ["NONE"] });
      if (job.Status !== "Complete") return `the job ended ${job.Status}: ${reasonsOf(job)}`;
      await trial.settled(trial.old);
      const replica = await trial.atVault(trial.old);
      if (replica?.retainUntilEpochMs === undefined) return "not locked at the vault";
      const countsFrom = replica.retainUntilEpochMs - RETENTION_DAYS * DAY_MS;
      return Math.abs(countsFrom - replica.lastModifiedEpochMs) < 5000
        ? "from its Last-Modified"
        : "from its arrival";
    },
  },
  {
    id: "total-before-approval",
    restsOnIt: "automation/backfill: the plan that is approved counts the job's tasks",
    question: "Is TotalNumberOfTasks filled in while a job waits for its confirmation?",
    assumed: "yes",
    jobsCount: 1,
    async measure(trial) {
      const jobId = await createJob(trial, { statuses: ["COMPLETED"] });
      const job = await reach(trial, jobId, ["Suspended", "Failed"]);
      const total = job.ProgressSummary?.TotalNumberOfTasks ?? 0;
      await setStatus(trial, jobId, "Cancelled");
      return job.Status !== "Suspended"
        ? `the job ended ${job.Status}: ${reasonsOf(job)}`
        : total > 0
          ? "yes"
          : "no";
    },
  },
  {
    id: "create-job-replay",
    restsOnIt: "automation/backfill/create-job.ts: one job, whatever crashed",
    question: "What does CreateJob answer to the same request with the same ClientRequestToken?",
    assumed: "the same job id",
    jobsCount: 1,
    async measure(trial) {
      const request = jobRequest(trial, { statuses: ["COMPLETED"] });
      const first = await trial.source.clients.s3control.send(new CreateJobCommand(request));
      const second = await trial.source.clients.s3control
        .send(new CreateJobCommand(request))
        .then(({ JobId }) => JobId, nameOf);
      for (const jobId of new Set([first.JobId, second])) {
        if (jobId === undefined || !/^[0-9a-f-]{36}$/.test(jobId)) continue;
        await reach(trial, jobId, ["Suspended", "Failed"]);
        await setStatus(trial, jobId, "Cancelled").catch(nameOf);
      }
      if (second === first.JobId) return "the same job id";
      return /^[0-9a-f-]{36}$/.test(second ?? "") ? "another job" : String(second);
    },
  },
  {
    id: "missing-job",
    restsOnIt: "automation/backfill/create-job.ts: MISSING_JOB_CODES",
    question: "What does DescribeJob answer for a job that is not there?",
    assumed: "one of NotFoundException, NoSuchJob, NoSuchJobException",
    jobsCount: 0,
    async measure(trial) {
      const answer = await trial.source.clients.s3control
        .send(
          new DescribeJobCommand({
            AccountId: trial.source.access.accountId,
            JobId: "00000000-0000-4000-8000-000000000000",
          }),
        )
        .then(() => "a job", nameOf);
      const known = ["NotFoundException", "NoSuchJob", "NoSuchJobException"];
      return known.includes(answer) ? `one of ${known.join(", ")}` : answer;
    },
  },
  {
    id: "confirm-twice",
    restsOnIt: "automation/backfill/create-job.ts: confirm",
    question: "What does a second confirmation of a job answer that has gone on?",
    assumed: "JobStatusException or success",
    jobsCount: 1,
    async measure(trial) {
      const jobId = await createJob(trial, { statuses: ["COMPLETED"] });
      await reach(trial, jobId, ["Suspended"]);
      await setStatus(trial, jobId, "Ready");
      await reach(trial, jobId, ["Complete", "Failed"]);
      const answer = await setStatus(trial, jobId, "Ready").then(() => "success", nameOf);
      return ["JobStatusException", "success"].includes(answer)
        ? "JobStatusException or success"
        : answer;
    },
  },
  {
    id: "manifest-delete-markers",
    restsOnIt: "automation/backfill: what the generated manifest is held against",
    question: "Does a generated manifest list delete markers?",
    assumed: "no",
    jobsCount: 1,
    async measure(trial) {
      const job = await runJob(trial, { statuses: ["COMPLETED", "NONE"] });
      const location = job.GeneratedManifestDescriptor?.Location;
      if (location === undefined) return `no manifest: the job ended ${job.Status}`;
      const key = location.ObjectArn?.split("/").slice(1).join("/") ?? "";
      const text = await textOf(trial, trial.operationsBucket, key);
      if (!text.startsWith("{")) return /(^|,)"?hidden"?,/m.test(text) ? "yes" : "no";
      const { files } = JSON.parse(text) as { files: { key: string }[] };
      for (const file of files) {
        const rows = await textOf(trial, trial.operationsBucket, file.key);
        if (/(^|,)"?hidden"?,/m.test(rows)) return "yes";
      }
      return "no";
    },
  },
  {
    id: "report-none-failed",
    restsOnIt: "automation/backfill/report.ts: a report of failed tasks alone",
    question: "What does a report of FailedTasksOnly hold when no task failed?",
    assumed: "a manifest.json without results",
    jobsCount: 1,
    async measure(trial) {
      const job = await runJob(trial, { statuses: ["COMPLETED"], scope: "FailedTasksOnly" });
      return reportWords(trial, trial.operationsBucket, job);
    },
  },
  {
    id: "report-into-object-lock",
    restsOnIt: "components: the vault's operations bucket has Object Lock and no default retention",
    question: "Is a report delivered into a bucket with Object Lock and no default retention?",
    assumed: "delivered",
    jobsCount: 1,
    async measure(trial) {
      const reportBucket = trial.lockedOperationsBucket;
      const job = await runJob(trial, { statuses: ["COMPLETED"], reportBucket });
      const words = await reportWords(trial, reportBucket, job);
      return words.startsWith("a manifest.json") ? "delivered" : words;
    },
  },
  {
    id: "replica-locks-by-replicate-object",
    restsOnIt:
      "components/policy-documents: the vault grants no s3:PutObjectRetention or s3:PutObjectLegalHold",
    question: "Do lock and hold of a version replicate with s3:ReplicateObject alone?",
    assumed: "COMPLETED, locked and on hold",
    jobsCount: 0,
    async measure(trial) {
      const until = new Date(Date.now() + 10 * DAY_MS);
      const version = await trial.put("held", {
        ObjectLockMode: "GOVERNANCE",
        ObjectLockRetainUntilDate: until,
        ObjectLockLegalHoldStatus: "ON",
      });
      const status = await trial.settled(version);
      const replica = await trial.atVault(version);
      const isLocked = (replica?.retainUntilEpochMs ?? 0) >= until.getTime() - 1000;
      return `${status}, ${isLocked ? "locked" : "not locked"} and ${replica?.isOnLegalHold === true ? "on hold" : "not on hold"}`;
    },
  },
  {
    id: "legal-hold-lifted",
    restsOnIt: "automation/judge: a version whose source says FAILED and whose vault is right",
    question:
      "What becomes of a hold that is lifted at the source and that the vault does not let go?",
    assumed: "source FAILED, the vault holds on",
    jobsCount: 0,
    async measure(trial) {
      const version = await trial.put("lifted", { ObjectLockLegalHoldStatus: "ON" });
      await trial.settled(version);
      await trial.source.clients.s3.send(
        new PutObjectLegalHoldCommand({
          Bucket: trial.sourceBucket,
          Key: version.key,
          VersionId: version.versionId,
          LegalHold: { Status: "OFF" },
        }),
      );
      await trial.options.pass(5_000);
      const status = await trial.settled(version);
      const replica = await trial.atVault(version);
      return `source ${status}, the vault ${replica?.isOnLegalHold === true ? "holds on" : "lets go"}`;
    },
  },
  {
    id: "overlong-retention",
    restsOnIt: "components/policy-documents: DenyOverlongRetention",
    question: `What becomes of a version that is locked for more than the vault's ${MAXIMUM_RETENTION_DAYS} days?`,
    assumed: "source FAILED, not at the vault",
    jobsCount: 0,
    async measure(trial) {
      const version = await trial.put("overlong", {
        ObjectLockMode: "GOVERNANCE",
        ObjectLockRetainUntilDate: new Date(Date.now() + 40 * DAY_MS),
      });
      const status = await trial.settled(version);
      const replica = await trial.atVault(version);
      return `source ${status}, ${replica === undefined ? "not at the vault" : "at the vault"}`;
    },
  },
  {
    id: "governance-to-compliance",
    restsOnIt: "relock: whether a mode may be raised without s3:BypassGovernanceRetention",
    question: "May a GOVERNANCE version be made COMPLIANCE without the bypass?",
    assumed: "refused",
    jobsCount: 0,
    async measure(trial) {
      const version = await trial.put("raised");
      const { s3 } = trial.source.clients;
      const { lastModifiedEpochMs } = await headVersion(s3, trial.sourceBucket, version);
      const retain = (mode: "GOVERNANCE" | "COMPLIANCE") =>
        s3.send(
          new PutObjectRetentionCommand({
            Bucket: trial.sourceBucket,
            Key: version.key,
            VersionId: version.versionId,
            // Soon over, by AWS's clock: a trial must be able to tidy up.
            Retention: { Mode: mode, RetainUntilDate: new Date(lastModifiedEpochMs + LOCK_MS) },
          }),
        );
      await retain("GOVERNANCE");
      await trial.settled(version);
      const answer = await retain("COMPLIANCE").then(
        () => "allowed",
        () => "refused",
      );
      await trial.settled(version);
      await trial.options.pass(LOCK_MS);
      return answer;
    },
  },
  {
    id: "deleted-at-vault",
    restsOnIt: "automation/backfill: what no job can bring",
    question: "What does a job say of a version that was deleted by its id at the vault?",
    assumed: "DstObjectHardDeleted",
    jobsCount: 1,
    async measure(trial) {
      const version = await trial.put("gone");
      await trial.settled(version);
      await trial.vault.clients.s3.send(
        new DeleteObjectCommand({
          Bucket: trial.vaultBucket,
          Key: version.key,
          VersionId: version.versionId,
          BypassGovernanceRetention: true,
        }),
      );
      const job = await runJob(trial, { statuses: ["COMPLETED"] });
      const rows = await reportRows(trial, trial.operationsBucket, job);
      const row = rows.find(
        (line) => line.includes(`"${version.key}"`) || line.includes(`,${version.key},`),
      );
      if (row === undefined) return "no row";
      return /DstObjectHardDeleted/.exec(row)?.[0] ?? row;
    },
  },
  {
    id: "sse-c-head",
    restsOnIt: "automation/judge: versions under keys of the customer's are told, not an error",
    question:
      "What does HEAD of an SSE-C version without its key answer, or is it refused from the start?",
    assumed: "HTTP 400, or the write is refused",
    jobsCount: 0,
    async measure(trial) {
      const key = Buffer.alloc(32, 7);
      try {
        const version = await trial.put("customer", {
          SSECustomerAlgorithm: "AES256",
          SSECustomerKey: key.toString("base64"),
        });
        const status = await trial.source.clients.s3
          .send(
            new HeadObjectCommand({
              Bucket: trial.sourceBucket,
              Key: version.key,
              VersionId: version.versionId,
            }),
          )
          .then(() => 200, statusOf);
        return status === 400 ? "HTTP 400, or the write is refused" : `HTTP ${status}`;
      } catch (error) {
        return nameOf(error) === "AccessDenied"
          ? "HTTP 400, or the write is refused"
          : nameOf(error);
      }
    },
  },
];

interface JobOptions {
  readonly statuses: readonly ("NONE" | "FAILED" | "COMPLETED" | "REPLICA")[];
  readonly scope?: "AllTasks" | "FailedTasksOnly";
  readonly reportBucket?: string;
}

function jobRequest(trial: Trial, { reportBucket, scope, statuses }: JobOptions): CreateJobRequest {
  const { accountId } = trial.source.access;
  return {
    AccountId: accountId,
    ConfirmationRequired: true,
    Operation: { S3ReplicateObject: {} },
    ManifestGenerator: {
      S3JobManifestGenerator: {
        SourceBucket: `arn:aws:s3:::${trial.sourceBucket}`,
        EnableManifestOutput: true,
        ManifestOutputLocation: {
          Bucket: `arn:aws:s3:::${trial.operationsBucket}`,
          ManifestPrefix: "manifests",
          ManifestFormat: "S3InventoryReport_CSV_20211130",
        },
        Filter: { EligibleForReplication: true, ObjectReplicationStatuses: [...statuses] },
      },
    },
    Report: {
      Enabled: true,
      Bucket: `arn:aws:s3:::${reportBucket ?? trial.operationsBucket}`,
      Prefix: "reports",
      Format: "Report_CSV_20180820",
      ReportScope: scope ?? "AllTasks",
    },
    Priority: 10,
    RoleArn: trial.batchRoleArn,
    ClientRequestToken: `${trial.name}-${(tokens += 1)}`,
  };
}

let tokens = 0;

async function createJob(trial: Trial, options: JobOptions): Promise<string> {
  const request = jobRequest(trial, options);
  // A role that was just made is not known everywhere at once.
  return trial.until("CreateJob", async () => {
    try {
      const output = await trial.source.clients.s3control.send(new CreateJobCommand(request));
      return output.JobId;
    } catch (error) {
      if (["InvalidRequest", "BadRequestException"].includes(nameOf(error))) return undefined;
      throw error;
    }
  });
}

/** Makes a job, approves it, and waits for its end. */
async function runJob(trial: Trial, options: JobOptions): Promise<JobDescriptor> {
  const jobId = await createJob(trial, options);
  const waiting = await reach(trial, jobId, ["Suspended", "Failed"]);
  if (waiting.Status === "Failed") return waiting;
  await setStatus(trial, jobId, "Ready");
  return reach(trial, jobId, ["Complete", "Failed", "Cancelled"]);
}

async function reach(
  trial: Trial,
  jobId: string,
  statuses: readonly string[],
): Promise<JobDescriptor> {
  return trial.until(`the job's ${statuses.join(" or ")}`, async () => {
    const { Job } = await trial.source.clients.s3control.send(
      new DescribeJobCommand({ AccountId: trial.source.access.accountId, JobId: jobId }),
    );
    return Job !== undefined && statuses.includes(Job.Status ?? "") ? Job : undefined;
  });
}

async function setStatus(
  trial: Trial,
  jobId: string,
  status: "Ready" | "Cancelled",
): Promise<unknown> {
  return trial.source.clients.s3control.send(
    new UpdateJobStatusCommand({
      AccountId: trial.source.access.accountId,
      JobId: jobId,
      RequestedJobStatus: status,
    }),
  );
}

async function reportWords(trial: Trial, bucket: string, job: JobDescriptor): Promise<string> {
  if (job.Status !== "Complete") return `the job ended ${job.Status}: ${reasonsOf(job)}`;
  const results = await reportResults(trial, bucket, job);
  if (results === undefined) return "no report";
  return results.length === 0 ? "a manifest.json without results" : "a manifest.json with results";
}

/** The keys of the result files; undefined when there is no report. */
async function reportResults(
  trial: Trial,
  bucket: string,
  job: JobDescriptor,
): Promise<readonly string[] | undefined> {
  const key = `reports/job-${job.JobId}/manifest.json`;
  const listed = await trial.source.clients.s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: key }),
  );
  if ((listed.Contents ?? []).length === 0) return undefined;
  const { Results } = JSON.parse(await textOf(trial, bucket, key)) as {
    Results: { Key: string }[];
  };
  return Results.map(({ Key }) => Key);
}

async function reportRows(
  trial: Trial,
  bucket: string,
  job: JobDescriptor,
): Promise<readonly string[]> {
  const rows: string[] = [];
  for (const key of (await reportResults(trial, bucket, job)) ?? []) {
    rows.push(...(await textOf(trial, bucket, key)).split("\n"));
  }
  return rows;
}

async function textOf(trial: Trial, bucket: string, key: string): Promise<string> {
  const output = await trial.source.clients.s3.send(
    new GetObjectCommand({ Bucket: bucket, Key: key }),
  );
  const bytes = Buffer.from((await output.Body?.transformToByteArray()) ?? []);
  const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (isZipped ? gunzipSync(bytes) : bytes).toString("utf8");
}

function reasonsOf(job: JobDescriptor): string {
  return (job.FailureReasons ?? [])
    .map(({ FailureCode, FailureReason }) => `${FailureCode}: ${FailureReason}`)
    .join("; ");
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
