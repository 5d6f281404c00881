import type {
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse,
} from "@aws-sdk/client-sts";
import type { Operation } from "../../world/operation";
import * as errors from "./errors";

/** Only EC2 and its like answer with encoded messages. None of the sandbox's services does, so no message is valid. */
export const decodeAuthorizationMessage: Operation<
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse
> = {
  access: () => [{ action: "sts:DecodeAuthorizationMessage", resource: "*" }],
  handle(input) {
    if (input.EncodedMessage === undefined) throw errors.required("encodedMessage");
    throw errors.invalidAuthorizationMessage();
  },
};
