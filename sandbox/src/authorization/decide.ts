import type { World } from "../world/world";
import { evaluatePolicy } from "./evaluate";
import type { PolicyRequest, PolicyResult } from "./evaluate";
import type { AccessNeed, CompiledPolicy, ControlPolicies, Decision, Principal } from "./model";
import { strongerGrant } from "./principals";
import { requestKeys } from "./request-keys";

type PolicyType = NonNullable<Decision["policyType"]>;

/**
 * AWS's decision for one need of one principal (IAM User Guide, "Policy evaluation logic"):
 *
 *     explicit Deny in any policy            -> denied
 *     service control policies               -> of the caller's account, its root user too; not of services
 *     resource control policies              -> of the resource's account, for whoever asks
 *     resource policy, ACL                   -> in the same account it may allow alone, see `Grant`
 *     identity policies, boundary, session   -> all that are there must allow
 *     two accounts                           -> both sides must allow
 *
 * With `resourcePolicyMode: "required"` (KMS keys, role trust) identity policies count only where the resource's policy
 * delegates to the account.
 */
export function decide(world: World, principal: Principal, need: AccessNeed): Decision {
  const policies = world.iam.policiesOf(principal);
  const controls = world.organization.controlsOf(principal.accountId, ownerOf(principal, need));
  const both = controls === undefined ? policies : { ...policies, ...controls };
  return decideWith(world, both, principal, need);
}

/** The policies of a caller: those of its user or role, and what the organizations of both sides set. */
export interface CallerPolicies extends ControlPolicies {
  readonly identity: readonly CompiledPolicy[];
  readonly boundary?: CompiledPolicy;
  readonly tags?: ReadonlyMap<string, string>;
}

/** The same decision with other policies in the place of the caller's own, as a simulation asks for. */
export function decideWith(
  world: World,
  identity: CallerPolicies,
  principal: Principal,
  need: AccessNeed,
): Decision {
  const resourceAccountId = ownerOf(principal, need);
  const request: PolicyRequest = {
    principal,
    action: need.action.toLowerCase(),
    resource: need.resource,
    keys: requestKeys({
      principal,
      need,
      resourceAccountId,
      identityTags: identity.tags,
      world,
    }),
  };
  const isSameAccount = principal.accountId === (need.ownerAccountId ?? resourceAccountId);
  const resource = evaluateAll(need.resourcePolicy && [need.resourcePolicy], request);
  const caller = evaluateCaller(principal, identity, request);
  const isExempt = isServiceLinked(principal);
  const isAccounts = !isOutside(principal);
  const serviceControl = evaluateAll(
    isAccounts && !isExempt ? identity.serviceControl : undefined,
    request,
  );
  const resourceControl = evaluateAll(
    identity.resourceControl !== undefined &&
      !isExempt &&
      isUnderResourceControl(request.action, need)
      ? identity.resourceControl
      : undefined,
    request,
  );

  const ownPolicy = isSameAccount && principal.kind === "root" && ROOT_KEEPS.has(request.action);
  const explicit =
    denied(serviceControl, "service control policy") ??
    denied(resourceControl, "resource control policy") ??
    (ownPolicy ? undefined : denied(resource, "resource-based policy")) ??
    denied(caller.identity, "identity-based policy") ??
    denied(caller.boundary, "permissions boundary") ??
    denied(caller.session, "session policy");
  if (explicit !== undefined) return explicit;
  // Resource control policies only deny: RCPFullAWSAccess cannot be detached.
  if (serviceControl !== undefined && serviceControl.allow === undefined) {
    return implicit("service control policy");
  }
  if (need.isGranted === true) return limits(caller) ?? ALLOWED;
  return combine(principal, need, isSameAccount, resource, caller);
}

/** The account whose resource it is; of an action without a resource the caller's. */
function ownerOf(principal: Principal, need: AccessNeed): string | undefined {
  return need.resourceAccountId ?? principal.accountId;
}

/** Who has no identity policies, so that the resource's policy decides alone. */
function isOutside({ kind }: Principal): boolean {
  return kind === "service" || kind === "anonymous" || kind === "web-identity";
}

/** Neither kind of control policy restricts a service-linked role. Source: Organizations User Guide. */
function isServiceLinked(principal: Principal): boolean {
  return principal.principalArn.includes(":role/aws-service-role/");
}

