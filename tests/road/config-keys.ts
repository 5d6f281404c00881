/**
 * The table of configuration keys: for each key of the stack file's schema a stack file that gives it a value other than its
 * default, and what that does at AWS. A key without a row fails `config-keys.test.ts`, and so does a row without a key.
 */

import { ListDashboardsCommand } from "@aws-sdk/client-cloudwatch";
import { ACCOUNTS } from "../helpers/engine-project";
import { BREAK_GLASS, type Prepared, type StackName } from "./config-keys-stacks";
import type { AccountName, World } from "./config-keys-world";

export interface KeyRow {
  /** The stack file in which the key has its value. */
  readonly stack: StackName;
  /** Reads what the value did. */
  readonly look: (world: World, given: Prepared) => unknown;
  /** What is to be found there. */
  readonly found: unknown;
}

const inSource = `${ACCOUNTS.source.accountId} ${ACCOUNTS.source.region}`;
const inVault = `${ACCOUNTS.vault.accountId} ${ACCOUNTS.vault.region}`;

// The environment's credentials are those of the vault's administrator: whoever else acts was named in the stack file.
const SOURCE_ADMIN = `arn:aws:iam::${ACCOUNTS.source.accountId}:user/admin`;
const FAR_ADMIN = `arn:aws:iam::${ACCOUNTS.far.accountId}:user/admin`;
const SOURCE_DEPLOY = `arn:aws:sts::${ACCOUNTS.source.accountId}:assumed-role/deploy`;
const VAULT_DEPLOY = `arn:aws:sts::${ACCOUNTS.vault.accountId}:assumed-role/deploy`;

const row = (stack: StackName, found: unknown, look: KeyRow["look"]): KeyRow => ({
  stack,
  found,
  look,
});

/** A row about a bucket that is where the config says. */
const placed = (stack: StackName, account: AccountName, bucket: string, place: string) =>
  row(stack, place, (world) => world.placeOf(account, bucket));

/** A row about one of the rules of `one-records`. */
const ofRule = (
  id: string,
  found: unknown,
  look: (rule: Awaited<ReturnType<World["ruleOf"]>>) => unknown,
) => row("one", found, async (world) => look(await world.ruleOf("source", "one-records", id)));

/** A row about the batch role of a source: the replication role may be another's. */
const ofRole = (
  stack: StackName,
  bucket: string,
  found: unknown,
  look: (role: Awaited<ReturnType<World["role"]>>, given: Prepared) => unknown,
) =>
  row(stack, found, async (world, given) =>
    look(await world.role("source", `lockstep-batch-${bucket}`), given),
  );

const SOURCE: Record<string, KeyRow> = {
  "source.accountId": placed("one", "source", "lockstep-ops-one-records", inSource),
  "source.region": placed("one", "source", "lockstep-ops-one-records", inSource),
  "source.profile": row("one", [SOURCE_ADMIN], (world) =>
    world.makersOf("lockstep-ops-one-records"),
  ),
  "source.assumeRoleArn": row("job", [SOURCE_DEPLOY], (world) =>
    world.makersOf("lockstep-ops-job-records"),
  ),
  "source.bucket.name": row("one", 4, async (world) => {
    const replication = await world.replicationOf("source", "one-records");
    return replication?.Rules?.length;
  }),
  // Made by nobody of ours: it was there, and is versioned and locked now.
  "source.bucket.existing": row("one", true, async (world) => {
    const tags = await world.tagsOf("source", "one-records").catch((error: Error) => error.name);
    return tags === "NoSuchTagSet";
  }),
  "source.bucket.encryption.kms": row("one", "Lockstep: versions in one-records", async (world) =>
    world.descriptionOfKey("source", await world.keyOf("source", "one-records")),
  ),
  "source.bucket.objectLock.mode": row("one", "GOVERNANCE", async (world) => {
    return (await world.lockOf("source", "one-records"))?.Mode;
  }),
  "source.bucket.objectLock.retention": row("one", 2, async (world) => {
    return (await world.lockOf("source", "one-records"))?.Days;
  }),
  "source.tags": row("one", { team: "records" }, (world) =>
    world.tagsOf("source", "lockstep-ops-one-records"),
  ),
  "source.roles.permissionsBoundary": ofRole(
    "one",
    "one-records",
    true,
    ({ boundary }, given) => boundary === given.boundaryArn,
  ),
  "source.roles.path": ofRole("one", "one-records", "/keys/", ({ path }) => path),
  "source.roles.tags": ofRole("one", "one-records", "role", ({ tags }) => tags["kind"]),
  "source.kmsKeyArns[]": row("one", true, async (world, given) =>
    (await world.rolePolicy("source", "replicator", "lockstep-one-records")).includes(
      given.sourceKeyArn,
    ),
  ),
  "source.replicationRoleArn": row("one", true, async (world, given) => {
    const replication = await world.replicationOf("source", "one-records");
    return replication?.Role === given.replicatorArn;
  }),
};

