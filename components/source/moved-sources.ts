import type { LockstepConfig } from "../config/types";

/** What the stack's own outputs say of a source that was deployed. */
export interface DeployedSource {
  readonly accountId: string;
  readonly region: string;
  readonly bucketName: string;
}

/** What moves, by its path in the config. Pure. */
export function movedSources(
  deployed: readonly DeployedSource[],
  { isFleet, sources }: Pick<LockstepConfig, "isFleet" | "sources">,
): readonly { readonly path: string; readonly reason: string }[] {
  return sources.flatMap((source, index) => {
    const path = isFleet ? `sources[${index}]` : "source";
    const same = deployed.find(({ bucketName }) => bucketName === source.bucket.name);
    // A vault that is a source is asked about as a vault.
    if (same === undefined || source.chainedFrom !== undefined) return [];
    return (["accountId", "region"] as const).flatMap((member) =>
      same[member] === source[member]
        ? []
        : [
            {
              path: `${path}.${member}`,
              reason:
                `expected ${same[member]}, where the source's bucket ${same.bucketName} is; put it back, or give a bucket ` +
                `in ${source[member]} a name of its own and a stack of its own`,
            },
          ],
    );
  });
}
