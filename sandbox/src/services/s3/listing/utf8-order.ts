/**
 * The order of keys in S3: by the bytes of their UTF-8 form. JavaScript compares UTF-16 units, which differs for
 * characters beyond the basic plane: their surrogates (D800-DFFF) sort below E000-FFFF, their UTF-8 bytes above.
 */

/** Negative when `left` comes first, positive when `right` does, 0 when they are the same. */
export function compareUtf8(left: string, right: string): number {
  if (left === right) return 0;
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const leftUnit = left.charCodeAt(index);
    const rightUnit = right.charCodeAt(index);
    if (leftUnit !== rightUnit) return rank(leftUnit) - rank(rightUnit);
  }
  return left.length - right.length;
}

/**
 * True when a string has units from D800 on. Two strings compare differently by units and by bytes only where both
 * have such a unit.
 */
export function hasHighUnits(text: string): boolean {
  return /[\ud800-\uffff]/.test(text);
}

/** Puts the surrogates above every other unit, as their UTF-8 bytes are. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/**
 * The smallest key that comes after every key starting with `prefix`; undefined when there is none, which is so for
 * the empty prefix. Listings use it to step over a whole common prefix at once.
 */
export function keyAfterPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix);
  for (let last = points.length - 1; last >= 0; last--) {
    const point = points[last]?.codePointAt(0) ?? 0;
    if (point >= 0x10ffff) continue;
    // D800-DFFF are no characters of their own: the next one after D7FF is E000.
    const next = point === 0xd7ff ? 0xe000 : point + 1;
    return points.slice(0, last).join("") + String.fromCodePoint(next);
  }
  return undefined;
}
