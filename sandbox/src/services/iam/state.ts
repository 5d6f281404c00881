import { AwsError } from "../../world/aws-error";
import { bindPrincipals, shownPolicyText } from "../../authorization/bind-principals";
import type { CompiledPolicy, Principal } from "../../authorization/model";
import { denialMessage } from "../../authorization/explain";
import { uniqueId } from "../../authorization/principals";
import { servicePrincipal } from "../../authorization/service-principal";
import type { Foundation } from "../../world/foundation";
import { AWS_MANAGED_POLICIES } from "./aws-managed-policies";
import { Propagation, type Effects } from "./propagation";
import type {
  CredentialRecord,
  Group,
  Identity,
  IdentityProvider,
  ManagedPolicy,
  PolicyVersion,
  PrincipalPolicies,
  Role,
  User,
} from "./model";

export type { CredentialRecord, Role, User } from "./model";

const ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const TYPES = { AROA: "role", AIDA: "user", AGPA: "group" } as const;
const SECRET_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SERVICE_SESSION_SECONDS = 3600;

/** The identities of one account. */
export interface AccountIdentities {
  readonly users: Map<string, User>;
  readonly roles: Map<string, Role>;
  readonly groups: Map<string, Group>;
  /** By ARN. */
  readonly policies: Map<string, ManagedPolicy>;
  /** OpenID Connect providers by ARN. */
  readonly identityProviders: Map<string, IdentityProvider>;
  alias?: string;
}

/** What AssumeRole gives a session beside its role. */
export interface SessionFacts extends Pick<
  Principal,
  "tags" | "transitiveTagKeys" | "sourceIdentity" | "federatedProvider"
> {
  readonly name: string;
  readonly policies?: readonly CompiledPolicy[];
}

const NO_POLICIES: PrincipalPolicies = { identity: [] };
const WITHOUT_POLICIES: ReadonlySet<Principal["kind"]> = new Set([
  "anonymous",
  "root",
  "service",
  "web-identity",
]);

/** Users, roles, managed policies and credentials of all accounts. */
export class IamState {
  private readonly accounts = new Map<string, AccountIdentities>();
  private readonly credentials = new Map<string, CredentialRecord>();
  private readonly byArn = new Map<string, Role | User>();
  private readonly byId = new Map<string, Role | User>();
  /** Effective policies by identity; emptied by every change. */
  private effective = new WeakMap<Identity, PrincipalPolicies>();
  private readonly propagation: Propagation;

  constructor(private readonly world: Foundation) {
    this.propagation = new Propagation(world);
  }

  account(accountId: string): AccountIdentities {
    let account = this.accounts.get(accountId);
    if (account === undefined) {
      account = {
        users: new Map(),
        roles: new Map(),
        groups: new Map(),
        policies: new Map(),
        identityProviders: new Map(),
      };
      this.accounts.set(accountId, account);
    }
    return account;
  }

  /** The key that a request is signed with; undefined for a key that does not exist or is inactive. Expired ones are given. */
  credential(accessKeyId: string): CredentialRecord | undefined {
    const record = this.credentials.get(accessKeyId);
    if (record === undefined) return undefined;
    const user = this.byId.get(uniqueId(record.principal));
    if (user?.kind !== "user") return record;
    const key = user.accessKeys.find((one) => one.accessKeyId === accessKeyId);
    return key?.isActive === false ? undefined : record;
  }

  /** User `admin` with AdministratorAccess and a key: what the sandbox hands to its user. */
  createAdministrator(accountId: string): CredentialRecord {
    const existing = this.account(accountId).users.get("admin");
    const user = existing ?? this.addUser({ accountId, name: "admin", path: "/" });
    user.attached.add("arn:aws:iam::aws:policy/AdministratorAccess");
    this.changed();
    this.propagation.settle(user, this.effectsOf(user));
    return this.createAccessKey(user);
  }

  root(accountId: string): Principal {
    const arn = `arn:aws:iam::${accountId}:root`;
    return { kind: "root", accountId, arn, principalArn: arn, userId: accountId };
  }

