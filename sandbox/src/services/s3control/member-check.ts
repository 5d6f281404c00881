/**
 * Gathers what is wrong with the members of a request, in the words of AWS's validation messages. A member that is absent
 * only fails `required`.
 */
export class MemberCheck {
  readonly problems: string[] = [];

  required(path: string, value: unknown): void {
    if (value === undefined) this.add("null", path, "Member must not be null");
  }

  length(path: string, value: string | undefined, minimum: number, maximum: number): void {
    if (value === undefined) return;
    if (value.length < minimum) {
      this.add(value, path, `Member must have length greater than or equal to ${minimum}`);
    }
    if (value.length > maximum) {
      this.add(value, path, `Member must have length less than or equal to ${maximum}`);
    }
  }

  count(
    path: string,
    values: readonly unknown[] | undefined,
    minimum: number,
    maximum: number,
  ): void {
    if (values === undefined || (values.length >= minimum && values.length <= maximum)) return;
    const constraint = `Member must have a length between ${minimum} and ${maximum}`;
    this.add(JSON.stringify(values), path, constraint);
  }

  range(path: string, value: number | undefined, minimum: number, maximum: number): void {
    if (value === undefined) return;
    if (!Number.isInteger(value) || value < minimum) {
      this.add(String(value), path, `Member must have value greater than or equal to ${minimum}`);
    } else if (value > maximum) {
      this.add(String(value), path, `Member must have value less than or equal to ${maximum}`);
    }
  }

  pattern(path: string, value: string | undefined, pattern: RegExp): void {
    if (value === undefined || pattern.test(value)) return;
    this.add(value, path, `Member must satisfy regular expression pattern: ${pattern.source}`);
  }

  /** A union: of the named members exactly one is given. */
  oneMember(path: string, value: object | undefined, members: readonly string[]): void {
    if (value === undefined) return;
    const given = Object.entries(value).filter(([, member]) => member !== undefined);
    if (given.length === 1 && members.includes(given[0]?.[0] ?? "")) return;
    const names = given.map(([name]) => name).join(", ");
    this.add(names, path, `Member must have exactly one of: [${members.join(", ")}]`);
  }

  oneOf(path: string, value: string | undefined, allowed: readonly string[]): void {
    if (value === undefined || allowed.includes(value)) return;
    this.add(value, path, `Member must satisfy enum value set: [${allowed.join(", ")}]`);
  }

  private add(value: string, path: string, constraint: string): void {
    this.problems.push(`Value '${value}' at '${path}' failed to satisfy constraint: ${constraint}`);
  }
}
