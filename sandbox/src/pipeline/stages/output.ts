import { protocolOf } from "../../protocols";
import { requestProtocol } from "../route";
import type { Stage } from "../stage";

/** The output, by the operation's schema; then what the schema has no place for. */
export const output: Stage = {
  name: "output",
  run(exchange) {
    const { service } = exchange;
    const { ids, request } = exchange.arrival;
    const { operation } = exchange.found("route");
    const { response } = exchange.found("context");
    const protocol = protocolOf(service, requestProtocol(service, request));
    const wire = protocol.encodeOutput(operation, exchange.found("output").value, ids);
    wire.statusCode = response.statusCode ?? wire.statusCode;
    wire.body = response.body ?? wire.body;
    for (const [name, value] of Object.entries(response.headers)) {
      wire.headers[name.toLowerCase()] = value;
    }
    exchange.answer = wire;
  },
};
