import type { CompiledPolicy, Principal } from "../../authorization/model";

/** What users, roles and groups have in common. */
export interface Identity {
  readonly kind: "user" | "role" | "group";
  readonly accountId: string;
  /** Starts and ends with a slash. */
  readonly path: string;
  readonly name: string;
  readonly arn: string;
  /** `AROA...`, `AIDA...` or `AGPA...`; a re-created identity has a new one. */
  readonly id: string;
  readonly createdEpochMs: number;
  /** Inline policies, by name. */
  readonly inline: Map<string, CompiledPolicy>;
  /** ARNs of managed policies, in the order of attaching. */
  readonly attached: Set<string>;
  boundaryArn?: string;
  readonly tags: Map<string, string>;
}

export interface Role extends Identity {
  readonly kind: "role";
  trust: CompiledPolicy;
  description?: string;
  maxSessionDurationSeconds: number;
  lastUsed?: { readonly epochMs: number; readonly region: string };
}

export interface User extends Identity {
  readonly kind: "user";
  readonly accessKeys: AccessKey[];
}

/** What its members have beside their own policies. No principal: nobody acts as a group, and no policy names one. */
export interface Group extends Identity {
  readonly kind: "group";
  readonly members: Set<User>;
}

export interface AccessKey {
  readonly accessKeyId: string;
  readonly createdEpochMs: number;
  isActive: boolean;
}

export interface ManagedPolicy {
  /** `aws` for the policies that AWS keeps. */
  readonly accountId: string;
  readonly path: string;
  readonly name: string;
  readonly arn: string;
  /** `ANPA...` */
  readonly id: string;
  readonly description?: string;
  readonly createdEpochMs: number;
  updatedEpochMs: number;
  /** Oldest first; at least one. */
  versions: PolicyVersion[];
  defaultVersionId: string;
  nextVersionNumber: number;
  readonly tags: Map<string, string>;
}

export interface PolicyVersion {
  /** `v1` */
  readonly versionId: string;
  readonly policy: CompiledPolicy;
  readonly createdEpochMs: number;
}

/** A key that requests are signed with. */
export interface CredentialRecord {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string;
  readonly expiresEpochMs?: number;
  readonly principal: Principal;
}

/** The policies that limit and allow what a principal does. */
export interface PrincipalPolicies {
  readonly identity: readonly CompiledPolicy[];
  readonly boundary?: CompiledPolicy;
  readonly tags?: ReadonlyMap<string, string>;
}

/** An OpenID Connect provider: whoever its tokens vouch for may take on the roles that trust it. */
export interface IdentityProvider {
  readonly arn: string;
  /** Without its scheme, as IAM shows it and as condition keys begin. */
  readonly url: string;
  readonly createdEpochMs: number;
  /** Audiences that tokens may be for. */
  readonly clientIds: Set<string>;
  thumbprints: readonly string[];
  readonly tags: Map<string, string>;
}
