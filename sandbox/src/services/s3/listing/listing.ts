import type { ObjectIndex, ObjectVersion } from "../store/model";
import { keyAfterPrefix, compareUtf8 } from "./utf8-order";

/**
 * Pages of a listing, for ListObjects, ListObjectsV2, ListObjectVersions and ListMultipartUploads. A whole common
 * prefix is one entry and is stepped over in one move, so a page costs its own length whatever the bucket holds.
 */

/** What is asked of one page. */
export interface PageRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly maxEntries: number;
  /** Keys and common prefixes up to and including this one were listed before. */
  readonly afterKey?: string;
}

/** One page. */
export interface Page {
  readonly versions: readonly { version: ObjectVersion; isLatest: boolean }[];
  readonly commonPrefixes: readonly string[];
  /** Set when there is more. */
  readonly last?: { key: string; versionId?: string };
}

/** The common prefix that `key` is rolled up into, or undefined. */
export function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === "") return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

/**
 * Lists current objects (`"current"`: keys whose newest version is no delete marker) or every version.
 * @param resumeInside with `"versions"`: gives those versions of the marker key that are still to come
 */
export function listPage(
  index: ObjectIndex,
  request: PageRequest,
  what: "current" | "versions",
  resumeInside: (versions: readonly ObjectVersion[]) => readonly ObjectVersion[] = () => [],
): Page {
  const versions: { version: ObjectVersion; isLatest: boolean }[] = [];
  const commonPrefixes: string[] = [];
  let last: { key: string; versionId?: string } | undefined;
  const isFull = (): boolean => versions.length + commonPrefixes.length >= request.maxEntries;
  const { prefix, delimiter, afterKey } = request;
  if (request.maxEntries === 0) return { versions, commonPrefixes };

  let from: string | undefined = prefix;
  if (afterKey !== undefined && compareUtf8(afterKey, prefix) > 0) {
    const rolledUp = afterKey.startsWith(prefix)
      ? commonPrefixOf(afterKey, prefix, delimiter)
      : undefined;
    // A marker that is a common prefix, as NextMarker gives it, or lies in one, stands for all the keys under it (recorded).
    from = rolledUp === undefined ? afterKey : keyAfterPrefix(rolledUp);
  }
  while (from !== undefined) {
    let next: string | undefined;
    for (const [key, all] of index.walk({ key: from })) {
      if (!key.startsWith(prefix)) return { versions, commonPrefixes };
      const isMarkerKey = key === afterKey;
      const candidates = isMarkerKey ? (what === "versions" ? resumeInside(all) : []) : all;
      if (candidates.length === 0) continue;
      if (what === "current" && candidates[0]?.isDeleteMarker === true) continue;
      const rolledUp = commonPrefixOf(key, prefix, delimiter);
      if (rolledUp !== undefined) {
        if (isFull()) return { versions, commonPrefixes, last };
        commonPrefixes.push(rolledUp);
        last = { key: rolledUp };
        next = keyAfterPrefix(rolledUp);
        break;
      }
      for (const version of what === "current" ? candidates.slice(0, 1) : candidates) {
        if (isFull()) return { versions, commonPrefixes, last };
        versions.push({ version, isLatest: version === all[0] });
        last = { key, versionId: version.versionId };
      }
    }
    from = next;
  }
  return { versions, commonPrefixes };
}
