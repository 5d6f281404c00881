import type { WireOutput } from "../protocols/protocol";
import { answerPreflight, corsHeaders } from "../services/s3/bucket/cors-rules";
import type { World } from "../world/world";
import type { RawRequest } from "./raw-request";
import { s3Address } from "./s3-address";

/**
 * A preflight request (`OPTIONS`), which browsers send unsigned.
 * @throws AwsError BadRequest, AccessForbidden
 */
export function preflight(world: World, request: RawRequest): WireOutput {
  const { bucket: name, rawKey } = s3Address(request.headers["host"] ?? "", request.rawPath);
  const bucket = name === undefined ? undefined : world.s3.findBucket(name);
  const level = name === undefined ? "service" : rawKey === undefined ? "bucket" : "object";
  return {
    statusCode: 200,
    headers: { ...answerPreflight(bucket, level, request.headers) },
    body: "",
  };
}

/** What the bucket's rules add to the answer to a request that a page of another origin sent; also to a refusal. */
export function addCorsHeaders(
  world: World,
  request: RawRequest,
  bucketName: string | undefined,
  headers: Record<string, string>,
): void {
  if (request.headers["origin"] === undefined || request.method === "OPTIONS") return;
  const bucket = bucketName === undefined ? undefined : world.s3.findBucket(bucketName);
  if (bucket !== undefined) {
    Object.assign(headers, corsHeaders(bucket, request.method, request.headers));
  }
}
