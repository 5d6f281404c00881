// Which lines of which files a run of tests is about: what changed against a commit, uncommitted work included.
import { spawnSync } from "node:child_process";
import { root } from "./machine.mjs";

/** Looked at in this order when no commit is named: what was there before this branch, or before the last commit. */
const MAIN = ["main@{upstream}", "origin/main", "main"];

/** The commit to compare with, or undefined: no such commit, a clone of depth 1, or no repository at all. */
export function baseCommit(named) {
  if (named !== undefined) return commitOf(named);
  const head = commitOf("HEAD");
  for (const main of MAIN) {
    const base = git("merge-base", "HEAD", main);
    if (base !== undefined && base !== head) return base;
  }
  return commitOf("HEAD~1");
}

/** Lines that changed since a commit, by file: `[first, last]` for each stretch of them. */
export function changedLines(commit) {
  // Without a prefix and without a user's own settings, so that the names can be read off.
  const diff = git("diff", "--unified=0", "--no-prefix", "--no-color", "--no-ext-diff", commit);
  if (diff === undefined) throw new Error(`git cannot compare the working tree with ${commit}`);
  return linesOfDiff(diff);
}

/** Reads what `git diff --unified=0 --no-prefix` prints. Lines that were only taken away leave the two around them. */
export function linesOfDiff(diff) {
  const lines = new Map();
  let file;
  for (const line of diff.split("\n")) {
    if (line.startsWith("+++ ")) file = line.slice(4).trim();
    const [, first, count = "1"] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
    if (first === undefined || file === "/dev/null") continue;
    const start = Number(first);
    const range =
      count === "0" ? [Math.max(1, start), start + 1] : [start, start + Number(count) - 1];
    lines.set(file, [...(lines.get(file) ?? []), range]);
  }
  return lines;
}

function commitOf(name) {
  return git("rev-parse", "--verify", "--quiet", `${name}^{commit}`);
}

function git(...args) {
  const { error, status, stdout } = spawnSync("git", args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 30,
    stdio: ["ignore", "pipe", "ignore"],
  });
  if (error !== undefined && error.code !== "ENOENT") throw error;
  return status === 0 ? stdout.trim() : undefined;
}
