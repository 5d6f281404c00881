/** Where checksums are computed: at a source, and at each of its vaults. */
import type { S3Client } from "@aws-sdk/client-s3";
import { bucketArn, partitionOf } from "../../components/config/values";
import { CHECKSUM_PREFIXES } from "../../components/operations-prefixes";
import type { LockstepOutputs, VaultOutputs } from "../../components/promise/outputs";
import type { IntentFrame, JobIntent } from "../backfill/intent";
import { CHECKSUM } from "../backfill/job-kind";
import { Jobs } from "../backfill/jobs";
import { Ledger } from "../backfill/ledger";
import type { VaultClients } from "../aws/stack-clients";

/** What every job that reads a source has in common. Undefined: the source has no role that reads. */
export function sourceFrame({
  operations,
  roles,
  source,
}: LockstepOutputs): IntentFrame | undefined {
  if (roles?.checksum === undefined) return undefined;
  const { accountId, bucketArn: sourceBucketArn, region } = source;
  return {
    accountId,
    region,
    sourceBucketArn,
    operationsBucketArn: operations.bucketArn,
    manifestPrefix: CHECKSUM_PREFIXES.manifestPrefix,
    reportPrefix: CHECKSUM_PREFIXES.reportPrefix,
    roleArn: roles.checksum.roleArn,
  };
}

/**
 * What every job has in common that reads a vault for one source: each source that fills it has folders of its own, so that none takes
 * up, or ends, what is read for another. Undefined: the vault has no role that reads.
 * @param sourceBucket name; undefined: of all of them, with the folders above
 */
export function vaultFrame(
  vault: VaultOutputs,
  sourceBucket: string | undefined,
): IntentFrame | undefined {
  const { accountId, bucketArn: vaultArn, guard, operationsBucketName, region } = vault;
  if (guard?.checksumRole === undefined || operationsBucketName === undefined) return undefined;
  const folder = sourceBucket === undefined ? "" : `/${sourceBucket}`;
  return {
    accountId,
    region,
    sourceBucketArn: vaultArn,
    operationsBucketArn: bucketArn(partitionOf(region), operationsBucketName),
    manifestPrefix: `${CHECKSUM_PREFIXES.manifestPrefix}${folder}`,
    reportPrefix: `${CHECKSUM_PREFIXES.reportPrefix}${folder}`,
    roleArn: guard.checksumRole.roleArn,
  };
}

/** The jobs of a frame, and their ledger. */
export function checksumJobs(
  { s3, s3control }: { readonly s3: S3Client } & Pick<VaultClients, "s3control">,
  operationsBucketName: string,
  frame: IntentFrame,
): { readonly jobs: Jobs; readonly ledger: Ledger } {
  const folder = frame.reportPrefix.slice(CHECKSUM_PREFIXES.reportPrefix.length);
  const prefix = `${CHECKSUM_PREFIXES.ledgerPrefix}${folder}/`;
  return {
    jobs: new Jobs(s3control, frame, CHECKSUM),
    ledger: new Ledger(s3, operationsBucketName, prefix, frame, CHECKSUM),
  };
}

/** An intent as they are made, without a manifest. */
export function plainChecksum(frame: IntentFrame, priority: number, sequence: number): JobIntent {
  return {
    sequence,
    ...frame,
    reportScope: "AllTasks",
    priority,
    replicationStatuses: [],
    checksum: { algorithm: "SHA256", type: "FULL_OBJECT" },
  };
}
