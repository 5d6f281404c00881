/** Every warning: something that does not stop the work and that somebody should look at. */

/** What is said of every warning of a code, in a sentence or two. A code is stable, these words are not. */
export const WARNINGS = {
  ApprovedElsewhere:
    "The job runs, and the ledger has no approval of its plan: somebody confirmed it past Lockstep. What arrives is judged at the vaults.",
  AthenaLeftovers:
    "Tables or files that Athena was asked of could not be taken away; the message names them, with the commands that do. Files are charged as storage.",
  AttemptAccepted:
    "Something that a vault has to refuse was tried on a canary of our own, and AWS did it. What it touched beside the canary was put back at once.",
  AttemptMended:
    "An earlier run had ended before it could put back what AWS had not refused. It is put back now.",
  CanaryStays:
    "A run of `doctor --canary` or `backfill --canary` ended before its canary had arrived: the canary stays, and S3 still replicates it.",
  EvidenceNotKept:
    "A bundle of evidence could not be written beside a vault. The file that was asked for is there all the same: the next one follows it where it is named with --previous.",
  EvidencePassedOver:
    "The new bundle does not follow something that has the name of a bundle beside a vault, or may not see it: it is not sound, not ours, not what its name says, or came only now.",
  IntentDropped:
    "An intent of the ledger had no job yet and gets none: it is not what the config wants, or its manifest was changed.",
  InventoryPassedOver:
    "Beside a bucket lies a folder with the name of an inventory that is dated later than S3 can have written it. The newest of S3's own counts.",
  JobAdopted:
    "A job of this stack has not ended, and no record of the ledger names it. It is carried on.",
  JobAwaitsConfirmation:
    "A job waits for its approval, and fails by itself where nobody gives it within 30 days.",
  JobForgotten: "A job has waited for its approval for more than a week.",
  JobPausedByPriority: "A job is paused, since one with a higher priority runs.",
  JobStalled: "A job should run, and does nothing.",
  LedgerConflict:
    "Somebody else changed the record of a job at the same time. What was done is done, and the other record stands.",
  LedgerSetAside:
    "A file in the ledger is no record of this stack's, or names a job that is not ours, and is not believed.",
  LedgerUnreadable:
    "The ledger cannot be read, so that nobody can say why a version is missing. The look itself needs no ledger.",
  MetricsUnread:
    "CloudWatch does not say how far live replication is behind. No verdict goes by it.",
  ModeNotTried:
    "Whether a lock's mode is raised without the bypass could not be tried, so that the job asks for the bypass.",
  NoBreakGlassRole:
    "A vault has no `breakGlassRoleArn`, so that the organization's policy does not refuse changes of its configuration and key.",
  NotLookedAt: "A version that the job leaves alone could not be looked at. The plan stands.",
  NotRestored:
    "AWS refused to put back a setting that was changed by hand. The look afterwards finds it again.",
  OperatorPolicyUnproven:
    "Statements of an operator's policy stand as AWS documents them, and were not tried.",
  PolicyRefuses: "A policy of others may refuse something to Lockstep's roles, or may not be read.",
  PolicyTooLong: "A policy has more characters than AWS takes.",
  PromiseCopyDiffers:
    "Something else has the name of the copy of the promise beside a vault, and is not believed.",
  PromiseCopyMissing:
    "The copy of the promise is not beside its vault, so that nobody can say what was promised once the stack's state is lost. `lockstep up` writes it.",
  PromiseCopyRefused:
    "A copy of the promise says something else than the config, and is not believed.",
  PromiseCopyUnreadable: "Copies of the promise beside a vault cannot be read.",
  PromiseFromCopy:
    "The stack's state tells nothing of a source, so that what was promised is taken from the copy beside a vault, which whoever administers that account could have written.",
  PromiseNotKept:
    "The copy of the promise was not written beside a vault, or its lock not renewed.",
  RefusalsNotTried:
    "A bundle of evidence is made without trying what the vaults have to refuse, since nobody could be asked. It says so.",
  ReplicationRoleAssumed:
    "A source's bucket was there before. If it has replication rules of others, their role has to be named as `replicationRoleArn`.",
  ReportUnreadable:
    "A job's report or manifest cannot be read, or the two differ. What is in the vaults is judged without them.",
  SignatureNotChecked:
    "No public key was named, so nobody can say who signed the bundle. That what is shown is in it is proven all the same.",
  SourceEmpty:
    "A source has no version that is promised, so that a look proves nothing: it is new, or it was emptied. The verdict may be clean.",
  VaultJobsUnread:
    "The account of a vault whose locks are extended may not be asked for its jobs; the others are listed.",
  VaultLeftBehind:
    "The config no longer names a vault of the stack: its bucket would stay at AWS, and nobody would look at it any more.",
} as const satisfies Readonly<Record<string, string>>;

/** A stable name for a kind of warning. */
export type WarningCode = keyof typeof WARNINGS;
