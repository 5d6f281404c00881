import { expect } from "chai";
import { findRisks } from "../../automation/review/find-risks";
import type { RiskId } from "../../automation/review/risk";
import type { PlannedChange } from "../../automation/stack/planned-changes";
import { KNOWN_LATER } from "../../automation/stack/property-changes";
import { planned, RULES, VAULT_BUCKET, VAULT_POLICY } from "../helpers/planned";

const RETENTION = "objectLockConfiguration.rule.defaultRetention";
const statement = (Sid: string, Effect: string) => ({ Sid, Effect, Action: "s3:*", Resource: "*" });

interface Case {
  readonly title: string;
  readonly change: PlannedChange;
  readonly ids: readonly RiskId[];
  /** In the message of the first risk. */
  readonly says?: string;
}

const CASES: readonly Case[] = [
  {
    title: "a retention that shrinks",
    change: planned(VAULT_BUCKET, [{ path: `${RETENTION}.days`, old: 30, new: 10 }]),
    ids: ["RetentionShrinks"],
    says: "acme-vault (account 222222222222, eu-central-1): its default retention shrinks from 30 days to 10 days.",
  },
  {
    title: "a retention that shrinks from years to days",
    change: planned(VAULT_BUCKET, [
      { path: `${RETENTION}.years`, old: 1 },
      { path: `${RETENTION}.days`, new: 364 },
    ]),
    ids: ["RetentionShrinks"],
    says: "from 365 days to 364 days",
  },
  {
    title: "a retention that grows, in another unit",
    change: planned(VAULT_BUCKET, [
      { path: `${RETENTION}.days`, old: 364 },
      { path: `${RETENTION}.years`, new: 1 },
    ]),
    ids: [],
  },
  {
    title: "a retention that stays, in another unit",
    change: planned(VAULT_BUCKET, [
      { path: `${RETENTION}.days`, old: 365 },
      { path: `${RETENTION}.years`, new: 1 },
    ]),
    ids: [],
  },
  {
    title: "a retention that goes with all around it",
    change: planned(VAULT_BUCKET, [
      {
        path: "objectLockConfiguration.rule",
        old: { defaultRetention: { mode: "COMPLIANCE", days: 7 } },
      },
    ]),
    ids: ["RetentionRemoved"],
    says: "its default retention of 7 days goes",
  },
  {
    title: "a weaker lock mode",
    change: planned(VAULT_BUCKET, [
      { path: `${RETENTION}.mode`, old: "COMPLIANCE", new: "GOVERNANCE" },
    ]),
    ids: ["LockModeWeakens"],
  },
  {
    title: "a stronger lock mode",
    change: planned(VAULT_BUCKET, [
      { path: `${RETENTION}.mode`, old: "GOVERNANCE", new: "COMPLIANCE" },
    ]),
    ids: [],
  },
  {
    title: "a retention of a bucket whose lock is a resource of its own",
    change: planned("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", [
      { path: "rule.defaultRetention.days", old: 2, new: 1 },
    ]),
    ids: ["RetentionShrinks"],
    says: "from 2 days to 1 day.",
  },
  {
    title: "suspended versioning",
    change: planned("aws:s3/bucketVersioning:BucketVersioning", [
      { path: "versioningConfiguration.status", old: "Enabled", new: "Suspended" },
    ]),
    ids: ["VersioningSuspended"],
  },
  {
    title: "versioning that a drift is put back to",
    change: planned("aws:s3/bucketVersioning:BucketVersioning", [
      { path: "versioningConfiguration.status", old: "Suspended", new: "Enabled" },
    ]),
    ids: [],
  },
  {
    title: "a rule that goes Disabled",
    change: planned(RULES, [{ path: "rules[all].status", old: "Enabled", new: "Disabled" }]),
    ids: ["RuleDisabled"],
    says: "its replication rule all goes Disabled",
  },
  {
    title: "a rule that goes, and one that comes",
    change: planned(RULES, [
      { path: "rules[all]", old: { id: "all", status: "Enabled" } },
      { path: "rules[some]", new: { id: "some", status: "Enabled" } },
    ]),
    ids: ["RuleRemoved"],
  },
  {
    title: "a rule with another filter, destination and key",
    change: planned(RULES, [
      { path: "rules[a.b].filter.prefix", old: "a/", new: "b/" },
      { path: "rules[a.b].destination.bucket", old: "arn:aws:s3:::a", new: KNOWN_LATER },
      {
        path: "rules[a.b].destination.encryptionConfiguration",
        old: { replicaKmsKeyId: "arn:aws:kms:eu-central-1:222222222222:key/a" },
      },
    ]),
    ids: ["RuleFilterChanges", "RuleDestinationChanges", "KeyChanges"],
  },
  {
    title: "a Deny that goes",
    change: planned(VAULT_POLICY, [
      { path: "policyDocument.Statement[DenyDelete]", old: statement("DenyDelete", "Deny") },
    ]),
    ids: ["DenyRemoved"],
    says: "statement DenyDelete of its policy, a Deny, goes",
  },
  {
    title: "a Deny that comes",
    change: planned(VAULT_POLICY, [
      { path: "policyDocument.Statement[DenyDelete]", new: statement("DenyDelete", "Deny") },
    ]),
    ids: [],
  },
  {
    title: "an Allow that comes in the place of another",
    change: planned("aws:iam/rolePolicy:RolePolicy", [
      { path: "policy.Statement[A]", old: statement("A", "Allow") },
      { path: "policy.Statement[B]", new: statement("B", "Allow") },
    ]),
    ids: ["AllowRemoved", "AllowAdded"],
  },
  {
    title: "two values of one statement, which is one change",
    change: planned(VAULT_POLICY, [
      { path: "policyDocument.Statement[D].Action", old: "s3:*", new: "s3:Put*" },
      { path: "policyDocument.Statement[D].Resource", old: "*", new: "arn:aws:s3:::a/*" },
    ]),
    ids: ["StatementChanges"],
  },
  {
    title: "another default encryption",
    change: planned(VAULT_BUCKET, [
      {
        path: "bucketEncryption.serverSideEncryptionConfiguration",
        old: [{ serverSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "k" } }],
        new: [{ serverSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
      },
    ]),
    ids: ["KeyChanges"],
    says: "its default encryption goes from k to AES256",
  },
  {
    title: "a public access block that opens",
    change: planned(VAULT_BUCKET, [
      { path: "publicAccessBlockConfiguration.blockPublicPolicy", old: true, new: false },
    ]),
    ids: ["PublicAccessOpens"],
  },
  {
    title: "a lifecycle that changes",
    change: planned(VAULT_BUCKET, [
      { path: "lifecycleConfiguration.rules[expire].noncurrentVersionExpiration", new: 1 },
    ]),
    ids: ["LifecycleChanges"],
  },
  {
    title: "a bucket that is deleted",
    change: planned(VAULT_BUCKET, [], { action: "delete" }),
    ids: ["BucketDeleted"],
  },
  {
    title: "a bucket that is replaced and then deleted",
    change: planned(VAULT_BUCKET, [], { action: "delete-replaced" }),
    ids: ["BucketDeleted"],
  },
  {
    title: "a bucket that is left behind",
    change: planned(VAULT_BUCKET, [], { action: "keep" }),
    ids: ["BucketLeftBehind"],
  },
  {
    title: "a key that is deleted",
    change: planned("aws-native:kms:Key", [], { action: "delete" }),
    ids: ["KeyRemoved"],
  },
  {
    title: "a policy in whose place another comes",
    change: planned("aws:iam/rolePolicy:RolePolicy", [], { action: "delete-replaced" }),
    ids: [],
  },
  {
    title: "a policy that goes",
    change: planned(VAULT_POLICY, [], { action: "delete" }),
    ids: ["DenyRemoved"],
  },
  {
    title: "tags and names",
    change: planned(VAULT_BUCKET, [{ path: "tags[team].value", old: "a", new: "b" }]),
    ids: [],
  },
  {
    title: "what is made",
    change: planned(VAULT_BUCKET, [], { action: "create" }),
    ids: [],
  },
];

describe("findRisks", () => {
  for (const { change, ids, says, title } of CASES) {
    it(`${ids.length === 0 ? "lets be" : "names"} ${title}`, () => {
      const risks = findRisks([change]);
      expect(risks.map(({ id }) => id)).to.deep.equal(ids);
      if (says !== undefined) expect(risks[0]?.message).to.contain(says);
    });
  }

  it("tells errors before warnings", () => {
    const risks = findRisks([
      planned(RULES, [{ path: "rules[all].filter.prefix", old: "a", new: "b" }]),
      planned(RULES, [{ path: "rules[all].status", old: "Enabled", new: "Disabled" }]),
    ]);
    expect(risks.map(({ severity }) => severity)).to.deep.equal(["error", "warning"]);
  });

  it("tells a vault that is left behind once, and what answers for it", () => {
    const access = { accountId: "222222222222", region: "eu-central-1" };
    const risks = findRisks(
      [planned(VAULT_BUCKET, [], { action: "keep" })],
      [{ name: "primary", bucketName: "acme-vault", access }],
    );
    expect(risks.map(({ id }) => id)).to.deep.equal(["VaultLeftBehind"]);
    expect(risks[0]?.message).to.contain("--leave-vault primary");
  });
});
