import type { AccountAccess } from "../../components/config/types";
import { accountClients, type AwsEnvironment } from "../aws/aws-clients";
import { explained, messageOf } from "../errors";
import type { Session } from "../events";
import { lockedUntilEpochMs } from "../look/version-head";
import { listVersions } from "../proof/source-versions";

/** What a bucket holds, as far as it matters to whoever may lose it. */
export interface BucketContent {
  /** Versions with data, counted up to a limit; undefined where the bucket could not be looked into. */
  readonly versionsCount: number | undefined;
  /** As in `12 versions, locked until 2027-01-01T00:00:00.000Z or longer`, or why nobody knows. */
  readonly words: string;
}

/** How many versions are counted, and how many of them are looked at for the date. */
const COUNT_LIMIT = 10_000;
const LOOK_LIMIT = 50;

/** Looks into a bucket with its account's own credentials. */
export async function bucketContent(
  bucket: string,
  access: AccountAccess,
  { clock, signal }: Session,
  environment: AwsEnvironment = {},
): Promise<BucketContent> {
  const clients = await accountClients(access, environment);
  let versionsCount = 0;
  let untilEpochMs = 0;
  try {
    for await (const version of listVersions(clients.s3, bucket, signal)) {
      if (version.isDeleteMarker) continue;
      if (++versionsCount <= LOOK_LIMIT) {
        const until = await lockedUntilEpochMs(clients.s3, bucket, version, signal);
        untilEpochMs = Math.max(untilEpochMs, until);
      }
      if (versionsCount === COUNT_LIMIT) break;
    }
  } catch (error) {
    if (signal.aborted) throw error;
    // What is in it is a help for a decision, and not a condition for asking.
    return {
      versionsCount: undefined,
      words: `it could not be looked into: ${messageOf(explained(error))}`,
    };
  } finally {
    clients.destroy();
  }
  if (versionsCount === 0) return { versionsCount, words: "empty" };
  const counted = `${versionsCount}${versionsCount === COUNT_LIMIT ? " or more" : ""} versions`;
  const words =
    untilEpochMs <= clock.nowEpochMs()
      ? counted
      : `${counted}, locked until ${new Date(untilEpochMs).toISOString()} or longer`;
  return { versionsCount, words };
}