  /**
   * A session of a role for an AWS service, as S3 takes on the replication role.
   * @throws AwsError AccessDenied when the role is not there or its trust policy does not let the service in
   */
  assumeRoleForService(roleArn: string, serviceName: string, sessionName: string): Principal {
    const role = this.roleByArn(roleArn);
    const service = servicePrincipal(serviceName);
    const need = {
      action: "sts:AssumeRole",
      resource: roleArn,
      resourceAccountId: role?.accountId,
      resourcePolicy: role && this.trustOf(role),
      resourcePolicyMode: "required",
    } as const;
    const decision = this.world.decide(service, need);
    if (role === undefined || !decision.allowed) {
      throw new AwsError("AccessDenied", 403, denialMessage(service, need, decision));
    }
    const region = this.world.accounts.get(role.accountId)?.region ?? "us-east-1";
    role.lastUsed = { epochMs: this.world.clock.nowEpochMs(), region };
    return sessionPrincipal(role, { name: sessionName }, this.world.clock.nowEpochMs());
  }

  roleByArn(arn: string): Role | undefined {
    const identity = this.byArn.get(arn);
    return identity?.kind === "role" ? identity : undefined;
  }

  /** The trust policy that is in effect; undefined while the role is too new. */
  trustOf(role: Role): CompiledPolicy | undefined {
    return this.propagation.isDelayed ? this.propagation.effectsOf(role)?.trust : role.trust;
  }

  /** A user or role by ARN. */
  identityByArn(arn: string): Role | User | undefined {
    return this.byArn.get(arn);
  }

  /** A user or role by unique id (`AROA...`, `AIDA...`). */
  identityById(id: string): Role | User | undefined {
    return this.byId.get(id);
  }

  addRole(
    role: Pick<
      Role,
      "accountId" | "name" | "path" | "trust" | "maxSessionDurationSeconds" | "description"
    >,
  ): Role {
    const made: Role = { ...this.newIdentity(role, "AROA"), ...role, kind: "role" };
    this.account(role.accountId).roles.set(role.name, made);
    this.index(made);
    return made;
  }

  addUser(user: { accountId: string; name: string; path: string }): User {
    const made: User = { ...this.newIdentity(user, "AIDA"), ...user, kind: "user", accessKeys: [] };
    this.account(user.accountId).users.set(user.name, made);
    this.index(made);
    return made;
  }

  addGroup(group: { accountId: string; name: string; path: string }): Group {
    const made: Group = {
      ...this.newIdentity(group, "AGPA"),
      ...group,
      kind: "group",
      members: new Set(),
    };
    this.account(group.accountId).groups.set(group.name, made);
    return made;
  }

  /** The groups that a user is in, in the order of their making. */
  groupsOf(user: User): readonly Group[] {
    return [...this.account(user.accountId).groups.values()].filter((one) => one.members.has(user));
  }

  /** Sessions of a removed role and keys of a removed user stop working. */
  removeIdentity(identity: Role | User): void {
    const account = this.account(identity.accountId);
    if (identity.kind === "role") account.roles.delete(identity.name);
    else {
      account.users.delete(identity.name);
      for (const key of identity.accessKeys) this.credentials.delete(key.accessKeyId);
    }
    this.byArn.delete(identity.arn);
    this.byId.delete(identity.id);
    this.changed();
  }

  createAccessKey(user: User): CredentialRecord {
    const record: CredentialRecord = {
      ...this.newKey("AKIA"),
      principal: {
        kind: "user",
        accountId: user.accountId,
        arn: user.arn,
        principalArn: user.arn,
        userId: user.id,
      },
    };
    const { accessKeyId } = record;
    user.accessKeys.push({
      accessKeyId,
      createdEpochMs: this.world.clock.nowEpochMs(),
      isActive: true,
    });
    this.credentials.set(accessKeyId, record);
    return record;
  }

