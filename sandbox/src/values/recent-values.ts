/** How many different values are remembered, at most. Each miss costs as many comparisons. */
const REMEMBERED_COUNT = 8;

/**
 * Gives one object for equal values, as far as they were seen among the last few different ones. For small values that
 * never change and of which millions are equal: what is shared costs a pointer. An economy that may miss, never a mistake.
 */
export class RecentValues<Value extends object> {
  private readonly remembered: Value[] = [];
  private next = 0;

  constructor(private readonly isEqual: (left: Value, right: Value) => boolean) {}

  shared(value: Value): Value {
    for (const known of this.remembered) {
      if (known === value || this.isEqual(known, value)) return known;
    }
    this.remembered[this.next] = value;
    this.next = (this.next + 1) % REMEMBERED_COUNT;
    return value;
  }
}

/** True when both have the same members, each with the same value. */
export function haveEqualMembers(left: object, right: object): boolean {
  const leftMembers = left as Readonly<Record<string, unknown>>;
  const rightMembers = right as Readonly<Record<string, unknown>>;
  for (const name in leftMembers) if (leftMembers[name] !== rightMembers[name]) return false;
  for (const name in rightMembers) if (!(name in leftMembers)) return false;
  return true;
}
