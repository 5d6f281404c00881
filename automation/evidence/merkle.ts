/**
 * Hash trees as Certificate Transparency has them: RFC 6962, section 2.1; proofs are checked as RFC 9162 says it (the same proofs).
 *
 * The tree of a chain of reviews only grows: each review appends its lines. Of what is older its peaks are enough, the roots of the
 * whole subtrees that the older leaves make, the largest first, as in a tree of seven leaves:
 *
 *     [0 1 2 3] [4 5] [6]
 *
 * So a review carries a few hashes of what came before it, and they are at once the proof that nothing of it was changed.
 * @see https://www.rfc-editor.org/rfc/rfc6962#section-2.1
 * @see https://www.rfc-editor.org/rfc/rfc9162#section-2.1.3
 */

import { createHash } from "node:crypto";

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

/** Hash of a leaf: its bytes after a zero, so that no leaf is taken for a node. */
export function leafHash(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(LEAF).update(bytes).digest();
}

/** Hash of a node. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash("sha256").update(NODE).update(left).update(right).digest();
}

/** A tree as it is carried on. */
export interface TreePeaks {
  /** How many leaves. */
  readonly sizeCount: number;
  /** Roots of its whole subtrees, the largest first: one for each bit of the size. */
  readonly peaks: readonly Buffer[];
}

/** The tree with no leaf. */
export const EMPTY_TREE: TreePeaks = { sizeCount: 0, peaks: [] };

/** Hash of a whole tree from its peaks; of no leaf that of no bytes. */
export function rootOf(peaks: readonly Uint8Array[]): Buffer {
  const last = peaks.at(-1);
  if (last === undefined) return createHash("sha256").digest();
  return peaks
    .slice(0, -1)
    .reduceRight<Buffer>((right, left) => nodeHash(left, right), Buffer.from(last));
}

