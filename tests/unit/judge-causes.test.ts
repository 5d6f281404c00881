/** What is said of a version that is not proven: the words lead to the next step, so each is stated once. */

import { expect } from "chai";
import type { VersionHead } from "../../automation/look/version-head";
import type { VaultGuardOutputs } from "../../components/promise/outputs";
import {
  judgeWorld,
  NOW,
  REPLICA_HEAD,
  RULE,
  VAULT,
  VERSION,
  type World,
} from "../helpers/judged-world";

const MISSING = { unreadable: "missing", cause: "HTTP 404" } as const;
const NO_RIGHT = { unreadable: "no-right", cause: "HTTP 403" } as const;
const ERROR = { unreadable: "error", cause: "HTTP 503" } as const;
const SSE_C = { unreadable: "sse-c", cause: "under SSE-C" } as const;
const KEY = "vault-key";
const kms = (kmsKeyArn?: string): Partial<VersionHead> => ({
  encryption: "aws:kms",
  kmsKeyArn,
  etag: '"another"',
});
const takesKms = { ...RULE, sseKmsEncryptedObjects: true };
const keepRule = { ...RULE, tags: { keep: "yes" } };

const CASES: readonly (readonly [world: World, outcome: string, cause: string])[] = [
  [
    { rules: [{ ...RULE, status: "Disabled" }] },
    "unprotected/rule-disabled",
    "rule all is deployed as disabled",
  ],
  [
    { rules: [keepRule], sourceFacts: { tags: NO_RIGHT } },
    "unverifiable/no-right",
    "its tags at the source: HTTP 403",
  ],
  [
    { rules: [keepRule], sourceFacts: { tags: MISSING } },
    "unverifiable/gone",
    "its tags at the source: HTTP 404",
  ],
  [
    { rules: [keepRule], sourceFacts: { tags: ERROR } },
    "unverifiable/error",
    "its tags at the source: HTTP 503",
  ],
  // Why it cannot come along.
  [
    { source: kms("theirs"), replica: MISSING },
    "unprotected/kms-not-taken",
    "it is under SSE-KMS, which rule all does not take (sseKmsEncryptedObjects)",
  ],
  [
    { version: { storageClass: "GLACIER" }, replica: MISSING },
    "unprotected/archived",
    "in GLACIER at the source: restore it, then run a backfill",
  ],
  [
    { version: { storageClass: "DEEP_ARCHIVE" }, replica: MISSING, source: NO_RIGHT },
    "unprotected/archived",
    "in DEEP_ARCHIVE at the source: restore it, then run a backfill",
  ],
  [
    { source: { isInArchiveTier: true }, replica: MISSING },
    "unprotected/archived",
    "in an archive tier of Intelligent-Tiering at the source: restore it, then run a backfill",
  ],
  [
    { source: { isInArchiveTier: true, isRestored: true }, replica: MISSING },
    "failed/missing",
    "not at the vault; the source says COMPLETED",
  ],
  [
    { source: SSE_C, replica: MISSING },
    "unprotected/sse-c",
    "under SSE-C: copy it in place under another kind of encryption",
  ],
  [
    { source: { replicationStatus: "REPLICA" }, replica: MISSING },
    "unprotected/replica",
    "came to the source as a replica, which live replication does not pass on: copy it in place",
  ],
  // Not there, or not to be looked at.
  [{ replica: NO_RIGHT }, "unverifiable/no-right", "the vault does not let us look (HTTP 403)"],
  // A key that keeps us from the checksums is told where it is not the promised one, by a HEAD that asks for none.
  [
    { replica: { ...NO_RIGHT, withoutChecksums: { ...REPLICA_HEAD, ...kms("theirs") } } },
    "failed/wrong-key",
    "under the key theirs, no KMS key is promised",
  ],
  [
    {
      source: kms("s"),
      rules: [takesKms],
      vault: { kmsKeyArn: KEY },
      replica: { ...NO_RIGHT, withoutChecksums: { ...REPLICA_HEAD, ...kms(KEY) } },
    },
    "unverifiable/no-right",
    "the vault does not let us look (HTTP 403)",
  ],
  [
    {
      source: NO_RIGHT,
      replica: { ...NO_RIGHT, withoutChecksums: { ...REPLICA_HEAD, ...kms("theirs") } },
    },
    "failed/wrong-key",
    "under the key theirs, no KMS key is promised",
  ],
  [{ replica: ERROR }, "unverifiable/error", "at the vault: HTTP 503"],
  [{ source: SSE_C, replica: SSE_C }, "unverifiable/sse-c", "under SSE-C"],
  [{ replica: SSE_C }, "failed/wrong-key", "under SSE-C; its source is not"],
  [
    { version: { storageClass: "GLACIER" }, replica: SSE_C },
    "failed/wrong-key",
    "under SSE-C; its source is not",
  ],
  [
    { source: MISSING, sourceFacts: { isGone: true }, replica: MISSING },
    "unverifiable/gone",
    "gone from the source, and not at the vault",
  ],
  [
    { source: NO_RIGHT, replica: MISSING },
    "unverifiable/no-right",
    "not at the vault; at the source: HTTP 403",
  ],
  [
    { source: MISSING, replica: MISSING },
    "unverifiable/gone",
    "not at the vault; at the source: HTTP 404",
  ],
  [
    { source: ERROR, replica: MISSING },
    "unverifiable/error",
    "not at the vault; at the source: HTTP 503",
  ],
  [
    { replica: MISSING, replicaFacts: { jobError: "DstObjectHardDeleted: gone" } },
    "unprotected/deleted-at-vault",
    "deleted at the vault by its version id; no job brings it again: copy it in place (DstObjectHardDeleted: gone)",
  ],
  [
    {
      source: { replicationStatus: "FAILED" },
      replica: MISSING,
      replicaFacts: { jobError: "Other: DstObjectHardDeleted" },
    },
    "failed/missing",
    "not at the vault; Other: DstObjectHardDeleted; replication failed",
  ],
  [
    { source: { replicationStatus: undefined }, replica: MISSING },
    "failed/missing",
    "not at the vault; replication was never started for it",
  ],
  [
    { source: { replicationStatus: "PENDING" }, replica: MISSING },
    "failed/missing",
    "not at the vault; replication is still pending",
  ],
  [
    { replica: { unreadable: "delete-marker", cause: "HTTP 405" } },
    "failed/missing",
    "a delete marker has its id at the vault; the source says COMPLETED",
  ],
  // There, and the source cannot be held against it.
  [{ source: SSE_C }, "unverifiable/sse-c", "under SSE-C, so its content cannot be compared"],
  [
    {
      source: MISSING,
      sourceFacts: { isGone: true },
      replica: { etag: '"part-2"', replicationStatus: "REPLICA" },
    },
    "unverifiable/gone",
    "gone from the source, so its content cannot be compared",
  ],
  [
    { source: MISSING, sourceFacts: { isGone: true }, replica: { etag: '"part-2"', sizeBytes: 4 } },
    "unverifiable/gone",
    "gone from the source, so its content cannot be compared",
  ],
  [
    { source: MISSING, sourceFacts: { isGone: true }, replica: { sizeBytes: 4 } },
    "failed/content",
    "4 bytes at the vault, 3 at the source",
  ],
  [{ source: NO_RIGHT }, "unverifiable/no-right", "at the source: HTTP 403"],
  [{ source: MISSING }, "unverifiable/gone", "at the source: HTTP 404"],
  [{ source: ERROR }, "unverifiable/error", "at the source: HTTP 503"],
  [
    { source: MISSING, sourceFacts: { isGone: true } },
    "proven/etag",
    "gone from the source during the look",
  ],
  [
    { source: { replicationStatus: "FAILED" } },
    "proven/etag",
    "right at the vault, though the source says FAILED",
  ],
  // Content.
  [{ replica: { versionId: "v2" } }, "failed/content", "version id v2 at the vault"],
  [{ replica: { sizeBytes: 4 } }, "failed/content", "4 bytes at the vault, 3 at the source"],
  [
    { replica: { etag: '"00000000000000000000000000000000"' } },
    "failed/content",
    "other content at the vault (ETag or checksum differs)",
  ],
  [
    { replica: { replicationStatus: undefined } },
    "failed/not-replica",
    "has no replication status at the vault, so replication did not bring it there",
  ],
  [
    { replica: { replicationStatus: "FAILED" } },
    "failed/not-replica",
    "has the status FAILED at the vault, so replication did not bring it there",
  ],
  // Lock and holds.
  [
    { replica: { answeredEpochMs: undefined } },
    "unverifiable/error",
    "the vault's answer has no Date, so nobody can say whether its lock is over",
  ],
  [{ replica: { lockMode: undefined } }, "failed/lock-weaker", "not locked at the vault"],
  [
    { version: { lastModifiedEpochMs: 0 }, replica: { retainUntilEpochMs: NOW - 1 } },
    "lapsed/lapsed",
    "its lock ended on 2026-07-29T23:59:59.999Z",
  ],
  [{ source: { isOnLegalHold: true } }, "failed/legal-hold", "without its source's legal hold"],
  [{ source: { isOnEventHold: true } }, "failed/event-hold", "without its source's event hold"],
  // Key, class, owner, tags.
  [{ replica: { encryption: "SSE-C" } }, "failed/wrong-key", "under a customer's key (SSE-C)"],
  [{ replica: kms("theirs") }, "failed/wrong-key", "under the key theirs, no KMS key is promised"],
  [
    { replica: kms(), vault: { kmsKeyArn: KEY }, source: kms("s"), rules: [takesKms] },
    "failed/wrong-key",
    "under the key (not told), vault-key is promised",
  ],
  [
    {
      source: { encryption: undefined, etag: '"x"' },
      replica: kms("theirs"),
      vault: { kmsKeyArn: KEY },
      rules: [{ ...takesKms, replicaKmsKeyId: "rule-key" }],
    },
    "failed/wrong-key",
    "under the key theirs, rule-key or vault-key is promised",
  ],
  [
    { source: kms("s"), vault: { kmsKeyArn: KEY }, rules: [takesKms] },
    "failed/wrong-key",
    "under AES256, while its source is under aws:kms",
  ],
  [
    {
      source: kms("s"),
      replica: { encryption: undefined },
      vault: { kmsKeyArn: KEY },
      rules: [takesKms],
    },
    "failed/wrong-key",
    "under no key, while its source is under aws:kms",
  ],
  [
    { source: { encryption: undefined }, vault: { kmsKeyArn: KEY } },
    "failed/wrong-key",
    "under AES256, vault-key is promised",
  ],
  [
    {
      source: { encryption: undefined },
      replica: { encryption: undefined },
      vault: { kmsKeyArn: KEY },
    },
    "failed/wrong-key",
    "under no key, vault-key is promised",
  ],
  [
    { vault: { storageClass: "GLACIER_IR" } },
    "failed/wrong-class",
    "in STANDARD, GLACIER_IR is promised",
  ],
  [
    { vault: { storageClass: "GLACIER_IR" }, replica: { storageClass: "ONEZONE_IA" } },
    "failed/wrong-class",
    "in ONEZONE_IA, GLACIER_IR is promised",
  ],
  [
    { replicaFacts: { foreignOwnerId: "someone" } },
    "failed/wrong-owner",
    "owned by someone, not by the vault's owner",
  ],
  [
    { replicaFacts: { tags: { source: { a: "1" }, vault: {} } } },
    "failed/tags",
    "other tags at the vault than at the source",
  ],
  [
    { replicaFacts: { tags: { source: ERROR, vault: {} } } },
    "unverifiable/error",
    "its tags at the source: HTTP 503",
  ],
  [
    { replicaFacts: { tags: { source: {}, vault: NO_RIGHT } } },
    "unverifiable/no-right",
    "its tags at the vault: HTTP 403",
  ],
];

