import { versionName } from "../proof/source-versions";
import { NameMap } from "../spill/name-map";
import { LatestList } from "../spill/latest-list";
import { firstOf } from "../spill/sequence";
import type { NotRelocked } from "./plan";

/** A version at one of the vaults that is not locked as it has to be. */
export interface FailedRelock extends NotRelocked {
  readonly vault: string;
}

interface Version {
  readonly key: string;
  readonly versionId: string;
}

const EXTENDED = 1;
const NOT_EXTENDED = 0;

/** What became of versions at vaults: what is told last of each counts. Of each some bytes are in memory, the rest is put aside. */
export class RelockOutcomes {
  readonly #states = new NameMap();
  readonly #failed = new LatestList<FailedRelock>((one) => nameAt(one.vault, one));
  #extendedCount = 0;

  /** How many are extended. */
  get extendedCount(): number {
    return this.#extendedCount;
  }

  /** How many are not. */
  get failedCount(): number {
    return this.#failed.length;
  }

  isExtended(vault: string, version: Version): boolean {
    return this.#states.get(nameAt(vault, version)) === EXTENDED;
  }

  extend(vault: string, version: Version): void {
    const name = nameAt(vault, version);
    if (this.#states.set(name, EXTENDED) !== EXTENDED) this.#extendedCount++;
    this.#failed.delete(name);
  }

  fail(vault: string, one: NotRelocked): void {
    const { key, versionId, why } = one;
    if (this.#states.set(nameAt(vault, one), NOT_EXTENDED) === EXTENDED) this.#extendedCount--;
    this.#failed.set({ key, versionId, why, vault });
  }

  /** Of those that are not extended, so many at the most. */
  failures(limit: number): readonly FailedRelock[] {
    return firstOf(this.#failed, limit);
  }
}

function nameAt(vault: string, version: Version): string {
  return `${vault}\0${versionName(version)}`;
}
