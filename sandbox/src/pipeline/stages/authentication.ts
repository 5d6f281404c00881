import { authenticate } from "../authenticate";
import { bucketRegion } from "../bucket-region";
import { found } from "../exchange";
import { authenticateForm } from "../form-upload/authenticate-form";
import { worldAtSkewedTime } from "../inject-fault";
import type { Stage } from "../stage";
import * as errors from "../wire-errors";

/** Who asks: the signature over method, path, query, headers and the hash of the body, or over the fields of a form. */
export const authentication: Stage = {
  name: "authentication",
  run(exchange) {
    const { arrival, bucketName, findings, service } = exchange;
    const { signingKeys, world } = exchange.surroundings;
    const { request, signature } = arrival;
    const { fault, upload } = findings;
    const timed = fault === undefined ? world : worldAtSkewedTime(world, fault);
    if (upload !== undefined && signature.outcome !== "none") {
      throw errors.notImplemented("A form upload that is signed outside of its fields");
    }
    findings.authentication =
      upload === undefined
        ? authenticate(
            timed,
            signingKeys,
            service,
            found(exchange.findings.route, "route").operation.name,
            request,
            signature,
          )
        : authenticateForm(timed, signingKeys, upload, {
            bucketName: bucketName ?? "",
            region: bucketRegion(world, bucketName),
          });
  },
};
