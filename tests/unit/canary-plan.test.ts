/** Which canaries are written, where they lie and what stays of them. */

import { expect } from "chai";
import { canaryFolder, canaryKey } from "../../automation/canary/canary-key";
import { planCanaries, type PlanFacts } from "../../automation/canary/plan-canaries";
import { canaryQuestion, type Retentions, staysOf } from "../../automation/canary/stays";
import { canaryBody } from "../../automation/canary/write-canary";
import type { Drift } from "../../automation/judge/outcome";
import type { RuleOutputs } from "../../components/promise/outputs";

const NOW = Date.UTC(2026, 10, 29, 5, 30, 0, 120);
const RULE: RuleOutputs = { name: "all", status: "Enabled", priority: 1, vault: "primary" };

function plan(rules: readonly RuleOutputs[], facts: Partial<PlanFacts> = {}) {
  let count = 0;
  return planCanaries({
    rules,
    drift: [],
    isChained: false,
    isUnderKms: false,
    nowEpochMs: NOW,
    random: () => `r${count++}`,
    ...facts,
  });
}

const drift = (path: string, found: unknown = null): Drift => ({
  side: "source",
  resource: "arn:aws:s3:::records",
  path,
  expected: "x",
  found,
});

describe("the key of a canary", () => {
  it("has the rule's prefix, a folder that names it, the time and what tells it from others", () => {
    expect(canaryKey("records/", NOW, "4f1c09ab")).to.equal(
      "records/lockstep-canary/20261129T053000Z-4f1c09ab.json",
    );
  });

  it("begins a folder of its own after a prefix that ends without a slash", () => {
    expect(canaryFolder("")).to.equal("lockstep-canary/");
    expect(canaryFolder("rec")).to.equal("rec/lockstep-canary/");
  });
});

describe("the plan of canaries", () => {
  it("has one for each rule, with the tags that its filter asks for", () => {
    const tagged = { ...RULE, name: "kept", prefix: "kept/", tags: { keep: "yes" } };
    const { canaries, without } = plan([tagged, { ...RULE, name: "l", prefix: "letters/" }]);
    expect(without).to.deep.equal([]);
    expect(canaries.map(({ rules, tags, vaults }) => ({ rules, tags, vaults }))).to.deep.equal([
      { rules: ["kept"], tags: { keep: "yes" }, vaults: ["primary"] },
      { rules: ["l"], tags: {}, vaults: ["primary"] },
    ]);
  });

  it("has one for all rules that take the same version to several vaults", () => {
    const { canaries } = plan([RULE, { ...RULE, name: "far", priority: 2, vault: "far" }]);
    expect(canaries).to.have.length(1);
    expect(canaries[0]).to.deep.include({ rules: ["all", "far"], vaults: ["primary", "far"] });
  });

  it("has none for a rule that is deployed as Disabled", () => {
    const { canaries, without } = plan([{ ...RULE, status: "Disabled" }]);
    expect(canaries).to.deep.equal([]);
    expect(without).to.deep.equal([{ rule: "all", vault: "primary", reason: "deployed-disabled" }]);
  });

  it("has none for a source that is a vault itself", () => {
    const { canaries, without } = plan([RULE], { isChained: true });
    expect(canaries).to.deep.equal([]);
    expect(without.map(({ reason }) => reason)).to.deep.equal(["chained"]);
  });

  for (const path of [
    "versioning",
    "replication",
    'rules["all"]',
    'rules["all"].status',
    'rules["all"].prefix',
    'rules["all"].tags',
    'rules["all"].destinationBucketArn',
  ]) {
    it(`has none for a rule that is not in force: ${path}`, () => {
      const { canaries, without } = plan([RULE], { drift: [drift(path)] });
      expect(canaries).to.deep.equal([]);
      expect(without.map(({ reason }) => reason)).to.deep.equal(["not-in-force"]);
    });
  }

  it("has one where a rule differs in what does not decide whether it takes a version", () => {
    for (const path of ['rules["all"].replicaKmsKeyId', 'rules["all"].priority', "role"]) {
      expect(plan([RULE], { drift: [drift(path)] }).canaries, path).to.have.length(1);
    }
  });

  it("has one where nobody may read the rules", () => {
    const unread = drift("replication", { unreadable: "AccessDenied" });
    expect(plan([RULE], { drift: [unread] }).canaries).to.have.length(1);
  });

  it("leaves out the vault of a further rule that is not in force", () => {
    const far = { ...RULE, name: "far", priority: 2, vault: "far" };
    const { canaries, without } = plan([RULE, far], { drift: [drift('rules["far"].status')] });
    expect(canaries[0]).to.deep.include({ rules: ["all"], vaults: ["primary"] });
    expect(without).to.deep.equal([{ rule: "far", vault: "far", reason: "not-in-force" }]);
  });

  it("says that a rule decides for no key, where one of higher priority takes them all", () => {
    const { canaries, without } = plan([
      { ...RULE, prefix: "a/" },
      { ...RULE, name: "over", priority: 9 },
    ]);
    expect(canaries.map(({ rules }) => rules)).to.deep.equal([["over"]]);
    expect(without).to.deep.equal([{ rule: "all", vault: "primary", reason: "overlaid" }]);
  });

  it("says that a rule does not take what the source encrypts", () => {
    const { canaries, without } = plan([RULE], { isUnderKms: true });
    expect(canaries).to.deep.equal([]);
    expect(without.map(({ reason }) => reason)).to.deep.equal(["kms-not-taken"]);
    const takes = plan([{ ...RULE, sseKmsEncryptedObjects: true }], { isUnderKms: true });
    expect(takes.canaries).to.have.length(1);
  });

  it("leaves room for a key of 1,024 bytes and no more", () => {
    const room = 1024 - Buffer.byteLength(canaryKey("/", NOW, "r0")) + 1;
    const fits = `${"p".repeat(room - 1)}/`;
    expect(plan([{ ...RULE, prefix: fits }]).canaries).to.have.length(1);
    const { without } = plan([{ ...RULE, prefix: `p${fits}` }]);
    expect(without.map(({ reason }) => reason)).to.deep.equal(["prefix-too-long"]);
  });
});

