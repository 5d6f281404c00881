import { authorize, requestContext } from "../carry-out";
import { requestConditionKeys } from "../condition-keys";
import { httpFacts } from "../http-facts";
import { worldSeenBy } from "../inject-fault";
import type { Stage } from "../stage";

/** Whether the caller may: every need of the operation, against every policy that applies. */
export const authorization: Stage = {
  name: "authorization",
  run(exchange) {
    const { findings, service } = exchange;
    const { world } = exchange.surroundings;
    const { ids, request } = exchange.arrival;
    const { name } = exchange.found("route").operation;
    const authentication = exchange.found("authentication");
    const region = exchange.found("region");
    const { values } = findings.upload ?? {};
    const context = requestContext({
      world: worldSeenBy(world, service, name, findings.fault),
      service,
      operation: name,
      region,
      principal: authentication.principal,
      requestId: ids.requestId,
      nowEpochMs: world.clock.nowEpochMs(),
      http: httpFacts(request, exchange.found("body"), authentication, values),
      globalConditionKeys: requestConditionKeys(request, authentication, region, world.settings),
      response: { headers: {} },
    });
    findings.context = context;
    authorize(exchange.found("operation"), exchange.found("input"), context);
  },
};
