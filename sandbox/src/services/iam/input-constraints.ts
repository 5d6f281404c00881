import type { Tag } from "@aws-sdk/client-iam";
import type { OperationTable, RequestContext } from "../../world/operation";
import * as errors from "./errors";
import { checkName, QUOTAS } from "./input-rules";

/**
 * What IAM checks of an input before it looks at rights or at what exists: lengths, ranges and characters, by member.
 * The SDK's schemas carry no constraints, so they stand here, from the IAM API reference; the words are those of AWS
 * as versitygw's tests of its IAM service have them.
 */
type Check = (value: never, member: string) => void;

const TAG_CHARACTERS = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]";
const TAG_KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u;
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Characters of AWS's pattern for documents and descriptions: tab, line ends, and printable Latin-1. */
const PRINTABLE = /^[\t\n\r\x20-\x7E\xA1-\xFF]*$/;
const PRINTABLE_ASCII = /^[\t\n\r\x20-\x7E]*$/;

const CHECKS: Readonly<Record<string, Check>> = {
  MaxItems: range(1, 1000),
  MaxSessionDuration: range(3600, 43_200),
  Tags: checkTags,
  TagKeys: checkTagKeys,
  AccessKeyId: checkAccessKeyId,
  Status: checkStatus,
  PathPrefix: checkPathPrefix,
  PolicyName: (value: string, member: string) => void checkName(value, member, 128),
  PolicyDocument: checkAscii,
  AssumeRolePolicyDocument: checkAscii,
  Description: checkDescription,
};

/** Puts the checks before each operation. */
export function constrained(table: OperationTable): OperationTable {
  return Object.fromEntries(
    Object.entries(table).map(([name, operation]) => [
      name,
      {
        access(input: Readonly<Record<string, unknown>>, context) {
          refuseUserSessions(context);
          for (const [member, check] of Object.entries(CHECKS)) {
            const value = input[member];
            // Each check is listed under the member whose type it takes.
            if (value !== undefined) check(value as never, wireName(member));
          }
          return operation.access(input, context);
        },
        handle: (input: unknown, context) => operation.handle(input, context) as unknown,
      } satisfies OperationTable[string],
    ]),
  );
}

/**
 * IAM takes no sessions of users made without a device, and no federated users'. Source: IAM User Guide, "Compare AWS STS
 * credentials"; the text is that of AWS's tools' issue threads.
 */
function refuseUserSessions({ principal }: RequestContext): void {
  const isSession = principal.kind === "user" && principal.issuedEpochMs !== undefined;
  if (isSession || principal.kind === "federated-user") throw errors.sessionNotTaken();
}

/** IAM names members with a small first letter. */
function wireName(member: string): string {
  return member.charAt(0).toLowerCase() + member.slice(1);
}

function range(lowest: number, highest: number): Check {
  return (value: number, member: string) => {
    if (value < lowest) {
      throw errors.outOfBounds(member, `Member must have value greater than or equal to ${lowest}`);
    }
    if (value > highest) {
      throw errors.outOfBounds(member, `Member must have value less than or equal to ${highest}`);
    }
  };
}

function checkLength(text: string, member: string, lowest: number, highest: number): void {
  if (text.length < lowest) {
    throw errors.outOfBounds(member, `Member must have length greater than or equal to ${lowest}`);
  }
  if (text.length > highest) {
    throw errors.outOfBounds(member, `Member must have length less than or equal to ${highest}`);
  }
}

function checkTags(tags: readonly Partial<Tag>[], member: string): void {
  if (tags.length > QUOTAS.tags) {
    throw errors.outOfBounds(
      member,
      `Member must have length less than or equal to ${QUOTAS.tags}`,
    );
  }
  tags.forEach(({ Key: key, Value: value }, index) => {
    const path = `${member}.${index + 1}.member`;
    if (key === undefined) throw errors.required(`${path}.key`);
    if (value === undefined) throw errors.required(`${path}.value`);
    checkLength(key, `${path}.key`, 1, 128);
    if (!TAG_KEY.test(key)) throw badTagPart(`${path}.key`, `${TAG_CHARACTERS}+`);
    checkLength(value, `${path}.value`, 0, 256);
    if (!TAG_VALUE.test(value)) throw badTagPart(`${path}.value`, `${TAG_CHARACTERS}*`);
  });
  refuseRepeatedKeys(tags.map(({ Key: key = "" }) => key));
}

function refuseRepeatedKeys(keys: readonly string[]): void {
  const folded = new Set<string>();
  for (const key of keys) {
    if (/^aws:/i.test(key)) {
      throw errors.invalidInput("Tag keys beginning with aws: are reserved for system use.");
    }
    if (folded.has(key.toLowerCase())) {
      throw errors.invalidInput(
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
      );
    }
    folded.add(key.toLowerCase());
  }
}

function badTagPart(member: string, pattern: string): Error {
  return errors.outOfBounds(member, `Member must satisfy regular expression pattern: ${pattern}`);
}

function checkTagKeys(keys: readonly string[], member: string): void {
  if (keys.length > QUOTAS.tags) {
    throw errors.outOfBounds(
      member,
      `Member must have length less than or equal to ${QUOTAS.tags}`,
    );
  }
  if (keys.every((key) => key.length <= 128 && TAG_KEY.test(key))) return;
  throw errors.outOfBounds(
    member,
    "Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length " +
      `greater than or equal to 1, Member must satisfy regular expression pattern: ${TAG_CHARACTERS}+, Member must not be null]`,
  );
}

function checkAccessKeyId(id: string, member: string): void {
  checkLength(id, member, 16, 128);
  if (!/^\w+$/.test(id)) {
    throw errors.invalidValue(member, "It must contain only alphanumeric characters.");
  }
}

function checkStatus(status: string, member: string): void {
  if (status === "Active" || status === "Inactive") return;
  throw errors.validation(member, status, "Member must satisfy enum value set: [Active, Inactive]");
}

function checkPathPrefix(prefix: string, member: string): void {
  checkLength(prefix, member, 1, 512);
  if (!/^\/[\x21-\x7E]*$/.test(prefix)) {
    throw errors.invalidValue(
      member,
      "It must begin with the / character and contain only alphanumeric characters and/or / characters.",
    );
  }
}

function checkAscii(text: string, member: string): void {
  if (!PRINTABLE_ASCII.test(text)) {
    throw errors.invalidValue(member, "It must contain only printable ASCII characters.");
  }
}

function checkDescription(text: string, member: string): void {
  checkLength(text, member, 0, 1000);
  if (!PRINTABLE.test(text)) {
    throw errors.outOfBounds(
      member,
      "Member must satisfy regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*",
    );
  }
}
