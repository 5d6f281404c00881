import { expect } from "chai";
import type { VersionHead } from "../../automation/look/version-head";
import {
  codeOf,
  DAY_MS,
  REPLICA_HEAD,
  judgeWorld,
  NOW,
  RULE,
  VAULT,
  VERSION,
  type World,
} from "../helpers/judged-world";

const MISSING = { unreadable: "missing", cause: "HTTP 404" } as const;
const KEY = "arn:aws:kms:eu-central-1:222222222222:key/vault";
const ATTACKERS_KEY = "arn:aws:kms:eu-central-1:999999999999:key/theirs";
const kms = (kmsKeyArn: string): Partial<VersionHead> => ({
  encryption: "aws:kms",
  kmsKeyArn,
  etag: '"another"',
});
const takesKms = { ...RULE, sseKmsEncryptedObjects: true };

/** Only what has no id can be written over. */
const OVERWRITTEN: World = {
  version: { versionId: "null" },
  source: { versionId: "null" },
  replica: {
    versionId: "null",
    etag: '"00000000000000000000000000000000"',
    lastModifiedEpochMs: VERSION.lastModifiedEpochMs - DAY_MS,
  },
};

/** A world and what has to come of it. */
const CASES: readonly (readonly [what: string, world: World, expected: string])[] = [
  ["an equal, locked replica", {}, "proven/etag"],
  [
    "a replica with an equal checksum",
    {
      source: { checksums: { ChecksumSHA256: "x" } },
      replica: { checksums: { ChecksumSHA256: "x" } },
    },
    "proven/checksum",
  ],
  [
    "a replica under keys on both sides, without checksums",
    {
      source: kms("theirs"),
      replica: { ...kms(KEY), etag: '"third"' },
      vault: { kmsKeyArn: KEY },
      rules: [takesKms],
    },
    "proven/size",
  ],
  // Where it has to be.
  ["a delete marker", { version: { isDeleteMarker: true } }, "not-applicable/delete-marker"],
  [
    "a version outside every promised prefix",
    { rules: [{ ...RULE, prefix: "other/" }] },
    "not-applicable/out-of-scope",
  ],
  [
    "a version without the promised tag",
    { rules: [{ ...RULE, tags: { keep: "yes" } }], sourceFacts: { tags: { keep: "no" } } },
    "not-applicable/out-of-scope",
  ],
  [
    "a version with the promised tag",
    { rules: [{ ...RULE, tags: { keep: "yes" } }], sourceFacts: { tags: { keep: "yes", b: "" } } },
    "proven/etag",
  ],
  [
    "a version whose tags may not be read",
    {
      rules: [{ ...RULE, tags: { keep: "yes" } }],
      sourceFacts: { tags: { unreadable: "no-right", cause: "HTTP 403" } },
    },
    "unverifiable/no-right",
  ],
  [
    "a version that only a disabled rule takes",
    { rules: [{ ...RULE, status: "Disabled" }] },
    "unprotected/rule-disabled",
  ],
  [
    "a version under a disabled rule and an enabled one for the same vault",
    { rules: [{ ...RULE, status: "Disabled", priority: 9 }, RULE] },
    "proven/etag",
  ],
  [
    "a version under KMS that no rule takes",
    { source: kms("theirs"), replica: MISSING },
    "unprotected/kms-not-taken",
  ],
  [
    "an archived version that never came",
    { version: { storageClass: "DEEP_ARCHIVE" }, replica: MISSING },
    "unprotected/archived",
  ],
  ["an archived version that is there", { version: { storageClass: "GLACIER" } }, "proven/etag"],
  [
    "a restored version that never came",
    { version: { storageClass: "GLACIER" }, source: { isRestored: true }, replica: MISSING },
    "failed/missing",
  ],
  [
    "a version in an archive tier of Intelligent-Tiering",
    { source: { isInArchiveTier: true }, replica: MISSING },
    "unprotected/archived",
  ],
  [
    "a version in Glacier Instant Retrieval that never came",
    { version: { storageClass: "GLACIER_IR" }, replica: MISSING },
    "failed/missing",
  ],
  [
    "a replica of elsewhere",
    { source: { replicationStatus: "REPLICA" }, replica: MISSING },
    "unprotected/replica",
  ],
  [
    "a replica in a chain",
    { source: { replicationStatus: "REPLICA" }, replica: MISSING, chainedFrom: "first" },
    "failed/missing",
  ],
  [
    "a version under SSE-C that never came",
    { source: { unreadable: "sse-c", cause: "SSE-C" }, replica: MISSING },
    "unprotected/sse-c",
  ],
  [
    "a version under SSE-C on both sides",
    {
      source: { unreadable: "sse-c", cause: "SSE-C" },
      replica: { unreadable: "sse-c", cause: "SSE-C" },
    },
    "unverifiable/sse-c",
  ],
  [
    "a replica under SSE-C of a source that is not",
    { replica: { unreadable: "sse-c", cause: "SSE-C" } },
    "failed/wrong-key",
  ],
  // Whether it can be read.
  ["a missing replica", { replica: MISSING }, "failed/missing"],
  [
    "a missing replica of a version that the source calls FAILED",
    { source: { replicationStatus: "FAILED" }, replica: MISSING },
    "failed/missing",
  ],
  [
    "a delete marker with the version's id at the vault",
    { replica: { unreadable: "delete-marker", cause: "HTTP 405" } },
    "failed/missing",
  ],
  [
    "a replica that was deleted by its version id",
    {
      replica: MISSING,
      replicaFacts: { jobError: "DstObjectHardDeleted: gone" },
    },
    "unprotected/deleted-at-vault",
  ],
  [
    "a vault that does not let us look",
    { replica: { unreadable: "no-right", cause: "HTTP 403" } },
    "unverifiable/no-right",
  ],
  [
    "a vault that answers errors",
    { replica: { unreadable: "error", cause: "HTTP 503" } },
    "unverifiable/error",
  ],
  [
    "a source that does not let us look",
    { source: { unreadable: "no-right", cause: "HTTP 403" } },
    "unverifiable/no-right",
  ],
  [
    "a version that went during the look, and came to the vault before",
    { source: MISSING, sourceFacts: { isGone: true } },
    "proven/etag",
  ],
  [
    "a version that went during the look, and never came to the vault",
    { source: MISSING, sourceFacts: { isGone: true }, replica: MISSING },
    "unverifiable/gone",
  ],
  [
    "a version that went during the look, with other content at the vault",
    {
      source: MISSING,
      sourceFacts: { isGone: true },
      replica: { etag: '"00000000000000000000000000000000"' },
    },
    "failed/content",
  ],
  ["a version that is listed and cannot be found", { source: MISSING }, "unverifiable/gone"],
  // Content.
  ["another version id", { replica: { versionId: "v2" } }, "failed/content"],
  ["another size", { replica: { sizeBytes: 4 } }, "failed/content"],
  ["another MD5", { replica: { etag: '"00000000000000000000000000000000"' } }, "failed/content"],
  [
    "another checksum",
    {
      source: { checksums: { ChecksumSHA256: "x" } },
      replica: { checksums: { ChecksumSHA256: "y" } },
    },
    "failed/content",
  ],
  ["a version without an id, written over since it came", OVERWRITTEN, "failed/overwritten"],
  [
    "the same of another size",
    {
      ...OVERWRITTEN,
      replica: {
        ...OVERWRITTEN.replica,
        etag: REPLICA_HEAD.etag,
        sizeBytes: REPLICA_HEAD.sizeBytes + 1,
      },
    },
    "failed/overwritten",
  ],
  [
    "one that was written over with what was there",
    { ...OVERWRITTEN, replica: { ...OVERWRITTEN.replica, etag: REPLICA_HEAD.etag } },
    "proven/etag",
  ],
  [
    "one that was written over within a second, which no HEAD tells apart",
    {
      ...OVERWRITTEN,
      replica: { ...OVERWRITTEN.replica, lastModifiedEpochMs: VERSION.lastModifiedEpochMs - 999 },
    },
    "failed/content",
  ],
  [
    "a version without an id that the vault has a younger one of",
    {
      ...OVERWRITTEN,
      replica: { ...OVERWRITTEN.replica, lastModifiedEpochMs: NOW },
    },
    "failed/content",
  ],
  [
    "an older version without an id that replication did not bring",
    { ...OVERWRITTEN, replica: { ...OVERWRITTEN.replica, replicationStatus: undefined } },
    "failed/not-replica",
  ],
  [
    "an older version without an id that is of another size, and that replication did not bring",
    {
      ...OVERWRITTEN,
      replica: {
        ...OVERWRITTEN.replica,
        replicationStatus: undefined,
        sizeBytes: REPLICA_HEAD.sizeBytes + 1,
      },
    },
    "failed/content",
  ],
  [
    "an older one with an id, which nobody can write over",
    {
      replica: {
        etag: '"00000000000000000000000000000000"',
        lastModifiedEpochMs: VERSION.lastModifiedEpochMs - DAY_MS,
      },
    },
    "failed/content",
  ],
  ["no replica", { replica: { replicationStatus: undefined } }, "failed/not-replica"],
  [
    "a status of the next hop",
    { replica: { replicationStatus: "COMPLETED" } },
    "failed/not-replica",
  ],
  [
    "a status of the next hop at a chained vault",
    {
      replica: { replicationStatus: "COMPLETED" },
      vault: {
        guard: { stage: "governance", existing: false, isChained: true, policyStatements: [] },
      },
    },
    "proven/etag",
  ],
  // Lock: equal, aged, lapsed, absent.
  [
    "a lock that is exactly as long as promised",
    { replica: { retainUntilEpochMs: NOW + 29 * DAY_MS } },
    "proven/etag",
  ],
  [
    "a lock a second short, which dates in whole seconds make",
    { replica: { retainUntilEpochMs: NOW + 29 * DAY_MS - 1000 } },
    "proven/etag",
  ],
  [
    "a lock more than a second short",
    { replica: { retainUntilEpochMs: NOW + 29 * DAY_MS - 1001 } },
    "failed/lock-weaker",
  ],
  [
    "a lock that was right and is over",
    {
      version: { lastModifiedEpochMs: NOW - 40 * DAY_MS },
      replica: { retainUntilEpochMs: NOW - 10 * DAY_MS },
    },
    "lapsed/lapsed",
  ],
  [
    "a lock that was short and is over",
    {
      version: { lastModifiedEpochMs: NOW - 40 * DAY_MS },
      replica: { retainUntilEpochMs: NOW - 11 * DAY_MS },
    },
    "failed/lock-weaker",
  ],
  [
    "a lock that ends in this moment",
    {
      version: { lastModifiedEpochMs: NOW - 30 * DAY_MS },
      replica: { retainUntilEpochMs: NOW },
    },
    "lapsed/lapsed",
  ],
  [
    "an old version under a lock that was deployed later",
    {
      version: { lastModifiedEpochMs: NOW - 900 * DAY_MS },
      vault: { lock: { ...VAULT.lock, since: new Date(NOW - DAY_MS).toISOString() } },
      replica: { retainUntilEpochMs: NOW + 29 * DAY_MS },
    },
    "proven/etag",
  ],
  [
    "an old version whose lock counts from its own date",
    {
      version: { lastModifiedEpochMs: NOW - 900 * DAY_MS },
      replica: { retainUntilEpochMs: NOW - 870 * DAY_MS },
    },
    "failed/lock-weaker",
  ],
  [
    "no lock at all",
    { replica: { lockMode: undefined, retainUntilEpochMs: undefined } },
    "failed/lock-weaker",
  ],
  [
    "GOVERNANCE in a COMPLIANCE vault",
    { vault: { lock: { ...VAULT.lock, mode: "COMPLIANCE" } } },
    "failed/lock-weaker",
  ],
  ["COMPLIANCE in a GOVERNANCE vault", { replica: { lockMode: "COMPLIANCE" } }, "proven/etag"],
  [
    "a source's ten minutes in a vault of thirty days",
    {
      source: { lockMode: "GOVERNANCE", retainUntilEpochMs: NOW + 600_000 },
      replica: { retainUntilEpochMs: NOW + 600_000 },
    },
    "failed/lock-weaker",
  ],
  [
    "a source's longer lock that the replica lacks",
    { source: { lockMode: "GOVERNANCE", retainUntilEpochMs: NOW + 60 * DAY_MS } },
    "failed/lock-weaker",
  ],
  [
    "a source's stricter mode that the replica lacks",
    { source: { lockMode: "COMPLIANCE", retainUntilEpochMs: NOW + 5 * DAY_MS } },
    "failed/lock-weaker",
  ],
  [
    "a source's lock that is over: the vault's counts",
    { source: { lockMode: "COMPLIANCE", retainUntilEpochMs: NOW - DAY_MS } },
    "proven/etag",
  ],
  ["an answer without a date", { replica: { answeredEpochMs: undefined } }, "unverifiable/error"],
  ["a legal hold that the replica lacks", { source: { isOnLegalHold: true } }, "failed/legal-hold"],
  [
    "a legal hold on both",
    { source: { isOnLegalHold: true }, replica: { isOnLegalHold: true } },
    "proven/etag",
  ],
  [
    "an event hold that the replica lacks",
    { source: { isOnEventHold: true } },
    "failed/event-hold",
  ],
  // Key, class, owner, tags.
  [
    "a replica under the vault's key",
    {
      source: kms("theirs"),
      replica: kms(KEY),
      vault: { kmsKeyArn: KEY },
      rules: [takesKms],
    },
    "proven/etag",
  ],
  [
    "a replica under the key of its rule",
    {
      source: kms("theirs"),
      replica: kms("rule-key"),
      vault: { kmsKeyArn: KEY },
      rules: [{ ...takesKms, replicaKmsKeyId: "rule-key" }],
    },
    "proven/etag",
  ],
  [
    "a replica under the vault's key where its rule promises another",
    {
      source: kms("theirs"),
      replica: kms(KEY),
      vault: { kmsKeyArn: KEY },
      rules: [{ ...takesKms, replicaKmsKeyId: "rule-key" }],
    },
    "failed/wrong-key",
  ],
  [
    "a replica under an attacker's key",
    {
      source: kms("theirs"),
      replica: kms(ATTACKERS_KEY),
      vault: { kmsKeyArn: KEY },
      rules: [takesKms],
    },
    "failed/wrong-key",
  ],
  [
    "a replica under a key where none is promised",
    { replica: kms(ATTACKERS_KEY) },
    "failed/wrong-key",
  ],
  [
    "S3's own keys at both sides, in a vault with a key",
    { vault: { kmsKeyArn: KEY } },
    "proven/etag",
  ],
  [
    "a source from before encryption, whose replica takes the vault's key",
    { source: { encryption: undefined }, replica: kms(KEY), vault: { kmsKeyArn: KEY } },
    "proven/size",
  ],
  [
    "a source from before encryption, whose replica does not take the vault's key",
    { source: { encryption: undefined }, vault: { kmsKeyArn: KEY } },
    "failed/wrong-key",
  ],
  [
    "a source under KMS whose replica is not",
    { source: kms("theirs"), vault: { kmsKeyArn: KEY }, rules: [takesKms] },
    "failed/wrong-key",
  ],
  [
    "the vault's class",
    { vault: { storageClass: "GLACIER_IR" }, replica: { storageClass: "GLACIER_IR" } },
    "proven/etag",
  ],
  [
    "another class than the vault's",
    { vault: { storageClass: "GLACIER_IR" } },
    "failed/wrong-class",
  ],
  [
    "another class than the rule's",
    {
      vault: { storageClass: "GLACIER_IR" },
      rules: [{ ...RULE, storageClass: "STANDARD_IA" }],
      replica: { storageClass: "GLACIER_IR" },
    },
    "failed/wrong-class",
  ],
  ["another owner", { replicaFacts: { foreignOwnerId: "someone" } }, "failed/wrong-owner"],
  [
    "equal tags",
    { replicaFacts: { tags: { source: { a: "1", b: "2" }, vault: { b: "2", a: "1" } } } },
    "proven/etag",
  ],
  [
    "other tags",
    { replicaFacts: { tags: { source: { a: "1" }, vault: { a: "2" } } } },
    "failed/tags",
  ],
  [
    "tags at the vault that may not be read",
    {
      replicaFacts: {
        tags: { source: { a: "1" }, vault: { unreadable: "no-right", cause: "HTTP 403" } },
      },
    },
    "unverifiable/no-right",
  ],
];

describe("what becomes of a version", () => {
  for (const [what, world, expected] of CASES) {
    it(`${what}: ${expected}`, () => {
      expect(codeOf(world)).to.equal(expected);
    });
  }

  it("is said for each vault by itself", () => {
    const rules = [RULE, { ...RULE, name: "away", vault: "second", status: "Disabled" as const }];
    expect(judgeWorld({ rules }).map(({ code, vault }) => [vault, code])).to.deep.equal([
      ["second", "rule-disabled"],
      ["primary", "etag"],
    ]);
  });

  it("names the source's FAILED beside a replica that is right", () => {
    const [outcome] = judgeWorld({ source: { replicationStatus: "FAILED" } });
    expect(outcome).to.deep.include({ kind: "proven" });
    expect(outcome?.cause).to.contain("FAILED");
  });
});
