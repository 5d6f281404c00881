import { type PolicyResource } from "../resource";
import { type Read, textAt, UNKNOWN } from "../values";

/** Resources that make a general purpose bucket. */
export const BUCKET_KINDS: ReadonlySet<string> = new Set(["aws:s3:Bucket", "aws-native:s3:Bucket"]);

/** The name that the program or AWS gives a bucket; undefined where only the deployment tells. */
export function nameOfBucket({ id, outputs, props }: PolicyResource): string | undefined {
  const names = [
    textAt(props, "bucket"),
    textAt(props, "bucketName"),
    textAt(outputs, "bucket"),
    textAt(outputs, "bucketName"),
    id,
  ];
  return names.find((name) => typeof name === "string" && name !== "") as string | undefined;
}

/**
 * The bucket's name in a reference to it: a name, an ARN, or an ARN of objects in it. Undefined for what is none of them, as
 * an access point is.
 */
export function bucketNameIn(value: Read): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  if (!value.startsWith("arn:")) return value.includes(":") ? undefined : value.split("/")[0];
  return /^arn:[^:]+:s3:::([^/]+)/.exec(value)?.[1];
}

/** Every ARN that a bucket, or a name in it, may have: the program need not say in which partition it is. */
export function arnsOf(name: string): readonly string[] {
  return ["aws", "aws-cn", "aws-us-gov"].map((partition) => `arn:${partition}:s3:::${name}`);
}

/** Whether a reference is told at all: false where only the deployment tells it. */
export function isTold(value: Read): boolean {
  return value !== UNKNOWN && value !== undefined && value !== null;
}
