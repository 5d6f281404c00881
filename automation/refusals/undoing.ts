/** What puts back has in common. */

import type { AccountClients } from "../aws/aws-clients";
import { awsFailure } from "../errors";
import { type AttemptNote, type NotePlace, writeNote } from "./notes";

/** Who puts back, and where it is noted. */
export interface Undoing {
  /** Asked in turn, until one of them may. */
  readonly by: readonly AccountClients[];
  readonly place: NotePlace;
  /** Of the attempt, as it was noted last. */
  readonly note: AttemptNote;
}

/** @returns the note as it is now */
export async function noted(
  place: NotePlace,
  note: AttemptNote,
  state: AttemptNote["state"],
): Promise<AttemptNote> {
  const next = { ...note, state };
  await writeNote(place, next);
  return next;
}

/** The answer to the first one that may. @throws the first refusal where nobody may, and anything else at once */
export async function bySomebody<Output>(
  by: readonly AccountClients[],
  send: (clients: AccountClients) => Promise<Output>,
): Promise<Output> {
  let refusal: unknown;
  for (const clients of by) {
    try {
      return await send(clients);
    } catch (error) {
      if (!/^AccessDenied/.test(awsFailure(error)?.code ?? "")) throw error;
      refusal ??= error;
    }
  }
  throw refusal;
}
