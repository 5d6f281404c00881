import { crossChecks } from "../config/cross-checks";
import { PILOT_RETENTION_DAYS } from "../config/fill-in";
import { inventoryShape } from "../config/shape";
import {
  type ImmutableReplicationArgs,
  inventoryProviderOf,
  type VaultEntryArgs,
} from "../immutable-replication-args";
import { ArgumentProblems } from "../validation";

/**
 * What the parts cannot see by themselves: names used twice, rules without a vault, accounts that are one, combinations that
 * S3 refuses. The same checks as for a config, on the values that are plain.
 * @throws ArgumentsError with everything that is wrong.
 */
export function checkReplicationArgs(name: string, args: ImmutableReplicationArgs): void {
  const problems = new ArgumentProblems("ImmutableReplication", name);
  if (args.vaults.length === 0) problems.add("vaults", "expected at least one vault");
  if (args.rules.length === 0) problems.add("rules", "expected at least one rule");
  if (args.source === undefined && (args.sources ?? []).length === 0) {
    problems.add("source", "expected source, or at least one of sources");
  }
  checkTransforms(args, problems);
  checkInventory(args, problems);
  const plain = {
    ...(args.source === undefined ? {} : { source: plainOnly(args.source) }),
    ...(args.sources === undefined ? {} : { sources: args.sources.map(plainOnly) }),
    vaults: args.vaults.map((entry) => ({ ...plainOnly(entry), lock: lockAsWritten(entry) })),
    rules: args.rules,
    ...(args.monitoring === undefined ? {} : { monitoring: {} }),
  };
  for (const { path, message } of crossChecks(plain)) {
    // The vault itself judges its lock: the name of its bucket may be known only later.
    if (!/^vaults\[\d+\]\.lock\./.test(path)) problems.add(path, message);
  }
  problems.throwIfAny();
}

/** A made vault's parts are those of aws-native, an adopted one's those of aws: no transform fits both. */
function checkTransforms(
  { transforms, vaults }: ImmutableReplicationArgs,
  problems: ArgumentProblems,
): void {
  if (transforms?.vault === undefined || transforms.adoptedVault !== undefined) return;
  const adopted = vaults.find((entry) => "found" in entry);
  if (adopted === undefined) return;
  problems.add(
    "transforms.vault",
    `expected transforms.adoptedVault beside it, since vault "${adopted.name}" is adopted: what is attached to it comes from @pulumi/aws, ` +
      "which a transform for @pulumi/aws-native cannot change; with adoptedVault: {} it stays as it is",
  );
}

/** What @pulumi/aws-native makes has its inventory by @pulumi/aws. */
function checkInventory(
  { inventory, vaults }: ImmutableReplicationArgs,
  problems: ArgumentProblems,
): void {
  if (inventory === undefined) return;
  const parsed = inventoryShape.safeParse(inventory);
  for (const { message, path } of parsed.error?.issues ?? []) {
    problems.add(["inventory", ...path].join("."), message);
  }
  vaults.forEach((entry, index) => {
    if ("madeElsewhere" in entry || inventoryProviderOf(entry) !== undefined) return;
    problems.add(
      `vaults[${index}].inventoryProvider`,
      `expected an aws provider of account ${entry.accountId} in ${entry.region}, which declares the vault's inventory; leave inventory out for none`,
    );
  });
}

/** Without providers and what was found, which no rule of the config is about. */
function plainOnly<Entry extends object>(entry: Entry): Record<string, unknown> {
  const skipped = new Set(["provider", "attachProvider", "inventoryProvider", "found"]);
  return Object.fromEntries(Object.entries(entry).filter(([name]) => !skipped.has(name)));
}

/** A lock as a config writes it: its retention is a number here and a text there. */
function lockAsWritten(entry: VaultEntryArgs): object {
  if (!("lock" in entry)) return {};
  const { retentionDays = PILOT_RETENTION_DAYS, stage } = entry.lock;
  return { stage, retention: `${retentionDays} days` };
}
