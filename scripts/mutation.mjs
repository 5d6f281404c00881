// `npm run test:mutation`: small changes are made to what guards data, one at a time, and a test has to fail for each.
//
//   npm run test:mutation                      everything; takes an hour or so
//   npm run test:mutation -- --group judge     one group of tests/mutation/groups.json
//   npm run test:mutation -- --file F          one file of them
//   npm run test:mutation -- --changed [REF]   the lines that changed against REF, else against main or the last commit
//
// `--minutes N` (5 with `--changed`) ends the run; a file that was not done by then is named and does not count.
// `--concurrency N` runs the tests in as many processes (2). `--sample 0.2` tries about one in five of each file's changes,
// drawn by `--seed N` (1). Exits 1 when more than one in twenty of a run's changes goes
// unnoticed without a reason in tests/mutation/explained.json.
import { fork } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { parseArgs } from "node:util";
import { baseCommit, changedLines } from "./changed-lines.mjs";
import { endByForce, root } from "./machine.mjs";
import config from "../stryker.config.mjs";
import { oneLine, summarize, unneeded } from "./mutation-survivors.mjs";

const CHANGED_MINUTES = 5;
/** As in automation/cli/exit-codes.ts. */
const EXIT_INTERRUPTED = 130;
const SHOWN_CHARACTERS = 300;
/** Removed after each run. Stryker copies the project there and changes the copy; under `node_modules` no loader takes sources. */
const TEMPORARY = join(".cache", "stryker");

/** The product's pure functions are tried in a copy without the sandbox, which only its own need. */
const COPIED_WITH_THE_SANDBOX = config.ignorePatterns.filter((pattern) => pattern !== "/sandbox");

const SAMPLE = join(root, "scripts", "mutation-sample.mjs");

const groups = readJson("groups.json");
const explained = readJson("explained.json");
const sourceOf = (file) => readFileSync(join(root, file), "utf8");

const { positionals, values: flags } = parseArgs({
  allowPositionals: true,
  options: {
    changed: { type: "boolean" },
    concurrency: { type: "string" },
    file: { type: "string", multiple: true },
    group: { type: "string", multiple: true },
    minutes: { type: "string" },
    sample: { type: "string" },
    seed: { type: "string" },
  },
});
process.chdir(root);
const minutes = Number(flags.minutes ?? (flags.changed === true ? CHANGED_MINUTES : Infinity));
if (!(minutes > 0)) endWith(2, `expected --minutes with a number above 0, got ${flags.minutes}`);
if (positionals.length > (flags.changed === true ? 1 : 0))
  endWith(2, `not expected: ${positionals.join(" ")}`);
const concurrency = flags.concurrency === undefined ? undefined : Number(flags.concurrency);
if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency > 0))
  endWith(2, `expected --concurrency with a whole number above 0, got ${flags.concurrency}`);
const sample = { share: Number(flags.sample ?? 1), seed: flags.seed ?? "1" };
if (!(sample.share > 0 && sample.share <= 1))
  endWith(2, `expected --sample with a share of up to 1, got ${flags.sample}`);
const lines = flags.changed === true ? linesToChange(positionals[0]) : undefined;
const work = workOf(lines);

const deadlineMs = Date.now() + minutes * 60_000;
const mutants = [];
const leftOut = [];
for (const { file, group } of work) {
  if (Date.now() > deadlineMs) {
    leftOut.push(file);
    continue;
  }
  const startMs = Date.now();
  const found = await mutate(file, groups[group], lines?.get(file));
  if (found === undefined) {
    leftOut.push(file);
    continue;
  }
  mutants.push(...found);
  const { count, explainedCount, noticedCount, unexplained } = summarize(
    found,
    explained,
    sourceOf,
  );
  const seconds = Math.round((Date.now() - startMs) / 1000);
  process.stdout.write(
    `${group}: ${file}: ${noticedCount} of ${count} changes noticed, ${explainedCount} explained (${seconds} s)\n`,
  );
  unexplained.forEach(tell);
}
report();

/** What changed since `named`, or the end of this run when there is nothing to compare with. */
function linesToChange(named) {
  const base = baseCommit(named);
  if (base !== undefined) return changedLines(base);
  if (named !== undefined) endWith(2, `there is no commit ${named} here`);
  endWith(
    0,
    "No earlier commit is here to compare with (a clone of depth 1?): nothing is mutated.",
  );
}

