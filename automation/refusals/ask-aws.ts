/** Sends one attempt and keeps AWS's answer, whatever it is. */

import type { MetadataBearer, MiddlewareStack } from "@smithy/types";
import { type AwsFailure, awsFailure } from "../errors";
import { watchDate } from "../aws/aws-date";

/** What AWS answered. */
export interface Answer {
  /** `failed`: neither refused nor accepted. */
  readonly outcome: "refused" | "accepted" | "failed";
  /** Absent where it was accepted. */
  readonly code?: string;
  readonly message?: string;
  readonly requestId?: string;
  /** ISO 8601: the `Date` of the answer. */
  readonly date?: string;
}

/**
 * Sends what is tried. The SDK sends it again where AWS has no time or the answer is lost: each attempt is one that may be carried out
 * twice.
 * @throws what is no answer: no network, an aborted signal, unusable credentials, a bucket of another account
 */
export async function askAws<Input extends object, Output extends MetadataBearer>(
  command: { readonly middlewareStack: MiddlewareStack<Input, Output> },
  send: () => Promise<Output>,
): Promise<Answer> {
  const answeredAt = watchDate(command);
  const dated = (): Pick<Answer, "date"> => {
    const epochMs = answeredAt();
    return epochMs === undefined ? {} : { date: new Date(epochMs).toISOString() };
  };
  try {
    const { $metadata } = await send();
    return { outcome: "accepted", ...idOf($metadata.requestId), ...dated() };
  } catch (error) {
    const failure = awsFailure(error);
    if (failure?.httpStatus === undefined) throw error;
    return {
      outcome: isRefusal(failure) ? "refused" : "failed",
      code: failure.code,
      message: failure.message,
      ...idOf(failure.requestId),
      ...dated(),
    };
  }
}

/**
 * S3 refuses with 403, and to change the versioning of a bucket with Object Lock with 409; KMS says it with 400.
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html
 */
function isRefusal({ code, httpStatus }: AwsFailure): boolean {
  return (
    code === "AccessDenied" ||
    code === "AccessDeniedException" ||
    (httpStatus === 409 && code === "InvalidBucketState")
  );
}

function idOf(requestId: string | undefined): Pick<Answer, "requestId"> {
  return requestId === undefined ? {} : { requestId };
}
