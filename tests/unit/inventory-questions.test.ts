/** The questions that are asked of inventories, on small tables; and that what needs no judgement would pass it. */

import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { Analysis } from "../../automation/analysis/analysis";
import type { ListingRow } from "../../automation/analysis/athena/relations";
import { withWorkFolder } from "../../automation/analysis/work-folder";
import { isLockstepError } from "../../automation/errors";
import { parseManifest } from "../../automation/inventory/manifest";
import {
  judgeByInventory,
  type InventoryFacts,
  type InventoryReplica,
} from "../../automation/judge/judge-inventory";
import { planListed } from "../../automation/judge/judge-listed";
import type { ListedVersion } from "../../automation/proof/source-versions";
import { AskedInventories, inventoryOfCells, type Cells } from "../helpers/asked-inventories";
import { inventoryObjects, type InventoryRow } from "../helpers/inventory-files";
import { DAY_MS, NOW, RULE, VAULT, VERSION } from "../helpers/judged-world";
import { ODD_KEYS } from "../helpers/odd-keys";

const ETAG = VERSION.etag.replaceAll('"', "");
const RIGHT: Cells = {
  bucket: "listed",
  key: "k",
  version_id: "v",
  is_delete_marker: false,
  size_bytes: 3,
  last_modified_ms: 1,
  etag: ETAG,
  storage_class: "STANDARD",
  replication_status: "COMPLETED",
  encryption: "SSE-S3",
  retain_until_ms: null,
  lock_mode: null,
  legal_hold: "Off",
  event_hold: "Off",
  checksum_algorithm: "CRC64NVME",
};
const REPLICA: Cells = {
  ...RIGHT,
  replication_status: "REPLICA",
  retain_until_ms: NOW + 60 * DAY_MS,
  lock_mode: "GOVERNANCE",
};

