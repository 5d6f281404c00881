import { protocolOf } from "../../protocols";
import { NotCarriedOut } from "../inject-fault";
import { requestProtocol } from "../route";
import type { Stage } from "../stage";

/** The error that is the answer, as the service's protocol writes it. */
export const refusal: Stage = {
  name: "refusal",
  runs: "for-every-answer",
  run(exchange) {
    const { refusal: reason, service } = exchange;
    const { ids, request } = exchange.arrival;
    if (reason === undefined) return;
    exchange.answer =
      reason instanceof NotCarriedOut
        ? { statusCode: 0, headers: {}, body: undefined, delivery: reason.delivery }
        : protocolOf(service, requestProtocol(service, request)).encodeError(reason, ids);
  },
};
