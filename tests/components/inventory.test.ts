/** Inventories under mocks. See recording-mocks.ts for what mocks do not prove. */

import { Provider as SourceProvider } from "@pulumi/aws/provider";
import { Provider as VaultProvider } from "@pulumi/aws-native/provider";
import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ImmutableReplication } from "../../components";
import { parseConfig } from "../../components/config";
import { lockstepProgram } from "../../components/program/program";
import { listOf, one, record, type RecordedResource, valueOf } from "./recording-mocks";

const EXISTING = { "acme-records": "eu-west-1", "acme-adopted": "eu-central-1" };
const source = {
  accountId: "111111111111",
  region: "eu-west-1",
  bucket: { name: "acme-records", existing: true },
};
const vault = (name: string, fields: object = {}) => ({
  name,
  accountId: "222222222222",
  region: "eu-central-1",
  bucket: { name: `acme-${name}` },
  ...fields,
});
const plain = {
  source,
  vaults: [vault("primary", { encryption: { kms: "create" } })],
  rules: [{ name: "all", vault: "primary" }],
};

const run = (raw: object) => record(() => lockstepProgram(parseConfig(raw)), EXISTING);

const TYPE = "aws:s3/inventory:Inventory";
const inventories = (resources: readonly RecordedResource[]) =>
  resources.filter(({ type }) => type === TYPE);

interface Statement {
  Sid: string;
}
const statementsIn = (document: unknown): readonly Statement[] =>
  (
    (typeof document === "string" ? JSON.parse(document) : document) as {
      Statement: readonly Statement[];
    }
  ).Statement;

