/** `arn:aws:s3:::NAME` to `NAME`. */
export function bucketName(bucketArn: string): string {
  return bucketArn.slice(bucketArn.lastIndexOf(":") + 1);
}
