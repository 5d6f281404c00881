import { defaultLocation, foundPartitions } from "../data/partitions";
import type { CatalogDatabase, CatalogTable } from "./tables";
import type { QueryExecution, ResultColumn } from "../model";
import type { Caller } from "../run/caller";
import { userError } from "../run/failure";
import type { PartitionClause, TableName } from "../sql/statement";
import type { Foundation } from "../../../world/foundation";

/** What a definition answers: lines of fields. */
export interface DefinitionResult {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly string[])[];
}

const NOTHING: DefinitionResult = { columns: [], rows: [] };

/**
 * Carries out a statement of Hive's language on the catalog, under the caller's rights in Glue.
 * @throws QueryFailed; the texts are Hive's, as far as they are known
 * @see https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html
 */
export function runDefinition(
  world: Foundation,
  databases: Map<string, CatalogDatabase>,
  execution: QueryExecution,
  caller: Caller,
): DefinitionResult {
  return new Definition(world, databases, execution, caller).run();
}

class Definition {
  constructor(
    private readonly world: Foundation,
    private readonly databases: Map<string, CatalogDatabase>,
    private readonly execution: QueryExecution,
    private readonly caller: Caller,
  ) {}

  run(): DefinitionResult {
    const { statement } = this.execution;
    switch (statement.kind) {
      case "select":
        throw new Error("A query is no definition.");
      case "create-database":
        return this.createDatabase(statement);
      case "drop-database":
        return this.dropDatabase(statement);
      case "create-table":
        return this.createTable(statement);
      case "drop-table":
        return this.dropTable(statement.table, statement.isOptional);
      case "add-partitions":
        return this.addPartitions(statement.table, statement.partitions, statement.isOptional);
      case "repair-table":
        return this.repairTable(statement.table);
      case "show-tables": {
        const { name, tables } = this.database(statement.databaseName, [
          "GetDatabase",
          "GetTables",
        ]);
        void name;
        return listed("tab_name", [...tables.keys()], statement.pattern);
      }
      case "show-databases":
        this.caller.requireGlue(["GetDatabases"]);
        return listed("database_name", [...this.databases.keys()], statement.pattern);
      case "show-partitions": {
        const table = this.table(statement.table, ["GetTable", "GetPartitions"]);
        const shown = [...table.partitions.values()].map(({ values }) =>
          values.map((value, index) => `${table.partitionKeys[index]?.name}=${value}`).join("/"),
        );
        return listed("partition", shown);
      }
      case "describe":
        return described(this.table(statement.table, ["GetTable"]));
    }
  }

  private createDatabase(statement: {
    readonly name: string;
    readonly isOptional: boolean;
    readonly comment?: string;
    readonly properties: ReadonlyMap<string, string>;
  }): DefinitionResult {
    const { comment, isOptional, name, properties } = statement;
    this.caller.requireGlue(["GetDatabase", "CreateDatabase"], name);
    if (!this.databases.has(name)) {
      this.databases.set(name, { name, comment, properties, tables: new Map() });
    } else if (!isOptional) {
      throw ddlError(1, "AlreadyExistsException", `Database ${name} already exists`);
    }
    return NOTHING;
  }

  private dropDatabase(statement: {
    readonly name: string;
    readonly isOptional: boolean;
    readonly isCascade: boolean;
  }): DefinitionResult {
    const { isCascade, isOptional, name } = statement;
    this.caller.requireGlue(["GetDatabase", "DeleteDatabase"], name);
    const found = this.databases.get(name);
    if (found === undefined) {
      if (isOptional) return NOTHING;
      throw semanticError(10072, `Database does not exist: ${name}`);
    }
    if (found.tables.size > 0 && !isCascade) {
      const reason = `Database ${name} is not empty. One or more tables exist.`;
      throw ddlError(1, "InvalidOperationException", reason);
    }
    for (const table of found.tables.keys()) this.caller.requireGlue(["DeleteTable"], name, table);
    this.databases.delete(name);
    return NOTHING;
  }

  private createTable(statement: {
    readonly table: TableName;
    readonly isOptional: boolean;
    readonly definition: Omit<
      CatalogTable,
      "name" | "databaseName" | "createdEpochMs" | "partitions"
    >;
  }): DefinitionResult {
    const { name } = statement.table;
    const database = this.database(statement.table.databaseName, ["GetDatabase"]);
    this.caller.requireGlue(["GetTable", "CreateTable"], database.name, name);
    if (database.tables.has(name)) {
      if (statement.isOptional) return NOTHING;
      throw ddlError(1, "AlreadyExistsException", `Table ${name} already exists`);
    }
    database.tables.set(name, {
      ...statement.definition,
      name,
      databaseName: database.name,
      createdEpochMs: this.world.clock.nowEpochMs(),
      partitions: new Map(),
    });
    return NOTHING;
  }

