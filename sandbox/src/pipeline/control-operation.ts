import { serviceModel, type OperationModel } from "../protocols/service-models";
import * as errors from "./wire-errors";

/** An operation of S3 Control and the values of its path's labels. */
export interface ControlMatch {
  readonly operation: OperationModel;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Exact match of method and path segments. The pattern with the most literal segments wins; a greedy label takes what
 * is left between its neighbours.
 * @throws AwsError MethodNotAllowed, InvalidURI
 */
export function controlOperation(method: string, rawPath: string): ControlMatch {
  const given = rawPath.split("/").filter((segment) => segment !== "");
  let best: ControlMatch | undefined;
  let bestLiteralCount = -1;
  for (const operation of serviceModel("s3control").operations.values()) {
    if (operation.http?.method !== method) continue;
    const labels = matchSegments(operation.http.segments, given);
    if (labels === undefined) continue;
    const literalCount = operation.http.segments.length - Object.keys(labels).length;
    if (literalCount > bestLiteralCount) {
      best = { operation, labels };
      bestLiteralCount = literalCount;
    }
  }
  if (best === undefined) throw errors.methodNotAllowed(method, "SERVICE");
  return best;
}

function matchSegments(
  pattern: readonly string[],
  given: readonly string[],
): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  let at = 0;
  for (const [index, segment] of pattern.entries()) {
    if (segment.endsWith("+}")) {
      const end = given.length - (pattern.length - index - 1);
      if (end <= at) return undefined;
      labels[segment.slice(1, -2)] = decode(given.slice(at, end).join("/"));
      at = end;
      continue;
    }
    const value = given[at];
    if (value === undefined) return undefined;
    if (segment.startsWith("{")) labels[segment.slice(1, -1)] = decode(value);
    else if (segment !== value) return undefined;
    at++;
  }
  return at === given.length ? labels : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) throw errors.invalidUri();
    throw error;
  }
}
