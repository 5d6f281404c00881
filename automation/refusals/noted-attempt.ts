/** Attempts that are noted beside the vault before. */

import { awsFailure } from "../errors";
import type { Fact } from "../guard/facts";
import type { TriedVault } from "./callers";
import type { RefusalFact } from "./fields";
import { type AttemptOn, notTried } from "./make-fact";
import { type AttemptNote, type NotePlace, writeNote } from "./notes";

/** A note that was written, and where. */
export interface Noted {
  readonly place: NotePlace;
  readonly note: AttemptNote;
}

/** Where a vault's notes lie; undefined where no bucket beside it is known. */
export function placeOfNotes({
  outputs: { operationsBucketName },
  own,
}: Pick<TriedVault, "outputs" | "own">): NotePlace | undefined {
  return operationsBucketName === undefined
    ? undefined
    : { s3: own.s3, bucket: operationsBucketName };
}

/** Writes down what is about to be tried; a fact where that is not possible, and nothing is to be tried. */
export async function noteBefore(
  vault: TriedVault,
  { attempt, on }: { readonly attempt: AttemptNote["attempt"]; readonly on: AttemptOn },
): Promise<Noted | RefusalFact> {
  const place = placeOfNotes(vault);
  if (place === undefined) {
    return notTried(on, "not-noted", "There is no bucket beside the vault to note it in before.");
  }
  const note: AttemptNote = {
    lockstep: "attempt",
    attempt,
    target: on.target,
    principal: on.principal,
    state: "about-to-try",
    at: new Date(vault.nowEpochMs ?? Date.now()).toISOString(),
  };
  try {
    await writeNote(place, note);
    return { place, note };
  } catch (error) {
    const failure = awsFailure(error);
    if (failure?.httpStatus === undefined) throw error;
    const { code, message } = failure;
    const says = `It could not be noted before in ${place.bucket}: needs s3:PutObject there.`;
    return { ...notTried(on, "not-noted", says), code, message };
  }
}

/** Leaves the note at what came of it. */
export async function noteRefused({ note, place }: Noted): Promise<void> {
  await writeNote(place, { ...note, state: "refused" });
}

/** A fact of an attempt that stands on something that may not be read. */
export function notUnderstood(
  on: AttemptOn,
  { action, unreadable }: Extract<Fact<unknown>, { unreadable: string }>,
): RefusalFact {
  const says = `What it would touch could not be read before: needs ${action}.`;
  return { ...notTried(on, "not-readable", says), code: unreadable };
}
