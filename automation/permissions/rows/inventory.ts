import type { OperatorFacts } from "../operator-facts";
import type { OperatorRow } from "../operator-row";
import { whenBothSidesAreSeen } from "./resources";

const READS = ["s3:GetInventoryConfiguration"] as const;
const PUTS = ["s3:PutInventoryConfiguration"] as const;

/** Nothing at a bucket that S3 does not list for us. */
const whereListed =
  (resources: (facts: OperatorFacts) => readonly string[]) =>
  (facts: OperatorFacts): readonly string[] =>
    facts.hasInventory ? resources(facts) : [];

const listed = whereListed(({ bucketArn }) => [bucketArn]);

/** The commands that hold it against what was deployed. */
const LOOKS = { backfill: READS, verify: READS, relock: READS, doctor: READS } as const;

const LOOK_WHY = "the inventory is held against what was deployed";
const DECLARE_WHY = "S3 lists the bucket and delivers beside it, and ceases to with the stack";
const READ_WHY = "with the level `inventory`, what S3 has delivered is read";

const delivered = whenBothSidesAreSeen(
  whereListed(({ operationsArn }) => [operationsArn, `${operationsArn}/inventory/*`]),
);

/** Rights on the inventory of a source. */
export const SOURCE_INVENTORY_ROWS: readonly OperatorRow[] = [
  {
    sid: "LookAtSourceInventory",
    side: "source",
    why: LOOK_WHY,
    resources: listed,
    // A plan that is worked out anew looks at the source's settings, and not at the vault's guard.
    actions: { ...LOOKS, preview: READS, up: READS, approve: READS },
  },
  {
    sid: "DeclareSourceInventory",
    side: "source",
    why: DECLARE_WHY,
    resources: listed,
    actions: { up: PUTS, destroy: PUTS },
  },
  {
    sid: "ReadSourceInventories",
    side: "source",
    why: READ_WHY,
    resources: delivered,
    actions: { verify: ["s3:GetObject", "s3:ListBucket"] },
  },
];

/** Rights on the inventory of a vault. */
export const VAULT_INVENTORY_ROWS: readonly OperatorRow[] = [
  {
    sid: "LookAtVaultInventory",
    side: "vault",
    why: LOOK_WHY,
    resources: listed,
    // A preview and `up` read it by the right that Cloud Control needs at every vault (`LookAtVaults`).
    actions: LOOKS,
  },
  {
    sid: "DeclareVaultInventory",
    side: "vault",
    why: DECLARE_WHY,
    resources: listed,
    actions: { up: PUTS, destroy: PUTS },
  },
  {
    sid: "ReadVaultInventories",
    side: "vault",
    why: READ_WHY,
    resources: delivered,
    actions: { verify: ["s3:GetObject", "s3:ListBucket"] },
  },
];
