// `npm test`: sets up, runs every check and every test, and ends with one line: `N passed, N failed`.
// `--suite NAME` runs one of SUITES, `--suite all` what CI runs; files may be named instead.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureDependencies, launch, root, runNpm, runProgram } from "./machine.mjs";

const CHECKS = ["typecheck", "lint", "format:check", "deps:check", "unused:check"];
/** Those that take longer than `npm test` may. */
const CHECKS_IN_CI = ["lint:types", "api:check", "typecheck:examples", "docs:api"];

/** What the suite of roads runs beside the engine: a language host of YAML, linters. */
const MAKE_TOOLS = ["-r", "./scripts/typescript.cjs", join("scripts", "test-tools.ts")];

/** What suites run in other languages is made while checks and the other suites run, which go first. */
const BUILD = ["-r", "./scripts/typescript.cjs", join("scripts", "test-builds.ts")];

/** Two files at once, in a process each. */
const AT_ONCE = ["--parallel", "--jobs", "2"];

/** Roads wait for an engine and for each other's processes a third of their time, which one more of them takes. */
const ROADS_AT_ONCE = ["--parallel", "--jobs", "3"];

/**
 * What is run together. `npm test` is the first; the others take longer than it may. Days, locks and dates must not depend on
 * where a machine stands, so the suites run in different time zones.
 */
const SUITES = {
  default: {
    timeZone: "Pacific/Kiritimati",
    mocha: [
      ...AT_ONCE,
      ...[
        "tests/road/**",
        "tests/package/**",
        "tests/athena/**",
        "sandbox/tests/clients/**",
      ].flatMap((files) => ["--ignore", files]),
      "tests/**/*.test.ts",
      "sandbox/tests/**/*.test.ts",
    ],
  },
  zones: {
    timeZone: "America/Los_Angeles",
    mocha: [...AT_ONCE, "tests/unit/**/*.test.ts", "tests/components/**/*.test.ts"],
  },
  // A machine's clock may be wrong; the command line with such a clock is among the roads.
  clock: {
    clockShiftMs: 60 * 60 * 1000,
    mocha: [...AT_ONCE, "--require", "./tests/helpers/wrong-clock.cjs", "tests/unit/**/*.test.ts"],
  },
  road: {
    timeZone: "America/St_Johns",
    // In this order: what takes longest is not what is waited for at the end.
    mocha: [
      ...ROADS_AT_ONCE,
      "tests/package/**/*.test.ts",
      "tests/road/{examples-driven,topologies,driver-faults,killed,upgrade}*.test.ts",
      "tests/road/!(examples-driven|topologies|driver-faults|killed|upgrade)*.test.ts",
    ],
  },
  // Known losses among a million versions, by each level once: minutes, and gigabytes of what is made up. Not by `checksum`, which
  // looks as `full` does and takes two minutes more: CONTRIBUTING says how it is asked for.
  million: {
    timeZone: "Australia/Lord_Howe",
    variables: { LOCKSTEP_TEST_VERSIONS: "1000000" },
    mocha: [
      ...["--timeout", "0", "--grep"],
      "have (by listing what|in full all|by a sample in full|by inventories in CSV)",
      "tests/integration/levels.test.ts",
    ],
  },
  // Athena's statements on the engine that it is made of (Trino, in Java) and in a parser of its language.
  athena: {
    timeZone: "Asia/Kolkata",
    builds: "athena",
    mocha: ["tests/athena/**/*.test.ts"],
  },
  // AWS's clients in other languages, which are built first: minutes of compiling, once per machine.
  clients: {
    timeZone: "Asia/Kathmandu",
    builds: "clients",
    mocha: ["sandbox/tests/clients/**/*.test.ts"],
  },
};
const IN_CI = [
  SUITES.default,
  SUITES.zones,
  SUITES.clock,
  SUITES.million,
  SUITES.road,
  SUITES.athena,
  SUITES.clients,
];

/** So many characters are told of what a failed test said; all of it is further up. */
const SAYS_LENGTH = 600;

/** So many files are named with the time that they took. */
const SLOWEST_COUNT = 20;

launch.requireSupportedNode();
const runs = runsOf(process.argv.slice(2));
await ensureDependencies();

const total = { passed: 0, failed: 0 };
/** What failed, each with what it said where that is known: told last, where whoever reads the end of a log finds it. */
const failedLines = [];
const count = (name, code) => {
  if (code === 130) process.exit(130);
  if (code === 0) total.passed += 1;
  else {
    total.failed += 1;
    failedLines.push(name);
  }
  process.stdout.write(`${code === 0 ? "ok" : "NOT ok"}: ${name}\n`);
};

