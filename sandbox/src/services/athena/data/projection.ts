import type { CatalogTable } from "../catalog/tables";
import { notDone, userError } from "../run/failure";

/** Whether a value of a partition key is one of those that a projection makes. */
export type Projection = (value: string) => boolean;

/**
 * The projection of each partition key, in their order; undefined for a table without.
 * @throws QueryFailed for properties that make none; the texts are assumed
 * @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
 */
export function projectionsOf(table: CatalogTable, nowEpochMs: number): Projection[] | undefined {
  if (table.properties.get("projection.enabled")?.toLowerCase() !== "true") return undefined;
  return table.partitionKeys.map(({ name }) => {
    const property = (what: string): string | undefined =>
      table.properties.get(`projection.${name}.${what}`);
    const required = (what: string): string => {
      const value = property(what);
      if (value !== undefined) return value;
      throw invalid(table, `projection.${name}.${what} is missing`);
    };
    const type = required("type").toLowerCase();
    switch (type) {
      case "enum": {
        const values = new Set(
          required("values")
            .split(",")
            .map((value) => value.trim()),
        );
        return (value) => values.has(value);
      }
      case "integer":
        return integers(table, required("range"), property("interval"), property("digits"));
      case "date":
        return dates(table, nowEpochMs, {
          range: required("range"),
          format: required("format"),
          interval: property("interval"),
          unit: property("interval.unit"),
        });
      case "injected":
        throw notDone("partition projection of the type injected");
      default:
        throw invalid(table, `projection.${name}.type is ${type}`);
    }
  });
}

function invalid(table: CatalogTable, reason: string): Error {
  return userError(`INVALID_TABLE_PROPERTY: Table ${table.databaseName}.${table.name}: ${reason}`);
}

function integers(table: CatalogTable, range: string, interval = "1", digits?: string): Projection {
  const [first, last] = range.split(",").map((text) => Number(text.trim()));
  const step = Number(interval);
  if (!Number.isInteger(first) || !Number.isInteger(last) || !(step >= 1)) {
    throw invalid(table, `${range} with the interval ${interval} is no range of integers`);
  }
  return (value) => {
    const number = Number(value);
    const written =
      digits === undefined ? String(number) : String(number).padStart(Number(digits), "0");
    return (
      written === value &&
      number >= Number(first) &&
      number <= Number(last) &&
      (number - Number(first)) % step === 0
    );
  };
}

interface DateSettings {
  readonly range: string;
  /** Of Java's `DateTimeFormatter`: `yyyy-MM-dd-HH-mm`. */
  readonly format: string;
  readonly interval?: string;
  readonly unit?: string;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  SECOND: 1000,
  MINUTE: 60_000,
  HOUR: 3_600_000,
  DAY: 86_400_000,
  WEEK: 7 * 86_400_000,
};

function dates(table: CatalogTable, nowEpochMs: number, settings: DateSettings): Projection {
  const format = new DateFormat(settings.format);
  const bounds = settings.range.split(",").map((text) => boundOf(text.trim(), format, nowEpochMs));
  const [first, last] = bounds;
  const step = Number(settings.interval ?? 1);
  const unit = singular(settings.unit ?? format.unit);
  if (first === undefined || last === undefined || bounds.length !== 2 || !(step >= 1)) {
    throw invalid(table, `${settings.range} is no range of dates in the format ${settings.format}`);
  }
  if (UNIT_MS[unit] === undefined && !/^(MONTH|YEAR)$/.test(unit)) {
    throw invalid(table, `${unit} is no unit of a projection`);
  }
  return (value) => {
    const epochMs = format.parse(value);
    if (epochMs === undefined || epochMs < first || epochMs > last) return false;
    const unitMs = UNIT_MS[unit];
    // NOW lies between two values; those that the format writes are counted.
    const start = format.floor(first);
    if (unitMs !== undefined) return (epochMs - start) % (unitMs * step) === 0;
    const months = monthsOf(epochMs) - monthsOf(start);
    return months % (unit === "YEAR" ? 12 * step : step) === 0;
  };
}

function monthsOf(epochMs: number): number {
  const date = new Date(epochMs);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function singular(unit: string): string {
  return unit.toUpperCase().replace(/S$/, "");
}

/** A date in the format, `NOW`, or `NOW-3DAYS`. */
function boundOf(text: string, format: DateFormat, nowEpochMs: number): number | undefined {
  const match = /^NOW\s*(?:([+-])\s*(\d+)\s*([A-Z]+))?$/i.exec(text);
  if (match === null) return format.parse(text);
  const [, sign, count = "0", unit = "DAY"] = match;
  const distance = Number(count) * (sign === "-" ? -1 : 1);
  const unitMs = UNIT_MS[singular(unit)];
  if (unitMs !== undefined) return nowEpochMs + distance * unitMs;
  const date = new Date(nowEpochMs);
  date.setUTCMonth(date.getUTCMonth() + distance * (singular(unit) === "YEAR" ? 12 : 1));
  return date.getTime();
}

/** The letters of `DateTimeFormatter` that projections use; others stand for themselves. */
class DateFormat {
  private readonly pattern: RegExp;
  private readonly fields: readonly string[];

  constructor(format: string) {
    const fields: string[] = [];
    const source = format.replace(
      /'([^']*)'|yyyy|MM|dd|HH|mm|ss|[^A-Za-z]|[A-Za-z]/g,
      (part, quoted: string | undefined) => {
        if (quoted !== undefined) return escaped(quoted);
        if (!/^(yyyy|MM|dd|HH|mm|ss)$/.test(part)) return escaped(part);
        fields.push(part);
        return `(\\d{${part.length}})`;
      },
    );
    this.pattern = new RegExp(`^${source}$`);
    this.fields = fields;
  }

  /** What the last of its fields counts. */
  get unit(): string {
    const units: readonly (readonly [string, string])[] = [
      ["ss", "SECOND"],
      ["mm", "MINUTE"],
      ["HH", "HOUR"],
      ["dd", "DAY"],
      ["MM", "MONTH"],
    ];
    return units.find(([field]) => this.fields.includes(field))?.[1] ?? "YEAR";
  }

  parse(text: string): number | undefined {
    const match = this.pattern.exec(text);
    if (match === null) return undefined;
    const field = (name: string, otherwise: number): number => {
      const index = this.fields.indexOf(name);
      return index < 0 ? otherwise : Number(match[index + 1]);
    };
    const month = field("MM", 1);
    const day = field("dd", 1);
    const date = new Date(
      Date.UTC(field("yyyy", 1970), month - 1, day, field("HH", 0), field("mm", 0), field("ss", 0)),
    );
    // The 31st of June is none.
    return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
      ? date.getTime()
      : undefined;
  }

  /** A moment without what the format does not write. */
  floor(epochMs: number): number {
    const unitMs = UNIT_MS[this.unit];
    return unitMs === undefined ? epochMs : Math.floor(epochMs / unitMs) * unitMs;
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
