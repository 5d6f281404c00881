/*
 * What a source lists, held against the inventories of both sides: ours, as `verify --level inventory` does it, beside Python's `csv` with
 * dicts and Polars, each in a process of its own, over the same made-up files. Ours is given the listing version by version, the others as
 * a file of CSV. Then the two inventories alone, the source's in place of a listing. From the first line of work on: the engine that is
 * loaded is counted, Node and our modules are not. "duckdb, rows read alone" has our engine read the same files and count their rows: nothing
 * that it is asked can take less.
 */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { columnsIn } from "../automation/inventory/columns";
import type { LocalInventory } from "../automation/inventory/fetch-inventory";
import { Analysis } from "../automation/analysis/analysis";
import { deliveredRows } from "../automation/analysis/delivered";
import { relationText } from "../automation/analysis/question-text";
import { askInventories } from "../automation/look/ask-inventories";
import { candidateOf, type Candidate } from "../automation/look/inventory-answers";
import { keepMarks, readDoubtful } from "../automation/look/inventory-tables";
import { lockNumber, NUMBERED_WORDS } from "../automation/look/listing-table";
import type { DeployedPromise } from "../automation/promise/deployed-promise";
import type { ListedVersion } from "../automation/proof/source-versions";
import { pythonWith } from "./python";
import { printTable } from "./table";

const SIZES = (process.env["BENCH_OBJECTS"] ?? "1000000").split(",").map(Number);
/** Files of each inventory: S3 delivers several of a large one. */
const FILES_COUNT = Number(process.env["BENCH_FILES"] ?? "4");
const FORMAT = process.env["BENCH_FORMAT"] === "Parquet" ? "Parquet" : "CSV";
/** One in so many is missing at the vault, and one in as many has a lock that is too short. */
const LOST_EVERY = 1_000;
const POLARS_VERSION = "2.1.0";
const DAY_MS = 24 * 60 * 60 * 1000;
/** The same in each of our processes. */
const NOW_EPOCH_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const WRITTEN_EPOCH_MS = NOW_EPOCH_MS - 2 * DAY_MS;
const RETENTION_DAYS = 30;
const LOCKED_UNTIL_EPOCH_MS = WRITTEN_EPOCH_MS + RETENTION_DAYS * DAY_MS;
const LOCKED_UNTIL = new Date(LOCKED_UNTIL_EPOCH_MS).toISOString();
const TOO_SHORT = new Date(WRITTEN_EPOCH_MS + (RETENTION_DAYS - 1) * DAY_MS).toISOString();

const NAMES = [
  ..."Bucket Key VersionId IsLatest IsDeleteMarker Size LastModifiedDate ETag StorageClass".split(
    " ",
  ),
  ..."ReplicationStatus EncryptionStatus ObjectLockRetainUntilDate ObjectLockMode".split(" "),
  "ObjectLockLegalHoldStatus",
];

/** Those that are no texts there. */
const PARQUET_TYPES: Readonly<Record<string, string>> = {
  IsLatest: "BOOLEAN",
  IsDeleteMarker: "BOOLEAN",
  Size: "BIGINT",
  LastModifiedDate: "TIMESTAMP",
  ObjectLockRetainUntilDate: "TIMESTAMP",
};

/** Digits that look like chance, the same in each process: ids are cut out of them. */
const DIGITS = (() => {
  let text = "";
  for (let index = 0; text.length < 65_600; index++) {
    text += (Math.imul(index + 1, 2_654_435_761) >>> 0).toString(16).padStart(8, "0");
  }
  return text;
})();
const IDS_COUNT = 65_536;

const keyOf = (index: number): string => `records/2026/${String(index).padStart(10, "0")}.json`;
const versionIdOf = (index: number): string => {
  const start = (index * 7_919) % IDS_COUNT;
  return `v${DIGITS.slice(start, start + 31)}`;
};
const etagOf = (index: number): string => {
  const start = (index * 4_099 + 17) % IDS_COUNT;
  return DIGITS.slice(start, start + 32);
};
const KEY = "'records/2026/' || lpad(i::VARCHAR, 10, '0') || '.json'";
const VERSION_ID = `'v' || substr(getvariable('digits'), (i * 7919 % ${IDS_COUNT} + 1)::BIGINT, 31)`;
const ETAG = `substr(getvariable('digits'), ((i * 4099 + 17) % ${IDS_COUNT} + 1)::BIGINT, 32)`;

