/** Copies of promises: what is taken for one, and which is believed. */

import { expect } from "chai";
import { canonicalJson } from "../../components/promise/canonical-json";
import type { LockstepOutputs } from "../../components/promise/outputs";
import {
  digestOfContent,
  promiseContent,
  type PromiseParts,
} from "../../components/promise/promise";
import { ruleOutputs } from "../../components/source/rule-outputs";
import { parseConfig, replicationOf } from "../../components/config/schema";
import { chooseCopy, differingPaths, type PlacedCopy } from "../../automation/promise/choose-copy";
import { copyKey, digestOfKey, parseCopy } from "../../automation/promise/copy";
import { copyPlaces } from "../../automation/promise/kept-copies";
import { copyWarnings } from "../../automation/promise/warn-of-copies";

const raw = {
  source: { accountId: "111111111111", region: "eu-west-1", bucket: { name: "records" } },
  vaults: [
    {
      name: "primary",
      accountId: "222222222222",
      region: "eu-central-1",
      bucket: { name: "records-vault" },
      lock: { stage: "governance", retention: "30 days", maximumRetention: "400 days" },
      breakGlassRoleArn: "arn:aws:iam::222222222222:role/break-glass",
      encryption: { kms: "create" },
    },
  ],
  rules: [{ name: "all", vault: "primary" }],
};
const whole = parseConfig(raw);
const config = replicationOf(whole);

function promised(): PromiseParts {
  return {
    batchRoleArn: "arn:aws:iam::111111111111:role/lockstep-batch-records",
    source: {
      accountId: "111111111111",
      region: "eu-west-1",
      bucketName: "records",
      bucketArn: "arn:aws:s3:::records",
      existing: false,
      replicationRoleArn: "arn:aws:iam::111111111111:role/lockstep-replication-records",
    },
    rules: config.rules.map((rule) => ruleOutputs(rule, config.vaults)),
    vaults: [
      {
        name: "primary",
        accountId: "222222222222",
        region: "eu-central-1",
        bucketName: "records-vault",
        bucketArn: "arn:aws:s3:::records-vault",
        kmsKeyArn: "arn:aws:kms:eu-central-1:222222222222:key/k",
        lock: { mode: "GOVERNANCE", retentionDays: 30, maximumRetentionDays: 400 },
        operationsBucketName: "lockstep-vault-ops-records-vault",
        guard: {
          stage: "governance",
          existing: false,
          isChained: false,
          breakGlassRoleArn: "arn:aws:iam::222222222222:role/break-glass",
          policyStatements: [
            { Sid: "Deny", Effect: "Deny", Action: "s3:DeleteObject", Resource: "*" },
          ],
          operationsPolicyStatements: [],
        },
      },
    ],
  };
}

type Vault = PromiseParts["vaults"][number];

/** A promise with one change, as the copy of some moment. */
function copyOf(
  writtenEpochMs: number,
  change: (promise: PromiseParts, vault: Vault) => void = () => undefined,
  vault = "primary",
): PlacedCopy {
  const promise = promised();
  const [first] = promise.vaults;
  if (first !== undefined) change(promise, first);
  const digest = digestOfContent(promiseContent(promise));
  const key = copyKey(digest);
  return {
    digest,
    promise,
    bucket: "b",
    key,
    versionId: `v${writtenEpochMs}`,
    writtenEpochMs,
    vault,
  };
}

