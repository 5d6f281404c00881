import type { ListedVersion } from "../proof/source-versions";

/**
 * Of the entries of one key at a vault, newest first: those above the newest one that the source has too. All of them when
 * the source has none of them. Pure.
 */
export function coveringEntries(
  entries: readonly ListedVersion[],
  isAtSource: (version: ListedVersion) => boolean,
): readonly ListedVersion[] {
  const first = entries.findIndex((entry) => !entry.isDeleteMarker && isAtSource(entry));
  return first < 0 ? entries : entries.slice(0, first);
}
