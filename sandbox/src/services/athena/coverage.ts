import { notes, type ServiceCoverage } from "../../coverage/coverage-model";

const FROM_ISSUES = "texts quoted in public issues, else assumed";

export const coverage: ServiceCoverage = {
  operations: {
    StartQueryExecution: {
      state: "partial",
      note: "statements: see the rules below; result reuse, CSE_KMS, managed results, prepared statements and other data catalogs are refused by name. Syntax of queries is checked when they run (FAILED), that of definitions and of brackets at once",
      evidence: `API; ${FROM_ISSUES}; AthenaErrorCode and the text for a token used again assumed`,
    },
    ...notes(["GetQueryExecution", "BatchGetQueryExecution"], {
      state: "partial",
      note: "times are those of the sandbox's clock, so that a query on a clock that stands still takes none",
      evidence: "API; ErrorCategory as in the model, ErrorType is left out",
    }),
    GetQueryResults: {
      state: "partial",
      note: "read from S3 under the caller's rights; DATA_MANIFEST is refused by name",
      evidence: "API; texts and precisions assumed",
    },
    GetQueryRuntimeStatistics: {
      state: "partial",
      note: "timeline and rows; no stages",
      evidence: "API",
    },
    StopQueryExecution: { state: "done", evidence: "API; the reason's text assumed" },
    ListQueryExecutions: {
      state: "partial",
      note: "all of them, where AWS keeps 45 days",
      evidence: "API; their order assumed",
    },
    ...notes(["CreateWorkGroup", "UpdateWorkGroup"], {
      state: "partial",
      note: "settings of results, cutoff and enforcement; tags, managed results, identity center, Spark and requester pays are refused by name; metrics are not published",
      evidence: "API, Athena UG workgroups-settings-override; texts assumed",
    }),
    ...notes(["GetWorkGroup", "ListWorkGroups", "DeleteWorkGroup"], {
      state: "done",
      evidence: "API; texts assumed",
    }),
    ...notes(["ListDataCatalogs", "GetDataCatalog"], {
      state: "done",
      note: "AwsDataCatalog is the only one",
      evidence: "API",
    }),
    ...notes(["ListDatabases", "GetDatabase", "ListTableMetadata", "GetTableMetadata"], {
      state: "done",
      note: "what definitions made here: Glue's own API is not there",
      evidence: "API; texts assumed",
    }),
  },
  rules: [
    {
      rule: "Definitions: CREATE and DROP DATABASE, CREATE EXTERNAL TABLE, DROP TABLE, ALTER TABLE ADD PARTITION, MSCK REPAIR TABLE, SHOW TABLES, DATABASES and PARTITIONS, DESCRIBE; others (views, CTAS, Iceberg, UNLOAD, INSERT, EXPLAIN) are refused by name",
      state: "partial",
      evidence: "Athena UG ddl-reference; texts as Hive writes them, some assumed",
    },
    {
      rule: "Tables: OpenCSVSerde, LazySimpleSerDe (text as it is or .gz) and Parquet, SymlinkTextInputFormat, partitions, partition projection of the types enum, integer and date; other SerDes, ORC, nested types and the type injected are refused by name. Projected partitions are found by listing the folder above them",
      state: "partial",
      evidence:
        "Athena UG csv-serde, partition-projection-supported-types, S3 UG storage-inventory-athena-query; a boolean of OpenCSVSerde that is not true is false (assumed)",
    },
    {
      rule: "Queries are run by DuckDB (`@duckdb/node-api`, an optional dependency of about 68 MB on Linux, loaded by the first query): Trino's functions that are listed in engine/functions.ts, others are FUNCTION_NOT_FOUND; what only DuckDB's language has (QUALIFY, EXCLUDE, ILIKE, ::, ...) is a mistake, as far as it is known. Lambdas, VALUES without brackets, MATCH_RECOGNIZE and formats that are no literals are not done; a name that is a reserved word of DuckDB alone (semi, anti, summarize, ...) needs quotes",
      state: "partial",
      evidence: `Athena UG functions-env3; COLUMN_NOT_FOUND, TABLE_NOT_FOUND and PERMISSION_DENIED: ${FROM_ISSUES}; a name is shown where it stands for the first time`,
    },
    {
      rule: "Texts are not compared with numbers, times or booleans (TYPE_MISMATCH), where both sides are columns of the tables behind FROM, literals or casts; of what is computed the engine converts more than Trino does. Columns that are hidden (`$path`, ...) are refused by name",
      state: "partial",
      evidence:
        "Trino's types; texts for operators (trinodb/trino 7334) and BETWEEN (seen on Athena: prestodb/presto 18628) quoted in public issues, that for IN assumed",
    },
    {
      rule: "Rights: athena: on the work group, glue: on catalog, database and table, s3: on data and results and kms: on their keys are the caller's, with `aws:CalledVia`",
      state: "done",
      evidence:
        "Athena UG fine-grained-access-to-glue-resources, security-iam-athena-calledvia; FAILED rather than refused is assumed for glue:",
    },
    {
      rule: "Objects in GLACIER and DEEP_ARCHIVE are passed over, restored ones too; one that a link names fails the query",
      state: "partial",
      evidence:
        "Athena UG querying-glacier (before engine version 3 one in DEEP_ARCHIVE failed the query, recorded in 2021); the table property for restored objects is not acted on; of links assumed",
    },
    {
      rule: "Results: every value in quotes, nulls empty; the `.metadata` file, whose format AWS does not describe, is not written",
      state: "partial",
      evidence:
        "Athena UG querying-finding-output-files; the format of doubles, dates and nested values is Java's and Trino's",
    },
    {
      rule: "Bytes scanned: of text the whole objects, of Parquet the column chunks that the optimizer's plan names, both as they lie compressed in S3; only partitions that the conditions let through. Footers, links and listings count nothing (assumed). The minimum of 10 MB is the bill's, not the statistic's",
      state: "partial",
      evidence: "Athena pricing; the chunks are assumed",
    },
    {
      rule: "BytesScannedCutoffPerQuery ends a query as CANCELLED",
      state: "done",
      evidence: `Athena UG workgroups-setting-control-limits-cloudwatch; ${FROM_ISSUES}`,
    },
  ],
};
