import { verifyBody, verifyFormFile } from "../body";
import { found } from "../exchange";
import { withHoistedHeaders } from "../http-facts";
import type { Stage } from "../stage";

/**
 * The body: out of its chunks, checked against hash, Content-MD5 and checksums. The other services' bodies are covered by
 * their signatures.
 */
export const body: Stage = {
  name: "body and checksums",
  run(exchange) {
    const { findings, service } = exchange;
    const { request } = exchange.arrival;
    const { operation } = found(exchange.findings.route, "route");
    const { upload } = findings;
    const authentication = found(exchange.findings.authentication, "authentication");
    const isS3Family = service === "s3" || service === "s3control";
    const hoisted = authentication.presigned ? withHoistedHeaders(request) : request;
    if (upload !== undefined) {
      findings.body = verifyFormFile(upload.headers, upload.file.body, operation);
    } else if (isS3Family) {
      findings.body = verifyBody(hoisted, operation, authentication);
    } else {
      findings.body = { body: hoisted.body, headers: hoisted.headers };
    }
  },
};
