import { protocolOf } from "../../protocols";
import { requestProtocol } from "../route";
import type { Stage } from "../stage";

/** The input, by the operation's schema. */
export const input: Stage = {
  name: "input",
  run(exchange) {
    const { service } = exchange;
    const { request } = exchange.arrival;
    const { labels, operation } = exchange.found("route");
    const { body, headers } = exchange.found("body");
    exchange.findings.input = protocolOf(service, requestProtocol(service, request)).decodeInput(
      operation,
      { labels, query: request.query, headers, body },
    );
  },
};
