// `npm run test:mutation`: small changes are made to what guards data, one at a time, and a test has to fail for each.
//
//   npm run test:mutation                      everything; takes hours
//   npm run test:mutation -- --group judge     one group of tests/mutation/groups.json
//   npm run test:mutation -- --file F          one file of them
//   npm run test:mutation -- --changed [REF]   the lines that changed against REF, else against main or the last commit
//
// A group is tried in one run of Stryker, as its tests are run once more for each of them. `--minutes N` (5 with `--changed`)
// ends the run, and each file has one of its own: a file that was not done by then is named and does not count.
// A change with which the tests never end counts as noticed; how many those are is said, and which.
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
for (const { files, group } of work) {
  const startMs = Date.now();
  const found = startMs > deadlineMs ? undefined : await mutate(files, groups[group]);
  if (found === undefined) {
    leftOut.push(...files);
    continue;
  }
  mutants.push(...found);
  for (const file of files)
    tellOfFile(
      group,
      file,
      found.filter(({ fileName }) => fileName === file),
    );
  process.stdout.write(`${group}: ${Math.round((Date.now() - startMs) / 1000)} s\n`);
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

/**
 * What a run of Stryker each is made for: a group's files, or with a time limit one file, those with the fewest changed lines
 * first, so that the limit leaves out as few as can be.
 */
function workOf(lines) {
  for (const name of flags.group ?? []) {
    if (groups[name] === undefined)
      endWith(2, `expected --group with one of ${Object.keys(groups).join(", ")}, got ${name}`);
  }
  const isWanted = (file) =>
    (flags.file?.includes(file) ?? true) && (lines === undefined || lines.has(file));
  const work = Object.entries(groups)
    .filter(([group]) => flags.group?.includes(group) ?? true)
    .map(([group, { files }]) => ({ files: files.filter(isWanted), group }))
    .filter(({ files }) => files.length > 0);
  const strange = flags.file?.find((file) => !work.some(({ files }) => files.includes(file)));
  if (strange !== undefined && lines === undefined) endWith(2, `${strange} is in no group`);
  if (minutes === Infinity) return work;
  const single = work.flatMap(({ files, group }) =>
    files.map((file) => ({ files: [file], group })),
  );
  if (lines === undefined) return single;
  const size = ({ files: [file] }) =>
    lines.get(file).reduce((sum, [first, last]) => sum + last - first + 1, 0);
  return single.sort((a, b) => size(a) - size(b));
}

/**
 * Changes files, or the stretches of them that differ. A group's `words: false` leaves the words of messages alone.
 * Undefined: the time was over before all changes were tried.
 */
async function mutate(files, { tests, words }) {
  const places = (file) =>
    lines?.get(file).map(([first, last]) => `${file}:${first}-${last}`) ?? [file];
  const found = await strykerRun({
    configFile: join(root, "stryker.config.mjs"),
    mutate: files.flatMap(places),
    tempDirName: TEMPORARY,
    ...(files.some((file) => file.startsWith("sandbox/"))
      ? { ignorePatterns: COPIED_WITH_THE_SANDBOX }
      : {}),
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

function tellOfFile(group, file, found) {
  const summary = summarize(found, explained, sourceOf);
  process.stdout.write(`${group}: ${file}: ${inWords(summary)}\n`);
  for (const one of summary.unexplained) tell("NOT noticed", one);
  for (const one of summary.timedOut) tell("Never ended", one);
}

function tell(what, { fileName, location, mutatorName, original, replacement }) {
  process.stdout.write(
    `${what}: ${fileName}:${location.start.line} ${mutatorName}\n` +
      `  ${oneLine(original).slice(0, SHOWN_CHARACTERS)}\n` +
      `  becomes ${oneLine(replacement ?? "").slice(0, SHOWN_CHARACTERS)}\n`,
  );
}

function report() {
  const summary = summarize(mutants, explained, sourceOf);
  if (lines === undefined && leftOut.length === 0) {
    for (const { file, mutator, original } of unneeded(explained, mutants, sourceOf)) {
      process.stdout.write(`Explained, but noticed or gone: ${file} ${mutator}: ${original}\n`);
    }
  }
  if (leftOut.length > 0)
    process.stdout.write(`Left out after ${minutes} minutes: ${leftOut.join(", ")}\n`);
  const { count, passed, unexplained } = summary;
  const share = count === 0 ? 0 : (unexplained.length / count) * 100;
  process.stdout.write(`All: ${inWords(summary)} (${share.toFixed(1)} %)\n`);
  process.exitCode = passed ? 0 : 1;
}

function inWords({ count, explainedCount, noticedCount, timedOut, unexplained }) {
  return (
    `${count} changes, ${noticedCount} noticed (${timedOut.length} by a time-out), ` +
    `${explainedCount} explained, ${unexplained.length} neither`
  );
}

function readJson(name) {
  return JSON.parse(readFileSync(join(root, "tests", "mutation", name), "utf8"));
}

function endWith(code, message) {
  (code === 0 ? process.stdout : process.stderr).write(`${message}\n`);
  process.exit(code);
}
