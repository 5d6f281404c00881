import type { ReplicationRule } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { ineligibility } from "../../src/services/s3/replication/eligibility";
import { overallStatus, settle } from "../../src/replication/overall-status";
import {
  carriesDeleteMarkers,
  matchingRules,
  preparedRules,
} from "../../src/services/s3/replication/rules";
import type { PreparedRule } from "../../src/services/s3/replication/rules";
import type { ObjectVersion } from "../../src/services/s3/store/model";

const destination = (name: string) => ({ Bucket: `arn:aws:s3:::${name}` });
const tags = (record: Record<string, string>) => new Map(Object.entries(record));

function rule(id: string, overrides: Partial<ReplicationRule> = {}): ReplicationRule {
  return {
    ID: id,
    Status: "Enabled",
    Priority: 1,
    Filter: {},
    Destination: destination("vault"),
    ...overrides,
  };
}

function matchedIds(rules: ReplicationRule[], key: string, keyTags?: Record<string, string>) {
  const facts = { key, tags: keyTags && tags(keyTags) };
  return matchingRules({ Role: "role", Rules: rules }, facts).map(({ ruleId }) => ruleId);
}

function prepared(overrides: Partial<ReplicationRule> = {}): PreparedRule {
  const [first] = preparedRules({ Role: "role", Rules: [rule("one", overrides)] });
  if (first === undefined) throw new Error("The rule is not enabled.");
  return first;
}

describe("replication rules", () => {
  it("match every key with an empty filter", () => {
    expect(matchedIds([rule("all")], "any/key")).to.deep.equal(["all"]);
  });

  it("do not match when disabled", () => {
    expect(matchedIds([rule("off", { Status: "Disabled" })], "key")).to.deep.equal([]);
  });

  it("match by prefix, to the letter", () => {
    const rules = [rule("tax", { Filter: { Prefix: "tax/" } })];
    expect(matchedIds(rules, "tax/2025.pdf")).to.deep.equal(["tax"]);
    expect(matchedIds(rules, "Tax/2025.pdf")).to.deep.equal([]);
    expect(matchedIds(rules, "/tax/2025.pdf")).to.deep.equal([]);
  });

  it("of a configuration without any match nothing", () => {
    const none = { Role: "role", Rules: undefined };
    expect(matchingRules(none, { key: "a" })).to.deep.equal([]);
    expect(preparedRules(none)).to.equal(preparedRules(none));
  });

  it("match by tag key and value", () => {
    const rules = [rule("keep", { Filter: { Tag: { Key: "keep", Value: "yes" } } })];
    expect(matchedIds(rules, "key", { keep: "yes", other: "1" })).to.deep.equal(["keep"]);
    expect(matchedIds(rules, "key", { keep: "no" })).to.deep.equal([]);
    expect(matchedIds(rules, "key")).to.deep.equal([]);
  });

  it("leave out what matches any part of a Not filter, alone and within And", () => {
    const keep = { Key: "keep", Value: "no" };
    const rules = [rule("but", { Filter: { Not: { Prefix: "private/" } } })];
    expect(matchedIds(rules, "public/key")).to.deep.equal(["but"]);
    expect(matchedIds(rules, "private/key")).to.deep.equal([]);
    const tagged = [rule("but", { Filter: { Not: { Tag: keep } } })];
    expect(matchedIds(tagged, "key")).to.deep.equal(["but"]);
    expect(matchedIds(tagged, "key", { keep: "no" })).to.deep.equal([]);
    const several = { Or: { Prefixes: ["a/x/", "a/y/"], Tags: [keep] } };
    const within = [rule("but", { Filter: { And: { Prefix: "a/", Not: several } } })];
    expect(matchedIds(within, "a/z/key", { keep: "yes" })).to.deep.equal(["but"]);
    for (const key of ["b/key", "a/x/key", "a/y/key"]) {
      expect(matchedIds(within, key), key).to.deep.equal([]);
    }
    expect(matchedIds(within, "a/z/key", { keep: "no" })).to.deep.equal([]);
  });

  it("want prefix and all tags of an And filter", () => {
    const filter = {
      And: {
        Prefix: "a/",
        Tags: [
          { Key: "one", Value: "1" },
          { Key: "two", Value: "2" },
        ],
      },
    };
    const rules = [rule("both", { Filter: filter })];
    expect(matchedIds(rules, "a/key", { one: "1", two: "2" })).to.deep.equal(["both"]);
    expect(matchedIds(rules, "a/key", { one: "1" })).to.deep.equal([]);
    expect(matchedIds(rules, "b/key", { one: "1", two: "2" })).to.deep.equal([]);
  });

  it("of the same priority apply in the order given, one without a priority last", () => {
    const rules = [
      rule("none", { Priority: undefined }),
      rule("first"),
      rule("second"),
      rule("lowest", { Priority: -1, Destination: destination("second") }),
    ];
    expect(matchedIds(rules, "key")).to.deep.equal(["first", "lowest"]);
    expect(preparedRules({ Role: "role", Rules: rules }).map(({ ruleId }) => ruleId)).to.deep.equal(
      ["first", "second", "none", "lowest"],
    );
  });

  it("of one destination apply by the highest priority, of others all", () => {
    const rules = [
      rule("low", { Priority: 1 }),
      rule("high", { Priority: 9 }),
      rule("elsewhere", { Priority: 5, Destination: destination("second") }),
    ];
    expect(matchedIds(rules, "key")).to.deep.equal(["high", "elsewhere"]);
  });

  it("fall back to a lower priority where the higher one does not match", () => {
    const rules = [
      rule("low", { Priority: 1 }),
      rule("high", { Priority: 9, Filter: { Prefix: "x/" } }),
    ];
    expect(matchedIds(rules, "key")).to.deep.equal(["low"]);
  });

  it("of the first schema take their own prefix and carry delete markers", () => {
    const first = rule("v1", { Filter: undefined, Priority: undefined, Prefix: "logs/" });
    expect(matchedIds([first], "logs/1")).to.deep.equal(["v1"]);
    expect(matchedIds([first], "else")).to.deep.equal([]);
    expect(carriesDeleteMarkers(prepared({ Filter: undefined }))).to.equal(true);
  });

  it("of the second schema carry delete markers only when they say so", () => {
    expect(carriesDeleteMarkers(prepared())).to.equal(false);
    const enabled = { DeleteMarkerReplication: { Status: "Enabled" as const } };
    expect(carriesDeleteMarkers(prepared(enabled))).to.equal(true);
  });
});

