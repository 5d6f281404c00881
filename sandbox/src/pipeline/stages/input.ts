import { protocolOf } from "../../protocols";
import { found } from "../exchange";
import { requestProtocol } from "../route";
import type { Stage } from "../stage";

/** The input, by the operation's schema. */
export const input: Stage = {
  name: "input",
  run(exchange) {
    const { service } = exchange;
    const { request } = exchange.arrival;
    const { labels, operation } = found(exchange.findings.route, "route");
    const { body, headers } = found(exchange.findings.body, "body");
    exchange.findings.input = protocolOf(service, requestProtocol(service, request)).decodeInput(
      operation,
      { labels, query: request.query, headers, body },
    );
  },
};
