import { notImplemented } from "../errors";
import type { TableDefinition } from "../catalog/tables";
import { createTable } from "./create-table";
import { TokenReader } from "./token-reader";
import { SyntaxMistake, tokensOf, type Token } from "./tokens";

/** A table as a statement names it; without a database it is in that of the query. */
export interface TableName {
  readonly databaseName?: string;
  readonly name: string;
}

/** A partition as ALTER TABLE names it. */
export interface PartitionClause {
  /** By key, in lower case. */
  readonly values: ReadonlyMap<string, string>;
  readonly location?: string;
}

export type Statement =
  | { readonly kind: "select" }
  | {
      readonly kind: "create-database";
      readonly name: string;
      readonly isOptional: boolean;
      readonly comment?: string;
      readonly properties: ReadonlyMap<string, string>;
    }
  | {
      readonly kind: "drop-database";
      readonly name: string;
      readonly isOptional: boolean;
      readonly isCascade: boolean;
    }
  | {
      readonly kind: "create-table";
      readonly table: TableName;
      readonly isOptional: boolean;
      readonly definition: TableDefinition;
    }
  | { readonly kind: "drop-table"; readonly table: TableName; readonly isOptional: boolean }
  | {
      readonly kind: "add-partitions";
      readonly table: TableName;
      readonly isOptional: boolean;
      readonly partitions: readonly PartitionClause[];
    }
  | { readonly kind: "repair-table"; readonly table: TableName }
  | { readonly kind: "show-tables"; readonly databaseName?: string; readonly pattern?: string }
  | { readonly kind: "show-databases"; readonly pattern?: string }
  | { readonly kind: "show-partitions"; readonly table: TableName }
  | { readonly kind: "describe"; readonly table: TableName };

/** As `GetQueryExecution` tells it. */
export function statementType({ kind }: Statement): "DDL" | "DML" | "UTILITY" {
  if (kind === "select") return "DML";
  return kind.startsWith("show") || kind === "describe" ? "UTILITY" : "DDL";
}

