/**
 * Names each copy of a promise that is not beside its vault, and what lies under its name. While the stack's state is there, a
 * verdict does not rest on copies, so that this is a warning: a stack that `pulumi up` deploys has no driver to write them.
 */

import type { LockstepConfig } from "../../components/config/types";
import type { LockstepOutputs } from "../../components/promise/outputs";
import { accountClients, type AwsEnvironment } from "../aws/aws-clients";
import { awsFailure, isLockstepError, messageOf } from "../errors";
import type { Session } from "../events";
import type { WarningCode } from "../warning-codes";
import { copyKey } from "./copy";
import { copyPlaces } from "./kept-copies";
import { findCopy, type KeptCopy } from "./read-copies";

/**
 * Warns, by events, of copies of the promise that are missing (`PromiseCopyMissing`), cannot be read (`PromiseCopyUnreadable`)
 * or say something else (`PromiseCopyDiffers`).
 * @param sources as the stack's outputs tell them
 */
export async function warnOfCopies(
  sources: readonly LockstepOutputs[],
  config: LockstepConfig,
  environment: AwsEnvironment,
  { emit, signal }: Session,
): Promise<void> {
  for (const { access, bucket, digest } of copyPlaces(sources, config)) {
    const clients = await accountClients(access, environment);
    const where = `s3://${bucket}/${copyKey(digest)}`;
    try {
      // Without its bucket a copy is gone too, which is told as a loss of the guard.
      const found = await findCopy(clients.s3, bucket, digest, signal);
      if (found !== undefined) for (const told of copyWarnings(where, found)) emit(told);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const message = `whether the promise's copy is at ${where} cannot be seen: ${messageOf(error)}`;
      emit({ type: "warning", code: "PromiseCopyUnreadable", message });
    } finally {
      clients.destroy();
    }
  }
}

/** What is said of what lies under a copy's name. Pure. */
export function copyWarnings(where: string, { copy, strangers, unreadable }: KeptCopy) {
  const others = [...strangers, ...unreadable];
  const named = `${others.length === 1 ? "version" : "versions"} ${others.join(", ")}`;
  const told = (code: WarningCode, message: string) => ({
    type: "warning" as const,
    code,
    message,
  });
  return [
    ...(copy === undefined
      ? [
          told(
            "PromiseCopyMissing",
            `the promise's copy is not at ${where}, so that nobody can say what was promised once the stack's state is lost: run lockstep up`,
          ),
        ]
      : []),
    ...(others.length === 0
      ? []
      : [
          told(
            "PromiseCopyDiffers",
            `something else has the name of the promise's copy ${where} and is not believed: ${named}`,
          ),
        ]),
  ];
}

/** Whether AWS said no, or the bucket of this name is somebody else's, which the look at the guard tells. */
export function isRefusal(error: unknown): boolean {
  if (isLockstepError(error)) return error.code === "BucketOfAnotherAccount";
  return awsFailure(error)?.httpStatus !== undefined;
}
