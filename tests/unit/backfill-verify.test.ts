import { expect } from "chai";
import { compareReplica } from "../../automation/backfill/verify";
import type { VersionHead } from "../../automation/backfill/settle";
import type { ListedVersion } from "../../automation/source-versions";

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 6, 30);
const version: ListedVersion = {
  key: "k",
  versionId: "v1",
  isDeleteMarker: false,
  sizeBytes: 3,
  etag: '"900150983cd24fb0d6963f7d28e17f72"',
  storageClass: "STANDARD",
  lastModifiedEpochMs: NOW - DAY_MS,
};
const source: VersionHead = {
  versionId: "v1",
  sizeBytes: 3,
  etag: version.etag,
  checksums: {},
  replicationStatus: "COMPLETED",
  encryption: "AES256",
  lockMode: undefined,
  retainUntilEpochMs: undefined,
  isOnLegalHold: false,
  lastModifiedEpochMs: version.lastModifiedEpochMs,
};
const replica: VersionHead = {
  ...source,
  replicationStatus: "REPLICA",
  lockMode: "GOVERNANCE",
  retainUntilEpochMs: NOW + 30 * DAY_MS,
};
const vault = { lock: { mode: "GOVERNANCE" as const, retentionDays: 30 } };
const compare = (head: Partial<VersionHead>, from: Partial<VersionHead> = {}) =>
  compareReplica({ version, source: { ...source, ...from } }, { ...replica, ...head }, vault, NOW);

describe("compareReplica", () => {
  it("proves an equal, locked replica", () => {
    expect(compare({})).to.deep.equal({ ok: true });
  });

  for (const [what, head] of [
    ["another version id", { versionId: "v2" }],
    ["another size", { sizeBytes: 4 }],
    ["no REPLICA mark", { replicationStatus: undefined }],
    ["another MD5", { etag: '"00000000000000000000000000000000"' }],
    ["no lock", { lockMode: undefined }],
    ["a lock one day too short", { retainUntilEpochMs: NOW + 28 * DAY_MS }],
    ["a lock that is over", { retainUntilEpochMs: NOW }],
  ] as const) {
    it(`does not prove a replica with ${what}`, () => {
      expect(compare(head).ok).to.equal(false);
    });
  }

  it("counts the vault's default from the version's own date, and takes a whole second less", () => {
    expect(compare({ retainUntilEpochMs: NOW + 29 * DAY_MS - 1000 }).ok).to.equal(true);
    expect(compare({ retainUntilEpochMs: NOW + 29 * DAY_MS - 1001 }).ok).to.equal(false);
  });

  it("asks for the source's own retention where there is one", () => {
    const own = { lockMode: "COMPLIANCE", retainUntilEpochMs: NOW + 5 * DAY_MS };
    expect(compare(own, own).ok).to.equal(true);
    expect(compare({}, own)).to.deep.include({ ok: false });
    expect(compare({ ...own, retainUntilEpochMs: NOW + 4 * DAY_MS }, own).ok).to.equal(false);
  });

  it("compares checksums where the encryption gives another ETag", () => {
    const kms = { encryption: "aws:kms", etag: '"11111111111111111111111111111111"' };
    expect(
      compare({ ...kms, checksums: { ChecksumCRC32: "a" } }, { checksums: { ChecksumCRC32: "a" } })
        .ok,
    ).to.equal(true);
    expect(
      compare({ ...kms, checksums: { ChecksumCRC32: "b" } }, { checksums: { ChecksumCRC32: "a" } })
        .ok,
    ).to.equal(false);
    expect(compare(kms).ok).to.equal(true);
  });

  it("wants the source's legal hold at the vault", () => {
    expect(compare({}, { isOnLegalHold: true }).ok).to.equal(false);
    expect(compare({ isOnLegalHold: true }, { isOnLegalHold: true }).ok).to.equal(true);
  });
});
