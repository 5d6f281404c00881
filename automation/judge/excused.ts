/**
 * What stands in nobody's way of a verdict though it is not proven: how many versions, by what excuses them, and what a verdict
 * therefore does not prove of all that is promised. Pure.
 */

import type { VerdictFields } from "../events";
import { inOrder, type ProofCode } from "../levels/proofs";
import type { Outcome } from "./outcome";

/** What lets an outcome stand in nobody's way: the configuration, a level that does not speak of it, or the recovery point objective of a look. */
export type ExcusedBy = "configuration" | "level" | "objective";

/** As a verdict tells it. */
type Excused = NonNullable<VerdictFields["excused"]>;

/** All that is said of a version at a vault. Nothing of it is known of one that nobody can look at. */
const OF_EACH_COPY: readonly ProofCode[] = [
  "presence",
  "version-id",
  "size",
  "etag",
  "checksum",
  "content-read",
  "replication-status",
  "lock-mode",
  "retain-until",
  "holds",
  "encryption-key",
  "storage-class",
  "owner",
  "tags",
  "annotations",
];

/**
 * What versions lack that are excused. All codes but `presence` speak of the copies that are there: of one that is not there none of them
 * is wrong.
 */
function lackOf({ code, kind }: Pick<Outcome, "code" | "kind">): readonly ProofCode[] {
  // The promise has the rule as disabled, and so wants nothing at the vault.
  if (code === "rule-disabled") return [];
  // It was locked as promised, and is not any more.
  if (kind === "lapsed") return ["lock-mode", "retain-until"];
  // Nobody can look at it without the customer's key.
  if (kind === "unverifiable" && code === "sse-c") return OF_EACH_COPY;
  // Not there, not yet, or, where only tags tell whether it is promised, neither.
  return ["presence"];
}

/** Counts what is excused. */
export class ExcusedTally {
  readonly #versions: Record<ExcusedBy, number> = { configuration: 0, level: 0, objective: 0 };
  readonly #lacking = new Set<ProofCode>();
  #isAny = false;

  /** Notes what an outcome lacks that is excused. */
  note(outcome: Pick<Outcome, "code" | "kind">): void {
    this.#isAny = true;
    for (const code of lackOf(outcome)) this.#lacking.add(code);
  }

  /** Counts a version of which nothing else stands in the way. @param by what excuses the worst of it */
  count(by: ExcusedBy): void {
    this.#versions[by]++;
  }

  /** Of a look that proves these codes of all else. Undefined where nothing is excused. */
  told(proves: readonly ProofCode[]): Excused | undefined {
    if (!this.#isAny) return undefined;
    const unproven = inOrder(proves.filter((code) => this.#lacking.has(code)));
    return { ...this.#versions, unproven };
  }
}

/** Of several sources together. Undefined where nothing is excused. */
export function excusedOfAll(
  verdicts: readonly Pick<VerdictFields, "excused" | "proves">[],
): Excused | undefined {
  const all = verdicts.flatMap(({ excused }) => excused ?? []);
  if (all.length === 0) return undefined;
  const sum = (by: ExcusedBy): number => all.reduce((total, one) => total + one[by], 0);
  // What another source does not prove for other reasons would not be proven of all without these either.
  const isElseProven = (code: ProofCode): boolean =>
    verdicts.every(({ excused, proves = [] }) =>
      [...proves, ...(excused?.unproven ?? [])].includes(code),
    );
  return {
    configuration: sum("configuration"),
    level: sum("level"),
    objective: sum("objective"),
    unproven: inOrder(all.flatMap(({ unproven }) => unproven).filter(isElseProven)),
  };
}
