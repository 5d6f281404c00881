/**
 * Attempts on the vault's bucket itself. Each is made so that an acceptance changes nothing, or next to nothing: the policy is given
 * the text that it has, and versioning is suspended only where S3 itself keeps it on, and put back at once all the same.
 *
 * A change of the policy by somebody else, between the moment when it is read and the moment when it is written, would be undone by
 * an attempt that is accepted: S3 has no condition on it. It is a matter of milliseconds, and only where changes are not refused.
 */

import {
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import type { Session } from "../events";
import { ask } from "../guard/ask";
import { type Answer, askAws } from "./ask-aws";
import type { Caller, TriedVault } from "./callers";
import type { RefusalFact } from "./fields";
import { answeredFact, type AttemptOn, notTried } from "./make-fact";
import { noteBefore, noteRefused, notUnderstood } from "./noted-attempt";
import { undoSuspension } from "./undo-suspension";

export async function trySuspension(
  vault: TriedVault,
  caller: Caller,
  on: AttemptOn,
  session: Session,
): Promise<RefusalFact> {
  const { outputs, own } = vault;
  const Bucket = outputs.bucketName;
  const options = { abortSignal: session.signal };
  const gone = ["NoSuchBucket", "ObjectLockConfigurationNotFoundError"];
  const lock = await ask("s3:GetBucketObjectLockConfiguration", gone, async () => {
    const found = await own.s3.send(new GetObjectLockConfigurationCommand({ Bucket }), options);
    return found.ObjectLockConfiguration?.ObjectLockEnabled;
  });
  if ("unreadable" in lock) return notUnderstood(on, lock);
  const versioning = await ask("s3:GetBucketVersioning", gone, () => versioningOf(vault));
  if ("unreadable" in versioning) return notUnderstood(on, versioning);
  if (lock.value !== "Enabled" || versioning.value !== "Enabled") {
    const is = `Object Lock is ${lock.value ?? "not there"}, versioning ${versioning.value ?? "not there"}`;
    return notTried(on, "not-safe", `S3 might do it: ${is}.`);
  }
  const noted = await noteBefore(vault, { attempt: "suspend", on });
  if (!("note" in noted)) return noted;
  const command = new PutBucketVersioningCommand({
    Bucket,
    VersioningConfiguration: { Status: "Suspended" },
  });
  const answer = await askAws(command, () => caller.clients.s3.send(command));
  if (answer.outcome === "refused") {
    await noteRefused(noted);
    return answeredFact(on, answer);
  }
  const wasDone = answer.outcome === "accepted" || (await versioningOf(vault)) === "Suspended";
  if (!wasDone) return answeredFact(on, answer);
  await undoSuspension({ ...noted, by: [own, caller.clients] }, Bucket);
  const accepted: Answer = { ...answer, outcome: "accepted" };
  return answeredFact(on, accepted, { undone: "It was enabled again at once." });
}

/** Whatever was stopped meanwhile: what was done has to be seen. */
async function versioningOf({ outputs, own }: TriedVault): Promise<string | undefined> {
  const command = new GetBucketVersioningCommand({ Bucket: outputs.bucketName });
  return (await own.s3.send(command)).Status;
}

export async function tryPolicyChange(
  { outputs, own }: TriedVault,
  caller: Caller,
  on: AttemptOn,
  { signal }: Session,
): Promise<RefusalFact> {
  const Bucket = outputs.bucketName;
  const options = { abortSignal: signal };
  const policy = await ask(
    "s3:GetBucketPolicy",
    ["NoSuchBucketPolicy", "NoSuchBucket"],
    async () => {
      return (await own.s3.send(new GetBucketPolicyCommand({ Bucket }), options)).Policy;
    },
  );
  if ("unreadable" in policy) return notUnderstood(on, policy);
  if (policy.value === undefined) {
    const says =
      "The vault has no bucket policy, which is worse: there is no text that could be written without a change.";
    return notTried(on, "nothing-there", says);
  }
  const command = new PutBucketPolicyCommand({ Bucket, Policy: policy.value });
  return answeredFact(on, await askAws(command, () => caller.clients.s3.send(command, options)));
}
