import type { GetAccessKeyInfoRequest, GetAccessKeyInfoResponse } from "@aws-sdk/client-sts";
import type { Operation } from "../../world/operation";
import * as errors from "./errors";

/** The account of a key, also of another account's. */
export const getAccessKeyInfo: Operation<GetAccessKeyInfoRequest, GetAccessKeyInfoResponse> = {
  access: () => [{ action: "sts:GetAccessKeyInfo", resource: "*" }],
  handle(input, context) {
    if (input.AccessKeyId === undefined) throw errors.required("accessKeyId");
    const record = context.world.iam.credential(input.AccessKeyId);
    // AWS reads the account from the id's characters; ids of the sandbox hold none, so an unknown one has no answer.
    if (record === undefined) {
      throw errors.validation("accessKeyId", input.AccessKeyId, "Member must be an access key");
    }
    return { Account: record.principal.accountId };
  },
};