describe("a copy of a promise", () => {
  const content = promiseContent(promised());
  const digest = digestOfContent(content);

  it("has its digest for a name", () => {
    expect(digestOfKey(copyKey(digest))).to.equal(digest);
    for (const key of [
      `promise/${digest}`,
      `promise/${digest}.json.json`,
      `promise/${digest.toUpperCase()}.json`,
      `promise/${digest.slice(1)}.json`,
      `elsewhere/${digest}.json`,
      `promise//${digest}.json`,
    ]) {
      expect(digestOfKey(key), key).to.equal(undefined);
    }
  });

  it("is what its digest names, and a promise and nothing more", () => {
    expect(parseCopy(content, digest)).to.deep.equal(JSON.parse(content));
    expect(parseCopy(`${content} `, digest)).to.equal(undefined);
    const whole = JSON.parse(content) as Record<string, unknown>;
    const [vault] = whole["vaults"] as Record<string, unknown>[];
    for (const other of [
      "no JSON",
      "null",
      "[]",
      canonicalJson({ ...whole, operations: { bucketName: "elsewhere" } }),
      canonicalJson({ ...whole, rules: "all" }),
      canonicalJson({ ...whole, rules: [{ name: "all" }] }),
      canonicalJson({ ...whole, source: { bucketName: "records" } }),
      canonicalJson({ ...whole, vaults: [{ ...vault, lock: { mode: "GOVERNANCE" } }] }),
      canonicalJson({ ...whole, vaults: [{ ...vault, guard: {} }] }),
      canonicalJson({ ...whole, vaults: [{ ...vault, kmsKeyArn: 1 }] }),
      canonicalJson({ ...whole, vaults: [vault, { ...vault, name: "filled by no rule" }] }),
      JSON.stringify(whole, null, 1),
    ]) {
      expect(parseCopy(other, digestOfContent(other)), other).to.equal(undefined);
    }
  });

  it("belongs beside each vault of an unchanged promise, in no stack of one team", () => {
    const outputs = { ...promised(), promise: { version: 1, digest } } as LockstepOutputs;
    const places = copyPlaces([outputs], whole);
    expect(places.map(({ bucket, content: text }) => [bucket, text])).to.deep.equal([
      ["lockstep-vault-ops-records-vault", content],
    ]);
    expect(copyPlaces([outputs], { ...whole, side: "vaults" })).to.deep.equal([]);
    const changed = { ...outputs, batchRoleArn: "arn:aws:iam::111111111111:role/other" };
    expect(copyPlaces([changed], whole)).to.deep.equal([]);
  });

  it("is named when it is missing, and so is what has its name", () => {
    const codes = (found: Parameters<typeof copyWarnings>[1]) =>
      copyWarnings("s3://b/k", found).map(({ code, message }) => `${code} ${message}`);
    const copy = copyOf(1);
    expect(codes({ copy, strangers: [], unreadable: [] })).to.deep.equal([]);
    const [missing, ...none] = codes({ strangers: [], unreadable: [] });
    expect(missing).to.match(/^PromiseCopyMissing .*s3:\/\/b\/k.*run lockstep up/);
    expect(none).to.deep.equal([]);
    expect(codes({ copy, strangers: ["v8"], unreadable: ["v9"] }).join()).to.match(
      /^PromiseCopyDiffers .*v8, v9$/,
    );
  });
});