describe("replication eligibility", () => {
  const now = 1_000_000;
  const version = {
    isDeleteMarker: false,
    storageClass: "STANDARD",
    encryption: { algorithm: "AES256" as const },
  };

  it("takes plain, SSE-S3 and SSE-C versions of readable classes on both roads", () => {
    for (const storageClass of ["STANDARD", "STANDARD_IA", "GLACIER_IR", "INTELLIGENT_TIERING"]) {
      for (const algorithm of ["AES256", "SSE-C"] as const) {
        const facts = { ...version, storageClass, encryption: { algorithm } };
        expect(ineligibility(facts, prepared(), "live", now)).to.equal(undefined);
        expect(ineligibility(facts, prepared(), "batch", now)).to.equal(undefined);
      }
    }
  });

  it("takes archived versions only while a restored copy can be read", () => {
    for (const storageClass of ["GLACIER", "DEEP_ARCHIVE"]) {
      const facts = { ...version, storageClass };
      expect(ineligibility(facts, prepared(), "batch", now)).to.equal("archived");
      const restore = { readyEpochMs: now, expiresEpochMs: now + 1, days: 1, tier: "Bulk" };
      const restored = { ...facts, restore };
      expect(ineligibility(restored, prepared(), "batch", now - 1)).to.equal("archived");
      expect(ineligibility(restored, prepared(), "batch", now)).to.equal(undefined);
      expect(ineligibility(restored, prepared(), "batch", now + 1)).to.equal("archived");
    }
  });

  it("takes KMS versions only with opt-in and a key for the replica", () => {
    const optedIn = prepared({
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" } },
      Destination: { ...destination("vault"), EncryptionConfiguration: { ReplicaKmsKeyID: "key" } },
    });
    for (const algorithm of ["aws:kms", "aws:kms:dsse"] as const) {
      const facts = { ...version, encryption: { algorithm } };
      expect(ineligibility(facts, prepared(), "live", now)).to.equal("kms-not-opted-in");
      expect(ineligibility(facts, optedIn, "live", now)).to.equal(undefined);
    }
  });

  it("takes no KMS version with half of an opt-in", () => {
    const facts = { ...version, encryption: { algorithm: "aws:kms" as const } };
    const optIn = (Status: "Enabled" | "Disabled") => ({
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status } },
    });
    const keyed = {
      Destination: { ...destination("vault"), EncryptionConfiguration: { ReplicaKmsKeyID: "key" } },
    };
    const modifications = { ReplicaModifications: { Status: "Enabled" as const } };
    for (const half of [
      keyed,
      { ...keyed, ...optIn("Disabled") },
      { ...keyed, SourceSelectionCriteria: modifications },
      optIn("Enabled"),
      { ...optIn("Enabled"), Destination: { ...destination("v"), EncryptionConfiguration: {} } },
    ]) {
      expect(ineligibility(facts, prepared(half), "batch", now)).to.equal("kms-not-opted-in");
    }
  });

  it("takes replicas on the batch road only", () => {
    const facts = { ...version, replicationStatus: "REPLICA" as const };
    expect(ineligibility(facts, prepared(), "live", now)).to.equal("replica");
    expect(ineligibility(facts, prepared(), "batch", now)).to.equal(undefined);
  });
});

