/** What a bundle's verdict is: made of its lines and findings, by whoever signs and by whoever checks. Pure. */

import { isOpen } from "../judge/outcome";
import type { RefusalFact, Shows } from "../refusals/fields";
import { EvidenceProblem } from "./evidence-problem";
import { lineOrder, NO_VAULT, versionOrder, type EvidenceLine } from "./lines";

/** Locks of one mode at one vault, of versions that are proven there. */
export interface LockCounts {
  /** Versions. */
  readonly count: number;
  /** ISO 8601: when the first of them ends. */
  readonly firstEnd: string;
}

/** What the lines say of one vault. */
export interface EvidenceVaultCounts {
  /** Lines by `kind/code`. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** By Object Lock's word for the mode. What is proven and whose lock was not read is in none. */
  readonly locks: Readonly<Record<string, LockCounts>>;
}

/** The verdict on one source. */
export interface EvidenceSourceVerdict {
  /** Name in the config. */
  readonly source: string;
  /** Nothing stands in the way but what the config accepts. */
  readonly clean: boolean;
  /** Of the bundle, about this source: one for each version at each vault. */
  readonly lineCount: number;
  /** Versions of the source, delete markers too. */
  readonly versionCount: number;
  /** By the vault's name in the config; the empty name has what was promised nowhere. */
  readonly vaults: Readonly<Record<string, EvidenceVaultCounts>>;
  /** Lines that are proven. */
  readonly provenCount: number;
  /** Lines that stand in the way. */
  readonly openCount: number;
  /** Lines that would, but for what the config accepts. */
  readonly acceptedCount: number;
  /** Live settings that differ from the promise. */
  readonly driftCount: number;
  /** What lies on top of promised versions. */
  readonly onTopCount: number;
  /** What does not agree. */
  readonly disagreementCount: number;
}

/** The verdict on all of it. */
export interface EvidenceVerdict {
  /** Every source is clean, no vault has lost a protection, and nothing was accepted that has to be refused. */
  readonly clean: boolean;
  /** Protections that vaults have lost. */
  readonly guardLossCount: number;
  /** Vaults whose protections nobody looked at. */
  readonly guardUnknownCount: number;
  /** Attempts that had to be refused, by what came of them. All 0 where nobody tried. */
  readonly attempts: AttemptCounts;
  /** In the order of the config. */
  readonly sources: readonly EvidenceSourceVerdict[];
}

/** What came of attempts that have to be refused. One that was accepted keeps a verdict from being clean. */
export interface AttemptCounts {
  /** Refused, by what that shows: the lock itself, a policy of the vault or its key, one of the organization, or nothing of the vault. */
  readonly refused: Readonly<Record<Shows, number>>;
  /** AWS did what was asked. */
  readonly accepted: number;
  /** Nobody tried. */
  readonly "not-tried": number;
}

/** Counts attempts. */
export function countAttempts(
  attempts: readonly Pick<RefusalFact, "outcome" | "shows">[],
): AttemptCounts {
  const refused: Record<Shows, number> = { lock: 0, guard: 0, organization: 0, nothing: 0 };
  const others = { accepted: 0, "not-tried": 0 };
  for (const { outcome, shows } of attempts) {
    if (outcome === "refused") refused[shows]++;
    else others[outcome]++;
  }
  return { refused, ...others };
}

/** What was found beside the lines: the file `findings.json`. */
export interface EvidenceFindings {
  readonly guard: {
    readonly checked: readonly string[];
    readonly unknown: readonly string[];
    readonly losses: readonly unknown[];
  };
  /** In the order of the config. */
  readonly sources: readonly EvidenceSourceFindings[];
}

/** What was found at one source beside the lines. */
export interface EvidenceSourceFindings {
  /** Name in the config. */
  readonly source: string;
  /** Codes that the config accepts. */
  readonly accept: readonly string[];
  /** In words. */
  readonly disagreements: readonly string[];
  /** Live settings that differ from the promise. */
  readonly drift: readonly unknown[];
  /** What lies on top of promised versions: how many, and the first of it. */
  readonly onTop: { readonly count: number; readonly first: readonly unknown[] };
}

/**
 * What only reports of jobs say, which lie on the source's side, nobody accepts; nor what is promised and not there.
 * The rule of `formVerdict`.
 */
function isAccepted({ code, kind }: EvidenceLine, accept: ReadonlySet<string>): boolean {
  return kind !== "failed" && code !== "deleted-at-vault" && accept.has(code);
}

interface VaultTally {
  readonly outcomes: Record<string, number>;
  readonly locks: Record<string, { count: number; firstEnd: string }>;
}