describe("the copy that is believed", () => {
  it("is the newest that says what the config says; one of another source is none", () => {
    const ours = copyOf(1);
    const other = copyOf(9, ({ source }) => (source.bucketName = "letters"));
    const { chosen, refused, rivals } = chooseCopy(config, [other, ours]);
    expect([chosen?.digest, refused, rivals]).to.deep.equal([ours.digest, [], []]);
    expect(chooseCopy(config, [other])).to.deep.equal({ rivals: [], refused: [] });
  });

  it("is dated by its oldest, so that writing an old one again makes it no newer", () => {
    const old = (vault: Vault) => (vault.lock.since = "2026-01-01T00:00:00.000Z");
    const copies = [
      copyOf(1, (_, vault) => old(vault)),
      copyOf(2),
      copyOf(9, (_, vault) => old(vault), "second"),
    ];
    const { chosen, rivals } = chooseCopy(config, copies);
    expect(chosen?.versionId).to.equal("v2");
    expect(rivals.map(({ copy, paths }) => [copy.versionId, paths])).to.deep.equal([
      ["v1", ["vaults[0].lock.since"]],
    ]);
  });

  const weaker: Record<string, (promise: PromiseParts, vault: Vault) => void> = {
    "vaults[0]": (_, { lock }) => (lock.retentionDays = 1),
    "vaults[0].lock.maximumRetentionDays": (_, { lock }) => (lock.maximumRetentionDays = 40_000),
    "vaults[0].lock.minimumRetentionDays": (_, { lock }) => (lock.minimumRetentionDays = 1),
    "vaults[0].guard.stage": (_, { guard }) => guard && (guard.stage = "pilot"),
    "vaults[0].guard.existing": (_, { guard }) => guard && (guard.existing = true),
    "vaults[0].guard.breakGlassRoleArn": (_, { guard }) => delete guard?.breakGlassRoleArn,
    "vaults[0].kmsKeyArn": (_, vault) =>
      (vault.kmsKeyArn = "arn:aws:kms:eu-central-1:999999999999:key/k"),
    "vaults[0].operationsBucketName": (_, vault) => (vault.operationsBucketName = "elsewhere"),
    "vaults[0].bucketArn": (_, vault) => (vault.bucketArn = "arn:aws:s3:::elsewhere"),
    "rules[0]": ({ rules: [rule] }) => rule && (rule.status = "Disabled"),
    'rules "more"': ({ rules }) => rules.push(...rules.map((rule) => ({ ...rule, name: "more" }))),
    "source.existing": ({ source }) => (source.existing = true),
    "source.bucketArn": ({ source }) => (source.bucketArn = "arn:aws:s3:::elsewhere"),
    "source.replicationRoleArn": ({ source }) =>
      (source.replicationRoleArn = "arn:aws:iam::999999999999:role/theirs"),
  };
  for (const [path, change] of Object.entries(weaker)) {
    it(`is none that says otherwise in ${path}, whatever its date`, () => {
      const planted = copyOf(9, change);
      const { chosen, refused, rivals } = chooseCopy(config, [copyOf(1), planted]);
      expect(chosen?.versionId).to.equal("v1");
      expect(rivals).to.deep.equal([]);
      expect(refused.map(({ copy }) => copy.digest)).to.deep.equal([planted.digest]);
      expect(refused[0]?.problems.map((problem) => problem.path)).to.deep.equal([path]);
      expect(chooseCopy(config, [planted]).chosen).to.equal(undefined);
    });
  }

  it("may have any role of a source that was there, unless the config names one", () => {
    const there = { ...config.source, bucket: { ...config.source.bucket, existing: true } };
    const role = "arn:aws:iam::111111111111:role/of-others";
    const copy = copyOf(1, ({ source }) =>
      Object.assign(source, { existing: true, replicationRoleArn: role }),
    );
    const chosen = (replicationRoleArn?: string) =>
      chooseCopy(
        { ...config, source: { ...there, ...(replicationRoleArn && { replicationRoleArn }) } },
        [copy],
      ).chosen?.versionId;
    expect([chosen(), chosen(role), chosen(`${role}-2`)]).to.deep.equal(["v1", "v1", undefined]);
  });

  it("has S3's own keys or the key that the config names, where it makes none", () => {
    const given = "arn:aws:kms:eu-central-1:222222222222:key/given";
    const chosen = (kms: string, kmsKeyArn?: string) => {
      const vaults = config.vaults.map((vault) => ({ ...vault, encryption: { kms } }));
      const copy = copyOf(1, (promise, found) => {
        promise.rules = config.rules.map((rule) => ruleOutputs(rule, vaults));
        delete found.kmsKeyArn;
        if (kmsKeyArn !== undefined) found.kmsKeyArn = kmsKeyArn;
      });
      return chooseCopy({ ...config, vaults }, [copy]).chosen;
    };
    expect([chosen("none"), chosen(given, given)]).to.not.include(undefined);
    expect([
      chosen("none", given),
      chosen(given),
      chosen(given, `${given}-2`),
      chosen("create"),
    ]).to.deep.equal([undefined, undefined, undefined, undefined]);
  });

  it("has rivals where another agrees with the config and differs in the rest", () => {
    const planted = copyOf(9, (promise, { guard }) => {
      guard?.policyStatements.pop();
      promise.batchRoleArn = "arn:aws:iam::111111111111:role/theirs";
    });
    const { chosen, rivals } = chooseCopy(config, [copyOf(1), planted]);
    expect(chosen?.digest).to.equal(planted.digest);
    expect(rivals.map(({ copy, paths }) => [copy.versionId, [...paths].sort()])).to.deep.equal([
      ["v1", ["batchRoleArn", "vaults[0].guard.policyStatements"]],
    ]);
  });

  it("differs down to the members that do", () => {
    const one = { a: [{ b: 1, c: 2 }, { d: 3 }], e: "f" };
    expect(differingPaths(one, structuredClone(one))).to.deep.equal([]);
    expect(differingPaths(one, { a: [{ b: 1, c: 9 }], g: 1 })).to.deep.equal([
      "a[0].c",
      "a[1]",
      "e",
      "g",
    ]);
  });
});
