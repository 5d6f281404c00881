import { expect } from "chai";
import type { VaultConfig } from "../../components/config/types";
import { parseConfig } from "../../components/config";
import { movedSources } from "../../components/source/moved-sources";
import { movedVaults } from "../../components/vault/moved-vaults";
import type { StateResource } from "../../automation/stack/kept-resources";
import { vaultsLeftBehind } from "../../automation/stack/vaults-left-behind";

const PROVIDER = "urn:pulumi:dev::lockstep::pulumi:providers:aws-native::vault-old";
const COMPONENT = "urn:pulumi:dev::lockstep::lockstep:index:ImmutableReplication";

/** What the state has of a vault that was made. */
function stateOf(
  name: string,
  bucket: string,
  options: Partial<StateResource> = {},
): StateResource {
  const parent = `${COMPONENT}$lockstep:index:Vault::lockstep-vault-${name}`;
  return {
    urn: `${COMPONENT}$lockstep:index:Vault$aws-native:s3:Bucket::lockstep-vault-${name}-bucket`,
    type: "aws-native:s3:Bucket",
    id: bucket,
    parent,
    provider: `${PROVIDER}::1234`,
    retainOnDelete: true,
    ...options,
  };
}

const provider: StateResource = {
  urn: PROVIDER,
  type: "pulumi:providers:aws-native",
  inputs: {
    region: "eu-central-1",
    allowedAccountIds: '["222222222222"]',
    assumeRole: '{"roleArn":"arn:aws:iam::222222222222:role/deploy"}',
  },
};

function configOf(name: string, bucket: string, accountId = "222222222222") {
  return parseConfig({
    source: { accountId: "111111111111", region: "eu-west-1", bucket: { name: "records" } },
    vaults: [
      {
        name,
        accountId,
        region: "eu-central-1",
        bucket: { name: bucket },
        lock: { stage: "pilot" },
      },
    ],
    rules: [{ name: "all", vault: name }],
  });
}

describe("vaultsLeftBehind", () => {
  const old = {
    name: "old",
    bucketName: "old-bucket",
    access: {
      accountId: "222222222222",
      region: "eu-central-1",
      assumeRoleArn: "arn:aws:iam::222222222222:role/deploy",
    },
  };

  it("are those whose bucket the config names no longer, with the way into their account", () => {
    const state = [provider, stateOf("old", "old-bucket")];
    expect(vaultsLeftBehind(state, configOf("old", "old-bucket"))).to.deep.equal([]);
    expect(vaultsLeftBehind(state, configOf("new", "new-bucket"))).to.deep.equal([old]);
    expect(vaultsLeftBehind(state, configOf("old", "new-bucket"))).to.deep.equal([old]);
  });

  it("are no buckets of the same name in another account", () => {
    const state = [provider, stateOf("old", "old-bucket")];
    expect(vaultsLeftBehind(state, configOf("old", "old-bucket", "333333333333"))).to.deep.equal([
      old,
    ]);
  });

  it("are not what was replaced before, nor other buckets beside a vault", () => {
    const beside = stateOf("old", "old-operations", {
      urn: `${COMPONENT}$lockstep:index:Vault$aws-native:s3:Bucket::lockstep-vault-old-operations-bucket`,
    });
    const replaced = stateOf("old", "older-bucket", { delete: true });
    const state = [provider, stateOf("old", "old-bucket"), beside, replaced];
    expect(vaultsLeftBehind(state, configOf("old", "old-bucket"))).to.deep.equal([]);
  });
});

describe("movedVaults", () => {
  const deployed = {
    name: "old",
    accountId: "222222222222",
    region: "eu-central-1",
    bucketName: "old-bucket",
  };
  const vault = (change: object): VaultConfig => {
    const [made] = configOf("old", "old-bucket").vaults;
    if (made === undefined) throw new Error("no vault");
    return { ...made, ...change };
  };

  it("are none while a vault stays, gets another bucket, or is new", () => {
    for (const change of [
      {},
      { bucket: { name: "other", existing: false } },
      { name: "new", bucket: { name: "other", existing: false } },
      { name: "new", bucket: { name: "old-bucket", existing: true } },
    ]) {
      expect(movedVaults([deployed], [vault(change)])).to.deep.equal([]);
    }
  });

  it("are named with every member that moves", () => {
    const problems = movedVaults(
      [deployed],
      [vault({ accountId: "333333333333", region: "eu-north-1" })],
    );
    expect(problems.map(({ path }) => path)).to.deep.equal([
      "vaults[0].accountId",
      "vaults[0].region",
    ]);
  });

  it("are told from a new name for the same bucket", () => {
    const [problem] = movedVaults([deployed], [vault({ name: "new" })]);
    expect(problem?.path).to.equal("vaults[0].name");
    expect(problem?.reason).to.contain('expected "old"').and.to.contain("existing: true");
  });
});

describe("movedSources", () => {
  const deployed = { accountId: "111111111111", region: "eu-west-1", bucketName: "records" };
  const { sources } = configOf("old", "old-bucket");
  const [source] = sources;

  it("are none while a source stays, or another bucket takes its place", () => {
    expect(movedSources([deployed], { isFleet: false, sources })).to.deep.equal([]);
    const other = { ...deployed, bucketName: "other", region: "eu-north-1" };
    expect(movedSources([other], { isFleet: false, sources })).to.deep.equal([]);
    expect(movedSources([], { isFleet: false, sources })).to.deep.equal([]);
  });

  it("are named with every member that moves, by their place in the config", () => {
    const there = { ...deployed, accountId: "333333333333", region: "eu-north-1" };
    const pathsOf = (isFleet: boolean) =>
      movedSources([there], { isFleet, sources }).map(({ path }) => path);
    expect(pathsOf(false)).to.deep.equal(["source.accountId", "source.region"]);
    expect(pathsOf(true)).to.deep.equal(["sources[0].accountId", "sources[0].region"]);
    const [problem] = movedSources([there], { isFleet: false, sources });
    expect(problem?.reason).to.match(
      /^expected 333333333333, where the source's bucket records is/,
    );
  });

  it("are not told of a vault that is a source", () => {
    if (source === undefined) throw new Error("no source");
    const chained = { ...source, chainedFrom: "old", region: "eu-north-1" };
    expect(movedSources([deployed], { isFleet: true, sources: [chained] })).to.deep.equal([]);
  });
});
