import type { Principal } from "../../authorization/model";
import { uniqueId } from "../../authorization/principals";
import type { Grant, GrantParty, Key } from "./model";

/**
 * Whom grants let do what. A grant allows by itself, beside the key's policy; a Deny of any policy still wins.
 * Source: KMS Developer Guide, "Grants in AWS KMS" and "Determining access to AWS KMS keys".
 */

type EncryptionContext = Readonly<Record<string, string>>;

/** One use of a key, as grants look at it. */
export interface GrantedUse {
  readonly principal: Principal;
  /** `kms:Decrypt` */
  readonly action: string;
  readonly encryptionContext?: EncryptionContext;
  /** What is to be granted, when the action is CreateGrant: no more than the caller's own grant has. */
  readonly newGrant?: Pick<Grant, "operations" | "constraints">;
}

/** Operations that encrypt or decrypt under an encryption context, which constraints look at. */
const WITH_CONTEXT = new Set([
  "Encrypt",
  "Decrypt",
  "GenerateDataKey",
  "GenerateDataKeyWithoutPlaintext",
  "GenerateDataKeyPair",
  "GenerateDataKeyPairWithoutPlaintext",
  "ReEncryptFrom",
  "ReEncryptTo",
]);

/** @param isInEffect whether a grant has arrived everywhere, or the request has its token */
export function isGranted(
  key: Key,
  use: GrantedUse,
  isInEffect: (grant: Grant) => boolean = () => true,
): boolean {
  const operation = use.action.slice(use.action.indexOf(":") + 1);
  for (const grant of key.grants.values()) {
    if (!grant.operations.includes(operation) || !isParty(use.principal, grant.grantee)) continue;
    if (WITH_CONTEXT.has(operation) && !holds(grant, use.encryptionContext ?? {})) continue;
    if (operation === "CreateGrant" && !covers(grant, use.newGrant)) continue;
    if (isInEffect(grant)) return true;
  }
  return false;
}

/** Whether a caller is the user or role, or the session, that a grant names. */
export function isParty(caller: Principal, party: GrantParty | undefined): boolean {
  if (party === undefined) return false;
  // A role that is made again under the same name is another one.
  if (party.id !== undefined) return caller.kind !== "root" && uniqueId(caller) === party.id;
  return caller.arn === party.arn || caller.principalArn === party.arn;
}

function holds({ constraints }: Grant, context: EncryptionContext): boolean {
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = constraints ?? {};
  if (equals !== undefined) {
    return isSubset(equals, context) && isSubset(context, equals);
  }
  return subset === undefined || isSubset(subset, context);
}

/** Whoever may make grants by a grant may hand on no more than it has, under constraints at least as strict. */
function covers(own: Grant, made: GrantedUse["newGrant"]): boolean {
  if (made === undefined || !made.operations.every((one) => own.operations.includes(one))) {
    return false;
  }
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } =
    own.constraints ?? {};
  const wanted = made.constraints ?? {};
  if (equals !== undefined) {
    const same = wanted.EncryptionContextEquals;
    return same !== undefined && isSubset(equals, same) && isSubset(same, equals);
  }
  if (subset === undefined) return true;
  return isSubset(subset, wanted.EncryptionContextEquals ?? wanted.EncryptionContextSubset ?? {});
}

function isSubset(part: EncryptionContext, whole: EncryptionContext): boolean {
  return Object.entries(part).every(([name, value]) => whole[name] === value);
}
