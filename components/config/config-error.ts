/** One mistake in the config. */
export interface ConfigProblem {
  /** Where, as one would write it in code: `vaults[0].lock.retention`. Empty for the config as a whole. */
  path: string;
  /** What was expected, what was there, and what to do. */
  message: string;
}

/** Thrown once for all mistakes of a config, so that one reading mends them all. */
export class ConfigError extends Error {
  /** Tells this error from others. */
  readonly code = "CONFIG_INVALID";
  /** Whoever wrote the config can put it right. */
  readonly source = "user";
  /** Every mistake, at least one. */
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(
      ({ path, message }) => `  ${path === "" ? "config" : path}: ${message}`,
    );
    super(
      `The config has ${problems.length} mistake${problems.length === 1 ? "" : "s"}:\n${lines.join("\n")}`,
    );
    this.name = "ConfigError";
    this.problems = problems;
  }
}
