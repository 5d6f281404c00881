import { compilePolicy } from "../../authorization/compile";
import type { ManagedPolicy } from "./model";

/**
 * The policies that AWS keeps for everybody, of those that stacks for S3 and its tests use. A stack that attaches
 * another one gets AWS's "does not exist or is not attachable".
 * Source: AWS Managed Policy Reference Guide.
 */
const DOCUMENTS: readonly { name: string; path?: string; document: object }[] = [
  { name: "AdministratorAccess", document: allow("*") },
  { name: "PowerUserAccess", document: powerUser() },
  { name: "ReadOnlyAccess", document: allow(readOnlyActions()) },
  { name: "AmazonS3FullAccess", document: allow(["s3:*", "s3-object-lambda:*"]) },
  {
    name: "AmazonS3ReadOnlyAccess",
    document: allow([
      "s3:Get*",
      "s3:List*",
      "s3:Describe*",
      "s3-object-lambda:Get*",
      "s3-object-lambda:List*",
    ]),
  },
  { name: "IAMFullAccess", document: allow("iam:*") },
  {
    name: "IAMReadOnlyAccess",
    document: allow(["iam:GenerateCredentialReport", "iam:Get*", "iam:List*", "iam:Simulate*"]),
  },
];

function allow(actions: string | readonly string[]): object {
  return {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }],
  };
}

function powerUser(): object {
  return {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", NotAction: ["iam:*", "organizations:*", "account:*"], Resource: "*" },
      {
        Effect: "Allow",
        Action: [
          "account:GetAccountInformation",
          "account:ListRegions",
          "iam:CreateServiceLinkedRole",
          "iam:DeleteServiceLinkedRole",
          "iam:ListRoles",
          "organizations:DescribeOrganization",
        ],
        Resource: "*",
      },
    ],
  };
}

/** The part of ReadOnlyAccess that concerns the services of the sandbox. */
function readOnlyActions(): readonly string[] {
  return [
    "s3:Get*",
    "s3:List*",
    "s3:Describe*",
    "iam:Generate*",
    "iam:Get*",
    "iam:List*",
    "iam:Simulate*",
    "kms:Describe*",
    "kms:Get*",
    "kms:List*",
    "sts:GetAccessKeyInfo",
    "sts:GetCallerIdentity",
    "sts:GetSessionToken",
    "cloudformation:Describe*",
    "cloudformation:Get*",
    "cloudformation:List*",
  ];
}

/** 2015-02-06T18:39:46Z, when AWS made AdministratorAccess; the sandbox gives it to all of them. */
const CREATED_EPOCH_MS = 1_423_247_986_000;

/** Made once and shared: nobody can change them. */
export const AWS_MANAGED_POLICIES: ReadonlyMap<string, ManagedPolicy> = new Map(
  DOCUMENTS.map(({ name, path = "/", document }, index) => {
    const arn = `arn:aws:iam::aws:policy${path}${name}`;
    const policy: ManagedPolicy = {
      accountId: "aws",
      path,
      name,
      arn,
      id: `ANPAAWSMANAGEDPOLICY${String.fromCharCode(65 + index)}`,
      createdEpochMs: CREATED_EPOCH_MS,
      updatedEpochMs: CREATED_EPOCH_MS,
      versions: [
        {
          versionId: "v1",
          policy: compilePolicy(document, "identity"),
          createdEpochMs: CREATED_EPOCH_MS,
        },
      ],
      defaultVersionId: "v1",
      nextVersionNumber: 2,
      tags: new Map(),
    };
    return [arn, policy];
  }),
);
