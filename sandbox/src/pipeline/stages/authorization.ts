import { authorize, requestContext } from "../carry-out";
import { requestConditionKeys } from "../condition-keys";
import { found } from "../exchange";
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
    const { name } = found(exchange.findings.route, "route").operation;
    const authentication = found(exchange.findings.authentication, "authentication");
    const region = found(exchange.findings.region, "region");
    const { values } = findings.upload ?? {};
    const context = requestContext({
      world: worldSeenBy(world, service, name, findings.fault),
      service,
      operation: name,
      region,
      principal: authentication.principal,
      requestId: ids.requestId,
      nowEpochMs: world.clock.nowEpochMs(),
      http: httpFacts(request, found(exchange.findings.body, "body"), authentication, values),
      globalConditionKeys: requestConditionKeys(request, authentication, region, world.settings),
      response: { headers: {} },
    });
    findings.context = context;
    authorize(
      found(exchange.findings.operation, "operation"),
      found(exchange.findings.input, "input"),
      context,
    );
  },
};
