import type { OperatorFacts } from "../operator-facts";
import type { OperatorRow } from "../operator-row";
import { BRIDGED_PROVIDER_REMOVES_ROLE, READS_ROLE, REMOVES_ROLE } from "./actions";

const relockRoles = ({ relockRoleArns }: OperatorFacts): readonly string[] => relockRoleArns;

/** Nothing at a vault whose locks are not extended. */
const whereLocksAreExtended =
  (resources: (facts: OperatorFacts) => readonly string[]) =>
  (facts: OperatorFacts): readonly string[] =>
    facts.relockRoleArns.length === 0 ? [] : resources(facts);

/** Rights in the account of a vault whose locks may be extended by jobs. */
export const RELOCK_ROWS: readonly OperatorRow[] = [
  {
    sid: "LookAtRelockRole",
    side: "vault",
    why: "the role that locks are extended as is held against what was deployed",
    resources: relockRoles,
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
    sid: "MakeRelockRole",
    side: "vault",
    why: "the role that locks are extended as is made and put back as deployed",
    resources: relockRoles,
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
    sid: "RemoveRelockRole",
    side: "vault",
    why: "the role that locks are extended as goes with the stack",
    resources: relockRoles,
    actions: { destroy: ["iam:GetRole", ...REMOVES_ROLE] },
    ofProviders: { destroy: BRIDGED_PROVIDER_REMOVES_ROLE },
  },
  {
    sid: "HandRelockRoleToS3",
    side: "vault",
    why: "the job that extends locks runs under it",
    resources: relockRoles,
    actions: { relock: ["iam:PassRole"] },
  },
  {
    sid: "KeepRelockLedger",
    side: "vault",
    why: "intent, manifest and report of a job are in the operations bucket beside the vault",
    resources: whereLocksAreExtended(({ operationsArn }) => [`${operationsArn}/relock/*`]),
    warnings: { prove: "LedgerUnreadable" },
    actions: { relock: ["s3:GetObject", "s3:PutObject"], prove: ["s3:GetObject"] },
  },
  {
    sid: "FindRelockJobs",
    side: "vault",
    why: "a job is made once; these actions have no resource",
    resources: whereLocksAreExtended(() => ["*"]),
    warnings: { jobs: "VaultJobsUnread" },
    actions: { relock: ["s3:CreateJob", "s3:ListJobs"], jobs: ["s3:ListJobs"] },
  },
  {
    sid: "FollowRelockJobs",
    side: "vault",
    why: "a job is confirmed, followed and cancelled by its id",
    resources: whereLocksAreExtended(({ arnOf }) => [arnOf("s3", "job/*")]),
    warnings: { jobs: "VaultJobsUnread", prove: "ReportUnreadable" },
    actions: {
      relock: ["s3:DescribeJob", "s3:UpdateJobStatus"],
      prove: ["s3:DescribeJob"],
      jobs: ["s3:DescribeJob"],
      watch: ["s3:DescribeJob"],
      priority: ["s3:DescribeJob", "s3:UpdateJobPriority"],
      cancel: ["s3:DescribeJob", "s3:UpdateJobStatus"],
    },
  },
  {
    sid: "TryModeWithoutBypass",
    side: "vault",
    why: "whether GOVERNANCE becomes COMPLIANCE without the bypass is tried on one version, so that no job asks for more than it takes",
    warnings: { relock: "ModeNotTried" },
    resources: ({ bucketArn, raisesModes }) => (raisesModes ? [`${bucketArn}/*`] : []),
    actions: { relock: ["s3:PutObjectRetention"] },
  },
];
