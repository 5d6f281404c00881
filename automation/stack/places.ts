import type { LockstepConfig } from "../../components/config/types";
import type { Place } from "./names-taken";

export type PlaceToLookAt = Pick<Place, "path" | "access" | "source" | "vault" | "hasChecksums"> & {
  readonly bucket: { name: string; existing: boolean; isMadeHere: boolean };
};

/** Every account that this stack works in, once for each source and vault in it. */
export function placesOf(config: LockstepConfig): readonly PlaceToLookAt[] {
  const { isFleet, side, verdict } = config;
  const hasChecksums = verdict?.checksums === true;
  const sources = side === "vaults" ? [] : config.sources;
  const vaults = side === "source" ? [] : config.vaults;
  return [
    ...sources.map((source, index) => ({
      path: isFleet ? `sources[${index}]` : "source",
      access: source,
      source,
      hasChecksums,
      bucket: { ...source.bucket, isMadeHere: source.chainedFrom !== undefined },
    })),
    ...vaults.map((vault, index) => ({
      path: `vaults[${index}]`,
      access: vault,
      vault,
      hasChecksums,
      bucket: { ...vault.bucket, isMadeHere: false },
    })),
  ];
}

/** Whether a place is the source of that name, or a vault that its rules fill. */
export function isOfSource(
  { source, vault }: PlaceToLookAt,
  sourceName: string,
  { rules }: LockstepConfig,
): boolean {
  if (source !== undefined) return source.name === sourceName;
  return rules.some(
    (rule) => rule.vault === vault?.name && (rule.source ?? sourceName) === sourceName,
  );
}
