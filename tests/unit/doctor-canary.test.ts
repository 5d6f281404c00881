/** What canaries showed, as findings: each deviation by its id, with where, why and the way out. */

import { expect } from "chai";
import type { CanaryAtVault } from "../../automation/canary/look-at-canary";
import type { CanaryResult, SentCanaries } from "../../automation/canary/send-canaries";
import { judgeCanaries } from "../../automation/doctor/checks/canary";
import { finding, type FindingFields } from "../../automation/doctor/finding";
import type { OutcomeCode, OutcomeKind } from "../../automation/judge/outcome";
import type { VaultOutputs } from "../../components/promise/outputs";

const ROLE = "arn:aws:iam::111111111111:role/replication";
const TOPIC = "arn:aws:sns:eu-west-1:111111111111:topic";
const KEY = "lockstep-canary/20261129T053000Z-4f1c09ab.json";

const VAULT: VaultOutputs = {
  name: "primary",
  accountId: "222222222222",
  region: "eu-central-1",
  bucketName: "acme-vault",
  bucketArn: "arn:aws:s3:::acme-vault",
  kmsKeyArn: "arn:aws:kms:eu-central-1:222222222222:key/k",
  lock: { mode: "COMPLIANCE", retentionDays: 30 },
};

const PROMISE: SentCanaries["promise"] = {
  digest: "d",
  source: {
    accountId: "111111111111",
    region: "eu-west-1",
    bucketName: "acme",
    bucketArn: "arn:aws:s3:::acme",
    existing: false,
    replicationRoleArn: ROLE,
  },
  batchRoleArn: "arn:aws:iam::111111111111:role/batch",
  rules: [{ name: "all", status: "Enabled", priority: 1, vault: "primary", metrics: true }],
  vaults: new Map([["primary", VAULT]]),
};

interface Case {
  readonly status?: CanaryResult["status"];
  readonly kind?: OutcomeKind;
  readonly code?: OutcomeCode;
  readonly cause?: string;
  readonly refused?: readonly string[];
  readonly found?: readonly FindingFields[];
  readonly topicArns?: readonly string[];
}

function judge(one: Case = {}): readonly FindingFields[] {
  const { cause, code = "checksum", kind = "proven", refused = [], status = "COMPLETED" } = one;
  const atVault: CanaryAtVault = {
    key: KEY,
    versionId: "v1",
    vault: "primary",
    kind,
    code,
    ...(cause === undefined ? {} : { cause }),
    ...(kind === "proven"
      ? { lockMode: "COMPLIANCE", lockedUntil: "2026-12-29T05:30:00.000Z" }
      : {}),
    refused,
  };
  const canary = {
    key: KEY,
    tags: {},
    rules: ["all"],
    vaults: ["primary"],
    bucket: "acme",
    versionId: "v1",
    sizeBytes: 300,
  };
  const head = { unreadable: "missing", cause: "HTTP 404: not there" } as const;
  const result = { status, head, elapsedMs: 900_000, canary, atVaults: [atVault] };
  const sent = { promise: PROMISE, results: [result], refused: [], without: [] };
  const { found = [], topicArns = [] } = one;
  return judgeCanaries(sent, { found, topicArns });
}

const ids = (found: readonly FindingFields[]) => found.map(({ id }) => id);
const failed = { status: "FAILED", kind: "failed", code: "missing" } as const;

