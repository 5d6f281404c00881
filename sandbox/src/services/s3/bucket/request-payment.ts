import type {
  GetBucketRequestPaymentOutput,
  GetBucketRequestPaymentRequest,
  PutBucketRequestPaymentRequest,
} from "@aws-sdk/client-s3";
import type { RequestContext } from "../../../world/operation";
import { bucketOperation } from "./bucket-operation";
import { malformedXml, plainAccessDenied } from "../errors";
import type { Bucket } from "../store/model";

/**
 * Requester Pays: who asks from another account says that it pays, and nobody asks without a name.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html
 */

const PAYER = "request-payment";

export const getBucketRequestPayment = bucketOperation<
  GetBucketRequestPaymentRequest,
  GetBucketRequestPaymentOutput
>({
  action: "s3:GetBucketRequestPayment",
  handle: (bucket) => ({ Payer: paysRequester(bucket) ? "Requester" : "BucketOwner" }),
});

export const putBucketRequestPayment = bucketOperation<PutBucketRequestPaymentRequest, object>({
  action: "s3:PutBucketRequestPayment",
  handle(bucket, input) {
    const payer: string | undefined = input.RequestPaymentConfiguration?.Payer;
    if (payer !== "BucketOwner" && payer !== "Requester") throw malformedXml();
    bucket.stored.set(PAYER, payer);
    return {};
  },
});

function paysRequester(bucket: Bucket): boolean {
  return bucket.stored.get(PAYER) === "Requester";
}

/**
 * Holds a request on objects to the payer of their bucket. Calls that services make inside of AWS are not asked.
 * @param requestPayer `x-amz-request-payer`
 * @throws AwsError AccessDenied
 */
export function checkRequestPayer(
  context: RequestContext,
  bucket: Bucket,
  requestPayer: string | undefined,
): void {
  if (context.http === undefined || !paysRequester(bucket)) return;
  const { principal, response } = context;
  if (principal.kind === "anonymous") throw plainAccessDenied();
  if (principal.accountId === bucket.accountId) return;
  if (requestPayer !== "requester") throw plainAccessDenied();
  response.headers["x-amz-request-charged"] = "requester";
}