const QUERIES = /^(select|with|values|table|\()$/i;
const DEFINITIONS = /^(create|drop|alter|msck|show|describe|desc)$/i;
const REFUSED =
  /^(insert|unload|explain|prepare|execute|deallocate|merge|update|delete|vacuum|optimize|use|analyze)$/i;

/**
 * What a query is. A query proper is parsed by the engine, later; definitions are parsed here.
 * @throws SyntaxMistake; AwsError NotImplemented, naming the statement
 * @see https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html
 */
export function parseStatement(query: string): Statement {
  const [first] = tokensOf(query, "hive");
  const word = first?.text ?? "";
  if (REFUSED.test(word)) throw notImplemented(`${word.toUpperCase()} of Athena`);
  if (QUERIES.test(word)) {
    requireOneQuery(tokensOf(query, "trino"));
    return { kind: "select" };
  }
  const reader = new TokenReader(tokensOf(query, "hive"));
  if (!DEFINITIONS.test(word)) {
    throw reader.mistake(
      "'ALTER', 'CREATE', 'DESCRIBE', 'DROP', 'MSCK', 'SELECT', 'SHOW', 'VALUES', 'WITH'",
    );
  }
  const statement = definition(reader);
  reader.end();
  return statement;
}

/** One query, brackets closed. @throws SyntaxMistake */
function requireOneQuery(tokens: readonly Token[]): void {
  const open: Token[] = [];
  tokens.forEach((token, index) => {
    if (token.kind === "backtick") {
      throw new SyntaxMistake(
        token,
        "backquoted identifiers are not supported; use double quotes to quote identifiers",
      );
    }
    if (token.kind !== "symbol") return;
    if (token.text === "(") open.push(token);
    else if (token.text === ")" && open.pop() === undefined) throw mismatched(token);
    else if (token.text === "::") throw mismatched({ ...token, text: ":" });
    else if (token.text === ";" && tokens[index + 1]?.kind !== "end") throw onlyOne();
  });
  const last = tokens.at(-1);
  if (open.length > 0 && last !== undefined) throw mismatched({ ...last, text: "<EOF>" });
}

function mismatched(token: Token): SyntaxMistake {
  return new SyntaxMistake(token, `mismatched input '${token.text}'`);
}

function onlyOne(): Error {
  return new SyntaxMistake({ line: 1, column: 1 }, "Only one sql statement is allowed");
}

function definition(reader: TokenReader): Statement {
  if (reader.take("create")) return create(reader);
  if (reader.take("drop")) return drop(reader);
  if (reader.take("alter", "table")) return alterTable(reader);
  if (reader.take("msck", "repair", "table")) {
    return { kind: "repair-table", table: reader.qualifiedName() };
  }
  if (reader.take("show")) return show(reader);
  if (reader.take("describe") || reader.take("desc")) {
    if (reader.take("extended") || reader.take("formatted")) {
      throw notImplemented("DESCRIBE EXTENDED and FORMATTED of Athena");
    }
    reader.take("table");
    return { kind: "describe", table: reader.qualifiedName() };
  }
  throw notImplemented(
    `${reader.any().text.toUpperCase()} ${reader.next.text.toUpperCase()} of Athena`,
  );
}

function create(reader: TokenReader): Statement {
  if (reader.take("database") || reader.take("schema")) {
    const isOptional = reader.take("if", "not", "exists");
    const name = reader.name();
    const comment = reader.take("comment") ? reader.string() : undefined;
    if (reader.take("location")) throw notImplemented("LOCATION of a database");
    const properties = reader.take("with", "dbproperties")
      ? reader.properties()
      : new Map<string, string>();
    return { kind: "create-database", name, isOptional, comment, properties };
  }
  if (reader.take("external", "table")) {
    const isOptional = reader.take("if", "not", "exists");
    return {
      kind: "create-table",
      table: reader.qualifiedName(),
      isOptional,
      definition: createTable(reader),
    };
  }
  if (reader.take("table")) throw notImplemented("CREATE TABLE AS and Iceberg tables of Athena");
  throw notImplemented(`CREATE ${reader.next.text.toUpperCase()} of Athena`);
}

function drop(reader: TokenReader): Statement {
  if (reader.take("database") || reader.take("schema")) {
    const isOptional = reader.take("if", "exists");
    const name = reader.name();
    const isCascade = reader.take("cascade");
    if (!isCascade) reader.take("restrict");
    return { kind: "drop-database", name, isOptional, isCascade };
  }
  if (reader.take("table")) {
    const isOptional = reader.take("if", "exists");
    return { kind: "drop-table", table: reader.qualifiedName(), isOptional };
  }
  throw notImplemented(`DROP ${reader.next.text.toUpperCase()} of Athena`);
}

function alterTable(reader: TokenReader): Statement {
  const table = reader.qualifiedName();
  if (!reader.take("add"))
    throw notImplemented(`ALTER TABLE ${reader.next.text.toUpperCase()} of Athena`);
  const isOptional = reader.take("if", "not", "exists");
  const partitions: PartitionClause[] = [];
  do {
    if (!reader.take("partition")) {
      if (partitions.length > 0) throw reader.mistake("'PARTITION'");
      throw notImplemented(`ALTER TABLE ADD ${reader.next.text.toUpperCase()} of Athena`);
    }
    const values = new Map(
      reader.list(() => {
        const key = reader.name();
        reader.expect("=");
        return [key, reader.next.kind === "number" ? reader.any().text : reader.string()] as const;
      }),
    );
    partitions.push({ values, location: reader.take("location") ? reader.string() : undefined });
  } while (reader.next.kind === "word");
  return { kind: "add-partitions", table, isOptional, partitions };
}

function show(reader: TokenReader): Statement {
  if (reader.take("tables")) {
    const databaseName = reader.take("in") || reader.take("from") ? reader.name() : undefined;
    return { kind: "show-tables", databaseName, pattern: pattern(reader) };
  }
  if (reader.take("databases") || reader.take("schemas")) {
    return { kind: "show-databases", pattern: reader.take("like") ? pattern(reader) : undefined };
  }
  if (reader.take("partitions")) {
    return { kind: "show-partitions", table: reader.qualifiedName() };
  }
  throw notImplemented(`SHOW ${reader.next.text.toUpperCase()} of Athena`);
}

/** A regular expression. */
function pattern(reader: TokenReader): string | undefined {
  return reader.next.kind === "single" ? reader.string() : undefined;
}
