import { findOperation } from "../carry-out";
import { found } from "../exchange";
import type { Stage } from "../stage";

/** Whether the sandbox has the operation at all. */
export const operation: Stage = {
  name: "operation",
  run(exchange) {
    const { name } = found(exchange.findings.route, "route").operation;
    exchange.findings.operation = findOperation(exchange.service, name);
  },
};
