/* PUT and HEAD requests a second over keep-alive, 16 at once, from a bare HTTP client and from the AWS SDK. */
import { createHash } from "node:crypto";
import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { SignatureV4 } from "@smithy/signature-v4";
import { measureBareRate, type PreparedRequest } from "./bare-client";
import { startMoto, startSandboxProcess, type BenchServer } from "./servers";
import { printTable } from "./table";

const BUCKET = "lockstep-bench";
const CONNECTIONS_COUNT = 16;
const KEYS_COUNT = 1_000;
const DURATION_MS = Number(process.env["BENCH_SECONDS"] ?? 5) * 1000;
const BODY = Buffer.alloc(1024, "x");

class Sha256 {
  private readonly hash: ReturnType<typeof createHash>;
  constructor(_secret?: unknown) {
    this.hash = createHash("sha256");
  }
  update(data: Uint8Array): void {
    this.hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest());
  }
}

/** Signs ahead of the measurement, so that the bare client's work is sending and reading only. */
async function prepare(server: BenchServer, method: "PUT" | "HEAD"): Promise<PreparedRequest[]> {
  const client = sdkClient(server);
  const signer = new SignatureV4({
    credentials: server,
    region: server.region,
    service: "s3",
    sha256: (await client.config.sha256) ?? Sha256,
    uriEscapePath: false,
  });
  const requests: PreparedRequest[] = [];
  for (let index = 0; index < KEYS_COUNT; index++) {
    const signed = await signer.sign({
      method,
      protocol: "http:",
      hostname: "127.0.0.1",
      port: server.port,
      path: `/${BUCKET}/key-${index}`,
      query: {},
      headers: {
        host: `127.0.0.1:${server.port}`,
        "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
        ...(method === "PUT" ? { "content-length": String(BODY.length) } : {}),
      },
    });
    const head = Object.entries(signed.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    requests.push({
      bytes: Buffer.concat([
        Buffer.from(`${method} ${signed.path} HTTP/1.1\r\n${head.join("")}\r\n`),
        method === "PUT" ? BODY : Buffer.alloc(0),
      ]),
      answerHasBody: method === "PUT",
    });
  }
  return requests;
}

function sdkClient(server: BenchServer): S3Client {
  return new S3Client({
    endpoint: `http://127.0.0.1:${server.port}`,
    region: server.region,
    credentials: server,
    forcePathStyle: true,
  });
}

async function measureSdkRate(
  server: BenchServer,
  call: (client: S3Client, key: string) => Promise<unknown>,
): Promise<number> {
  const client = sdkClient(server);
  const startedAt = performance.now();
  const deadline = startedAt + DURATION_MS;
  let answered = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS_COUNT }, async (_, offset) => {
      for (let index = offset; performance.now() < deadline; index += CONNECTIONS_COUNT) {
        await call(client, `key-${index % KEYS_COUNT}`);
        answered++;
      }
    }),
  );
  const rate = answered / ((performance.now() - startedAt) / 1000);
  client.destroy();
  return rate;
}

async function measure(server: BenchServer): Promise<Record<string, number>> {
  const client = sdkClient(server);
  await client.send(
    new CreateBucketCommand({
      Bucket: BUCKET,
      ...(server.region === "us-east-1"
        ? {}
        : { CreateBucketConfiguration: { LocationConstraint: server.region as "eu-west-1" } }),
    }),
  );
  client.destroy();
  const bare = async (method: "PUT" | "HEAD") =>
    measureBareRate({
      port: server.port,
      requests: await prepare(server, method),
      connectionsCount: CONNECTIONS_COUNT,
      durationMs: DURATION_MS,
    });
  return {
    "bare PUT/s": await bare("PUT"),
    "bare HEAD/s": await bare("HEAD"),
    "SDK PUT/s": await measureSdkRate(server, (sdk, key) =>
      sdk.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: BODY })),
    ),
    "SDK HEAD/s": await measureSdkRate(server, (sdk, key) =>
      sdk.send(new HeadObjectCommand({ Bucket: BUCKET, Key: key })),
    ),
  };
}

async function main(): Promise<void> {
  const results: [string, Record<string, number>][] = [];
  for (const start of [startSandboxProcess, startMoto]) {
    const server = await start();
    try {
      results.push([server.name, await measure(server)]);
    } finally {
      server.stop();
    }
  }
  printTable(results, { ratios: true });
}

void main();
