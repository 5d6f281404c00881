import { createHash } from "node:crypto";
import { PutBucketEncryptionCommand, type S3Client } from "@aws-sdk/client-s3";

/** Lets a bucket take writes under keys of customers (SSE-C), which a new one blocks. */
export async function allowCustomerKeys(s3: S3Client, Bucket: string): Promise<void> {
  await s3.send(
    new PutBucketEncryptionCommand({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ BlockedEncryptionTypes: { EncryptionType: ["NONE"] } }],
      },
    }),
  );
}

/** The three members of a request under a customer's key, of which every byte is the same. */
export function customerKey(byte: string) {
  const key = Buffer.alloc(32, byte);
  return {
    SSECustomerAlgorithm: "AES256",
    SSECustomerKey: key.toString("base64"),
    SSECustomerKeyMD5: createHash("md5").update(key).digest("base64"),
  };
}
