import {
  HOME,
  AWAY,
  ROLE,
  USER,
  SESSION,
  HOME_ROOT,
  allow,
  deny,
  grant,
  refuse,
  onlyPut,
  type Setup,
  IDENTITY,
  RESOURCE,
  BOUNDARY,
  SESSION_POLICY,
  DENIED_BY_IDENTITY,
  DENIED_BY_RESOURCE,
  table,
} from "./fixture";

const role: Setup = { who: "role-session" };

table("one account", [
  ["nothing allows nothing", {}, IDENTITY],
  ["an identity policy is enough", { identity: allow() }, "allowed"],
  ["another action is not covered", { identity: onlyPut }, IDENTITY],
  ["a bucket policy that names the user is enough", { resource: grant(USER) }, "allowed"],
  ["a bucket policy that names the role is enough", { ...role, resource: grant(ROLE) }, "allowed"],
  [
    "a bucket policy that names the session is enough",
    { ...role, resource: grant(SESSION) },
    "allowed",
  ],
  ["a bucket policy for everybody is enough", { resource: grant("*") }, "allowed"],
  ["a bucket policy for the account only delegates", { resource: grant(HOME_ROOT) }, IDENTITY],
  ["a bucket policy for the account id only delegates", { resource: grant(HOME) }, IDENTITY],
  [
    "delegation with an identity policy is enough",
    { resource: grant(HOME), identity: allow() },
    "allowed",
  ],
  [
    "a policy without resources is about what it is attached to",
    { resource: grant(USER, { Resource: undefined }) },
    "allowed",
  ],
  [
    "an access control list is enough beside a policy that says nothing of the caller",
    { resource: grant(ROLE), need: { aclGrant: "identity" } },
    "allowed",
  ],
  [
    "an access control list is enough without a policy",
    { need: { aclGrant: "identity" } },
    "allowed",
  ],
  ["a bucket policy for another user is nothing", { resource: grant(`${USER}2`) }, IDENTITY],
  [
    "a Deny of the bucket beats the identity policy",
    { identity: allow(), resource: refuse("*") },
    DENIED_BY_RESOURCE,
  ],
  [
    "a Deny on the account reaches its users",
    { identity: allow(), resource: refuse(HOME_ROOT) },
    DENIED_BY_RESOURCE,
  ],
  [
    "a Deny on the role reaches its sessions",
    { ...role, identity: allow(), resource: refuse(ROLE) },
    DENIED_BY_RESOURCE,
  ],
  [
    "a Deny on another principal does not count",
    { identity: allow(), resource: refuse(ROLE) },
    "allowed",
  ],
  [
    "an identity Deny beats the bucket's Allow",
    { identity: deny(), resource: grant(USER) },
    DENIED_BY_IDENTITY,
  ],
  [
    "a Deny with a condition that fails does not count",
    {
      identity: allow(),
      resource: refuse("*", { Condition: { Bool: { "aws:SecureTransport": "false" } } }),
      need: { conditionKeys: { "aws:securetransport": "true" } },
    },
    "allowed",
  ],
]);

table("what others own, grants and limits", [
  [
    "a bucket policy says nothing of an object that another account owns",
    { resource: grant(USER), need: { ownerAccountId: AWAY } },
    IDENTITY,
  ],
  [
    "nor does it beside what the caller's own policies allow",
    { identity: allow(), resource: grant(USER), need: { ownerAccountId: AWAY } },
    RESOURCE,
  ],
  ["a grant of a key is enough", { need: { isGranted: true } }, "allowed"],
  [
    "a grant of a key stays within the boundary",
    { boundary: onlyPut, need: { isGranted: true } },
    BOUNDARY,
  ],
  [
    "a policy for everybody keeps a federated user within the session policies",
    { who: "federated-user", identity: allow(), session: onlyPut, resource: grant("*") },
    SESSION_POLICY,
  ],
  ["across accounts with neither side's policy, the caller's is named", { owner: AWAY }, IDENTITY],
  [
    "a resource control policy does not reach the retiring of a grant",
    {
      identity: allow({ Action: "kms:*" }),
      resourceControl: deny({ Principal: "*", Action: "kms:*" }),
      need: { action: "kms:RetireGrant" },
    },
    "allowed",
  ],
  [
    "a resource control policy reaches the assuming of roles",
    {
      identity: allow({ Action: "sts:*" }),
      resourceControl: deny({ Principal: "*", Action: "sts:*" }),
      need: { action: "sts:AssumeRole" },
    },
    ["explicit", "resource control policy"],
  ],
  [
    "but every other use of a key",
    {
      identity: allow({ Action: "kms:*" }),
      resourceControl: deny({ Principal: "*", Action: "kms:*" }),
      need: { action: "kms:Decrypt" },
    },
    ["explicit", "resource control policy"],
  ],
]);

