import type { ApiCall } from "../services/cloudtrail/api-call";
import type { World } from "../world/world";
import { isAwsError } from "../world/aws-error";
import type { RecordResource } from "./record";

/** What is told of a call of a service other than S3: its members, and the resource where AWS names one. */

/** "Sensitive information" that AWS leaves out of the logs; bytes are left out as well. */
const SECRET = /^(secretAccessKey|plaintext|password|webIdentityToken|privateKey)$/i;
/** Maps with keys of the caller's own. */
const OWN_KEYS: ReadonlySet<string> = new Set(["EncryptionContext", "Attributes", "Dimensions"]);

/** Members begin with a small letter in CloudTrail's records. Null for a call without any. */
export function apiParameters({ input }: ApiCall): object | null {
  const members = told(input);
  return isEmpty(members) ? null : (members as object);
}

/** What a change answered; null for what changes nothing and for what was refused. */
export function apiElements(call: ApiCall, isReadOnly: boolean): object | null {
  if (call.error !== undefined) return null;
  // A session is made by a call that changes nothing, and its keys are told all the same.
  const isSession =
    call.service === "sts" && /^(AssumeRole|GetFederation|GetSession)/.test(call.operation);
  if (isReadOnly && !isSession) return null;
  const members = told(call.output);
  return isEmpty(members) ? null : (members as object);
}

function told(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(told);
  if (typeof value !== "object" || value === null) return value;
  const members: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined || member instanceof Uint8Array || SECRET.test(name)) continue;
    const shown = OWN_KEYS.has(name) ? member : told(member);
    members[name.charAt(0).toLowerCase() + name.slice(1)] = shown;
  }
  return members;
}

function isEmpty(value: unknown): boolean {
  return typeof value !== "object" || value === null || Object.keys(value).length === 0;
}

/** The key, role or topic that a call is about, with the account that owns it. */
export function apiResource(world: World, call: ApiCall): RecordResource | undefined {
  const input = (call.input ?? {}) as Readonly<Record<string, unknown>>;
  const text = (name: string): string | undefined => {
    const value = input[name];
    return typeof value === "string" ? value : undefined;
  };
  switch (call.service) {
    case "kms":
      return keyResource(world, call, text("KeyId") ?? text("SourceKeyId") ?? text("TargetKeyId"));
    case "sts":
      return resourceOfArn("AWS::IAM::Role", text("RoleArn"));
    case "sns":
      return resourceOfArn("AWS::SNS::Topic", text("TopicArn") ?? text("ResourceArn"));
    default:
      return undefined;
  }
}

function keyResource(
  world: World,
  { principal, region }: ApiCall,
  reference: string | undefined,
): RecordResource | undefined {
  const { accountId } = principal;
  if (reference === undefined || accountId === undefined) return undefined;
  try {
    const { accountId: owner, arn } = world.kms.key(reference, { accountId, region });
    return { accountId: owner, type: "AWS::KMS::Key", ARN: arn };
  } catch (error) {
    // The call was refused for it already: there is no such key.
    if (isAwsError(error)) return undefined;
    throw error;
  }
}

function resourceOfArn(type: string, arn: string | undefined): RecordResource | undefined {
  const accountId = /^arn:[\w-]+:\w+:[\w-]*:(\d{12}):/.exec(arn ?? "")?.[1];
  return accountId === undefined ? undefined : { accountId, type, ARN: arn };
}
