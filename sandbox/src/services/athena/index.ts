import type * as Athena from "@aws-sdk/client-athena";
import type { OperationTable } from "../../world/operation";
import type { OperationsOf } from "../../world/operations-of";
import {
  getDatabase,
  getDataCatalog,
  getTableMetadata,
  listDatabases,
  listDataCatalogs,
  listTableMetadata,
} from "./data-catalogs";
import { getQueryResults } from "./get-query-results";
import {
  batchGetQueryExecution,
  getQueryExecution,
  getQueryRuntimeStatistics,
  listQueryExecutions,
  stopQueryExecution,
} from "./query-executions";
import { startQueryExecution } from "./start-query-execution";
import {
  createWorkGroup,
  deleteWorkGroup,
  getWorkGroup,
  listWorkGroups,
  updateWorkGroup,
} from "./work-groups";

/** The operations of Athena. What is not here answers `NotImplemented` by name. */
export const operations: OperationTable = {
  StartQueryExecution: startQueryExecution,
  GetQueryExecution: getQueryExecution,
  BatchGetQueryExecution: batchGetQueryExecution,
  GetQueryResults: getQueryResults,
  GetQueryRuntimeStatistics: getQueryRuntimeStatistics,
  StopQueryExecution: stopQueryExecution,
  ListQueryExecutions: listQueryExecutions,
  CreateWorkGroup: createWorkGroup,
  GetWorkGroup: getWorkGroup,
  UpdateWorkGroup: updateWorkGroup,
  DeleteWorkGroup: deleteWorkGroup,
  ListWorkGroups: listWorkGroups,
  ListDataCatalogs: listDataCatalogs,
  GetDataCatalog: getDataCatalog,
  ListDatabases: listDatabases,
  GetDatabase: getDatabase,
  ListTableMetadata: listTableMetadata,
  GetTableMetadata: getTableMetadata,
} satisfies OperationsOf<typeof Athena>;
