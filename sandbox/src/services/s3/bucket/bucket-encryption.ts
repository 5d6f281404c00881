import type {
  DeleteBucketEncryptionRequest,
  GetBucketEncryptionOutput,
  GetBucketEncryptionRequest,
  PutBucketEncryptionRequest,
  ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import { bucketOperation } from "./bucket-operation";
import { invalidArgument, malformedXml } from "../errors";

type BlockedTypes = NonNullable<ServerSideEncryptionRule["BlockedEncryptionTypes"]>;

/**
 * What a new bucket has: SSE-S3, and since April 2026 no writes under keys of customers. "BlockedEncryptionTypes" of `NONE`
 * lets them in.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-s3-c-encryption-setting-faq.html
 */
export const DEFAULT_ENCRYPTION: readonly ServerSideEncryptionRule[] = [
  defaultRule({ EncryptionType: ["SSE-C"] }),
];

function defaultRule(blocked: BlockedTypes | undefined): ServerSideEncryptionRule {
  return {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" },
    BucketKeyEnabled: false,
    BlockedEncryptionTypes: blocked,
  };
}

const ALGORITHMS: readonly string[] = ["AES256", "aws:kms", "aws:kms:dsse"];

export const getBucketEncryption = bucketOperation<
  GetBucketEncryptionRequest,
  GetBucketEncryptionOutput
>({
  action: "s3:GetEncryptionConfiguration",
  handle: (bucket) => ({ ServerSideEncryptionConfiguration: { Rules: [...bucket.encryption] } }),
});

/** PutBucketEncryption. S3 does not look at the key: a wrong one fails when an object is written. */
export const putBucketEncryption = bucketOperation<PutBucketEncryptionRequest, object>({
  action: "s3:PutEncryptionConfiguration",
  handle(bucket, input) {
    const rules = input.ServerSideEncryptionConfiguration?.Rules ?? [];
    const [rule] = rules;
    if (rule === undefined || rules.length > 1) throw malformedXml();
    bucket.encryption = [checkedRule(rule, bucket.encryption[0]?.BlockedEncryptionTypes)];
    if (rule.ApplyServerSideEncryptionByDefault !== undefined) bucket.hasOwnEncryption = true;
    return {};
  },
});

/** DeleteBucketEncryption goes back to SSE-S3; what is blocked stays so (assumed). It needs the right to put. */
export const deleteBucketEncryption = bucketOperation<DeleteBucketEncryptionRequest, object>({
  action: "s3:PutEncryptionConfiguration",
  handle(bucket) {
    bucket.encryption = [defaultRule(bucket.encryption[0]?.BlockedEncryptionTypes)];
    delete bucket.hasOwnEncryption;
    return {};
  },
});

/** A rule that says nothing of what is blocked leaves that as it is (seen on AWS, terraform-provider-aws issue 47320). */
function checkedRule(
  rule: ServerSideEncryptionRule,
  blockedNow: BlockedTypes | undefined,
): ServerSideEncryptionRule {
  const byDefault = rule.ApplyServerSideEncryptionByDefault;
  const blocked = rule.BlockedEncryptionTypes?.EncryptionType;
  // A rule may change only what is blocked; the default encryption is then SSE-S3.
  if (byDefault === undefined && blocked === undefined) throw malformedXml();
  if (blocked?.some((type) => type !== "NONE" && type !== "SSE-C")) throw malformedXml();
  const algorithm = byDefault?.SSEAlgorithm ?? "AES256";
  if (!ALGORITHMS.includes(algorithm)) throw malformedXml();
  const keyId = byDefault?.KMSMasterKeyID;
  if (keyId !== undefined && algorithm === "AES256") {
    throw invalidArgument(
      "ApplyServerSideEncryptionByDefault",
      undefined,
      "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
    );
  }
  return {
    ApplyServerSideEncryptionByDefault: {
      SSEAlgorithm: algorithm,
      ...(keyId === undefined ? {} : { KMSMasterKeyID: keyId }),
    },
    BucketKeyEnabled: rule.BucketKeyEnabled ?? false,
    BlockedEncryptionTypes: blocked === undefined ? blockedNow : { EncryptionType: blocked },
  };
}
