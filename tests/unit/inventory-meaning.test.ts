import type { InventoryConfiguration } from "@aws-sdk/client-s3";
import { expect } from "chai";
import {
  deployedInventory,
  inventoryDifferences,
  liveInventory,
} from "../../automation/inventory/inventory-meaning";
import { compareGuard } from "../../automation/guard/compare-guard";
import type { GuardFacts } from "../../automation/guard/facts";
import type { GuardedVault } from "../../automation/guard/guarded-vault";
import { sourceDrift, type SourceSettings } from "../../automation/judge/drift";
import type { DeployedPromise } from "../../automation/promise/deployed-promise";
import { INVENTORY_FIELDS } from "../../components/inventory/inventory-settings";
import { promiseDigest, type PromiseParts } from "../../components/promise/promise";

const KEY = "arn:aws:kms:eu-central-1:222222222222:key/k";
const listed = {
  accountId: "222222222222",
  bucketArn: "arn:aws:s3:::acme-vault",
  bucketName: "acme-vault",
  kmsKeyArn: KEY,
  inventory: {
    id: "lockstep-vault",
    format: "Parquet",
    frequency: "Daily",
    bucketName: "acme-ops",
    prefix: "inventory",
  },
} as const;

const live: InventoryConfiguration = {
  Id: "lockstep-vault",
  IsEnabled: true,
  IncludedObjectVersions: "All",
  OptionalFields: [...INVENTORY_FIELDS],
  Schedule: { Frequency: "Daily" },
  Destination: {
    S3BucketDestination: {
      AccountId: "222222222222",
      Bucket: "arn:aws:s3:::acme-ops",
      Format: "Parquet",
      Prefix: "inventory",
      Encryption: { SSEKMS: { KeyId: KEY } },
    },
  },
};

const to = live.Destination?.S3BucketDestination;
const elsewhere = (change: object): InventoryConfiguration =>
  ({
    ...live,
    Destination: { S3BucketDestination: { ...to, ...change } },
  }) as InventoryConfiguration;

/** Each setting, changed at AWS. */
const CHANGES: Readonly<Record<string, object>> = {
  enabled: { ...live, IsEnabled: false },
  versions: { ...live, IncludedObjectVersions: "Current" },
  listedPrefix: { ...live, Filter: { Prefix: "some/" } },
  fields: { ...live, OptionalFields: INVENTORY_FIELDS.filter((name) => name !== "ETag") },
  frequency: { ...live, Schedule: { Frequency: "Weekly" } },
  format: elsewhere({ Format: "ORC" }),
  destinationBucketArn: elsewhere({ Bucket: "arn:aws:s3:::theirs" }),
  destinationAccountId: elsewhere({ AccountId: undefined }),
  prefix: elsewhere({ Prefix: "other" }),
  kmsKeyArn: elsewhere({ Encryption: undefined }),
};

describe("an inventory's configuration", () => {
  const wanted = deployedInventory(listed);
  if (wanted === undefined) throw new Error("no inventory");

  it("is as deployed in whatever order its fields are, also with further ones", () => {
    const more = [...INVENTORY_FIELDS, "ObjectOwner" as const].reverse();
    const found = liveInventory({ ...live, OptionalFields: more });
    expect(inventoryDifferences(wanted, found)).to.deep.equal([]);
  });

  for (const [member, changed] of Object.entries(CHANGES)) {
    it(`is not as deployed with other ${member}`, () => {
      const found = liveInventory(changed as InventoryConfiguration);
      expect(inventoryDifferences(wanted, found)).to.deep.equal([member]);
    });
  }

  it("has a change for each setting that is looked at", () => {
    expect(Object.keys(CHANGES)).to.have.members(Object.keys(wanted));
  });

  it("is not as deployed in all that S3 tells nothing of", () => {
    const told: InventoryConfiguration = {
      Id: "lockstep-vault",
      IsEnabled: true,
      IncludedObjectVersions: "All",
    } as never;
    const differs = (found: InventoryConfiguration) =>
      inventoryDifferences(wanted, liveInventory(found));
    const destination = ["format", "destinationBucketArn", "destinationAccountId", "prefix"];
    expect(differs(told)).to.have.members(["fields", "frequency", "kmsKeyArn", ...destination]);
    const nowhere = { ...live, Destination: {} } as InventoryConfiguration;
    expect(differs(nowhere)).to.have.members(["kmsKeyArn", ...destination]);
    // Under S3's own keys, which are no key of KMS.
    expect(differs(elsewhere({ Encryption: { SSES3: {} } }))).to.deep.equal(["kmsKeyArn"]);
  });

  it("is not looked at where none was deployed", () => {
    expect(deployedInventory({ ...listed, inventory: undefined } as never)).to.equal(undefined);
  });
});

