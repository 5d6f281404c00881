/** Spans and points of time as somebody writes them, in the words of `aws logs tail --since`. Pure. */

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** How a span is written, for messages. */
export const SPAN_WORDS = "a number and its unit: 90s, 15m, 24h, 7d, 2w";

/** How a point of time is written, for messages. */
export const POINT_WORDS = `${SPAN_WORDS} ago, or a date as in 2026-11-30T00:00:00Z`;

/** When something was: so long before now, or by the calendar. Milliseconds. */
export type PointOfTime = { readonly agoMs: number } | { readonly epochMs: number };

/**
 * Milliseconds; undefined for what is no span, for none at all and for more than somebody can mean.
 * @see https://docs.aws.amazon.com/cli/latest/reference/logs/tail.html
 */
export function readSpanMs(text: string): number | undefined {
  const spanMs = spanMsOf(text);
  return spanMs === undefined || spanMs > MAX_SPAN_MS ? undefined : spanMs;
}

/** What is wrong with a span that is written as one, and is longer than any that is taken; undefined for all else. */
export function tooLongWords(text: string): string | undefined {
  const spanMs = spanMsOf(text);
  if (spanMs === undefined || spanMs <= MAX_SPAN_MS) return undefined;
  return `${text} is more than ${MAX_SPAN_MS / 86_400_000}d, a hundred years, which is the most`;
}

function spanMsOf(text: string): number | undefined {
  const [, digits = "", unit = ""] = /^(\d+)([smhdw])$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit];
  return unitMs === undefined || Number(digits) === 0 ? undefined : Number(digits) * unitMs;
}

/** A hundred years: what is longer is no date any more. */
const MAX_SPAN_MS = 100 * 366 * 86_400_000;

/** A date without a time is its beginning, a time without a zone is UTC: days must not depend on where a machine stands. */
export function readPointOfTime(text: string): PointOfTime | undefined {
  const agoMs = readSpanMs(text);
  if (agoMs !== undefined) return { agoMs };
  const [, date, time = "T00:00:00", zone = "Z"] =
    /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)?(Z|[+-]\d{2}:\d{2})?$/.exec(
      text,
    ) ?? [];
  const epochMs = date === undefined ? NaN : Date.parse(`${date}${time}${zone}`);
  // The engine takes February 30 for a day of March.
  const isDay = date !== undefined && isoDay(Date.parse(`${date}T00:00:00Z`)) === date;
  return isDay && !Number.isNaN(epochMs) ? { epochMs } : undefined;
}

function isoDay(epochMs: number): string {
  return Number.isNaN(epochMs) ? "" : new Date(epochMs).toISOString().slice(0, 10);
}

/** Milliseconds since the Unix epoch. */
export function resolvePoint(point: PointOfTime, nowEpochMs: number): number {
  return "agoMs" in point ? nowEpochMs - point.agoMs : point.epochMs;
}