table("root, services and nobody", [
  ["root of the account may do everything", { who: "root" }, "allowed"],
  [
    "root is bound by a Deny of the bucket",
    { who: "root", resource: refuse("*") },
    DENIED_BY_RESOURCE,
  ],
  [
    "root can always mend its own bucket's policy",
    { who: "root", resource: refuse("*"), need: { action: "s3:DeleteBucketPolicy" } },
    "allowed",
  ],
  [
    "a user of the account cannot",
    { identity: allow(), resource: refuse("*"), need: { action: "s3:DeleteBucketPolicy" } },
    DENIED_BY_RESOURCE,
  ],
  [
    "root of another account cannot mend a bucket's policy",
    { who: "root", owner: AWAY, need: { action: "s3:PutBucketPolicy" } },
    RESOURCE,
  ],
  [
    "nor does a Deny spare it",
    {
      who: "root",
      owner: AWAY,
      resource: refuse("*"),
      need: { action: "s3:DeleteBucketPolicy" },
    },
    DENIED_BY_RESOURCE,
  ],
  ["root needs the other account's bucket policy", { who: "root", owner: AWAY }, RESOURCE],
  [
    "root with the other account's bucket policy",
    { who: "root", owner: AWAY, resource: grant(HOME) },
    "allowed",
  ],
  ["nobody gets in without a policy", { who: "anonymous" }, RESOURCE],
  [
    "nobody gets in by a policy for everybody",
    { who: "anonymous", resource: grant("*") },
    "allowed",
  ],
  ["nobody gets in by AWS: *", { who: "anonymous", resource: grant(["*"]) }, "allowed"],
  ["nobody is not of an account", { who: "anonymous", resource: grant(HOME) }, RESOURCE],
  ["a service needs to be named", { who: "service", resource: grant(HOME) }, RESOURCE],
  [
    "a service that is named gets in",
    { who: "service", resource: allow({ Principal: { Service: "s3.amazonaws.com" } }) },
    "allowed",
  ],
  [
    "another service does not",
    { who: "service", resource: allow({ Principal: { Service: "sns.amazonaws.com" } }) },
    RESOURCE,
  ],
]);

const PROVIDER = `arn:aws:iam::${HOME}:oidc-provider/accounts.example.com`;

table("principals that are named in several ways, and those of a provider", [
  ["the stronger of two names counts, first", { resource: grant([USER, HOME]) }, "allowed"],
  ["the stronger of two names counts, last", { resource: grant([HOME, USER]) }, "allowed"],
  [
    "who comes from a provider gets in where it is named",
    { who: "web-identity", resource: allow({ Principal: { Federated: PROVIDER } }) },
    "allowed",
  ],
  [
    "but not where another one is",
    { who: "web-identity", resource: allow({ Principal: { Federated: `${PROVIDER}.test` } }) },
    RESOURCE,
  ],
  [
    "a user is no provider, whatever a policy calls one",
    { resource: allow({ Principal: { Federated: USER } }) },
    IDENTITY,
  ],
  [
    "NotPrincipal spares who comes from the provider that it names",
    {
      who: "web-identity",
      resource: {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: "*", Action: "s3:*", Resource: "*" },
          { Effect: "Deny", NotPrincipal: { Federated: PROVIDER }, Action: "s3:*", Resource: "*" },
        ],
      },
    },
    "allowed",
  ],
]);

