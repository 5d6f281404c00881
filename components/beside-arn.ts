/** The ARN of a bucket in the partition of another one. */
export function besideArn(bucketArn: string, bucketName: string): string {
  return `${bucketArn.slice(0, bucketArn.lastIndexOf(":") + 1)}${bucketName}`;
}
