import { CancelKeyDeletionCommand, EnableKeyCommand } from "@aws-sdk/client-kms";
import type { Clock } from "../clock";
import { awsFailure, LockstepError, messageOf } from "../errors";
import { bySomebody, noted, type Undoing } from "./undoing";

/** KMS may say for a moment that a key is still what it was. */
const TRIES = 6;
const PAUSE_MS = 2_000;

/**
 * Cancels the deletion of a key that we have scheduled, and enables the key. Whoever was stopped in between goes on from there:
 *
 *     PendingDeletion --cancel--> Disabled --enable--> Enabled
 *
 * @param isPending false where the deletion is cancelled already
 * @throws LockstepError `AttemptNotUndone`
 */
export async function undoKeyDeletion(
  { by, clock, note, place }: Undoing & { readonly clock: Clock },
  isPending: boolean,
): Promise<void> {
  const KeyId = note.target;
  try {
    let last = note;
    if (isPending) {
      last = await noted(place, last, "accepted");
      await untilItTakes(clock, () =>
        bySomebody(by, ({ kms }) => kms.send(new CancelKeyDeletionCommand({ KeyId }))),
      );
      last = await noted(place, last, "cancelled");
    }
    await untilItTakes(clock, () =>
      bySomebody(by, ({ kms }) => kms.send(new EnableKeyCommand({ KeyId }))),
    );
    await noted(place, last, "mended");
  } catch (error) {
    throw new LockstepError(
      "AttemptNotUndone",
      `The key ${KeyId} is scheduled for deletion or disabled by an attempt of ours, and is not put back: ${messageOf(error)}`,
      {
        hint: `At once, as somebody who may: \`aws kms cancel-key-deletion --key-id ${KeyId}\`, then \`aws kms enable-key --key-id ${KeyId}\`. Until then nothing under it can be written or read, and 30 days after the attempt all of it is lost.`,
        cause: error,
      },
    );
  }
}

async function untilItTakes<Output>(clock: Clock, send: () => Promise<Output>): Promise<Output> {
  // What is stopped on request would leave the key as it is: this is carried through.
  const { signal } = new AbortController();
  for (let left = TRIES; ; left--) {
    try {
      return await send();
    } catch (error) {
      if (left <= 1 || awsFailure(error)?.code !== "KMSInvalidStateException") throw error;
      await clock.sleep(PAUSE_MS, signal);
    }
  }
}
