import type { MetricDatum, PutMetricDataInput } from "@aws-sdk/client-cloudwatch";
import type { Operation, RequestContext } from "../../world/operation";
import { accountOf, needOn } from "./access";
import * as errors from "./errors";
import { requireDimensions, requireNamespace, requireText, requireUnit } from "./input-rules";
import type { StatisticSet } from "./model";
import { identityOf, type Datum } from "./state";
import { merge, setOf } from "./statistics";

const MAX_DATA = 1000;
const MAX_VALUES = 150;
const MAX_PAST_MS = 14 * 86_400_000;
const MAX_FUTURE_MS = 2 * 3_600_000;
const MAX_MAGNITUDE = 2 ** 360;

/** Either all data are taken or none. Unlike on AWS they can be read at once. */
export const putMetricData: Operation<PutMetricDataInput, void> = {
  access: (input, context) => [needOn(context, "*", { "cloudwatch:namespace": input.Namespace })],
  handle(input, context) {
    if ((input.EntityMetricData ?? []).length > 0) {
      throw errors.notImplemented("EntityMetricData of PutMetricData");
    }
    const namespace = requireNamespace(input.Namespace);
    if (namespace.startsWith("AWS/")) {
      throw errors.invalidValue(
        `The value ${namespace} for parameter Namespace is invalid: it is reserved.`,
      );
    }
    const given = input.MetricData ?? [];
    if (given.length > MAX_DATA) {
      throw errors.invalidValue(
        `The collection MetricData must not have a size greater than ${MAX_DATA}.`,
      );
    }
    const data = given.map((datum, index) =>
      readDatum(namespace, datum, `MetricData.member.${index + 1}`, context),
    );
    for (const datum of data) {
      context.world.cloudWatch.record(accountOf(context), context.region, datum);
    }
  },
};

function readDatum(
  namespace: string,
  datum: MetricDatum,
  member: string,
  context: RequestContext,
): Datum {
  const metricName = requireText(datum.MetricName, `${member}.MetricName`);
  const resolution = datum.StorageResolution ?? 60;
  if (resolution !== 1 && resolution !== 60) {
    throw errors.invalidValue(`The parameter ${member}.StorageResolution must be 1 or 60.`);
  }
  return {
    identity: identityOf(namespace, metricName, requireDimensions(datum.Dimensions)),
    epochMs: readTime(datum.Timestamp, member, context.nowEpochMs),
    unit: requireUnit(datum.Unit, `${member}.Unit`) ?? "None",
    statistics: readStatistics(datum, member),
    resolutionMs: resolution * 1000,
  };
}

function readTime(timestamp: Date | undefined, member: string, nowEpochMs: number): number {
  const epochMs = timestamp?.getTime() ?? nowEpochMs;
  if (epochMs < nowEpochMs - MAX_PAST_MS || epochMs > nowEpochMs + MAX_FUTURE_MS) {
    throw errors.invalidValue(
      `The parameter ${member}.Timestamp must specify a time no more than two weeks in the past and no more than two hours in the future.`,
    );
  }
  return epochMs;
}

/** One value, values with counts, or a set that the caller has made: one of the three. */
function readStatistics(datum: MetricDatum, member: string): StatisticSet {
  const { Value: value, Values: values, Counts: counts, StatisticValues: given } = datum;
  const forms = [value, values, given].filter((form) => form !== undefined);
  if (forms.length > 1) {
    throw errors.invalidCombination(
      `The parameters ${member}.Value, ${member}.Values and ${member}.StatisticValues are mutually exclusive.`,
    );
  }
  if (value !== undefined) return setOf(requireNumber(value, `${member}.Value`));
  if (values !== undefined) return ofValues(values, counts, member);
  if (given !== undefined) {
    const set = {
      sampleCount: requireNumber(given.SampleCount, `${member}.StatisticValues.SampleCount`),
      sum: requireNumber(given.Sum, `${member}.StatisticValues.Sum`),
      minimum: requireNumber(given.Minimum, `${member}.StatisticValues.Minimum`),
      maximum: requireNumber(given.Maximum, `${member}.StatisticValues.Maximum`),
    };
    if (set.sampleCount > 0 && set.minimum <= set.maximum) return set;
    throw errors.invalidValue(`The parameter ${member}.StatisticValues is no set of statistics.`);
  }
  throw errors.missingParameter(
    `At least one of the parameters ${member}.Value, ${member}.Values or ${member}.StatisticValues must be specified.`,
  );
}

function ofValues(
  values: readonly number[],
  counts: readonly number[] | undefined,
  member: string,
): StatisticSet {
  if (values.length > MAX_VALUES) {
    throw errors.invalidValue(
      `The collection ${member}.Values must not have a size greater than ${MAX_VALUES}.`,
    );
  }
  if (counts !== undefined && counts.length !== values.length) {
    throw errors.invalidCombination(
      `The parameters ${member}.Values and ${member}.Counts must be of the same size.`,
    );
  }
  const sets = values.map((value, index) =>
    setOf(
      requireNumber(value, `${member}.Values.member.${index + 1}`),
      requireNumber(counts?.[index] ?? 1, `${member}.Counts.member.${index + 1}`),
    ),
  );
  if (sets.length === 0) throw errors.missingParameter(`${member}.Values must not be empty.`);
  return sets.reduce(merge);
}

function requireNumber(value: number | undefined, member: string): number {
  if (value === undefined) throw errors.required(member);
  if (Math.abs(value) <= MAX_MAGNITUDE) return value;
  throw errors.invalidValue(`The value ${value} for parameter ${member} is invalid.`);
}