/** Files with their groups, those with the fewest changed lines first, so that a time limit leaves out as few as can be. */
function workOf(lines) {
  for (const name of flags.group ?? []) {
    if (groups[name] === undefined)
      endWith(2, `expected --group with one of ${Object.keys(groups).join(", ")}, got ${name}`);
  }
  const work = Object.entries(groups)
    .filter(([group]) => flags.group?.includes(group) ?? true)
    .flatMap(([group, { files }]) => files.map((file) => ({ file, group })))
    .filter(({ file }) => flags.file?.includes(file) ?? true)
    .filter(({ file }) => lines?.has(file) ?? true);
  const strange = flags.file?.find((file) => !work.some((one) => one.file === file));
  if (strange !== undefined && lines === undefined) endWith(2, `${strange} is in no group`);
  if (lines === undefined) return work;
  const size = ({ file }) =>
    lines.get(file).reduce((sum, [first, last]) => sum + last - first + 1, 0);
  return work.sort((a, b) => size(a) - size(b));
}

/**
 * Changes one file, or the stretches of it that are given. A group's `words: false` leaves the words of messages alone.
 * Undefined: the time was over before all changes were tried.
 */
async function mutate(file, { tests, words }, stretches) {
  const found = await strykerRun({
    configFile: join(root, "stryker.config.mjs"),
    mutate: stretches?.map(([first, last]) => `${file}:${first}-${last}`) ?? [file],
    tempDirName: TEMPORARY,
    ...(file.startsWith("sandbox/") ? { ignorePatterns: COPIED_WITH_THE_SANDBOX } : {}),
    mutator: { excludedMutations: words === false ? ["StringLiteral"] : [] },
    mochaOptions: { config: ".mocharc.json", spec: tests },
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(sample.share === 1
      ? {}
      : { checkers: ["sample"], plugins: [...config.plugins, SAMPLE], sample }),
  });
  return found?.map((mutant) => ({
    ...mutant,
    fileName: relative(root, mutant.fileName).split(sep).join("/"),
  }));
}

/** A run in a process of its own, which is ended with all that it started when the time is over or this process is told to. */
function strykerRun(options) {
  return new Promise((resolve, reject) => {
    const child = fork(join(root, "scripts", "mutate-file.mjs"), {
      detached: process.platform !== "win32",
    });
    let found;
    let isOver = false;
    const stop = () => {
      isOver = true;
      endByForce(child);
    };
    const interrupt = () => {
      process.exitCode = EXIT_INTERRUPTED;
      stop();
    };
    const timer = Number.isFinite(deadlineMs)
      ? setTimeout(stop, Math.max(0, deadlineMs - Date.now()))
      : undefined;
    const signals = ["SIGINT", "SIGTERM"];
    for (const signal of signals) process.on(signal, interrupt);
    child.once("error", reject);
    child.once("message", (message) => (found = message));
    child.once("close", (code) => {
      clearTimeout(timer);
      for (const signal of signals) process.off(signal, interrupt);
      rmSync(TEMPORARY, { recursive: true, force: true });
      if (process.exitCode === EXIT_INTERRUPTED) process.exit();
      if (found !== undefined || isOver) resolve(found);
      else reject(new Error(`Stryker ended with exit code ${code} and no result`));
    });
    child.send(options);
  });
}

function tell({ fileName, location, mutatorName, original, replacement }) {
  process.stdout.write(
    `NOT noticed: ${fileName}:${location.start.line} ${mutatorName}\n` +
      `  ${oneLine(original).slice(0, SHOWN_CHARACTERS)}\n` +
      `  becomes ${oneLine(replacement ?? "").slice(0, SHOWN_CHARACTERS)}\n`,
  );
}

function report() {
  const { count, explainedCount, noticedCount, passed, unexplained } = summarize(
    mutants,
    explained,
    sourceOf,
  );
  if (lines === undefined && leftOut.length === 0) {
    for (const { file, mutator, original } of unneeded(explained, mutants, sourceOf)) {
      process.stdout.write(`Explained, but noticed or gone: ${file} ${mutator}: ${original}\n`);
    }
  }
  if (leftOut.length > 0)
    process.stdout.write(`Left out after ${minutes} minutes: ${leftOut.join(", ")}\n`);
  const share = count === 0 ? 0 : (unexplained.length / count) * 100;
  process.stdout.write(
    `${count} changes: ${noticedCount} noticed, ${explainedCount} explained, ${unexplained.length} neither (${share.toFixed(1)} %)\n`,
  );
  process.exitCode = passed ? 0 : 1;
}

function readJson(name) {
  return JSON.parse(readFileSync(join(root, "tests", "mutation", name), "utf8"));
}

function endWith(code, message) {
  (code === 0 ? process.stdout : process.stderr).write(`${message}\n`);
  process.exit(code);
}
