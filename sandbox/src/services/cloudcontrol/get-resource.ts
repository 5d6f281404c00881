import type { GetResourceInput, GetResourceOutput } from "@aws-sdk/client-cloudcontrol";
import type { Operation } from "../../world/operation";
import { asException } from "./handler-errors";
import { refuseUnsupportedMembers } from "./model-input";
import { accessNeed, handlerContext } from "./requests";
import type { HandlerContext, ResourceModel } from "./resource-type";
import { resourceType, type RegisteredType } from "./types";

export const getResource: Operation<GetResourceInput, GetResourceOutput> = {
  access: (_input, context) => [accessNeed("GetResource", context)],

  handle(input, context) {
    refuseUnsupportedMembers(input);
    const typeName = input.TypeName ?? "";
    const identifier = input.Identifier ?? "";
    const model = readResource(resourceType(typeName, "READ"), identifier, handlerContext(context));
    return {
      TypeName: typeName,
      ResourceDescription: { Identifier: identifier, Properties: JSON.stringify(model) },
    };
  },
};

/** Reads in a synchronous action: the handler's failure becomes the action's exception. */
export function readResource(
  type: RegisteredType,
  identifier: string,
  context: HandlerContext,
): ResourceModel {
  try {
    return type.handler.read(identifier, context);
  } catch (error) {
    throw asException(error, type.schema.definition.typeName);
  }
}