/** Services whose resources they reach. Source: Organizations User Guide, "List of AWS services that support RCPs". */
const RESOURCE_CONTROLLED = new Set(["s3", "sts", "kms", "sqs", "secretsmanager"]);

/** A grant's own retiring is decided by the grant. Source: KMS Developer Guide, "Resource control policies". */
function isUnderResourceControl(action: string, need: AccessNeed): boolean {
  const [service = ""] = action.split(":");
  return (
    RESOURCE_CONTROLLED.has(service) && need.isAwsManaged !== true && action !== "kms:retiregrant"
  );
}

/** The root user of a bucket's account can always mend its policy. Source: S3 User Guide, "Bucket policies". */
const ROOT_KEEPS = new Set(["s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"]);

const ALLOWED: Decision = { allowed: true };

/** Undefined: there is no policy of that type, so it limits nothing. */
interface CallerResults {
  readonly identity: PolicyResult;
  readonly boundary?: PolicyResult;
  readonly session?: PolicyResult;
}

function evaluateCaller(
  principal: Principal,
  policies: CallerPolicies,
  request: PolicyRequest,
): CallerResults {
  return {
    identity: evaluateAll(policies.identity, request) ?? {},
    boundary: policies.boundary && evaluatePolicy(policies.boundary, request),
    session: evaluateAll(principal.sessionPolicies, request),
  };
}

function evaluateAll(
  policies: readonly CompiledPolicy[] | undefined,
  request: PolicyRequest,
): PolicyResult | undefined {
  if (policies === undefined) return undefined;
  let result: PolicyResult = {};
  for (const policy of policies) {
    const one = evaluatePolicy(policy, request);
    if (one.deny !== undefined) return one;
    if (result.allow === undefined) result = one;
  }
  return result;
}

function combine(
  principal: Principal,
  need: AccessNeed,
  isSameAccount: boolean,
  resource: PolicyResult | undefined,
  caller: CallerResults,
): Decision {
  const byPolicy =
    resource?.allow === undefined || need.ownerAccountId !== undefined ? undefined : resource.grant;
  const grant = strongerGrant(byPolicy, need.aclGrant);
  if (isOutside(principal)) {
    return grant === undefined
      ? implicit("resource-based policy")
      : allowedBy(resource, "resource-based policy");
  }
  const own = decideCaller(principal, caller);
  if (!isSameAccount) {
    if (!own.allowed) return own;
    return grant === undefined ? implicit("resource-based policy") : own;
  }
  if (grant === "session") return allowedBy(resource, "resource-based policy");
  if (grant === "identity") {
    // A user named directly stands alone; a role's session stays within its boundary and session policies.
    if (principal.kind === "role-session" || principal.kind === "federated-user") {
      return limits(caller) ?? allowedBy(resource, "resource-based policy");
    }
    return allowedBy(resource, "resource-based policy");
  }
  if (need.resourcePolicyMode === "required" && grant === undefined) {
    return implicit("resource-based policy");
  }
  return own;
}

/** What the caller's own policies allow. */
function decideCaller(principal: Principal, caller: CallerResults): Decision {
  if (principal.kind === "root") return limits(caller) ?? ALLOWED;
  if (caller.identity.allow === undefined) return implicit("identity-based policy");
  return limits(caller) ?? allowedBy(caller.identity, "identity-based policy");
}

function limits(caller: CallerResults): Decision | undefined {
  if (caller.boundary !== undefined && caller.boundary.allow === undefined) {
    return implicit("permissions boundary");
  }
  if (caller.session !== undefined && caller.session.allow === undefined) {
    return implicit("session policy");
  }
  return undefined;
}

function denied(result: PolicyResult | undefined, policyType: PolicyType): Decision | undefined {
  if (result?.deny === undefined) return undefined;
  return { allowed: false, denial: "explicit", policyType, statement: result.deny.name };
}

function implicit(policyType: PolicyType): Decision {
  return { allowed: false, denial: "implicit", policyType };
}

function allowedBy(result: PolicyResult | undefined, policyType: PolicyType): Decision {
  return { allowed: true, policyType, statement: result?.allow?.name };
}
