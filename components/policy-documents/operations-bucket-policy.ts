/** Policy of the operations bucket. */

import { denyInsecureTransport, policyDocument, type PolicyDocument } from "./policy-document";

/** TLS only. Who reads and writes is said by identity policies: bucket, roles and operators share one account. */
export function operationsBucketPolicy(bucketArn: string): PolicyDocument {
  return policyDocument(denyInsecureTransport(bucketArn));
}
