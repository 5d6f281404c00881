import type {
  DisableKeyRotationRequest,
  EnableKeyRotationRequest,
  GetKeyRotationStatusRequest,
  GetKeyRotationStatusResponse,
} from "@aws-sdk/client-kms";
import type { Operation } from "../../world/operation";
import { findKeyById, needOf } from "./access";
import * as errors from "./errors";

const DAY_MS = 86_400_000;

/** Rotation changes nothing that a caller sees but the dates: old ciphertexts always stay readable. */
export const enableKeyRotation: Operation<EnableKeyRotationRequest, void> = {
  access: (input, context) => [
    needOf(context, findKeyById(context, input.KeyId), {
      own: true,
      conditionKeys: { "kms:rotationperiodindays": String(input.RotationPeriodInDays ?? 365) },
    }),
  ],
  handle(input, context) {
    const key = findKeyById(context, input.KeyId);
    context.world.kms.requireUsable(key);
    if (key.spec !== "SYMMETRIC_DEFAULT") throw errors.rotationNotSupported(key.arn);
    const periodDays = input.RotationPeriodInDays ?? key.rotation?.periodDays ?? 365;
    if (periodDays < 90 || periodDays > 2560) {
      throw errors.constraint(
        "rotationPeriodInDays",
        String(periodDays),
        "Member must have value between 90 and 2560",
      );
    }
    key.rotation = { periodDays, sinceEpochMs: context.nowEpochMs };
  },
};

export const disableKeyRotation: Operation<DisableKeyRotationRequest, void> = {
  access: (input, context) => [needOf(context, findKeyById(context, input.KeyId), { own: true })],
  handle(input, context) {
    const key = findKeyById(context, input.KeyId);
    context.world.kms.requireUsable(key);
    if (key.spec !== "SYMMETRIC_DEFAULT") throw errors.rotationNotSupported(key.arn);
    key.rotation = undefined;
  },
};

export const getKeyRotationStatus: Operation<
  GetKeyRotationStatusRequest,
  GetKeyRotationStatusResponse
> = {
  access: (input, context) => [needOf(context, findKeyById(context, input.KeyId), { own: false })],
  handle(input, context) {
    const key = findKeyById(context, input.KeyId);
    // A key that waits for its deletion is not rotated. Source: API reference, GetKeyRotationStatus.
    if (key.rotation === undefined || key.deletionEpochMs !== undefined) {
      return { KeyId: key.arn, KeyRotationEnabled: false };
    }
    const { periodDays, sinceEpochMs } = key.rotation;
    const periodMs = periodDays * DAY_MS;
    const periods = Math.floor((context.nowEpochMs - sinceEpochMs) / periodMs) + 1;
    return {
      KeyId: key.arn,
      KeyRotationEnabled: true,
      RotationPeriodInDays: periodDays,
      NextRotationDate: new Date(sinceEpochMs + periods * periodMs),
    };
  },
};
