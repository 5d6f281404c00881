import { isAwsError } from "../../world/aws-error";
import type { RequestContext } from "../../world/operation";
import type { World } from "../../world/world";
import { isValidBucketName } from "../s3/bucket/bucket-name";
import * as errors from "./errors";
import type { Trail } from "./model";
import { openTrailBucket } from "./trail-bucket";

const PREFIX_CHARACTERS = 200;

/** Where a trail is to write, as a request gives it. */
export interface TrailDestination {
  readonly bucketName: string;
  readonly prefix?: string;
  readonly kmsKeyArn?: string;
}

/** `prefix/` or nothing. */
export function keyPrefix({ prefix }: Pick<Trail, "prefix">): string {
  return prefix === undefined ? "" : `${prefix}/`;
}

/**
 * Whether CloudTrail could write there: it asks before it takes a bucket or a key.
 * @throws AwsError for the bucket, the prefix, the key or the policies of either
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
 */
export function checkDestination(
  world: World,
  trail: Pick<Trail, "arn" | "accountId">,
  destination: TrailDestination,
): void {
  const { bucketName, kmsKeyArn, prefix } = destination;
  if (!isValidBucketName(bucketName)) throw errors.invalidBucketName(bucketName);
  if ((prefix ?? "").length > PREFIX_CHARACTERS) throw errors.invalidPrefix();
  if (world.s3.findBucket(bucketName) === undefined) throw errors.noSuchBucket(bucketName);
  const place = openTrailBucket(world, { ...trail, ...destination });
  const key = `${keyPrefix(destination)}AWSLogs/${trail.accountId}/`;
  if (!place.allowsBucket("s3:GetBucketAcl") || !place.allowsPut(key)) {
    throw errors.insufficientBucketPolicy(bucketName);
  }
  if (kmsKeyArn === undefined) return;
  try {
    place.encryptionOf(key);
  } catch (error) {
    if (isAwsError(error, "KMS.DisabledException", "KMS.KMSInvalidStateException")) {
      throw errors.keyIsDisabled(kmsKeyArn);
    }
    if (isAwsError(error)) throw errors.insufficientEncryptionPolicy(bucketName, kmsKeyArn);
    throw error;
  }
}

/**
 * The ARN of the key that a request names by id, alias or ARN; a key is in the Region of the bucket.
 * @throws AwsError KmsKeyNotFoundException, InvalidKmsKeyIdException
 */
export function keyArnOf(
  context: RequestContext,
  accountId: string,
  bucketName: string,
  reference: string | undefined,
): string | undefined {
  if (reference === undefined || reference === "") return undefined;
  const { kms, s3 } = context.world;
  const region = s3.findBucket(bucketName)?.region ?? context.region;
  try {
    return kms.key(reference, { accountId, region }).arn;
  } catch (error) {
    if (isAwsError(error, "NotFoundException")) throw errors.noSuchKey(reference);
    if (isAwsError(error)) throw errors.invalidKey(reference);
    throw error;
  }
}
