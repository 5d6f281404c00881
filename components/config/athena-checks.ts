/** What the config says of Athena has to fit the sources and vaults. Pure. */

import { derivedNames, vaultOperationsBucketName } from "../derived-names";
import type { ConfigProblem } from "./config-error";
import type {
  AthenaConfig,
  BackfillConfig,
  SourceConfig,
  VaultConfig,
  VerdictConfig,
} from "./types";

/** What it has to fit. */
export interface AthenaFacts {
  readonly backfill: Pick<BackfillConfig, "athena">;
  readonly verdict: Pick<VerdictConfig, "athena"> | undefined;
  readonly sources: readonly Pick<SourceConfig, "bucket" | "name">[];
  readonly vaults: readonly Pick<VaultConfig, "bucket" | "name">[];
}

/** Every mistake. */
export function athenaChecks({
  backfill,
  sources,
  vaults,
  verdict,
}: AthenaFacts): readonly ConfigProblem[] {
  const kept = new Set([
    ...vaults.flatMap(({ bucket }) => [bucket.name, vaultOperationsBucketName(bucket.name)]),
    ...sources.flatMap(({ bucket }) => [
      bucket.name,
      derivedNames(bucket.name).operationsBucketName,
    ]),
  ]);
  return [
    ...placeChecks("verdict.athena", verdict?.athena, { kept, kind: "vault", named: vaults }),
    ...placeChecks("backfill.athena", backfill.athena, { kept, kind: "source", named: sources }),
  ];
}

interface Side {
  readonly kind: "source" | "vault";
  readonly named: readonly { readonly name: string }[];
  /** Buckets of the stack. */
  readonly kept: ReadonlySet<string>;
}

function placeChecks(
  section: string,
  places: Readonly<Record<string, AthenaConfig>> | undefined,
  { kept, kind, named }: Side,
): readonly ConfigProblem[] {
  const names = named.map(({ name }) => name);
  return Object.entries(places ?? {}).flatMap(([name, { location }]) => {
    const path = `${section}.${name}`;
    const bucket = location.split("/")[2] ?? "";
    return [
      ...(names.includes(name)
        ? []
        : [{ path, message: `there is no ${kind} of this name: ${names.join(", ")}` }]),
      ...(kept.has(bucket)
        ? [
            {
              path: `${path}.location`,
              message: `${bucket} is of this stack, and keeps every version for as long as its locks, policy and rules say: name a bucket that what is asked of may be taken away from`,
            },
          ]
        : []),
    ];
  });
}