describe("what stays of a canary", () => {
  const vault = {
    name: "primary",
    bucket: "acme-vault",
    promised: { mode: "COMPLIANCE", retentionDays: 30 },
    objectLock: { value: { enabled: true, mode: "COMPLIANCE", days: 30 } },
  } as const;
  const source = { bucket: "acme", objectLock: { value: { enabled: false } } };
  const stays = (retentions: Retentions) => staysOf({ vaults: ["primary"] }, retentions, NOW);
  const inDays = (days: number): string => new Date(NOW + days * 86_400_000).toISOString();

  it("is locked by the vault's default, as it is now", () => {
    const longer = {
      ...vault,
      objectLock: { value: { enabled: true, mode: "GOVERNANCE", days: 90 } },
    };
    expect(stays({ source, vaults: [longer] })).to.deep.equal([
      { bucket: "acme" },
      { bucket: "acme-vault", vault: "primary", mode: "GOVERNANCE", lockedUntil: inDays(90) },
    ]);
  });

  it("is locked by what the source gives it, on both sides", () => {
    const locked = {
      ...source,
      objectLock: { value: { enabled: true, mode: "COMPLIANCE", days: 7 } },
    };
    expect(
      stays({ source: locked, vaults: [vault] }).map(({ lockedUntil }) => lockedUntil),
    ).to.deep.equal([inDays(7), inDays(7)]);
  });

  it("is taken as promised where a vault does not let one look, and unknown at the source", () => {
    const unread = { unreadable: "AccessDenied", action: "s3:GetBucketObjectLockConfiguration" };
    const found = stays({
      source: { ...source, objectLock: unread },
      vaults: [{ ...vault, objectLock: unread }],
    });
    expect(found[0]).to.deep.equal({ bucket: "acme", isLockUnknown: true });
    expect(found[1]).to.include({ mode: "COMPLIANCE", lockedUntil: inDays(30) });
  });

  it("is said in the question: size, place, mode, date and who could delete it", () => {
    const text = canaryQuestion([
      { key: "lockstep-canary/a.json", sizeBytes: 312, stays: stays({ source, vaults: [vault] }) },
    ]);
    expect(text).to.contain("lockstep-canary/a.json (312 bytes)");
    expect(text).to.contain("source acme: not locked");
    expect(text).to.contain(
      `vault primary (acme-vault): locked in COMPLIANCE mode until ${inDays(30)}; nobody can delete it earlier`,
    );
    const governed = canaryQuestion([
      {
        key: "k",
        sizeBytes: 1,
        stays: [{ bucket: "b", vault: "v", mode: "GOVERNANCE", lockedUntil: inDays(1) }],
      },
    ]);
    expect(governed).to.contain("s3:BypassGovernanceRetention");
  });

  it("says in its content who wrote it, when and for which promise", () => {
    const [canary] = plan([RULE]).canaries;
    if (canary === undefined) throw new Error("no canary");
    const body = canaryBody(canary, { promise: "d1", writtenBy: "arn:me", writtenEpochMs: NOW });
    expect(JSON.parse(body)).to.deep.include({
      lockstep: "canary",
      promise: "d1",
      writtenBy: "arn:me",
      writtenAt: "2026-11-29T05:30:00.120Z",
      rules: ["all"],
      vaults: ["primary"],
    });
  });
});
