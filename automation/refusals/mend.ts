/**
 * Finds what an earlier run left behind, which ended between an attempt that AWS did not refuse and its undoing, and puts it right before
 * anything is tried. What nobody noted is not ours, and is left: the guard's look tells it.
 */

import { GetBucketVersioningCommand } from "@aws-sdk/client-s3";
import { awsFailure } from "../errors";
import type { Session } from "../events";
import { ask } from "../guard/ask";
import type { Fact, KeyFacts } from "../guard/facts";
import { readKeyState } from "../guard/read-key";
import type { TriedVault } from "./callers";
import { type AttemptNote, readNote } from "./notes";
import { placeOfNotes } from "./noted-attempt";
import { isDeletionOf } from "./our-deletion";
import { undoKeyDeletion } from "./undo-key-deletion";
import { undoSuspension } from "./undo-suspension";

/**
 * @returns what was put right, in words
 * @throws LockstepError `AttemptNotUndone`
 */
export async function mendVault(vault: TriedVault, session: Session): Promise<readonly string[]> {
  const mended: string[] = [];
  const tell = (message: string): void => {
    mended.push(message);
    session.emit({ type: "warning", code: "AttemptMended", message });
  };
  const { name } = vault.outputs;
  if (await mendKey(vault, session)) {
    tell(
      `vault ${name}: its key ${vault.outputs.kmsKeyArn ?? ""} was disabled, or scheduled for deletion, by an attempt of an earlier run that ended; it is enabled again`,
    );
  }
  if (await mendVersioning(vault, session)) {
    tell(
      `vault ${name}: versioning of ${vault.outputs.bucketName} was suspended by an attempt of an earlier run that ended; it is enabled again`,
    );
  }
  return mended;
}

async function mendKey(vault: TriedVault, { clock, signal }: Session): Promise<boolean> {
  const { kmsKeyArn } = vault.outputs;
  const open = await openNote(vault, "delete-key", kmsKeyArn, signal);
  if (open === undefined || kmsKeyArn === undefined) return false;
  const facts = await readKeyState(kmsKeyArn, vault.own.kms, signal);
  const step = stepToMend(open.note, facts);
  if (step === undefined) return false;
  await undoKeyDeletion({ ...open, by: mendersOf(vault), clock }, step === "cancel");
  return true;
}

/**
 * What has to be done about a key. One that is disabled is ours only where it was noted that KMS had taken the deletion: else somebody
 * has disabled it since, who may have good reason. Pure.
 */
export function stepToMend(
  note: AttemptNote,
  facts: Fact<KeyFacts>,
): "cancel" | "enable" | undefined {
  if ("unreadable" in facts) return undefined;
  if (isDeletionOf(note, facts.value)) return "cancel";
  const wasTaken = note.state === "accepted" || note.state === "cancelled";
  return facts.value.state === "Disabled" && wasTaken ? "enable" : undefined;
}

async function mendVersioning(vault: TriedVault, { signal }: Session): Promise<boolean> {
  const { bucketArn, bucketName } = vault.outputs;
  const open = await openNote(vault, "suspend", bucketArn, signal);
  if (open === undefined) return false;
  const versioning = await ask("s3:GetBucketVersioning", "NoSuchBucket", async () => {
    const command = new GetBucketVersioningCommand({ Bucket: bucketName });
    return (await vault.own.s3.send(command, { abortSignal: signal })).Status;
  });
  if (!("value" in versioning) || versioning.value !== "Suspended") return false;
  await undoSuspension({ ...open, by: mendersOf(vault) }, bucketName);
  return true;
}

/** The note of an attempt whose end is not noted. */
async function openNote(
  vault: TriedVault,
  attempt: AttemptNote["attempt"],
  target: string | undefined,
  signal: AbortSignal,
) {
  const place = placeOfNotes(vault);
  if (place === undefined) return undefined;
  try {
    const note = await readNote(place, attempt, signal);
    if (note === undefined || note.target !== target) return undefined;
    return note.state === "refused" || note.state === "mended" ? undefined : { place, note };
  } catch (error) {
    // Who may not read notes may not write them either: nothing that needs one is tried.
    if (awsFailure(error)?.httpStatus === 403) return undefined;
    throw error;
  }
}

function mendersOf({ callers, own }: TriedVault) {
  return [own, ...callers.flatMap(({ clients }) => clients ?? []).filter((one) => one !== own)];
}
