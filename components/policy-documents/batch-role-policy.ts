/** What a Batch Replication job may do: list and start, keep its manifest, deliver its report. */

import { policyDocument, type PolicyDocument } from "./policy-document";

/** What `batchRolePolicy` is made of. */
export interface BatchRolePolicyArgs {
  /** Without a path. */
  sourceBucketArn: string;
  /** Without a path. */
  operationsBucketArn: string;
  /** Prefixes in the operations bucket, without a slash at either end. */
  manifestPrefix: string;
  /** Where reports go, beside the manifests. */
  reportPrefix: string;
}

/**
 * Identity policy of the job's role. It can start replication and never replicate: copies are made under the
 * replication role, so a stolen job role moves no data and reaches no vault.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-policies.html
 */
export function batchRolePolicy(args: BatchRolePolicyArgs): PolicyDocument {
  const manifests = `${args.operationsBucketArn}/${args.manifestPrefix}/*`;
  const reports = `${args.operationsBucketArn}/${args.reportPrefix}/*`;
  return policyDocument(
    {
      // On the bucket's ARN alone this action grants nothing: tasks fail with InitiateReplicationNotPermitted.
      Sid: "StartReplication",
      Effect: "Allow",
      Action: "s3:InitiateReplication",
      Resource: `${args.sourceBucketArn}/*`,
    },
    {
      Sid: "ListSource",
      Effect: "Allow",
      Action: ["s3:GetReplicationConfiguration", "s3:PutInventoryConfiguration"],
      Resource: args.sourceBucketArn,
    },
    {
      Sid: "ReadManifest",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: manifests,
    },
    {
      Sid: "WriteManifestAndReport",
      Effect: "Allow",
      Action: "s3:PutObject",
      Resource: [manifests, reports],
    },
  );
}
