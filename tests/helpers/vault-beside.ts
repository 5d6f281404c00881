import {
  CreateBucketCommand,
  PutBucketVersioningCommand,
  type BucketLocationConstraint,
} from "@aws-sdk/client-s3";
import type { VaultAccess } from "../../automation/aws/stack-clients";
import { vaultOperationsBucketPolicy } from "../../components/policy-documents";
import type { HandMadeStack } from "./hand-made-stack";

/** Makes the operations bucket beside a vault of a hand-made stack, by the name that its outputs have, guarded as deployed. */
export async function makeBucketBeside(
  stack: HandMadeStack,
  { outputs, s3 }: VaultAccess,
): Promise<void> {
  const { accountId, operationsBucketName: Bucket = "", region } = outputs;
  await s3.send(
    new CreateBucketCommand({
      Bucket,
      CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint },
      ObjectLockEnabledForBucket: true,
    }),
  );
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  const bucketArn = `arn:aws:s3:::${Bucket}`;
  const policy = vaultOperationsBucketPolicy({ bucketArn, accountId, isPilot: false });
  await stack.setPolicy(s3, Bucket, policy);
}
