/** What people read of each event. Pure. */

import {
  evidenceKeyLines,
  evidenceLineLines,
  evidenceLines,
  evidenceWrittenLines,
} from "./evidence-words";
import type { EventTable, EventType, LockstepEvent } from "../../events";
import { athenaPlanLines } from "./athena-words";
import {
  canaryJudgedLine,
  canaryStatusLine,
  canaryWrittenLine,
  examinedLine,
  findingLines,
} from "./finding-words";
import { guardLines, rolesLines } from "./guard-words";
import { jobLines, jobReportLine, lineageLines } from "./job-words";
import { planLines } from "./plan-words";
import { policiesLine, violationLines } from "./policy-words";
import { checksumPlanLines } from "./checksum-words";
import { relockLines, relockPlanLines } from "./relock-words";
import { changeLines, placeWords, resourceLine } from "./resource-words";
import { verdictLines } from "./verdict-words";
import { bytes, count, counted, duration, jobStatusWords } from "./words";

type Line = string | readonly string[] | undefined;

/** The lines of an event. @param isVerbose also of what is left out otherwise */
export function linesOf(event: LockstepEvent, isVerbose: boolean): readonly string[] {
  if (event.type === "resource") {
    return event.state === "started" && !isVerbose ? [] : resourceLines(event);
  }
  if (event.type === "diagnostic") {
    const isTold = event.severity !== "info" || isVerbose;
    return isTold ? [`  ${event.severity}: ${event.message}`] : [];
  }
  // The event's own type picks its words, so the fields are those of that type.
  const words = WORDS[event.type] as ((fields: LockstepEvent) => Line) | undefined;
  const lines = words?.(event) ?? [];
  return typeof lines === "string" ? [lines] : lines;
}

/** Whether an event is of what the command was run for, and not of how that comes about. */
export function isResult(event: LockstepEvent): boolean {
  return RESULTS.has(event.type) || (event.type === "resource" && event.operation === "preview");
}

/** What a command was run for. Whoever keeps its standard output has these and nothing else. */
const RESULTS: ReadonlySet<EventType> = new Set<EventType>([
  "athena-plan",
  "canary-judged",
  "canary-written",
  "checksum-plan",
  "done",
  "evidence",
  "evidence-key",
  "evidence-line",
  "evidence-written",
  "examined",
  "finding",
  "guard",
  "job",
  "job-report",
  "kept",
  "lineage",
  "live-object",
  "nothing-to-do",
  "operator-policy",
  "organization-policy",
  "plan",
  "policies-checked",
  "policy-violation",
  "price",
  "refusal",
  "relock",
  "relock-plan",
  "report",
  "risk",
  "roles",
  "stack-summary",
  "trial",
  "verdict",
]);

