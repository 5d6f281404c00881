import type { LockstepConfig } from "../../components/config/types";
import type { AccountClients, AwsEnvironment } from "../aws/aws-clients";
import type { PlaceToLookAt } from "../stack/places";

/**
 * What is about to be done. `doctor` looks at everything; the others leave out what they look at themselves and what they
 * change nothing of.
 */
export type Purpose = "doctor" | "preview" | "up" | "backfill";

/** One place, reached and its bucket looked for. */
export interface ExaminedPlace {
  readonly purpose: Purpose;
  readonly place: PlaceToLookAt;
  readonly clients: AccountClients;
  readonly config: LockstepConfig;
  readonly callerArn: string;
  /** AWS's time, where it told it. */
  readonly nowEpochMs: number | undefined;
  readonly signal: AbortSignal;
  readonly environment: AwsEnvironment;
}
