import type { EventTable, LockstepEvent, Session } from "../events";

/** A resource that a preview means to make, change or remove. */
export type PlannedChange = Readonly<EventTable["resource"]>;

/** A session with the plan of its preview. */
export interface KeptPlan<Of extends Session> {
  /** What the preview is given. */
  readonly session: Of;
  /** Grows while the preview runs. */
  readonly planned: readonly PlannedChange[];
}

/** A session that hands on all that it is told, and keeps what a preview plans. */
export function keepingPlan<Of extends Session>(session: Of): KeptPlan<Of> {
  const planned: PlannedChange[] = [];
  const emit = (event: LockstepEvent): void => {
    if (event.type === "resource" && event.state === "planned") planned.push(event);
    session.emit(event);
  };
  return { session: { ...session, emit }, planned };
}
