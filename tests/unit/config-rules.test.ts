/** Combinations of a rule's and a vault's options that S3 refuses, refused before any call. */

import { expect } from "chai";
import { parseConfig } from "../../components/config";
import { afterChange, first, problemsOf, type Raw, wholeConfig } from "./whole-config";

interface Case {
  title: string;
  change: (raw: Raw) => unknown;
  path: string;
  says: RegExp;
}

describe("config: options of rules and vaults", () => {
  const cases: Case[] = [
    {
      title: "the old name of an option, which says the new one",
      change: (raw) => (first(raw.rules).deleteMarkers = false),
      path: "rules[0].deleteMarkers",
      says: /is called deleteMarkerReplication/,
    },
    {
      title: "what S3 does not take any more",
      change: (raw) => (first(raw.rules).existingObjectReplication = true),
      path: "rules[0].existingObjectReplication",
      says: /lockstep backfill/,
    },
    {
      title: "versions under SSE-KMS without a key for the replicas",
      change: (raw) => {
        first(raw.vaults).encryption = { kms: "none" };
        first(raw.rules).sseKmsEncryptedObjects = true;
      },
      path: "rules[0].sseKmsEncryptedObjects",
      says: /refuses one without the other/,
    },
    {
      title: "a key for replicas of a rule that takes no versions under SSE-KMS",
      change: (raw) =>
        Object.assign(first(raw.rules), {
          sseKmsEncryptedObjects: false,
          replicaKmsKeyId: "arn:aws:kms:eu-central-1:222222222222:key/1",
        }),
      path: "rules[0].replicaKmsKeyId",
      says: /only together/,
    },
    {
      title: "a key of another Region for a rule's replicas",
      change: (raw) =>
        (first(raw.rules).replicaKmsKeyId = "arn:aws:kms:eu-west-1:222222222222:key/1"),
      path: "rules[0].replicaKmsKeyId",
      says: /Region eu-central-1/,
    },
    {
      title: "an owner override within one account",
      change: (raw) => {
        first(raw.vaults).accountId = "111111111111";
        delete (first(raw.vaults) as { assumeRoleArn?: string }).assumeRoleArn;
        first(raw.rules).ownerOverride = true;
      },
      path: "rules[0].ownerOverride",
      says: /across accounts only/,
    },
    {
      title: "a break-glass role of another account",
      change: (raw) =>
        Object.assign(first(raw.vaults), {
          breakGlassRoleArn: "arn:aws:iam::111111111111:role/break-glass",
        }),
      path: "vaults[0].breakGlassRoleArn",
      says: /works in the vault's account/,
    },
    {
      title: "a maximum below the promised retention",
      change: (raw) => (first(raw.vaults).lock["maximumRetention"] = "29 days"),
      path: "vaults[0].lock.maximumRetention",
      says: /expected at least the vault's retention of 30 days, got "29 days"; .*leave it out/,
    },
    {
      title: "a maximum below the retention that the stage has by default",
      change: (raw) =>
        (first(raw.vaults).lock = { maximumRetention: "1 day", stage: "governance" }),
      path: "vaults[0].lock.maximumRetention",
      says: /expected at least the vault's retention of 30 days/,
    },
    {
      title: "a maximum below what the source locks for by itself",
      change: (raw) => {
        Object.assign(raw.source.bucket, {
          objectLock: { mode: "GOVERNANCE", retention: "7 years" },
        });
        first(raw.vaults).lock["maximumRetention"] = "6 years";
      },
      path: "vaults[0].lock.maximumRetention",
      says: /retention of 2555 days in source\.bucket\.objectLock, got "6 years"/,
    },
    {
      title: "a floor above the promised retention",
      change: (raw) => (first(raw.vaults).lock["minimumRetention"] = "31 days"),
      path: "vaults[0].lock.minimumRetention",
      says: /expected at most the vault's retention of 30 days, got "31 days"; .*leave it out/,
    },
    {
      title: "a limit without a unit",
      change: (raw) => (first(raw.vaults).lock["maximumRetention"] = "3650"),
      path: "vaults[0].lock.maximumRetention",
      says: /whole number and a unit/,
    },
    {
      title: "a misspelt limit",
      change: (raw) => (first(raw.vaults).lock["maximumRetenton"] = "1 year"),
      path: "vaults[0].lock.maximumRetenton",
      says: /did you mean "?maximumRetention/,
    },
  ];

  it("takes limits that are the promised retention itself, in days, and none by default", () => {
    const raw = wholeConfig();
    expect(parseConfig(raw).vaults[0]?.lock).to.deep.equal({
      stage: "governance",
      retentionDays: 30,
    });
    Object.assign(first(raw.vaults).lock, {
      maximumRetention: "30 days",
      minimumRetention: "30 days",
    });
    expect(parseConfig(raw).vaults[0]?.lock).to.deep.equal({
      stage: "governance",
      retentionDays: 30,
      maximumRetentionDays: 30,
      minimumRetentionDays: 30,
    });
  });

  it("refuses a maximum at the next hop of a chain below what the first one locks for", () => {
    const access = { accountId: "222222222222", region: "eu-central-1" };
    const problems = problemsOf({
      sources: [
        {
          name: "first",
          accountId: "111111111111",
          region: "eu-west-1",
          bucket: { name: "records" },
        },
        { name: "next", bucket: { vault: "near" } },
      ],
      vaults: [
        {
          name: "near",
          ...access,
          bucket: { name: "near-vault" },
          lock: { stage: "governance", retention: "1 year" },
        },
        {
          name: "far",
          ...access,
          bucket: { name: "far-vault" },
          lock: { stage: "governance", retention: "30 days", maximumRetention: "30 days" },
        },
      ],
      rules: [
        { name: "all", vault: "near" },
        { name: "onwards", source: "next", vault: "far" },
      ],
    });
    expect(problems.map(({ path }) => path)).to.deep.equal(["vaults[1].lock.maximumRetention"]);
    expect(problems[0]?.message).to.match(/365 days in vaults\[0\]\.lock/);
  });

  for (const { title, change, path, says } of cases) {
    it(`refuses ${title}, and nothing else`, () => {
      const problems = afterChange(change);
      expect(problems.map((problem) => problem.path)).to.deep.equal([path]);
      expect(problems[0]?.message).to.match(says);
    });
  }
});
