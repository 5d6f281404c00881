/** A transform of an adopted vault is carried out or refused by its path, never left out unnoticed. */

import { Provider as AttachProvider } from "@pulumi/aws/provider";
import { Provider as VaultProvider } from "@pulumi/aws-native/provider";
import { expect } from "chai";
import {
  AdoptedVault,
  type AdoptedVaultTransforms,
  type ExistingVault,
  ImmutableReplication,
  type ImmutableReplicationArgs,
  Vault,
  type VaultArgs,
} from "../../components";
import { ArgumentsError } from "../../components/validation";
import { one, record } from "./recording-mocks";

const found: ExistingVault = {
  missing: [],
  conflicts: [],
  otherStatements: [],
  lifecycleRules: [],
};
const place = { accountId: "222222222222", region: "eu-central-1" };
const existing = { "acme-old": "eu-central-1" };

const adoptedArgs: VaultArgs = {
  ...place,
  bucketName: "acme-old",
  lock: { stage: "pilot" },
  kms: "create",
  replicationRoleArns: ["arn:aws:iam::111111111111:role/replicator"],
};

function adopted(transforms: object, args: Partial<VaultArgs> = {}): () => AdoptedVault {
  const provider = () => new AttachProvider("attach", { region: "eu-central-1" });
  return () =>
    new AdoptedVault(
      "v",
      { ...adoptedArgs, ...args, found, transforms: transforms as AdoptedVaultTransforms },
      { provider: provider() },
    );
}

/** One vault that is made and one that is adopted, by the library. */
function library(transforms: ImmutableReplicationArgs["transforms"]) {
  const account = { region: "eu-central-1" as const, allowedAccountIds: ["222222222222"] };
  const encryption = { kms: "create" };
  return () =>
    new ImmutableReplication(
      "r",
      {
        source: {
          accountId: "111111111111",
          region: "eu-west-1",
          bucket: { name: "acme-records" },
        },
        vaults: [
          {
            name: "new",
            ...place,
            bucket: { name: "acme-new" },
            lock: { stage: "pilot" },
            encryption,
            provider: new VaultProvider("vault", account),
          },
          {
            name: "old",
            ...place,
            bucket: { name: "acme-old" },
            lock: { stage: "pilot" },
            encryption,
            attachProvider: new AttachProvider("attach", account),
            found,
          },
        ],
        rules: [
          { name: "to-new", vault: "new" },
          { name: "to-old", vault: "old" },
        ],
        ...(transforms && { transforms }),
      },
      { provider: new AttachProvider("source", { region: "eu-west-1" }) },
    );
}

/** The reasons for which arguments are refused, by path. */
async function reasonsOf(program: () => unknown): Promise<Record<string, string>> {
  const { result } = await record(() => {
    try {
      program();
      return {};
    } catch (error) {
      if (!(error instanceof ArgumentsError)) throw error;
      return Object.fromEntries(
        error.errors.map(({ propertyPath, reason }) => [propertyPath, reason]),
      );
    }
  }, existing);
  return result;
}

describe("a transform of an adopted vault", () => {
  it("changes the key that is made for it", async () => {
    const { resources } = await record(
      adopted({
        key: (key: object, name: string) => ({ ...key, description: name, multiRegion: true }),
      }),
      existing,
    );
    expect(one(resources, "v-key").inputs).to.deep.include({
      description: "v-key",
      multiRegion: true,
      enableKeyRotation: true,
    });
  });

  it("takes nothing away from the key's policy", async () => {
    const reasons = await reasonsOf(adopted({ key: (key: object) => ({ ...key, policy: "{}" }) }));
    expect(Object.keys(reasons)).to.deep.equal(["transforms.key.policy"]);
  });

  it("is refused by its path where it is one of a vault that is made", async () => {
    const reasons = await reasonsOf(
      adopted({ bucket: (bucket: unknown) => bucket, policy: (policy: unknown) => policy }),
    );
    expect(Object.keys(reasons)).to.deep.equal(["transforms.bucket", "transforms.policy"]);
  });

  it("is asked for where a library gives one for vaults that are made, and one is adopted", async () => {
    const tagged: ImmutableReplicationArgs["transforms"] = {
      vault: { bucket: (bucket) => ({ ...bucket, tags: [{ key: "team", value: "records" }] }) },
    };
    const reasons = await reasonsOf(library(tagged));
    expect(Object.keys(reasons)).to.deep.equal(["transforms.vault"]);
    expect(reasons["transforms.vault"]).to.match(/adoptedVault.*"old" is adopted/);

    const { resources } = await record(library({ ...tagged, adoptedVault: {} }), existing);
    expect(one(resources, "r-vault-new-bucket").inputs.tags).to.deep.equal([
      { key: "team", value: "records" },
    ]);
  });

  it("reaches the adopted vaults of a library alone", async () => {
    const { resources } = await record(
      library({ adoptedVault: { key: (key) => ({ ...key, description: "theirs" }) } }),
      existing,
    );
    expect(one(resources, "r-vault-old-key").inputs.description).to.equal("theirs");
    expect(one(resources, "r-vault-new-key").inputs.description).to.equal(
      "Lockstep: replicas in acme-new",
    );
  });
});

describe("the key of a vault, made or adopted", () => {
  const made = (args: Partial<VaultArgs>) => () =>
    new Vault(
      "v",
      { ...adoptedArgs, ...args },
      { provider: new VaultProvider("vault", { region: "eu-central-1" }) },
    );
  const given = "arn:aws:kms:eu-central-1:222222222222:key/11111111-2222-3333-4444-555555555555";

  for (const [title, vault] of [
    ["made", made],
    ["adopted", (args: Partial<VaultArgs>) => adopted({}, args)],
  ] as const) {
    it(`is our own, a given one or none, as the arguments say, when it is ${title}`, async () => {
      const keysOf = async (kms: string) => {
        const { resources, result } = await record<Vault | AdoptedVault>(vault({ kms }), existing);
        const declared = resources.filter(({ name }) => name.startsWith("v-key"));
        return {
          declared: declared.map(({ name }) => name).sort(),
          hasArn: result.kmsKeyArn !== undefined,
          hasStatements: result.keyPolicyStatements !== undefined,
        };
      };
      expect(await keysOf("create")).to.deep.equal({
        declared: ["v-key", "v-key-alias"],
        hasArn: true,
        hasStatements: true,
      });
      expect(await keysOf(given)).to.deep.equal({
        declared: [],
        hasArn: true,
        hasStatements: false,
      });
      expect(await keysOf("none")).to.deep.equal({
        declared: [],
        hasArn: false,
        hasStatements: false,
      });
    });
  }
});