table("two accounts", [
  ["an identity policy alone is not enough", { owner: AWAY, identity: allow() }, RESOURCE],
  ["a bucket policy alone is not enough", { owner: AWAY, resource: grant(USER) }, IDENTITY],
  ["both together are", { owner: AWAY, identity: allow(), resource: grant(USER) }, "allowed"],
  [
    "the account as principal is enough with both",
    { owner: AWAY, identity: allow(), resource: grant(HOME_ROOT) },
    "allowed",
  ],
  [
    "everybody as principal is enough with both",
    { owner: AWAY, identity: allow(), resource: grant("*") },
    "allowed",
  ],
  [
    "the session as principal does not stand alone",
    { ...role, owner: AWAY, resource: grant(SESSION) },
    IDENTITY,
  ],
  [
    "a policy for everybody narrowed to the role's ARN",
    {
      ...role,
      owner: AWAY,
      identity: allow(),
      resource: grant("*", { Condition: { ArnEquals: { "aws:PrincipalArn": ROLE } } }),
    },
    "allowed",
  ],
  [
    "the same narrowed to another role",
    {
      ...role,
      owner: AWAY,
      identity: allow(),
      resource: grant("*", { Condition: { ArnEquals: { "aws:PrincipalArn": `${ROLE}2` } } }),
    },
    RESOURCE,
  ],
  [
    "a boundary counts at home",
    { ...role, owner: AWAY, identity: allow(), boundary: onlyPut, resource: grant(ROLE) },
    BOUNDARY,
  ],
]);

table("boundaries and session policies", [
  ["a boundary gives nothing", { boundary: allow() }, IDENTITY],
  ["a boundary limits", { identity: allow(), boundary: onlyPut }, BOUNDARY],
  [
    "inside the boundary is allowed",
    { identity: allow(), boundary: allow({ Action: "s3:Get*" }) },
    "allowed",
  ],
  [
    "a Deny in a boundary is explicit",
    { identity: allow(), boundary: deny() },
    ["explicit", "permissions boundary"],
  ],
  [
    "a bucket policy that names the user passes the boundary",
    { boundary: onlyPut, resource: grant(USER) },
    "allowed",
  ],
  [
    "a bucket policy that names the role does not",
    { ...role, boundary: onlyPut, resource: grant(ROLE) },
    BOUNDARY,
  ],
  [
    "a bucket policy that names the session does",
    { ...role, boundary: onlyPut, resource: grant(SESSION) },
    "allowed",
  ],
  ["a session policy gives nothing", { ...role, session: allow() }, IDENTITY],
  ["a session policy limits", { ...role, identity: allow(), session: onlyPut }, SESSION_POLICY],
  [
    "a session policy limits a grant to the role",
    { ...role, session: onlyPut, resource: grant(ROLE) },
    SESSION_POLICY,
  ],
  [
    "a session policy does not limit a grant to the session",
    { ...role, session: onlyPut, resource: grant(SESSION) },
    "allowed",
  ],
  [
    "a Deny in a session policy is explicit",
    { ...role, identity: allow(), session: deny(), resource: grant(SESSION) },
    ["explicit", "session policy"],
  ],
]);

const federated: Setup = { who: "federated-user" };

table("federated users", [
  [
    "without a session policy nothing is allowed",
    { ...federated, identity: allow() },
    SESSION_POLICY,
  ],
  [
    "a session policy narrows",
    { ...federated, identity: allow(), session: onlyPut },
    SESSION_POLICY,
  ],
  [
    "what user and session policies allow is allowed",
    { ...federated, identity: allow(), session: allow() },
    "allowed",
  ],
  ["a session policy gives nothing", { ...federated, session: allow() }, IDENTITY],
  [
    "a bucket policy that names the federated user is enough",
    { ...federated, resource: grant(`arn:aws:sts::${HOME}:federated-user/s1`) },
    "allowed",
  ],
]);

const required = { resourcePolicyMode: "required" } as const;