  deleteAccessKey(user: User, accessKeyId: string): void {
    const index = user.accessKeys.findIndex((key) => key.accessKeyId === accessKeyId);
    if (index >= 0) user.accessKeys.splice(index, 1);
    this.credentials.delete(accessKeyId);
  }

  /** Temporary credentials of a role. */
  createSession(
    role: Role,
    session: {
      readonly durationSeconds: number;
    } & SessionFacts,
  ): CredentialRecord & { readonly sessionToken: string; readonly expiresEpochMs: number } {
    return this.addTemporary(
      sessionPrincipal(role, session, this.world.clock.nowEpochMs()),
      session.durationSeconds,
    );
  }

  /** Temporary credentials of a user (GetSessionToken). */
  createUserSession(
    principal: Principal,
    durationSeconds: number,
  ): CredentialRecord & { readonly sessionToken: string; readonly expiresEpochMs: number } {
    const issuedEpochMs = this.world.clock.nowEpochMs();
    return this.addTemporary({ ...principal, issuedEpochMs }, durationSeconds);
  }

  /** Temporary credentials of somebody that a user vouches for (GetFederationToken). */
  createFederatedSession(
    user: Principal,
    session: { readonly durationSeconds: number } & SessionFacts,
  ): CredentialRecord & { readonly sessionToken: string; readonly expiresEpochMs: number } {
    const arn = `arn:aws:sts::${user.accountId}:federated-user/${session.name}`;
    const principal: Principal = {
      kind: "federated-user",
      accountId: user.accountId,
      arn,
      principalArn: arn,
      userId: `${user.accountId}:${session.name}`,
      issuerId: uniqueId(user),
      sessionPolicies: session.policies ?? [],
      tags: session.tags,
      issuedEpochMs: this.world.clock.nowEpochMs(),
    };
    return this.addTemporary(principal, session.durationSeconds);
  }

  /** A managed policy of an account or of AWS. */
  managedPolicy(arn: string): ManagedPolicy | undefined {
    const accountId = arn.split(":")[4] ?? "";
    return AWS_MANAGED_POLICIES.get(arn) ?? this.accounts.get(accountId)?.policies.get(arn);
  }

  /** What `decide` evaluates for a principal. A session of a deleted role, or of its successor's namesake, has nothing. */
  policiesOf(principal: Principal): PrincipalPolicies {
    if (WITHOUT_POLICIES.has(principal.kind)) return NO_POLICIES;
    const identity = this.byId.get(uniqueId(principal));
    if (identity === undefined) return NO_POLICIES;
    if (this.propagation.isDelayed) {
      return this.propagation.effectsOf(identity)?.policies ?? NO_POLICIES;
    }
    let policies = this.effective.get(identity);
    if (policies === undefined) {
      policies = this.collect(identity);
      this.effective.set(identity, policies);
    }
    return policies;
  }

  /** To be called after any change of policies, attachments, boundaries, trust or tags. */
  changed(): void {
    this.effective = new WeakMap();
    if (!this.propagation.isDelayed) return;
    for (const identity of this.byId.values()) {
      this.propagation.record(identity, this.effectsOf(identity));
    }
  }

  /**
   * A resource policy with the users and roles that it names replaced by their unique ids, as AWS saves it.
   * @throws MalformedPolicy when one of them does not exist
   */
  bindPolicy(policy: CompiledPolicy): CompiledPolicy {
    return bindPrincipals(policy, (named) => {
      const identity = this.byArn.get(named) ?? this.byId.get(named) ?? this.roleOfSession(named);
      const isKnown =
        identity !== undefined &&
        (!this.propagation.isDelayed || this.propagation.effectsOf(identity) !== undefined);
      if (isKnown) return identity;
      // Other accounts of the world exist beside the sandbox's own; nothing is known of their roles. An id tells no account.
      const accountId = named.split(":")[4];
      return accountId === undefined || this.world.accounts.has(accountId) ? "missing" : "unknown";
    });
  }

