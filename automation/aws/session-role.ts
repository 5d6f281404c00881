/**
 * The role behind a session, without its path, which STS does not tell; undefined for who is no session of a role. A session's
 * ARN is `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 */
export function sessionRoleArn(callerArn: string): string | undefined {
  const match = /^arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(callerArn);
  if (match === null) return undefined;
  const [, partition = "", accountId = "", name = ""] = match;
  return `arn:${partition}:iam::${accountId}:role/${name}`;
}
