/** Batch jobs that wait, run or crowd each other, and whether the credentials may make one. Pure. */

import { DESCRIPTION_START } from "../../backfill/intent";
import { CONFIRM_WITHIN_DAYS } from "../../backfill/job-state";
import type { Fact } from "../../guard/facts";
import { finding, type FindingFields, type FoundAt, notChecked } from "../finding";
import type { CallerRefusal } from "../read/caller";
import type { UnfinishedJob } from "../read/jobs";

const DAY_MS = 86_400_000;

/**
 * Jobs that S3 runs at once for an account in a Region; further ones wait.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-job-status.html
 */
const ACTIVE_LIMIT = 6;

/** @param nowEpochMs AWS's time, where it told it */
export function judgeJobs(
  jobs: Fact<readonly UnfinishedJob[]>,
  nowEpochMs: number | undefined,
  at: FoundAt,
): readonly FindingFields[] {
  if ("unreadable" in jobs) return [notChecked(at, "batch jobs", jobs)];
  const ours = jobs.value.filter(({ description }) => description.startsWith(DESCRIPTION_START));
  const active = jobs.value.filter(({ status }) => status === "Active");
  return [
    ...ours.map((job) => ofJob(job, nowEpochMs, at)),
    ...(active.length < ACTIVE_LIMIT
      ? []
      : [
          finding(
            "jobs-active",
            at,
            `${active.length} jobs are active: ${active.map(({ jobId }) => jobId).join(", ")}`,
            "give the backfill a higher priority (`lockstep:backfill: { priority: 100 }`), or wait",
          ),
        ]),
  ];
}

function ofJob(
  { createdEpochMs, jobId, status }: UnfinishedJob,
  nowEpochMs: number | undefined,
  { account }: FoundAt,
): FindingFields {
  const at = { account, resource: jobId };
  if (status !== "Suspended") {
    return finding("job-unfinished", at, `job ${jobId} is ${status}`, "nothing: let it run");
  }
  const fix = `\`lockstep backfill\` shows its plan again and asks; or aws s3control update-job-status --account-id ${account} --job-id ${jobId} --requested-job-status Cancelled`;
  return finding(
    "job-suspended",
    at,
    `job ${jobId} is Suspended${deadline(createdEpochMs, nowEpochMs)}`,
    fix,
  );
}

function deadline(createdEpochMs: number | undefined, nowEpochMs: number | undefined): string {
  if (createdEpochMs === undefined) return "";
  const day = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10);
  const endEpochMs = createdEpochMs + CONFIRM_WITHIN_DAYS * DAY_MS;
  const left =
    nowEpochMs === undefined ? "" : `, ${Math.floor((endEpochMs - nowEpochMs) / DAY_MS)} days left`;
  return ` since ${day(createdEpochMs)} and fails on ${day(endEpochMs)}${left}`;
}

/** What of a backfill the source's credentials may not do, by IAM's simulator. */
export function judgeCaller(
  refusals: Fact<readonly CallerRefusal[]>,
  at: FoundAt,
): readonly FindingFields[] {
  if ("unreadable" in refusals) {
    return [notChecked(at, "what the source's credentials may do", refusals)];
  }
  return refusals.value.map(({ action, missingKeys, resource }) => {
    const isPass = action === "iam:PassRole";
    const without = missingKeys.includes("iam:PassedToService")
      ? ": its policy has a condition on iam:PassedToService, which S3 Batch Operations does not fill in"
      : "";
    const what = `${at.resource} may not use ${action} on ${resource}${without}`;
    const statement = { Effect: "Allow", Action: action, Resource: resource };
    const fix = `in its policy, without that condition: ${JSON.stringify(statement)}`;
    return finding(isPass ? "caller-pass-role" : "caller-right", at, what, fix);
  });
}