describe("an inventory that is not as deployed", () => {
  const source = {
    ...listed,
    kmsKeyArn: undefined,
    replicationRoleArn: "r",
  };
  const promise = (of: object) =>
    ({ source: of, rules: [], vaults: new Map() }) as unknown as DeployedPromise;
  const settings = {
    versioning: "Enabled",
    replication: { Role: "r", Rules: [] },
  };
  const driftOf = (inventory: SourceSettings["inventory"], of: object = source) =>
    sourceDrift(promise(of), { ...settings, inventory }).map(({ breaks, found, path }) => ({
      breaks,
      found,
      path,
    }));

  it("is drift of the source that stops no job: gone, changed, unreadable", () => {
    const own = elsewhere({ Encryption: undefined });
    expect(driftOf(own)).to.deep.equal([]);
    expect(driftOf(undefined)).to.deep.equal([{ breaks: false, found: null, path: "inventory" }]);
    expect(driftOf({ ...own, IsEnabled: false })).to.deep.equal([
      { breaks: false, found: false, path: "inventory.enabled" },
    ]);
    const unreadable = { unreadable: "AccessDenied", action: "s3:GetInventoryConfiguration" };
    expect(driftOf(unreadable)).to.deep.equal([
      { breaks: false, found: unreadable, path: "inventory" },
    ]);
    // Of stacks without one, nothing is expected.
    expect(driftOf(undefined, { ...source, inventory: undefined })).to.deep.equal([]);
  });

  it("is a loss of the vault's guard, which up restores, or the break-glass role where it is denied", () => {
    const breakGlassRoleArn = "arn:aws:iam::222222222222:role/glass";
    const vault = {
      ...listed,
      name: "primary",
      region: "eu-central-1",
      lock: { mode: "GOVERNANCE", retentionDays: 1 },
      guard: {
        stage: "governance",
        existing: true,
        isChained: true,
        breakGlassRoleArn,
        policyStatements: [],
      },
    } as unknown as GuardedVault;
    const facts = (inventory: GuardFacts["inventory"], policy: object[] = []) =>
      ({
        bucket: "there",
        policy: { value: policy },
        objectLock: { value: { enabled: true, mode: "GOVERNANCE", days: 1 } },
        versioning: { value: "Enabled" },
        lifecycle: { value: [] },
        encryption: { value: { algorithm: "aws:kms", keyId: KEY } },
        publicAccess: {
          value: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
        },
        ownership: { value: "BucketOwnerEnforced" },
        grants: { value: [] },
        requestPayment: { value: "BucketOwner" },
        replicatesInto: { value: [] },
        inventory,
      }) as unknown as GuardFacts;
    const lossesOf = (...of: Parameters<typeof facts>) =>
      compareGuard(vault, facts(...of)).map(({ found, protection, restoredBy }) => [
        protection,
        found,
        restoredBy,
      ]);
    expect(lossesOf({ value: live })).to.deep.equal([]);
    expect(lossesOf({ value: undefined })).to.deep.equal([["inventory", null, "up"]]);
    expect(lossesOf({ value: { ...live, IncludedObjectVersions: "Current" } })).to.deep.equal([
      ["inventory", { versions: "Current" }, "up"],
    ]);
    expect(lossesOf({ unreadable: "AccessDenied", action: "s3:Get" })).to.deep.equal([
      ["inventory", { unreadable: "AccessDenied" }, "owner"],
    ]);
    // Of a bucket that is gone the bucket is the loss.
    const gone = { ...facts({ value: undefined }), bucket: "gone" } as GuardFacts;
    expect(compareGuard(vault, gone).map(({ protection }) => protection)).not.to.include(
      "inventory",
    );
    // Where none was deployed, one that somebody made is no loss.
    const undeclared = { ...vault, inventory: undefined } as unknown as GuardedVault;
    expect(compareGuard(undeclared, facts({ value: live }))).to.deep.equal([]);
    const deny = {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:PutInventoryConfiguration",
      Resource: "*",
      Condition: { ArnNotEquals: { "aws:PrincipalArn": breakGlassRoleArn } },
    };
    expect(lossesOf({ value: undefined }, [deny])).to.deep.equal([
      ["inventory", null, "break-glass"],
    ]);
  });
});

describe("the digest of a promise", () => {
  const parts = (inventory?: object) =>
    ({
      source: { bucketName: "acme", ...(inventory && { inventory }) },
      batchRoleArn: "b",
      rules: [{ name: "all", vault: "primary" }],
      vaults: [{ name: "primary", bucketName: "vault", ...(inventory && { inventory }) }],
    }) as unknown as PromiseParts;

  it("changes with the inventories, and is what it was without any", () => {
    const daily = promiseDigest(parts(listed.inventory));
    expect(daily).not.to.equal(promiseDigest(parts()));
    expect(promiseDigest(parts({ ...listed.inventory, frequency: "Weekly" }))).not.to.equal(daily);
    // As it was taken before there were inventories.
    const before = parts();
    (before.source as { inventory?: unknown }).inventory = undefined;
    expect(promiseDigest(before)).to.equal(promiseDigest(parts()));
  });
});
