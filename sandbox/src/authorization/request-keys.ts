import type { World } from "../world/world";
import type { AccessNeed, Principal } from "./model";
import type { KeyReader } from "./patterns";

const PRINCIPAL_TYPES: Readonly<Record<Principal["kind"], string>> = {
  root: "Account",
  user: "User",
  "role-session": "AssumedRole",
  "federated-user": "FederatedUser",
  "web-identity": "FederatedUser",
  service: "Service",
  anonymous: "Anonymous",
};

/** Of these AWS has no identity of its own. */
const WITHOUT_IDENTITY: ReadonlySet<Principal["kind"]> = new Set([
  "anonymous",
  "service",
  "web-identity",
]);

/** What a request's keys are read from; nothing is copied, so that a request that asks for no key pays nothing. */
export interface KeySources {
  readonly principal: Principal;
  readonly need: AccessNeed;
  readonly resourceAccountId?: string;
  /** Tags of the user or role behind the principal, as they are now. */
  readonly identityTags?: ReadonlyMap<string, string>;
  /** The accounts of the organization, and the time. */
  readonly world: World;
}

/** The condition keys of one request: the operation's and the pipeline's, then those that follow from who asks. */
export function requestKeys(sources: KeySources): KeyReader {
  const { need } = sources;
  return {
    get(key) {
      return given(need, key) ?? derivedKey(key, sources);
    },
  };
}

function given(need: AccessNeed, key: string): string | readonly string[] | undefined {
  return need.conditionKeys?.[key] ?? need.requestKeys?.[key];
}

/** Source: IAM User Guide, "AWS global condition context keys". */
function derivedKey(key: string, sources: KeySources): string | readonly string[] | undefined {
  const { principal, world } = sources;
  const isCaller = !WITHOUT_IDENTITY.has(principal.kind);
  switch (key) {
    case "aws:principalarn":
      return isCaller ? principal.principalArn : undefined;
    case "aws:principalaccount":
      return principal.accountId;
    case "aws:principaltype":
      return PRINCIPAL_TYPES[principal.kind];
    case "aws:userid":
      return isCaller ? principal.userId : undefined;
    case "aws:username":
      return principal.kind === "user"
        ? principal.arn.slice(principal.arn.lastIndexOf("/") + 1)
        : undefined;
    case "aws:principalisawsservice":
      return String(principal.kind === "service");
    case "aws:principalservicename":
      return principal.kind === "service" ? principal.arn : undefined;
    case "aws:viaawsservice":
      return String(principal.calledVia !== undefined);
    case "aws:calledvia":
      return principal.calledVia === undefined ? undefined : [principal.calledVia];
    case "aws:calledviafirst":
    case "aws:calledvialast":
      return principal.calledVia;
    case "aws:principalservicenameslist":
      return principal.kind === "service" ? [principal.arn] : undefined;
    case "aws:federatedprovider":
      return principal.federatedProvider;
    case "aws:sourceidentity":
      return principal.sourceIdentity;
    case "aws:multifactorauthpresent":
      // Only temporary credentials have it, and none of the sandbox is made with a device.
      return principal.issuedEpochMs === undefined ? undefined : "false";
    case "aws:tokenissuetime":
      return principal.issuedEpochMs === undefined
        ? undefined
        : new Date(principal.issuedEpochMs).toISOString();
    case "aws:resourceaccount":
      return sources.resourceAccountId;
    case "aws:currenttime":
      return new Date(world.clock.nowEpochMs()).toISOString();
    case "aws:epochtime":
      return String(Math.floor(world.clock.nowEpochMs() / 1000));
    default:
      return organizationKey(key, sources) ?? tagKey(key, sources);
  }
}

/** Every account of the sandbox is a member of the one organization; others belong to none that is known. */
function organizationKey(
  key: string,
  { principal, resourceAccountId, need, world }: KeySources,
): string | readonly string[] | undefined {
  const { organization } = world;
  const isMember = (accountId: unknown): boolean =>
    typeof accountId === "string" && world.accounts.has(accountId);
  const isCallers = isMember(principal.accountId);
  switch (key) {
    case "aws:principalorgid":
      return isCallers ? organization.id : undefined;
    case "aws:principalorgpaths":
      return isCallers ? [organization.path] : undefined;
    case "aws:resourceorgid":
      return isMember(resourceAccountId) ? organization.id : undefined;
    case "aws:resourceorgpaths":
      return isMember(resourceAccountId) ? [organization.path] : undefined;
    case "aws:sourceorgid":
      return isMember(given(need, "aws:sourceaccount")) ? organization.id : undefined;
    case "aws:sourceorgpaths":
      return isMember(given(need, "aws:sourceaccount")) ? [organization.path] : undefined;
    default:
      return undefined;
  }
}

const PRINCIPAL_TAG = "aws:principaltag/";

function tagKey(key: string, sources: KeySources): string | undefined {
  if (!key.startsWith(PRINCIPAL_TAG)) return undefined;
  const wanted = key.slice(PRINCIPAL_TAG.length);
  for (const [name, value] of Object.entries(sources.principal.tags ?? {})) {
    if (name.toLowerCase() === wanted) return value;
  }
  for (const [name, value] of sources.identityTags ?? []) {
    if (name.toLowerCase() === wanted) return value;
  }
  return undefined;
}
