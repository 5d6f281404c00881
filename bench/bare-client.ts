import { connect, type Socket } from "node:net";

/**
 * One keep-alive connection that sends prepared requests and reads answers by `Content-Length`, nothing more. A server that
 * closes after an answer (moto's does) is connected to again: that is part of what it costs.
 */
class Connection {
  private socket: Socket | undefined;
  private received: Buffer = Buffer.alloc(0);
  private waiting:
    | { hasBody: boolean; resolve: (status: number) => void; reject: (error: Error) => void }
    | undefined;

  constructor(private readonly port: number) {}

  send(request: Buffer, hasBody: boolean): Promise<number> {
    return new Promise((resolve, reject) => {
      this.waiting = { hasBody, resolve, reject };
      this.socket ??= this.open();
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket?.destroy();
  }

  private open(): Socket {
    const socket = connect({ port: this.port, host: "127.0.0.1", noDelay: true });
    this.received = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
      this.readAnswer();
    });
    const onEnd = (error?: Error): void => {
      if (this.socket === socket) this.socket = undefined;
      socket.destroy();
      this.waiting?.reject(error ?? new Error("The server closed before it answered."));
    };
    socket.on("error", onEnd);
    socket.on("end", () => onEnd());
    return socket;
  }

  private readAnswer(): void {
    const headEnd = this.received.indexOf("\r\n\r\n");
    if (headEnd < 0 || this.waiting === undefined) return;
    const head = this.received.toString("latin1", 0, headEnd);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head);
    const bodyLength = this.waiting.hasBody ? Number(length?.[1] ?? 0) : 0;
    if (this.received.length < headEnd + 4 + bodyLength) return;
    this.received = this.received.subarray(headEnd + 4 + bodyLength);
    if (/\r\nconnection: *close/i.test(head)) {
      this.socket?.destroy();
      this.socket = undefined;
    }
    const { resolve } = this.waiting;
    this.waiting = undefined;
    resolve(Number(head.slice(9, 12)));
  }
}

export interface PreparedRequest {
  readonly bytes: Buffer;
  /** False for HEAD, whose answer has no body whatever its `Content-Length` says. */
  readonly answerHasBody: boolean;
}

/** Goes on until the time is up, or until so many requests are answered. */
export type Limit = { readonly durationMs: number } | { readonly requestsCount: number };

/**
 * Sends prepared requests over `connectionsCount` connections.
 * @returns how many were answered
 * @throws Error when an answer is not a success, so that errors are never counted as speed
 */
export async function sendAll(
  port: number,
  requests: readonly PreparedRequest[],
  connectionsCount: number,
  limit: Limit,
): Promise<number> {
  const connections = Array.from({ length: connectionsCount }, () => new Connection(port));
  const goesOn = untilOver(limit);
  let answered = 0;
  await Promise.all(
    connections.map(async (connection, offset) => {
      for (let index = offset; goesOn(index); index += connectionsCount) {
        const request = requests[index % requests.length];
        if (request === undefined) throw new Error("There is no request to send.");
        const status = await connection.send(request.bytes, request.answerHasBody);
        if (status < 200 || status > 299) throw new Error(`A request was answered with ${status}.`);
        answered++;
      }
    }),
  );
  for (const connection of connections) connection.close();
  return answered;
}

/** Whether the request of an index is still to be sent. */
export function untilOver(limit: Limit): (index: number) => boolean {
  if ("requestsCount" in limit) return (index) => index < limit.requestsCount;
  const deadline = performance.now() + limit.durationMs;
  return () => performance.now() < deadline;
}