count("engine", await runProgram(process.execPath, [join("scripts", "lockstep.mjs"), "engine"]));
const enginePath = await findEnginePath();
const built = new Map(
  runs
    .filter(({ builds }) => builds !== undefined)
    .map((run) => [run, runProgram(process.execPath, [...BUILD, run.builds])]),
);
const checks = runs === IN_CI ? [...CHECKS, ...CHECKS_IN_CI] : CHECKS;
for (const check of checks) count(check, await runNpm(["run", "--silent", check]));
/** What is not tested for want of something on this machine, each with its reason. */
const leftOut = runs.includes(SUITES.road) ? await makeTools() : [];
for (const run of runs) {
  if (built.has(run)) count(`builds of ${run.builds}`, await built.get(run));
  await countMocha(run);
}
// After the tests: a change goes unnoticed only where the tests themselves are green.
if (runs === IN_CI)
  count("mutation", await runNpm(["run", "--silent", "test:mutation", "--", "--changed"]));

if (runs[0] === SUITES.default && runs.length === 1) {
  const suites = Object.keys(SUITES).filter((name) => IN_CI.slice(1).includes(SUITES[name]));
  const left = [...CHECKS_IN_CI, ...suites];
  process.stdout.write(
    `Left to CI, which runs \`npm test -- --suite all\`: ${left.join(", ")} (a million versions; whole stacks, packages, linters of examples/ci, a page in Chromium; Athena's statements on Trino; AWS's clients in other languages), mutation\n`,
  );
}
for (const line of leftOut) process.stdout.write(`${line}\n`);
for (const line of failedLines) process.stdout.write(`failed: ${line}\n`);
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 ? 0 : 1;

/** Makes the tools of tests, and answers the lines that name what is left out. */
async function makeTools() {
  let output = "";
  const code = await runProgram(process.execPath, MAKE_TOOLS, {
    stdio: ["inherit", "pipe", "inherit"],
    onStdout: (text) => {
      output += text;
      process.stdout.write(text);
    },
  });
  count("tools of tests", code);
  return output.split("\n").filter((line) => line.includes(": left out, "));
}

/** The engine for the tests, as a variable for them; nothing when there is none, which was told above. */
async function findEnginePath() {
  let output = "";
  await runProgram(process.execPath, [join("scripts", "lockstep.mjs"), "engine", "--json"], {
    stdio: ["ignore", "pipe", "ignore"],
    onStdout: (text) => (output += text),
  });
  const events = output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
  const path = events.find((event) => event.type === "engine-ready")?.path;
  return path === undefined || path === "pulumi" ? {} : { LOCKSTEP_PULUMI: path };
}

/** The suites that are to be run, or one of the files that are named. */
function runsOf(args) {
  if (args[0] !== "--suite") return [args.length > 0 ? { mocha: args } : SUITES.default];
  if (args[1] === "all") return IN_CI;
  const suite = SUITES[args[1]];
  if (suite !== undefined) return [suite];
  const names = Object.keys(SUITES).join(", ");
  process.stderr.write(
    `expected --suite with one of ${names} or all, got ${args[1] ?? "nothing"}\n`,
  );
  process.exit(2);
}

async function countMocha({ clockShiftMs, mocha, timeZone, variables = {} }) {
  const folder = mkdtempSync(join(tmpdir(), "lockstep-test-"));
  const countsFile = join(folder, "counts.json");
  try {
    const code = await runProgram(
      process.execPath,
      [
        join(root, "node_modules", "mocha", "bin", "mocha.js"),
        "--reporter",
        join(root, "scripts", "counting-reporter.cjs"),
        ...mocha,
      ],
      {
        env: {
          ...process.env,
          ...(timeZone === undefined ? {} : { TZ: timeZone }),
          ...(clockShiftMs === undefined
            ? {}
            : { LOCKSTEP_TEST_CLOCK_SHIFT_MS: `${clockShiftMs}` }),
          ...enginePath,
          ...variables,
          LOCKSTEP_TEST_COUNTS: countsFile,
        },
      },
    );
    if (code === 130) process.exit(130);
    const { passes, failures, durationsMs, failed } = readCounts(countsFile);
    total.passed += passes;
    total.failed += failures;
    for (const { name, says } of failed) failedLines.push(`${name}: ${says.slice(0, SAYS_LENGTH)}`);
    tellSlowest(durationsMs);
    // No test run, or an end without a report, must not look like success.
    if (passes + failures === 0 || (code !== 0 && failures === 0)) count("mocha", 1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** For whoever has to make room in CI's time. */
function tellSlowest(durationsMs) {
  const slowest = Object.entries(durationsMs).sort(([, one], [, other]) => other - one);
  const lines = slowest
    .slice(0, SLOWEST_COUNT)
    .map(
      ([file, durationMs]) => `  ${String(Math.round(durationMs / 1000)).padStart(5)} s  ${file}\n`,
    );
  process.stdout.write(`The slowest of ${slowest.length} files:\n${lines.join("")}`);
}

function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return { passes: 0, failures: 0, durationsMs: {}, failed: [] };
    throw error;
  }
}