describe("a canary, as a finding", () => {
  it("arrived: with its lock, and what it does not show", () => {
    const [found] = judge();
    expect(found).to.include({
      id: "canary-arrived",
      severity: "info",
      account: "222222222222",
      resource: "arn:aws:s3:::acme-vault",
    });
    expect(found?.message).to.match(/COMPLIANCE mode until 2026-12-29T05:30:00.000Z and stays/);
    expect(found?.message).to.match(/batch role/);
  });

  const deviations: readonly [OutcomeCode, string][] = [
    ["lock-weaker", "canary-lock-weaker"],
    ["legal-hold", "canary-lock-weaker"],
    ["event-hold", "canary-lock-weaker"],
    ["wrong-key", "canary-wrong-key"],
    ["wrong-class", "canary-wrong-class"],
    ["wrong-owner", "canary-wrong-owner"],
    ["tags", "canary-wrong-tags"],
    ["content", "canary-wrong-content"],
    ["not-replica", "canary-wrong-content"],
    ["missing", "canary-missing"],
  ];
  for (const [code, id] of deviations) {
    it(`that S3 calls COMPLETED and that is failed/${code} is an error, ${id}`, () => {
      const [found] = judge({ kind: "failed", code, cause: "as it is" });
      expect(found).to.include({ id, severity: "error", account: "222222222222" });
      expect(found?.fix).to.not.equal("");
      if (code !== "missing") expect(found?.message).to.contain("as it is");
    });
  }

  it("that is still PENDING is a warning", () => {
    for (const code of ["missing", "lock-weaker"] as const) {
      const [found] = judge({ status: "PENDING", kind: "failed", code });
      expect(found).to.include({ id: "canary-pending", severity: "warning" });
      expect(found?.message).to.contain("after 900 s");
    }
  });

  it("that has no status, or that the promise does not bring, was taken by no rule", () => {
    const [none] = judge({ status: "NONE", kind: "failed", code: "missing" });
    expect(none).to.include({ id: "canary-not-taken", severity: "error", account: "111111111111" });
    const [kms] = judge({ kind: "unprotected", code: "kms-not-taken", cause: "under SSE-KMS" });
    expect(kms?.id).to.equal("canary-not-taken");
    expect(kms?.message).to.contain("under SSE-KMS");
  });

  it("that may not be looked at is not checked, with the right that is missing", () => {
    const [unread] = judge({ kind: "unverifiable", code: "no-right", cause: "HTTP 403" });
    expect(unread).to.include({ id: "not-checked", severity: "warning" });
    expect(unread?.fix).to.contain("s3:GetObjectVersion");
    const [tags] = judge({
      kind: "unverifiable",
      code: "no-right",
      cause: "its tags at the vault: x",
    });
    expect(tags?.fix).to.contain("s3:GetObjectVersionTagging");
    const [lock] = judge({
      kind: "failed",
      code: "lock-weaker",
      refused: ["s3:GetObjectRetention"],
    });
    expect(lock?.id).to.equal("not-checked");
    // Where it is, and of the objects: a statement about the bucket would allow nothing.
    const account = (found: { account: string } | undefined) => found?.account;
    expect([unread, tags, lock].map(account)).to.deep.equal(Array(3).fill("222222222222"));
    expect(lock?.fix).to.contain(`"Resource":"${VAULT.bucketArn}/lockstep-canary/*"`);
    for (const cause of ["its tags at the source: x", "at the source: HTTP 403"]) {
      const [atSource] = judge({ kind: "unverifiable", code: "no-right", cause });
      expect(atSource).to.include({ account: "111111111111" });
      expect(atSource?.fix).to.contain('"Resource":"arn:aws:s3:::acme/lockstep-canary/*"');
    }
    expect(ids(judge({ refused: ["s3:ListBucketVersions"] }))).to.deep.equal([
      "canary-arrived",
      "not-checked",
    ]);
  });

  it("that was not written is not checked, with the right and the place", () => {
    const refused = [{ key: KEY, code: "AccessDenied", cause: "PutObject: AccessDenied" }];
    const [found] = judgeCanaries(
      { promise: PROMISE, results: [], refused, without: [] },
      { found: [], topicArns: [] },
    );
    expect(found).to.include({ id: "not-checked", account: "111111111111" });
    expect(found?.fix).to.contain(
      '{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme/lockstep-canary/*"}',
    );
  });

  it("that there is none of is a warning with its reason", () => {
    const without = (
      [
        "chained",
        "deployed-disabled",
        "not-in-force",
        "overlaid",
        "kms-not-taken",
        "prefix-too-long",
      ] as const
    ).map((reason) => ({ rule: "all", vault: "primary", reason }));
    const found = judgeCanaries(
      { promise: PROMISE, results: [], refused: [], without },
      { found: [], topicArns: [] },
    );
    expect(new Set(ids(found))).to.deep.equal(new Set(["canary-none"]));
    expect(new Set(found.map(({ message }) => message)).size).to.equal(without.length);
  });
});

