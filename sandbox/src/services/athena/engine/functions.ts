import { FORMAT_FUNCTIONS } from "./date-formats";

/**
 * The functions of Trino that queries may use; all others are refused by name, also those that only the engine has.
 * @see https://docs.aws.amazon.com/athena/latest/ug/functions-env3.html
 */

/** Those that mean the same to the engine. */
const SAME = [
  // What the syntax of expressions becomes.
  ...[
    "+",
    "-",
    "*",
    "/",
    "%",
    "||",
    "~~",
    "!~~",
    "like_escape",
    "not_like_escape",
    "list_value",
    "row",
  ],
  ...[
    "to_years",
    "to_months",
    "to_days",
    "to_hours",
    "to_minutes",
    "to_seconds",
    "trunc",
    "date_part",
  ],
  ...["timezone", "position", "trim", "substring", "unnest", "count_star"],
  // Aggregates and windows.
  ...[
    "count",
    "count_if",
    "sum",
    "avg",
    "min",
    "max",
    "min_by",
    "max_by",
    "array_agg",
    "any_value",
  ],
  ...[
    "arbitrary",
    "bool_and",
    "bool_or",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "variance",
    "var_pop",
  ],
  ...["var_samp", "corr", "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile"],
  ...["lag", "lead", "first_value", "last_value", "nth_value", "histogram"],
  // Text.
  ...[
    "lower",
    "upper",
    "length",
    "ltrim",
    "rtrim",
    "replace",
    "reverse",
    "substr",
    "strpos",
    "split",
  ],
  ...["split_part", "lpad", "rpad", "chr", "starts_with", "regexp_replace", "translate"],
  // Numbers.
  ...[
    "abs",
    "ceil",
    "ceiling",
    "floor",
    "round",
    "sign",
    "sqrt",
    "cbrt",
    "exp",
    "ln",
    "log2",
    "log10",
  ],
  ...["power", "pow", "mod", "pi", "random", "isnan", "degrees", "radians", "sin", "cos", "tan"],
  // Dates.
  ...["date_trunc", "year", "quarter", "month", "week", "day", "hour", "minute", "second", "now"],
  // The rest.
  ...["coalesce", "nullif", "if", "try", "contains", "flatten", "json_array_length"],
];

/** Those that the engine has under another name, or takes otherwise: its macros. `system.main` is its own. */
const MACROS: readonly string[] = [
  // Null when any is, unlike the engine's.
  `concat${overloads(2, 10, (names) => names.join(" || "))}`,
  `greatest${overloads(2, 6, (names) => unlessNull(names, "greatest"))}`,
  `least${overloads(2, 6, (names) => unlessNull(names, "least"))}`,
  "approx_distinct(x) AS approx_count_distinct(x)",
  "approx_percentile(x, p) AS approx_quantile(x, p)",
  "cardinality(x) AS len(x)",
  "element_at(x, i) AS x[i]",
  "array_join(x, separator) AS array_to_string(x, separator)",
  "array_distinct(x) AS list_distinct(x)",
  "array_sort(x) AS list_sort(x)",
  "array_position(x, e) AS coalesce(list_position(x, e), 0)",
  "sequence(first, last) AS generate_series(first, last), (first, last, step) AS generate_series(first, last, step)",
  "regexp_like(text, pattern) AS regexp_matches(text, pattern)",
  // Without a match null, where the engine has an empty text.
  "regexp_extract(text, pattern) AS CASE WHEN regexp_matches(text, pattern) THEN system.main.regexp_extract(text, pattern) END, " +
    "(text, pattern, g) AS CASE WHEN regexp_matches(text, pattern) THEN system.main.regexp_extract(text, pattern, g) END",
  "json_extract_scalar(json, path) AS json_extract_string(json, path)",
  "json_format(json) AS CAST(json AS VARCHAR)",
  "json_parse(text) AS CAST(text AS JSON)",
  // Form encoding, in which a plus is a space.
  "url_decode(text) AS system.main.url_decode(replace(text, '+', ' '))",
  "url_encode(text) AS replace(system.main.url_encode(text), '%20', '+')",
  "to_utf8(text) AS encode(text)",
  "from_utf8(bytes) AS decode(bytes)",
  "to_hex(bytes) AS upper(hex(bytes))",
  "from_hex(text) AS unhex(text)",
  "to_base64(bytes) AS system.main.to_base64(bytes)",
  "from_base64(text) AS system.main.from_base64(text)",
  "md5(bytes) AS unhex(system.main.md5(bytes))",
  "sha1(bytes) AS unhex(system.main.sha1(bytes))",
  "sha256(bytes) AS unhex(system.main.sha256(bytes))",
  // Whole units, where the engine counts the borders between.
  "date_diff(unit, first, last) AS date_sub(unit, first, last)",
  `date_add(unit, count, moment) AS moment + CASE lower(unit) ${[
    ...["second", "minute", "hour", "day", "month", "year"].map(
      (unit) => `WHEN '${unit}' THEN to_${unit}s(CAST(count AS BIGINT))`,
    ),
    "WHEN 'week' THEN to_days(CAST(7 * count AS INTEGER))",
  ].join(
    " ",
  )} ELSE error('INVALID_FUNCTION_ARGUMENT: ''' || unit || ''' is not a valid DATE field') END`,
  "from_iso8601_timestamp(text) AS CAST(text AS TIMESTAMPTZ)",
  "from_iso8601_date(text) AS CAST(text AS DATE)",
  "to_iso8601(moment) AS strftime(CAST(moment AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%gZ')",
  "from_unixtime(seconds) AS to_timestamp(seconds)",
  "to_unixtime(moment) AS epoch(moment)",
  "day_of_week(moment) AS isodow(moment)",
  "day_of_year(moment) AS dayofyear(moment)",
];

/** Every name that a query may call. */
export const FUNCTION_NAMES: ReadonlySet<string> = new Set([
  ...SAME,
  ...FORMAT_FUNCTIONS,
  ...MACROS.map((macro) => macro.slice(0, macro.indexOf("("))),
]);

/** Statements that give the engine what it lacks. `now` is the time of the query. */
export function functionStatements(nowEpochMs: number): string[] {
  const now = `CAST('${new Date(nowEpochMs).toISOString()}' AS TIMESTAMPTZ)`;
  const clock = [
    `now() AS ${now}`,
    `get_current_timestamp() AS ${now}`,
    `current_date() AS CAST(${now} AS DATE)`,
  ];
  return [...MACROS, ...clock].map((macro) => `CREATE TEMP MACRO ${macro}`);
}

function overloads(
  first: number,
  last: number,
  body: (names: readonly string[]) => string,
): string {
  const forms: string[] = [];
  for (let count = first; count <= last; count++) {
    const names = Array.from({ length: count }, (_none, index) => `a${index}`);
    forms.push(`(${names.join(", ")}) AS ${body(names)}`);
  }
  return forms.join(", ");
}

function unlessNull(names: readonly string[], name: string): string {
  const isNull = names.map((one) => `${one} IS NULL`).join(" OR ");
  return `CASE WHEN ${isNull} THEN NULL ELSE system.main.${name}(${names.join(", ")}) END`;
}