/** How many peaks a tree of a size has. */
export function peaksCount(sizeCount: number): number {
  let count = 0;
  for (let rest = sizeCount; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

/** A node whose way to the root is kept: the hashes beside it, from the lowest on. */
export interface Tracked {
  readonly path: Buffer[];
}

const NONE: readonly Tracked[] = [];

interface Peak {
  readonly hash: Buffer;
  /** How many leaves. */
  readonly leaves: number;
  readonly tracked: readonly Tracked[];
}

/** A tree that grows by a leaf at a time, in memory for its peaks alone. */
export class GrowingTree {
  #sizeCount: number;
  readonly #peaks: Peak[] = [];
  readonly #before: TreePeaks & { readonly last: Tracked };

  /** @param before what it carries on: with as many peaks as its size has */
  constructor(before: TreePeaks = EMPTY_TREE) {
    this.#sizeCount = before.sizeCount;
    const last: Tracked = { path: [] };
    this.#before = { ...before, last };
    let rest = before.sizeCount;
    for (const [index, hash] of before.peaks.entries()) {
      const leaves = largestPower(rest);
      rest -= leaves;
      const isLast = index === before.peaks.length - 1;
      this.#peaks.push({ hash, leaves, tracked: isLast ? [last] : [] });
    }
  }

  /** How many leaves. */
  get sizeCount(): number {
    return this.#sizeCount;
  }

  /** As another review carries it on. */
  get peaks(): readonly Buffer[] {
    return this.#peaks.map(({ hash }) => hash);
  }

  /**
   * Appends a leaf.
   * @param hash as `leafHash` makes it
   * @param tracked is given its way to the root, as the tree grows
   */
  append(hash: Buffer, tracked?: Tracked): void {
    let peak: Peak = { hash, leaves: 1, tracked: tracked === undefined ? NONE : [tracked] };
    for (;;) {
      const left = this.#peaks.at(-1);
      if (left === undefined || left.leaves !== peak.leaves) break;
      this.#peaks.pop();
      peak = joined(left, peak);
    }
    this.#peaks.push(peak);
    this.#sizeCount++;
  }

  /**
   * The end: the root. What was tracked has its whole way afterwards.
   * @returns `consistency`: the proof that the tree which was carried on is the beginning of this one; empty for the same or no tree
   */
  close(): { readonly root: Buffer; readonly consistency: readonly Buffer[] } {
    const peaks = this.#peaks;
    let right = peaks.at(-1);
    for (let index = peaks.length - 2; index >= 0; index--) {
      const left = peaks[index];
      if (left !== undefined && right !== undefined) right = joined(left, right);
    }
    const { last, peaks: earlier, sizeCount } = this.#before;
    const grew = sizeCount > 0 && sizeCount < this.#sizeCount;
    // A single peak is the earlier root, which whoever checks has.
    const start = earlier.length === 1 ? [] : earlier.slice(-1);
    const consistency = grew ? [...start, ...last.path] : [];
    return { root: right?.hash ?? rootOf([]), consistency };
  }
}

function joined(left: Peak, right: Peak): Peak {
  for (const { path } of left.tracked) path.push(right.hash);
  for (const { path } of right.tracked) path.push(left.hash);
  return {
    hash: nodeHash(left.hash, right.hash),
    leaves: left.leaves + right.leaves,
    tracked:
      left.tracked.length + right.tracked.length === 0 ? NONE : [...left.tracked, ...right.tracked],
  };
}

/** Where a leaf is said to be. */
export interface InclusionClaim {
  /** Of the leaf. */
  readonly hash: Buffer;
  /** From 0 on. */
  readonly index: number;
  /** Of the tree. */
  readonly sizeCount: number;
  /** The hashes beside it, from the lowest on. */
  readonly path: readonly Buffer[];
  /** Of the tree. */
  readonly root: Buffer;
}

/** Whether a leaf is in a tree. @see https://www.rfc-editor.org/rfc/rfc9162#section-2.1.3.2 */
export function isIncluded({ hash, index, path, root, sizeCount }: InclusionClaim): boolean {
  if (index < 0 || index >= sizeCount) return false;
  let node = index;
  let last = sizeCount - 1;
  let found = hash;
  for (const beside of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      found = nodeHash(beside, found);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      found = nodeHash(found, beside);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && found.equals(root);
}

/** Two trees, of which the first is said to be the beginning of the second. */
export interface ConsistencyClaim {
  /** The earlier tree. */
  readonly first: { readonly sizeCount: number; readonly root: Buffer };
  /** The later one. */
  readonly second: { readonly sizeCount: number; readonly root: Buffer };
  /** As `GrowingTree.close` answers it. */
  readonly proof: readonly Buffer[];
}

/** Whether a tree is the beginning of another one. @see https://www.rfc-editor.org/rfc/rfc9162#section-2.1.4.2 */
export function isConsistent({ first, proof, second }: ConsistencyClaim): boolean {
  if (first.sizeCount > second.sizeCount) return false;
  if (first.sizeCount === second.sizeCount) {
    return proof.length === 0 && first.root.equals(second.root);
  }
  if (first.sizeCount === 0) return proof.length === 0;
  let node = first.sizeCount - 1;
  let last = second.sizeCount - 1;
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  // The root of a tree whose size is a power of two is not in the proof.
  const [start, ...rest] = peaksCount(first.sizeCount) === 1 ? [first.root, ...proof] : proof;
  if (start === undefined) return false;
  let earlier = start;
  let later = start;
  for (const beside of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      earlier = nodeHash(beside, earlier);
      later = nodeHash(beside, later);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      later = nodeHash(later, beside);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && earlier.equals(first.root) && later.equals(second.root);
}

/** The largest power of two that is not more. By halves: a logarithm is rounded. */
function largestPower(value: number): number {
  let power = 1;
  for (let rest = half(value); rest > 0; rest = half(rest)) power *= 2;
  return power;
}

function half(value: number): number {
  return Math.floor(value / 2);
}
