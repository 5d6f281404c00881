/** What the source lists, and what is promised of it at one vault, as files for Athena: put aside until somebody agrees. */

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { listingLine } from "../../analysis/athena/relations";
import type { FileContent } from "../../aws/put-file";
import { throwIfAborted } from "../../errors";
import type { VaultPromise } from "../../judge/facts";
import type { DeployedPromise } from "../../promise/deployed-promise";
import type { ListedVersion } from "../../proof/source-versions";
import { SpillFile } from "../../spill/spill-file";
import { wantedOf } from "../wanted-of";

/** As they are before they are packed. Athena reads a packed file in one go, and many of them beside each other. */
const FILE_CHARACTERS = 64 * 1024 * 1024;

/** A listing in files. */
export interface FiledListing {
  /** Each packed. There is one at least. */
  readonly files: readonly FileContent[];
  /** How many versions are in them. */
  readonly listedCount: number;
  /** How many of them are promised at the vault. */
  readonly wantedCount: number;
}

/** The listing. @param maxCharacters after which a file ends, and another begins */
export function listingFiles(
  listed: Iterable<ListedVersion>,
  vault: VaultPromise,
  promise: DeployedPromise,
  signal: AbortSignal,
  maxCharacters = FILE_CHARACTERS,
): FiledListing {
  const files: FileContent[] = [];
  let lines: string[] = [];
  let length = 0;
  const end = (): void => {
    throwIfAborted(signal);
    const packed = gzipSync(lines.join(""), { level: 1 });
    const bytes = new SpillFile();
    bytes.append(packed);
    files.push({ bytes, sha256: createHash("sha256").update(packed).digest("hex") });
    lines = [];
    length = 0;
  };
  let [place, listedCount, wantedCount] = [0, 0, 0];
  for (const version of listed) {
    const here = place++;
    if (version.isDeleteMarker) continue;
    const { etag, key, sizeBytes, versionId } = version;
    const wanted = wantedOf(version, vault, promise);
    listedCount++;
    if (wanted !== undefined) wantedCount++;
    const row = { place: here, key, versionId, sizeBytes, etag: etag.replaceAll('"', "") };
    const line = listingLine(wanted === undefined ? row : { ...row, wanted });
    lines.push(line);
    length += line.length;
    if (length >= maxCharacters) end();
  }
  if (lines.length > 0 || files.length === 0) end();
  return { files, listedCount, wantedCount };
}
