import { protocolOf } from "../../protocols";
import { found } from "../exchange";
import { requestProtocol } from "../route";
import type { Stage } from "../stage";

/** The output, by the operation's schema; then what the schema has no place for. */
export const output: Stage = {
  name: "output",
  run(exchange) {
    const { service } = exchange;
    const { ids, request } = exchange.arrival;
    const { operation } = found(exchange.findings.route, "route");
    const { response } = found(exchange.findings.context, "context");
    const protocol = protocolOf(service, requestProtocol(service, request));
    const wire = protocol.encodeOutput(
      operation,
      found(exchange.findings.output, "output").value,
      ids,
    );
    wire.statusCode = response.statusCode ?? wire.statusCode;
    wire.body = response.body ?? wire.body;
    const { headers } = response;
    for (const name in headers) wire.headers[name.toLowerCase()] = headers[name] ?? "";
    exchange.answer = wire;
  },
};
