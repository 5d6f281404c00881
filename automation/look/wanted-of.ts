/** What is promised of a version at a vault, as far as its own row tells whether it is kept. Pure. */

import type { VaultPromise } from "../judge/facts";
import { planListed } from "../judge/judge-listed";
import { wantedUntilEpochMs } from "../judge/lock";
import type { DeployedPromise } from "../promise/deployed-promise";
import type { ListedVersion } from "../proof/source-versions";

/** What a row at the vault is held against. */
export interface Wanted {
  /** Null: any. */
  readonly storageClass: string | null;
  /** Locked until then, or longer. Milliseconds since the Unix epoch. */
  readonly retainUntilMs: number;
}

/** No class is called so: what more than one class may be promised for is judged by itself. */
const SEVERAL_CLASSES = "(several)";

/** Undefined where it is not promised there. */
export function wantedOf(
  version: ListedVersion,
  vault: VaultPromise,
  promise: DeployedPromise,
): Wanted | undefined {
  const expectation = planListed(version, promise).expected.find((one) => one.vault === vault.name);
  if (expectation === undefined) return undefined;
  const classes = new Set(
    expectation.rules.map(({ storageClass }) => storageClass ?? vault.storageClass ?? null),
  );
  const [first = null] = classes;
  return {
    storageClass: classes.size > 1 ? SEVERAL_CLASSES : first,
    retainUntilMs: wantedUntilEpochMs(vault.lock, version.lastModifiedEpochMs, undefined),
  };
}
