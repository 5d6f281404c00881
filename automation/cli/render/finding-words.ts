/** What the doctor found, as people read it. Pure. */

import type { EventTable, FindingFields } from "../../events";
import { stayText } from "../../canary/stays";
import { counted, duration } from "./words";

export function findingLines(found: FindingFields): readonly string[] {
  return [
    `  ${found.severity} ${found.id}: ${found.resource} (account ${found.account})`,
    `    ${found.message}`,
    `    Fix: ${found.fix}`,
  ];
}

export function examinedLine({ errors, infos, warnings }: EventTable["examined"]): string {
  if (errors + warnings === 0) return `Doctor: nothing is wrong (${infos} to know).`;
  return `Doctor: ${counted(errors, "error")}, ${counted(warnings, "warning")}, ${infos} to know.`;
}

export function canaryWrittenLine(written: EventTable["canary-written"]): readonly string[] {
  const { bucket, key, rules, sizeBytes, stays, versionId } = written;
  return [
    `  wrote the canary ${key} (version ${versionId}, ${sizeBytes} bytes) into ${bucket}, for ${rules.join(", ")}`,
    ...stays.map((stay) => `    ${stayText(stay)}`),
  ];
}

export function canaryStatusLine({ elapsedMs, key, status }: EventTable["canary-status"]): string {
  const said = status === "NONE" ? "no status yet" : status;
  return `  canary ${key}: ${said} after ${duration(elapsedMs)}`;
}

export function canaryJudgedLine(judged: EventTable["canary-judged"]): string {
  const { cause, code, key, kind, lockedUntil, lockMode, vault } = judged;
  const lock =
    lockMode === undefined ? "" : `, locked in ${lockMode} mode until ${lockedUntil ?? "?"}`;
  return `  canary ${key} at ${vault}: ${kind} (${code})${cause === undefined ? "" : `: ${cause}`}${lock}`;
}
