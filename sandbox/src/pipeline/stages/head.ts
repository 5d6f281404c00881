import { found } from "../exchange";
import { withHoistedHeaders } from "../http-facts";
import type { Stage } from "../stage";

const NO_BODY = Buffer.alloc(0);

/** In the place of the body, while the client waits for leave to send it. */
export const head: Stage = {
  name: "head of the request",
  run(exchange) {
    const { request } = exchange.arrival;
    const { presigned } = found(exchange.findings.authentication, "authentication");
    const { headers } = presigned ? withHoistedHeaders(request) : request;
    exchange.findings.body = { body: NO_BODY, headers };
  },
};