describe("what is said of a version", () => {
  CASES.forEach(([world, outcome, cause], index) => {
    it(`${index + 1}. ${outcome}: ${cause}`, () => {
      const { key, versionId } = VERSION;
      const [kind, code] = outcome.split("/");
      expect(judgeWorld(world)).to.deep.equal([
        { key, versionId, vault: "primary", kind, code, cause },
      ]);
    });
  });

  it("needs no vault and no cause outside of the promise", () => {
    const { key, versionId } = VERSION;
    const nowhere = { key, versionId, kind: "not-applicable" };
    expect(judgeWorld({ version: { isDeleteMarker: true } })).to.deep.equal([
      { ...nowhere, code: "delete-marker" },
    ]);
    expect(judgeWorld({ rules: [] })).to.deep.equal([{ ...nowhere, code: "out-of-scope" }]);
  });

  it("is said once for each vault of the rules that take the key, when its tags cannot be read", () => {
    const rules = [
      keepRule,
      { ...keepRule, name: "again" },
      { ...keepRule, name: "second", vault: "second" },
      { ...keepRule, name: "elsewhere", vault: "third", prefix: "other/" },
    ];
    const outcomes = judgeWorld({ rules, sourceFacts: { tags: NO_RIGHT } });
    expect(outcomes.map(({ vault }) => vault)).to.deep.equal(["primary", "second"]);
  });

  it("is proven without a cause", () => {
    expect(judgeWorld()[0]).to.not.have.property("cause");
  });
});

