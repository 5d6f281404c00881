/**
 * Whether a GOVERNANCE lock becomes COMPLIANCE without the bypass. AWS's pages say that GOVERNANCE takes the right to bypass to be
 * "changed", and that a lock may be made stricter; other sources have it both ways. So it is tried on one of the versions that
 * are to be raised anyway, and read back: a job asks for the bypass only where this is refused.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
 */
import { PutObjectRetentionCommand } from "@aws-sdk/client-s3";
import type { VaultAccess } from "../aws/stack-clients";
import { awsFailure, messageOf, rightOf } from "../errors";
import type { Session } from "../events";
import { headVersion } from "../look/version-head";
import { firstThat } from "../spill/sequence";
import type { PlannedRelock } from "./plan";

/** True: the mode was raised, and nobody has to bypass anything. */
export async function isRaisedWithoutBypass(
  { outputs, s3 }: VaultAccess,
  { mode, untilEpochMs, versions }: PlannedRelock,
  { emit, signal }: Session,
): Promise<boolean> {
  const version = firstThat(versions, ({ isRaised }) => isRaised);
  if (version === undefined) return true;
  const Bucket = outputs.bucketName;
  try {
    await s3.send(
      new PutObjectRetentionCommand({
        Bucket,
        Key: version.key,
        VersionId: version.versionId,
        Retention: { Mode: mode, RetainUntilDate: new Date(untilEpochMs) },
      }),
      { abortSignal: signal },
    );
  } catch (error) {
    const failure = awsFailure(error);
    if (failure?.httpStatus !== 403) throw error;
    if (rightOf(failure) !== undefined) {
      const message = `whether a mode is raised without the bypass cannot be tried, so the job asks for it: ${messageOf(error)}`;
      emit({ type: "warning", code: "ModeNotTried", message });
    }
    return false;
  }
  const { lockMode } = await headVersion(s3, Bucket, version, signal);
  return lockMode === mode;
}
