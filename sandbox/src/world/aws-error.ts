/** Members that go beside `Code` and `Message` in an error body, such as `BucketName` or `ArgumentName`. */
export type ErrorDetail = Readonly<Record<string, string | number | boolean>>;

/**
 * An error as AWS answers it. Handlers throw it; the encoder of the service's protocol writes it.
 * Each service makes its errors in its own `errors.ts`, nowhere else.
 */
export class AwsError extends Error {
  constructor(
    /** The code on the wire, for example `NoSuchKey`. */
    readonly code: string,
    readonly statusCode: number,
    message: string,
    readonly detail: ErrorDetail = {},
    /** Extra response headers, for example `x-amz-delete-marker`. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = "AwsError";
  }
}

/** True when `error` is an {@link AwsError}, optionally with one of the given codes. */
export function isAwsError(error: unknown, ...codes: string[]): error is AwsError {
  return error instanceof AwsError && (codes.length === 0 || codes.includes(error.code));
}
