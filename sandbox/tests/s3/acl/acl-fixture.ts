import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  type CreateBucketRequest,
  type ObjectOwnership,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { TestSandbox } from "../../helpers/sandbox";
import { sendRaw } from "../../helpers/signed-request";

/** Source account's buckets with ACLs, and callers from outside it. */

export const ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers";
export const AUTHENTICATED_USERS = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
export const LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery";

/** A bucket of the source account that has ACLs, and unless told otherwise blocks nothing. */
export async function createAclBucket(
  s3: S3Client,
  Bucket: string,
  options: Partial<CreateBucketRequest> & { blocks?: boolean; ownership?: ObjectOwnership } = {},
): Promise<void> {
  const { blocks = false, ownership = "ObjectWriter", ...more } = options;
  await s3.send(
    new CreateBucketCommand({
      Bucket,
      ObjectOwnership: ownership,
      CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      ...more,
    }),
  );
  if (!blocks) await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
}

/** The canonical user id of an account. */
export function canonicalId(sandbox: TestSandbox, account: string): string {
  const { accountId } = sandbox.account(account);
  const id = sandbox.world.accounts.get(accountId)?.canonicalUserId;
  if (id === undefined) throw new Error(`There is no account ${account}.`);
  return id;
}

/** The status and error code of a request without a signature. */
export async function anonymous(
  sandbox: TestSandbox,
  method: string,
  target: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const { statusCode, code } = await sendRaw(sandbox, { method, target, headers });
  return code === undefined ? String(statusCode) : `${statusCode} ${code}`;
}
