/** The source's listing as a table that the engine reads, and what is promised of each version at each vault. */

import { STORAGE_CLASSES } from "../../components/config/closed-lists";
import { field, writeRows, type RowColumn, type WrittenRows } from "../analysis/row-file";
import type { VaultPromise } from "../judge/facts";
import { planListed, type ListedPlan } from "../judge/judge-listed";
import { wantedUntilEpochMs } from "../judge/lock";
import type { DeployedPromise } from "../promise/deployed-promise";
import type { ListedVersion } from "../proof/source-versions";

/** What is listed, and what it is held against. */
export interface Listing {
  readonly promise: DeployedPromise;
  /** Of the source, in its order. */
  readonly listed: Iterable<ListedVersion>;
  readonly signal: AbortSignal;
}

/** Words that marks have numbers for, by their places from 1 on; 0 is any other. In S3's words. */
export const NUMBERED_WORDS = {
  classes: STORAGE_CLASSES,
  algorithms: [
    "CRC32",
    "CRC32C",
    "CRC64NVME",
    "MD5",
    "SHA1",
    "SHA256",
    "SHA512",
    "XXHASH64",
    "XXHASH3",
    "XXHASH128",
  ],
} as const;

/** The lock modes, by their numbers in marks. */
const LOCKS: readonly string[] = ["", "GOVERNANCE", "COMPLIANCE"];

/** The number of a lock mode in marks. */
export function lockNumber(mode: string): number {
  return LOCKS.indexOf(mode);
}

/** Writes it. @param path of a file that is not there yet */
export function writeListing(
  path: string,
  vaults: readonly VaultPromise[],
  listing: Listing,
): Promise<WrittenRows> {
  return writeRows(path, listingColumns(vaults.length), linesOf(vaults, listing), listing.signal);
}

/** Its columns: two for each vault, the second of them null where a version is not promised there. */
export function listingColumns(vaultsCount: number): Readonly<Record<string, RowColumn>> {
  const columns: Record<string, RowColumn> = {
    place: "INTEGER",
    key: "VARCHAR",
    version_id: "VARCHAR",
    size_bytes: "BIGINT",
    etag: "VARCHAR",
  };
  for (let index = 0; index < vaultsCount; index++) {
    columns[`class_${index}`] = "UTINYINT";
    columns[`until_${index}`] = "DOUBLE";
  }
  return columns;
}

/** The SELECT of what is promised at a vault, which is the nth. */
export function promisedAt(index: number): string {
  return (
    `SELECT place, joined_by, content_hash, class_${index} AS class, until_${index} AS retain_until_ms ` +
    `FROM listed_marks WHERE until_${index} IS NOT NULL`
  );
}

/** What is promised of a version as far as its own row at the vault tells whether it is kept. */
function* linesOf(
  vaults: readonly VaultPromise[],
  { listed, promise }: Listing,
): Generator<string> {
  /** Of millions of versions there are few plans. */
  const classesOf = new Map<ListedPlan["expected"], readonly (number | undefined)[]>();
  let place = 0;
  for (const version of listed) {
    const here = place++;
    if (version.isDeleteMarker) continue;
    const { etag, key, lastModifiedEpochMs, sizeBytes, versionId } = version;
    let line = `${here},${field(key)},${field(versionId)},${sizeBytes},${field(bareEtag(etag))}`;
    const { expected } = planListed(version, promise);
    let classes = classesOf.get(expected);
    if (classes === undefined) {
      classes = vaults.map((vault) => classNumber(expected, vault));
      classesOf.set(expected, classes);
    }
    for (const [index, { lock }] of vaults.entries()) {
      const number = classes[index];
      line +=
        number === undefined
          ? ",,"
          : `,${number},${wantedUntilEpochMs(lock, lastModifiedEpochMs, undefined)}`;
    }
    yield `${line}\n`;
  }
}

/** Without S3's quotes. */
function bareEtag(etag: string): string {
  return etag.startsWith('"') ? etag.slice(1, -1) : etag;
}

/** No class has it: what more than one class may be promised for, and a class that we do not know, is judged by itself. */
const OTHER_CLASS = 255;

/** The class that is promised at a vault, by its number in marks, 0 for any; undefined where nothing is. */
function classNumber(
  expected: ListedPlan["expected"],
  { name, storageClass: ofVault }: VaultPromise,
): number | undefined {
  const expectation = expected.find(({ vault }) => vault === name);
  if (expectation === undefined) return undefined;
  const classes = new Set(expectation.rules.map(({ storageClass }) => storageClass ?? ofVault));
  const [first] = classes;
  return classes.size > 1 ? OTHER_CLASS : numberOfClass(first);
}

/** The number of a class in marks; 0 for undefined, which is any. */
export function numberOfClass(storageClass: string | undefined): number {
  if (storageClass === undefined) return 0;
  return (STORAGE_CLASSES as readonly string[]).indexOf(storageClass) + 1 || OTHER_CLASS;
}
