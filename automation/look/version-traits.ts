import type { Expectation } from "../judge/judge-version";
import type { ListedExpectation } from "../judge/judge-listed";
import type { LookOptions, ReplicaLock, SeenReplica, VersionTraits } from "./look";
import type { VersionHead } from "./version-head";

/** What a report groups by, of one version, while it is looked at. */
export class TraitsSeen {
  /** By vault. */
  readonly #months = new Map<string, string>();
  readonly #locks = new Map<string, ReplicaLock>();

  /** @param keepsLocks mode and end of each lock are kept too */
  constructor(private readonly keepsLocks = false) {}

  /** The same options, what is seen of replicas being noted as well. */
  seenBeside<Options extends Pick<LookOptions, "onReplica">>(options: Options): Options {
    const onReplica = (seen: SeenReplica): void => {
      this.#note(seen);
      options.onReplica?.(seen);
    };
    return { ...options, onReplica };
  }

  #note({ head: { lockMode: mode, retainUntilEpochMs }, vault }: SeenReplica): void {
    if (retainUntilEpochMs === undefined || Number.isNaN(retainUntilEpochMs)) return;
    const until = new Date(retainUntilEpochMs).toISOString();
    this.#months.set(vault, until.replace(/-\d\dT.*$/, ""));
    // One without the other is no lock.
    if (this.keepsLocks && mode !== undefined) this.#locks.set(vault, { mode, until });
  }

  /** What was seen. */
  of(source: VersionHead | undefined, expected: readonly Expectation[]): VersionTraits {
    const kmsKeyArn = source?.kmsKeyArn;
    return {
      ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
      vaults: expected.map(({ placement: { rule, vault } }) => {
        const lockedUntilMonth = this.#months.get(vault);
        const lock = this.#locks.get(vault);
        return {
          vault,
          rule: rule.name,
          ...(lockedUntilMonth === undefined ? {} : { lockedUntilMonth }),
          ...(lock === undefined ? {} : { lock }),
        };
      }),
    };
  }
}

/** What listings tell of it: rules alone. */
export function listedTraits(
  { traits }: Pick<LookOptions, "traits">,
  expected: readonly ListedExpectation[],
): { readonly traits?: VersionTraits } {
  if (traits !== true) return {};
  const vaults = expected.map(({ rules, vault }) => ({
    vault,
    rule: rules.map(({ name }) => name).join(" or "),
  }));
  return { traits: { vaults } };
}
