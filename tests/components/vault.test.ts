/** A vault under mocks, made or adopted: what it takes, the bucket beside it, what is kept and what comes last. */

import { expect } from "chai";
import { Provider as AttachProvider } from "@pulumi/aws/provider";
import { AdoptedVault, Vault, type VaultArgs } from "../../components";
import { problemsOf, vaultAccount } from "./component-args";
import { listOf, one, record, valueOf } from "./recording-mocks";

const vaultArgs: VaultArgs = {
  accountId: "222222222222",
  region: "eu-central-1",
  bucketName: "acme-vault",
  lock: { stage: "governance", retentionDays: 30 },
  replicationRoleArns: ["arn:aws:iam::111111111111:role/replicator"],
};

describe("Vault: what it takes, and the bucket beside it", () => {
  it("makes an operations bucket beside it, where versions can be locked and none is by default, under the same key", async () => {
    for (const kms of ["none", "create"] as const) {
      const { resources, result } = await record(
        () => new Vault("v", { ...vaultArgs, kms }, vaultAccount()),
      );
      const { inputs } = one(resources, "v-operations-bucket");
      const byDefault =
        kms === "none"
          ? { serverSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
          : {
              bucketKeyEnabled: true,
              serverSideEncryptionByDefault: {
                sseAlgorithm: "aws:kms",
                kmsMasterKeyId: "arn:aws:kms:eu-central-1:222222222222:key/v-key",
              },
            };
      expect(inputs).to.deep.equal({
        bucketName: "lockstep-vault-ops-acme-vault",
        objectLockEnabled: true,
        versioningConfiguration: { status: "Enabled" },
        bucketEncryption: { serverSideEncryptionConfiguration: [byDefault] },
        publicAccessBlockConfiguration: {
          blockPublicAcls: true,
          blockPublicPolicy: true,
          ignorePublicAcls: true,
          restrictPublicBuckets: true,
        },
        ownershipControls: { rules: [{ objectOwnership: "BucketOwnerEnforced" }] },
      });
      expect(await valueOf(result.operationsBucketName)).to.equal("lockstep-vault-ops-acme-vault");
    }
  });

  for (const [title, acknowledgement] of [
    ["none", undefined],
    ["one of another bucket", "other-vault: COMPLIANCE for 7 days"],
    ["one of a shorter period", "acme-vault: COMPLIANCE for 6 days"],
    ["one in other words", "yes"],
  ] as const) {
    it(`does not lock in compliance by an acknowledgement that is ${title}`, async () => {
      const lock = { stage: "compliance", retentionDays: 7, acknowledgement } as const;
      const problems = await problemsOf(
        () => new Vault("v", { ...vaultArgs, lock }, vaultAccount()),
      );
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(
        /^lock\.acknowledgement: expected exactly "acme-vault: COMPLIANCE for 7 days"/,
      );
    });
  }

  it("takes no break-glass role of another account, nor what is no role", async () => {
    for (const [breakGlassRoleArn, says] of [
      ["arn:aws:iam::111111111111:role/mine", /of the vault's account 222222222222.*111111111111/],
      ["arn:aws:iam::222222222222:user/mine", /expected the ARN of a role/],
    ] as const) {
      const problems = await problemsOf(
        () => new Vault("v", { ...vaultArgs, breakGlassRoleArn }, vaultAccount()),
      );
      expect(problems).to.have.length(1);
      expect(problems[0])
        .to.match(/^breakGlassRoleArn: /)
        .and.match(says);
    }
  });

  it("takes no limits that refuse what the vault itself promises, nor parts of days", async () => {
    const governance = { stage: "governance", retentionDays: 30 } as const;
    for (const limits of [
      { maximumRetentionDays: 29, minimumRetentionDays: 31 },
      { maximumRetentionDays: 36_501, minimumRetentionDays: 0 },
      { maximumRetentionDays: 30.5, minimumRetentionDays: Number.NaN },
    ]) {
      const lock = { ...governance, ...limits };
      const problems = await problemsOf(
        () => new Vault("v", { ...vaultArgs, lock }, vaultAccount()),
      );
      expect(problems).to.have.length(2);
      expect(problems[0]).to.match(
        /^lock\.maximumRetentionDays: expected whole days from 30 to 36500/,
      );
      expect(problems[1]).to.match(/^lock\.minimumRetentionDays: expected whole days from 1 to 30/);
    }
  });
});

describe("A vault, made or adopted", () => {
  const made = () => new Vault("v", { ...vaultArgs, kms: "create" }, vaultAccount());
  const adopted = () =>
    new AdoptedVault(
      "v",
      {
        ...vaultArgs,
        kms: "create",
        found: { missing: [], conflicts: [], otherStatements: [], lifecycleRules: [] },
      },
      { provider: new AttachProvider("attach", { region: "eu-central-1" }) },
    );
  const existing = { "acme-vault": "eu-central-1" };

  for (const [title, vault] of [
    ["made", made],
    ["adopted", adopted],
  ] as const) {
    it(`keeps everything on destroy, its policies too, when it is ${title}`, async () => {
      const { resources } = await record<unknown>(vault, existing);
      const names = resources.map(({ name }) => name);
      expect(names).to.include.members(["v-key", "v-policy", "v-operations-policy"]);
      expect(listOf(resources.filter(({ retainOnDelete }) => !retainOnDelete))).to.be.empty;
    });
  }

  it("gets its policy last when it is adopted, and so does the bucket beside it: nothing before it could be changed", async () => {
    const { resources } = await record(adopted, existing);
    for (const [policy, guards] of [
      [
        "v-policy",
        ["v-encryption", "v-object-lock", "v-ownership", "v-public-access", "v-versioning"],
      ],
      [
        "v-operations-policy",
        [
          "v-operations-encryption",
          "v-operations-ownership",
          "v-operations-public-access",
          "v-operations-versioning",
        ],
      ],
    ] as const) {
      expect(one(resources, policy).dependencies).to.include.members(guards);
    }
  });
});
