import { AwsError } from "../../world/aws-error";
import { byteLength } from "../answer";
import type { Stage } from "../stage";

/** One line of the request log. */
export const logging: Stage = {
  name: "logging",
  runs: "for-every-answer",
  run(exchange) {
    const { answer, arrival, findings, refusal, service } = exchange;
    const { log, world } = exchange.surroundings;
    if (log === undefined || answer === undefined) return;
    const epochMs = world.clock.nowEpochMs();
    const { authentication, fault, region, route } = findings;
    const { request } = arrival;
    const error = refusal instanceof AwsError ? refusal : undefined;
    log({
      epochMs,
      requestId: arrival.ids.requestId,
      method: request.method,
      rawPath: request.rawPath,
      service,
      operation: route?.operation.name,
      region,
      principalArn: authentication?.principal.arn,
      accountId: authentication?.principal.accountId,
      bucket: exchange.bucketName,
      key: service === "s3" ? route?.labels["Key"] : undefined,
      statusCode: answer.statusCode,
      errorCode: error?.code,
      errorMessage: error?.message,
      requestBytes: request.body.length,
      responseBytes: byteLength(answer.body),
      durationMs: epochMs - exchange.startEpochMs,
      fault: fault && (fault.name ?? fault.effect),
    });
  },
};
