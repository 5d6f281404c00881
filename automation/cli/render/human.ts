import type { EventTable, EventType, LockstepEvent } from "../../events";
import type { PropertyChange } from "../../stack/property-changes";
import { formatUsd } from "../../backfill/plan";
import {
  canaryJudgedLine,
  canaryStatusLine,
  canaryWrittenLine,
  examinedLine,
  findingLines,
} from "./finding-words";
import { guardLines, rolesLines } from "./guard-words";
import { policiesLine, violationLines } from "./policy-words";
import { Progress } from "./progress";
import type { Renderer } from "./renderer";
import { safeFields, safeLines } from "./safe-text";
import { verdictLines } from "./verdict-words";
import { bytes, count, counted, duration, jobStatusWords, table, timeLeft } from "./words";

type Line = string | readonly string[] | undefined;

/** Results go to stdout, errors and hints to stderr. */
export class HumanRenderer implements Renderer {
  readonly #progress: Progress;
  readonly #isTerminal: boolean;
  #lastEngineLineMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly out: (text: string) => void = (text) => void process.stdout.write(text),
    private readonly err: (text: string) => void = (text) => void process.stderr.write(text),
    isTerminal: boolean = canDraw(process.stdout),
    nowEpochMs: () => number = Date.now,
  ) {
    this.#isTerminal = isTerminal;
    this.#progress = new Progress(isTerminal, (line) => this.out(`${line}\n`), nowEpochMs);
  }

  render(told: LockstepEvent): void {
    // Here and nowhere else: whatever an event holds of AWS's, no text of it reaches the terminal as it is.
    const event = safeFields(told);
    if (this.#renderProgress(event)) return;
    this.#progress.stop();
    if (event.type === "error") {
      this.err(`${errorLines(event).join("\n")}\n`);
      return;
    }
    // The event's own type picks its words, so the fields are those of that type.
    const words = WORDS[event.type] as ((fields: LockstepEvent) => Line) | undefined;
    const lines = words?.(event);
    if (lines === undefined) return;
    for (const line of typeof lines === "string" ? [lines] : lines) {
      this.out(`${event.type === "stage" ? this.#bold(line) : line}\n`);
    }
  }

  print(line: string): void {
    this.#progress.stop();
    this.out(`${safeLines(line)}\n`);
  }

  pause(): void {
    this.#progress.stop();
  }

  interrupted(): void {
    this.#progress.stop();
    this.err("\nStopping cleanly; press Ctrl-C again to stop at once.\n");
  }

  finish(): void {
    this.#progress.stop();
  }

  #renderProgress(event: LockstepEvent): boolean {
    switch (event.type) {
      case "seed-progress":
        this.#progress.update("files", event.doneCount, event.totalCount);
        return true;
      case "job-progress": {
        const rate = event.objectsPerSecond;
        const note = [
          ...(rate === null ? [] : [`${count(rate)} objects/s`]),
          ...(event.remainingMs === null ? [] : [`${timeLeft(event.remainingMs)} left`]),
        ].join(", ");
        this.#progress.update("replicating", event.doneCount, event.totalCount, note);
        return true;
      }
      case "settle-progress":
        this.#progress.update("settled at the source", event.settledCount, event.totalCount);
        return true;
      case "verify-progress":
        this.#progress.update("looked at in the vaults", event.doneCount, event.totalCount);
        return true;
      case "engine-progress":
        this.#renderEngineProgress(event);
        return true;
      default:
        return false;
    }
  }

  /** To stderr: getting the engine is set-up and not a result. */
  #renderEngineProgress(event: EventTable["engine-progress"]): void {
    const isNew = event.elapsedMs < this.#lastEngineLineMs;
    if (!isNew && event.elapsedMs - this.#lastEngineLineMs < ENGINE_LINE_EVERY_MS) return;
    this.#lastEngineLineMs = event.elapsedMs;
    const built =
      event.packagesBuilt === undefined ? "" : `, ${counted(event.packagesBuilt, "package")} built`;
    this.err(`${event.message}: ${duration(event.elapsedMs)}${built}\n`);
  }

  #bold(text: string): string {
    const isPlain = !this.#isTerminal || (process.env["NO_COLOR"] ?? "") !== "";
    return isPlain ? text : `\u001b[1m${text}\u001b[22m`;
  }
}

