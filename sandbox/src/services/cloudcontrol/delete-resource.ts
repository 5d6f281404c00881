import type { DeleteResourceInput, DeleteResourceOutput } from "@aws-sdk/client-cloudcontrol";
import type { Operation } from "../../world/operation";
import { refuseUnsupportedMembers } from "./model-input";
import { accessNeed, handlerContext, repeated, startRequest } from "./requests";
import { resourceType } from "./types";

export const deleteResource: Operation<DeleteResourceInput, DeleteResourceOutput> = {
  access: (_input, context) => [accessNeed("DeleteResource", context)],

  handle(input, context) {
    refuseUnsupportedMembers(input);
    const typeName = input.TypeName ?? "";
    const identifier = input.Identifier ?? "";
    const type = resourceType(typeName, "DELETE");
    const details = {
      kind: "DELETE",
      typeName,
      clientToken: input.ClientToken,
      identifier,
      content: [identifier],
    } as const;
    const earlier = repeated(details, context);
    if (earlier !== undefined) return { ProgressEvent: earlier };
    const handler = handlerContext(context);
    return {
      ProgressEvent: startRequest(details, type, context, () => {
        type.handler.delete(identifier, handler);
        return identifier;
      }),
    };
  },
};
