import { isOpen, noOutcomes, type OutcomeKind } from "../judge/outcome";
import type { Grouping, OutcomeGroup } from "./fields";

/** So many groups are told. */
const TOLD_LIMIT = 20;
/** As many are counted at once: what is under them is one page of memory, whatever the keys are. */
const COUNTED_LIMIT = 2_000;

/** `open`, which is what is not accepted, and `total` follow from the counts: groups are brought in order by them again and again. */
interface Count {
  counts: Record<OutcomeKind, number>;
  accepted: number;
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

  /** All names are still counted. */
  get isWhole(): boolean {
    return this.#others === undefined;
  }

  /** Counts one version at one vault. @param isAccepted it stands in nobody's way, whatever its kind */
  add(name: string, kind: OutcomeKind, sizeBytes: number, isAccepted = false): void {
    let group = this.#groups.get(name);
    if (group === undefined) {
      if (this.#groups.size >= this.limit) this.#leaveHalf();
      group = none();
      this.#groups.set(name, group);
    }
    group.counts[kind]++;
    group.sizeBytes += sizeBytes;
    group.total++;
    if (!isOpen({ kind })) return;
    if (isAccepted) group.accepted++;
    else group.open++;
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

  /** The group that more than half of all are in; undefined where there is none. */
  get most(): string | undefined {
    let total = this.#others?.total ?? 0;
    let most: [string, Count] | undefined;
    for (const one of this.#groups) {
      total += one[1].total;
      if (most === undefined || one[1].total > most[1].total) most = one;
    }
    return most !== undefined && most[1].total * 2 > total ? most[0] : undefined;
  }

  /** These groups with those of others, which are its parts, in the place of one: all whose name begins as its own does. */
  withPartsOf(name: string, parts: TopGroups): TopGroups {
    const groups = new TopGroups(this.limit);
    const told = [
      ...[...this.#groups].filter(([one]) => one !== name),
      ...[...parts.#groups].filter(([part]) => part.startsWith(name)),
    ];
    for (const [one, counted] of told) groups.#groups.set(one, counted);
    groups.#others = this.#others;
    groups.#namesLeft = this.#namesLeft;
    return groups;
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

/** How many need somebody, unless it is accepted. Pure. */
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
  return { counts: noOutcomes(), accepted: 0, sizeBytes: 0, open: 0, total: 0 };
}

function added(total: Count, one: Count): Count {
  for (const kind of Object.keys(one.counts) as OutcomeKind[]) {
    total.counts[kind] += one.counts[kind];
  }
  total.accepted += one.accepted;
  total.sizeBytes += one.sizeBytes;
  total.open += one.open;
  total.total += one.total;
  return total;
}

function groupOf(name: string, { accepted, counts, sizeBytes }: Count): OutcomeGroup {
  return { name, counts: { ...counts }, accepted, sizeBytes };
}

function byNeed([one, a]: [string, Count], [other, b]: [string, Count]): number {
  return b.open - a.open || b.total - a.total || (one < other ? -1 : 1);
}
