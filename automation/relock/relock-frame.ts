import { RELOCK_PREFIXES } from "../../components/operations-prefixes";
import type { VaultOutputs } from "../../components/promise/outputs";
import { bucketArn, partitionOf } from "../../components/config/values";
import type { VaultClients } from "../aws/stack-clients";
import type { IntentFrame } from "../backfill/intent";
import { RELOCK } from "../backfill/job-kind";
import { Jobs } from "../backfill/jobs";
import { Ledger } from "../backfill/ledger";

/** What every job that extends locks in a vault has in common. Undefined: the vault has no relock role. */
export function relockFrame(vault: VaultOutputs): IntentFrame | undefined {
  const { accountId, bucketArn: vaultArn, guard, operationsBucketName, region } = vault;
  if (guard?.relock === undefined || operationsBucketName === undefined) return undefined;
  const { manifestPrefix, reportPrefix } = RELOCK_PREFIXES;
  return {
    accountId,
    region,
    sourceBucketArn: vaultArn,
    operationsBucketArn: bucketArn(partitionOf(region), operationsBucketName),
    manifestPrefix,
    reportPrefix,
    roleArn: guard.relock.role.roleArn,
  };
}

/** The jobs that extend locks in a vault, and their ledger: one for all sources that fill it. */
export function relockJobs(
  { outputs, s3, s3control }: VaultClients,
  frame: IntentFrame,
): { readonly jobs: Jobs; readonly ledger: Ledger } {
  const bucket = outputs.operationsBucketName ?? "";
  return {
    jobs: new Jobs(s3control, frame, RELOCK),
    ledger: new Ledger(s3, bucket, `${RELOCK_PREFIXES.ledgerPrefix}/`, frame, RELOCK),
  };
}
