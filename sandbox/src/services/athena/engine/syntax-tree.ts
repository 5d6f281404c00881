import type { DuckDBConnection } from "@duckdb/node-api";
import { userError, notDone } from "../run/failure";
import { tokensOf } from "../sql/tokens";
import { quoted } from "./quoting";
import { FUNCTION_NAMES } from "./functions";
import { comparisonsIn, type Comparison } from "./comparisons";
import { positionOf } from "./position";

/** A table as a query names it. */
export interface TableReference {
  readonly catalogName: string;
  readonly databaseName: string;
  readonly name: string;
  readonly position: string;
}

/** What a query says, as far as it matters before it is run. */
export interface QuerySyntax {
  readonly tables: readonly TableReference[];
  /** Items of the list behind SELECT: whether one has a name, and whether it stands for several columns. */
  readonly items: readonly { readonly isNamed: boolean; readonly isStar: boolean }[];
  readonly comparisons: readonly Comparison[];
}

/** A node of the engine's tree; every kind has members of its own. */
type Node = Readonly<Record<string, unknown>>;

interface Parsed {
  readonly error: boolean;
  readonly error_message?: string;
  readonly position?: string;
  readonly statements?: readonly { readonly node: Node }[];
}

/**
 * Parses a query. What the engine knows and Trino does not is a mistake here too.
 * @throws QueryFailed
 */
export async function querySyntax(
  connection: DuckDBConnection,
  query: string,
): Promise<QuerySyntax> {
  const reader = await connection.runAndReadAll(`SELECT json_serialize_sql(${quoted(query)})`);
  const parsed = JSON.parse(String(reader.getRows()[0]?.[0])) as Parsed;
  const root = parsed.statements?.[0]?.node;
  if (parsed.error || root === undefined) {
    throw mismatched(query, Number(parsed.position ?? 0), parsed.error_message);
  }
  const tables: TableReference[] = [];
  new Walk(query, tables).visit(root, new Set());
  return { tables, items: selectItems(root), comparisons: comparisonsIn(root, withNames) };
}

/** @see https://github.com/trinodb/trino/blob/435/core/trino-parser (the words of its parser) */
function mismatched(query: string, offset: number, message = ""): Error {
  const token = tokensOf(query, "trino").find((one) => one.offset >= offset);
  if (/syntax error/.test(message) || message === "") {
    const text = token === undefined || token.kind === "end" ? "<EOF>" : token.text;
    return userError(`SYNTAX_ERROR: ${positionOf(query, offset)}: mismatched input '${text}'`);
  }
  return userError(`SYNTAX_ERROR: ${positionOf(query, offset)}: ${message.split("\n")[0]}`);
}

/** Members of a node that Trino's language has nothing for. */
const FOREIGN: readonly (readonly [
  name: string,
  value: (value: unknown) => boolean,
  word: string,
])[] = [
  ["qualify", (value) => value !== null, "QUALIFY"],
  ["aggregate_handling", (value) => value === "FORCE_AGGREGATES", "GROUP BY ALL"],
  ["exclude_list", (value) => Array.isArray(value) && value.length > 0, "EXCLUDE"],
  ["replace_list", (value) => Array.isArray(value) && value.length > 0, "REPLACE"],
  ["join_type", (value) => value === "SEMI" || value === "ANTI", "SEMI and ANTI JOIN"],
  ["ref_type", (value) => value === "ASOF" || value === "POSITIONAL", "ASOF and POSITIONAL JOIN"],
  ["type", (value) => value === "PIVOT" || value === "SHOW_REF", "PIVOT and SHOW"],
  ["class", (value) => value === "POSITIONAL_REFERENCE", "#"],
];

class Walk {
  constructor(
    private readonly query: string,
    private readonly tables: TableReference[],
  ) {}

  /** `names`: of WITH, which are no tables. */
  visit(value: unknown, names: ReadonlySet<string>): void {
    if (Array.isArray(value)) {
      for (const item of value) this.visit(item, names);
      return;
    }
    if (typeof value !== "object" || value === null) return;
    const node = value as Node;
    this.refuseForeign(node);
    this.refuseHidden(node);
    if (node["class"] === "LAMBDA") throw notDone("lambda expressions of Athena");
    if (node["type"] === "BASE_TABLE") this.addTable(node, names);
    if (node["type"] === "TABLE_FUNCTION") this.requireUnnest(node);
    if (node["class"] === "FUNCTION" || node["class"] === "WINDOW") this.requireKnown(node);
    const inner = new Set([...names, ...withNames(node)]);
    for (const member of Object.values(node)) this.visit(member, inner);
  }

  private refuseForeign(node: Node): void {
    for (const [name, isForeign, word] of FOREIGN) {
      if (name in node && isForeign(node[name])) {
        throw userError(`SYNTAX_ERROR: ${this.position(node)}: mismatched input '${word}'`);
      }
    }
  }

  /** Columns that every table has without saying so: `"$path"`, `"$file_size"`, ... */
  private refuseHidden(node: Node): void {
    if (node["class"] !== "COLUMN_REF") return;
    const name = text((node["column_names"] as readonly unknown[]).at(-1));
    if (name.startsWith("$")) throw notDone(`the column "${name}" of Athena`);
  }

  private addTable(node: Node, names: ReadonlySet<string>): void {
    const name = text(node["table_name"]).toLowerCase();
    const databaseName = text(node["schema_name"]).toLowerCase();
    if (databaseName === "" && names.has(name)) return;
    this.tables.push({
      catalogName: text(node["catalog_name"]).toLowerCase(),
      databaseName,
      name,
      position: this.position(node),
    });
  }

  private requireUnnest(node: Node): void {
    const name = text((node["function"] as Node | undefined)?.["function_name"]);
    if (name !== "unnest") throw this.noFunction(name, node);
  }

  private requireKnown(node: Node): void {
    const name = text(node["function_name"]).toLowerCase();
    if (name !== "" && !FUNCTION_NAMES.has(name)) throw this.noFunction(name, node);
  }

  private noFunction(name: string, node: Node): Error {
    return userError(
      `FUNCTION_NOT_FOUND: ${this.position(node)}: Function '${name}' not registered`,
    );
  }

  private position(node: Node): string {
    const offset = Number(node["query_location"]);
    return positionOf(this.query, offset <= this.query.length ? offset : 0);
  }
}

function withNames(node: Node): string[] {
  const map = (node["cte_map"] as { map?: readonly { key?: unknown }[] } | undefined)?.map ?? [];
  return map.map(({ key }) => text(key).toLowerCase());
}

/** Of the first query of a union, after which the result's columns are named. */
function selectItems(root: Node): QuerySyntax["items"] {
  let node: Node = root;
  for (;;) {
    const first = node["left"] ?? node["child"];
    if (node["type"] === "SELECT_NODE" || typeof first !== "object" || first === null) break;
    node = first as Node;
  }
  const list = node["select_list"];
  if (!Array.isArray(list)) return [];
  return (list as readonly Node[]).map((item) => ({
    isNamed: text(item["alias"]) !== "" || item["class"] === "COLUMN_REF",
    isStar: item["class"] === "STAR",
  }));
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
