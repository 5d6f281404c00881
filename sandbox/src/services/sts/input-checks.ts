import * as errors from "./errors";

/** Lengths, patterns and ranges of STS's inputs. Source: STS API reference, AssumeRole and GetFederationToken. */

/** @throws AwsError ValidationError */
export function checkRoleArn(arn: string | undefined): string {
  if (arn === undefined) throw errors.required("roleArn");
  if (arn.length < 20) {
    throw errors.validation("roleArn", arn, "Member must have length greater than or equal to 20");
  }
  if (!/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/.test(arn)) throw errors.invalidRoleArn(arn);
  return arn;
}

/** A name of a session or of a source identity. @throws AwsError ValidationError */
export function checkName(name: string | undefined, member: string, limit = 64): string {
  if (name === undefined) throw errors.required(member);
  checkText(name, member, { limit, pattern: "[\\w+=,.@-]*" });
  return name;
}

/** @throws AwsError ValidationError */
export function checkExternalId(externalId: string | undefined): string | undefined {
  if (externalId !== undefined) {
    checkText(externalId, "externalId", { limit: 1224, pattern: "[\\w+=,.@:\\/-]*" });
  }
  return externalId;
}

/** @throws AwsError ValidationError */
export function checkSourceIdentity(identity: string | undefined): string | undefined {
  if (identity === undefined) return undefined;
  return checkName(identity, "sourceIdentity");
}

function checkText(
  text: string,
  member: string,
  rule: { readonly limit: number; readonly pattern: string },
): void {
  if (text.length < 2) {
    throw errors.validation(member, text, "Member must have length greater than or equal to 2");
  }
  if (text.length > rule.limit) {
    throw errors.validation(
      member,
      text,
      `Member must have length less than or equal to ${rule.limit}`,
    );
  }
  if (!new RegExp(`^${rule.pattern}$`).test(text)) {
    throw errors.validation(
      member,
      text,
      `Member must satisfy regular expression pattern: ${rule.pattern}`,
    );
  }
}

/** @throws AwsError ValidationError */
export function checkSeconds(seconds: number, lowest: number, highest: number): number {
  if (seconds < lowest) {
    throw errors.validation(
      "durationSeconds",
      String(seconds),
      `Member must have value greater than or equal to ${lowest}`,
    );
  }
  if (seconds > highest) {
    throw errors.validation(
      "durationSeconds",
      String(seconds),
      `Member must have value less than or equal to ${highest}`,
    );
  }
  return seconds;
}
