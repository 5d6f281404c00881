import type { WireOutput } from "../protocols/protocol";
import type { Delivery } from "./inject-fault";

/** An answer, and what becomes of it on its way when a fault hits it. */
export interface Answer extends WireOutput {
  delivery?: Delivery;
}

export function byteLength(body: Answer["body"]): number {
  return body === undefined ? 0 : Buffer.byteLength(body);
}
