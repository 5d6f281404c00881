import type { OperatorFacts } from "../operator-facts";
import type { OperatorRow } from "../operator-row";
import { BRIDGED_PROVIDER_REMOVES_ROLE, READS_ROLE, REMOVES_ROLE } from "./actions";
import { keys, whenBothSidesAreSeen } from "./resources";

const roles = ({ checksumRoleArns }: OperatorFacts): readonly string[] => checksumRoleArns;

/** Nothing where no job may read. Who sees one side alone makes no such job. */
const whereRead = (resources: (facts: OperatorFacts) => readonly string[]) =>
  whenBothSidesAreSeen((facts) => (facts.checksumRoleArns.length === 0 ? [] : resources(facts)));

/** Nothing at a vault whose locks are extended: rows of its own have it there. */
const whereReadAlone = (resources: (facts: OperatorFacts) => readonly string[]) =>
  whereRead((facts) => (facts.relockRoleArns.length > 0 ? [] : resources(facts)));

const HAND_WHY = "with the level `checksum`, the job that reads runs under it";
const FIND_WHY = "with the level `checksum`, a job is made once; these actions have no resource";
const FOLLOW_WHY = "with the level `checksum`, a job is confirmed and followed by its id";
const KEEP_WHY =
  "with the level `checksum`, intent and manifest of a job are in the operations bucket, and its report";

/** Rights on jobs that read a source. Its role is made with the others. */
export const SOURCE_CHECKSUM_ROWS: readonly OperatorRow[] = [
  {
    sid: "HandSourceChecksumRoleToS3",
    side: "source",
    why: HAND_WHY,
    resources: whereRead(roles),
    actions: { verify: ["iam:PassRole"] },
  },
  {
    // What is there already is read by the right on the whole ledger.
    sid: "KeepSourceChecksumLedger",
    side: "source",
    why: KEEP_WHY,
    resources: whereRead(({ operationsArn }) => [`${operationsArn}/checksum/*`]),
    actions: { verify: ["s3:PutObject"] },
  },
  {
    sid: "FindSourceChecksumJobs",
    side: "source",
    why: FIND_WHY,
    resources: whereRead(() => ["*"]),
    actions: { verify: ["s3:CreateJob", "s3:ListJobs"] },
  },
  {
    sid: "FollowSourceChecksumJobs",
    side: "source",
    why: FOLLOW_WHY,
    resources: whereRead(({ arnOf }) => [arnOf("s3", "job/*")]),
    actions: { verify: ["s3:DescribeJob", "s3:UpdateJobStatus"] },
  },
];

/** Rights in the account of a vault that jobs may read. */
export const VAULT_CHECKSUM_ROWS: readonly OperatorRow[] = [
  {
    sid: "LookAtChecksumRole",
    side: "vault",
    why: "the role that jobs read as is held against what was deployed",
    resources: roles,
    actions: {
      preview: ["iam:GetRole", "iam:GetRolePolicy"],
      up: READS_ROLE,
      backfill: READS_ROLE,
      verify: READS_ROLE,
      relock: READS_ROLE,
      doctor: READS_ROLE,
    },
    ofProviders: { preview: ["iam:ListAttachedRolePolicies", "iam:ListRolePolicies"] },
  },
  {
    sid: "MakeChecksumRole",
    side: "vault",
    why: "the role that jobs read as is made and put back as deployed",
    resources: roles,
    actions: {
      up: [
        "iam:CreateRole",
        "iam:PutRolePolicy",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
      ],
    },
    ofProviders: { up: ["iam:UpdateRole"] },
  },
  {
    sid: "RemoveChecksumRole",
    side: "vault",
    why: "the role that jobs read as goes with the stack",
    resources: roles,
    actions: { destroy: ["iam:GetRole", ...REMOVES_ROLE] },
    ofProviders: { destroy: BRIDGED_PROVIDER_REMOVES_ROLE },
  },
  {
    sid: "HandVaultChecksumRoleToS3",
    side: "vault",
    why: HAND_WHY,
    resources: whereRead(roles),
    actions: { verify: ["iam:PassRole"] },
  },
  {
    sid: "KeepVaultChecksumLedger",
    side: "vault",
    why: KEEP_WHY,
    resources: whereRead(({ operationsArn }) => [`${operationsArn}/checksum/*`]),
    actions: { verify: ["s3:GetObject", "s3:PutObject"] },
  },
  {
    sid: "EncryptVaultChecksumLedger",
    side: "vault",
    why: "what is kept beside the vault is under the vault's key",
    resources: whereRead(keys),
    actions: { verify: ["kms:GenerateDataKey"] },
  },
  {
    sid: "FindVaultChecksumJobs",
    side: "vault",
    why: FIND_WHY,
    resources: whereRead(() => ["*"]),
    actions: { verify: ["s3:CreateJob", "s3:ListJobs"] },
  },
  {
    sid: "FollowVaultChecksumJobs",
    side: "vault",
    why: FOLLOW_WHY,
    resources: whereRead(({ arnOf }) => [arnOf("s3", "job/*")]),
    actions: { verify: ["s3:DescribeJob", "s3:UpdateJobStatus"] },
  },
  {
    sid: "ListVaultJobs",
    side: "vault",
    why: "jobs that read the vault are in its account; this action has no resource",
    resources: whereReadAlone(() => ["*"]),
    warnings: { jobs: "VaultJobsUnread" },
    actions: { jobs: ["s3:ListJobs"] },
  },
  {
    sid: "FollowVaultJobs",
    side: "vault",
    why: "a job that reads the vault is followed and cancelled by its id",
    resources: whereReadAlone(({ arnOf }) => [arnOf("s3", "job/*")]),
    warnings: { jobs: "VaultJobsUnread" },
    actions: {
      jobs: ["s3:DescribeJob"],
      watch: ["s3:DescribeJob"],
      priority: ["s3:DescribeJob", "s3:UpdateJobPriority"],
      cancel: ["s3:DescribeJob", "s3:UpdateJobStatus"],
    },
  },
];
