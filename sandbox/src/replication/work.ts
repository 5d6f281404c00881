import type { CopyPhase } from "./destination-permissions";
import type { Aspect } from "./metadata-sync";
import type { ReplicationStep } from "./step";

/** One step of the queue: a version to one destination, or a change of its metadata. */
export interface Work extends ReplicationStep {
  readonly kind: "copy" | Aspect;
}

/** A copy in parts and what is its turn. */
export interface PhaseWork {
  readonly work: Work;
  readonly phase: CopyPhase;
}

/** What a step came to; a copy in parts goes on. */
export type Outcome = "arrived" | "failed" | { readonly nextPhase: CopyPhase };

export const FIRST_PHASE = ["initiate"] as const;
export const NEXT_PHASE: Readonly<Record<CopyPhase, CopyPhase | undefined>> = {
  initiate: "upload",
  upload: "complete",
  complete: undefined,
};
