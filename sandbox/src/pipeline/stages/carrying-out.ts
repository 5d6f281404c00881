import { handle } from "../carry-out";
import { found } from "../exchange";
import type { Stage } from "../stage";

/** The operation itself. */
export const carryingOut: Stage = {
  name: "carrying out",
  run(exchange) {
    const context = found(exchange.findings.context, "context");
    const value = handle(
      found(exchange.findings.operation, "operation"),
      found(exchange.findings.input, "input"),
      context,
    );
    exchange.findings.output = { value };
  },
};
