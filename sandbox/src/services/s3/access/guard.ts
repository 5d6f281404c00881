import type { Operation, OperationTable, RequestContext } from "../../../world/operation";
import {
  anonymousNotAllowed,
  invalidExpectedBucketOwner,
  permanentRedirect,
  plainAccessDenied,
} from "../errors";
import type { Bucket } from "../store/model";
import { checkKeyLength } from "../store/new-version";
import { checkRequestPayer } from "../bucket/request-payment";

/** The members that all operations on a bucket have in common. */
interface BucketInput {
  readonly Bucket?: string;
  readonly ExpectedBucketOwner?: string;
  readonly RequestPayer?: string;
  readonly Key?: string;
}

interface GuardSettings {
  /** The operations are about objects, for which a bucket may ask its callers to pay. Default: false. */
  readonly asksForPayer?: boolean;
}

/** Operations that AWS answers from any Region, or that name no existing bucket. */
const REGIONLESS = new Set(["CreateBucket", "GetBucketLocation", "ListBuckets"]);

/** What S3 lets nobody do without a signature, whatever a policy allows, by its words. */
const NOT_ANONYMOUS: Readonly<Record<string, string>> = {
  CopyObject: "Anonymous users cannot copy objects.  Please authenticate.",
  CreateBucket: "Anonymous users cannot invoke this API. Please authenticate.",
  CreateMultipartUpload: "Anonymous users cannot initiate multipart uploads.  Please authenticate.",
  DeleteBucketOwnershipControls:
    "s3:PutBucketOwnershipControls does not support Anonymous requests!",
  GetBucketOwnershipControls: "s3:GetBucketOwnershipControls does not support Anonymous requests!",
  PutBucketAcl: "Anonymous users cannot invoke this API. Please authenticate.",
  PutBucketOwnershipControls: "s3:PutBucketOwnershipControls does not support Anonymous requests!",
  PutObjectAcl: "Anonymous users cannot invoke this API. Please authenticate.",
};

/**
 * Adds to each operation what S3 checks for all of them: that it is open to anonymous callers, that the bucket exists, that the request went to the bucket's
 * Region, that the bucket belongs to whom the caller expects, that no key is too long, and that the caller pays where it has to.
 */
export function guarded(table: OperationTable, settings: GuardSettings = {}): OperationTable {
  return Object.fromEntries(
    Object.entries(table).map(([name, operation]) => [name, guard(name, operation, settings)]),
  );
}

function guard(
  name: string,
  operation: Operation<BucketInput, unknown>,
  settings: GuardSettings,
): Operation<BucketInput, unknown> {
  const anonymousRefusal = NOT_ANONYMOUS[name];
  return {
    access(input, context) {
      if (anonymousRefusal !== undefined && context.principal.kind === "anonymous") {
        throw anonymousNotAllowed(anonymousRefusal);
      }
      checkBucket(name, input, context, settings);
      if (input.Key !== undefined) checkKeyLength(input.Key);
      return operation.access(input, context);
    },
    handle: (input, context) => operation.handle(input, context),
  };
}

function checkBucket(
  name: string,
  input: BucketInput,
  context: RequestContext,
  settings: GuardSettings,
): void {
  if (input.Bucket === undefined || name === "CreateBucket") return;
  const bucket = context.world.s3.bucket(input.Bucket);
  const isForeignRegion = bucket.region !== context.region && !REGIONLESS.has(name);
  // Anonymous requests carry no Region, and services call each other without an endpoint.
  const namesRegion = context.http !== undefined && context.principal.kind !== "anonymous";
  if (isForeignRegion && namesRegion) throw permanentRedirect(bucket.name, bucket.region);
  checkExpectedOwner(bucket, input.ExpectedBucketOwner);
  if (settings.asksForPayer === true) checkRequestPayer(context, bucket, input.RequestPayer);
}

/** @throws AwsError InvalidBucketOwnerAWSAccountID, AccessDenied */
export function checkExpectedOwner(bucket: Bucket, expectedOwner: string | undefined): void {
  if (expectedOwner === undefined) return;
  if (!/^\d{12}$/.test(expectedOwner)) throw invalidExpectedBucketOwner(expectedOwner);
  if (expectedOwner !== bucket.accountId) throw plainAccessDenied();
}
