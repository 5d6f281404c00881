/** What the config says of Athena has to fit the vaults. Pure. */

import { vaultOperationsBucketName } from "../derived-names";
import type { ConfigProblem } from "./config-error";
import type { VaultConfig, VerdictConfig } from "./types";

/** Every mistake. */
export function athenaChecks(
  verdict: VerdictConfig | undefined,
  vaults: readonly Pick<VaultConfig, "bucket" | "name">[],
): readonly ConfigProblem[] {
  const names = vaults.map(({ name }) => name);
  const kept = new Set(
    vaults.flatMap(({ bucket }) => [bucket.name, vaultOperationsBucketName(bucket.name)]),
  );
  return Object.entries(verdict?.athena ?? {}).flatMap(([name, { location }]) => {
    const path = `verdict.athena.${name}`;
    const bucket = location.split("/")[2] ?? "";
    return [
      ...(names.includes(name)
        ? []
        : [{ path, message: `there is no vault of this name: ${names.join(", ")}` }]),
      ...(kept.has(bucket)
        ? [
            {
              path: `${path}.location`,
              message: `${bucket} keeps every version for as long as its locks and its policy say: name a bucket that what is asked of may be taken away from`,
            },
          ]
        : []),
    ];
  });
}
