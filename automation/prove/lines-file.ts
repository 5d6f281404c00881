/** The lines of a bundle, one source after the other, as looks at them come. */

import { writeFile } from "node:fs/promises";
import { wellFormed } from "../evidence/canonical";
import { lineOrder, lineText, type EvidenceLine } from "../evidence/lines";
import type { JudgedVersion } from "../look/look";
import { inChunks } from "../spill/in-chunks";

/** Adds what was found at one source to the file; sources are given in the order of the config. */
export async function addLines(
  path: string,
  source: string,
  versions: Iterable<JudgedVersion>,
): Promise<void> {
  await writeFile(path, inChunks(lineTexts(source, versions)), { flag: "a" });
}

/**
 * The texts of the lines, each with its end.
 * @param versions in the order of the source's listing: by key, as S3 lists keys. Those of one key are in memory at once
 */
export function* lineTexts(source: string, versions: Iterable<JudgedVersion>): Generator<string> {
  let ofKey: EvidenceLine[] = [];
  for (const judged of versions) {
    if (ofKey[0] !== undefined && ofKey[0].key !== judged.version.key) {
      yield* inOrder(ofKey);
      ofKey = [];
    }
    for (const line of linesOf(source, judged)) ofKey.push(line);
  }
  yield* inOrder(ofKey);
}

function* inOrder(lines: EvidenceLine[]): Generator<string> {
  for (const line of lines.sort(lineOrder)) yield `${lineText(line)}\n`;
}

function linesOf(source: string, { answers = [], outcomes }: JudgedVersion): EvidenceLine[] {
  return outcomes.map((outcome) => {
    const replica = answers.find(({ vault }) => vault === outcome.vault)?.said;
    const { cause } = outcome;
    return {
      ...outcome,
      ...(cause !== undefined && { cause: wellFormed(cause) }),
      source,
      ...(replica !== undefined && { replica }),
    };
  });
}
