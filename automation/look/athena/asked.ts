/** What Athena is to answer, and of which vaults. */

import type { FoundInventory } from "../../inventory/find-inventory";
import type { VaultClients } from "../../aws/stack-clients";
import type { VaultPromise } from "../../judge/facts";
import type { DeployedPromise } from "../../promise/deployed-promise";
import type { ListedVersion } from "../../proof/source-versions";
import type { Sequence } from "../../spill/sequence";
import type { LookOptions } from "../look";
import type { Inventories } from "../read-inventories";
import type { FiledListing } from "./listing-files";
import type { PlannedVault } from "./plan";

/** What is asked. */
export interface AskAthenaOptions extends Pick<
  LookOptions,
  "athena" | "clients" | "clock" | "emit" | "signal"
> {
  readonly promise: DeployedPromise;
  readonly inventories: Inventories<FoundInventory>;
  /** Of the source, in its order. */
  readonly listed: Sequence<ListedVersion>;
  /** AWS's time. Milliseconds since the Unix epoch. */
  readonly nowEpochMs: number;
}

/** A vault, with all that it takes to ask of it. */
export interface AskedVault extends PlannedVault {
  readonly promise: VaultPromise;
  readonly inventory: FoundInventory;
  readonly clients: VaultClients;
  readonly listing: FiledListing;
}
