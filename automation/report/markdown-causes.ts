/** What is wrong with versions, cause by cause, as a list of Markdown. Pure. */

import { code, moreOf, plain, plainCut } from "../review/markdown-text";
import { firstCauses } from "./causes";
import type { CauseFields } from "./fields";
import { patchesOf } from "./patch-words";
import { count } from "../words";
import { RERUN_WORDS } from "./words";

/** What has all. */
export const ALL = "--format json";

/** A cause each, with what to do. @param isBrief without statements and examples */
export function causesList(causes: readonly CauseFields[], limit: number, isBrief = false): string {
  const more = causes.length - limit;
  const told = firstCauses(causes, limit)
    .map((cause) => `- ${causeLines(cause, isBrief).join("\n")}`)
    .join("\n");
  return more > 0 ? `${told}\n\n${moreOf(more, ALL)}` : told;
}

function causeLines(cause: CauseFields, isBrief: boolean): readonly string[] {
  const { account, examples, failureCode, fix, outcome, patches, rerun, source } = cause;
  const { vault, versions, what } = cause;
  const [example] = examples;
  const where = vault === undefined ? "" : ` in ${code(vault)}`;
  return [
    `**${count(versions)}** × ${code(failureCode ?? outcome)}${where}: ${plain(what)}`,
    `  - in account ${account}: ${plain(fix)}`,
    ...(isBrief && patches !== undefined
      ? [`  - a statement is missing: see ${ALL}`]
      : patchesOf({ patches }).map((patch) => `  - ${statementText(patch)}`)),
    `  - does a further run help? ${plain(RERUN_WORDS[rerun])}`,
    ...(example === undefined || isBrief
      ? []
      : [`  - as ${code(example.key)} ${code(example.versionId)}: ${plainCut(example.cause)}`]),
    ...(source === undefined ? [] : [`  - [AWS](${source})`]),
  ];
}

/** A statement, and where it belongs. */
export function statementText({ statement, where }: ReturnType<typeof patchesOf>[number]): string {
  return `statement ${plain(where)}: <code>${escapedJson(statement)}</code>`;
}

/** In full: whoever pastes it needs all of it. Names of buckets and roles have no more signs than these. */
function escapedJson(value: unknown): string {
  return plain(JSON.stringify(value)).replaceAll("<!-- -->", "");
}