const ENGINE_LINE_EVERY_MS = 4_000;

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
  resource: (resource) => (resource.state === "started" ? undefined : resourceLines(resource)),
  risk: ({ id, message, severity }) => `  Risk (${severity}, ${id}): ${message}`,
  price: priceLine,
  diagnostic: ({ severity, message }) =>
    severity === "info" ? undefined : `  ${severity}: ${message}`,
  "stack-summary": ({ operation, changes, durationSeconds }) =>
    `  ${operation}: ${changeWords(changes)}, ${duration(durationSeconds * 1000)}`,
  "live-object": ({ state, key, vault, elapsedMs }) =>
    state === "written"
      ? `  wrote ${key}`
      : `  arrived in the vault ${vault ?? ""} after ${duration(elapsedMs)}: ${key}`,
  "job-created": ({ jobId, resumed }) => `  job ${jobId} ${resumed ? "carried on" : "created"}`,
  "job-status": ({ status }) => `  job: ${jobStatusWords(status)}`,
  plan: (plan) => [
    `  Plan ${plan.planHash}`,
    ...table([
      [
        "versions",
        count(plan.objects),
        ...(plan.extraObjects === 0
          ? []
          : [`${count(plan.extraObjects)} of them are in the vaults already`]),
      ],
      ["size", bytes(plan.sizeBytes)],
      [
        "price",
        formatUsd(plan.priceUsd.total),
        `job ${formatUsd(plan.priceUsd.job)}, tasks ${formatUsd(plan.priceUsd.tasks)}, manifest ${formatUsd(plan.priceUsd.manifest)}`,
      ],
      ...(plan.budgetUsd === null ? [] : [["budget", formatUsd(plan.budgetUsd)]]),
    ]),
    `    to ${plan.vaults.join(", ")}`,
    `    AWS charges beside it: ${plan.notIncluded.join(", ")}`,
  ],
  "plan-confirmed": () => "  plan approved",
  "nothing-to-do": ({ versionsSeen }) =>
    `  Nothing to do: none of ${counted(versionsSeen, "version")} is waiting for replication.`,
  report: ({ rows, succeeded, failed, folder }) =>
    `  report: ${counted(rows, "row")}, ${count(succeeded)} succeeded, ${count(failed)} failed (${folder})`,
  refusal: ({ action, errorCode, message, vault }) =>
    `  refused in ${vault}: ${action.replaceAll("-", " ")}: ${errorCode}: ${message}`,
  guard: guardLines,
  roles: rolesLines,
  finding: findingLines,
  "canary-written": canaryWrittenLine,
  "canary-status": canaryStatusLine,
  "canary-judged": canaryJudgedLine,
  examined: examinedLine,
  verdict: verdictLines,
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
  done: ({ reportFolder, stateFolder, next }) => [
    "",
    ...(reportFolder === undefined ? [] : [`Report: ${reportFolder}`]),
    ...(stateFolder === undefined ? [] : [`State:  ${stateFolder}`]),
    ...(next.length === 0 ? [] : ["Next:", ...next.map((line) => `  ${line}`)]),
  ],
};

/** Bars and bold need a terminal that can move its cursor. */
function canDraw(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && process.env["TERM"] !== "dumb";
}

function errorLines(error: EventTable["error"]): readonly string[] {
  return [
    `Error (${error.code}): ${error.sourceName === undefined ? "" : `source ${error.sourceName}: `}${error.message}`,
    ...(error.problems ?? []).flatMap(({ fix, path, message }) => [
      path === "" ? `  ${message}` : `  ${path}: ${message}`,
      ...(fix === undefined ? [] : [`    Fix: ${fix}`]),
    ]),
    ...(error.hint === undefined ? [] : [error.hint]),
  ];
}

/** The changes are shown with the plan: whoever agrees to it has seen them. */
function resourceLines(resource: EventTable["resource"]): readonly string[] {
  const { account, action, changes = [], name, physicalName, region, resourceType } = resource;
  const where = [
    ...(physicalName === undefined ? [] : [physicalName]),
    ...(account === undefined ? [] : [`account ${account}`]),
    ...(region === undefined ? [] : [region]),
  ].join(", ");
  return [
    `  ${stateMark(resource.state)} ${action} ${resourceType} ${name}${where === "" ? "" : ` (${where})`}`,
    ...(resource.state === "planned"
      ? changes.map(
          (change) =>
            `      ${change.path}: ${valueWords(change, "old")} -> ${valueWords(change, "new")}`,
        )
      : []),
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

const SHOWN_VALUE_CHARACTERS = 160;

function valueWords(change: PropertyChange, member: "old" | "new"): string {
  if (!(member in change)) return "(none)";
  const value = change[member];
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length <= SHOWN_VALUE_CHARACTERS
    ? text
    : `${text.slice(0, SHOWN_VALUE_CHARACTERS)}... (all with --json)`;
}

function stateMark(state: EventTable["resource"]["state"]): string {
  return state === "failed" ? "x" : state === "planned" ? "." : "+";
}

function changeWords(changes: Readonly<Record<string, number>>): string {
  const words = Object.entries(changes).map(([op, number]) => `${count(number)} ${op}`);
  return words.length === 0 ? "no changes" : words.join(", ");
}
