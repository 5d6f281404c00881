import type { ApiCall } from "../../services/cloudtrail/api-call";
import { AwsError } from "../../world/aws-error";
import { byteLength } from "../answer";
import type { Exchange } from "../exchange";
import { NotCarriedOut } from "../inject-fault";
import type { Stage } from "../stage";

/**
 * Tells CloudTrail of the call, where there is a trail. Of requests whose credentials are not valid nobody is told; of those
 * that are refused to whoever has some, and of those without any, CloudTrail is.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/logging-with-S3.html
 */
export const trail: Stage = {
  name: "trail",
  runs: "for-every-answer",
  run(exchange) {
    const { cloudTrail } = exchange.surroundings.world;
    if (!cloudTrail.isListening) return;
    const call = apiCallOf(exchange);
    if (call !== undefined) cloudTrail.calls.publish(call);
  },
};

function apiCallOf(exchange: Exchange): ApiCall | undefined {
  const { answer, arrival, findings, refusal, service } = exchange;
  const { authentication, body, input, output, region, route } = findings;
  if (authentication === undefined || route === undefined || answer === undefined) return undefined;
  if (refusal instanceof NotCarriedOut) return undefined;
  const { ids, request, signature } = arrival;
  const isSigned = signature.outcome === "read" || signature.outcome === "version-2";
  return {
    service,
    operation: route.operation.name,
    region: region ?? "us-east-1",
    principal: authentication.principal,
    accessKeyId: isSigned ? signature.facts.accessKeyId : undefined,
    epochMs: exchange.startEpochMs,
    requestId: ids.requestId,
    hostId: ids.hostId,
    input,
    output: output?.value,
    error:
      refusal instanceof AwsError ? { code: refusal.code, message: refusal.message } : undefined,
    request: {
      sourceAddress: request.remoteAddress,
      headers: request.headers,
      query: request.query,
      labels: route.labels,
      signature:
        authentication.isForm === true
          ? "form"
          : authentication.principal.kind === "anonymous"
            ? "none"
            : authentication.presigned
              ? "query"
              : "header",
      signatureVersion: authentication.signatureVersion === "AWS" ? "SigV2" : "SigV4",
      bodyBytes: (body?.body ?? request.body).length,
    },
    answer: { headers: answer.headers, bodyBytes: byteLength(answer.body) },
  };
}
