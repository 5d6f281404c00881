import type { UpdateResourceInput, UpdateResourceOutput } from "@aws-sdk/client-cloudcontrol";
import { applyPatch, type Operation as PatchOperation } from "fast-json-patch";
import type { Operation } from "../../operation";
import * as errors from "./errors";
import { readResource } from "./get-resource";
import { parseJson, refuseUnsupportedMembers, requireValidModel } from "./model-input";
import { accessNeed, handlerContext, repeated, startRequest } from "./requests";
import type { ResourceModel } from "./resource-type";
import { resourceType } from "./types";

export const updateResource: Operation<UpdateResourceInput, UpdateResourceOutput> = {
  access: (_input, context) => [accessNeed("UpdateResource", context)],

  handle(input, context) {
    refuseUnsupportedMembers(input);
    const typeName = input.TypeName ?? "";
    const identifier = input.Identifier ?? "";
    const type = resourceType(typeName, "UPDATE");
    const patch = parseJson(input.PatchDocument, "PatchDocument");
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

function patchedModel(current: ResourceModel, patch: unknown): ResourceModel {
  if (!Array.isArray(patch)) {
    throw errors.invalidRequest("Invalid PatchDocument: expected a JSON array");
  }
  try {
    // `true`: RFC 6902 asks for an error on a path that is not there.
    return applyPatch(structuredClone(current), patch as PatchOperation[], true).newDocument;
  } catch (error) {
    throw errors.invalidRequest(
      `Invalid PatchDocument: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`,
    );
  }
}
