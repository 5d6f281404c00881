import { createHash, createHmac } from "node:crypto";
import { request as httpRequest } from "node:http";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Keys, TestSandbox } from "./sandbox";

/** A request that the SDK would not send: a raw path, odd headers, a hand-made body. */
export interface RawCall {
  readonly method: string;
  /** Percent-encoded, with the query. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface RawAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** `Code` of an XML error body. */
  readonly code?: string;
  /** `Message` of an XML error body. */
  readonly message?: string;
}

export interface Signing {
  readonly account?: string;
  readonly keys?: Keys;
  readonly region?: string;
  readonly service?: string;
  /** Default: the sandbox's time. */
  readonly signedEpochMs?: number;
  /** `x-amz-content-sha256`; default the hash of the body. */
  readonly payloadHash?: string;
}

/** Sends exactly what it is given; neither path nor headers are touched. */
export function sendRaw(sandbox: TestSandbox, call: RawCall): Promise<RawAnswer> {
  const { hostname, port } = new URL(sandbox.endpoint);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { hostname, port, method: call.method, path: call.target, headers: call.headers },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () => {
          const body = Buffer.concat(chunks).toString("utf8");
          resolve({
            statusCode: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body,
            code: /<Code>(.*?)<\/Code>/.exec(body)?.[1],
            message: /<Message>(.*?)<\/Message>/s.exec(body)?.[1],
          });
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(call.body);
  });
}

/** A call with an `Authorization` header of Signature Version 4, made by the SDK's own signer. */
export async function signed(
  sandbox: TestSandbox,
  call: RawCall,
  signing: Signing = {},
): Promise<RawCall> {
  const { path, query } = split(call.target);
  const host = call.headers?.["host"] ?? new URL(sandbox.endpoint).host;
  const payloadHash = signing.payloadHash ?? sha256(call.body ?? "");
  const request = await signer(sandbox, signing).sign(
    {
      method: call.method,
      protocol: "http:",
      hostname: host,
      path,
      query,
      headers: { ...call.headers, host, "x-amz-content-sha256": payloadHash },
    },
    { signingDate: new Date(signing.signedEpochMs ?? sandbox.world.clock.nowEpochMs()) },
  );
  return { ...call, headers: request.headers };
}

/** The target of a presigned URL. `expiresSeconds` counts from the signing time. */
export async function presignedTarget(
  sandbox: TestSandbox,
  call: Pick<RawCall, "method" | "target">,
  expiresSeconds: number,
  signing: Signing = {},
): Promise<string> {
  const { path, query } = split(call.target);
  const request = await signer(sandbox, signing).presign(
    {
      method: call.method,
      protocol: "http:",
      hostname: new URL(sandbox.endpoint).host,
      path,
      query,
      headers: {
        host: new URL(sandbox.endpoint).host,
        "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
      },
    },
    {
      expiresIn: expiresSeconds,
      signingDate: new Date(signing.signedEpochMs ?? sandbox.world.clock.nowEpochMs()),
    },
  );
  const pairs = Object.entries(request.query ?? {}).map(
    ([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`,
  );
  return `${path}?${pairs.join("&")}`;
}

/** Signs and sends. */
export async function send(
  sandbox: TestSandbox,
  call: RawCall,
  signing: Signing = {},
): Promise<RawAnswer> {
  return sendRaw(sandbox, await signed(sandbox, call, signing));
}

/** Wraps data in `aws-chunked` with a signature per chunk, chained to the request's own. */
export function signedChunks(
  sandbox: TestSandbox,
  request: RawCall,
  chunks: readonly string[],
): string {
  const { secretAccessKey, region } = sandbox.account("source");
  const timestamp = request.headers?.["x-amz-date"] ?? "";
  const date = timestamp.slice(0, 8);
  const key = [date, region, "s3", "aws4_request"].reduce<Buffer>(
    (signingKey, part) => createHmac("sha256", signingKey).update(part).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  let previous = /Signature=(\w+)/.exec(request.headers?.["authorization"] ?? "")?.[1] ?? "";
  let text = "";
  for (const chunk of [...chunks, ""]) {
    const scope = `${date}/${region}/s3/aws4_request`;
    const toSign = `AWS4-HMAC-SHA256-PAYLOAD\n${timestamp}\n${scope}\n${previous}\n${sha256("")}\n${sha256(chunk)}`;
    previous = createHmac("sha256", key).update(toSign).digest("hex");
    text += `${Buffer.byteLength(chunk).toString(16)};chunk-signature=${previous}\r\n${chunk}\r\n`;
  }
  return text;
}

export function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

function signer(sandbox: TestSandbox, signing: Signing): SignatureV4 {
  const account = sandbox.account(signing.account ?? "source");
  return new SignatureV4({
    service: signing.service ?? "s3",
    region: signing.region ?? account.region,
    credentials: signing.keys ?? account,
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
}

/** The hash that the signer asks for. */
class Sha256 {
  private readonly hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytes(secret));
  }

  update(data: Uint8Array): void {
    this.hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest());
  }

  reset(): void {
    throw new Error("The signer does not use a hash twice.");
  }
}

function bytes(secret: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof secret === "string") return Buffer.from(secret);
  return ArrayBuffer.isView(secret)
    ? Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength)
    : Buffer.from(secret);
}

function split(target: string): { path: string; query: Record<string, string> } {
  const mark = target.indexOf("?");
  if (mark < 0) return { path: target, query: {} };
  return {
    path: target.slice(0, mark),
    query: Object.fromEntries(new URLSearchParams(target.slice(mark + 1))),
  };
}
