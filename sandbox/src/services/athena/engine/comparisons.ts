import type { CatalogTable } from "../catalog/tables";
import { userError } from "../run/failure";

/**
 * Comparisons of a query whose sides have types that Trino does not convert into each other, and the engine does: a text with a
 * number, a time with a text. A column's type is known where it is one of a table that the same SELECT names; of what is computed
 * nothing is said.
 * @see https://trino.io/docs/current/language/types.html
 */

/** A node of the engine's tree. */
type Node = Readonly<Record<string, unknown>>;

interface ScopedTable {
  readonly alias: string;
  /** Empty: the query's own. */
  readonly databaseName: string;
  readonly name: string;
}

/** `type`: of a literal or a cast, in Trino's words. */
type Operand =
  | { readonly type: string }
  | { readonly column: string; readonly of: string; readonly among: readonly ScopedTable[] };

export interface Comparison {
  readonly offset: number;
  readonly operator: "=" | "<" | "<=" | "IN" | "BETWEEN";
  readonly operands: readonly Operand[];
}

/** As Trino names them: `a > b` is told of as `<`, with its sides in their places. */
const OPERATORS: Readonly<Record<string, Comparison["operator"]>> = {
  COMPARE_EQUAL: "=",
  COMPARE_NOTEQUAL: "=",
  COMPARE_LESSTHAN: "<",
  COMPARE_GREATERTHAN: "<",
  COMPARE_LESSTHANOREQUALTO: "<=",
  COMPARE_GREATERTHANOREQUALTO: "<=",
  COMPARE_IN: "IN",
  COMPARE_NOT_IN: "IN",
  COMPARE_BETWEEN: "BETWEEN",
};

/** Those whose sides are columns, literals and casts. `withNames`: of WITH at a node, which are no tables. */
export function comparisonsIn(
  root: Node,
  withNames: (node: Node) => readonly string[],
): Comparison[] {
  const found: Comparison[] = [];
  const visit = (
    value: unknown,
    names: ReadonlySet<string>,
    among: readonly ScopedTable[],
  ): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item, names, among);
      return;
    }
    if (!isNode(value)) return;
    const inner = new Set([...names, ...withNames(value)]);
    const isSelect = value["type"] === "SELECT_NODE";
    const scope = isSelect ? tablesOf(value["from_table"], inner) : among;
    const comparison = comparisonAt(value, scope);
    if (comparison !== undefined) found.push(comparison);
    for (const [name, member] of Object.entries(value)) {
      // What a result is ordered by may be a name of the result.
      visit(member, inner, isSelect && name === "modifiers" ? [] : scope);
    }
  };
  visit(root, new Set(), []);
  return found;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null;
}

function tablesOf(from: unknown, names: ReadonlySet<string>): ScopedTable[] {
  if (!isNode(from)) return [];
  if (from["type"] === "JOIN") {
    return [...tablesOf(from["left"], names), ...tablesOf(from["right"], names)];
  }
  const name = lower(from["table_name"]);
  const databaseName = lower(from["schema_name"]);
  const isRenamed =
    Array.isArray(from["column_name_alias"]) && from["column_name_alias"].length > 0;
  if (from["type"] !== "BASE_TABLE" || isRenamed) return [];
  if (databaseName === "" && names.has(name)) return [];
  return [{ alias: lower(from["alias"]) || name, databaseName, name }];
}

function comparisonAt(node: Node, among: readonly ScopedTable[]): Comparison | undefined {
  const operator = OPERATORS[String(node["type"])];
  if (operator === undefined) return undefined;
  const sides = [node["left"], node["right"], node["input"], node["lower"], node["upper"]];
  const children = Array.isArray(node["children"]) ? (node["children"] as unknown[]) : [];
  const operands = [...sides, ...children]
    .filter(isNode)
    .map((side) => operandOf(side, among))
    .filter((one) => one !== undefined);
  return { offset: Number(node["query_location"]), operator, operands };
}

function operandOf(node: Node, among: readonly ScopedTable[]): Operand | undefined {
  if (node["class"] === "COLUMN_REF") {
    const names = (node["column_names"] as readonly unknown[]).map(lower);
    return { column: names.at(-1) ?? "", of: names.at(-2) ?? "", among };
  }
  if (node["class"] === "CAST") return { type: trinoType(node["cast_type"]) };
  if (node["class"] !== "CONSTANT" || !isNode(node["value"])) return undefined;
  const { is_null: isNull, type, value } = node["value"];
  if (isNull === true) return undefined;
  const name = trinoType(type);
  return { type: name === "varchar" ? `varchar(${String(value).length})` : name };
}

function lower(value: unknown): string {
  return typeof value === "string" ? value.toLowerCase() : "";
}

const NAMES: Readonly<Record<string, string>> = {
  string: "varchar",
  int: "integer",
  hugeint: "bigint",
  float: "real",
  timestamp: "timestamp(3)",
  binary: "varbinary",
};

/** Of a type of the engine's tree, or of a column's. */
function trinoType(type: unknown): string {
  const name = lower(isNode(type) ? type["id"] : type);
  return NAMES[name] ?? name;
}

/**
 * The first comparison that Trino refuses ends the query. The texts for operators (trinodb/trino 7334) and for BETWEEN
 * (prestodb/presto 18628, on Athena) are quoted in public issues; that for IN is assumed.
 * @param find the table of a name in a database, or in the query's own
 * @throws QueryFailed
 */
export function requireComparable(
  comparisons: readonly Comparison[],
  find: (databaseName: string, name: string) => CatalogTable | undefined,
  positionOf: (offset: number) => string,
): void {
  for (const { offset, operands, operator } of comparisons) {
    const types = operands.flatMap((one) => typeOf(one, find) ?? []);
    const [first = "", ...others] = types;
    const other = others.find((one) => !isComparable(first, one));
    if (other === undefined) continue;
    const [second = "", third = second] = others;
    const reason = {
      IN: `IN value and list items must be the same type or coercible to a common type. Cannot find common type between ${first} and ${other}, all types (without duplicates): [${[...new Set(types)].join(", ")}]`,
      BETWEEN: `Cannot check if ${first} is BETWEEN ${second} and ${third}`,
    };
    const text =
      operator === "IN" || operator === "BETWEEN"
        ? reason[operator]
        : `Cannot apply operator: ${first} ${operator} ${other}`;
    throw userError(`TYPE_MISMATCH: ${positionOf(offset)}: ${text}`);
  }
}

function typeOf(
  operand: Operand,
  find: (databaseName: string, name: string) => CatalogTable | undefined,
): string | undefined {
  if ("type" in operand) return operand.type;
  const { among, column, of } = operand;
  const types = among
    .filter(({ alias }) => of === "" || alias === of)
    .flatMap(({ databaseName, name }) => {
      const table = find(databaseName, name);
      return [...(table?.columns ?? []), ...(table?.partitionKeys ?? [])];
    })
    .filter(({ name }) => name.toLowerCase() === column)
    .map(({ type }) => trinoType(type));
  // Of two tables: the name is ambiguous, which the engine says.
  return types.length === 1 ? types[0] : undefined;
}

const FAMILIES: readonly RegExp[] = [
  /^(tinyint|smallint|integer|bigint|real|double|decimal)/,
  /^(varchar|char)/,
  /^(date|timestamp)/,
  /^boolean$/,
];

/** Of a type that is in no family nothing is said. */
function isComparable(one: string, other: string): boolean {
  const families = [one, other].map((type) => FAMILIES.findIndex((family) => family.test(type)));
  return families.includes(-1) || families[0] === families[1];
}
