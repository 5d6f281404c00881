import { expect } from "chai";
import { differences, requireEnabledInConfig } from "../../automation/stack/up-to-date";
import type { ReplicationConfig } from "../../components/config/types";
import type { LockstepOutputs } from "../../components/promise/outputs";

const config: ReplicationConfig = {
  source: {
    name: "source",
    accountId: "111111111111",
    region: "eu-west-1",
    bucket: { name: "src", existing: true },
    kmsKeyArns: [],
  },
  vaults: [
    {
      name: "primary",
      accountId: "222222222222",
      region: "eu-central-1",
      bucket: { name: "vlt", existing: false },
      lock: { stage: "governance", retentionDays: 30 },
      encryption: { kms: "none" },
    },
  ],
  rules: [
    {
      name: "all",
      status: "Enabled",
      priority: 1,
      filter: { prefix: "records/" },
      vault: "primary",
      ownerOverride: false,
      deleteMarkerReplication: false,
      replicaModifications: false,
      replicationTimeControl: false,
      metrics: false,
    },
  ],
  backfill: { report: "all-tasks", priority: 10 },
};
const outputs: LockstepOutputs = {
  source: {
    accountId: "111111111111",
    region: "eu-west-1",
    bucketName: "src",
    bucketArn: "arn:aws:s3:::src",
    existing: true,
    replicationRoleArn: "arn:aws:iam::111111111111:role/r",
  },
  vaults: [
    {
      name: "primary",
      accountId: "222222222222",
      region: "eu-central-1",
      bucketName: "vlt",
      bucketArn: "arn:aws:s3:::vlt",
      lock: { mode: "GOVERNANCE", retentionDays: 30 },
    },
  ],
  rules: [
    {
      vault: "primary",
      prefix: "records/",
      priority: 1,
      status: "Enabled",
      name: "all",
      sseKmsEncryptedObjects: false,
      ownerOverride: false,
      deleteMarkerReplication: false,
      replicaModifications: false,
      replicationTimeControl: false,
      metrics: false,
    },
  ],
  operations: {
    bucketName: "ops",
    bucketArn: "arn:aws:s3:::ops",
    manifestPrefix: "manifests",
    reportPrefix: "reports",
    ledgerPrefix: "ledger",
  },
  batchRoleArn: "arn:aws:iam::111111111111:role/b",
};

const [vault] = config.vaults;
const [rule] = config.rules;
if (vault === undefined || rule === undefined) throw new Error("no vault, no rule");

describe("differences", () => {
  it("finds none in a stack deployed from the config", () => {
    expect(differences(config, outputs)).to.deep.equal([]);
  });

  it("names a longer retention that is not deployed yet", () => {
    const longer = { ...vault, lock: { ...vault.lock, retentionDays: 31 } };
    const found = differences({ ...config, vaults: [longer] }, outputs);
    expect(found.map(({ path }) => path)).to.deep.equal(["vaults[0]"]);
  });

  it("names a vault that is not deployed, and one that is not in the config any more", () => {
    const renamed = { ...vault, name: "second" };
    const found = differences({ ...config, vaults: [renamed] }, outputs);
    expect(found.map(({ path }) => path)).to.deep.equal(["vaults[0]", 'vaults "primary"']);
  });

  it("takes a priority that the config leaves out as it was deployed", () => {
    const rules = config.rules.map((rule) => ({ ...rule, hasDefaultPriority: true as const }));
    const deployed = outputs.rules.map((rule) => ({ ...rule, priority: 9 }));
    expect(differences({ ...config, rules }, { ...outputs, rules: deployed })).to.deep.equal([]);
    expect(differences(config, { ...outputs, rules: deployed })).to.have.length(1);
  });

  it("names a rule that was edited", () => {
    const edited = { ...rule, filter: { prefix: "other/" } };
    const found = differences({ ...config, rules: [edited] }, outputs);
    expect(found.map(({ path }) => path)).to.deep.equal(["rules[0]"]);
  });
});

describe("requireEnabledInConfig", () => {
  it("refuses a config that disables every rule", () => {
    const disabled = { ...rule, status: "Disabled" as const };
    expect(() => requireEnabledInConfig({ ...config, rules: [disabled] }))
      .to.throw()
      .with.property("code", "RulesDisabled");
    expect(() => requireEnabledInConfig({ ...config, rules: [disabled, rule] })).not.to.throw();
  });
});
