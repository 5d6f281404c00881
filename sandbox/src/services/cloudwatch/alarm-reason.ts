import type { StateValue } from "@aws-sdk/client-cloudwatch";
import type { Verdict } from "./alarm-evaluation";
import type { Alarm, AlarmDefinition } from "./model";

/**
 * Why an alarm has its state, in the words and the JSON that CloudWatch shows. Pure.
 * Source: examples in the CloudWatch user guide and API reference; else assumed.
 */

export const INITIAL_REASON = "Unchecked: Initial alarm creation";

export function reasonOf(
  { definition, state }: Pick<Alarm, "definition" | "state">,
  next: StateValue,
  verdict: Verdict,
): string {
  const periods = definition.EvaluationPeriods;
  if (next === "INSUFFICIENT_DATA") {
    const verb = verdict.filledCount === 1 ? "datapoint was" : "datapoints were";
    return `Insufficient Data: ${verdict.filledCount} ${verb} unknown.`;
  }
  if (verdict.datapoints.length === 0) {
    const treated = definition.TreatMissingData === "breaching" ? "[Breaching]" : "[NonBreaching]";
    const verb = verdict.filledCount === 1 ? "datapoint was" : "datapoints were";
    const unit = periods === 1 ? "period" : "periods";
    return `Threshold Crossed: no datapoints were received for ${periods} ${unit} and ${verdict.filledCount} missing ${verb} treated as ${treated}.`;
  }
  const count = verdict.datapoints.length;
  const values = verdict.datapoints.map(
    ({ epochMs, value }) => `${decimal(value)} (${shortTime(epochMs)})`,
  );
  const toAlarm = definition.DatapointsToAlarm ?? periods;
  const minimum = next === "ALARM" ? toAlarm : periods - toAlarm + 1;
  const transition = next === "ALARM" ? "OK -> ALARM" : "ALARM -> OK";
  const least =
    state.value === "INSUFFICIENT_DATA"
      ? ""
      : ` (minimum ${minimum} ${minimum === 1 ? "datapoint" : "datapoints"} for ${transition} transition)`;
  const verb = count === 1 ? "was" : "were";
  const relation = `${next === "ALARM" ? "" : "not "}${COMPARISONS[definition.ComparisonOperator]}`;
  return `Threshold Crossed: ${count} out of the last ${periods} datapoints [${values.join(", ")}] ${verb} ${relation} the threshold (${decimal(definition.Threshold)})${least}.`;
}

const COMPARISONS: Readonly<Record<AlarmDefinition["ComparisonOperator"], string>> = {
  GreaterThanOrEqualToThreshold: "greater than or equal to",
  GreaterThanThreshold: "greater than",
  LessThanThreshold: "less than",
  LessThanOrEqualToThreshold: "less than or equal to",
};

/** JSON text of `StateReasonData`. */
export function reasonData(alarm: Alarm, verdict: Verdict, nowEpochMs: number): string {
  const { definition } = alarm;
  const oldest = verdict.datapoints.at(-1);
  return JSON.stringify({
    version: "1.0",
    queryDate: longTime(nowEpochMs),
    ...(oldest === undefined ? {} : { startDate: longTime(oldest.epochMs) }),
    ...(definition.Unit === undefined ? {} : { unit: definition.Unit }),
    statistic: definition.Statistic,
    period: definition.Period,
    recentDatapoints: verdict.datapoints.map(({ value }) => value).reverse(),
    threshold: definition.Threshold,
    evaluatedDatapoints: verdict.datapoints.map(({ epochMs, value, sampleCount }) => ({
      timestamp: longTime(epochMs),
      sampleCount,
      value,
    })),
  });
}

/** `1.0`, as Java writes a double. */
function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** `30/07/26 12:00:00`. */
function shortTime(epochMs: number): string {
  const [date = "", time = ""] = new Date(epochMs).toISOString().slice(2, 19).split("T");
  return `${date.split("-").reverse().join("/")} ${time}`;
}

/** `2026-07-30T12:00:00.000+0000`. */
export function longTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace("Z", "+0000");
}