/** Counts the lines of one source. */
export class SourceTally {
  readonly #accept: ReadonlySet<string>;
  readonly #vaults = noNames<VaultTally>();
  #last: EvidenceLine | undefined;
  #lineCount = 0;
  #versionCount = 0;
  #provenCount = 0;
  #openCount = 0;
  #acceptedCount = 0;
  #isEmpty = true;

  constructor(readonly findings: EvidenceSourceFindings) {
    this.#accept = new Set(findings.accept);
  }

  /** @throws EvidenceProblem `lines` where it does not come after the last one */
  add(line: EvidenceLine): void {
    const last = this.#last;
    if (last !== undefined && lineOrder(last, line) >= 0) {
      const key = JSON.stringify(line.key);
      const message = `a line of version ${line.versionId} of ${key} is out of order, or there twice`;
      throw new EvidenceProblem("lines", message);
    }
    this.#last = line;
    this.#lineCount++;
    if (last === undefined || versionOrder(last, line) !== 0) this.#versionCount++;
    const { locks, outcomes } = (this.#vaults[line.vault ?? NO_VAULT] ??= {
      locks: noNames(),
      outcomes: noNames(),
    });
    const name = `${line.kind}/${line.code}`;
    outcomes[name] = (outcomes[name] ?? 0) + 1;
    if (line.kind !== "not-applicable") this.#isEmpty = false;
    if (line.kind === "proven") {
      this.#provenCount++;
      addLock(locks, line);
    }
    if (!isOpen(line)) return;
    if (isAccepted(line, this.#accept)) this.#acceptedCount++;
    else this.#openCount++;
  }

  /** After the last line. */
  verdict(): EvidenceSourceVerdict {
    const { disagreements, drift, onTop, source } = this.findings;
    const against = {
      openCount: this.#openCount,
      driftCount: drift.length,
      onTopCount: onTop.count,
      disagreementCount: disagreements.length,
    };
    // A source without a promised version may be clean; one whose versions are all accepted proves nothing.
    const isAnyProven = this.#isEmpty || this.#provenCount > 0;
    return {
      source,
      clean: isAnyProven && Object.values(against).every((count) => count === 0),
      lineCount: this.#lineCount,
      versionCount: this.#versionCount,
      vaults: this.#vaults,
      provenCount: this.#provenCount,
      acceptedCount: this.#acceptedCount,
      ...against,
    };
  }
}

/** A record that takes every name, `__proto__` too. */
function noNames<Value>(): Record<string, Value> {
  return Object.create(null) as Record<string, Value>;
}

function addLock(locks: VaultTally["locks"], { replica }: EvidenceLine): void {
  const { lockMode, lockedUntil } = replica ?? {};
  if (lockMode === undefined || lockedUntil === undefined) return;
  const lock = (locks[lockMode] ??= { count: 0, firstEnd: lockedUntil });
  lock.count++;
  if (lockedUntil < lock.firstEnd) lock.firstEnd = lockedUntil;
}

/** The verdict over all sources. Pure. */
export function verdictOver(
  { guard }: EvidenceFindings,
  sources: readonly EvidenceSourceVerdict[],
  attempts: AttemptCounts,
): EvidenceVerdict {
  const isGuarded = guard.losses.length === 0 && attempts.accepted === 0;
  return {
    clean: isGuarded && sources.every(({ clean }) => clean),
    guardLossCount: guard.losses.length,
    guardUnknownCount: guard.unknown.length,
    attempts,
    sources,
  };
}

/**
 * What is called proven has to be at a vault of the promise, and locked in the mode that is promised there or in a stricter one, by what
 * the vault said. Whoever signs could say otherwise of versions than of their locks. Pure.
 * @throws EvidenceProblem `lines`
 */
export function requireHeld(
  { source, vaults }: EvidenceSourceVerdict,
  promised: readonly { readonly name: string; readonly lock: { readonly mode: string } }[],
): void {
  for (const [name, { locks, outcomes }] of Object.entries(vaults)) {
    const provenCount = provenIn(outcomes);
    const here = promised.filter((vault) => vault.name === name);
    const modes = new Set(here.flatMap(({ lock }) => [lock.mode, "COMPLIANCE"]));
    const heldCount = [...modes].reduce((sum, mode) => sum + (locks[mode]?.count ?? 0), 0);
    if (heldCount === provenCount) continue;
    const message = `not all versions of ${source} that are called proven at the vault "${name}" are said to be locked as is promised there`;
    throw new EvidenceProblem("lines", message);
  }
}

/** Of lines by `kind/code` those that are proven. Pure. */
export function provenIn(outcomes: EvidenceVaultCounts["outcomes"]): number {
  return Object.entries(outcomes).reduce(
    (sum, [outcome, lines]) => sum + (outcome.startsWith("proven/") ? lines : 0),
    0,
  );
}
