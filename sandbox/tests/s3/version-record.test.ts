import { expect } from "chai";
import { settle } from "../../src/replication/overall-status";
import { ContentStore } from "../../src/services/s3/store/kept-content";
import {
  deleteMarkerRecord,
  factsOf,
  versionRecord,
} from "../../src/services/s3/store/version-record";
import type { VersionFacts } from "../../src/services/s3/store/version-record";

const store = new ContentStore();

/** Every member has a value, none of them a default. */
function facts(number: number): Required<VersionFacts> {
  return {
    key: `key ${number}`,
    versionId: `id ${number}`,
    isDeleteMarker: false,
    lastModifiedEpochMs: 1000 * number,
    sequence: number,
    content: store.keep({
      body: Buffer.from("body"),
      etag: "an etag",
      checksums: { ChecksumCRC32: "a sum" },
      checksumType: "COMPOSITE",
      parts: undefined,
    }),
    contentType: "text/plain",
    systemMetadata: { CacheControl: "no-cache" },
    userMetadata: { writer: "a" },
    storageClass: "GLACIER_IR",
    tags: new Map([["a", "1"]]),
    annotations: new Map([
      [
        "note",
        {
          name: "note",
          payload: Buffer.from("a note"),
          lastModifiedEpochMs: 1000,
          etag: "its etag",
          checksums: {},
        },
      ],
    ]),
    encryption: { algorithm: "aws:kms", kmsKeyArn: "arn", bucketKeyEnabled: true },
    retention: { mode: "GOVERNANCE", retainUntilEpochMs: 5000 },
    legalHold: true,
    restore: { readyEpochMs: 1, expiresEpochMs: 2, days: 1, tier: "Bulk" },
    ownerAccountId: "111111111111",
    acl: [{ grantee: "somebody", permission: "READ" }],
    replicationStatus: "COMPLETED",
    replicationByDestination: new Map([["arn", { status: "COMPLETED", ruleId: "rule" }]]),
  };
}

describe("the record of a version", () => {
  it("gives back what it was made of, and so does a record made of it", () => {
    const record = versionRecord(facts(1));
    expect(factsOf(record)).to.deep.equal(facts(1));
    expect(factsOf(versionRecord(factsOf(record)))).to.deep.equal(facts(1));
    expect(record).to.include({ etag: "an etag", sizeBytes: 4, checksumType: "COMPOSITE" });
    expect(record.checksums).to.deep.equal({ ChecksumCRC32: "a sum" });
    expect(record.body.toString()).to.equal("body");
  });

  it("shares what is equal with other records, and only that", () => {
    const first = versionRecord(facts(1));
    const second = versionRecord(facts(2));
    expect(second.content).to.equal(first.content);
    expect(second.encryption).to.equal(first.encryption);
    expect(second.retention).to.equal(first.retention);
    const other = versionRecord({
      ...facts(3),
      encryption: { algorithm: "aws:kms", kmsKeyArn: "another", bucketKeyEnabled: true },
      retention: { mode: "GOVERNANCE", retainUntilEpochMs: 5001 },
      ownerAccountId: "222222222222",
    });
    expect(other.encryption.kmsKeyArn).to.equal("another");
    expect(other.retention?.retainUntilEpochMs).to.equal(5001);
    expect([first.ownerAccountId, other.ownerAccountId]).to.deep.equal([
      "111111111111",
      "222222222222",
    ]);
  });

  it("of many kinds in turn are never mixed up", () => {
    const records = Array.from({ length: 500 }, (_, index) =>
      versionRecord({ ...facts(index), contentType: `type/${index % 20}`, tags: new Map() }),
    );
    records.forEach((record, index) => {
      expect(record.contentType).to.equal(`type/${index % 20}`);
      expect(record.tags).to.equal(undefined);
    });
  });

  it("shares what became of it per destination until one goes another way", () => {
    const [first, second] = [1, 2].map((number) =>
      versionRecord({ ...facts(number), replicationByDestination: undefined }),
    );
    if (first === undefined || second === undefined) throw new Error("There are two records.");
    for (const record of [first, second]) {
      settle(record, "vault", { status: "PENDING", ruleId: "rule" });
    }
    expect(second.replicationByDestination).to.equal(first.replicationByDestination);
    settle(second, "vault", { status: "FAILED", ruleId: "rule", failureCode: "code" });
    expect(first.replicationByDestination?.get("vault")?.status).to.equal("PENDING");
    expect(second.replicationByDestination?.get("vault")?.status).to.equal("FAILED");
    expect([first.replicationStatus, second.replicationStatus]).to.deep.equal([
      "PENDING",
      "FAILED",
    ]);
  });

  it("of a delete marker has no content", () => {
    const marker = deleteMarkerRecord({ ...facts(1), replicationStatus: undefined });
    expect(marker).to.include({ isDeleteMarker: true, sizeBytes: 0, etag: "" });
    expect(marker.body.length).to.equal(0);
  });
});
