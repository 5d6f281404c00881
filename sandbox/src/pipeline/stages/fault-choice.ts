import { found } from "../exchange";
import { chooseFault } from "../inject-fault";
import type { Stage } from "../stage";

/** What a test wants to go wrong; it does so when it is known that the request is in order so far. */
export const faultChoice: Stage = {
  name: "choice of a fault",
  run(exchange) {
    const { faults, world } = exchange.surroundings;
    if (faults === undefined || faults.isEmpty) return;
    const { signature } = exchange.arrival;
    const route = found(exchange.findings.route, "route");
    exchange.findings.fault = chooseFault(faults, world, exchange.service, route, signature);
  },
};
