import type { AccessNeed, ConditionKeys, Principal } from "../../authorization/model";
import { isGranted, type GrantedUse } from "./grant-rules";
import type { Grant, Key } from "./model";

/** What bears on the permission to use a key, beside the key and the action. */
export interface KeyUse {
  readonly principal: Principal;
  readonly encryptionContext?: Readonly<Record<string, string>>;
  /** `s3.eu-west-1.amazonaws.com` when a service uses the key for the principal. */
  readonly viaService?: string;
  readonly conditionKeys?: ConditionKeys;
  /** Aliases of the key, with their prefix. */
  readonly aliases?: readonly string[];
  /** Of a request for a grant. */
  readonly newGrant?: GrantedUse["newGrant"];
  /** Whether a grant counts already. Default: each does. */
  readonly isGrantInEffect?: (grant: Grant) => boolean;
}

/** The permission that one use of a key needs. The key's policy must allow it, or delegate to the account. */
export function keyNeed(action: string, key: Key, use: KeyUse): AccessNeed {
  return {
    action,
    resource: key.arn,
    resourceAccountId: key.accountId,
    resourcePolicy: key.policy,
    resourcePolicyMode: "required",
    isAwsManaged: key.manager === "AWS",
    isGranted: key.grants.size > 0 && isGranted(key, { ...use, action }, use.isGrantInEffect),
    conditionKeys: { ...use.conditionKeys, ...keyConditionKeys(key, use) },
  };
}

/** Source: KMS Developer Guide, "AWS KMS condition keys". */
function keyConditionKeys(key: Key, use: KeyUse): ConditionKeys {
  const keys: Record<string, string | readonly string[] | undefined> = {
    "kms:calleraccount": use.principal.accountId,
    "kms:keyspec": key.spec,
    "kms:keyusage": key.usage,
    "kms:keyorigin": "AWS_KMS",
    "kms:multiregion": "false",
    "kms:resourcealiases": use.aliases,
  };
  if (use.viaService !== undefined) {
    keys["kms:viaservice"] = use.viaService;
    keys["aws:viaawsservice"] = "true";
  }
  const context = Object.entries(use.encryptionContext ?? {});
  for (const [name, value] of context) {
    keys[`kms:encryptioncontext:${name.toLowerCase()}`] = value;
  }
  if (context.length > 0) keys["kms:encryptioncontextkeys"] = context.map(([name]) => name);
  for (const [name, value] of key.tags) keys[`aws:resourcetag/${name.toLowerCase()}`] = value;
  return keys;
}
