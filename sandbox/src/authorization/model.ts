/** The nouns of authorization. The rules are in `evaluate.ts`; compiled policies come from `compile.ts`. */

/**
 * How directly a resource's policy or ACL names a caller. The stronger the match, the fewer of the caller's own policies
 * are needed in the same account (IAM User Guide, "Policy evaluation logic", "Permissions boundaries"):
 * `account` only delegates to the account's identity policies; `identity` stands without an identity policy, for a role
 * still limited by boundary and session policies; `session` stands alone.
 */
export type Grant = "account" | "identity" | "session";

/** Who makes a request, as AWS names it. */
export interface Principal {
  readonly kind:
    | "root"
    | "user"
    | "role-session"
    | "federated-user"
    /** Whoever an identity provider vouches for, until a role is taken on. */
    | "web-identity"
    | "service"
    | "anonymous";
  /** Of a federated user the unique id of the user that asked for the session. */
  readonly issuerId?: string;
  /** Twelve digits; undefined for a service and for anonymous. */
  readonly accountId?: string;
  /**
   * `arn:aws:iam::A:root`, `arn:aws:iam::A:user/N`, `arn:aws:sts::A:assumed-role/R/S`,
   * `arn:aws:sts::A:federated-user/N`, the provider's ARN of a web identity, or the service's name.
   */
  readonly arn: string;
  /** `aws:PrincipalArn`: for a role's session the ARN of the role, with its path. */
  readonly principalArn: string;
  /** `aws:userid`: `AIDA...`, `AROA...:session`, or the account id for root. */
  readonly userId: string;
  /** Inline policy given to AssumeRole, which narrows the session. */
  readonly sessionPolicies?: readonly CompiledPolicy[];
  /** When temporary credentials were made; undefined for long-term ones. `aws:TokenIssueTime`. */
  readonly issuedEpochMs?: number;
  /** Set on a forward access session: the service that calls on the principal's behalf. */
  readonly calledVia?: string;
  /** `aws:PrincipalTag/*`. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Keys of `tags` that a session assumed from this one inherits. */
  readonly transitiveTagKeys?: readonly string[];
  /** `aws:SourceIdentity`, which stays through every session that is assumed from this one. */
  readonly sourceIdentity?: string;
  /** `aws:FederatedProvider`: ARN of the provider that the session was made by. */
  readonly federatedProvider?: string;
}

/** Values of condition keys of one request, by lower-cased key. A multi-valued key has an array. */
export type ConditionKeys = Readonly<Record<string, string | readonly string[] | undefined>>;

/** One thing that the caller must be allowed to do. */
export interface AccessNeed {
  /** `s3:PutObject`. */
  readonly action: string;
  /** ARN, or `*` for actions without a resource type. */
  readonly resource: string;
  /** The account that owns the resource. Default: the caller's own account (actions with no resource). */
  readonly resourceAccountId?: string;
  /** Bucket policy, key policy or trust policy of the resource, when it has one. */
  readonly resourcePolicy?: CompiledPolicy;
  /** How directly an access control list of S3 lets the caller do it; counts as an Allow of the resource's policy. */
  readonly aclGrant?: Grant;
  /**
   * An object in another account's bucket: the account that owns it. What it takes is then decided between the caller and
   * this account, by ACL; of the bucket's policy only a Deny counts.
   * Source: S3 User Guide, "How Amazon S3 authorizes a request for an object operation".
   */
  readonly ownerAccountId?: string;
  /**
   * How the resource's policy combines with the caller's in one account: `grants` (either may allow: S3, STS trust for
   * other principals), `required` (the resource policy must allow or delegate to the account: KMS keys, role trust).
   * Default `grants`.
   */
  readonly resourcePolicyMode?: "grants" | "required";
  /** A grant on the resource names the caller for this (KMS): it allows by itself, whatever the account. */
  readonly isGranted?: boolean;
  /** The resource is one that AWS keeps for the account (the key `aws/s3`): resource control policies do not reach it. */
  readonly isAwsManaged?: boolean;
  /** Keys of the service (`s3:prefix`, `kms:viaservice`, ...), which go before those of the request. */
  readonly conditionKeys?: ConditionKeys;
  /** Keys of the request itself (`aws:sourceip`, ...), which the pipeline fills. */
  readonly requestKeys?: ConditionKeys;
}

/** Why access was allowed or denied. */
export interface Decision {
  readonly allowed: boolean;
  /** `explicit` when a Deny matched; `implicit` when nothing allowed. */
  readonly denial?: "explicit" | "implicit";
  /** The type of policy that decided a denial, in the words of AWS's messages. */
  readonly policyType?:
    | "identity-based policy"
    | "resource-based policy"
    | "permissions boundary"
    | "session policy"
    | "service control policy"
    | "resource control policy";
  /** `Sid` or index of the statement that decided, for the request log and for explanations. */
  readonly statement?: string;
}

/** A policy prepared for evaluation; made by `compilePolicy` in `compile.ts`, opaque elsewhere. */
export interface CompiledPolicy {
  /** The document as it was given. */
  readonly text: string;
  readonly document: unknown;
  readonly statements: readonly unknown[];
}

/**
 * Organization policies that bear on a request: service control policies of the caller's account, resource control
 * policies of the resource's. Undefined: there is no such limit. Each list allows when any of its policies does.
 */
export interface ControlPolicies {
  readonly serviceControl?: readonly CompiledPolicy[];
  readonly resourceControl?: readonly CompiledPolicy[];
}