describe("inventories of a program", () => {
  it("are declared on each side, by an aws provider of its account, after all that lets S3 deliver", async () => {
    const { providers, resources } = await run({ ...plain, inventory: { frequency: "Weekly" } });
    const found = inventories(resources);
    expect(found.map(({ name, provider }) => [name, provider])).to.have.deep.members([
      ["lockstep-inventory", "source"],
      ["lockstep-vault-primary-inventory", "attach-primary"],
    ]);
    // It goes with the stack.
    expect(found.map(({ retainOnDelete }) => retainOnDelete)).to.deep.equal([false, false]);
    expect(listOf(providers)).to.include("pulumi:providers:aws attach-primary");
    const ofSource = one(resources, "lockstep-inventory");
    expect(ofSource.inputs).to.deep.include({
      bucket: "acme-records",
      name: "lockstep-source",
      includedObjectVersions: "All",
      schedule: { frequency: "Weekly" },
      destination: {
        bucket: {
          accountId: "111111111111",
          bucketArn: "arn:aws:s3:::lockstep-ops-acme-records",
          format: "Parquet",
          prefix: "inventory",
        },
      },
    });
    expect(ofSource.dependencies).to.include.members([
      "lockstep-batch-bucket-policy",
      "lockstep-source-versioning",
    ]);
    const ofVault = one(resources, "lockstep-vault-primary-inventory");
    expect(ofVault.inputs).to.deep.include({
      bucket: "acme-primary",
      name: "lockstep-vault",
      destination: {
        bucket: {
          accountId: "222222222222",
          bucketArn: "arn:aws:s3:::lockstep-vault-ops-acme-primary",
          encryption: {
            sseKms: {
              keyId: "arn:aws:kms:eu-central-1:222222222222:key/lockstep-vault-primary-key",
            },
          },
          format: "Parquet",
          prefix: "inventory",
        },
      },
    });
    expect(ofVault.dependencies).to.include.members([
      "lockstep-vault-primary-policy",
      "lockstep-vault-primary-operations-policy",
    ]);
  });

  it("are let in by both operations buckets and the vault's own key, which say nothing of them otherwise", async () => {
    const statements = async (raw: object) => {
      const { resources } = await run(raw);
      const sids = (name: string, member: string) =>
        statementsIn((one(resources, name).inputs as Record<string, unknown>)[member]).map(
          ({ Sid }) => Sid,
        );
      return {
        source: sids("lockstep-batch-bucket-policy", "policy"),
        vault: sids("lockstep-vault-primary-operations-policy", "policyDocument"),
        key: sids("lockstep-vault-primary-key", "keyPolicy"),
      };
    };
    const without = await statements(plain);
    const having = await statements({ ...plain, inventory: {} });
    expect(having.source).to.deep.equal([...without.source, "AllowInventories"]);
    expect(having.vault).to.deep.equal([...without.vault, "AllowInventories"]);
    expect(having.key).to.have.members([...without.key, "UsedByInventory"]);
  });

  it("are none without the key, for which no provider is made either", async () => {
    const { providers, resources, result } = await run(plain);
    expect(inventories(resources)).to.deep.equal([]);
    expect(listOf(providers)).to.deep.equal([
      "pulumi:providers:aws source",
      "pulumi:providers:aws-native vault-primary",
    ]);
    const told = await outputsIn(result);
    expect(told["source"]).not.to.have.property("inventory");
    expect((told["vaults"] as object[])[0]).not.to.have.property("inventory");
  });

  it("are told by the outputs, and named by the promise", async () => {
    const { result } = await run({ ...plain, inventory: { format: "CSV" } });
    const told = await outputsIn(result);
    expect((told["source"] as Record<string, unknown>)["inventory"]).to.deep.equal({
      id: "lockstep-source",
      format: "CSV",
      frequency: "Daily",
      bucketName: "lockstep-ops-acme-records",
      prefix: "inventory",
    });
    const [primary] = told["vaults"] as Record<string, unknown>[];
    expect(primary?.["inventory"]).to.deep.equal({
      id: "lockstep-vault",
      format: "CSV",
      frequency: "Daily",
      bucketName: "lockstep-vault-ops-acme-primary",
      prefix: "inventory",
    });
    const before = await outputsIn((await run(plain)).result);
    expect(told["promise"]).not.to.deep.equal(before["promise"]);
  });

  it("are those of one's own side, where two teams have a stack each", async () => {
    const raw = { ...plain, inventory: {} };
    const ofVaults = await run({ ...raw, side: "vaults" });
    expect(inventories(ofVaults.resources).map(({ name }) => name)).to.deep.equal([
      "lockstep-vault-primary-inventory",
    ]);
    const key = "arn:aws:kms:eu-central-1:222222222222:key/k";
    const vaults = [vault("primary", { encryption: { kms: key } })];
    const ofSource = await run({ ...raw, vaults, side: "source" });
    expect(inventories(ofSource.resources).map(({ name }) => name)).to.deep.equal([
      "lockstep-inventory",
    ]);
    const told = await outputsIn(ofSource.result);
    expect((told["vaults"] as object[])[0]).not.to.have.property("inventory");
  });

  it("are two of a bucket that is a vault and the source of the next hop, with a name each", async () => {
    const { resources } = await run({
      sources: [
        { name: "records", ...source },
        { name: "hop", bucket: { vault: "primary" } },
      ],
      vaults: [vault("primary"), vault("far", { region: "eu-north-1" })],
      rules: [
        { name: "in", source: "records", vault: "primary" },
        { name: "on", source: "hop", vault: "far" },
      ],
      inventory: {},
    });
    const ofPrimary = inventories(resources)
      .map(({ inputs }) => inputs as { bucket: string; name: string })
      .filter(({ bucket }) => bucket === "acme-primary");
    expect(ofPrimary.map(({ name }) => name)).to.have.members([
      "lockstep-vault",
      "lockstep-source",
    ]);
  });
});

describe("ImmutableReplication with inventories", () => {
  const declare = (inventory: object) =>
    record(() => {
      const provider = new SourceProvider("source", {
        region: "eu-west-1",
        allowedAccountIds: ["111111111111"],
      });
      const vaultProvider = new VaultProvider("vault", {
        region: "eu-central-1",
        allowedAccountIds: ["222222222222"],
      });
      return new ImmutableReplication(
        "records",
        {
          source: { ...source, bucket: { name: "acme-records" } },
          vaults: [{ ...vault("primary"), lock: { stage: "pilot" }, provider: vaultProvider }],
          rules: [{ name: "all", vault: "primary" }],
          inventory,
        },
        { provider },
      );
    });

  it("wants a provider for each vault that it makes, and takes what the config takes", async () => {
    const failure = await declare({ format: "ORC" }).then(
      () => undefined,
      (error: Error) => error,
    );
    expect(failure?.message)
      .to.match(/inventory\.format/)
      .and.match(
        /vaults\[0\]\.inventoryProvider: expected an aws provider of account 222222222222/,
      );
  });
});

async function outputsIn(result: Record<string, pulumi.Output<unknown>>) {
  const entries = await Promise.all(
    Object.entries(result).map(async ([name, output]) => [name, await valueOf(output)] as const),
  );
  return JSON.parse(JSON.stringify(Object.fromEntries(entries))) as Record<string, unknown>;
}
