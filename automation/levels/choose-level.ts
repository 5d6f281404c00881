import { LockstepError, type Problem } from "../errors";
import { type Level, LEVEL_NAMES, levelFacts } from "./levels";

/** How much a look is to prove. */
export interface LevelChoice {
  /** One that is there. */
  readonly level: "listing" | "full" | "sample" | "inventory";
  /** Versions in the sample; with `sample` alone. */
  readonly sampleCount?: number;
  /** What the sample is drawn by; with `sample` alone. Absent: chosen at random, after the listings were read. */
  readonly seed?: string;
}

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
}

/** With nothing wrong among so many, at most 0.3 % of all are wrong with a confidence of 95 %. */
export const SAMPLE_COUNT = 1_000;

/** More could not be kept in memory beside each other; a full look is the better answer. */
const MAX_SAMPLE_COUNT = 1_000_000;

/**
 * The level that is asked for.
 * @throws LockstepError `ConfigInvalid` with every mistake; for a level that is not there yet, with what to use in its place
 */
export function chooseLevel({
  annotations,
  level = "full",
  sampleCount,
  seed,
}: LevelWish): LevelChoice {
  const problems: Problem[] = [];
  const problem = (path: string, message: string): void => void problems.push({ path, message });
  const { notYet } = isLevel(level) ? levelFacts(level) : {};
  if (!isLevel(level)) {
    problem("--level", `there is no level ${JSON.stringify(level)}: ${LEVEL_NAMES.join(", ")}`);
  } else if (notYet !== undefined) {
    problem("--level", `${level} is not there yet: use ${notYet}`);
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
  if ((level === "listing" || level === "inventory") && annotations === true) {
    const what = level === "listing" ? "a listing" : "an inventory";
    problem("--annotations", `${what} does not tell them: use --level full`);
  }
  if (problems.length > 0) {
    throw new LockstepError("ConfigInvalid", "That cannot be verified as it is asked for.", {
      problems,
      hint: "See docs/levels.md for what each level proves.",
    });
  }
  if (level === "sample") {
    return {
      level,
      sampleCount: sampleCount ?? SAMPLE_COUNT,
      ...(seed === undefined ? {} : { seed }),
    };
  }
  return { level: level === "listing" || level === "inventory" ? level : "full" };
}

function isLevel(name: string): name is Level {
  return (LEVEL_NAMES as readonly string[]).includes(name);
}
