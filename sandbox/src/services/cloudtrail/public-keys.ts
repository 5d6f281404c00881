import type { ListPublicKeysRequest, ListPublicKeysResponse } from "@aws-sdk/client-cloudtrail";
import type { Operation } from "../../world/operation";
import { listNeed } from "./access";
import * as errors from "./errors";

/** The keys of this Region that were valid at any time of the range; without one, now. */
export const listPublicKeys: Operation<ListPublicKeysRequest, ListPublicKeysResponse> = {
  access: (_input, context) => [listNeed(context)],
  handle(input, context) {
    if (input.NextToken !== undefined) throw errors.invalidToken();
    const startEpochMs = input.StartTime?.getTime() ?? context.nowEpochMs;
    const endEpochMs = input.EndTime?.getTime() ?? context.nowEpochMs;
    if (startEpochMs > endEpochMs) throw errors.invalidTimeRange();
    const key = context.world.cloudTrail.digestKeys.keyOf(context.region);
    if (key.validFromEpochMs > endEpochMs || key.validUntilEpochMs < startEpochMs) {
      return { PublicKeyList: [] };
    }
    return {
      PublicKeyList: [
        {
          Value: key.publicKeyDer,
          ValidityStartTime: new Date(key.validFromEpochMs),
          ValidityEndTime: new Date(key.validUntilEpochMs),
          Fingerprint: key.fingerprint,
        },
      ],
    };
  },
};
