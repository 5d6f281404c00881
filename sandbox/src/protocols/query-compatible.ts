import type { AwsError } from "../world/aws-error";
import type { ServiceModel } from "./service-models";

/**
 * Services that spoke the query protocol before they spoke another keep its error codes beside the shapes' names, so
 * that callers who compare codes go on working.
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
 */

/** An error by its names on the wire. */
export interface WireError {
  readonly shapeName: string;
  readonly queryCode: string;
  readonly messageMember: string;
}

/** Handlers may throw either name; one that the model does not know is its own. */
export function wireErrorOf(model: ServiceModel, error: AwsError): WireError {
  const known = model.errors.get(error.code);
  if (known === undefined || !model.isQueryCompatible) {
    const { code } = error;
    return {
      shapeName: code,
      queryCode: code,
      messageMember: known?.messageMember ?? "message",
    };
  }
  const { name, queryCode, messageMember } = known;
  return { shapeName: name, queryCode, messageMember };
}

export function queryErrorHeaders(model: ServiceModel, error: AwsError): Record<string, string> {
  if (!model.isQueryCompatible) return {};
  const fault = error.statusCode >= 500 ? "Receiver" : "Sender";
  return { "x-amzn-query-error": `${wireErrorOf(model, error).queryCode};${fault}` };
}
