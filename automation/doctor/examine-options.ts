import type { LockstepConfig } from "../../components/config/types";
import type { AwsEnvironment } from "../aws/aws-clients";
import type { EventTable, Session } from "../events";
import type { OutputsOfStack } from "../stack/deployed-sources";
import type { StateResource } from "../stack/kept-resources";
import type { PlaceToLookAt } from "../stack/places";
import type { Purpose } from "./examined-place";
import type { FindingFields } from "./finding";

/** What is looked at. */
export interface ExamineOptions {
  /** The stack's, checked. */
  readonly config: LockstepConfig;
  /** What is deployed; without outputs before the first `up`. */
  readonly stack: OutputsOfStack;
  /** What the stack's state knows: its names are not taken by others. */
  readonly inState: () => Promise<readonly StateResource[]>;
  /** Of several sources only this one, and its vaults. */
  readonly sourceName?: string | undefined;
  /** Where profiles and endpoint come from; empty: from the process. */
  readonly environment: AwsEnvironment;
  /** Events, an end on request, and the clock. */
  readonly session: Session;
  /** Is told each finding as it is found. */
  readonly tell: (found: FindingFields) => void;
}

/** What is looked at, and what for. */
export interface ExaminationOptions extends Omit<ExamineOptions, "stack" | "tell"> {
  /** `doctor` where nothing is said. */
  readonly purpose?: Purpose;
  /** Absent: the config alone says what is expected. */
  readonly stack?: OutputsOfStack;
  /** No further than to whether accounts and existing buckets are those of the config. */
  readonly isReachedOnly?: boolean;
  /** Is told of each account that answers as the config says. */
  readonly reached?: (
    account: EventTable["preflight-passed"]["accounts"][number],
    answeredEpochMs: number | undefined,
  ) => void;
  /** Is told each finding as it is found, and what of the config it is about. */
  readonly tell: (found: FindingFields, path: string, place: PlaceToLookAt) => void;
}
