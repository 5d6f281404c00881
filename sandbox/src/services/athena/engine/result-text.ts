import type * as DuckDb from "@duckdb/node-api";

type Value = DuckDb.DuckDBValue;

/** A value as Athena writes it into results: as Java and Trino do. Null stays null. */
export function resultText(value: Value, typeName: string): string | null {
  if (value === null) return null;
  if (typeof value === "string") return value;
  if (typeof value === "number" && /^(FLOAT|DOUBLE)$/.test(typeName)) return javaDouble(value);
  if (typeof value !== "object") return String(value);
  return objectText(value, typeName);
}

function objectText(value: object, typeName: string): string {
  if ("items" in value && Array.isArray(value.items)) {
    return `[${(value.items as Value[]).map((item) => nested(item)).join(", ")}]`;
  }
  if ("entries" in value && Array.isArray(value.entries)) {
    const entries = value.entries as Value[];
    if (typeName.startsWith("MAP")) {
      const pairs = entries as unknown as readonly { key: Value; value: Value }[];
      return `{${pairs.map(({ key, value: one }) => `${nested(key)}=${nested(one)}`).join(", ")}}`;
    }
    return `[${entries.map(nested).join(", ")}]`;
  }
  if ("entries" in value && typeof value.entries === "object" && value.entries !== null) {
    const fields = Object.entries(value.entries as Record<string, Value>);
    return `{${fields.map(([name, one]) => `${name}=${nested(one)}`).join(", ")}}`;
  }
  if ("bytes" in value && value.bytes instanceof Uint8Array) {
    return [...value.bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  }
  // As text it would be in the machine's time zone.
  if (typeName === "TIMESTAMP WITH TIME ZONE" && "micros" in value) {
    const instant = new Date(Number((value.micros as bigint) / 1000n));
    return instant.toISOString().replace("T", " ").replace("Z", " UTC");
  }
  const text = String(value);
  return typeName.startsWith("TIMESTAMP") ? milliseconds(text) : text;
}

function nested(value: Value): string {
  return (
    resultText(value, typeof value === "number" && !Number.isInteger(value) ? "DOUBLE" : "") ??
    "null"
  );
}

/** `2026-07-30 12:00:00.000` */
function milliseconds(text: string): string {
  const [, seconds = text, fraction = ""] = /^(.*:\d\d)(?:\.(\d+))?$/.exec(text) ?? [];
  return `${seconds}.${fraction.padEnd(3, "0").slice(0, 3)}`;
}

/** As `Double.toString`: `1.0`, `1.0E10`. */
function javaDouble(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const magnitude = Math.abs(value);
  if (value !== 0 && (magnitude < 1e-3 || magnitude >= 1e7)) {
    const [mantissa = "", exponent = ""] = value.toExponential().split("e");
    return `${mantissa.includes(".") ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
