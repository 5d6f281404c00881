import type { CreateResourceInput, CreateResourceOutput } from "@aws-sdk/client-cloudcontrol";
import type { Operation } from "../../world/operation";
import * as errors from "./errors";
import { parseModel, refuseUnsupportedMembers, requireValidModel } from "./model-input";
import { accessNeed, handlerContext, repeated, startRequest } from "./requests";
import { resourceType } from "./types";

export const createResource: Operation<CreateResourceInput, CreateResourceOutput> = {
  access: (_input, context) => [accessNeed("CreateResource", context)],

  handle(input, context) {
    refuseUnsupportedMembers(input);
    const typeName = input.TypeName ?? "";
    const type = resourceType(typeName, "CREATE");
    const model = parseModel(input.DesiredState, "DesiredState");
    const readOnly = type.schema.readOnlyIn(model);
    if (readOnly.length > 0) {
      throw errors.validation(
        `Model validation failed (#: readOnlyProperties [${readOnly.join(", ")}] cannot be specified)`,
      );
    }
    requireValidModel(type, model);
    const details = {
      kind: "CREATE",
      typeName,
      clientToken: input.ClientToken,
      identifier: type.handler.identifierOf(model),
      content: [model],
    } as const;
    const earlier = repeated(details, context);
    if (earlier !== undefined) return { ProgressEvent: earlier };
    const handler = handlerContext(context);
    return {
      ProgressEvent: startRequest(details, type, context, () =>
        type.handler.create(model, handler),
      ),
    };
  },
};
