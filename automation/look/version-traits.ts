import type { Expectation } from "../judge/judge-version";
import type { LookOptions, SeenReplica, VersionTraits } from "./look";
import type { VersionHead } from "./version-head";

/** What a report groups by, of one version, while it is looked at. */
export class TraitsSeen {
  /** By vault. */
  readonly #months = new Map<string, string>();

  /** The same options, what is seen of replicas being noted as well. */
  seenBeside<Options extends Pick<LookOptions, "onReplica">>(options: Options): Options {
    const onReplica = (seen: SeenReplica): void => {
      const month = monthOf(seen.head.retainUntilEpochMs);
      if (month !== undefined) this.#months.set(seen.vault, month);
      options.onReplica?.(seen);
    };
    return { ...options, onReplica };
  }

  /** What was seen. */
  of(source: VersionHead | undefined, expected: readonly Expectation[]): VersionTraits {
    const kmsKeyArn = source?.kmsKeyArn;
    return {
      ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
      vaults: expected.map(({ placement: { rule, vault } }) => {
        const lockedUntilMonth = this.#months.get(vault);
        const lock = lockedUntilMonth === undefined ? {} : { lockedUntilMonth };
        return { vault, rule: rule.name, ...lock };
      }),
    };
  }
}

/** `2027-01`: in UTC, so that it is the same on every machine. */
function monthOf(epochMs: number | undefined): string | undefined {
  if (epochMs === undefined || Number.isNaN(epochMs)) return undefined;
  return new Date(epochMs).toISOString().replace(/-\d\dT.*$/, "");
}
