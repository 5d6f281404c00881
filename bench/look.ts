/*
 * What a look at a whole source costs the driver alone: peak of resident memory and CPU time of `verify`, from the listings to the
 * verdict. Listing pages and answers to HEADs are made up as they are asked for and not kept, so that what grows is the driver's.
 * Each size is a process of its own.
 */
import { spawnSync } from "node:child_process";
import { setMaxListeners } from "node:events";
import { resolve } from "node:path";
import type { ObjectVersion, S3Client } from "@aws-sdk/client-s3";
import { OwnBucketsClient } from "../automation/aws/own-buckets-client";
import { verifyStack } from "../automation/backfill/look";
import { systemClock } from "../automation/clock";
import { chooseLevel } from "../automation/levels/choose-level";
import type { LookOptions } from "../automation/look/look";
import { promiseDigest } from "../components/promise/promise";
import { printTable } from "./table";

const SIZES = (process.env["BENCH_OBJECTS"] ?? "10000,100000,1000000").split(",").map(Number);
const AT_ONCE = Number(process.env["BENCH_AT_ONCE"] ?? 32);
/** One in so many is missing at the vault; 0: none. */
const MISSING_EVERY = Number(process.env["BENCH_MISSING_EVERY"] ?? 1_000);
/** How much is looked at: `listing`, `sample` or `full`. */
const LEVEL = chooseLevel({ level: process.env["BENCH_LEVEL"] });
const PAGE_SIZE = 1_000;
const DAY_MS = 24 * 60 * 60 * 1000;
const WRITTEN = new Date(Date.now() - DAY_MS);
const LOCKED_UNTIL = new Date(Date.now() + 40 * DAY_MS);

const keyOf = (index: number): string => `records/${String(index).padStart(9, "0")}`;
const versionIdOf = (index: number): string => `v${index.toString(36).padStart(31, "0")}`;
const etagOf = (index: number): string => `"${index.toString(16).padStart(32, "0")}"`;
const isMissing = (index: number): boolean => MISSING_EVERY > 0 && index % MISSING_EVERY === 1;

/** A bucket that is nowhere: versions with one and the same size, by number. */
class MadeUpBucket extends OwnBucketsClient {
  constructor(
    private readonly versionsCount: number,
    private readonly isVault: boolean,
  ) {
    const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
    super({ region: "eu-west-1", credentials }, "111111111111");
  }

  override send = ((command: {
    constructor: { name: string };
    input: { KeyMarker?: string; Prefix?: string };
  }) => {
    switch (command.constructor.name) {
      case "ListObjectVersionsCommand":
        return Promise.resolve(this.page(command.input));
      case "GetBucketVersioningCommand":
        return Promise.resolve({ Status: "Enabled" });
      case "GetBucketAclCommand":
        return Promise.resolve({ Owner: { ID: "vault" } });
      default:
        return Promise.resolve({});
    }
  }) as unknown as S3Client["send"];

  override headObject: OwnBucketsClient["headObject"] = ({ versionId = "" }) => {
    const index = parseInt(versionId.slice(1), 36);
    if (this.isVault && isMissing(index)) return Promise.reject(notFound());
    const output = {
      $metadata: {},
      VersionId: versionId,
      ContentLength: 1024,
      ETag: etagOf(index),
      ReplicationStatus: this.isVault ? ("REPLICA" as const) : ("COMPLETED" as const),
      ServerSideEncryption: "AES256" as const,
      LastModified: WRITTEN,
      ...(this.isVault
        ? { ObjectLockMode: "COMPLIANCE" as const, ObjectLockRetainUntilDate: LOCKED_UNTIL }
        : {}),
    };
    return Promise.resolve({ output, answeredEpochMs: Date.now() });
  };

