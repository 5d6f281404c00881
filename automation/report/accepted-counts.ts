import type { Outcome } from "../judge/outcome";
import type { ExcusedBy } from "../judge/excused";
import type { AcceptedFields } from "./fields";

/** What is open and stands in nobody's way, counted by reason and vault. There are few codes. */
export class AcceptedCounts {
  readonly #counted = new Map<
    string,
    { -readonly [M in keyof AcceptedFields]: AcceptedFields[M] }
  >();

  /** Counts an outcome. */
  add({ code, kind, vault }: Outcome, by: ExcusedBy, sizeBytes: number): void {
    const outcome = `${kind}/${code}`;
    const name = JSON.stringify([outcome, vault, by]);
    const counted = this.#counted.get(name) ?? {
      outcome,
      ...(vault === undefined ? {} : { vault }),
      versions: 0,
      sizeBytes: 0,
      by,
    };
    counted.versions++;
    counted.sizeBytes += sizeBytes;
    this.#counted.set(name, counted);
  }

  /** The most versions first. */
  get told(): readonly AcceptedFields[] {
    return [...this.#counted.values()].sort((one, other) => other.versions - one.versions);
  }
}
