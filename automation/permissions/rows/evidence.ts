import { EVIDENCE_PREFIX } from "../../../components/operations-prefixes";
import type { OperatorRow } from "../operator-row";

/** Rights for evidence, beside those of `verify`. */
export const EVIDENCE_ROWS: readonly OperatorRow[] = [
  {
    sid: "KeepEvidence",
    side: "vault",
    why: "bundles are kept beside the vault, locked where the config wants it, those of more than 5 GB in parts that are taken away where one is not kept, and the last one is read",
    resources: ({ operationsArn }) => [`${operationsArn}/${EVIDENCE_PREFIX}/*`],
    actions: {
      prove: [
        "s3:AbortMultipartUpload",
        "s3:GetObjectVersion",
        "s3:PutObject",
        "s3:PutObjectRetention",
      ],
    },
  },
];

/** Rights of `verify` by other levels, or of what it tells beside a verdict. */
const OF_OTHER_LEVELS: readonly string[] = [
  "ReadReplicationMetrics",
  "ReadSourceInventories",
  "ReadVaultInventories",
  "HandSourceChecksumRoleToS3",
  "KeepSourceChecksumLedger",
  "FindSourceChecksumJobs",
  "FollowSourceChecksumJobs",
  "HandVaultChecksumRoleToS3",
  "KeepVaultChecksumLedger",
  "EncryptVaultChecksumLedger",
  "FindVaultChecksumJobs",
  "FollowVaultChecksumJobs",
  "AskAthena",
  "DefineTables",
  "FindAthenasFiles",
  "PutAthenasFiles",
  "FindInventoriesForAthena",
];

/** Gives a row that `verify` needs to `prove` too, which looks as it does, in full; but where the row says by itself what `prove` needs. */
export function alsoForProve(row: OperatorRow): OperatorRow {
  const { prove, verify } = row.actions;
  if (verify === undefined || prove !== undefined) return row;
  if (OF_OTHER_LEVELS.includes(row.sid)) return row;
  const warning = row.warnings?.verify;
  return {
    ...row,
    actions: { ...row.actions, prove: verify },
    ...(warning !== undefined && { warnings: { ...row.warnings, prove: warning } }),
  };
}
