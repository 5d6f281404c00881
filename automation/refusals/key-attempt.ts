/**
 * Schedules the deletion of a vault's key, which is more than a canary: everything in the vault is under it. So it is tried only
 * where the key's policy, read back just before, denies it to this principal; with the longest period that KMS has, so that there
 * is time; and once it is noted beside the vault. What is accepted all the same, as while a change of the policy is on its way
 * through KMS, is cancelled and the key enabled at once.
 *
 * KMS has no dry run of it. @see https://docs.aws.amazon.com/kms/latest/developerguide/testing-permissions.html
 */

import { ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import { readKeyPolicy, readKeyState } from "../guard/read-key";
import type { KeyFacts } from "../guard/facts";
import type { Session } from "../events";
import { type Answer, askAws } from "./ask-aws";
import type { Caller, TriedVault } from "./callers";
import type { RefusalFact } from "./fields";
import { deniesKeyDeletion } from "./key-denial";
import { answeredFact, type AttemptOn, notTried } from "./make-fact";
import { noteBefore, noteRefused, notUnderstood } from "./noted-attempt";
import type { AttemptNote } from "./notes";
import { isDeletionOf } from "./our-deletion";
import { undoKeyDeletion } from "./undo-key-deletion";

/** The longest that KMS takes. @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html */
const PENDING_WINDOW_DAYS = 30;

export async function tryKeyDeletion(
  vault: TriedVault,
  caller: Caller,
  on: AttemptOn,
  session: Session,
): Promise<RefusalFact> {
  const { kmsKeyArn } = vault.outputs;
  if (kmsKeyArn === undefined) {
    return notTried(
      on,
      "nothing-there",
      "The vault encrypts with S3's own keys: none can be deleted.",
    );
  }
  const unfit = await whyNot(vault, caller, kmsKeyArn, on, session.signal);
  if (unfit !== undefined) return unfit;
  const noted = await noteBefore(vault, { attempt: "delete-key", on });
  if (!("note" in noted)) return noted;
  const command = new ScheduleKeyDeletionCommand({
    KeyId: kmsKeyArn,
    PendingWindowInDays: PENDING_WINDOW_DAYS,
  });
  const answer = await askAws(command, () => caller.clients.kms.send(command));
  if (answer.outcome === "refused") {
    await noteRefused(noted);
    return answeredFact(on, answer);
  }
  const wasDone = answer.outcome === "accepted" || (await isPending(vault, kmsKeyArn, noted.note));
  if (!wasDone) return answeredFact(on, answer);
  const by = [vault.own, caller.clients];
  await undoKeyDeletion({ ...noted, by, clock: session.clock }, true);
  const accepted: Answer = { ...answer, outcome: "accepted" };
  return answeredFact(on, accepted, { undone: "It was cancelled and the key enabled at once." });
}

async function whyNot(
  { outputs, own }: TriedVault,
  caller: Caller,
  keyArn: string,
  on: AttemptOn,
  signal: AbortSignal,
): Promise<RefusalFact | undefined> {
  if (!keyArn.includes(`:${outputs.accountId}:key/`)) {
    return notTried(on, "not-safe", "The key is of another account than the vault.");
  }
  const facts = await readKeyState(keyArn, own.kms, signal);
  if ("unreadable" in facts) return notUnderstood(on, facts);
  if (!isInUse(facts)) {
    return notTried(
      on,
      "not-safe",
      `The key is not in use as it should be: it is ${facts.value.state}.`,
    );
  }
  const policy = await readKeyPolicy(keyArn, own.kms, signal);
  if ("unreadable" in policy) return notUnderstood(on, policy);
  if (deniesKeyDeletion(policy.value, caller.arn)) return undefined;
  return notTried(
    on,
    "not-safe",
    "Nothing in the key's policy, as it was read back, denies it to this principal for certain: KMS might do it, and everything in the vault is under the key.",
  );
}

function isInUse({ value }: { readonly value: KeyFacts }): boolean {
  return value.state === "Enabled" && value.manager !== "AWS";
}

async function isPending({ own }: TriedVault, keyArn: string, note: AttemptNote): Promise<boolean> {
  // Whatever was stopped meanwhile.
  const facts = await readKeyState(keyArn, own.kms, new AbortController().signal);
  return "value" in facts && isDeletionOf(note, facts.value);
}
