/** A batch job as `lockstep jobs` tells it. Pure. */
import type { JobDescriptor } from "@aws-sdk/client-s3-control";
import { foreignJobPart } from "../backfill/foreign-job";
import { descriptionStart, type IntentFrame } from "../backfill/intent";
import { explainedFailures } from "../backfill/explained-failures";
import { BACKFILL, CHECKSUM, type JobKind, RELOCK, TRIAL } from "../backfill/job-kind";
import { jobSnapshot } from "../backfill/job-snapshot";
import { jobPrice } from "../backfill/price";
import type { PriceOverrides } from "../prices/prices-of";
import { attentionOf, type Beside } from "./attention";
import type { JobFields, JobTime } from "./fields";

/** What each job of ours has that does one thing in one place. */
export interface JobWay {
  readonly kind: JobKind;
  readonly frame: IntentFrame;
  /** Each source that fills the vault has folders of its own in those of the frame. Default: false. */
  readonly bySource?: boolean;
}

/** Where a job was looked at. */
export interface JobPlace extends Omit<Beside, "carriedOnBy"> {
  /** Name of the source in the config. */
  readonly source: string;
  /** Name of the vault whose account it is. Absent: it is the source's. */
  readonly vault?: string | undefined;
  /** What our jobs there have, by what they do. At least one. */
  readonly ways: readonly JobWay[];
  /** In place of list prices. Absent: none. */
  readonly prices?: PriceOverrides | undefined;
}

/** Reads what DescribeJob answered. */
export function jobFields(job: JobDescriptor, place: JobPlace): JobFields {
  const snapshot = jobSnapshot(job.JobId ?? "", job);
  const { failedCount, failureReasons, jobId, status, succeededCount, totalCount } = snapshot;
  const doneCount = succeededCount + failedCount;
  const activeSeconds = job.ProgressSummary?.Timers?.ElapsedTimeInActiveSeconds ?? null;
  const tasksPerSecond =
    activeSeconds === null || activeSeconds <= 0 || doneCount === 0
      ? null
      : doneCount / activeSeconds;
  const isInVault = place.vault !== undefined;
  const { frame, kind } = wayOf(job, place.ways);
  const whyNotOurs = foreignJobPart(job, frame, kind);
  return {
    jobId,
    source: place.source,
    ...(isInVault && { vault: place.vault }),
    status,
    ours: whyNotOurs === undefined,
    ...(whyNotOurs === undefined
      ? kindFields(job, isInVault ? IN_VAULT : IN_SOURCE)
      : { whyNotOurs }),
    bucket: bucketOf(job, frame) ?? "unknown",
    operation: operationOf(job),
    description: job.Description ?? "",
    priority: job.Priority ?? 0,
    createdAt: timeOf(job.CreationTime),
    suspendedAt: timeOf(job.SuspendedDate),
    endedAt: timeOf(job.TerminationDate),
    activeSeconds,
    totalCount,
    succeededCount,
    failedCount,
    tasksPerSecond,
    remainingMs:
      status !== "Active" || tasksPerSecond === null
        ? null
        : Math.round(((totalCount - doneCount) / tasksPerSecond) * 1000),
    costUsd: jobPrice(
      { region: frame.region, manifestBy: "own", tasksCount: doneCount, listedCount: 0 },
      place.prices,
    ).total,
    attention: attentionOf(
      job,
      { status, doneCount, activeSeconds: activeSeconds ?? 0 },
      { ...place, carriedOnBy: CARRIED_ON_BY[kind.name] },
    ),
    failureReasons: explainedFailures(
      failureReasons,
      { ...frame, roleArn: job.RoleArn ?? "unknown" },
      whyNotOurs === undefined,
    ),
  };
}

/** Kinds of our jobs, by whose account they are in. */
const IN_SOURCE = [BACKFILL, TRIAL, CHECKSUM];
const IN_VAULT = [RELOCK, CHECKSUM];

const CARRIED_ON_BY = {
  backfill: "backfill",
  trial: "backfill",
  relock: "relock",
  checksum: "verify --level checksum",
} as const satisfies Record<JobKind["name"], Beside["carriedOnBy"]>;

/** What a job would be if it were ours: what does as it does, else the first. */
function wayOf({ Operation = {}, Report }: JobDescriptor, ways: readonly JobWay[]): JobWay {
  const way = ways.find(({ kind }) => Operation[kind.operation] !== undefined) ?? ways[0];
  if (way === undefined) throw new Error("A job was looked at where none is ours.");
  const { bySource = false, frame } = way;
  const reportPrefix = Report?.Prefix ?? "";
  return bySource && reportPrefix.startsWith(`${frame.reportPrefix}/`)
    ? { ...way, frame: { ...frame, reportPrefix } }
    : way;
}

/** Absent for one that was made elsewhere. */
function kindFields(
  { Description = "" }: JobDescriptor,
  kinds: readonly JobKind[],
): Pick<JobFields, "kind"> {
  const kind = kinds.find((one) => Description.startsWith(descriptionStart(one)));
  return kind === undefined ? {} : { kind: kind.name };
}

/**
 * The bucket that a job works on. A list that S3 makes names it, and so does a list of ours by its place; in a manifest of
 * others the bucket stands in each row, and such a file is not read.
 */
function bucketOf(job: JobDescriptor, { operationsBucketArn, sourceBucketArn }: IntentFrame) {
  const generator = job.ManifestGenerator?.S3JobManifestGenerator;
  if (generator !== undefined) return nameOf(generator.SourceBucket ?? "");
  const manifest = job.Manifest?.Location?.ObjectArn ?? "";
  return manifest.startsWith(`${operationsBucketArn}/`) ? nameOf(sourceBucketArn) : undefined;
}

function nameOf(bucketArn: string): string {
  return bucketArn.slice(bucketArn.lastIndexOf(":") + 1);
}

function operationOf({ Operation = {} }: JobDescriptor): string {
  const [name] = Object.entries(Operation)
    .filter(([, value]) => value !== undefined)
    .map(([key]) => key);
  return name ?? "unknown";
}

function timeOf(date: Date | undefined): JobTime {
  return date === undefined ? "unknown" : date.toISOString();
}
