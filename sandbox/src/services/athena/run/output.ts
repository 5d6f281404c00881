import { isAwsError } from "../../../world/aws-error";
import { parseS3Path } from "../data/locations";
import type { QueryExecution } from "../model";
import type { Caller } from "./caller";
import { userError } from "./failure";

/** A line of a result: texts in quotes, nulls empty. */
export function resultLine(values: readonly (string | null)[]): string {
  return `${values.map((value) => (value === null ? "" : `"${value.replaceAll('"', '""')}"`)).join(",")}\n`;
}

/**
 * Writes the file of a query under its caller's rights. Its `.metadata`, whose format AWS does not describe, is not written.
 * @throws QueryFailed
 * @see https://repost.aws/knowledge-center/athena-output-bucket-error
 */
export function writeOutput(caller: Caller, execution: QueryExecution, body: Buffer): void {
  const { OutputLocation, EncryptionConfiguration, ExpectedBucketOwner, AclConfiguration } =
    execution.result;
  const { bucket = "", key = "" } = parseS3Path(OutputLocation) ?? {};
  const isKms = EncryptionConfiguration?.EncryptionOption === "SSE_KMS";
  const algorithm = isKms ? "aws:kms" : "AES256";
  try {
    caller.put(bucket, key, {
      Body: body,
      ContentType: "application/octet-stream",
      ExpectedBucketOwner,
      ...(AclConfiguration === undefined ? {} : { ACL: "bucket-owner-full-control" }),
      ...(EncryptionConfiguration === undefined ? {} : { ServerSideEncryption: algorithm }),
      ...(isKms ? { SSEKMSKeyId: EncryptionConfiguration.KmsKey } : {}),
    });
  } catch (error) {
    if (!isAwsError(error)) throw error;
    throw userError(
      `Access denied when writing output to url: ${OutputLocation} . Please ensure you are allowed to access the S3 bucket. ` +
        "If you are encrypting query results with KMS key, please ensure you are allowed to access your KMS key",
    );
  }
}
