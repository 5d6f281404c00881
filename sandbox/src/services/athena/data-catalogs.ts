import type {
  Database,
  GetDatabaseInput,
  GetDatabaseOutput,
  GetDataCatalogInput,
  GetDataCatalogOutput,
  GetTableMetadataInput,
  GetTableMetadataOutput,
  ListDatabasesInput,
  ListDatabasesOutput,
  ListDataCatalogsInput,
  ListDataCatalogsOutput,
  ListTableMetadataInput,
  ListTableMetadataOutput,
  TableMetadata,
} from "@aws-sdk/client-athena";
import type { AccessNeed } from "../../authorization/model";
import type { Operation, RequestContext } from "../../world/operation";
import { actionNeed, catalogNeed, page, placeOf, scopeOf } from "./access";
import * as errors from "./errors";
import type { CatalogDatabase, CatalogTable, Column } from "./catalog/tables";

/** The only catalog is that of the account, AwsDataCatalog. */
const CATALOG = "AwsDataCatalog";

export const listDataCatalogs: Operation<ListDataCatalogsInput, ListDataCatalogsOutput> = {
  access: (_input, context) => [actionNeed(context)],
  handle: () => ({ DataCatalogsSummary: [{ CatalogName: CATALOG, Type: "GLUE" }] }),
};

export const getDataCatalog: Operation<GetDataCatalogInput, GetDataCatalogOutput> = {
  access: (input, context) => [catalogNeed(context, input.Name)],
  handle(input, context) {
    requireCatalog(input.Name);
    const parameters = { "catalog-id": placeOf(context).accountId };
    return { DataCatalog: { Name: CATALOG, Type: "GLUE", Parameters: parameters } };
  },
};

export const listDatabases: Operation<ListDatabasesInput, ListDatabasesOutput> = {
  access: (input, context) => [
    catalogNeed(context, input.CatalogName),
    ...glueNeeds(context, "GetDatabases"),
  ],
  handle(input, context) {
    requireCatalog(input.CatalogName);
    const { items, NextToken } = page([...scopeOf(context).databases.values()].sort(byName), input);
    return { DatabaseList: items.map(shownDatabase), NextToken };
  },
};

export const getDatabase: Operation<GetDatabaseInput, GetDatabaseOutput> = {
  access: (input, context) => [
    catalogNeed(context, input.CatalogName),
    ...glueNeeds(context, "GetDatabase", input.DatabaseName),
  ],
  handle(input, context) {
    requireCatalog(input.CatalogName);
    return { Database: shownDatabase(findDatabase(context, input.DatabaseName)) };
  },
};

/** `Expression` is a regular expression. */
export const listTableMetadata: Operation<ListTableMetadataInput, ListTableMetadataOutput> = {
  access: (input, context) => [
    catalogNeed(context, input.CatalogName),
    ...glueNeeds(context, "GetTables", input.DatabaseName),
  ],
  handle(input, context) {
    requireCatalog(input.CatalogName);
    const pattern =
      input.Expression === undefined ? undefined : regularExpression(input.Expression);
    const tables = [...findDatabase(context, input.DatabaseName).tables.values()]
      .filter(({ name }) => pattern?.test(name) !== false)
      .sort(byName);
    const { items, NextToken } = page(tables, input);
    return { TableMetadataList: items.map(shownTable), NextToken };
  },
};

export const getTableMetadata: Operation<GetTableMetadataInput, GetTableMetadataOutput> = {
  access: (input, context) => [
    catalogNeed(context, input.CatalogName),
    ...glueNeeds(context, "GetTable", input.DatabaseName, input.TableName),
  ],
  handle(input, context) {
    requireCatalog(input.CatalogName);
    const database = findDatabase(context, input.DatabaseName);
    const table = database.tables.get(input.TableName?.toLowerCase() ?? "");
    if (table === undefined) {
      throw errors.noSuchEntity(`EntityNotFoundException: Table ${input.TableName} not found.`);
    }
    return { TableMetadata: shownTable(table) };
  },
};

/** @see https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html */
function glueNeeds(
  context: RequestContext,
  action: string,
  databaseName?: string,
  tableName?: string,
): AccessNeed[] {
  const { accountId, region } = placeOf(context);
  const arn = `arn:aws:glue:${region}:${accountId}`;
  const resources = [`${arn}:catalog`];
  if (databaseName !== undefined) resources.push(`${arn}:database/${databaseName}`);
  if (tableName !== undefined) resources.push(`${arn}:table/${databaseName}/${tableName}`);
  return resources.map((resource) => ({ action: `glue:${action}`, resource }));
}

function requireCatalog(name: string | undefined): void {
  if (name?.toLowerCase() === CATALOG.toLowerCase()) return;
  throw errors.invalidRequest(`Data catalog ${name} was not found`);
}

function findDatabase(context: RequestContext, name: string | undefined): CatalogDatabase {
  const found = scopeOf(context).databases.get(name?.toLowerCase() ?? "");
  if (found !== undefined) return found;
  throw errors.noSuchEntity(`EntityNotFoundException: Database ${name} not found.`);
}

function regularExpression(text: string): RegExp {
  try {
    return new RegExp(`^(${text})$`);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw errors.invalidRequest(`${text} is no regular expression.`);
    throw error;
  }
}

function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return left.name < right.name ? -1 : 1;
}

function shownDatabase({ comment, name, properties }: CatalogDatabase): Database {
  return { Name: name, Description: comment, Parameters: Object.fromEntries(properties) };
}

function shownTable(table: CatalogTable): TableMetadata {
  const column = ({ comment, name, type }: Column) => ({
    Name: name,
    Type: type,
    Comment: comment,
  });
  return {
    Name: table.name,
    CreateTime: new Date(table.createdEpochMs),
    TableType: "EXTERNAL_TABLE",
    Columns: table.columns.map(column),
    PartitionKeys: table.partitionKeys.map(column),
    Parameters: {
      ...Object.fromEntries(table.properties),
      location: table.location.replace(/\/$/, ""),
      inputformat: table.inputFormat,
      outputformat: table.outputFormat,
      "serde.serialization.lib": table.serdeLibrary,
      ...Object.fromEntries(
        [...table.serdeProperties].map(([name, value]) => [`serde.param.${name}`, value]),
      ),
      ...(table.comment === undefined ? {} : { comment: table.comment }),
    },
  };
}
