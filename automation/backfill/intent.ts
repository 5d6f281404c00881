import { createHash } from "node:crypto";
import { canonicalJson } from "../../components/canonical-json";

/** Which versions a backfill is for: never tried and failed ones, as a first run needs. */
export const FIRST_RUN_STATUSES = ["NONE", "FAILED"] as const;

/** The next hop of a chain: what came into the vault are replicas, and only a job passes replicas on. */
export const CHAIN_STATUSES = [...FIRST_RUN_STATUSES, "REPLICA"] as const;

/**
 * Everything that a CreateJob request is made of. Kept in the ledger and never worked out again for the same intent, so
 * that a repeated request is the same to the last byte, as an idempotent one has to be.
 */
export interface JobIntent {
  /** 1 for the first job of this source bucket, and one more for each further one. */
  readonly sequence: number;
  readonly accountId: string;
  readonly region: string;
  readonly sourceBucketArn: string;
  readonly operationsBucketArn: string;
  readonly manifestPrefix: string;
  readonly reportPrefix: string;
  readonly reportScope: "AllTasks" | "FailedTasksOnly";
  readonly roleArn: string;
  readonly priority: number;
  readonly replicationStatuses: readonly ("NONE" | "FAILED" | "COMPLETED" | "REPLICA")[];
}

/**
 * The ClientRequestToken of an intent: 64 hex characters, the same on every desk and after every crash.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateJob.html (1 to 64 characters)
 */
export function clientRequestToken(intent: JobIntent): string {
  return createHash("sha256").update(canonicalJson(intent)).digest("hex");
}

/** How a job is found again when its id was never written down: the description names the token. */
export function jobDescription(intent: JobIntent): string {
  return `lockstep backfill ${intent.sequence} ${clientRequestToken(intent)}`;
}
