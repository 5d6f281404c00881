/**
 * Names the action that AWS refused. Most of its refusals say so themselves; the answer to a HEAD request has no body, and so no words.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 */

/** What is known of a refusal. */
export interface Refusal {
  /** As in `HeadObject`. */
  readonly operation: string | undefined;
  /** A version was asked for by its id. */
  readonly isOfVersion: boolean;
  /** AWS's own words; empty where there are none. */
  readonly message: string;
}

/** The action that was not allowed, as in `s3:ListBucket`. Undefined where nobody can tell. Pure. */
export function missingRight({ isOfVersion, message, operation }: Refusal): string | undefined {
  const said = /not authorized to perform: ([\w-]+:\w+)/.exec(message)?.[1];
  if (said !== undefined || message !== "") return said;
  return rightOfHead(operation, isOfVersion);
}

/**
 * The one action that a HEAD request needs. Asked for checksums, a version under a key of AWS KMS needs the key, too.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
function rightOfHead(operation: string | undefined, isOfVersion: boolean): string | undefined {
  switch (operation) {
    case "HeadBucket":
      return "s3:ListBucket";
    case "HeadObject":
      return `${isOfVersion ? "s3:GetObjectVersion" : "s3:GetObject"} (and kms:Decrypt where it is under a key of AWS KMS)`;
    default:
      return undefined;
  }
}

/** What a provider of the engine says of a refused HEAD request, with the action that it needs. Pure. */
export function withRightOfHead(message: string): string {
  const [, operation] =
    /operation error S3: (Head\w+), https response error StatusCode: 403\b/.exec(message) ?? [];
  const right = rightOfHead(operation, false);
  return right === undefined ? message : `${message}. ${operation} needs ${right}.`;
}
