/** The question whether refusals may be tried. Pure. */

import { ATTEMPTS } from "./fields";
import type { Caller, NoCaller } from "./callers";
import { TRIED } from "./words";

/** What the question has to name of a vault. */
export interface AskedVault {
  /** In the config. */
  readonly name: string;
  readonly bucketName: string;
  readonly callers: readonly (Pick<Caller, "arn"> | Pick<NoCaller, "arn">)[];
}

/** Names the vaults, who tries, what is tried and what an acceptance would cost. */
export function refusalsQuestion(vaults: readonly AskedVault[]): string {
  return [
    "What the vaults have to refuse would be tried, on canaries of our own:",
    ...ATTEMPTS.map((attempt) => `  ${TRIED[attempt]}`),
    "at",
    ...vaults.flatMap(({ bucketName, callers, name }) => [
      `  vault ${name} (${bucketName})`,
      ...callers.map(({ arn }) => `    as ${arn}`),
    ]),
    "What is not refused costs the canary, and is told. Versioning and the key would be put back at once; the key's deletion is tried only",
    "where its policy denies it. No version of yours is touched.",
    "Try?",
  ].join("\n");
}