  private page({ KeyMarker, Prefix }: { KeyMarker?: string; Prefix?: string }) {
    const versions: ObjectVersion[] = [];
    const indexOf = (key: string): number => Number(key.slice("records/".length));
    let index = KeyMarker === undefined ? indexOf(Prefix ?? keyOf(0)) : indexOf(KeyMarker) + 1;
    const end = Prefix === undefined ? this.versionsCount : indexOf(Prefix) + 1;
    for (; index < end && versions.length < PAGE_SIZE; index++) {
      if (this.isVault && isMissing(index)) continue;
      versions.push({
        Key: keyOf(index),
        VersionId: versionIdOf(index),
        IsLatest: true,
        Size: 1024,
        ETag: etagOf(index),
        StorageClass: "STANDARD",
        LastModified: WRITTEN,
        Owner: { ID: this.isVault ? "vault" : "source" },
      });
    }
    const next = { NextKeyMarker: keyOf(index - 1), NextVersionIdMarker: versionIdOf(index - 1) };
    return index < end
      ? { Versions: versions, IsTruncated: true, ...next }
      : { Versions: versions, IsTruncated: false };
  }
}

/** As S3 answers the HEAD of a version that it does not have. */
function notFound(): Error {
  return Object.assign(new Error("UnknownError"), {
    name: "NotFound",
    $fault: "client",
    $metadata: { httpStatusCode: 404 },
  });
}

function lookOptions(versionsCount: number): LookOptions {
  const bucket = (name: string, accountId: string) => ({
    accountId,
    region: "eu-west-1",
    bucketName: name,
    bucketArn: `arn:aws:s3:::${name}`,
  });
  const lock = { mode: "COMPLIANCE", retentionDays: 30 } as const;
  const primary = { ...bucket("bench-vault", "222222222222"), name: "primary", lock };
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const outputs = {
    source: { ...bucket("bench-source", "111111111111"), existing: true, replicationRoleArn: "" },
    batchRoleArn: "",
    rules: [{ name: "all", status: "Enabled", priority: 1, vault: "primary" }],
    vaults: [primary],
    operations: {
      ...bucket("bench-operations", "111111111111"),
      manifestPrefix: "manifests",
      reportPrefix: "reports",
      ledgerPrefix: "ledger",
    },
  } as unknown as LookOptions["outputs"];
  return {
    outputs: { ...outputs, promise: { version: 1, digest: promiseDigest(outputs) } },
    clients: {
      source: { s3: new MadeUpBucket(versionsCount, false) },
      vaults: new Map([
        ["primary", { outputs: primary, s3: new MadeUpBucket(versionsCount, true) }],
      ]),
    } as unknown as LookOptions["clients"],
    clock: systemClock,
    concurrency: AT_ONCE,
    emit: () => undefined,
    settleLimits: { intervalMs: 1, maxIntervalMs: 1, deadlineMs: 1 },
    signal: stop.signal,
    skipsRoles: true,
    level: LEVEL,
  };
}

async function measure(versionsCount: number): Promise<void> {
  const startedAt = performance.now();
  const startCpu = process.cpuUsage();
  const startMiB = process.memoryUsage.rss() / 2 ** 20;
  const verdict = await verifyStack(lookOptions(versionsCount));
  const { user, system } = process.cpuUsage(startCpu);
  const missingCount = verdict.failed;
  if (verdict.proven + missingCount !== versionsCount) {
    throw new Error(`The verdict is not that of the made-up source: ${JSON.stringify(verdict)}`);
  }
  const figures = {
    "versions/s": versionsCount / ((performance.now() - startedAt) / 1000),
    "CPU us/version": (user + system) / versionsCount,
    "start MiB": startMiB,
    "peak MiB": process.resourceUsage().maxRSS / 2 ** 10,
    missing: missingCount,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

function main(): void {
  const rows = SIZES.map((size): [string, Record<string, number>] => {
    const { stdout, status } = spawnSync(
      process.execPath,
      ["-r", resolve(__dirname, "../scripts/typescript.cjs"), __filename, String(size)],
      { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" },
    );
    if (status !== 0) throw new Error(`The look at ${size} versions ended with ${status}.`);
    return [size.toLocaleString("en-US"), JSON.parse(stdout) as Record<string, number>];
  });
  process.stdout.write(`verify --level ${LEVEL.level} of made-up versions, ${AT_ONCE} at once\n`);
  printTable(rows);
}

const size = process.argv[2];
if (size === undefined) main();
else void measure(Number(size));
