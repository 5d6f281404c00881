import type { OperatorRow } from "../operator-row";

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
    actions: {
      verify: [
        "athena:GetQueryExecution",
        "athena:StartQueryExecution",
        "athena:StopQueryExecution",
      ],
    },
  },
  {
    sid: "DefineTables",
    side: "vault",
    why: "tables for Athena are made for a look, and taken away; Glue asks for each on catalog, database and table",
    resources: ({ athena }) => athena?.catalogArns ?? [],
    actions: {
      verify: ["glue:CreateTable", "glue:DeleteTable", "glue:GetDatabase", "glue:GetTable"],
    },
  },
  {
    sid: "FindAthenasFiles",
    side: "vault",
    why: "Athena asks where its files are, and what is left of them is found",
    resources: ({ athena }) => (athena === undefined ? [] : [athena.bucketArn]),
    actions: {
      verify: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
    },
  },
  {
    sid: "PutAthenasFiles",
    side: "vault",
    why: "what Athena is asked of is put there, with its answers, and taken away",
    resources: ({ athena }) => (athena === undefined ? [] : [athena.objectsArn]),
    actions: {
      verify: [
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
      ],
    },
  },
  {
    sid: "FindInventoriesForAthena",
    side: "vault",
    why: "Athena reads the vault's inventory where S3 delivered it, and may ask where that is",
    resources: ({ athena, operationsArn }) => (athena === undefined ? [] : [operationsArn]),
    actions: { verify: ["s3:GetBucketLocation"] },
  },
];
