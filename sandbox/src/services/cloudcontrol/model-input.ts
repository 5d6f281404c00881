import * as errors from "./errors";
import type { ResourceModel } from "./resource-type";
import type { RegisteredType } from "./types";

/** Members of the API that would change what happens and that the sandbox does not carry out. */
export function refuseUnsupportedMembers(input: {
  RoleArn?: string;
  TypeVersionId?: string;
}): void {
  if (input.RoleArn !== undefined) throw errors.notImplemented("RoleArn of Cloud Control");
  if (input.TypeVersionId !== undefined) {
    throw errors.notImplemented("TypeVersionId of Cloud Control");
  }
}

/** @throws InvalidRequestException when the text is no JSON object */
export function parseModel(text: string | undefined, member: string): ResourceModel {
  const value = parseJson(text, member);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw errors.invalidRequest(`Invalid ${member}: expected a JSON object`);
  }
  return value as ResourceModel;
}

/** @throws InvalidRequestException when the text is no JSON */
export function parseJson(text: string | undefined, member: string): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch (error) {
    throw errors.invalidRequest(
      `Invalid ${member}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/**
 * @throws ValidationException with every mistake, InvalidRequestException for what the sandbox does not act on
 */
export function requireValidModel(type: RegisteredType, model: ResourceModel): void {
  const mistakes = type.schema.mistakes(model);
  if (mistakes !== undefined) throw errors.validation(mistakes);
  const unsupported = Object.keys(model).filter((name) => !type.handler.actsOn.includes(name));
  if (unsupported.length > 0) {
    throw errors.invalidRequest(
      `The sandbox does not act on ${unsupported.map((name) => `#/${name}`).join(", ")} of ${type.schema.definition.typeName}`,
    );
  }
}
