/** Trust policies of the two roles that S3 assumes. */

import { policyDocument, type PolicyDocument } from "./policy-document";

/** Lets live replication assume the replication role. */
export function replicationRoleTrust(): PolicyDocument {
  return serviceTrust("s3.amazonaws.com");
}

/** Lets S3 Batch Operations assume the job's role. */
export function batchRoleTrust(): PolicyDocument {
  return serviceTrust("batchoperations.s3.amazonaws.com");
}

/**
 * There is no `aws:SourceAccount` or `aws:SourceArn` condition: AWS's published trust policies for both
 * services have none, and whether S3 fills these keys in is unconfirmed. A role that cannot be assumed fails every
 * task, so the condition is left out until a real job has shown that it holds.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-policies.html
 */
function serviceTrust(service: string): PolicyDocument {
  return policyDocument({
    Sid: "AssumedByS3",
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
  });
}