const FLEET: Record<string, KeyRow> = {
  "sources[].name": row("fleet", ["in", "on"], async (world) => {
    const rules = ["fleet-orders", "fleet-near"].map(async (bucket) => {
      const account = bucket === "fleet-near" ? "vault" : "source";
      return (await world.replicationOf(account, bucket))?.Rules?.[0]?.ID;
    });
    return Promise.all(rules);
  }),
  "sources[].accountId": placed("fleet", "source", "fleet-orders", inSource),
  "sources[].region": placed("fleet", "source", "fleet-orders", inSource),
  "sources[].profile": row("fleet", [SOURCE_ADMIN], (world) =>
    world.makersOf("lockstep-ops-fleet-letters"),
  ),
  "sources[].assumeRoleArn": row("fleet", [SOURCE_DEPLOY], (world) =>
    world.makersOf("fleet-orders"),
  ),
  "sources[].bucket.name": placed("fleet", "source", "fleet-orders", inSource),
  "sources[].bucket.existing": row("fleet", "in", async (world) => {
    return (await world.replicationOf("source", "fleet-letters"))?.Rules?.[0]?.ID;
  }),
  "sources[].bucket.vault": row("fleet", "arn:aws:s3:::fleet-away", async (world) => {
    return (await world.ruleOf("vault", "fleet-near", "on")).Destination?.Bucket;
  }),
  "sources[].bucket.encryption.kms": row(
    "fleet",
    true,
    async (world, given) => (await world.keyOf("source", "fleet-orders")) === given.sourceKeyArn,
  ),
  "sources[].bucket.objectLock.mode": row("fleet", "COMPLIANCE", async (world) => {
    return (await world.lockOf("source", "fleet-orders"))?.Mode;
  }),
  "sources[].bucket.objectLock.retention": row("fleet", 1, async (world) => {
    return (await world.lockOf("source", "fleet-orders"))?.Days;
  }),
  "sources[].tags": row("fleet", { team: "orders" }, (world) =>
    world.tagsOf("source", "fleet-orders"),
  ),
  "sources[].roles.permissionsBoundary": ofRole(
    "fleet",
    "fleet-orders",
    true,
    ({ boundary }, given) => boundary === given.boundaryArn,
  ),
  "sources[].roles.path": ofRole("fleet", "fleet-orders", "/fleet/", ({ path }) => path),
  "sources[].roles.tags": ofRole("fleet", "fleet-orders", "fleet-role", ({ tags }) => tags["kind"]),
  "sources[].kmsKeyArns[]": row("fleet", true, async (world, given) =>
    (await world.rolePolicy("source", "lockstep-replication-fleet-orders", "replicate")).includes(
      given.sourceKeyArn,
    ),
  ),
  "sources[].replicationRoleArn": row("fleet", true, async (world, given) => {
    const replication = await world.replicationOf("source", "fleet-letters");
    return replication?.Role === given.replicatorArn;
  }),
};

/** Days in a statement of the policy of `fleet-away` that limits which locks replicas come with. */
async function limitOf(world: World, sid: string, operator: string): Promise<string | undefined> {
  const policy = JSON.parse(await world.policyOf("far", "fleet-away")) as {
    Statement: { Sid: string; Condition?: Record<string, Record<string, string>> }[];
  };
  const statement = policy.Statement.find(({ Sid }) => Sid === sid);
  return statement?.Condition?.[operator]?.["s3:object-lock-remaining-retention-days"];
}

