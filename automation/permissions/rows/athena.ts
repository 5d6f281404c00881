import type { OperatorRow } from "../operator-row";

const ASKS = [
  "athena:GetQueryExecution",
  "athena:StartQueryExecution",
  "athena:StopQueryExecution",
] as const;

const DEFINES = [
  "glue:CreateTable",
  "glue:DeleteTable",
  "glue:GetDatabase",
  "glue:GetTable",
] as const;

const FINDS = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"] as const;

const PUTS = [
  "s3:AbortMultipartUpload",
  "s3:DeleteObject",
  "s3:GetObject",
  "s3:ListMultipartUploadParts",
  "s3:PutObject",
] as const;

/**
 * Rights to have Athena join inventories, in the account of a vault that the config names an Athena for. Those on uploads in parts, for answers that
 * are large, and on the place of the inventory's bucket are of AWS's own policy; that Athena asks for each of them is assumed.
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonAthenaFullAccess.html
 */
export const ATHENA_ROWS: readonly OperatorRow[] = [
  {
    sid: "AskAthena",
    side: "vault",
    why: "with `--engine athena`, inventories are joined by Athena; what was begun is stopped where a look is",
    resources: ({ athena }) => (athena === undefined ? [] : [athena.workgroupArn]),
    actions: { verify: ASKS },
  },
  {
    sid: "DefineTables",
    side: "vault",
    why: "tables for Athena are made for a look, and taken away; Glue asks for each on catalog, database and table",
    resources: ({ athena }) => athena?.catalogArns ?? [],
    actions: { verify: DEFINES },
  },
  {
    sid: "FindAthenasFiles",
    side: "vault",
    why: "Athena asks where its files are, and what is left of them is found",
    resources: ({ athena }) => (athena === undefined ? [] : [athena.bucketArn]),
    actions: { verify: FINDS },
  },
  {
    sid: "PutAthenasFiles",
    side: "vault",
    why: "what Athena is asked of is put there, with its answers, and taken away",
    resources: ({ athena }) => (athena === undefined ? [] : [athena.objectsArn]),
    actions: { verify: PUTS },
  },
  {
    sid: "FindInventoriesForAthena",
    side: "vault",
    why: "Athena reads the vault's inventory where S3 delivered it, and may ask where that is",
    resources: ({ athena, operationsArn }) => (athena === undefined ? [] : [operationsArn]),
    actions: { verify: ["s3:GetBucketLocation"] },
  },
];

/** The same to have it read reports, in the account of a source that the config names an Athena for. */
export const ATHENA_REPORT_ROWS: readonly OperatorRow[] = [
  {
    sid: "AskAthenaOfReports",
    side: "source",
    why: "with `--engine athena`, reports are read by Athena; what was begun is stopped where a reading is",
    resources: ({ athena }) => (athena === undefined ? [] : [athena.workgroupArn]),
    actions: { lineage: ASKS },
  },
  {
    sid: "DefineTablesOfReports",
    side: "source",
    why: "tables for Athena are made for a reading, and taken away; Glue asks for each on catalog, database and table",
    resources: ({ athena }) => athena?.catalogArns ?? [],
    actions: { lineage: DEFINES },
  },
  {
    sid: "FindAthenasFilesOfReports",
    side: "source",
    why: "Athena asks where its files are, and what is left of them is found",
    resources: ({ athena }) => (athena === undefined ? [] : [athena.bucketArn]),
    actions: { lineage: FINDS },
  },
  {
    sid: "PutAthenasFilesOfReports",
    side: "source",
    why: "what names the reports to Athena is put there, with its answers, and taken away",
    resources: ({ athena }) => (athena === undefined ? [] : [athena.objectsArn]),
    actions: { lineage: PUTS },
  },
  {
    sid: "FindReportsForAthena",
    side: "source",
    why: "Athena reads reports where S3 Batch Operations wrote them, and may ask where that is",
    resources: ({ athena, operationsArn }) => (athena === undefined ? [] : [operationsArn]),
    actions: { lineage: ["s3:GetBucketLocation"] },
  },
];
