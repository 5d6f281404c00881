import type {
  DeleteAlarmsInput,
  DisableAlarmActionsInput,
  EnableAlarmActionsInput,
  SetAlarmStateInput,
} from "@aws-sdk/client-cloudwatch";
import type { Operation, RequestContext } from "../../world/operation";
import { accountOf, alarmArn, needOn, needsOnAlarms } from "./access";
import * as errors from "./errors";
import { requireText } from "./input-rules";
import type { Alarm } from "./model";

/** Names that stand for no alarm are passed over (API reference, DeleteAlarms). */
export const deleteAlarms: Operation<DeleteAlarmsInput, void> = {
  access: (input, context) => needsOnAlarms(context, input.AlarmNames),
  handle(input, context) {
    for (const alarm of alarmsNamed(input.AlarmNames, context)) {
      context.world.cloudWatch.removeAlarm(alarm);
    }
  },
};

export const enableAlarmActions: Operation<EnableAlarmActionsInput, void> = {
  access: (input, context) => needsOnAlarms(context, input.AlarmNames),
  handle(input, context) {
    for (const alarm of alarmsNamed(input.AlarmNames, context)) alarm.actionsEnabled = true;
  },
};

export const disableAlarmActions: Operation<DisableAlarmActionsInput, void> = {
  access: (input, context) => needsOnAlarms(context, input.AlarmNames),
  handle(input, context) {
    for (const alarm of alarmsNamed(input.AlarmNames, context)) alarm.actionsEnabled = false;
  },
};

/** Holds until the alarm is looked at the next time; the actions are carried out as for any change. */
export const setAlarmState: Operation<SetAlarmStateInput, void> = {
  access: (input, context) => [needOn(context, alarmArn(context, input.AlarmName ?? ""))],
  handle(input, context) {
    const name = requireText(input.AlarmName, "AlarmName");
    const value = input.StateValue;
    if (value !== "OK" && value !== "ALARM" && value !== "INSUFFICIENT_DATA") {
      throw errors.constraint(
        "stateValue",
        String(value),
        "Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]",
      );
    }
    if (input.StateReason === undefined) throw errors.required("StateReason");
    if (input.StateReasonData !== undefined && !isJson(input.StateReasonData)) {
      throw errors.invalidFormat("StateReasonData is not valid JSON.");
    }
    const alarm = context.world.cloudWatch.alarm(accountOf(context), context.region, name);
    if (alarm === undefined) throw errors.noSuchAlarm(name);
    context.world.cloudWatch.setAlarmState(alarm, {
      value,
      reason: input.StateReason,
      reasonData: input.StateReasonData,
    });
  },
};

function alarmsNamed(names: readonly string[] | undefined, context: RequestContext): Alarm[] {
  if (names === undefined) throw errors.required("AlarmNames");
  if (names.length > 100) {
    throw errors.invalidValue("The collection AlarmNames must not have a size greater than 100.");
  }
  const state = context.world.cloudWatch;
  return names
    .map((name) => state.alarm(accountOf(context), context.region, name))
    .filter((alarm) => alarm !== undefined);
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
