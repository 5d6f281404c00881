/** Finds what someone probably meant to write. */

/** Edits (insert, delete, replace, swap of neighbours) between two words. */
function editDistance(left: string, right: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      let best = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 &&
        column > 1 &&
        left[row - 1] === right[column - 2] &&
        left[row - 2] === right[column - 1];
      if (swapped) best = Math.min(best, (beforePrevious[column - 2] ?? 0) + 1);
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
}

/** The closest known word, if one is close enough to be a slip of the hand: a third of its length. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  let best: { word: string; distance: number } | undefined;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    const near = distance <= Math.max(1, Math.floor(candidate.length / 3));
    if (near && (best === undefined || distance < best.distance))
      best = { word: candidate, distance };
  }
  return best?.word;
}

/** ` Did you mean "x"?`, or the list of what is known when nothing is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const closest = suggest(word, known);
  if (closest !== undefined) return `did you mean "${closest}"?`;
  return known.length === 0
    ? "there is none."
    : `known: ${known.map((name) => `"${name}"`).join(", ")}.`;
}

/** `expected the name of a vault of this config, got "x"; did you mean "y"?` */
export function unknownName(what: string, name: string, known: readonly string[]): string {
  return `expected the name of a ${what} of this config, got "${name}"; ${didYouMean(name, known)}`;
}
