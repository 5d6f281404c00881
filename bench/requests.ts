/*
 * Requests a second over keep-alive, 16 at once, from a bare HTTP client and from the AWS SDK, beside moto and versitygw: by
 * the clock, and by the server's own processor time, which other work on the machine does not take part in. All servers run
 * throughout and are asked in turns, so that what slows one round slows each. A bare server of `node:http` is the ceiling.
 */
import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { sendAll, untilOver, type Limit } from "./bare-client";
import { cpuSecondsOf } from "./cpu-time";
import {
  startBareServer,
  startMoto,
  startSandboxProcess,
  startVersitygw,
  type BenchServer,
} from "./servers";
import { signRequests, type RequestKind } from "./signed-requests";
import { printTable } from "./table";

const BUCKET = "lockstep-bench";
const CONNECTIONS_COUNT = 16;
const KEYS_COUNT = 1_000;
const ROUNDS_COUNT = 5;
const ROUND_MS = (Number(process.env["BENCH_SECONDS"] ?? 5) * 1000) / ROUNDS_COUNT;
const BODY = Buffer.alloc(1024, "x");

/** Sends requests of one kind until the limit; says how many were answered. */
type Load = (limit: Limit) => Promise<number>;

interface Contender {
  readonly server: BenchServer;
  readonly loads: ReadonlyMap<string, Load>;
}

interface Round {
  readonly answered: number;
  readonly elapsedSeconds: number;
  readonly cpuSeconds: number;
}

async function contend(server: BenchServer): Promise<Contender> {
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${server.port}`,
    region: server.region,
    credentials: server,
    forcePathStyle: true,
  });
  await client.send(
    new CreateBucketCommand({
      Bucket: BUCKET,
      ...(server.region === "us-east-1"
        ? {}
        : { CreateBucketConfiguration: { LocationConstraint: server.region as "eu-west-1" } }),
    }),
  );
  const bare = async (kind: RequestKind): Promise<Load> => {
    const target = { bucket: BUCKET, keysCount: KEYS_COUNT, body: BODY };
    const requests = await signRequests(server, client, kind, target);
    return (limit) => sendAll(server.port, requests, CONNECTIONS_COUNT, limit);
  };
  const put = await bare("PUT");
  // However long the rounds are, every key is there to be read.
  await put({ requestsCount: KEYS_COUNT });
  const loads = new Map<string, Load>([
    ["bare PUT", put],
    ["bare GET", await bare("GET")],
    ["bare HEAD", await bare("HEAD")],
    ["bare LIST", await bare("LIST")],
    [
      "SDK PUT",
      withSdk((Key) => client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: BODY }))),
    ],
    ["SDK HEAD", withSdk((Key) => client.send(new HeadObjectCommand({ Bucket: BUCKET, Key })))],
  ]);
  return { server, loads };
}

function withSdk(call: (key: string) => Promise<unknown>): Load {
  return async (limit) => {
    const goesOn = untilOver(limit);
    let answered = 0;
    await Promise.all(
      Array.from({ length: CONNECTIONS_COUNT }, async (_, offset) => {
        for (let index = offset; goesOn(index); index += CONNECTIONS_COUNT) {
          await call(`key-${index % KEYS_COUNT}`);
          answered++;
        }
      }),
    );
    return answered;
  };
}

async function measureRound(server: BenchServer, load: Load): Promise<Round> {
  const cpuBefore = cpuSecondsOf(server.pid);
  const startedAt = performance.now();
  const answered = await load({ durationMs: ROUND_MS });
  return {
    answered,
    elapsedSeconds: (performance.now() - startedAt) / 1000,
    cpuSeconds: cpuSecondsOf(server.pid) - cpuBefore,
  };
}

/** By contender and load, the rounds of all contenders in turns. */
async function measure(contenders: readonly Contender[]): Promise<Map<string, Round[]>[]> {
  const results = contenders.map(() => new Map<string, Round[]>());
  for (const name of contenders[0]?.loads.keys() ?? []) {
    for (let round = 0; round < ROUNDS_COUNT; round++) {
      for (const [index, { server, loads }] of contenders.entries()) {
        const load = loads.get(name);
        if (load === undefined) throw new Error(`${server.name} is not asked for ${name}.`);
        const rounds = results[index]?.get(name) ?? [];
        results[index]?.set(name, [...rounds, await measureRound(server, load)]);
      }
    }
  }
  return results;
}

function printRates(
  title: string,
  contenders: readonly Contender[],
  results: readonly Map<string, Round[]>[],
  seconds: (round: Round) => number,
): void {
  process.stdout.write(`${title}\n`);
  const rows = contenders.map(({ server }, index): [string, Record<string, number>] => [
    server.name,
    Object.fromEntries(
      [...(results[index] ?? [])].map(([name, rounds]) => [name, rate(rounds, seconds)]),
    ),
  ]);
  printTable(rows, { ratios: true });
}

function rate(rounds: readonly Round[], seconds: (round: Round) => number): number {
  const answered = rounds.reduce((sum, round) => sum + round.answered, 0);
  return answered / rounds.reduce((sum, round) => sum + seconds(round), 0);
}

async function main(): Promise<void> {
  const servers: BenchServer[] = [];
  try {
    for (const start of [startSandboxProcess, startMoto, startVersitygw, startBareServer]) {
      const server = await start();
      if (server !== undefined) servers.push(server);
    }
    const contenders: Contender[] = [];
    for (const server of servers) contenders.push(await contend(server));
    const results = await measure(contenders);
    printRates("Requests a second", contenders, results, (round) => round.elapsedSeconds);
    printRates(
      "\nRequests a second of the server's processor time",
      contenders,
      results,
      (round) => round.cpuSeconds,
    );
  } finally {
    for (const server of servers) server.stop();
  }
}

void main();
