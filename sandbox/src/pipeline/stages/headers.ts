import { byteLength } from "../answer";
import { addCorsHeaders } from "../cross-origin";
import { NotCarriedOut, skewOf } from "../inject-fault";
import type { Stage } from "../stage";

/** What every answer has. */
export const headers: Stage = {
  name: "headers of every answer",
  runs: "for-every-answer",
  run({ answer, arrival, bucketName, findings, refusal, service, surroundings }) {
    if (answer === undefined || refusal instanceof NotCarriedOut) return;
    const { ids, request } = arrival;
    const { dates, world } = surroundings;
    const { headers: sent } = answer;
    if (service === "s3" || service === "s3control") {
      sent["x-amz-request-id"] = ids.requestId;
      sent["x-amz-id-2"] = ids.hostId;
      sent["server"] = "AmazonS3";
      if (service === "s3") addCorsHeaders(world, request, bucketName, sent);
    } else {
      sent["x-amzn-requestid"] = ids.requestId;
      sent["server"] = "Server";
    }
    const skewMs = findings.fault === undefined ? 0 : skewOf(findings.fault);
    sent["date"] = dates.at(world.clock.nowEpochMs() + skewMs);
    const isBodiless =
      request.method === "HEAD" || answer.statusCode === 304 || answer.statusCode === 204;
    if (!isBodiless) {
      sent["content-length"] = String(byteLength(answer.body));
      return;
    }
    answer.body = undefined;
    // A HEAD of an object tells the object's length; an error or an answer without content has none.
    if (answer.statusCode < 300 && answer.statusCode !== 204) return;
    delete sent["content-length"];
    if (answer.statusCode !== 304) delete sent["content-type"];
  },
};
