import { LockstepError, type Problem } from "../errors";
import { type Level, LEVEL_NAMES } from "./levels";
import {
  POINT_WORDS,
  readPointOfTime,
  readSpanMs,
  SPAN_WORDS,
  tooLongWords,
  type PointOfTime,
} from "./spans";

/** How much a look is to prove. */
export interface LevelChoice {
  /** One of `LEVELS`. */
  readonly level: Level;
  /** Versions in the sample; with `sample` alone. */
  readonly sampleCount?: number;
  /** What the sample is drawn by; with `sample` alone. Absent: chosen at random, after the listings were read. */
  readonly seed?: string;
  /** With `listing` alone: what is as new as this is looked at in full. */
  readonly since?: PointOfTime;
  /** How old a version may be that is not at its vaults yet. Milliseconds. */
  readonly objectiveMs?: number;
  /** With `inventory` alone: what joins them. */
  readonly engine?: InventoryEngine;
  /** Between two looks, milliseconds. Absent where there is one look alone. */
  readonly watchIntervalMs?: number;
}

/** What joins inventories, or reads reports: `duckdb` on this machine, or Athena in the account where they lie. */
export type InventoryEngine = "athena" | "duckdb";

/** All of them. */
const ENGINES: readonly string[] = ["duckdb", "athena"] satisfies readonly InventoryEngine[];

/** What somebody asks for. */
export interface LevelWish {
  /** One of `LEVELS`. Default: `full`. */
  readonly level?: string | undefined;
  /** Versions in the sample, 1 or more. Default: 1,000. */
  readonly sampleCount?: number | undefined;
  /** Any text that is not empty. */
  readonly seed?: string | undefined;
  /** Annotations are to be compared as well. */
  readonly annotations?: boolean | undefined;
  /** What is as new as this is looked at in full, the rest by its listing: `24h`, or ISO 8601. */
  readonly since?: string | undefined;
  /** Recovery point objective: how old a version may be that is not at its vaults yet, as in `15m`. */
  readonly rpo?: string | undefined;
  /** Again and again. */
  readonly watch?: boolean | undefined;
  /** With level `inventory`: `duckdb` or `athena`. Default: `duckdb`. */
  readonly engine?: string | undefined;
  /** With `watch`: as in `5m`, which is the default. */
  readonly interval?: string | undefined;
  /** File that gets the outcome of every version. */
  readonly details?: string | undefined;
}

/** With nothing wrong among so many, at most 0.3 % of all are wrong with a confidence of 95 %. */
export const SAMPLE_COUNT = 1_000;

/** Between two looks. */
const WATCH_INTERVAL = "5m";

/** More could not be kept in memory beside each other; a full look is the better answer. */
const MAX_SAMPLE_COUNT = 1_000_000;

/**
 * The level that is asked for.
 * @throws LockstepError `ConfigInvalid` with every mistake
 */
export function chooseLevel({
  annotations,
  details,
  engine,
  interval,
  level = "full",
  rpo,
  sampleCount,
  seed,
  since,
  watch = false,
}: LevelWish): LevelChoice {
  const problems: Problem[] = [];
  const problem = (path: string, message: string): void => void problems.push({ path, message });
  if (!isLevel(level)) {
    problem("--level", `there is no level ${JSON.stringify(level)}: ${LEVEL_NAMES.join(", ")}`);
  }
  if (level !== "sample") {
    if (sampleCount !== undefined) problem("--sample", "goes with --level sample alone");
    if (seed !== undefined) problem("--sample-seed", "goes with --level sample alone");
  }
  if (seed === "") problem("--sample-seed", "is empty: give some text, or leave it out");
  const isCount = (count: number): boolean =>
    Number.isInteger(count) && count >= 1 && count <= MAX_SAMPLE_COUNT;
  if (sampleCount !== undefined && !isCount(sampleCount)) {
    problem("--sample", `a whole number is expected, 1 to ${MAX_SAMPLE_COUNT}`);
  }
  if (engine !== undefined) {
    if (!isEngine(engine)) problem("--engine", noEngine(engine));
    if (level !== "inventory") problem("--engine", "goes with --level inventory alone");
    if (engine === "athena" && watch) {
      problem("--engine", "Athena charges for each look: leave --watch out");
    }
  }
  if ((level === "listing" || level === "inventory") && annotations === true) {
    const what = level === "listing" ? "a listing" : "an inventory";
    problem("--annotations", `${what} does not tell them: use --level full`);
  }
  const from = since === undefined ? undefined : readPointOfTime(since);
  if (since !== undefined && from === undefined) {
    problem(
      "--since",
      tooLongWords(since) ?? `${JSON.stringify(since)} is no time: write ${POINT_WORDS}`,
    );
  }
  if (since !== undefined && level !== "full") {
    problem(
      "--since",
      "looks at what is new in full, and at the rest as --level listing does: leave --level out",
    );
  }
  if (level === "checksum" && watch) {
    problem(
      "--watch",
      "makes jobs that cost, again and again: look with it once, and watch without",
    );
  }
  const objectiveMs = rpo === undefined ? undefined : readSpanMs(rpo);
  if (rpo !== undefined && objectiveMs === undefined) {
    problem("--rpo", noSpanWords(rpo));
  }
  const intervalMs = readSpanMs(interval ?? WATCH_INTERVAL);
  if (interval !== undefined && intervalMs === undefined) {
    problem("--interval", noSpanWords(interval));
  }
  if (interval !== undefined && !watch) problem("--interval", "goes with --watch alone");
  if (details !== undefined && watch) {
    problem("--details", "is of one look: leave --watch out, or look once more with it");
  }
  if (problems.length > 0) {
    throw new LockstepError("ConfigInvalid", "That cannot be verified as it is asked for.", {
      problems,
      hint: "See docs/levels.md for what each level proves.",
    });
  }
  const times = {
    ...(objectiveMs === undefined ? {} : { objectiveMs }),
    ...(watch && intervalMs !== undefined ? { watchIntervalMs: intervalMs } : {}),
  };
  if (level === "sample") {
    return {
      level,
      sampleCount: sampleCount ?? SAMPLE_COUNT,
      ...(seed === undefined ? {} : { seed }),
      ...times,
    };
  }
  if (level === "inventory") {
    return { level, engine: engine === "athena" ? "athena" : "duckdb", ...times };
  }
  if (level === "checksum") return { level, ...times };
  return {
    level: level === "listing" || from !== undefined ? "listing" : "full",
    ...(from === undefined ? {} : { since: from }),
    ...times,
  };
}

/**
 * What reads reports.
 * @param name Default: `duckdb`
 * @throws LockstepError `ConfigInvalid` for what is none
 */
export function chooseEngine(name = "duckdb"): InventoryEngine {
  if (isEngine(name)) return name;
  throw new LockstepError("ConfigInvalid", "Reports cannot be read as it is asked for.", {
    problems: [{ path: "--engine", message: noEngine(name) }],
  });
}

function isEngine(name: string): name is InventoryEngine {
  return ENGINES.includes(name);
}

function noEngine(name: string): string {
  return `there is no engine ${JSON.stringify(name)}: ${ENGINES.join(", ")}`;
}

function noSpanWords(text: string): string {
  return tooLongWords(text) ?? `${JSON.stringify(text)} is no span of time: write ${SPAN_WORDS}`;
}

function isLevel(name: string): name is Level {
  return (LEVEL_NAMES as readonly string[]).includes(name);
}
