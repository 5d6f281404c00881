/*
 * The join of two inventories: ours, as `verify --level inventory` does it (with the source's listing as a third table, which the others do
 * without), beside Python's `csv` with a dict and Polars, each in a process of its own, over the same made-up files.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { columnsIn } from "../automation/inventory/columns";
import type { LocalInventory } from "../automation/inventory/fetch-inventory";
import { askInventories } from "../automation/look/ask-inventories";
import type { DeployedPromise } from "../automation/promise/deployed-promise";
import type { ListedVersion } from "../automation/proof/source-versions";
import { pythonWith } from "./python";
import { printTable } from "./table";

const SIZES = (process.env["BENCH_OBJECTS"] ?? "1000000").split(",").map(Number);
/** One in so many is missing at the vault, and one in as many has a lock that is too short. */
const LOST_EVERY = 1_000;
const POLARS_VERSION = "2.1.0";
const DAY_MS = 24 * 60 * 60 * 1000;
/** The same in each of our processes. */
const NOW_EPOCH_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const WRITTEN_EPOCH_MS = NOW_EPOCH_MS - 2 * DAY_MS;
const RETENTION_DAYS = 30;
const LOCKED_UNTIL = new Date(WRITTEN_EPOCH_MS + RETENTION_DAYS * DAY_MS).toISOString();
const TOO_SHORT = new Date(WRITTEN_EPOCH_MS + (RETENTION_DAYS - 1) * DAY_MS).toISOString();

const NAMES = [
  ..."Bucket Key VersionId IsLatest IsDeleteMarker Size LastModifiedDate ETag StorageClass".split(
    " ",
  ),
  ..."ReplicationStatus EncryptionStatus ObjectLockRetainUntilDate ObjectLockMode".split(" "),
  "ObjectLockLegalHoldStatus",
];

const keyOf = (index: number): string => `records/2026/${String(index).padStart(10, "0")}.json`;
/** Eight digits that look like chance, the same in SQL. */
const mixed = (index: number): string =>
  (Math.imul(index, MULTIPLIER) >>> 0).toString(16).padStart(8, "0");
const versionIdOf = (index: number): string =>
  `v${mixed(index)}${mixed(index + 1)}${mixed(index + 2)}`;
const etagOf = (index: number): string =>
  mixed(index) + mixed(index + 3) + mixed(index + 5) + mixed(index + 7);
const MULTIPLIER = 2_654_435_761;
const MIXED = (offset: number): string =>
  `lpad(lower(hex(((i + ${offset})::HUGEINT * ${MULTIPLIER} % 4294967296)::BIGINT)), 8, '0')`;
const VERSION_ID = `'v' || ${[0, 1, 2].map(MIXED).join(" || ")}`;
const ETAG = [0, 3, 5, 7].map(MIXED).join(" || ");
const KEY = "'records/2026/' || lpad(i::VARCHAR, 10, '0') || '.json'";

