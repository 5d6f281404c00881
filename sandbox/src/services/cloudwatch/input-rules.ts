import type { Dimension, StandardUnit } from "@aws-sdk/client-cloudwatch";
import { StandardUnit as UNITS } from "@aws-sdk/client-cloudwatch";
import * as errors from "./errors";
import type { MetricDimension } from "./model";

/** What every operation asks of the values it shares with others. @throws AwsError for each that does not fit */

const MAX_DIMENSIONS = 30;

export function requireText(value: string | undefined, member: string, maxLength = 255): string {
  if (value === undefined || value === "") throw errors.required(member);
  if (value.length > maxLength) {
    throw errors.constraint(
      member,
      value,
      `Member must have length less than or equal to ${maxLength}`,
    );
  }
  return value;
}

export function requireNamespace(value: string | undefined, member = "Namespace"): string {
  const namespace = requireText(value, member);
  if (namespace.startsWith(":")) {
    throw errors.invalidValue(`The value ${namespace} for parameter ${member} is invalid.`);
  }
  return namespace;
}

export function requireDimensions(dimensions: readonly Dimension[] | undefined): MetricDimension[] {
  const read = (dimensions ?? []).map(({ Name, Value }) => ({
    name: requireText(Name, "Dimensions.member.Name"),
    value: requireText(Value, "Dimensions.member.Value", 1024),
  }));
  if (read.length > MAX_DIMENSIONS) {
    throw errors.invalidValue(
      `The parameter Dimensions must have at most ${MAX_DIMENSIONS} members.`,
    );
  }
  if (new Set(read.map(({ name }) => name)).size < read.length) {
    throw errors.invalidValue("No dimension may be given twice.");
  }
  return read;
}

export function requireUnit(unit: string | undefined, member = "Unit"): StandardUnit | undefined {
  if (unit === undefined) return undefined;
  const known = Object.values(UNITS).find((one) => one === unit);
  if (known !== undefined) return known;
  throw errors.constraint(
    member,
    unit,
    `Member must satisfy enum value set: [${Object.values(UNITS).join(", ")}]`,
  );
}

/** In milliseconds; 1, 5, 10, 20, 30 or a multiple of 60 seconds. */
export function requirePeriodMs(seconds: number | undefined, member = "Period"): number {
  if (seconds === undefined) throw errors.required(member);
  const isWhole = Number.isInteger(seconds) && seconds > 0;
  if (isWhole && ([1, 5, 10, 20, 30].includes(seconds) || seconds % 60 === 0)) {
    return seconds * 1000;
  }
  throw errors.invalidValue(
    `The parameter ${member} must be 1, 5, 10, 20, 30 or a multiple of 60, got ${seconds}.`,
  );
}

/** One page of a list. */
export function page<Item>(
  items: readonly Item[],
  size: number,
  token: string | undefined,
): { readonly items: Item[]; readonly nextToken?: string } {
  const from = token === undefined || token === "" ? 0 : readToken(token);
  const end = from + size;
  return {
    items: items.slice(from, end),
    nextToken: end < items.length ? Buffer.from(`from:${end}`).toString("base64") : undefined,
  };
}

function readToken(token: string): number {
  const match = /^from:(\d+)$/.exec(Buffer.from(token, "base64").toString("latin1"));
  if (match?.[1] === undefined) throw errors.invalidNextToken();
  return Number(match[1]);
}