describe("what a version may be, and be proven all the same", () => {
  const guarded: VaultGuardOutputs = {
    stage: "governance",
    existing: false,
    isChained: true,
    policyStatements: [],
  };
  const chained = { guard: guarded };
  const outcomeOf = (world: World) => judgeWorld(world).map(({ code, kind }) => `${kind}/${code}`);

  it("any status of the next hop at a chained vault, and none that is no status", () => {
    for (const status of ["REPLICA", "PENDING", "COMPLETED", "COMPLETE", "FAILED"]) {
      const world = { replica: { replicationStatus: status }, vault: chained };
      expect(outcomeOf(world), status).to.deep.equal(["proven/etag"]);
    }
    for (const status of ["ELSE", undefined]) {
      const world = { replica: { replicationStatus: status }, vault: chained };
      expect(outcomeOf(world), status).to.deep.equal(["failed/not-replica"]);
    }
  });

  it("in another class in a bucket that was there before, whose lifecycle is its own", () => {
    const guard = { ...guarded, isChained: false, existing: true };
    expect(outcomeOf({ vault: { storageClass: "GLACIER_IR", guard } })).to.deep.equal([
      "proven/etag",
    ]);
  });

  it("on hold at both, or at the vault alone", () => {
    const onHold = { isOnEventHold: true, isOnLegalHold: true };
    for (const source of [onHold, {}]) {
      expect(outcomeOf({ source, replica: onHold })).to.deep.equal(["proven/etag"]);
    }
  });

  it("locked in the promised mode where the source's own lock is over in this moment", () => {
    const source = { lockMode: "COMPLIANCE", retainUntilEpochMs: NOW } as const;
    expect(outcomeOf({ source, vault: { lock: { ...VAULT.lock } } })).to.deep.equal([
      "proven/etag",
    ]);
  });

  it("from an empty ETag nothing is proven", () => {
    const world = {
      version: { etag: "" },
      source: MISSING,
      sourceFacts: { isGone: true },
      replica: { etag: "" },
    };
    expect(outcomeOf(world)).to.deep.equal(["failed/content"]);
  });

  it("nothing where the source is gone, its ETag is no MD5 and the size is another", () => {
    const etag = '"under-kms"';
    const world = {
      version: { etag },
      source: MISSING,
      sourceFacts: { isGone: true },
      replica: { encryption: "aws:kms", kmsKeyArn: "key", etag, sizeBytes: 4 },
    };
    expect(outcomeOf(world)).to.deep.equal(["unverifiable/gone"]);
  });

  it("not in S3's standard class, which S3 does not name, where another is promised", () => {
    const [outcome] = judgeWorld({ vault: { storageClass: "GLACIER_IR" } });
    expect(outcome).to.deep.include({
      code: "wrong-class",
      cause: "in STANDARD, GLACIER_IR is promised",
    });
  });
});
