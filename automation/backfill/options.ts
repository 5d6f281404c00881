import type { ReplicationConfig } from "../../components/config/types";
import type { WaitLimits } from "../clock";
import type { Confirm } from "../events";
import type { VerifyOptions } from "./look";

/** What `runBackfill` is given. */
export interface BackfillOptions extends VerifyOptions {
  /** The one source's, as `deployedSources` gives it. */
  readonly config: ReplicationConfig;
  /** Asked to approve the plan, unless it is the one of `approvedPlanHash`; and where it is declined, whether to cancel the job. */
  readonly confirm: Confirm;
  /**
   * What is done with a plan that is not the one of `approvedPlanHash`: `confirm` is asked, the run ends with `ApprovalAwaited`, or it
   * waits until `approveJob` was called elsewhere.
   * @default "ask"
   */
  readonly atGate?: "ask" | "stop" | "wait" | undefined;
  /**
   * False: a job that is under way is carried on, and none is made: the run ends with `ConfirmationNeeded`.
   * @default true
   */
  readonly makesJobs?: boolean | undefined;
  /** Folder that gets one folder per job with its report. */
  readonly reportsFolder: string;
  /** The hash of a plan that was approved beforehand; another plan stops. */
  readonly approvedPlanHash?: string;
  /**
   * Makes jobs from a list of exactly what is missing, and none for a version that so many jobs have tried in vain; such
   * versions are named in the verdict. Absent: S3's own list where that is the same, and no limit.
   */
  readonly retry?:
    | {
        /** 1 or more. */
        readonly maxAttempts: number;
      }
    | undefined;
  /** A job that was made elsewhere, such as in the console: it is followed and judged instead of one of our own. */
  readonly adoptJobId?: string | undefined;
  /**
   * Whether one version is tried before a job of several may run; before what the config says.
   * @default true
   */
  readonly trial?: boolean | undefined;
  /** How to wait for the job. */
  readonly jobLimits: WaitLimits;
  /** How to wait for a report that is not there yet; default: five minutes. */
  readonly reportLimits?: WaitLimits;
}
