/* Requests a second over keep-alive, 16 at once, from a bare HTTP client and from the AWS SDK, beside moto and versitygw. */
import { createHash } from "node:crypto";
import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { SignatureV4 } from "@smithy/signature-v4";
import { measureBareRate, type PreparedRequest } from "./bare-client";
import { startMoto, startSandboxProcess, startVersitygw, type BenchServer } from "./servers";
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

type Kind = "PUT" | "GET" | "HEAD" | "LIST";

/** A page of 100 of the keys that the PUT requests made. */
const LIST_QUERY = { "list-type": "2", "max-keys": "100" };

/** Signs ahead of the measurement, so that the bare client's work is sending and reading only. */
async function prepare(server: BenchServer, kind: Kind): Promise<PreparedRequest[]> {
  const method = kind === "LIST" ? "GET" : kind;
  const client = sdkClient(server);
  const signer = new SignatureV4({
    credentials: server,
    region: server.region,
    service: "s3",
    sha256: client.config.sha256 ?? Sha256,
    uriEscapePath: false,
  });
  const requests: PreparedRequest[] = [];
  for (let index = 0; index < KEYS_COUNT; index++) {
    const signed = await signer.sign({
      method,
      protocol: "http:",
      hostname: "127.0.0.1",
      port: server.port,
      path: kind === "LIST" ? `/${BUCKET}` : `/${BUCKET}/key-${index}`,
      query: kind === "LIST" ? LIST_QUERY : {},
      headers: {
        host: `127.0.0.1:${server.port}`,
        "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
        ...(method === "PUT" ? { "content-length": String(BODY.length) } : {}),
      },
    });
    const search = kind === "LIST" ? `?${new URLSearchParams(LIST_QUERY).toString()}` : "";
    const head = Object.entries(signed.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    requests.push({
      bytes: Buffer.concat([
        Buffer.from(`${method} ${signed.path}${search} HTTP/1.1\r\n${head.join("")}\r\n`),
        method === "PUT" ? BODY : Buffer.alloc(0),
      ]),
      answerHasBody: method !== "HEAD",
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
  const bare = async (kind: Kind) =>
    measureBareRate({
      port: server.port,
      requests: await prepare(server, kind),
      connectionsCount: CONNECTIONS_COUNT,
      durationMs: DURATION_MS,
    });
  return {
    "bare PUT/s": await bare("PUT"),
    "bare GET/s": await bare("GET"),
    "bare HEAD/s": await bare("HEAD"),
    "bare LIST/s": await bare("LIST"),
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
  for (const start of [startSandboxProcess, startMoto, startVersitygw]) {
    const server = await start();
    if (server === undefined) continue;
    try {
      results.push([server.name, await measure(server)]);
    } finally {
      server.stop();
    }
  }
  printTable(results, { ratios: true });
}

void main();
