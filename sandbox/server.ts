import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Pipeline } from "./pipeline/pipeline";
import { headerMap, splitTarget, type RawRequest } from "./pipeline/raw-request";
import { entityTooLarge } from "./pipeline/wire-errors";
import type { WireOutput } from "./protocols/protocol";

/** Loopback only: the sandbox has no business on a network. */
const HOST = "127.0.0.1";

/** Bodies are held in memory whole. AWS's own limit for one request is 5 GiB, more than one buffer of Node 20 takes. */
export const MAX_BODY_BYTES = 2 * 1024 * 1024 * 1024;

/** Longer than any client's pause between two requests of one test or stack update. */
const KEEP_ALIVE_MS = 65_000;

const EMPTY = Buffer.alloc(0);

export interface HttpServer {
  readonly port: number;
  /** Ends at once, open connections included. */
  close(): Promise<void>;
}

/**
 * @param port 0 for a free one
 * @throws Error when the port is taken
 */
export async function listen(pipeline: Pipeline, port: number): Promise<HttpServer> {
  const server = createServer({ keepAlive: true }, (request, response) => {
    receive(pipeline, request, response);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  // A client may hold a connection as long as it likes: there is one user, on the same machine.
  server.requestTimeout = 0;
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => close(server, sockets),
  };
}

async function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    // The only error is that it is closed already, which is what is wanted.
    server.close(() => resolve());
  });
  for (const socket of sockets) socket.destroy();
  await closed;
}

function receive(pipeline: Pipeline, message: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  let isRefused = false;
  message.on("data", (chunk: Buffer) => {
    if (isRefused) return;
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_BODY_BYTES) {
      isRefused = true;
      chunks.length = 0;
      write(response, pipeline.refuse(rawRequest(message, EMPTY), entityTooLarge(MAX_BODY_BYTES)));
      return;
    }
    chunks.push(chunk);
  });
  // A client that goes away half-way has sent no request: nothing is carried out and nobody waits for an answer.
  message.on("error", () => {
    isRefused = true;
  });
  message.on("end", () => {
    if (isRefused) return;
    const [only] = chunks;
    const body =
      only === undefined ? EMPTY : chunks.length === 1 ? only : Buffer.concat(chunks, sizeBytes);
    send(pipeline, rawRequest(message, body), response);
  });
}

function rawRequest(message: IncomingMessage, body: Buffer): RawRequest {
  const { rawPath, rawQuery } = splitTarget(message.url ?? "/");
  const remote = message.socket.remoteAddress ?? HOST;
  return {
    method: message.method ?? "GET",
    rawPath,
    rawQuery,
    query: new URLSearchParams(rawQuery),
    headers: headerMap(message.rawHeaders),
    body,
    remoteAddress: remote.startsWith("::ffff:") ? remote.slice("::ffff:".length) : remote,
  };
}

function send(pipeline: Pipeline, request: RawRequest, response: ServerResponse): void {
  const output = pipeline.answer(request);
  response.sendDate = false;
  try {
    response.writeHead(output.statusCode, output.headers);
  } catch (error) {
    // A value that no header may hold, such as a line break asked for with `response-content-disposition`.
    write(response, pipeline.fail(request, error));
    return;
  }
  response.end(output.body);
}

function write(response: ServerResponse, output: WireOutput): void {
  response.sendDate = false;
  response.writeHead(output.statusCode, output.headers);
  response.end(output.body);
}
