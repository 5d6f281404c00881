/** What may be wrong with batch jobs, and with who makes them. */

import { kinds } from "./kind";

export const JOB_KINDS = kinds({
  "job-suspended": {
    severity: "warning",
    title: "a job waits for its confirmation",
    why: "S3 lets it fail 30 days after it was made, and its fee is spent",
    up: "no",
  },
  "job-unfinished": {
    severity: "info",
    title: "a job is under way",
    why: "`backfill` carries on at it, and makes no second one",
    up: "no",
  },
  "jobs-active": {
    severity: "warning",
    title: "as many jobs are active as S3 runs at once",
    why: "a further one waits as Ready until one of them ends",
    up: "no",
  },
  "kms-rate": {
    severity: "info",
    title: "KMS limits how fast versions under SSE-KMS are copied",
    why: "what goes over its request rate is told as SlowDown or 503 Service Unavailable, and tried again",
    up: "no",
  },
  "caller-pass-role": {
    severity: "error",
    title: "the source's credentials may not pass the batch role",
    why: "CreateJob answers AccessDenied (403)",
    up: "no",
  },
  "caller-right": {
    severity: "error",
    title: "the source's credentials lack a right to run jobs",
    why: "backfill ends with AwsRefused: AccessDenied (403)",
    up: "no",
  },
});
