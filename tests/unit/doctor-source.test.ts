/** What the doctor judges of a source: its settings, rules and the operations bucket beside it. */

import type { ReplicationConfiguration } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { RuleOutputs, VaultOutputs } from "../../components/promise/outputs";
import { judgeKmsTaken, judgeRuleKeys, judgeSettings } from "../../automation/doctor/checks/rules";
import {
  judgeArchived,
  judgeLifecycle,
  judgeOperations,
  judgeSourceLock,
} from "../../automation/doctor/checks/source";
import type { FindingFields } from "../../automation/doctor/finding";
import type { BucketFacts } from "../../automation/guard/facts";
import type { DeployedPromise } from "../../automation/promise/deployed-promise";

const at = { account: "111111111111", resource: "arn:aws:s3:::records" };
const ids = (found: readonly FindingFields[]) => found.map(({ id }) => id);
const refused = { unreadable: "AccessDenied", action: "s3:GetSomething" };

const vault = {
  name: "primary",
  accountId: "222222222222",
  region: "eu-central-1",
  bucketName: "kept",
  bucketArn: "arn:aws:s3:::kept",
  lock: { mode: "GOVERNANCE", retentionDays: 30 },
} satisfies VaultOutputs;
const rule = (rest: Partial<RuleOutputs> = {}): RuleOutputs => ({
  name: "all",
  status: "Enabled",
  priority: 1,
  vault: "primary",
  ...rest,
});
const promise = (...rules: RuleOutputs[]): DeployedPromise => ({
  digest: "",
  source: {
    accountId: at.account,
    region: "eu-west-1",
    bucketName: "records",
    bucketArn: at.resource,
    existing: true,
    replicationRoleArn: "arn:aws:iam::111111111111:role/replicate",
  },
  batchRoleArn: "arn:aws:iam::111111111111:role/batch",
  rules,
  vaults: new Map([["primary", vault]]),
});
const liveRule = (ID: string, Priority: number, rest: object = {}) => ({
  ID,
  Priority,
  Status: "Enabled" as const,
  Filter: { Prefix: "" },
  Destination: { Bucket: vault.bucketArn, Account: vault.accountId },
  DeleteMarkerReplication: { Status: "Disabled" as const },
  ...rest,
});
const live = (
  rules: ReplicationConfiguration["Rules"],
  Role = "arn:aws:iam::111111111111:role/replicate",
) => ({ versioning: "Enabled", replication: { Role, Rules: rules } });

describe("the doctor on a source's rules", () => {
  it("finds nothing where they are as promised", () => {
    expect(judgeSettings(promise(rule()), live([liveRule("all", 1)]))).to.deep.equal([]);
  });

  const CASES: readonly [string, Parameters<typeof judgeSettings>[1], string[]][] = [
    [
      "versioning is off",
      { ...live([liveRule("all", 1)]), versioning: undefined },
      ["source-versioning"],
    ],
    [
      "there is no configuration",
      { versioning: "Enabled", replication: undefined },
      ["rules-missing"],
    ],
    [
      "the role is another",
      live([liveRule("all", 1)], "arn:aws:iam::111111111111:role/x"),
      ["rules-role"],
    ],
    ["the rule is gone", live([]), ["rule-missing"]],
    ["the rule is Disabled", live([liveRule("all", 1, { Status: "Disabled" })]), ["rule-disabled"]],
    [
      "its filter is another",
      live([liveRule("all", 1, { Filter: { Prefix: "/a" } })]),
      ["rule-drift"],
    ],
    [
      "its key is another",
      live([
        liveRule("all", 1, {
          Destination: {
            Bucket: vault.bucketArn,
            Account: vault.accountId,
            EncryptionConfiguration: { ReplicaKmsKeyID: "alias/aws/s3" },
          },
        }),
      ]),
      ["rule-replica-key"],
    ],
    [
      "a rule of others sends to the vault",
      live([liveRule("all", 1), liveRule("x", 2)]),
      ["rule-of-others"],
    ],
    ["they may not be read", { versioning: "Enabled", replication: refused }, ["not-checked"]],
  ];
  for (const [title, settings, expected] of CASES) {
    it(`finds ${expected.join(", ")} where ${title}`, () => {
      expect(ids(judgeSettings(promise(rule()), settings))).to.deep.equal(expected);
    });
  }

  it("says which of two rules wins, where their filters meet", () => {
    const two = promise(rule({ prefix: "a" }), rule({ name: "b", priority: 2, prefix: "a/b" }));
    const rules = [
      liveRule("all", 1, { Filter: { Prefix: "a" } }),
      liveRule("b", 2, { Filter: { Prefix: "a/b" } }),
    ];
    const [found, ...others] = judgeSettings(two, live(rules));
    expect(others).to.deep.equal([]);
    expect(found).to.include({ id: "rule-overlap", severity: "info" });
    expect(found?.message).to.contain("b wins");
  });

  it("tells rules apart that no key can match both of, by prefix or by tag", () => {
    const tag = (Value: string) => ({ Filter: { Tag: { Key: "k", Value } } });
    const apart = [
      [
        liveRule("all", 1, { Filter: { Prefix: "a/" } }),
        liveRule("b", 2, { Filter: { Prefix: "b/" } }),
      ],
      [liveRule("all", 1, tag("1")), liveRule("b", 2, tag("2"))],
    ];
    for (const rules of apart) {
      const found = judgeSettings(promise(rule(), rule({ name: "b", priority: 2 })), live(rules));
      expect(ids(found)).not.to.include("rule-overlap");
    }
  });

  it("tells a prefix with a slash from one that matches nothing yet, and both from one that matches", () => {
    const keys = (prefix: string, hasKeys: boolean, rest = {}) =>
      ids(judgeRuleKeys([{ rule: rule({ prefix, ...rest }), hasKeys: { value: hasKeys } }], at));
    expect(keys("/a", false)).to.deep.equal(["rule-prefix-slash"]);
    expect(keys("a", false)).to.deep.equal(["rule-matches-nothing"]);
    expect(keys("/a", true)).to.deep.equal([]);
    expect(keys("a", true, { status: "Disabled" })).to.deep.equal(["rule-off"]);
    expect(ids(judgeRuleKeys([{ rule: rule(), hasKeys: refused }], at))).to.deep.equal([
      "not-checked",
    ]);
  });

  it("finds a rule that leaves out what a source under SSE-KMS holds, and says how to take it", () => {
    const judged = (...args: Parameters<typeof judgeKmsTaken>) => judgeKmsTaken(...args);
    const vaults = new Map<string, VaultOutputs>([["primary", vault]]);
    const [found] = judged(true, [rule()], vaults, at);
    expect(found?.id).to.equal("source-kms-not-taken");
    expect(found?.fix).to.contain("kms: create");
    const keyed = new Map([["primary", { ...vault, kmsKeyArn: "arn:aws:kms:::key/k" }]]);
    expect(judged(true, [rule()], keyed, at)[0]?.fix).to.contain("sseKmsEncryptedObjects: true");
    expect(judged(false, [rule()], vaults, at)).to.deep.equal([]);
    expect(judged(true, [rule({ sseKmsEncryptedObjects: true })], keyed, at)).to.deep.equal([]);
  });
});