describe("questions to inventories", function () {
  this.timeout(60_000);
  let folder: string;
  let asked: AskedInventories;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-questions-"));
    asked = await AskedInventories.open(folder, { lockMode: "GOVERNANCE", nowMs: NOW });
  });
  afterEach(async () => {
    asked.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function rows(side: "source" | "vault", all: readonly Partial<Cells>[]): Promise<void> {
    const cells = all.map((one) => ({ ...RIGHT, ...one }));
    await asked.tell(side, await inventoryOfCells(asked.path(side), cells));
  }
  const listed = (
    all: readonly Partial<Cells>[],
    wanted: (index: number) => Partial<NonNullable<ListingRow["wanted"]>> = () => ({}),
  ): Promise<void> =>
    asked.list(
      all.map((one, place) => {
        const { etag, key, size_bytes, version_id } = { ...RIGHT, ...one };
        const promised = { storageClass: null, retainUntilMs: NOW + 30 * DAY_MS, ...wanted(place) };
        return {
          place,
          key: String(key),
          versionId: String(version_id),
          sizeBytes: Number(size_bytes),
          etag: String(etag),
          wanted: promised,
        };
      }),
    );
  const candidates = async (): Promise<(readonly [number, string, boolean])[]> =>
    (await asked.ask("candidates")).map(
      (row) =>
        [Number(row["place"]), String(row["at_vault"]), row["is_in_source"] === true] as const,
    );

  it("leave out what is plainly right, and tell the rest in order, by its real name", async () => {
    const keys = ["a", "b", "c", "d\u0000e", "ä"];
    await listed(keys.map((key) => ({ key })));
    await rows(
      "source",
      keys.filter((key) => key !== "c").map((key) => ({ key })),
    );
    await rows("vault", [
      { ...REPLICA, key: "ä" },
      { ...REPLICA, key: "b", etag: "other" },
      { ...REPLICA, key: "a", version_id: "another" },
      { ...REPLICA, key: "c" },
      { ...REPLICA, key: "d\u0000e" },
    ]);
    expect(await candidates()).to.deep.equal([
      [0, "absent", true],
      [1, "there", true],
      [2, "there", false],
    ]);
  });

  it("know each key and version id again, whatever is in it", async () => {
    const odd = ["\u0000", "\r", "\u007f", "back\\slash", "%25", "%zz", "'", "a,b", " ", "\ufeff"];
    const all = [
      ...[...ODD_KEYS, ...odd].map((key) => ({ key })),
      ...["null", "v,1", 'v"2', "v%3"].map((version_id) => ({ version_id })),
    ];
    await listed(all);
    await rows("source", all);
    const replicas = all.map((one) => ({ ...REPLICA, ...one }));
    await rows("vault", replicas);
    expect(await candidates()).to.deep.equal([]);
    expect(await asked.ask("gone")).to.deep.equal([]);
    // In words as well.
    await rows(
      "vault",
      replicas.map((one) => ({ ...one, etag: "other" })),
    );
    expect(await candidates()).to.deep.equal(all.map((_, place) => [place, "there", true]));
  });

  it("do not take a delete marker for a version", async () => {
    await listed([{}]);
    await rows("source", [{}]);
    await rows("vault", [{ ...REPLICA, is_delete_marker: true, size_bytes: null }]);
    expect(await candidates()).to.deep.equal([[0, "absent", true]]);
  });

  it("say of a row that has another's hash that it is another", async () => {
    // Nobody can make two names of one hash: here all have the same.
    const one = "CREATE OR REPLACE TEMP MACRO name_hash(key, version_id) AS md5_number('one')";
    await asked.analysis.define("nothing", `SELECT 1; ${one}`);
    const listing = { key: "a", version_id: "v" };
    await listed([listing]);
    await rows("source", [listing]);
    await rows("vault", [{ ...REPLICA, key: "b", version_id: "v", etag: "other" }]);
    expect(await candidates()).to.deep.equal([[0, "other", true]]);
    await rows("source", [{ key: "b", version_id: "v", etag: "other" }]);
    expect(await candidates()).to.deep.equal([[0, "other", false]]);
  });

  it("do not take for one name what is one text", async () => {
    const listing = { key: "bc", version_id: "a" };
    await listed([listing]);
    await rows("source", [listing]);
    await rows("vault", [{ ...REPLICA, key: "c", version_id: "ab" }]);
    expect(await candidates()).to.deep.equal([[0, "absent", true]]);
  });

  for (const format of ["CSV", "Parquet"] as const) {
    it(`read files in ${format}: empty fields, the version without an id, holds, and odd keys`, async () => {
      const keys = ["a,b", 'a"b', "a\nb", "a+b c%41", "é🎉", "plain"];
      const row = (key: string, index: number): InventoryRow => ({
        key,
        versionId: index === 0 ? "null" : `v${index}`,
        sizeBytes: 3,
        lastModifiedEpochMs: NOW,
        etag: ETAG,
        storageClass: "STANDARD",
        encryption: "SSE-S3",
      });
      const load = async (
        side: "source" | "vault",
        all: readonly InventoryRow[],
        hasEventHolds: boolean,
      ) => {
        const objects = inventoryObjects({
          listedBucket: "listed",
          bucketName: "beside",
          prefix: "p",
          id: "i",
          format,
          createdEpochMs: NOW,
          rows: all,
          rowsPerFile: 4,
          hasEventHolds,
        });
        const text = [...objects].find(([key]) => key.endsWith("manifest.json"))?.[1].toString();
        const place = { listedBucket: "listed", bucketName: "beside", folder: "p/listed/i/" };
        const manifest = parseManifest("m", text ?? "", place);
        const paths = await Promise.all(
          manifest.files.map(async ({ key }) => {
            const path = asked.path(side);
            await writeFile(path, objects.get(key) ?? "");
            return path;
          }),
        );
        await asked.tell(side, { ...manifest, ...place, paths });
      };
      await listed(
        keys.map((key, index) => ({ key, version_id: index === 0 ? "null" : `v${index}` })),
      );
      const held = (index: number) => ({ isOnEventHold: index === 1, isOnLegalHold: index === 2 });
      await load(
        "source",
        keys.map((key, index) => ({
          ...row(key, index),
          ...held(index),
          replicationStatus: "COMPLETED",
        })),
        true,
      );
      const replica = (key: string, index: number): InventoryRow => ({
        ...row(key, index),
        replicationStatus: "REPLICA",
        lockMode: "GOVERNANCE",
        retainUntilEpochMs: NOW + 60 * DAY_MS,
      });
      const held12 = [
        [1, "there", true],
        [2, "there", true],
      ];
      await load("vault", keys.map(replica), true);
      expect(await candidates()).to.deep.equal(held12);
      // Without the column nothing is held there.
      await load("vault", keys.map(replica), false);
      expect(await candidates()).to.deep.equal(held12);
      const alike = keys.map((key, index) => ({ ...replica(key, index), ...held(index) }));
      await load("vault", alike, true);
      expect(await candidates()).to.deep.equal([]);
    });
  }

  it("tell what an inventory has twice", async () => {
    const keys = ["a", "b", "c", "d"];
    await listed(keys.map((key) => ({ key })));
    await rows(
      "source",
      [...keys, "b"].map((key) => ({ key })),
    );
    await rows(
      "vault",
      [...keys, "d"].map((key) => ({ ...REPLICA, key })),
    );
    const doubled = (await asked.ask("doubled")).map((row) => row["place"]);
    expect(doubled).to.deep.equal([1, 3]);
    expect(await asked.ask("count")).to.deep.equal([{ versions_count: 5 }]);
  });

  /** Rows are made up here: no inventory tells them. */
  const gone = async () => {
    for await (const row of asked.analysis.ask("gone")) return [row];
    return [];
  };

  it("know names, and what lies under them, by MD5 behind the salt", async () => {
    const salt = "0123456789abcdef".repeat(2);
    await asked.analysis.set({ salt });
    await asked.analysis.define("listed", "SELECT 0 AS joined_by");
    await asked.analysis.define(
      "source_rows",
      "SELECT 1 AS joined_by, hex(name_hash('key', 'v')) AS key, hex(content_hash(3, 'etag')) AS version_id",
    );
    // DuckDB reads the digest as a number that begins with its last byte.
    const md5 = (text: string): string =>
      createHash("md5").update(text).digest().reverse().toString("hex").toUpperCase();
    const [row] = await gone();
    expect(row).to.include({
      key: md5(`${salt}1:vkey`),
      version_id: md5(`${salt.slice(0, 16)}3 etag`),
    });
  });

  it("tell apart names that are much alike, whatever the salt is", async () => {
    await asked.analysis.define("listed", "SELECT 0 AS joined_by");
    for (let salt = 0; salt < 10; salt++) {
      await asked.analysis.set({ salt: `${salt}`.repeat(32) });
      await asked.analysis.define(
        "source_rows",
        "SELECT 1 AS joined_by, '' AS version_id, CAST(count(DISTINCT name_hash('key', 'v' || number)) AS VARCHAR) AS key " +
          "FROM range(20000) AS names (number)",
      );
      const [row] = await gone();
      expect(row?.["key"]).to.equal("20000");
    }
  });

  it("tell each pair of rows once of what is wrong and there twice", async () => {
    await listed([{ key: "a" }]);
    await rows("source", [{ key: "a" }]);
    await rows("vault", [
      { ...REPLICA, key: "a", size_bytes: 4 },
      { ...REPLICA, key: "a", size_bytes: 5 },
    ]);
    const sizes = (await asked.ask("candidates")).map((row) => Number(row["vault_size_bytes"]));
    expect(sizes.sort()).to.deep.equal([4, 5]);
  });

  it("leave to judgement what more than one class is promised for", async () => {
    await listed([{ key: "a" }], () => ({ storageClass: "(several)" }));
    await rows("source", [{ key: "a" }]);
    await rows("vault", [{ ...REPLICA, key: "a" }]);
    expect(await candidates()).to.deep.equal([[0, "there", true]]);
  });

  it("tell a class that nobody knows by its name", async () => {
    await listed([{ key: "a" }], () => ({ storageClass: "STANDARD" }));
    await rows("source", [{ key: "a" }]);
    await rows("vault", [{ ...REPLICA, key: "a", storage_class: "TAPE" }]);
    const classes = (await asked.ask("candidates")).map((row) => row["vault_storage_class"]);
    expect(classes).to.deep.equal(["TAPE"]);
  });

  it("tell what is gone: a hundred by name, in the order of bytes, and how many", async () => {
    await listed([{ key: "stays" }]);
    await rows("source", [
      { key: "stays" },
      ...Array.from({ length: 150 }, (_, index) => ({ key: `gone ${index}` })),
    ]);
    await rows("vault", []);
    const gone = await asked.ask("gone");
    expect(gone).to.have.length(100);
    expect(gone[0]).to.deep.equal({ key: "gone 0", version_id: "v", gone_count: 150 });
    expect(gone[1]?.["key"]).to.equal("gone 1");
    expect(gone[2]?.["key"]).to.equal("gone 10");
  });

  it("fail at a row of another bucket and at one without key, size or date", async () => {
    for (const cells of [
      { bucket: "other" },
      { key: null },
      { size_bytes: null },
      { last_modified_ms: null },
    ]) {
      const error: unknown = await rows("vault", [cells]).then(
        () => undefined,
        (failure: unknown) => failure,
      );
      expect(String(error), JSON.stringify(cells)).to.match(
        /a row (is of another bucket|has no key)/,
      );
    }
  });

  it("leave to judgement what is wrong in one thing alone, at either side", async () => {
    const held = { legal_hold: "On", event_hold: "On" };
    const locked = { lock_mode: "COMPLIANCE", retain_until_ms: NOW + 20 * DAY_MS };
    const right: readonly (readonly [Partial<Cells>, Partial<Cells>])[] = [
      [{}, {}],
      [{}, { ...held, lock_mode: "COMPLIANCE" }],
      [held, held],
      [locked, { lock_mode: "COMPLIANCE" }],
      [{ lock_mode: "GOVERNANCE", retain_until_ms: NOW + 60 * DAY_MS }, {}],
      [{ checksum_algorithm: null }, {}],
      [{}, { checksum_algorithm: null }],
      [{ checksum_algorithm: "SHA256" }, { checksum_algorithm: "SHA256" }],
    ];
    const wrong: readonly (readonly [Partial<Cells>, Partial<Cells>])[] = [
      ...["etag", "replication_status", "encryption"].map((name) => [{ [name]: "x" }, {}] as const),
      [{ size_bytes: 4 }, {}],
      [{ replication_status: null }, {}],
      [{ encryption: null }, {}],
      [{ lock_mode: "COMPLIANCE" }, {}],
      [{ retain_until_ms: NOW + 60 * DAY_MS + 1 }, {}],
      [{ legal_hold: "On" }, { event_hold: "On" }],
      [{ event_hold: "On" }, { legal_hold: "On" }],
      ...["etag", "replication_status", "encryption", "lock_mode", "storage_class"].map(
        (name) => [{}, { [name]: "x" }] as const,
      ),
      [{}, { size_bytes: 4 }],
      [{}, { replication_status: "COMPLETED" }],
      [{}, { replication_status: null }],
      [{}, { lock_mode: null }],
      [{}, { retain_until_ms: null }],
      [{}, { retain_until_ms: NOW + 30 * DAY_MS - 1 }],
      [{ checksum_algorithm: "SHA256" }, {}],
      [{}, { checksum_algorithm: "of next year" }],
    ];
    const all = [...right, ...wrong];
    const named = (cells: Partial<Cells>, index: number): Partial<Cells> => ({
      ...cells,
      key: `k${index}`,
    });
    await listed(
      all.map((_, index) => named({}, index)),
      () => ({ storageClass: "STANDARD" }),
    );
    await rows(
      "source",
      all.map(([source], index) => named(source, index)),
    );
    await rows(
      "vault",
      all.map(([, vault], index) => named({ ...REPLICA, ...vault }, index)),
    );
    const wanted = wrong.map((_, index) => right.length + index);
    expect((await candidates()).map(([place]) => place)).to.deep.equal(wanted);
    // What has no ETag at all is compared by nothing, and what is locked no longer is not locked.
    await listed([{ etag: "" }, { key: "over" }], () => ({ retainUntilMs: NOW - DAY_MS }));
    await rows("source", [{ etag: "" }, { key: "over" }]);
    await rows("vault", [
      { ...REPLICA, etag: "" },
      { ...REPLICA, key: "over", retain_until_ms: NOW },
    ]);
    expect((await candidates()).map(([place]) => place)).to.deep.equal([0, 1]);
  });

  it("leave nothing unjudged that the judge would not call right", async () => {
    /** The first of them mostly, so that many rows are right in all but one or two. */
    const mostly = <Value>(right: Value, ...others: readonly Value[]) =>
      fc.oneof(
        { weight: 9, arbitrary: fc.constant(right) },
        { weight: 2, arbitrary: fc.constantFrom(...others) },
      );
    const day = (days: number) => NOW + days * DAY_MS;
    const common = {
      encryption: mostly<string | null>("SSE-S3", "SSE-KMS", "DSSE-KMS", "SSE-C", "NOT-SSE", null),
      legal_hold: mostly("Off", "On"),
      event_hold: mostly("Off", "On"),
      etag: mostly(ETAG, "0123456789abcdef0123456789abcdef", "0-2", ""),
    };
    const world = fc.record({
      source: fc.record({
        ...common,
        replication_status: mostly<string | null>(
          "COMPLETED",
          "FAILED",
          "PENDING",
          "REPLICA",
          null,
        ),
        lock_mode: mostly<string | null>(null, "GOVERNANCE", "COMPLIANCE"),
        retain_until_ms: mostly<number | null>(null, day(-1), day(45), day(100)),
      }),
      vault: fc.record({
        ...common,
        size_bytes: mostly(3, 4),
        replication_status: mostly<string | null>("REPLICA", "COMPLETED", null),
        lock_mode: fc.constantFrom("GOVERNANCE", "COMPLIANCE", "COMPLIANCE", null),
        retain_until_ms: mostly<number | null>(day(60), day(101), day(29), day(-1), null),
        storage_class: mostly("STANDARD", "GLACIER"),
      }),
      lock: fc.record({ mode: fc.constantFrom("GOVERNANCE" as const, "COMPLIANCE" as const) }),
      storageClass: fc.constantFrom(undefined, "STANDARD" as const),
      kmsKeyArn: fc.constantFrom(undefined, "arn:aws:kms:eu-west-1:222222222222:key/ours"),
    });
    const worlds = fc.sample(world, { numRuns: 6_000, seed: 1 });
    const version = (place: number): ListedVersion => ({
      ...VERSION,
      key: `k${place}`,
      etag: `"${worlds[place]?.source.etag ?? ""}"`,
    });
    let passedCount = 0;
    for (const mode of ["GOVERNANCE", "COMPLIANCE"] as const) {
      const places = worlds.flatMap(({ lock }, place) => (lock.mode === mode ? [place] : []));
      const cells = (side: "source" | "vault", more: Partial<Cells>) =>
        places.map((place) => ({
          ...more,
          ...worlds[place]?.[side],
          key: `k${place}`,
        }));
      await asked.set({ lockMode: mode, nowMs: NOW });
      await listed(cells("source", RIGHT), (index) => {
        const { storageClass } = worlds[places[index] ?? -1] ?? {};
        return storageClass === undefined ? {} : { storageClass };
      });
      await rows("source", cells("source", RIGHT));
      await rows("vault", cells("vault", REPLICA));
      const left = new Set((await candidates()).map(([index]) => places[index]));
      for (const place of places) {
        const one = worlds[place];
        if (one === undefined || left.has(place)) continue;
        passedCount++;
        const vault = {
          ...VAULT,
          lock: { ...VAULT.lock, mode },
          ...(one.storageClass === undefined ? {} : { storageClass: one.storageClass }),
          ...(one.kmsKeyArn === undefined ? {} : { kmsKeyArn: one.kmsKeyArn }),
        };
        const promise = { source: {}, rules: [RULE] };
        const [expectation] = planListed(version(place), promise).expected;
        if (expectation === undefined) throw new Error("not promised");
        const outcome = judgeByInventory(
          version(place),
          expectation,
          factsOf(one.source),
          {
            ...factsOf(one.vault),
            sizeBytes: one.vault.size_bytes,
            etag: `"${one.vault.etag}"`,
            storageClass: one.vault.storage_class,
          } satisfies InventoryReplica,
          vault,
          promise,
          { nowEpochMs: NOW, vaultCreatedAt: "" },
        );
        expect(outcome, JSON.stringify(one)).to.deep.include({ kind: "proven", code: "etag" });
      }
    }
    expect(passedCount).to.be.greaterThan(200);
  });

  it("stop when the look is stopped", async () => {
    const stop = new AbortController();
    const stopped = await Analysis.open(join(folder), stop.signal).catch(() => undefined);
    stopped?.close();
    stop.abort();
    const other = await Analysis.open(folder, stop.signal).catch((error: unknown) => error);
    expect(isLockstepError(other) && other.code).to.equal("Aborted");
  });

  it("are each a file with a sentence of what they ask", async () => {
    const questions = join(__dirname, "../../automation/analysis/questions");
    const files = await readdir(questions, { recursive: true });
    const texts = files.filter((file) => file.endsWith(".sql"));
    for (const file of texts) {
      expect(await readFile(join(questions, file), "utf8"), file).to.match(/^-- [A-Z]/);
    }
    expect(texts).to.have.length(21);
  });

  it("are worked on in a folder that is gone afterwards, whatever happened", async () => {
    const seen: string[] = [];
    await withWorkFolder((path) => Promise.resolve(seen.push(path)));
    await withWorkFolder((path) => {
      seen.push(path);
      return Promise.reject(new Error("broken"));
    }).catch(() => undefined);
    for (const path of seen) {
      expect(await readdir(path).catch(() => "gone"), path).to.equal("gone");
    }
    expect(seen).to.have.length(2);
  });
});

function factsOf(cells: {
  readonly encryption: string | null;
  readonly legal_hold: string;
  readonly event_hold: string;
  readonly replication_status: string | null;
  readonly lock_mode: string | null;
  readonly retain_until_ms: number | null;
}): InventoryFacts {
  return {
    replicationStatus: cells.replication_status ?? undefined,
    encryption: cells.encryption ?? undefined,
    lockMode: cells.lock_mode ?? undefined,
    retainUntilEpochMs: cells.retain_until_ms ?? undefined,
    isOnLegalHold: cells.legal_hold === "On",
    isOnEventHold: cells.event_hold === "On",
  };
}
