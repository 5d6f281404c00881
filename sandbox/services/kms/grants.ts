import type {
  ListGrantsRequest,
  ListGrantsResponse,
  ListRetirableGrantsRequest,
} from "@aws-sdk/client-kms";
import type { Operation } from "../../operation";
import { findKeyById, needOf } from "./access";

/** Always empty: CreateGrant answers NotImplemented. Providers read the list when they read a key. */
export const listGrants: Operation<ListGrantsRequest, ListGrantsResponse> = {
  access: (input, context) => [needOf(context, findKeyById(context, input.KeyId), { own: false })],
  handle(input, context) {
    findKeyById(context, input.KeyId);
    return { Grants: [], Truncated: false };
  },
};

export const listRetirableGrants: Operation<ListRetirableGrantsRequest, ListGrantsResponse> = {
  access: () => [{ action: "kms:ListRetirableGrants", resource: "*" }],
  handle: () => ({ Grants: [], Truncated: false }),
};
