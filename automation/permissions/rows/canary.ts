import type { OperatorFacts } from "../operator-facts";
import type { OperatorRow } from "../operator-row";
import { READS_VERSIONS } from "./actions";

const CANARY = "doctor --canary";

const keysOfData = ({ arnOf, isUnderKms }: OperatorFacts): readonly string[] =>
  isUnderKms ? [arnOf("kms", "key/*", "*")] : [];

/** Rights for canaries, beside those of `doctor`. */
export const CANARY_ROWS: readonly OperatorRow[] = [
  {
    sid: "WriteCanaries",
    side: "source",
    why: "canaries are written for the rules in force",
    resources: ({ canaryArns }) => canaryArns,
    actions: { [CANARY]: ["s3:PutObject"] },
  },
  {
    sid: "TagCanaries",
    side: "source",
    why: "rules with tags in their filter take canaries with these tags",
    resources: ({ taggedCanaryArns }) => taggedCanaryArns,
    actions: { [CANARY]: ["s3:PutObjectTagging"] },
  },
  {
    sid: "FollowCanaries",
    side: "source",
    why: "their replication status, lock and tags are read",
    resources: ({ canaryArns }) => canaryArns,
    actions: { [CANARY]: READS_VERSIONS },
  },
  {
    sid: "EncryptCanaries",
    side: "source",
    why: "canaries are encrypted like everything in the source, and their checksums with them",
    resources: keysOfData,
    actions: { [CANARY]: ["kms:Decrypt", "kms:GenerateDataKey"] },
  },
  {
    sid: "FindCanaries",
    side: "vault",
    why: "the owner of a replica is told by its listing",
    resources: ({ bucketArn }) => [bucketArn],
    actions: { [CANARY]: ["s3:ListBucketVersions"] },
  },
  {
    sid: "LookAtCanaries",
    side: "vault",
    why: "replicas of canaries are looked at",
    resources: ({ canaryArns }) => canaryArns,
    actions: { [CANARY]: READS_VERSIONS },
  },
  {
    sid: "DecryptCanaryChecksums",
    side: "vault",
    why: "checksums of replicas are encrypted under the vault's key",
    resources: keysOfData,
    actions: { [CANARY]: ["kms:Decrypt"] },
  },
];

/** Gives a row that `doctor` needs to `doctor --canary` too, which looks at the same before it writes. */
export function alsoForCanary(row: OperatorRow): OperatorRow {
  const { doctor } = row.actions;
  return doctor === undefined ? row : { ...row, actions: { ...row.actions, [CANARY]: doctor } };
}
