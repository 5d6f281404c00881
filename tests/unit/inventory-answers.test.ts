/** What is made of a row that an engine answers, whichever engine it is. */

import { expect } from "chai";
import type { Row } from "../../automation/analysis/analysis";
import { deliveredSelect } from "../../automation/analysis/delivered";
import { candidateOf } from "../../automation/look/inventory-answers";

const UNTIL = Date.UTC(2033, 10, 29);
const ROW: Row = {
  place: 7,
  is_in_source: true,
  at_vault: "there",
  source_replication_status: "COMPLETED",
  source_encryption: "SSE-S3",
  source_lock_mode: "GOVERNANCE",
  source_retain_until_ms: UNTIL,
  source_legal_hold: true,
  source_event_hold: false,
  source_checksum_algorithm: "CRC64NVME",
  vault_replication_status: "REPLICA",
  vault_encryption: "SSE-KMS",
  vault_lock_mode: "COMPLIANCE",
  vault_retain_until_ms: UNTIL + 1,
  vault_legal_hold: false,
  vault_event_hold: true,
  vault_checksum_algorithm: "SHA256",
  vault_size_bytes: 3,
  vault_etag: "abc-2",
  vault_storage_class: "GLACIER",
};

describe("an answer of inventories about one version", () => {
  it("is what both of them tell, each side by itself", () => {
    expect(candidateOf(ROW)).to.deep.equal({
      place: 7,
      isInSource: true,
      atVault: "there",
      source: {
        replicationStatus: "COMPLETED",
        encryption: "SSE-S3",
        lockMode: "GOVERNANCE",
        retainUntilEpochMs: UNTIL,
        isOnLegalHold: true,
        isOnEventHold: false,
        checksumAlgorithm: "CRC64NVME",
      },
      replica: {
        replicationStatus: "REPLICA",
        encryption: "SSE-KMS",
        lockMode: "COMPLIANCE",
        retainUntilEpochMs: UNTIL + 1,
        isOnLegalHold: false,
        isOnEventHold: true,
        checksumAlgorithm: "SHA256",
        sizeBytes: 3,
        // As S3's listing has it.
        etag: '"abc-2"',
        storageClass: "GLACIER",
      },
    });
  });

  it("is of no replica where the vault has none, or another one", () => {
    for (const at_vault of ["absent", "other"] as const) {
      const { isInSource, ...found } = candidateOf({ ...ROW, at_vault, is_in_source: false });
      expect(found, at_vault).to.not.have.property("replica");
      expect([found.atVault, isInSource]).to.deep.equal([at_vault, false]);
      expect(found.source.isOnLegalHold, "the source's own").to.equal(true);
    }
  });

  it("holds and locks nothing by what is not told", () => {
    const untold = Object.fromEntries(
      Object.keys(ROW).map((name) => [
        name,
        /^(place|at_vault)$/.test(name) ? (ROW[name] ?? 0) : null,
      ]),
    );
    const none = {
      replicationStatus: undefined,
      encryption: undefined,
      lockMode: undefined,
      retainUntilEpochMs: undefined,
      isOnLegalHold: false,
      isOnEventHold: false,
      checksumAlgorithm: undefined,
    };
    const { isInSource, replica, source } = candidateOf(untold);
    expect(isInSource).to.equal(false);
    expect(source).to.deep.equal(none);
    // What has no class has S3's default.
    expect(replica).to.deep.equal({
      ...none,
      sizeBytes: 0,
      etag: '""',
      storageClass: "STANDARD",
    });
  });
});

describe("rows of inventories", () => {
  it("have times as texts in CSV, where all are texts, and as timestamps in Parquet", () => {
    const select = (format: "CSV" | "Parquet") =>
      deliveredSelect(format, {
        column: (role) => role,
        decoded: (column) => `decoded(${column})`,
        msOfText: (text) => `text(${text})`,
        msOfTimestamp: (column) => `timestamp(${column})`,
        from: "files",
      });
    expect(select("CSV")).to.match(/ {2}text\(.*retainUntil.*\) AS retain_until_ms/);
    expect(select("Parquet")).to.match(/ {2}timestamp\(retainUntil\) AS retain_until_ms/);
  });
});
