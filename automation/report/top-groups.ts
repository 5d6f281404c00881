import { isOpen, noOutcomes, type OutcomeKind } from "../judge/outcome";
import type { Grouping, OutcomeGroup } from "./fields";

/** So many groups are told. */
const TOLD_LIMIT = 20;
/** As many are counted at once: what is under them is one page of memory, whatever the keys are. */
const COUNTED_LIMIT = 2_000;

/** `open` and `total` follow from the counts: groups are brought in order by them again and again. */
interface Count {
  counts: Record<OutcomeKind, number>;
  sizeBytes: number;
  open: number;
  total: number;
}

/**
 * Counts groups whose number is not known, in memory that is: where there are too many, the half that needs nobody and is the smallest
 * is added to the others. In the order of a listing a prefix does not come back, so what is counted of it is exact.
 */
export class TopGroups {
  readonly #groups = new Map<string, Count>();
  #others: Count | undefined;
  #namesLeft = 0;

  /** @param limit groups that are counted at once */
  constructor(private readonly limit = COUNTED_LIMIT) {}

  /** How many names there were, but for those that came twice after they were left out. */
  get size(): number {
    return this.#groups.size + this.#namesLeft;
  }

  /** Counts one version at one vault. */
  add(name: string, kind: OutcomeKind, sizeBytes: number): void {
    let group = this.#groups.get(name);
    if (group === undefined) {
      if (this.#groups.size >= this.limit) this.#leaveHalf();
      group = none();
      this.#groups.set(name, group);
    }
    group.counts[kind]++;
    group.sizeBytes += sizeBytes;
    group.total++;
    if (isOpen({ kind })) group.open++;
  }

  /** The groups until now. @param limit as many are told one by one */
  grouping(limit = TOLD_LIMIT): Grouping {
    const sorted = [...this.#groups].sort(byNeed);
    const others = sorted
      .slice(limit)
      .reduce<Count | undefined>(
        (sum, [, one]) => added(sum ?? none(), one),
        this.#others && added(none(), this.#others),
      );
    return {
      groups: sorted.slice(0, limit).map(([name, one]) => groupOf(name, one)),
      others: others === undefined ? null : groupOf(OTHERS, others),
      ...(this.#others === undefined ? {} : { isLowerBound: true }),
    };
  }

  #leaveHalf(): void {
    const sorted = [...this.#groups].sort(byNeed);
    for (const [name, one] of sorted.slice(Math.floor(this.limit / 2))) {
      this.#others = added(this.#others ?? none(), one);
      this.#groups.delete(name);
      this.#namesLeft++;
    }
  }
}

/** Name of what is in none of the groups. */
const OTHERS = "(others)";

/** How many need somebody. Pure. */
export function openOf(counts: Readonly<Record<OutcomeKind, number>>): number {
  return sum(Object.entries(counts).filter(([kind]) => isOpen({ kind: kind as OutcomeKind })));
}

/** How many there are. Pure. */
export function totalOf(counts: Readonly<Record<OutcomeKind, number>>): number {
  return sum(Object.entries(counts));
}

function sum(entries: readonly (readonly [string, number])[]): number {
  return entries.reduce((total, [, count]) => total + count, 0);
}

/** No outcome of any kind. */
function none(): Count {
  return { counts: noOutcomes(), sizeBytes: 0, open: 0, total: 0 };
}

function added(total: Count, one: Count): Count {
  for (const kind of Object.keys(one.counts) as OutcomeKind[]) {
    total.counts[kind] += one.counts[kind];
  }
  total.sizeBytes += one.sizeBytes;
  total.open += one.open;
  total.total += one.total;
  return total;
}

function groupOf(name: string, { counts, sizeBytes }: Count): OutcomeGroup {
  return { name, counts: { ...counts }, sizeBytes };
}

function byNeed([one, a]: [string, Count], [other, b]: [string, Count]): number {
  return b.open - a.open || b.total - a.total || (one < other ? -1 : 1);
}
