// What a mutation run found: which changes no test noticed, which of them are explained, and whether too many are left.

/** At most one in twenty of a run's changes may go unnoticed without a reason. */
export const UNEXPLAINED_LIMIT = 0.05;

const UNNOTICED = ["Survived", "NoCoverage"];
const TIMED_OUT = "Timeout";
const NOTICED = ["Killed", TIMED_OUT];

/**
 * Counts a run. `sourceOf` answers a file's text. Changes that could not be tried (ignored, or no program at all) are not
 * counted; those with which the tests never ended are noticed, and named apart. An explanation names file, mutator and the
 * text that is changed, never a line: lines move.
 */
export function summarize(mutants, explained, sourceOf) {
  const unnoticed = ofStatus(mutants, UNNOTICED, sourceOf);
  const unexplained = unnoticed.filter((mutant) => reasonFor(mutant, explained) === undefined);
  const noticedCount = mutants.filter(({ status }) => NOTICED.includes(status)).length;
  const count = noticedCount + unnoticed.length;
  return {
    count,
    noticedCount,
    timedOut: ofStatus(mutants, [TIMED_OUT], sourceOf),
    unexplained,
    explainedCount: unnoticed.length - unexplained.length,
    passed: unexplained.length <= count * UNEXPLAINED_LIMIT,
  };
}

/** The explanations that no change of this run needed: the code has moved on, or a test notices it now. */
export function unneeded(explained, mutants, sourceOf) {
  const needed = ofStatus(mutants, UNNOTICED, sourceOf);
  const files = new Set(mutants.map(({ fileName }) => fileName));
  return explained.filter(
    (entry) =>
      files.has(entry.file) && !needed.some((mutant) => reasonFor(mutant, [entry]) !== undefined),
  );
}

/** With the text that each of them changed. */
function ofStatus(mutants, statuses, sourceOf) {
  return mutants
    .filter(({ status }) => statuses.includes(status))
    .map((mutant) => ({ ...mutant, original: textAt(sourceOf(mutant.fileName), mutant.location) }));
}

function reasonFor({ fileName, mutatorName, original, replacement }, explained) {
  return explained.find(
    (entry) =>
      entry.file === fileName &&
      entry.mutator === mutatorName &&
      oneLine(entry.original) === oneLine(original) &&
      (entry.replacement === undefined || oneLine(entry.replacement) === oneLine(replacement)),
  )?.reason;
}

/** The text between two places, both counted from 1; the last column is not part of it. */
export function textAt(source, { end, start }) {
  const lines = source.split("\n").slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  return lines.join("\n");
}

/** A formatter may break lines anew. */
export function oneLine(text) {
  return text.replace(/\s+/g, " ").trim();
}
