/*
 * Versions a second, and CPU time of the client for one: a bare loop of the SDK over the HEADs of source and vault, the same
 * with the SDK's own cache of its middleware, and the driver's look, which judges what it reads as well. One interleaved
 * run, equally many versions at once; the sandbox is a process of its own.
 */
import { spawn } from "node:child_process";
import { setMaxListeners } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { startSandbox } from "lockstep-sandbox";
import { accountClients, type AccountClients } from "../automation/aws/aws-clients";
import { forEachConcurrently } from "../automation/concurrency";
import { lookAtVersion, type VersionOptions } from "../automation/look/look-at-version";
import { listVersions, type ListedVersion } from "../automation/proof/source-versions";
import { makeBucket, makeVault, replicate } from "./replication";
import { accountOf, callAs, kibibyteBody } from "./seeding";
import { printTable } from "./table";

const VERSIONS_COUNT = Number(process.env["BENCH_OBJECTS"] ?? 2_000);
const AT_ONCE = Number(process.env["BENCH_AT_ONCE"] ?? 32);
const ROUNDS_COUNT = Number(process.env["BENCH_ROUNDS"] ?? 5);
const SOURCE = "bench-source";
const VAULT = "bench-vault";
const ACCOUNTS = {
  source: { accountId: "111111111111", region: "eu-west-1", profile: "source" },
  vault: { accountId: "222222222222", region: "eu-central-1", profile: "vault" },
};

/** Runs until it is killed; its first line is the path of a config file. */
async function serve(folder: string): Promise<void> {
  const sandbox = await startSandbox({ settings: { replicationDelayMs: 0 } });
  const source = callAs(sandbox, "source");
  makeBucket(source, SOURCE, accountOf(sandbox, "source").region, false);
  makeVault(sandbox, VAULT);
  replicate(sandbox, SOURCE, VAULT);
  for (let index = 0; index < VERSIONS_COUNT; index++) {
    source("s3", "PutObject", {
      Bucket: SOURCE,
      Key: `records/${index % 100}/object-${index}`,
      Body: kibibyteBody(index, true),
    });
  }
  const { configFile } = await sandbox.writeAwsConfig(folder);
  process.stdout.write(`${configFile}\n`);
}

interface Sides<Client> {
  readonly source: Client;
  readonly vault: Client;
}

type LookAt = (version: ListedVersion) => Promise<unknown>;

function sdkLoop({ source, vault }: Sides<S3Client>): LookAt {
  return async ({ key: Key, versionId: VersionId }) => {
    const asked = { Key, VersionId, ChecksumMode: "ENABLED" } as const;
    await source.send(new HeadObjectCommand({ ...asked, Bucket: SOURCE }));
    await vault.send(new HeadObjectCommand({ ...asked, Bucket: VAULT }));
  };
}

function driver({ source, vault }: Sides<AccountClients>): LookAt {
  const bucket = (name: string, side: keyof typeof ACCOUNTS) => ({
    ...ACCOUNTS[side],
    bucketName: name,
    bucketArn: `arn:aws:s3:::${name}`,
  });
  const lock = { mode: "COMPLIANCE", retentionDays: 30 } as const;
  const primary = { ...bucket(VAULT, "vault"), name: "primary", lock };
  const stop = new AbortController();
  const options: VersionOptions = {
    clients: { source, vaults: new Map([["primary", { outputs: primary, s3: vault.s3 }]]) },
    promise: {
      digest: "bench",
      source: { ...bucket(SOURCE, "source"), existing: true, replicationRoleArn: "" },
      batchRoleArn: "",
      rules: [{ name: "all", status: "Enabled", priority: 1, vault: "primary" }],
      vaults: new Map([["primary", primary]]),
    },
    listings: new Map(),
    tasks: new Map(),
    signal: stop.signal,
  };
  setMaxListeners(0, stop.signal);
  return async (version) => {
    const { outcomes } = await lookAtVersion(version, options);
    if (outcomes.some(({ kind }) => kind !== "proven")) {
      throw new Error(`A version is not proven: ${JSON.stringify(outcomes)}`);
    }
  };
}

interface Figures {
  seconds: number;
  cpuSeconds: number;
  count: number;
}

async function measure(versions: readonly ListedVersion[], lookAt: LookAt): Promise<Figures> {
  const startedAt = performance.now();
  const startCpu = process.cpuUsage();
  await forEachConcurrently(versions, { limit: AT_ONCE }, async (version) => {
    await lookAt(version);
  });
  const { user, system } = process.cpuUsage(startCpu);
  return {
    seconds: (performance.now() - startedAt) / 1000,
    cpuSeconds: (user + system) / 1e6,
    count: versions.length,
  };
}

async function compare(configFile: string): Promise<void> {
  const environment = { configFile, variables: {} };
  const clients = {
    source: await accountClients(ACCOUNTS.source, environment),
    vault: await accountClients(ACCOUNTS.vault, environment),
  };
  const sdk = (side: keyof typeof ACCOUNTS, cacheMiddleware: boolean) =>
    new S3Client({
      region: ACCOUNTS[side].region,
      credentials: clients[side].s3.config.credentials,
      endpoint: clients[side].endpoint ?? "",
      forcePathStyle: true,
      cacheMiddleware,
    });
  const sdks = (isCached: boolean) => ({
    source: sdk("source", isCached),
    vault: sdk("vault", isCached),
  });
  const ways: readonly (readonly [string, LookAt])[] = [
    ["driver", driver(clients)],
    ["SDK loop", sdkLoop(sdks(false))],
    ["SDK loop, cacheMiddleware", sdkLoop(sdks(true))],
  ];
  const versions: ListedVersion[] = [];
  for await (const version of listVersions(clients.source.s3, SOURCE)) versions.push(version);
  const totals = ways.map((): Figures => ({ seconds: 0, cpuSeconds: 0, count: 0 }));
  for (let round = 0; round <= ROUNDS_COUNT; round++) {
    for (const [index, [, lookAt]] of ways.entries()) {
      const figures = await measure(versions, lookAt);
      const total = totals[index];
      // The first round is for the compiler.
      if (round === 0 || total === undefined) continue;
      total.seconds += figures.seconds;
      total.cpuSeconds += figures.cpuSeconds;
      total.count += figures.count;
    }
  }
  process.stdout.write(`${VERSIONS_COUNT} versions, ${AT_ONCE} at once, ${ROUNDS_COUNT} rounds\n`);
  printTable(
    ways.map(([name], index) => {
      const { count = 0, cpuSeconds = 0, seconds = 0 } = totals[index] ?? {};
      return [name, { "versions/s": count / seconds, "versions/CPU s": count / cpuSeconds }];
    }),
    { ratios: true },
  );
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-bench-heads-"));
  const server = spawn(
    process.execPath,
    ["-r", resolve(__dirname, "../scripts/typescript.cjs"), __filename, folder],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  try {
    const line = await new Promise<string>((done, fail) => {
      createInterface({ input: server.stdout }).once("line", done);
      server.once("exit", (code) => fail(new Error(`The sandbox ended with ${code}.`)));
    });
    await compare(line);
  } finally {
    server.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

const folder = process.argv[2];
if (folder === undefined) void main().then(() => process.exit());
else void serve(folder);
