/** Two teams' stacks, looked at as one. */

import { expect } from "chai";
import { joinOutputs, type StackOutputs } from "../../automation/stack/joined-stacks";
import type {
  FleetSourceOutputs,
  LockstepOutputs,
  VaultOutputs,
} from "../../components/promise/outputs";
import { promiseDigest } from "../../components/promise/promise";

const TEAMS = { sourceStack: "o/lockstep/source", vaultStack: "o/lockstep/vaults" };

const seen: VaultOutputs = {
  name: "primary",
  accountId: "222222222222",
  region: "eu-central-1",
  bucketName: "vault",
  bucketArn: "arn:aws:s3:::vault",
  kmsKeyArn: "arn:aws:kms:eu-central-1:222222222222:key/1",
  lock: { mode: "GOVERNANCE", retentionDays: 30 },
};
const made: VaultOutputs = {
  ...seen,
  lock: { ...seen.lock, since: "2026-11-01T00:00:00.000Z" },
  operationsBucketName: "lockstep-vault-ops",
};
const source: LockstepOutputs = {
  source: {
    accountId: "111111111111",
    region: "eu-west-1",
    bucketName: "records",
    bucketArn: "arn:aws:s3:::records",
    existing: true,
    replicationRoleArn: "arn:aws:iam::111111111111:role/r",
  },
  vaults: [seen],
  rules: [{ name: "all", status: "Enabled", priority: 1, vault: "primary" }],
  operations: {
    bucketName: "ops",
    bucketArn: "arn:aws:s3:::ops",
    manifestPrefix: "manifests",
    reportPrefix: "reports",
    ledgerPrefix: "ledger",
  },
  batchRoleArn: "arn:aws:iam::111111111111:role/b",
  promise: { version: 1, digest: "of the source's stack alone" },
};

const failureOf = (vaults: StackOutputs) => {
  try {
    joinOutputs(source, vaults, TEAMS);
  } catch (error) {
    return error as { code: string; problems: { path: string; message: string }[] };
  }
  throw new Error("expected a failure");
};

describe("the outputs of two teams' stacks", () => {
  it("tell the source as its stack does, the vaults as theirs does, and the promise of both", () => {
    const joined = joinOutputs(source, { vaults: [made] }, TEAMS);
    expect(joined).to.deep.equal({
      ...source,
      vaults: [made],
      promise: { version: 1, digest: promiseDigest({ ...source, vaults: [made] }) },
    });
    expect(joined.promise?.digest).to.not.equal(promiseDigest(source));
  });

  it("do so for each source of a fleet", () => {
    const { vaults, ...rest } = source;
    const fleet: FleetSourceOutputs[] = ["a", "b"].map((name) => ({ name, ...rest }));
    const joined = joinOutputs({ sources: fleet, vaults }, { vaults: [made] }, TEAMS);
    const digest = promiseDigest({ ...source, vaults: [made] });
    expect(joined.sources?.map(({ name, promise }) => [name, promise?.digest])).to.deep.equal([
      ["a", digest],
      ["b", digest],
    ]);
    expect(joined.vaults).to.deep.equal([made]);
  });

  it("are nothing while the source is not deployed", () => {
    expect(joinOutputs({}, { vaults: [made] }, TEAMS)).to.deep.equal({ vaults: [] });
  });

  it("name a vault that its team has not deployed, and one that is another by now", () => {
    expect(failureOf({})).to.include({ code: "StackNotDeployed" });
    const error = failureOf({ vaults: [{ ...made, kmsKeyArn: "another", bucketName: "other" }] });
    expect(error.code).to.equal("StackOutOfDate");
    expect(error.problems.map(({ path }) => path)).to.deep.equal([
      "vaults[0].bucketName",
      "vaults[0].kmsKeyArn",
    ]);
  });
});
