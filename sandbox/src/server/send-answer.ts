import type { ServerResponse } from "node:http";
import type { Clock } from "../time/clock";
import type { Delivery } from "../pipeline/inject-fault";
import type { Answer } from "../pipeline/answer";

/** How often a slow body sends a piece, in milliseconds. */
const SLOW_STEP_MS = 100;

/** Up to here a body leaves in one piece with its head: to copy it costs less than a second buffer costs the system. */
const ONE_PIECE_BYTES = 16 * 1024;

/**
 * Sends an answer as its delivery says.
 * @throws TypeError of `node:http` when a header holds what no header may hold; nothing is sent then
 */
export function sendAnswer(answer: Answer, response: ServerResponse, clock: Clock): void {
  const { delivery } = answer;
  if (delivery === undefined) {
    writeHead(answer, response);
    endWith(answer.body, response);
    return;
  }
  sendOtherwise(answer, delivery, response, clock);
}

function sendOtherwise(
  answer: Answer,
  delivery: Delivery,
  response: ServerResponse,
  clock: Clock,
): void {
  switch (delivery.kind) {
    case "never":
      // The client closes the connection when it gives up, or the sandbox when it ends.
      return;
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "slow":
      writeHead(answer, response);
      sendSlowly(Buffer.from(answer.body ?? ""), delivery.bytesPerSecond, response, clock);
  }
}

/** Node joins a head only with a body that is text: bytes, one character each, are the same bytes again. */
function endWith(body: Answer["body"], response: ServerResponse): void {
  if (body instanceof Buffer && body.length <= ONE_PIECE_BYTES) {
    response.end(body.toString("latin1"), "latin1");
  } else {
    response.end(body);
  }
}

function writeHead(answer: Answer, response: ServerResponse): void {
  response.sendDate = false;
  response.writeHead(answer.statusCode, answer.headers);
}

function sendSlowly(
  body: Buffer,
  bytesPerSecond: number,
  response: ServerResponse,
  clock: Clock,
): void {
  const pieceBytes = Math.max(1, Math.floor((bytesPerSecond * SLOW_STEP_MS) / 1000));
  const stepMs = (pieceBytes * 1000) / bytesPerSecond;
  const step = (from: number): void => {
    if (response.destroyed) return;
    if (from >= body.length) {
      response.end();
      return;
    }
    response.write(body.subarray(from, from + pieceBytes));
    clock.schedule(stepMs, () => step(from + pieceBytes));
  };
  response.flushHeaders();
  clock.schedule(stepMs, () => step(0));
}