const VAULTS: Record<string, KeyRow> = {
  // Part of what only its own resources are called: its rule goes to its bucket.
  "vaults[].name": ofRule("to-sealed", "arn:aws:s3:::one-sealed", (rule) => {
    return rule.Destination?.Bucket;
  }),
  "vaults[].accountId": placed("one", "vault", "one-guarded", inVault),
  "vaults[].region": placed("one", "vault", "one-guarded", inVault),
  "vaults[].profile": row("one", true, (world) => world.makersIn("far").includes(FAR_ADMIN)),
  "vaults[].assumeRoleArn": row("one", true, (world) =>
    world.makersIn("vault").includes(VAULT_DEPLOY),
  ),
  "vaults[].bucket.name": placed("one", "vault", "one-guarded", inVault),
  "vaults[].bucket.existing": row("one", { Mode: "GOVERNANCE", Days: 1 }, (world) =>
    world.lockOf("vault", "one-adopted"),
  ),
  "vaults[].lock.stage": row("one", "COMPLIANCE", async (world) => {
    return (await world.lockOf("far", "one-sealed"))?.Mode;
  }),
  "vaults[].lock.retention": row("one", 3, async (world) => {
    return (await world.lockOf("vault", "one-guarded"))?.Days;
  }),
  "vaults[].lock.maximumRetention": row("fleet", "44", (world) =>
    limitOf(world, "DenyLongRetention", "NumericGreaterThan"),
  ),
  "vaults[].lock.minimumRetention": row("fleet", "2", (world) =>
    limitOf(world, "DenyShortRetention", "NumericLessThan"),
  ),
  // Without it, nothing of the stage is deployed.
  "vaults[].lock.acknowledgement": row("one", { Mode: "COMPLIANCE", Days: 1 }, (world) =>
    world.lockOf("far", "one-sealed"),
  ),
  "vaults[].relock": row("one", true, async (world) => {
    const rights = await world.rolePolicy("far", "lockstep-relock-one-sealed", "relock");
    const policy = await world.policyOf("far", "one-sealed");
    return [rights, policy].every((one) => one.includes("s3:BypassGovernanceRetention"));
  }),
  "vaults[].breakGlassRoleArn": row("one", true, async (world) =>
    (await world.policyOf("vault", "one-guarded")).includes(BREAK_GLASS),
  ),
  "vaults[].storageClass": ofRule("plain", "STANDARD_IA", (rule) => rule.Destination?.StorageClass),
  "vaults[].encryption.kms": row("one", "Lockstep: replicas in one-guarded", async (world) =>
    world.descriptionOfKey("vault", await world.keyOf("vault", "one-guarded")),
  ),
  "vaults[].tags": row("one", [{ team: "vaults" }, { team: "vaults" }], (world) =>
    Promise.all([
      world.tagsOf("vault", "one-guarded"),
      world.tagsOf("vault", "lockstep-vault-ops-one-guarded"),
    ]),
  ),
};

const RULES: Record<string, KeyRow> = {
  "rules[].name": ofRule("main", "main", ({ ID }) => ID),
  "rules[].status": ofRule("markers", "Disabled", ({ Status }) => Status),
  "rules[].priority": ofRule("main", 7, ({ Priority }) => Priority),
  "rules[].filter.prefix": ofRule("plain", "plain/", ({ Filter }) => Filter?.Prefix),
  "rules[].filter.tags": ofRule("main", [{ Key: "keep", Value: "yes" }], ({ Filter }) => {
    return Filter?.And?.Tags;
  }),
  "rules[].source": row("fleet", "on", async (world) => {
    return (await world.replicationOf("vault", "fleet-near"))?.Rules?.[0]?.ID;
  }),
  "rules[].vault": ofRule("main", "arn:aws:s3:::one-guarded", ({ Destination }) => {
    return Destination?.Bucket;
  }),
  "rules[].storageClass": ofRule("main", "GLACIER_IR", (rule) => rule.Destination?.StorageClass),
  // By default such a rule takes versions under SSE-KMS, since its vault has a key.
  "rules[].sseKmsEncryptedObjects": ofRule("plain", undefined, (rule) => {
    return rule.SourceSelectionCriteria?.SseKmsEncryptedObjects;
  }),
  "rules[].replicaKmsKeyId": row("one", true, async (world, given) => {
    const rule = await world.ruleOf("source", "one-records", "main");
    return rule.Destination?.EncryptionConfiguration?.ReplicaKmsKeyID === given.vaultKeyArn;
  }),
  "rules[].ownerOverride": ofRule("main", { Owner: "Destination" }, ({ Destination }) => {
    return Destination?.AccessControlTranslation;
  }),
  "rules[].replicationTimeControl": ofRule("main", "Enabled", ({ Destination }) => {
    return Destination?.ReplicationTime?.Status;
  }),
  // With monitoring, a rule has metrics unless it says no.
  "rules[].metrics": ofRule("to-sealed", undefined, ({ Destination }) => Destination?.Metrics),
  "rules[].deleteMarkerReplication": ofRule("markers", "Enabled", (rule) => {
    return rule.DeleteMarkerReplication?.Status;
  }),
  "rules[].replicaModifications": ofRule("main", "Enabled", (rule) => {
    return rule.SourceSelectionCriteria?.ReplicaModifications?.Status;
  }),
};

const ofAlarm = (metric: string, found: unknown, look: (alarm: Alarm) => unknown) =>
  row("one", found, async (world) => {
    const alarms = await world.alarmsOf(metric, "main");
    return alarms.map(look);
  });
type Alarm = Awaited<ReturnType<World["alarmsOf"]>>[number];

