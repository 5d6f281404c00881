/** When replicas' locks end, as DuckDB answers it of the marks of a vault's inventory. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { AskedInventories, inventoryOfCells, type Cells } from "../helpers/asked-inventories";
import { DAY_MS, NOW } from "../helpers/judged-world";

const REPLICA: Cells = {
  bucket: "listed",
  key: "k",
  version_id: "v",
  is_delete_marker: false,
  size_bytes: 3,
  last_modified_ms: 1,
  etag: "e",
  storage_class: "STANDARD",
  replication_status: "REPLICA",
  encryption: "SSE-S3",
  checksum_algorithm: "CRC64NVME",
  retain_until_ms: null,
  lock_mode: "GOVERNANCE",
  legal_hold: "Off",
  event_hold: "Off",
};

describe("the months in which locks end, by inventories", function () {
  this.timeout(60_000);
  let folder: string;
  let asked: AskedInventories;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-locks-"));
    asked = await AskedInventories.open(folder, { lockMode: "GOVERNANCE", nowMs: NOW });
  });
  after(async () => {
    asked.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("count promised versions that have a whole lock at the vault, right or not, in UTC", async () => {
    const keys = ["a", "b", "c", "no-mode", "no-date", "absent", "unpromised"];
    await asked.list(
      keys.map((key, place) => ({
        place,
        key,
        versionId: "v",
        sizeBytes: 3,
        etag: "e",
        wanted:
          key === "unpromised"
            ? undefined
            : { storageClass: null, retainUntilMs: NOW + 30 * DAY_MS },
      })),
    );
    const at = (month: number): number => Date.UTC(2027, month, 31, 23, 59);
    const replicas: readonly Partial<Cells>[] = [
      { key: "a", retain_until_ms: at(0) },
      { key: "b", retain_until_ms: at(0), lock_mode: "COMPLIANCE" },
      { key: "c", retain_until_ms: at(11), etag: "other" },
      { key: "no-mode", retain_until_ms: at(2), lock_mode: null },
      { key: "no-date" },
      { key: "unpromised", retain_until_ms: at(4) },
      { key: "not-listed", retain_until_ms: at(6) },
    ];
    const cells = replicas.map((one) => ({ ...REPLICA, ...one }));
    await asked.tell("vault", await inventoryOfCells(asked.path("vault"), cells));
    const months = [];
    for await (const row of asked.analysis.rowsOfRelation("lock_months")) months.push(row);
    expect(months).to.deep.equal([
      { month: "2027-01", versions: 2 },
      { month: "2027-12", versions: 1 },
    ]);
  });
});