/** Writes both inventories, and what the source lists, into a folder. */
async function makeFiles(size: number, folder: string): Promise<void> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const written = new Date(WRITTEN_EPOCH_MS).toISOString();
  const row = (bucket: string, status: string, until: string, mode: string): string =>
    [
      `'${bucket}'`,
      KEY,
      VERSION_ID,
      "'true'",
      "'false'",
      "'1024'",
      `'${written}'`,
      ETAG,
      "'STANDARD'",
      `'${status}'`,
      "'SSE-S3'",
      until,
      `'${mode}'`,
      "'Off'",
    ]
      .map((value, index) => {
        const name = NAMES[index] ?? "";
        const type = FORMAT === "Parquet" ? PARQUET_TYPES[name] : undefined;
        return `${type === undefined ? value : `CAST(nullif(${value}, '') AS ${type})`} AS ${name}`;
      })
      .join(", ");
  const to =
    FORMAT === "CSV"
      ? "FORMAT csv, HEADER false, FORCE_QUOTE *, COMPRESSION gzip"
      : "FORMAT parquet";
  const write = async (select: string, name: string): Promise<void> => {
    const length = Math.ceil(size / FILES_COUNT);
    for (let file = 0; file < FILES_COUNT; file++) {
      const range = `range(${file * length}, ${Math.min(size, (file + 1) * length)}) AS rows(i)`;
      const path = join(folder, `${name}-${file}${EXTENSION}`);
      await connection.run(`COPY (${select.replace("RANGE", range)}) TO '${path}' (${to})`);
    }
  };
  const until = `CASE WHEN i % ${LOST_EVERY} = 2 THEN '${TOO_SHORT}' ELSE '${LOCKED_UNTIL}' END`;
  try {
    await connection.run(`SET VARIABLE digits = '${DIGITS}'`);
    await write(`SELECT ${row("bench-source", "COMPLETED", "''", "")} FROM RANGE`, "source");
    await write(
      `SELECT ${row("bench-vault", "REPLICA", until, "COMPLIANCE")} FROM RANGE WHERE i % ${LOST_EVERY} <> 1`,
      "vault",
    );
    await connection.run(
      `COPY (SELECT ${KEY}, ${VERSION_ID}, '1024', ${ETAG} FROM range(${size}) AS rows(i)) ` +
        `TO '${join(folder, LISTING)}' (FORMAT csv, HEADER false, FORCE_QUOTE *)`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const EXTENSION = FORMAT === "CSV" ? ".csv.gz" : ".parquet";
const LISTING = "listed-for-others.csv";

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

function inventoryOf(folder: string, side: "source" | "vault"): LocalInventory {
  const names = readdirSync(folder).filter((name) => name.startsWith(`${side}-`));
  return {
    listedBucket: `bench-${side}`,
    bucketName: "bench-operations",
    createdEpochMs: NOW_EPOCH_MS - DAY_MS,
    format: FORMAT,
    columnNames: NAMES,
    columns: columnsIn(NAMES).found,
    files: names.map((key) => ({ key, sizeBytes: statSync(join(folder, key)).size, md5: "" })),
    paths: names.map((name) => join(folder, name)),
  };
}

type Found = Iterable<Pick<Candidate, "atVault">>;

/** What the look asks of the engine. */
async function asTheLook(size: number, folder: string): Promise<Found> {
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
      source: inventoryOf(folder, "source"),
      vaults: new Map([["primary", inventoryOf(folder, "vault")]]),
    },
    listed: listingOf(size),
    nowEpochMs: NOW_EPOCH_MS,
    signal: new AbortController().signal,
  });
  return vaults.get("primary")?.candidates ?? [];
}

/** The same questions, with what the source's inventory tells in place of a listing. */
async function withoutListing(folder: string): Promise<Found> {
  const [source, vault] = [inventoryOf(folder, "source"), inventoryOf(folder, "vault")];
  const analysis = await Analysis.open(folder, new AbortController().signal);
  try {
    await analysis.set({
      salt: randomBytes(16).toString("hex"),
      now_ms: NOW_EPOCH_MS,
      ...NUMBERED_WORDS,
      lock: lockNumber("COMPLIANCE"),
      lock_mode: "COMPLIANCE",
    });
    await keepMarks(analysis, source, "source");
    await keepMarks(analysis, vault, "vault");
    await analysis.define(
      "listing",
      `SELECT name_hash(key, version_id) AS place, * FROM (${deliveredRows(source)})`,
    );
    await analysis.define(
      "promised",
      "SELECT joined_by AS place, joined_by, content_hash, CAST(0 AS UTINYINT) AS class, " +
        `${LOCKED_UNTIL_EPOCH_MS} AS retain_until_ms FROM source_marks`,
    );
    await analysis.keep("doubtful", relationText("doubtful"));
    await readDoubtful(analysis, { source, vault });
    const found: Candidate[] = [];
    for await (const row of analysis.ask("candidates")) found.push(candidateOf(row));
    return found;
  } finally {
    analysis.close();
  }
}

