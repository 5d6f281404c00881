/** What has the name of a bundle beside vaults, as AWS lists it. */

import { accountClients, type AccountClients, type AwsEnvironment } from "../aws/aws-clients";
import { explained, isLockstepError, LockstepError, messageOf, throwIfAborted } from "../errors";
import { compareKeys } from "../proof/key-order";
import { listPages } from "../proof/source-versions";
import { isKeptKey, keptPrefix, type KeptPlace } from "./kept-places";

/** How many versions are tried: whoever may write there could lay any number of them. */
export const MOST_TRIED = 100;

/** One version of an object. */
export interface KeptVersion {
  readonly place: KeptPlace;
  readonly key: string;
  readonly versionId: string;
  readonly sizeBytes: number;
  /** When it was stored, by AWS's time, in milliseconds since the Unix epoch. */
  readonly storedEpochMs: number;
}

/** As in `s3://acme-records-vault-lockstep/evidence/prod/NAME.tar (version ID)`. */
export function addressOf({ key, place, versionId }: KeptVersion): string {
  return `s3://${place.bucket}/${key} (version ${versionId})`;
}

/**
 * The last bundles of a stack by their names: the last name first, and of one name what was stored first.
 * @returns one more than are tried, where there are more
 * @throws LockstepError that names bucket and flags where one cannot be asked: a chain that is there is not begun anew unseen
 */
export async function lastVersions(
  places: readonly KeptPlace[],
  stack: string,
  environment: AwsEnvironment,
  signal: AbortSignal,
): Promise<readonly KeptVersion[]> {
  const found: KeptVersion[] = [];
  const isWanted = (key: string): boolean => isKeptKey(key, stack);
  for (const place of places) {
    try {
      const versions = await withPlace(place, environment, (clients) =>
        versionsAt(place, keptPrefix(stack), isWanted, clients, signal),
      );
      found.push(...versions);
    } catch (error) {
      throwIfAborted(signal);
      throw unasked(place, error);
    }
  }
  return found
    .sort(
      (one, other) => compareKeys(other.key, one.key) || one.storedEpochMs - other.storedEpochMs,
    )
    .slice(0, MOST_TRIED + 1);
}

/**
 * Versions under the last names at one place, the last name first, and of one name what was stored first. Delete markers hide none of them: a
 * bucket's policy does not bind S3's lifecycle, which lays them too.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html
 */
export async function versionsAt(
  place: KeptPlace,
  prefix: string,
  isWanted: (key: string) => boolean,
  { s3 }: Pick<AccountClients, "s3">,
  signal: AbortSignal,
): Promise<readonly KeptVersion[]> {
  let last: readonly KeptVersion[] = [];
  for await (const page of listPages(s3, place.bucket, signal, prefix)) {
    const versions = page
      .filter(({ isDeleteMarker, key }) => !isDeleteMarker && isWanted(key))
      .map(({ key, lastModifiedEpochMs: storedEpochMs, sizeBytes, versionId }) => {
        return { place, key, versionId, sizeBytes, storedEpochMs };
      });
    // The newest of a key are listed first, so that the oldest of the last name are at the end.
    last = [...last, ...versions].slice(-MOST_TRIED - 1);
  }
  return last.toReversed();
}

/** Runs `work` with clients of a place, which are closed afterwards. */
export async function withPlace<Result>(
  { access }: KeptPlace,
  environment: AwsEnvironment,
  work: (clients: AccountClients) => Promise<Result>,
): Promise<Result> {
  const clients = await accountClients(access, environment);
  try {
    return await work(clients);
  } finally {
    clients.destroy();
  }
}

/** Clients of places, each made once. */
export class PlaceClients {
  readonly #made = new Map<KeptPlace, AccountClients>();

  constructor(private readonly environment: AwsEnvironment) {}

  async of(place: KeptPlace): Promise<AccountClients> {
    const clients = this.#made.get(place) ?? (await accountClients(place.access, this.environment));
    this.#made.set(place, clients);
    return clients;
  }

  /** Ends their connections. */
  destroy(): void {
    for (const clients of this.#made.values()) clients.destroy();
  }
}

/** What to do where the last bundle cannot be found. */
export const NAME_IT =
  "Name the last bundle with --previous FILE, or begin a new chain with --new-chain: then none is looked for beside the vaults.";

/** Errors that say better than `EvidenceUnreadable` what is to be put right. */
const SAYS_MORE: ReadonlySet<string> = new Set([
  "AwsUnreachable",
  "ClockSkewed",
  "CredentialsUnusable",
]);

function unasked({ bucket }: KeptPlace, cause: unknown): LockstepError {
  const told = explained(cause);
  const isOurs = isLockstepError(told);
  return new LockstepError(
    isOurs && SAYS_MORE.has(told.code) ? told.code : "EvidenceUnreadable",
    `The last bundle cannot be looked for in the bucket ${bucket}: ${messageOf(told)}`,
    { hint: isOurs ? `${NAME_IT} ${told.hint}` : NAME_IT, cause },
  );
}
