import type { Operation, OperationTable, RequestContext } from "../../operation";
import { invalidExpectedBucketOwner, permanentRedirect, plainAccessDenied } from "./errors";

/** The members that all operations on a bucket have in common. */
interface BucketInput {
  readonly Bucket?: string;
  readonly ExpectedBucketOwner?: string;
}

/** Operations that AWS answers from any Region, or that name no existing bucket. */
const REGIONLESS = new Set(["CreateBucket", "GetBucketLocation", "ListBuckets"]);

/**
 * Adds to each operation what S3 checks for all of them: that the bucket exists, that the request went to the bucket's
 * Region, and that the bucket belongs to whom the caller expects.
 */
export function guarded(table: OperationTable): OperationTable {
  return Object.fromEntries(
    Object.entries(table).map(([name, operation]) => [name, guard(name, operation)]),
  );
}

function guard(
  name: string,
  operation: Operation<BucketInput, unknown>,
): Operation<BucketInput, unknown> {
  return {
    access(input, context) {
      checkBucket(name, input, context);
      return operation.access(input, context);
    },
    handle: (input, context) => operation.handle(input, context),
  };
}

function checkBucket(name: string, input: BucketInput, context: RequestContext): void {
  if (input.Bucket === undefined || name === "CreateBucket") return;
  const bucket = context.world.s3.bucket(input.Bucket);
  const isForeignRegion = bucket.region !== context.region && !REGIONLESS.has(name);
  // Anonymous requests carry no Region, and services call each other without an endpoint.
  const namesRegion = context.http !== undefined && context.principal.kind !== "anonymous";
  if (isForeignRegion && namesRegion) throw permanentRedirect(bucket.name, bucket.region);
  const expectedOwner = input.ExpectedBucketOwner;
  if (expectedOwner === undefined) return;
  if (!/^\d{12}$/.test(expectedOwner)) throw invalidExpectedBucketOwner(expectedOwner);
  if (expectedOwner !== bucket.accountId) throw plainAccessDenied();
}