/** Our engine reads each file once, and counts its rows. */
async function readAlone(kind: Kind, folder: string): Promise<number> {
  const tables = (["source", "vault"] as const).map((side) =>
    deliveredRows(inventoryOf(folder, side)),
  );
  const ofListing = ["key", "version_id", "size", "etag"].map((name) => `'${name}': 'VARCHAR'`);
  if (kind === "look") {
    tables.push(
      `SELECT * FROM read_csv('${join(folder, LISTING)}', columns = {${ofListing.join(", ")}}, ` +
        `auto_detect = false, header = false, delim = ',', quote = '"', escape = '"')`,
    );
  }
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  let read = 0;
  try {
    for (const table of tables) {
      const rows = await connection.runAndReadAll(`SELECT count(*) FROM (${table})`);
      read += Number(rows.getRows()[0]?.[0]);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  return read;
}

/** In a process of its own. */
async function ours(part: Part, kind: Kind, size: number, folder: string): Promise<void> {
  const [startedAt, before] = [performance.now(), process.cpuUsage()];
  const counts =
    part === "rows" ? { rows: await readAlone(kind, folder) } : await joined(kind, size, folder);
  const { system, user } = process.cpuUsage(before);
  const figures = {
    ...counts,
    seconds: (performance.now() - startedAt) / 1000,
    "CPU seconds": (system + user) / 1e6,
    "peak MiB": process.resourceUsage().maxRSS / 2 ** 10,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

async function joined(kind: Kind, size: number, folder: string): Promise<Figures> {
  const found = kind === "look" ? await asTheLook(size, folder) : await withoutListing(folder);
  let other = 0;
  let missing = 0;
  for (const { atVault } of found) {
    if (atVault === "absent") missing++;
    else other++;
  }
  return { right: size - other - missing, other, missing };
}

/** Both inventories with the source's listing, or alone. */
type Kind = "look" | "alone";

/** All of it, or no more than the reading of each row. */
type Part = "join" | "rows";

type Figures = Record<string, number>;

function timed(size: number, command: string, args: readonly string[]): Figures {
  const { status, stdout } = spawnSync(command, args, {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}.`);
  const found = JSON.parse(stdout) as Figures;
  const lost = Math.floor((size + LOST_EVERY - 2) / LOST_EVERY);
  const { right = 0, other = 0, missing, rows } = found;
  const isRight =
    rows === undefined
      ? missing === lost && right + other === size - lost
      : rows % size === size - lost && rows > size;
  if (!isRight) {
    throw new Error(`${command} counts otherwise: ${stdout}`);
  }
  const { seconds = NaN, "CPU seconds": cpuSeconds = NaN, "peak MiB": peak = NaN } = found;
  return { seconds, "CPU seconds": cpuSeconds, "peak MiB": peak, "versions/s": size / seconds };
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
    const loader = resolve(__dirname, "../scripts/typescript.cjs");
    for (const size of SIZES) {
      const own = join(folder, String(size));
      mkdirSync(own);
      await makeFiles(size, own);
      const rowsOf = (kind: Kind): [string, Figures][] => {
        const scratch = mkdtempSync(join(folder, "ours-"));
        for (const name of readdirSync(own)) linkSync(join(own, name), join(scratch, name));
        const listing = kind === "look" ? LISTING : "";
        const peer = (python: string, engine: string): Figures =>
          timed(size, python, [script, engine, FORMAT, own, listing, LOCKED_UNTIL]);
        const us = (part: Part): Figures =>
          timed(size, process.execPath, [
            "-r",
            loader,
            __filename,
            part,
            kind,
            String(size),
            scratch,
          ]);
        const rows: [string, Figures][] = [
          ["lockstep", us("join")],
          ["duckdb, rows read alone", us("rows")],
        ];
        rmSync(scratch, { recursive: true });
        // It has no reader of Parquet.
        if (FORMAT === "CSV") rows.push(["python csv", peer("python3", "csv")]);
        if (polars !== undefined) rows.push(["polars", peer(polars, "polars")]);
        return rows;
      };
      const bytes = ["source", "vault"]
        .flatMap((side) => inventoryOf(own, side as "source" | "vault").files)
        .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      process.stdout.write(
        `${size.toLocaleString("en-US")} versions, two inventories in ${FORMAT} of ${Math.round(bytes / 2 ** 20)} MiB together, ` +
          `load ${loadavg()[0]?.toFixed(1) ?? "?"}\n`,
      );
      printTable(rowsOf("look"), { ratios: true });
      process.stdout.write("The two inventories alone, without a listing\n");
      printTable(rowsOf("alone"), { ratios: true });
      rmSync(own, { recursive: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [part, kind, size, folder = ""] = process.argv.slice(2);
const run =
  size === undefined
    ? main()
    : ours(
        part === "rows" ? "rows" : "join",
        kind === "alone" ? "alone" : "look",
        Number(size),
        folder,
      );
run.catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
