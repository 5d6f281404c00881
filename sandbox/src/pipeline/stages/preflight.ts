import { preflight as answerPreflight } from "../cross-origin";
import type { Stage } from "../stage";

/** A browser that asks whether it may send a request: no operation, and nobody's. */
export const preflight: Stage = {
  name: "preflight",
  run(exchange) {
    const { request } = exchange.arrival;
    if (exchange.service !== "s3" || request.method !== "OPTIONS") return;
    exchange.answer = answerPreflight(exchange.surroundings.world, request);
  },
};
