import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { AwsError } from "../world/aws-error";
import type { Clock } from "../time/clock";
import type { Answer } from "../pipeline/answer";
import { headerMap, splitTarget, type RawRequest } from "../pipeline/raw-request";
import { entityTooLarge } from "../pipeline/wire-errors";
import type { WireOutput } from "../protocols/protocol";
import { atEndOfTurn } from "./end-of-turn";
import { sendAnswer } from "./send-answer";
import { strangerIn, strangerText } from "./stranger";

/** Loopback only: the sandbox has no business on a network. */
const HOST = "127.0.0.1";

/** The same in IPv6: `localhost` may be either, and some clients try one alone. */
const HOST_V6 = "::1";

/** Machines without IPv6 say so in one of these words. */
const WITHOUT_IPV6 = ["EADDRNOTAVAIL", "EAFNOSUPPORT", "EINVAL"];

/** A free port of IPv4 that something else has in IPv6 is given back for another. */
const FREE_PORT_TRIES = 5;

/** Bodies are held in memory whole. AWS's own limit for one request is 5 GiB, more than one buffer of Node 20 takes. */
const MAX_BODY_BYTES = 2 * 1024 * 1024 * 1024;

const EMPTY = Buffer.alloc(0);

/** Of requests without one; nothing writes to it. */
const NO_QUERY = new URLSearchParams();

/** Turns requests into answers. */
export interface RequestHandler {
  answer(request: RawRequest): Answer;
  /** The answer to a client that waits for `100 Continue`, in the place of it; undefined when it may send the body. */
  refuseBeforeBody(request: RawRequest): Answer | undefined;
  /** The answer to a request that is refused before it is whole. */
  refuse(request: RawRequest, error: AwsError): WireOutput;
  /** The answer in the place of one that could not be sent, for what `reason` says. */
  fail(request: RawRequest, reason: unknown): WireOutput;
}

export interface HttpServer {
  readonly port: number;
  /** Ends at once, open connections included. */
  close(): Promise<void>;
}

/**
 * @param port 0 for a free one
 * @param clock paces answers that are to be slow
 * @throws Error when the port is taken
 */
export async function listen(
  handler: RequestHandler,
  port: number,
  clock: Clock,
): Promise<HttpServer> {
  for (let tryCount = 1; ; tryCount += 1) {
    const first = await open(handler, port, HOST, clock);
    const { port: given } = first.server.address() as AddressInfo;
    try {
      const second = await open(handler, given, HOST_V6, clock);
      return {
        port: given,
        close: async () => void (await Promise.all([close(first), close(second)])),
      };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (WITHOUT_IPV6.includes(code ?? "")) return { port: given, close: () => close(first) };
      await close(first);
      if (port !== 0 || code !== "EADDRINUSE" || tryCount === FREE_PORT_TRIES) throw error;
    }
  }
}

interface OpenServer {
  readonly server: Server;
  readonly sockets: ReadonlySet<Socket>;
}

async function open(
  handler: RequestHandler,
  port: number,
  host: string,
  clock: Clock,
): Promise<OpenServer> {
  const server = createServer({ keepAlive: true }, (request, response) => {
    receive(handler, clock, request, response);
  });
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    const refusal = handler.refuseBeforeBody(rawRequest(request, EMPTY));
    if (refusal === undefined) {
      response.writeContinue();
      receive(handler, clock, request, response);
      return;
    }
    // The client may send its body all the same, which nobody would read.
    response.shouldKeepAlive = false;
    sendAnswer(refusal, response, clock);
  });
  // A client may hold a connection as long as it likes: there is one user, on the same machine. So no request sets a timer.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
  return { server, sockets };
}

async function close({ server, sockets }: OpenServer): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    // The only error is that it is closed already, which is what is wanted.
    server.close(() => resolve());
  });
  for (const socket of sockets) socket.destroy();
  await closed;
}

function receive(
  handler: RequestHandler,
  clock: Clock,
  message: IncomingMessage,
  response: ServerResponse,
): void {
  const stranger = strangerIn(message);
  if (stranger !== undefined) {
    // Its body is of no interest.
    message.resume();
    response.shouldKeepAlive = false;
    response.writeHead(502, { "content-type": "text/plain" }).end(strangerText(stranger));
    return;
  }
  const head = rawRequest(message, EMPTY);
  if (!hasBody(head)) {
    // It is whole already; to wait for its end would cost each read a turn of the event loop.
    send(handler, clock, head, response);
    return;
  }
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  let isRefused = false;
  message.on("data", (chunk: Buffer) => {
    if (isRefused) return;
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_BODY_BYTES) {
      isRefused = true;
      chunks.length = 0;
      sendAnswer(handler.refuse(head, entityTooLarge(MAX_BODY_BYTES)), response, clock);
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
    send(handler, clock, { ...head, body }, response);
  });
}

/** @see https://www.rfc-editor.org/rfc/rfc9112#section-6.3 (a request without either header has no body) */
function hasBody({ headers }: RawRequest): boolean {
  return headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
}

function rawRequest(message: IncomingMessage, body: Buffer): RawRequest {
  const { rawPath, rawQuery } = splitTarget(message.url ?? "/");
  const remote = message.socket.remoteAddress ?? HOST;
  return {
    method: message.method ?? "GET",
    rawPath,
    rawQuery,
    query: rawQuery === "" ? NO_QUERY : new URLSearchParams(rawQuery),
    headers: headerMap(message.rawHeaders),
    body,
    remoteAddress: remote.startsWith("::ffff:") ? remote.slice("::ffff:".length) : remote,
  };
}

function send(
  handler: RequestHandler,
  clock: Clock,
  request: RawRequest,
  response: ServerResponse,
): void {
  const answer = handler.answer(request);
  atEndOfTurn(() => {
    try {
      sendAnswer(answer, response, clock);
    } catch (error) {
      // A value that no header may hold, such as a line break asked for with `response-content-disposition`.
      sendAnswer(handler.fail(request, error), response, clock);
    }
  });
}