describe("a canary that was refused", () => {
  const at = (resource: string) => ({ account: "222222222222", resource });

  it("is refused by what cannot be looked at, where nothing that can be refuses it", () => {
    const [found] = judge(failed);
    expect(found).to.include({ id: "canary-refused", severity: "error", account: "222222222222" });
    expect(found?.message).to.match(/IAM's policy simulator/);
    expect(found?.message).to.match(/resource control policy over account 222222222222/);
    expect(found?.message).to.match(/or over account 111111111111/);
    expect(found?.message).not.to.match(/service control policy over/);
    expect(found?.message).to.match(/VPC endpoints are none/);
    expect(found?.fix).to.contain(`{"Condition":{"ArnNotLike":{"aws:PrincipalArn":["${ROLE}"]}}}`);
  });

  it("may be refused by a service control policy, where that was not simulated", () => {
    const unread = finding("not-checked", { account: "111111111111", resource: ROLE }, "x", "y");
    const [found] = judge({ ...failed, found: [unread] });
    expect(found?.id).to.equal("canary-refused");
    expect(found?.message).to.match(
      /or a service control policy over account 111111111111, which was not simulated/,
    );
    expect(found?.message).not.to.match(/IAM's policy simulator/);
  });

  it("names the policies that could not be read", () => {
    const unread = finding("not-checked", at(VAULT.bucketArn), "x", "y");
    const [found] = judge({ ...failed, found: [unread] });
    expect(found?.message).to.contain(`not read: ${VAULT.bucketArn}`);
  });

  it("points to what was found of role, vault and key", () => {
    for (const [id, resource] of [
      ["role-right", ROLE],
      ["vault-bucket-policy", VAULT.bucketArn],
      ["perimeter", PROMISE.source.bucketArn],
      ["vault-key-policy", VAULT.kmsKeyArn ?? ""],
      ["source-key", "arn:aws:kms:eu-west-1:111111111111:key/own"],
    ] as const) {
      const [found] = judge({ ...failed, found: [finding(id, at(resource), "x", "y")] });
      expect(found?.id, id).to.equal("canary-failed");
      expect(found?.message).to.contain(`${id} of ${resource}`);
      expect(found?.fix).to.contain(id);
    }
  });

  it("does not point to what has nothing to do with it", () => {
    const elsewhere = [
      finding("vault-bucket-policy", at("arn:aws:s3:::other-vault"), "x", "y"),
      finding("role-right", at(PROMISE.batchRoleArn), "x", "y"),
      finding("lifecycle-race", at(PROMISE.source.bucketArn), "x", "y"),
    ];
    expect(ids(judge({ ...failed, found: elsewhere }))).to.deep.equal(["canary-refused"]);
  });

  it("says where S3 tells the code: in an event alone, and to which topic", () => {
    const [untold] = judge(failed);
    expect(untold?.message).to.match(/OperationFailedReplication alone, which nobody is told/);
    const far = TOPIC.replace("eu-west-1", "eu-north-1");
    const [told] = judge({ ...failed, topicArns: [far, TOPIC] });
    expect(told?.message).to.contain(`OperationFailedReplication, which went to ${TOPIC}`);
  });

  it("says that the lock is the source's, where that is what makes it weaker", () => {
    const weak = finding("source-lock-weaker", at(PROMISE.source.bucketArn), "x", "y");
    const lock = { kind: "failed", code: "lock-weaker" } as const;
    expect(judge({ ...lock, found: [weak] })[0]?.fix).to.contain("--bucket acme --object-lock");
    expect(judge(lock)[0]?.fix).to.contain("--bucket acme-vault --object-lock");
  });
});
