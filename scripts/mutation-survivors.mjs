// What a mutation run found: which changes no test noticed, which of them are explained, and whether too many are left.

/** At most one in twenty of a run's changes may go unnoticed without a reason. */
export const UNEXPLAINED_LIMIT = 0.05;

const UNNOTICED = ["Survived", "NoCoverage"];
const NOTICED = ["Killed", "Timeout"];

/**
 * Counts a run. `sourceOf` answers a file's text. Changes that could not be tried (ignored, or no program at all) are not
 * counted. An explanation names file, mutator and the text that is changed, never a line: lines move.
 */
export function summarize(mutants, explained, sourceOf) {
  const unnoticed = mutants
    .filter(({ status }) => UNNOTICED.includes(status))
    .map((mutant) => {
      const original = textAt(sourceOf(mutant.fileName), mutant.location);
      return { ...mutant, original, why: reasonFor({ ...mutant, original }, explained) };
    });
  const noticedCount = mutants.filter(({ status }) => NOTICED.includes(status)).length;
  const count = noticedCount + unnoticed.length;
  const unexplained = unnoticed.filter(({ why }) => why === undefined);
  return {
    count,
    noticedCount,
    unexplained,
    explainedCount: unnoticed.length - unexplained.length,
    passed: unexplained.length <= count * UNEXPLAINED_LIMIT,
  };
}

/** The explanations that no change of this run needed: the code has moved on, or a test notices it now. */
export function unneeded(explained, mutants, sourceOf) {
  const needed = mutants
    .filter(({ status }) => UNNOTICED.includes(status))
    .map((mutant) => ({ ...mutant, original: textAt(sourceOf(mutant.fileName), mutant.location) }));
  const files = new Set(mutants.map(({ fileName }) => fileName));
  return explained.filter(
    (entry) =>
      files.has(entry.file) && !needed.some((mutant) => reasonFor(mutant, [entry]) !== undefined),
  );
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
