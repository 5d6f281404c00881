/** Whether a key's deletion is the one that a note of ours tells of. Pure. */

import type { KeyFacts } from "../guard/facts";
import type { AttemptNote } from "./notes";

const DAY_MS = 86_400_000;
/** As it is tried. */
const WINDOW_MS = 30 * DAY_MS;

/** True where it was scheduled on the day of the note: somebody else's may be meant, and is left. */
export function isDeletionOf(note: AttemptNote, { deletedOn, state }: KeyFacts): boolean {
  if (state !== "PendingDeletion" || deletedOn === undefined) return false;
  const scheduledEpochMs = Date.parse(deletedOn) - WINDOW_MS;
  return Math.abs(scheduledEpochMs - Date.parse(note.at)) < DAY_MS;
}