describe("what became of a version at its destinations", () => {
  const at = (name: string) => `arn:aws:s3:::${name}`;
  const done = { status: "COMPLETED", ruleId: "rule" } as const;
  const failed = { status: "FAILED", ruleId: "rule" } as const;
  const version = () => ({}) as ObjectVersion;

  it("is added to what is known of the others, and shown as a whole", () => {
    const one = version();
    settle(one, at("one"), done);
    expect(one.replicationStatus).to.equal("COMPLETED");
    settle(one, at("two"), failed);
    expect(one.replicationStatus).to.equal("FAILED");
    const other = version();
    settle(other, at("one"), done);
    expect(other.replicationStatus, "after one with two destinations").to.equal("COMPLETED");
    settle(one, at("two"), done);
    expect(one.replicationStatus).to.equal("COMPLETED");
    settle(other, at("three"), failed);
    expect([...(other.replicationByDestination ?? [])]).to.deep.equal([
      [at("one"), done],
      [at("three"), failed],
    ]);
  });

  it("is kept once for all versions of which it is true", () => {
    const [one, other] = [version(), version()];
    for (const each of [one, other]) {
      settle(each, at("one"), { ...done });
      settle(each, at("two"), { ...failed });
    }
    expect(one.replicationByDestination).to.equal(other.replicationByDestination);
  });

  it("does not show at a replica, which stays one (assumed)", () => {
    const replica = { ...version(), replicationStatus: "REPLICA" as const };
    settle(replica, at("one"), done);
    expect(replica.replicationStatus).to.equal("REPLICA");
    expect(replica.replicationByDestination?.get(at("one"))).to.deep.equal(done);
  });
});

describe("the overall replication status", () => {
  const status = (...statuses: ("PENDING" | "COMPLETED" | "FAILED")[]) =>
    overallStatus(statuses.map((one) => ({ status: one, ruleId: "rule" })));

  it("is COMPLETED only when all are, FAILED when any is, PENDING while any is", () => {
    expect(status()).to.equal(undefined);
    expect(status("COMPLETED", "COMPLETED")).to.equal("COMPLETED");
    expect(status("COMPLETED", "FAILED")).to.equal("FAILED");
    expect(status("FAILED", "COMPLETED")).to.equal("FAILED");
    expect(status("FAILED", "PENDING")).to.equal("PENDING");
    expect(status("COMPLETED", "PENDING")).to.equal("PENDING");
  });
});