table("resources whose policy must allow (KMS keys, role trust)", [
  ["an identity policy alone is not enough", { identity: allow(), need: required }, RESOURCE],
  ["delegation alone is not enough", { resource: grant(HOME), need: required }, IDENTITY],
  [
    "delegation and an identity policy are",
    { resource: grant(HOME), identity: allow(), need: required },
    "allowed",
  ],
  ["a policy that names the user is enough", { resource: grant(USER), need: required }, "allowed"],
  ["root is bound as well", { who: "root", resource: grant(USER), need: required }, RESOURCE],
  ["root has what is delegated", { who: "root", resource: grant(HOME), need: required }, "allowed"],
  ["another account needs both", { owner: AWAY, resource: grant(HOME), need: required }, IDENTITY],
  [
    "another account with both",
    { owner: AWAY, resource: grant(HOME), identity: allow(), need: required },
    "allowed",
  ],
]);

const except = (principals: readonly string[]) => deny({ NotPrincipal: { AWS: principals } });

table("NotPrincipal", [
  ["denies who is not listed", { identity: allow(), resource: except([ROLE]) }, DENIED_BY_RESOURCE],
  [
    "spares a user listed with the account",
    { identity: allow(), resource: except([USER, HOME_ROOT]) },
    "allowed",
  ],
  [
    "denies a user listed without the account",
    { identity: allow(), resource: except([USER]) },
    DENIED_BY_RESOURCE,
  ],
  [
    "denies a session when only the role is listed",
    { ...role, identity: allow(), resource: except([ROLE, HOME]) },
    DENIED_BY_RESOURCE,
  ],
  [
    "spares a session listed with role and account",
    { ...role, identity: allow(), resource: except([ROLE, SESSION, HOME]) },
    "allowed",
  ],
  [
    "spares root when the account is listed",
    { who: "root", resource: except([HOME_ROOT]) },
    "allowed",
  ],
]);

table("organization policies", [
  [
    "a service control policy limits",
    { identity: allow(), serviceControl: onlyPut },
    ["implicit", "service control policy"],
  ],
  [
    "a service control policy limits root",
    { who: "root", serviceControl: onlyPut },
    ["implicit", "service control policy"],
  ],
  [
    "a service control policy denies",
    { identity: allow(), serviceControl: deny() },
    ["explicit", "service control policy"],
  ],
  ["a service control policy gives nothing", { serviceControl: allow() }, IDENTITY],
  [
    "a resource control policy denies",
    { identity: allow(), resourceControl: deny({ Principal: "*" }) },
    ["explicit", "resource control policy"],
  ],
  [
    "a resource control policy of the caller's account says nothing of other accounts' resources",
    {
      owner: AWAY,
      identity: allow(),
      resource: grant(HOME),
      resourceControl: deny({ Principal: "*" }),
    },
    "allowed",
  ],
  [
    "a resource control policy binds AWS services, unless its condition spares them",
    { who: "service", resource: grant("*"), resourceControl: deny({ Principal: "*" }) },
    ["explicit", "resource control policy"],
  ],
  [
    "aws:PrincipalIsAWSService spares them",
    {
      who: "service",
      resource: grant("*"),
      resourceControl: deny({
        Principal: "*",
        Condition: { BoolIfExists: { "aws:PrincipalIsAWSService": "false" } },
      }),
    },
    "allowed",
  ],
  [
    "a resource control policy does not reach keys that AWS keeps",
    {
      identity: allow(),
      resource: grant(HOME),
      resourceControl: deny({ Principal: "*" }),
      need: { isAwsManaged: true },
    },
    "allowed",
  ],
  [
    "a service control policy does not bind AWS services",
    { who: "service", resource: grant("*"), serviceControl: deny() },
    "allowed",
  ],
  [
    "neither binds a service-linked role",
    {
      who: "role-session",
      path: "/aws-service-role/replication.example.com/",
      identity: allow(),
      serviceControl: deny(),
      resourceControl: deny({ Principal: "*" }),
    },
    "allowed",
  ],
]);
