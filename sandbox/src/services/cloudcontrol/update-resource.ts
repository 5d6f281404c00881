import type { UpdateResourceInput, UpdateResourceOutput } from "@aws-sdk/client-cloudcontrol";
import type { Operation } from "../../world/operation";
import * as errors from "./errors";
import { readResource } from "./get-resource";
import { patchedModel, patchOperations } from "./json-patch";
import { parseJson, refuseUnsupportedMembers, requireValidModel } from "./model-input";
import { accessNeed, handlerContext, repeated, startRequest } from "./requests";
import { resourceType } from "./types";

export const updateResource: Operation<UpdateResourceInput, UpdateResourceOutput> = {
  access: (_input, context) => [accessNeed("UpdateResource", context)],

  handle(input, context) {
    refuseUnsupportedMembers(input);
    const typeName = input.TypeName ?? "";
    const identifier = input.Identifier ?? "";
    const type = resourceType(typeName, "UPDATE");
    const patch = patchOperations(parseJson(input.PatchDocument, "PatchDocument"));
    const details = {
      kind: "UPDATE",
      typeName,
      clientToken: input.ClientToken,
      identifier,
      content: [identifier, patch],
    } as const;
    const earlier = repeated(details, context);
    if (earlier !== undefined) return { ProgressEvent: earlier };

    const handler = handlerContext(context);
    const current = readResource(type, identifier, handler);
    const writeOnly = type.schema.writeOnlyNotAdded(patch);
    if (writeOnly.length > 0) throw errors.writeOnlyNotAdded(writeOnly);
    const patched = patchedModel(current, patch);
    const createOnly = type.schema.changedCreateOnly(current, patched);
    if (createOnly.length > 0) throw errors.notUpdatable(createOnly);
    const readOnly = type.schema.changedReadOnly(current, patched);
    if (readOnly.length > 0) {
      throw errors.validation(
        `Invalid patch update: readOnlyProperties [${readOnly.join(", ")}] cannot be updated`,
      );
    }
    const desired = type.schema.withoutReadOnly(patched);
    requireValidModel(type, desired);
    return {
      ProgressEvent: startRequest(details, type, context, () => {
        type.handler.update(identifier, type.schema.withoutReadOnly(current), desired, handler);
        return identifier;
      }),
    };
  },
};
