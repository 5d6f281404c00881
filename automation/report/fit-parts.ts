/** Which parts of a document are written where there is not room for all of them. Pure. */

/** One part. */
export interface Part {
  /** What it is, in words that stand after a number: `Jobs`. */
  readonly name: string;
  /** Those of a lower rank are taken first; of the same rank, those that come first. */
  readonly rank: number;
  /** The whole of it, and then shorter ones that say themselves what they leave out. An empty one is nothing to be told. */
  readonly texts: readonly string[];
  /** The part that it is nothing without: its heading. */
  readonly under?: Part | undefined;
}

/** What there is room for. */
export interface FittedParts {
  /** In the order of the document. */
  readonly texts: readonly string[];
  /** How many parts of each name are not among them. What is left out with its heading counts as the heading alone. */
  readonly leftOut: ReadonlyMap<string, number>;
}

/** Chooses. @param limit characters, with those between two parts */
export function fitParts(parts: readonly Part[], limit: number, between: string): FittedParts {
  const chosen = new Map<Part, string>();
  const leftOut = new Map<string, number>();
  let room = limit;
  for (const part of [...parts].sort((one, other) => rankOf(one) - rankOf(other))) {
    if (part.texts.every((text) => text === "")) continue;
    if (part.under !== undefined && !chosen.has(part.under)) continue;
    const text = part.texts.find((one) => one.length + between.length <= room);
    if (text === undefined) {
      leftOut.set(part.name, (leftOut.get(part.name) ?? 0) + 1);
      continue;
    }
    chosen.set(part, text);
    room -= text.length + between.length;
  }
  return { texts: parts.flatMap((part) => chosen.get(part) ?? []), leftOut };
}

/** No part is taken before its heading, which stands before it. */
function rankOf({ rank, under }: Part): number {
  return Math.max(rank, under?.rank ?? rank);
}
