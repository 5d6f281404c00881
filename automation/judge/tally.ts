import type { Outcome, OutcomeKind, VaultCounts } from "./outcome";

/** Kinds, the worst first: by it a version with several vaults is counted. */
const WORST_FIRST: readonly OutcomeKind[] = [
  "failed",
  "unverifiable",
  "lapsed",
  "unprotected",
  "proven",
  "not-applicable",
];

/** The worst of a version's outcomes. */
export function worstOf(outcomes: readonly Outcome[]): Outcome | undefined {
  for (const kind of WORST_FIRST) {
    const found = outcomes.find((outcome) => outcome.kind === kind);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What lies on top of promised versions at one vault. */
export interface OnTop {
  readonly foreignVersions: number;
  readonly deleteMarkers: number;
  readonly unknownVersions?: number;
}

type Count = { -readonly [Member in keyof VaultCounts]: VaultCounts[Member] } & {
  codes: Record<string, number>;
};

/** Counts the outcomes of each vault. */
export class VaultTally {
  readonly #counts = new Map<string, Count>();

  /** @param vaults in this order they are told */
  constructor(vaults: Iterable<string>, onTop: ReadonlyMap<string, OnTop>) {
    for (const vault of vaults) {
      this.#counts.set(vault, {
        vault,
        proven: 0,
        provenBySize: 0,
        notApplicable: 0,
        unprotected: 0,
        lapsed: 0,
        failed: 0,
        unverifiable: 0,
        codes: {},
        onTop: onTop.get(vault) ?? { foreignVersions: 0, deleteMarkers: 0 },
      });
    }
  }

  /** Counts one. */
  add({ code, kind, vault }: Pick<Outcome, "code" | "kind" | "vault">): void {
    const count = this.#counts.get(vault ?? "");
    if (count === undefined) return;
    if (kind === "not-applicable") count.notApplicable++;
    else count[kind]++;
    if (kind !== "proven")
      count.codes[`${kind}/${code}`] = (count.codes[`${kind}/${code}`] ?? 0) + 1;
    else if (code === "size") count.provenBySize++;
  }

  /** The counts until now. */
  get counts(): readonly VaultCounts[] {
    return [...this.#counts.values()];
  }
}
