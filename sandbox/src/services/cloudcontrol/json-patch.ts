import { applyPatch, JsonPatchError, type Operation } from "fast-json-patch";
import * as errors from "./errors";
import type { ResourceModel } from "./resource-type";

/**
 * A patch document's operations (RFC 6902).
 * @throws ValidationException for what is no list
 */
export function patchOperations(patch: unknown): readonly Operation[] {
  if (!Array.isArray(patch)) throw errors.validation("Invalid JSON Patch payload (not an array)");
  return patch as Operation[];
}

/**
 * A copy of the model with the patch laid on it.
 * @throws ValidationException in the words of AWS's patch library. Recorded:
 * `[REPLACE Operation] noSuchPath in source, path provided : //Code` (pulumi-aws-native issue 277); the texts for
 * indexes, tests and malformed operations are assumed.
 */
export function patchedModel(current: ResourceModel, patch: readonly Operation[]): ResourceModel {
  try {
    // `true`: RFC 6902 asks for an error on a path that is not there.
    return applyPatch(structuredClone(current), patch, true).newDocument;
  } catch (error) {
    if (error instanceof JsonPatchError) throw errors.validation(words(error));
    throw error;
  }
}

function words({ name, operation, message }: JsonPatchError): string {
  const { op, path, from } = operation as { op?: string; path?: string; from?: string };
  const title = `[${String(op).toUpperCase()} Operation]`;
  switch (name) {
    case "OPERATION_PATH_UNRESOLVABLE":
    case "OPERATION_PATH_CANNOT_ADD":
      return `${title} noSuchPath in source, path provided : /${path}`;
    case "OPERATION_FROM_UNRESOLVABLE":
      return `${title} noSuchPath in source, path provided : /${from}`;
    case "OPERATION_VALUE_OUT_OF_BOUNDS":
    case "OPERATION_PATH_ILLEGAL_ARRAY_INDEX":
      return `${title} index Out of bound, index provided is higher than allowed`;
    case "TEST_OPERATION_FAILED":
      return `${title} value mismatch`;
    default:
      return `Invalid JSON Patch payload (${message.split("\n")[0]})`;
  }
}
