import type { SimpleShape, TimestampFormat } from "./shapes";

/** Reads one value from its text. `undefined` when the text is not one of that kind. */
export type ScalarReader = (text: string) => unknown;
export type ScalarWriter = (value: unknown) => string;

const NUMBER = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})$/;
const HTTP_DATE =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** `defaultFormat` is the protocol's, for timestamps whose schema names none. */
export function scalarReader(shape: SimpleShape, defaultFormat: TimestampFormat): ScalarReader {
  switch (shape.kind) {
    case "string":
    case "document":
      return (text) => text;
    case "number":
      return (text) => (NUMBER.test(text) ? Number(text) : undefined);
    case "boolean":
      return readBoolean;
    case "blob":
      return (text) => (BASE64.test(text) ? Buffer.from(text, "base64") : undefined);
    case "timestamp": {
      const format = shape.timestampFormat ?? defaultFormat;
      return (text) => readTimestamp(text, format);
    }
    case "unit":
      return () => undefined;
  }
}

function readBoolean(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  return lower === "true" ? true : lower === "false" ? false : undefined;
}

function readTimestamp(text: string, format: TimestampFormat): Date | undefined {
  if (format === "epoch-seconds") {
    return NUMBER.test(text) ? new Date(Math.round(Number(text) * 1000)) : undefined;
  }
  const pattern = format === "date-time" ? DATE_TIME : HTTP_DATE;
  if (!pattern.test(text)) return undefined;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

export function scalarWriter(shape: SimpleShape, defaultFormat: TimestampFormat): ScalarWriter {
  switch (shape.kind) {
    case "blob":
      return (value) => Buffer.from(value as Uint8Array).toString("base64");
    case "timestamp": {
      const format = shape.timestampFormat ?? defaultFormat;
      return (value) => (value instanceof Date ? writeTimestamp(value, format) : String(value));
    }
    default:
      return String;
  }
}

/** Date-times carry milliseconds, as S3 writes them (`2009-10-12T17:50:30.000Z`). */
function writeTimestamp(value: Date, format: TimestampFormat): string {
  switch (format) {
    case "date-time":
      return value.toISOString();
    case "http-date":
      return value.toUTCString();
    case "epoch-seconds":
      return String(value.getTime() / 1000);
  }
}
