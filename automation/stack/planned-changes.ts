import type { EventTable, LockstepEvent, Session } from "../events";

/** A resource that a preview means to make, change or remove. */
export type PlannedChange = Readonly<EventTable["resource"]>;

/** A session that hands on all that it is told, and keeps what a preview plans. */
export function keepingPlan<Of extends Session>(
  session: Of,
): { readonly session: Of; readonly planned: readonly PlannedChange[] } {
  const planned: PlannedChange[] = [];
  const emit = (event: LockstepEvent): void => {
    if (event.type === "resource" && event.state === "planned") planned.push(event);
    session.emit(event);
  };
  return { session: { ...session, emit }, planned };
}
