import type { S3Client } from "@aws-sdk/client-s3";
import { SignatureV4 } from "@smithy/signature-v4";
import type { PreparedRequest } from "./bare-client";
import type { BenchServer } from "./servers";

export type RequestKind = "PUT" | "GET" | "HEAD" | "LIST";

/** A page of 100 of the keys. */
const LIST_QUERY = { "list-type": "2", "max-keys": "100" };

/** Signs ahead of the measurement, so that the bare client's work is sending and reading only. */
export async function signRequests(
  server: BenchServer,
  client: S3Client,
  kind: RequestKind,
  target: { readonly bucket: string; readonly keysCount: number; readonly body: Buffer },
): Promise<PreparedRequest[]> {
  const { bucket, keysCount, body } = target;
  const method = kind === "LIST" ? "GET" : kind;
  const signer = new SignatureV4({
    credentials: server,
    region: server.region,
    service: "s3",
    sha256: client.config.sha256,
    uriEscapePath: false,
  });
  const search = kind === "LIST" ? `?${new URLSearchParams(LIST_QUERY).toString()}` : "";
  const requests: PreparedRequest[] = [];
  for (let index = 0; index < keysCount; index++) {
    const signed = await signer.sign({
      method,
      protocol: "http:",
      hostname: "127.0.0.1",
      port: server.port,
      path: kind === "LIST" ? `/${bucket}` : `/${bucket}/key-${index}`,
      query: kind === "LIST" ? LIST_QUERY : {},
      headers: {
        host: `127.0.0.1:${server.port}`,
        "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
        ...(method === "PUT" ? { "content-length": String(body.length) } : {}),
      },
    });
    const head = Object.entries(signed.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    requests.push({
      bytes: Buffer.concat([
        Buffer.from(`${method} ${signed.path}${search} HTTP/1.1\r\n${head.join("")}\r\n`),
        method === "PUT" ? body : Buffer.alloc(0),
      ]),
      answerHasBody: method !== "HEAD",
    });
  }
  return requests;
}