  private dropTable(table: TableName, isOptional: boolean): DefinitionResult {
    const database = this.database(table.databaseName, ["GetDatabase"]);
    this.caller.requireGlue(["GetTable", "DeleteTable"], database.name, table.name);
    if (!database.tables.delete(table.name) && !isOptional) {
      throw semanticError(10001, `Table not found ${table.name}`);
    }
    return NOTHING;
  }

  private addPartitions(
    tableName: TableName,
    clauses: readonly PartitionClause[],
    isOptional: boolean,
  ): DefinitionResult {
    const table = this.table(tableName, ["GetTable", "BatchCreatePartition"]);
    for (const { location, values: byKey } of clauses) {
      const values = table.partitionKeys.map(({ name }) => {
        const value = byKey.get(name);
        if (value !== undefined && byKey.size === table.partitionKeys.length) return value;
        throw semanticError(
          10006,
          `Partition not found: its keys are ${table.partitionKeys.map((key) => key.name).join(", ")}`,
        );
      });
      const key = values.join("/");
      if (table.partitions.has(key)) {
        if (isOptional) continue;
        throw ddlError(1, "AlreadyExistsException", "Partition already exists.");
      }
      table.partitions.set(key, { values, location: location ?? defaultLocation(table, values) });
    }
    return NOTHING;
  }

  /** Adds the partitions whose folders are there; none is removed, as on AWS. */
  private repairTable(tableName: TableName): DefinitionResult {
    const table = this.table(tableName, ["GetTable", "GetPartitions", "BatchCreatePartition"]);
    const added = foundPartitions(this.caller, table).filter(
      ({ values }) => !table.partitions.has(values.join("/")),
    );
    for (const partition of added) table.partitions.set(partition.values.join("/"), partition);
    const names = added.map(({ values }) => {
      const path = values.map((value, index) => `${table.partitionKeys[index]?.name}=${value}`);
      return `${table.name}:${path.join("/")}`;
    });
    if (names.length === 0) return NOTHING;
    return {
      columns: [],
      rows: [
        [`Partitions not in metastore:\t${names.join("\t")}`],
        ...names.map((name) => [`Repair: Added partition to metastore ${name}`]),
      ],
    };
  }

  private database(name: string | undefined, actions: readonly string[]): CatalogDatabase {
    const wanted = name ?? this.execution.databaseName;
    this.caller.requireGlue(actions, wanted);
    const found = this.databases.get(wanted);
    if (found === undefined) throw semanticError(10072, `Database does not exist: ${wanted}`);
    return found;
  }

  private table({ databaseName, name }: TableName, actions: readonly string[]): CatalogTable {
    const database = this.database(databaseName, ["GetDatabase"]);
    this.caller.requireGlue(actions, database.name, name);
    const found = database.tables.get(name);
    if (found === undefined) throw semanticError(10001, `Table not found ${name}`);
    return found;
  }
}

function ddlError(code: number, exception: string, message: string): Error {
  return userError(
    `FAILED: Execution Error, return code ${code} from org.apache.hadoop.hive.ql.exec.DDLTask. ${exception}(message:${message})`,
  );
}

function semanticError(code: number, message: string): Error {
  return userError(`FAILED: SemanticException [Error ${code}]: ${message}`);
}

function listed(column: string, names: readonly string[], pattern?: string): DefinitionResult {
  const matcher = pattern === undefined ? undefined : hivePattern(pattern);
  const rows = names.filter((name) => matcher?.test(name) !== false).sort();
  return { columns: [textColumn(column)], rows: rows.map((name) => [name]) };
}

/** `*` for any characters, `|` between alternatives. */
function hivePattern(pattern: string): RegExp {
  const source = pattern.replace(/[.+?^${}()[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^(${source})$`, "i");
}

const WIDTH = 20;

function described(table: CatalogTable): DefinitionResult {
  const line = ({ name, type, comment = "" }: CatalogTable["columns"][number]): string[] =>
    [name, type, comment].map((text) => text.padEnd(WIDTH));
  const rows = [...table.columns, ...table.partitionKeys].map(line);
  if (table.partitionKeys.length > 0) {
    rows.push(["", "", ""], ["# Partition Information", "", ""]);
    rows.push(
      ["# col_name", "data_type", "comment"].map((text) => text.padEnd(WIDTH)),
      ["", "", ""],
    );
    rows.push(...table.partitionKeys.map(line));
  }
  return { columns: ["col_name", "data_type", "comment"].map(textColumn), rows };
}

function textColumn(name: string): ResultColumn {
  return { name, type: "string", precision: 0, scale: 0 };
}