/** The words for each event; one that is not here says nothing. */
const WORDS: { [Type in EventType]?: (fields: EventTable[Type]) => Line } = {
  stage: ({ step, steps, title }) => ["", `${step}/${steps}  ${title}`],
  note: ({ message }) => `  ${message}`,
  warning: ({ message }) => `  Warning: ${message}`,
  "engine-ready": ({ path, version, origin }) => `  Pulumi engine ${version} (${origin}): ${path}`,
  "sandbox-ready": ({ endpoint, accounts }) => [
    `  sandbox at ${endpoint}`,
    ...accounts.map(({ name, accountId, region }) => `  ${name}: account ${accountId}, ${region}`),
  ],
  "seed-done": (seed) =>
    `  ${seed.bucket}: ${counted(seed.objectsCount, "object")}, ${counted(seed.versionsCount, "version")}, ` +
    `${counted(seed.deleteMarkersCount, "delete marker")}, ${count(seed.taggedCount)} tagged, ${bytes(seed.sizeBytes)}`,
  "preflight-passed": ({ accounts }) =>
    accounts.map(({ path, accountId, arn }) => `  ${path}: account ${accountId} as ${arn}`),
  risk: ({ id, message, severity }) => `  Risk (${severity}, ${id}): ${message}`,
  price: priceLine,
  "stack-summary": ({ operation, changes, durationSeconds }) =>
    `  ${operation}: ${changeWords(changes)}, ${duration(durationSeconds * 1000)}`,
  "live-object": ({ state, key, vault, elapsedMs }) =>
    state === "written"
      ? `  wrote ${key}`
      : `  arrived in the vault ${vault ?? ""} after ${duration(elapsedMs)}: ${key}`,
  "job-created": ({ jobId, resumed, trial }) =>
    `  ${jobWord(trial)} ${jobId} ${resumed ? "carried on" : "created"}`,
  "job-status": ({ status, trial }) => `  ${jobWord(trial)}: ${jobStatusWords(status)}`,
  trial: ({ arrived, key, vaults, versionId }) =>
    `  trial: ${key} ${versionId} ${arrived ? "has arrived in" : "is not as promised in"} ${vaults.join(", ")}`,
  job: jobLines,
  "job-report": jobReportLine,
  lineage: lineageLines,
  plan: planLines,
  "plan-confirmed": ({ approvedBy, planHash }) =>
    `  plan ${planHash} approved${approvedBy === null ? "" : ` by ${approvedBy}`}`,
  "checksum-plan": checksumPlanLines,
  "relock-plan": relockPlanLines,
  relock: relockLines,
  "nothing-to-do": ({ versionsSeen }) =>
    `  Nothing to do: none of ${counted(versionsSeen, "version")} is waiting for replication.`,
  report: ({ rows, succeeded, failed, folder }) =>
    `  report: ${counted(rows, "row")}, ${count(succeeded)} succeeded, ${count(failed)} failed (${folder})`,
  "report-wait": ({ atMostSeconds, key }) =>
    `  waiting, at most ${duration(atMostSeconds * 1000)}: the job's report is not whole, there is no ${key}`,
  "settle-wait": ({ atMostSeconds, avoidedBy, waitingCount }) =>
    `  waiting, at most ${duration(atMostSeconds * 1000)}: ${counted(waitingCount, "version")} not rightly at the vaults yet, which may be on the way` +
    (avoidedBy === undefined
      ? ""
      : `; ${avoidedBy} 15m, or another span, waits for none that is missing`),
  "inventory-found": ({ bucket, createdAt, filesCount, sizeBytes }) =>
    `  inventory of ${bucket} of ${createdAt}: ${counted(filesCount, "file")}, ${bytes(sizeBytes)}`,
  "athena-plan": athenaPlanLines,
  "athena-answered": ({ question, scannedBytes, source = "", vault = `source ${source}` }) =>
    `  Athena at ${vault}: ${question}, ${bytes(scannedBytes)} scanned`,
  refusal: ({ action, errorCode, message, vault }) =>
    `  refused in ${vault}: ${action.replaceAll("-", " ")}: ${errorCode}: ${message}`,
  "next-look": ({ inSeconds }) => `  clean; looking again in ${duration(inSeconds * 1000)}`,
  guard: guardLines,
  roles: rolesLines,
  finding: findingLines,
  "canary-written": canaryWrittenLine,
  "canary-status": canaryStatusLine,
  "canary-judged": canaryJudgedLine,
  examined: examinedLine,
  verdict: verdictLines,
  error: errorLines,
  evidence: evidenceLines,
  "evidence-key": evidenceKeyLines,
  "evidence-line": evidenceLineLines,
  "evidence-written": evidenceWrittenLines,
  "organization-policy": ({ kind, document, characters, path }) =>
    path === undefined
      ? [`${kind}, ${count(characters)} characters:`, JSON.stringify(document, null, 2)]
      : `  ${path}: ${count(characters)} characters`,
  "policy-violation": violationLines,
  "policies-checked": policiesLine,
  "operator-policy": ({ accountId, command, document, characters, path }) =>
    path === undefined
      ? [
          `${command} in account ${accountId}, ${count(characters)} characters:`,
          JSON.stringify(document, null, 2),
        ]
      : `  ${path}: ${count(characters)} characters`,
  kept: ({ resource, reason, lockedUntil }) =>
    `  kept: ${resource} (${reason}${lockedUntil === undefined ? "" : `, locked until ${lockedUntil}`})`,
  done: ({ page, reportFolder, stateFolder, next }) => [
    "",
    ...(page === undefined ? [] : [`Look at: ${page} (in a browser; it needs no network)`]),
    ...(reportFolder === undefined ? [] : [`Report: ${reportFolder}`]),
    ...(stateFolder === undefined ? [] : [`State:  ${stateFolder}`]),
    ...(next.length === 0 ? [] : ["Next:", ...next.map((line) => `  ${line}`)]),
  ],
};

function jobWord(trial: true | undefined): string {
  return trial === undefined ? "job" : "trial job";
}

function errorLines(error: EventTable["error"]): readonly string[] {
  return [
    `Error (${error.code}): ${error.sourceName === undefined ? "" : `source ${error.sourceName}: `}${error.message}`,
    ...(error.problems ?? []).flatMap(({ fix, path, message }) => [
      path === "" ? `  ${message}` : `  ${path}: ${message}`,
      ...(fix === undefined ? [] : [`    Fix: ${fix}`]),
    ]),
    `hint: ${error.hint}`,
  ];
}

function resourceLines(resource: EventTable["resource"]): readonly string[] {
  return [
    `  ${resourceLine(resource)} ${placeWords(resource)}`.trimEnd(),
    ...changeLines(resource).map((change) => `      ${change}`),
  ];
}

function priceLine(line: EventTable["price"]): string {
  const what = `  Price: ${line.what} (${line.resource})`;
  switch (line.kind) {
    case "fixed":
      return `${what}: USD ${line.differenceUsdPerMonth.toFixed(2)} more a month`;
    case "per-unit":
      return `${what}: USD ${line.oldUsd} -> USD ${line.newUsd} for each ${line.unit}`;
    case "not-priced":
      return `${what}: not priced: ${line.why}`;
  }
}

function changeWords(changes: Readonly<Record<string, number>>): string {
  const words = Object.entries(changes).map(([op, number]) => `${count(number)} ${op}`);
  return words.length === 0 ? "no changes" : words.join(", ");
}
