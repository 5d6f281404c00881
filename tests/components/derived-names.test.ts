import { expect } from "chai";
import { bucketNameProblem } from "../../components/config/values";
import {
  dashboardName,
  derivedNames,
  roleArn,
  slackConfigurationName,
  sourceKeyAlias,
  vaultKeyAlias,
  vaultOperationsBucketName,
} from "../../components/derived-names";

describe("derived names", () => {
  it("are the bucket's name with a word before it", () => {
    expect(derivedNames("acme-records")).to.deep.equal({
      replicationRoleName: "lockstep-replication-acme-records",
      batchRoleName: "lockstep-batch-acme-records",
      operationsBucketName: "lockstep-ops-acme-records",
    });
  });

  it("stay within AWS's lengths, valid and apart, for the longest names", () => {
    const left = derivedNames(`${"a".repeat(62)}b`);
    const right = derivedNames(`${"a".repeat(62)}c`);
    for (const names of [
      left,
      right,
      derivedNames(`a${"-".repeat(61)}b`),
      derivedNames(`${"a.".repeat(31)}b`),
    ]) {
      expect(names.replicationRoleName).to.match(/^[\w.-]{1,64}$/);
      expect(names.batchRoleName).to.match(/^[\w.-]{1,64}$/);
      expect(bucketNameProblem(names.operationsBucketName)).to.equal(undefined);
    }
    expect(left.replicationRoleName).to.not.equal(right.replicationRoleName);
    expect(left.operationsBucketName).to.not.equal(right.operationsBucketName);
  });

  it("give a vault's operations bucket a valid name of its own, in the global namespace too", () => {
    expect(vaultOperationsBucketName("acme-vault")).to.equal("lockstep-vault-ops-acme-vault");
    const regional = [1, 2].map((n) => `acme-${n}-222222222222-eu-central-1-an`);
    const names = [
      ...regional,
      ...["b", "c"].map((last) => `${"a".repeat(62)}${last}`),
      `${"a".repeat(20)}-${"b".repeat(30)}-an`,
      `${"a".repeat(41)}-an`,
    ];
    const made = names.map(vaultOperationsBucketName);
    for (const name of made) {
      expect(bucketNameProblem(name), name).to.equal(undefined);
      expect(name).to.not.match(/-an$/);
    }
    expect(new Set(made).size).to.equal(names.length);
    // Neither has the source's operations bucket such a name.
    expect(derivedNames("acme-111111111111-eu-west-1-an").operationsBucketName).to.not.match(
      /-an$/,
    );
  });

  it("make ARNs of the source's partition, and aliases that KMS takes", () => {
    expect(roleArn({ accountId: "111111111111", region: "us-gov-west-1" }, "r")).to.equal(
      "arn:aws-us-gov:iam::111111111111:role/r",
    );
    expect(vaultKeyAlias("a.b-c")).to.match(/^alias\/[\w/-]+$/);
  });

  it("are never those of another kind of bucket: the alias of a vault is no source's", () => {
    expect(vaultKeyAlias("records")).to.equal("alias/lockstep-records");
    expect(sourceKeyAlias("records")).to.equal("alias/lockstep-source-records");
    expect(vaultKeyAlias("source-records")).to.equal("alias/lockstep/source-records");
  });

  it("fit dashboards and Slack channels", () => {
    expect(dashboardName("a.b-c")).to.equal("lockstep-a_b-c");
    const [one, other] = ["1", "2"].map((last) =>
      slackConfigurationName("a.b".repeat(20), "C".repeat(254) + last),
    );
    expect(one).to.match(/^[\w-]{1,128}$/);
    expect(one).to.not.equal(other);
  });
});