describe("the doctor on a source's settings", () => {
  const lock = (mode: string, days: number) => ({ value: { enabled: true, mode, days } });
  const judgedLock = (...[found, vaults]: [ReturnType<typeof lock>, VaultOutputs["lock"]]) =>
    ids(judgeSourceLock(found, [{ name: "primary", lock: vaults }], at));

  it("finds a default retention that is shorter or looser than a vault's, and no other", () => {
    const { lock: promised } = vault;
    expect(judgedLock(lock("GOVERNANCE", 29), promised)).to.deep.equal(["source-lock-weaker"]);
    expect(judgedLock(lock("GOVERNANCE", 30), promised)).to.deep.equal([]);
    expect(judgedLock(lock("COMPLIANCE", 31), promised)).to.deep.equal([]);
    const strict = { mode: "COMPLIANCE", retentionDays: 30 } as const;
    expect(judgedLock(lock("GOVERNANCE", 90), strict)).to.deep.equal(["source-lock-weaker"]);
    expect(judgeSourceLock({ value: { enabled: false } }, [vault], at)).to.deep.equal([]);
  });

  it("finds lifecycle rules that expire or archive, and leaves alone those that tidy up", () => {
    const rules: BucketFacts["lifecycle"] = {
      value: [
        { ID: "hide", Status: "Enabled", Expiration: { Days: 1 } },
        { ID: "delete", Status: "Enabled", NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
        { ID: "archive", Status: "Enabled", Transitions: [{ Days: 1, StorageClass: "GLACIER" }] },
        { ID: "warm", Status: "Enabled", Transitions: [{ Days: 1, StorageClass: "STANDARD_IA" }] },
        { ID: "off", Status: "Disabled", Expiration: { Days: 1 } },
        {
          ID: "uploads",
          Status: "Enabled",
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
        { ID: "markers", Status: "Enabled", Expiration: { ExpiredObjectDeleteMarker: true } },
      ],
    };
    const messages = judgeLifecycle(rules, at).map(
      ({ message }) => /rule (\w+)/.exec(message)?.[1],
    );
    expect(messages).to.deep.equal(["hide", "delete", "archive"]);
  });

  it("counts what is archived, and says when it has not seen everything", () => {
    const archived = { archivedCount: 2, seenCount: 5000, hasMore: true, exampleKey: "old" };
    const [found] = judgeArchived({ value: archived }, at);
    expect(found?.message).to.contain("2 of the first 5000 versions");
    expect(judgeArchived({ value: { ...archived, archivedCount: 0 } }, at)).to.deep.equal([]);
  });

  it("finds an operations bucket that is gone, another's, or takes no report", () => {
    const facts = (rest: Partial<BucketFacts>) =>
      judgeOperations(
        { bucket: "there", objectLock: { value: { enabled: false } }, ...rest } as BucketFacts,
        at,
      );
    expect(ids(facts({}))).to.deep.equal([]);
    expect(ids(facts({ bucket: "gone" }))).to.deep.equal(["operations-bucket"]);
    expect(ids(facts({ bucket: "foreign" }))).to.deep.equal(["bucket-of-another-account"]);
    expect(ids(facts({ objectLock: lock("GOVERNANCE", 1) }))).to.deep.equal([
      "report-bucket-retention",
    ]);
    expect(ids(facts({ objectLock: refused }))).to.deep.equal(["not-checked"]);
  });
});
