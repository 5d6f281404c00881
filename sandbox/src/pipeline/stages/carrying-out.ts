import { handle } from "../carry-out";
import type { Stage } from "../stage";

/** The operation itself. */
export const carryingOut: Stage = {
  name: "carrying out",
  run(exchange) {
    const context = exchange.found("context");
    const value = handle(exchange.found("operation"), exchange.found("input"), context);
    exchange.findings.output = { value };
  },
};
