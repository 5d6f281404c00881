import type { LockstepOutputs, RuleOutputs, VaultOutputs } from "../../components/promise/outputs";
import { promiseDigest } from "../../components/promise/promise";
import { LockstepError } from "../errors";

/** What a source of a deployed stack promises: the one thing that it is held against. */
export interface DeployedPromise {
  /** SHA-256, 64 hex characters; the one that was written down. */
  readonly digest: string;
  /** The source bucket, and the role that replicates out of it. */
  readonly source: LockstepOutputs["source"];
  /** The role that a backfill's job runs under. */
  readonly batchRoleArn: string;
  /** The two roles as deployed. Absent when an earlier version deployed them. */
  readonly roles?: LockstepOutputs["roles"];
  /** In the order of the config. */
  readonly rules: readonly RuleOutputs[];
  /** By name: those that the rules fill. */
  readonly vaults: ReadonlyMap<string, VaultOutputs>;
}

/**
 * Takes the promise out of a stack's outputs.
 * @throws LockstepError `StackOutOfDate` when they have none, or have another than their digest names
 */
export function deployedPromise(outputs: LockstepOutputs): DeployedPromise {
  const { batchRoleArn, promise, roles, rules, source } = outputs;
  if (promise === undefined) {
    throw new LockstepError(
      "StackOutOfDate",
      "This stack was deployed by an earlier version of Lockstep, which did not write down what it promises.",
      { hint: "Run `lockstep up` once: it changes outputs only." },
    );
  }
  const digest = promiseDigest(outputs);
  if (promise.digest !== digest) {
    throw new LockstepError(
      "StackOutOfDate",
      `The stack's outputs are not those that were deployed: their digest is ${digest}, and ${promise.digest} was written down.`,
      { hint: "Somebody changed the state by hand. Run `lockstep up` to write it anew." },
    );
  }
  const wanted = new Set(rules.map(({ vault }) => vault));
  const vaults = outputs.vaults.filter(({ name }) => wanted.has(name));
  return {
    digest,
    source,
    batchRoleArn,
    ...(roles === undefined ? {} : { roles }),
    rules,
    vaults: new Map(vaults.map((vault) => [vault.name, vault])),
  };
}
