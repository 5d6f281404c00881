import type {
  CancelKeyDeletionRequest,
  CancelKeyDeletionResponse,
  DisableKeyRequest,
  EnableKeyRequest,
  ScheduleKeyDeletionRequest,
  ScheduleKeyDeletionResponse,
} from "@aws-sdk/client-kms";
import type { Operation, RequestContext } from "../../world/operation";
import { findKeyById, needOf } from "./access";
import * as errors from "./errors";

/**
 *     Enabled <-> Disabled           EnableKey, DisableKey
 *     both -> PendingDeletion        ScheduleKeyDeletion, 7 to 30 days
 *     PendingDeletion -> Disabled    CancelKeyDeletion
 *     PendingDeletion -> gone        when the clock reaches the date
 */
interface OfKey {
  readonly KeyId?: string;
}

const access = (input: OfKey, context: RequestContext) => [
  needOf(context, findKeyById(context, input.KeyId), { own: true }),
];

function setEnabled(input: OfKey, context: RequestContext, isEnabled: boolean): void {
  const key = findKeyById(context, input.KeyId);
  if (key.deletionEpochMs !== undefined) throw errors.pendingDeletion(key.arn);
  key.isEnabled = isEnabled;
}

export const enableKey: Operation<EnableKeyRequest, void> = {
  access,
  handle: (input, context) => setEnabled(input, context, true),
};

export const disableKey: Operation<DisableKeyRequest, void> = {
  access,
  handle: (input, context) => setEnabled(input, context, false),
};

const DAY_MS = 86_400_000;

export const scheduleKeyDeletion: Operation<
  ScheduleKeyDeletionRequest,
  ScheduleKeyDeletionResponse
> = {
  access: (input, context) => [
    needOf(context, findKeyById(context, input.KeyId), {
      own: true,
      conditionKeys: {
        "kms:schedulekeydeletionpendingwindowindays": String(input.PendingWindowInDays ?? 30),
      },
    }),
  ],
  handle(input, context) {
    const key = findKeyById(context, input.KeyId);
    if (key.deletionEpochMs !== undefined) throw errors.pendingDeletion(key.arn);
    const days = input.PendingWindowInDays ?? 30;
    if (days < 7 || days > 30) {
      throw errors.constraint(
        "pendingWindowInDays",
        String(days),
        "Member must have value between 7 and 30",
      );
    }
    key.deletionEpochMs = context.nowEpochMs + days * DAY_MS;
    return {
      KeyId: key.arn,
      DeletionDate: new Date(key.deletionEpochMs),
      KeyState: "PendingDeletion",
      PendingWindowInDays: days,
    };
  },
};

export const cancelKeyDeletion: Operation<CancelKeyDeletionRequest, CancelKeyDeletionResponse> = {
  access,
  handle(input, context) {
    const key = findKeyById(context, input.KeyId);
    if (key.deletionEpochMs === undefined) throw errors.notPendingDeletion(key.arn);
    key.deletionEpochMs = undefined;
    key.isEnabled = false;
    return { KeyId: key.arn };
  },
};
