import type { ServiceName } from "../world/service-name";
import type { World } from "../world/world";
import type { RawRequest } from "./raw-request";
import * as forms from "./signature-errors";
import type { ReadSignature } from "./signature-facts";
import type { SigningKeys } from "./signing-key";
import { authenticateVersion2 } from "./sigv2";
import { ANONYMOUS, authenticateVersion4, type Authentication } from "./sigv4";
import * as errors from "./wire-errors";

/** What is asked with a token in the place of a signature. Source: STS API reference. */
const TAKEN_UNSIGNED: ReadonlySet<string> = new Set(["sts:AssumeRoleWithWebIdentity"]);

/**
 * Verifies the signature of a request and says who sent it. Requests without one reach S3 as anonymous.
 * @throws AwsError in the words of the service
 */
export function authenticate(
  world: World,
  keys: SigningKeys,
  service: ServiceName,
  operation: string,
  request: RawRequest,
  signature: ReadSignature,
): Authentication {
  switch (signature.outcome) {
    case "none":
      if (service !== "s3" && !TAKEN_UNSIGNED.has(`${service}:${operation}`)) {
        throw errors.missingAuthentication(service);
      }
      return {
        principal: ANONYMOUS,
        presigned: false,
        payloadHash: request.headers["x-amz-content-sha256"],
      };
    case "malformed":
      throw forms.malformedSignature(service, signature.from, signature.problem);
    case "version-2":
      if (service === "s3") return authenticateVersion2(world, request, signature.facts);
      throw forms.malformedSignature(service, signature.facts.kind, { kind: "version-2" });
    case "read":
      return authenticateVersion4(world, keys, service, request, signature.facts);
  }
}
