/**
 * The driver as a library: configuration in, typed events and results out. It writes to no console, never ends the process
 * and asks only through the `confirm` that it is given. `examples/embed.ts` shows the whole road.
 */
export { accountClients, type AwsEnvironment } from "./aws/aws-clients";
export type { BackfillOptions } from "./backfill/options";
export { runBackfill } from "./backfill/run";
export { verifyStack, type VerifyOptions } from "./backfill/look";
export {
  sendCanaries,
  type CanaryOptions,
  type CanaryResult,
  type RefusedCanary,
  type SentCanaries,
} from "./canary/send-canaries";
export type { CanaryEnd } from "./canary/follow-canaries";
export type { CanaryAtVault } from "./canary/look-at-canary";
export type { NoCanaryReason, PlannedCanary, RuleWithoutCanary } from "./canary/plan-canaries";
export type { CanarySource } from "./canary/prepare-canaries";
export type { CanaryStay } from "./canary/stays";
export type { WrittenCanary } from "./canary/write-canary";
export { systemClock, type Clock, type WaitLimits } from "./clock";
export {
  destroyStack,
  detachStack,
  previewStack,
  upStack,
  type ChangeSummary,
} from "./stack/deploy";
export {
  deployedSources,
  deployedVaults,
  outputsOfSources,
  readOutputs,
  type DeployedSource,
} from "./stack/deployed-sources";
export { examineBackfill, type BackfillToExamine } from "./doctor/before-backfill";
export { doctor, type CanaryWish, type DoctorOptions } from "./doctor/doctor";
export type { ExamineOptions } from "./doctor/examine-options";
export { findEngine, type Engine } from "./engine/find-engine";
export { openEnvironment, type Environment } from "./environment/environment";
export type {
  BackfillCallOptions,
  CallOptions,
  CancelOptions,
  DestroyResult,
  DoctorCallOptions,
  DoctorResult,
  EnvironmentOptions,
  LineageOptions,
  ListJobsOptions,
  LookCallOptions,
  PreviewOptions,
  PreviewResult,
  PriorityOptions,
  ProveCallOptions,
  ProveResult,
  ReportResult,
  RetryOptions,
  SourceOptions,
  SourceVerdict,
  UpOptions,
  UpResult,
  VerdictsResult,
  VerifyCallOptions,
  WaitOptions,
  WatchOptions,
} from "./environment/options";
export type { ErrorSource } from "./error-codes";
export { isLockstepError, LockstepError, type ErrorCode, type Problem } from "./errors";
export { streamEvents, type EventStream } from "./event-stream";
export type {
  Confirm,
  EventTable,
  EventType,
  FindingFields,
  GuardFields,
  Listener,
  LockstepEvent,
  Question,
  RelockFailure,
  RelockFields,
  Session,
  VerdictFields,
} from "./events";
export { approveJob, type ApproveJobOptions } from "./backfill/approve-job";
export { cancelJob, setJobPriority, type ChangeJobOptions } from "./jobs/change-job";
export type { PlanFields, TrialFields } from "./backfill/fields";
export type {
  ChecksumJob,
  ChecksumPlanFields,
  ChecksumSidePlan,
  LookChecksums,
} from "./checksum/fields";
export type {
  Attempt,
  JobAttention,
  JobFields,
  JobReportFields,
  JobTime,
  LineageFields,
  TaskOutcome,
} from "./jobs/fields";
export { readLineage, type LineageWish } from "./jobs/lineage";
export { listJobs, lookAtJob, type JobsOptions } from "./jobs/source-jobs";
export { watchJobs, type WatchedJob } from "./jobs/watch-jobs";
export { checkGuard, readGuardLosses } from "./guard/check-guard";
export { checkRoles, removeForeignPolicies } from "./guard/check-roles";
export { resourcesOf } from "./guard/left-alone";
export { isRestoredByCall, restoreByCalls } from "./guard/restore-guard";
export type { Drift, GuardLoss, Outcome, VaultCounts } from "./judge/outcome";
export { formVerdict, missingVersions } from "./judge/verdict";
export { findLocks } from "./stack/locked-data";
export { chooseLevel, type LevelChoice, type LevelWish } from "./levels/choose-level";
export { type Level, type LevelFacts, levelFacts } from "./levels/levels";
export type { ProofCode } from "./levels/proofs";
export type { ExplainedJobFailure } from "./backfill/explained-failures";
export type { JobFailureMeaning } from "./backfill/job-failures";
export type { PolicyPatch } from "./policy-patch";
export type { FailureCodes, LockedInMonth, Look, LookOptions, ReplicaLock } from "./look/look";
export { lookAtPromise } from "./look/look-at-promise";
export { operatorPolicies, type OperatorPolicy } from "./permissions/operator-policies";
export type { OperatorCommand } from "./permissions/operator-row";
export { preflight } from "./stack/preflight";
export { withCopies, type StackWithCopies } from "./promise/outputs-from-copies";
export { warnOfCopies } from "./promise/warn-of-copies";
export { writePromiseCopies } from "./promise/write-copies";
export { proveRefusals, type Refusal } from "./proof/prove";
export {
  type BucketAtRisk,
  bucketsAtRisk,
  type PlanAtRisk,
  refuseLossOfData,
} from "./review/buckets-at-risk";
export { reviewMarkdown } from "./review/markdown";
export type { PriceLine } from "./review/price-line";
export {
  reviewOf,
  type Review,
  type PolicyOnLine,
  type ReviewFacts,
  type ReviewedPolicy,
} from "./review/review";
export type { FoundRisk, Risk, RiskFields, RiskId, RiskSeverity } from "./review/risk";
export { reviewSarif, type SarifTool } from "./review/sarif";
export type {
  AcceptedFields,
  CauseFields,
  Grouping,
  JobHistory,
  JobsAside,
  JobSample,
  LiveLag,
  LockMonth,
  LookedAt,
  OutcomeCounts,
  OutcomeGroup,
  Report,
  Rerun,
  SourceReport,
  VaultPromiseFields,
} from "./report/fields";
export { reportHtml } from "./report/html";
export { reportJson } from "./report/json";
export { reportJunit } from "./report/junit";
export { reportMarkdown } from "./report/markdown";
export { relock, type RelockOptions } from "./relock/run";
export { replicationRulesReader } from "./rules/replication-rules-reader";
export { stackClients, type StackClients } from "./aws/stack-clients";
export { keepingPlan, type KeptPlan, type PlannedChange } from "./stack/planned-changes";
export { stateResources } from "./stack/kept-resources";
export { requireEnabledInConfig, requireUpToDate } from "./stack/up-to-date";
export type { WarningCode } from "./warning-codes";
export { withVaultRoles } from "./aws/vault-roles";
export {
  confirmVaultsLeftBehind,
  vaultsLeftBehind,
  type LeaveOptions,
  type LeftVault,
} from "./stack/vaults-left-behind";
export { openStack, readStackConfig, type StackAddress } from "./stack/workspace";