const MONITORING: Record<string, KeyRow> = {
  "monitoring.subscribers.emails[]": row("one", true, async (world) =>
    (await world.subscribers()).includes("keys@example.com"),
  ),
  "monitoring.subscribers.webhooks[]": row("one", true, async (world) =>
    (await world.subscribers()).includes("https://example.com/plain"),
  ),
  "monitoring.subscribers.webhooks[].secure": row("one", true, async (world) =>
    (await world.subscribers()).includes("https://example.com/secret"),
  ),
  "monitoring.replicationLatencySeconds": ofAlarm("ReplicationLatency", [600], (alarm) => {
    return alarm.Threshold;
  }),
  "monitoring.bytesPendingReplication": ofAlarm("BytesPendingReplication", [1000], (alarm) => {
    return alarm.Threshold;
  }),
  "monitoring.operationsPendingReplication": ofAlarm(
    "OperationsPendingReplication",
    [77],
    ({ Threshold }) => Threshold,
  ),
  "monitoring.noReplicationHours": row("one", [5], async (world) => {
    const alarms = await world.alarmsOf("OperationsFailedReplication", "main");
    return alarms
      .filter(({ Statistic }) => Statistic === "SampleCount")
      .map(({ EvaluationPeriods }) => EvaluationPeriods);
  }),
  "monitoring.dashboard": row("one", [], async (world) => {
    const { DashboardEntries } = await world.cloudwatch().send(new ListDashboardsCommand({}));
    return DashboardEntries ?? [];
  }),
};

/** Two of one bucket: it is a vault, and the source of the next hop. */
const inventoriesOf = (world: World) =>
  Promise.all(
    ["lockstep-vault", "lockstep-source"].map((id) => world.inventoryOf("vault", "fleet-near", id)),
  );

const INVENTORY: Record<string, KeyRow> = {
  "inventory.format": row("fleet", ["CSV", "CSV"], async (world) => {
    const found = await inventoriesOf(world);
    return found.map((one) => one?.Destination?.S3BucketDestination?.Format);
  }),
  "inventory.frequency": row("fleet", ["Weekly", "Weekly"], async (world) => {
    const found = await inventoriesOf(world);
    return found.map((one) => one?.Schedule?.Frequency);
  }),
};

const VERDICT: Record<string, KeyRow> = {
  // Of one bucket: it is a vault, and the source of the next hop.
  "verdict.checksums": row("fleet", true, async (world) => {
    const rights = await Promise.all(
      ["vault", "source"].map((side) =>
        world.rolePolicy("vault", `lockstep-checksum-${side}-fleet-near`, "checksum"),
      ),
    );
    const policy = await world.policyOf("vault", "fleet-near");
    return (
      rights.every((one) => one.includes("s3:GetObjectVersion")) &&
      policy.includes("lockstep-checksum-vault-fleet-near")
    );
  }),
};

const SIDES: Record<string, KeyRow> = {
  // Of side "vaults" is the vault alone; its source is made by the other team's stack.
  side: row("teams-vaults", inVault, (world) => world.placeOf("vault", "teams-vault")),
  // The rule has the key that the vaults' stack made, which only that stack tells.
  vaultStack: row("teams-source", true, async (world) => {
    const rule = await world.ruleOf("source", "teams-records", "all");
    const key = await world.keyOf("vault", "teams-vault");
    return rule.Destination?.EncryptionConfiguration?.ReplicaKmsKeyID === key;
  }),
};

/** Those of the backfill are looked at where the job is, and those of Slack where it is declared: see the test. */
export const DRIVEN_KEYS = [
  "backfill.budgetUsd",
  "backfill.report",
  "backfill.priority",
  "backfill.trial",
  "backfill.prices",
];
/**
 * Keys that only a look reads: `third-stack.test.ts`, `verdict-options.test.ts`, `inventory.test.ts`, `athena-lineage.test.ts` and
 * `prove.test.ts` drive them, and `integration/refusals.test.ts` the role that refusals are tried as.
 */
export const LOOKING_KEYS = [
  "sourceStack",
  "vaults[].refusalsRoleArn",
  "evidence.keep",
  "evidence.lock",
  "verdict.accept[]",
  "verdict.athena",
  "verdict.athenaBudgetUsd",
  "backfill.athena",
  "backfill.athenaBudgetUsd",
];
export const DECLARED_KEYS = [
  "monitoring.subscribers.slack[].workspaceId",
  "monitoring.subscribers.slack[].channelId",
];

export const KEY_ROWS: Readonly<Record<string, KeyRow>> = {
  ...SOURCE,
  ...FLEET,
  ...VAULTS,
  ...RULES,
  ...MONITORING,
  ...INVENTORY,
  ...VERDICT,
  ...SIDES,
};
