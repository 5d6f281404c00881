/** Types of Hive, of the engine, and of Trino as results show them. */

const ENGINE_TYPES: Readonly<Record<string, string>> = {
  string: "VARCHAR",
  int: "INTEGER",
  integer: "INTEGER",
  float: "FLOAT",
  binary: "BLOB",
  timestamp: "TIMESTAMP",
};

/** Of a column of a table. */
export function engineType(hiveType: string): string {
  if (/^(varchar|char)\b/.test(hiveType)) return "VARCHAR";
  return ENGINE_TYPES[hiveType] ?? hiveType.toUpperCase();
}

/** How `ResultSetMetadata` shows a type; precision and scale as Athena has them for types without any are assumed. */
export interface ShownType {
  readonly type: string;
  readonly precision: number;
  readonly scale: number;
}

const SHOWN: Readonly<Record<string, ShownType>> = {
  BOOLEAN: { type: "boolean", precision: 0, scale: 0 },
  TINYINT: { type: "tinyint", precision: 3, scale: 0 },
  SMALLINT: { type: "smallint", precision: 5, scale: 0 },
  INTEGER: { type: "integer", precision: 10, scale: 0 },
  BIGINT: { type: "bigint", precision: 19, scale: 0 },
  // The engine's sum of integers, which is a bigint to Trino.
  HUGEINT: { type: "bigint", precision: 19, scale: 0 },
  FLOAT: { type: "float", precision: 17, scale: 0 },
  DOUBLE: { type: "double", precision: 17, scale: 0 },
  VARCHAR: { type: "varchar", precision: 2147483647, scale: 0 },
  BLOB: { type: "varbinary", precision: 1073741824, scale: 0 },
  DATE: { type: "date", precision: 0, scale: 0 },
  TIMESTAMP: { type: "timestamp", precision: 3, scale: 0 },
  "TIMESTAMP WITH TIME ZONE": { type: "timestamp with time zone", precision: 3, scale: 0 },
  JSON: { type: "json", precision: 0, scale: 0 },
};

/** Of a type that the engine gives its name to. */
export function shownType(name: string): ShownType {
  const decimal = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(name);
  if (decimal !== null) {
    return { type: "decimal", precision: Number(decimal[1]), scale: Number(decimal[2]) };
  }
  if (name.endsWith("[]")) return { type: "array", precision: 0, scale: 0 };
  if (name.startsWith("STRUCT")) return { type: "row", precision: 0, scale: 0 };
  if (name.startsWith("MAP")) return { type: "map", precision: 0, scale: 0 };
  return SHOWN[name] ?? { type: name.toLowerCase(), precision: 0, scale: 0 };
}