  private roleOfSession(arn: string): Role | undefined {
    const [, accountId = "", name = ""] =
      /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)/.exec(arn) ?? [];
    return this.accounts.get(accountId)?.roles.get(name);
  }

  /** A bound policy as AWS shows it: who is gone is shown by unique id. */
  policyText(policy: CompiledPolicy): string {
    return shownPolicyText(policy, (id) => this.byId.get(id)?.arn);
  }

  /** An id of IAM's form: a prefix and 17 characters. */
  newId(prefix: string): string {
    return prefix + this.world.random.string(17, ID_ALPHABET);
  }

  private effectsOf(identity: Role | User): Effects {
    const policies = this.collect(identity);
    return identity.kind === "role" ? { policies, trust: identity.trust } : { policies };
  }

  private collect(identity: Role | User): PrincipalPolicies {
    const groups = identity.kind === "user" ? this.groupsOf(identity) : [];
    const holders = [identity, ...groups];
    const managed = holders
      .flatMap(({ attached }) => [...attached])
      .flatMap((arn) => this.defaultVersion(arn)?.policy ?? []);
    const boundary =
      identity.boundaryArn === undefined ? undefined : this.defaultVersion(identity.boundaryArn);
    return {
      identity: [...holders.flatMap(({ inline }) => [...inline.values()]), ...managed],
      boundary: boundary?.policy,
      tags: identity.tags,
    };
  }

  private defaultVersion(arn: string): PolicyVersion | undefined {
    const policy = this.managedPolicy(arn);
    return policy?.versions.find((version) => version.versionId === policy.defaultVersionId);
  }

  private newIdentity(
    facts: { accountId: string; name: string; path: string },
    prefix: keyof typeof TYPES,
  ): Omit<Identity, "kind"> {
    const type = TYPES[prefix];
    return {
      ...facts,
      arn: `arn:aws:iam::${facts.accountId}:${type}${facts.path}${facts.name}`,
      id: this.newId(prefix),
      createdEpochMs: this.world.clock.nowEpochMs(),
      inline: new Map(),
      attached: new Set(),
      tags: new Map(),
    };
  }

  private index(identity: Role | User): void {
    this.byArn.set(identity.arn, identity);
    this.byId.set(identity.id, identity);
    if (this.propagation.isDelayed) this.propagation.record(identity, this.effectsOf(identity));
  }

  private newKey(prefix: "AKIA" | "ASIA"): { accessKeyId: string; secretAccessKey: string } {
    return {
      accessKeyId: prefix + this.world.random.string(16, ID_ALPHABET),
      secretAccessKey: this.world.random.string(40, SECRET_ALPHABET),
    };
  }

  private addTemporary(principal: Principal, durationSeconds: number) {
    const nowEpochMs = this.world.clock.nowEpochMs();
    this.forgetExpired(nowEpochMs);
    const record = {
      ...this.newKey("ASIA"),
      sessionToken: this.world.random.string(120, SECRET_ALPHABET),
      expiresEpochMs: nowEpochMs + durationSeconds * 1000,
      principal,
    };
    this.credentials.set(record.accessKeyId, record);
    return record;
  }

  /** Credentials expired for long are dropped; recent ones stay so that they answer `ExpiredToken`. */
  private forgetExpired(nowEpochMs: number): void {
    const limitEpochMs = nowEpochMs - SERVICE_SESSION_SECONDS * 1000;
    for (const [id, record] of this.credentials) {
      if (record.expiresEpochMs !== undefined && record.expiresEpochMs < limitEpochMs) {
        this.credentials.delete(id);
      }
    }
  }
}

function sessionPrincipal(role: Role, session: SessionFacts, issuedEpochMs: number): Principal {
  return {
    kind: "role-session",
    accountId: role.accountId,
    arn: `arn:aws:sts::${role.accountId}:assumed-role/${role.name}/${session.name}`,
    principalArn: role.arn,
    userId: `${role.id}:${session.name}`,
    sessionPolicies: session.policies,
    tags: session.tags,
    transitiveTagKeys: session.transitiveTagKeys,
    sourceIdentity: session.sourceIdentity,
    federatedProvider: session.federatedProvider,
    issuedEpochMs,
  };
}