/** Writes both inventories, and answers their paths. */
async function makeFiles(size: number, folder: string): Promise<readonly [string, string]> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const written = new Date(WRITTEN_EPOCH_MS).toISOString();
  const row = (bucket: string, status: string, until: string, mode: string): string =>
    `'${bucket}', ${KEY}, ${VERSION_ID}, 'true', 'false', '1024', '${written}', ${ETAG}, 'STANDARD', ` +
    `'${status}', 'SSE-S3', ${until}, '${mode}', 'Off'`;
  const write = async (select: string, file: string): Promise<string> => {
    const path = join(folder, file);
    await connection.run(
      `COPY (${select}) TO '${path}' (FORMAT csv, HEADER false, FORCE_QUOTE *, COMPRESSION gzip)`,
    );
    return path;
  };
  const until = `CASE WHEN i % ${LOST_EVERY} = 2 THEN '${TOO_SHORT}' ELSE '${LOCKED_UNTIL}' END`;
  try {
    return [
      await write(
        `SELECT ${row("bench-source", "COMPLETED", "''", "")} FROM range(${size}) AS rows(i)`,
        "source.csv.gz",
      ),
      await write(
        `SELECT ${row("bench-vault", "REPLICA", until, "COMPLIANCE")} FROM range(${size}) AS rows(i) WHERE i % ${LOST_EVERY} <> 1`,
        "vault.csv.gz",
      ),
    ];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** As the source's listing has it; made up as it is gone through. */
function listingOf(length: number) {
  return {
    length,
    *[Symbol.iterator](): Generator<ListedVersion> {
      for (let index = 0; index < length; index++) {
        yield {
          key: keyOf(index),
          versionId: versionIdOf(index),
          isDeleteMarker: false,
          sizeBytes: 1024,
          etag: `"${etagOf(index)}"`,
          storageClass: "STANDARD",
          lastModifiedEpochMs: WRITTEN_EPOCH_MS,
        };
      }
    },
  };
}

function inventoryOf(listedBucket: string, path: string): LocalInventory {
  return {
    listedBucket,
    bucketName: "bench-operations",
    createdEpochMs: NOW_EPOCH_MS - DAY_MS,
    format: "CSV",
    columnNames: NAMES,
    columns: columnsIn(NAMES).found,
    files: [{ key: path, sizeBytes: statSync(path).size, md5: "" }],
    paths: [path],
  };
}

/** In a process of its own: what the look asks of the engine. */
async function ours(size: number, source: string, vault: string, folder: string): Promise<void> {
  const primary = {
    name: "primary",
    accountId: "222222222222",
    region: "eu-west-1",
    bucketName: "bench-vault",
    bucketArn: "arn:aws:s3:::bench-vault",
    lock: { mode: "COMPLIANCE", retentionDays: RETENTION_DAYS },
  };
  const promise = {
    rules: [{ name: "all", status: "Enabled", priority: 1, vault: "primary" }],
    vaults: new Map([["primary", primary]]),
  } as unknown as DeployedPromise;
  const { vaults } = await askInventories(folder, {
    promise,
    inventories: {
      source: inventoryOf("bench-source", source),
      vaults: new Map([["primary", inventoryOf("bench-vault", vault)]]),
    },
    listed: listingOf(size),
    nowEpochMs: NOW_EPOCH_MS,
    signal: new AbortController().signal,
  });
  let other = 0;
  let missing = 0;
  for (const { atVault } of vaults.get("primary")?.candidates ?? []) {
    if (atVault === "absent") missing++;
    else other++;
  }
  const peak = process.resourceUsage().maxRSS / 2 ** 10;
  process.stdout.write(
    `${JSON.stringify({ right: size - other - missing, other, missing, "peak MiB": peak })}\n`,
  );
}

type Figures = Record<string, number>;

function timed(size: number, command: string, args: readonly string[]): Figures {
  const startedAt = performance.now();
  const { status, stdout } = spawnSync(command, args, {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}.`);
  const seconds = (performance.now() - startedAt) / 1000;
  const found = JSON.parse(stdout) as Figures;
  const lost = Math.floor((size + LOST_EVERY - 2) / LOST_EVERY);
  if (found["missing"] !== lost || (found["right"] ?? 0) + (found["other"] ?? 0) !== size - lost) {
    throw new Error(`${command} counts otherwise: ${stdout}`);
  }
  return { seconds, "peak MiB": found["peak MiB"] ?? NaN, "rows/s": size / seconds };
}

/** Python with Polars; undefined where it cannot be had. */
function pythonWithPolars(folder: string): string | undefined {
  try {
    return join(pythonWith(join(folder, "venv"), `polars==${POLARS_VERSION}`), "python3");
  } catch (error) {
    process.stderr.write(`Polars cannot be had here and is left out: ${String(error)}\n`);
    return undefined;
  }
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "lockstep-bench-inventory-"));
  try {
    const polars = pythonWithPolars(folder);
    const script = resolve(__dirname, "peers/join_inventories.py");
    for (const size of SIZES) {
      const [source, vault] = await makeFiles(size, folder);
      const loader = resolve(__dirname, "../scripts/typescript.cjs");
      const own = mkdtempSync(join(folder, "ours-"));
      // The engine reads in one folder alone.
      const linked = [join(own, "source.csv.gz"), join(own, "vault.csv.gz")] as const;
      spawnSync("cp", [source, vault, own]);
      const rows: [string, Figures][] = [
        [
          "lockstep",
          timed(size, process.execPath, ["-r", loader, __filename, String(size), ...linked, own]),
        ],
        ["python csv", timed(size, "python3", [script, "csv", source, vault, LOCKED_UNTIL])],
        ...(polars === undefined
          ? []
          : ([
              ["polars", timed(size, polars, [script, "polars", source, vault, LOCKED_UNTIL])],
            ] satisfies [string, Figures][])),
      ];
      rmSync(own, { recursive: true });
      const bytes = statSync(source).size + statSync(vault).size;
      process.stdout.write(
        `${size.toLocaleString("en-US")} versions, two inventories of ${Math.round(bytes / 2 ** 20)} MiB together (gzip)\n`,
      );
      printTable(rows, { ratios: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [size, source = "", vault = "", folder = ""] = process.argv.slice(2);
const run = size === undefined ? main() : ours(Number(size), source, vault, folder);
run.catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
