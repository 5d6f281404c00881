import { expect } from "chai";
import { compilePolicy } from "../../sandbox/authorization/compile";
import { decide } from "../../sandbox/authorization/decide";
import { denialMessage } from "../../sandbox/authorization/explain";
import type { AccessNeed, Decision, Principal } from "../../sandbox/authorization/model";
import { ManualClock } from "../../sandbox/clock";
import { Organization } from "../../sandbox/organization";
import { Random } from "../../sandbox/random";
import { IamState } from "../../sandbox/services/iam/state";
import type { World } from "../../sandbox/world";

/** How policies of several types and of two accounts come together. */

const HOME = "111111111111";
const AWAY = "222222222222";
const OBJECT = "arn:aws:s3:::records/x";
const ROLE = `arn:aws:iam::${HOME}:role/reader`;
const USER = `arn:aws:iam::${HOME}:user/ann`;
const SESSION = `arn:aws:sts::${HOME}:assumed-role/reader/s1`;
const HOME_ROOT = `arn:aws:iam::${HOME}:root`;

const ORGANIZATION = new Organization(new Random(1));

/** The part of a world that `decide` reads. */
function makeWorld(): World {
  const world = {
    clock: new ManualClock(Date.UTC(2026, 6, 30)),
    random: new Random(1),
    settings: { iamPropagationDelayMs: 0 },
    organization: new Organization(new Random(1)),
    accounts: new Map([HOME, AWAY].map((id) => [id, { accountId: id, region: "eu-west-1" }])),
    decide: (principal: Principal, need: AccessNeed) => decide(whole, principal, need),
  };
  const whole = world as unknown as World;
  return Object.assign(whole, { iam: new IamState(whole) });
}

const statement = (effect: "Allow" | "Deny", rest: object) => ({
  Version: "2012-10-17",
  Statement: [{ Sid: `${effect}It`, Effect: effect, Action: "s3:*", Resource: "*", ...rest }],
});
const allow = (rest: object = {}) => statement("Allow", rest);
const deny = (rest: object = {}) => statement("Deny", rest);
const grant = (principal: unknown, rest: object = {}) =>
  allow({ Principal: principal === "*" ? "*" : { AWS: principal }, ...rest });
const refuse = (principal: unknown, rest: object = {}) =>
  deny({ Principal: principal === "*" ? "*" : { AWS: principal }, ...rest });
const onlyPut = allow({ Action: "s3:PutObject" });

interface Setup {
  readonly who?: Principal["kind"];
  readonly identity?: object;
  readonly boundary?: object;
  readonly session?: object;
  readonly resource?: object;
  /** The account of the bucket. Default: the caller's. */
  readonly owner?: string;
  readonly need?: Partial<AccessNeed>;
  /** Of the role. Default `/`. */
  readonly path?: string;
  readonly serviceControl?: object;
  readonly resourceControl?: object;
}

function principalOf(who: Principal["kind"], world: World, setup: Setup): Principal {
  const { iam } = world;
  const trust = compilePolicy(
    {
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Principal: { AWS: HOME }, Action: "sts:AssumeRole" },
    },
    "trust",
  );
  const role = iam.addRole({
    accountId: HOME,
    name: "reader",
    path: setup.path ?? "/",
    trust,
    maxSessionDurationSeconds: 3600,
  });
  const user = iam.addUser({ accountId: HOME, name: "ann", path: "/" });
  for (const identity of [role, user]) {
    if (setup.identity !== undefined) identity.inline.set("own", compilePolicy(setup.identity));
    if (setup.boundary !== undefined) identity.boundaryArn = addBoundary(iam, setup.boundary);
  }
  switch (who) {
    case "user":
      return iam.createAccessKey(user).principal;
    case "role-session": {
      const policies = setup.session === undefined ? undefined : [compilePolicy(setup.session)];
      return iam.createSession(role, { name: "s1", durationSeconds: 3600, policies }).principal;
    }
    case "federated-user": {
      const policies = setup.session === undefined ? undefined : [compilePolicy(setup.session)];
      const { principal } = iam.createAccessKey(user);
      const session = { name: "s1", durationSeconds: 3600, policies };
      return iam.createFederatedSession(principal, session).principal;
    }
    case "root":
      return iam.root(HOME);
    case "service":
      return {
        kind: "service",
        arn: "s3.amazonaws.com",
        principalArn: "s3.amazonaws.com",
        userId: "s3.amazonaws.com",
      };
    case "anonymous":
      return { kind: "anonymous", arn: "*", principalArn: "*", userId: "anonymous" };
  }
}

function addBoundary(iam: IamState, document: object): string {
  const arn = `arn:aws:iam::${HOME}:policy/limit`;
  iam.account(HOME).policies.set(arn, {
    accountId: HOME,
    path: "/",
    name: "limit",
    arn,
    id: "ANPALIMIT",
    createdEpochMs: 0,
    updatedEpochMs: 0,
    versions: [{ versionId: "v1", policy: compilePolicy(document), createdEpochMs: 0 }],
    defaultVersionId: "v1",
    nextVersionNumber: 2,
    tags: new Map(),
  });
  return arn;
}

function run(setup: Setup): Decision {
  const world = makeWorld();
  const owner = setup.owner ?? HOME;
  if (setup.serviceControl !== undefined || setup.resourceControl !== undefined) {
    const list = (document: object | undefined) => (document === undefined ? [] : [document]);
    world.organization.setControlPolicies(HOME, {
      serviceControlPolicies: list(setup.serviceControl),
      resourceControlPolicies: list(setup.resourceControl),
    });
  }
  return world.decide(principalOf(setup.who ?? "user", world, setup), {
    action: "s3:GetObject",
    resource: OBJECT,
    resourceAccountId: owner,
    resourcePolicy: setup.resource === undefined ? undefined : compilePolicy(setup.resource),
    ...setup.need,
  });
}

type Expected = "allowed" | readonly [denial: string, policyType: string];
const IDENTITY: Expected = ["implicit", "identity-based policy"];
const RESOURCE: Expected = ["implicit", "resource-based policy"];
const BOUNDARY: Expected = ["implicit", "permissions boundary"];
const SESSION_POLICY: Expected = ["implicit", "session policy"];
const DENIED_BY_IDENTITY: Expected = ["explicit", "identity-based policy"];
const DENIED_BY_RESOURCE: Expected = ["explicit", "resource-based policy"];

function table(title: string, cases: readonly (readonly [string, Setup, Expected])[]): void {
  describe(`authorization: ${title}`, () => {
    for (const [name, setup, expected] of cases) {
      it(name, () => {
        const decision = run(setup);
        const actual = decision.allowed ? "allowed" : [decision.denial, decision.policyType];
        expect(actual).to.deep.equal(expected);
      });
    }
  });
}

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

describe("authorization: keys that follow from the caller", () => {
  const cases: readonly (readonly [string, Principal["kind"], string])[] = [
    ["aws:PrincipalArn", "role-session", ROLE],
    ["aws:PrincipalArn", "user", USER],
    ["aws:PrincipalArn", "root", HOME_ROOT],
    ["aws:PrincipalAccount", "role-session", HOME],
    ["aws:PrincipalType", "role-session", "AssumedRole"],
    ["aws:PrincipalType", "user", "User"],
    ["aws:username", "user", "ann"],
    ["aws:ResourceAccount", "user", HOME],
    ["aws:PrincipalOrgID", "user", ORGANIZATION.id],
    ["aws:PrincipalOrgID", "root", ORGANIZATION.id],
    ["aws:ResourceOrgID", "role-session", ORGANIZATION.id],
    ["aws:MultiFactorAuthPresent", "role-session", "false"],
    ["aws:TokenIssueTime", "role-session", "2026-07-30T00:00:00.000Z"],
    ["aws:CurrentTime", "user", "2026-07-30T00:00:00.000Z"],
    ["aws:PrincipalIsAWSService", "service", "true"],
    ["aws:PrincipalIsAWSService", "user", "false"],
    ["aws:ViaAWSService", "user", "false"],
  ];
  for (const [key, who, value] of cases) {
    it(`${key} of a ${who} is ${value}`, () => {
      const resource = deny({ Principal: "*", Condition: { StringEquals: { [key]: value } } });
      expect(run({ who, identity: allow(), resource }).denial).to.equal("explicit");
    });
  }

  it("the keys of organizations' paths have many values", () => {
    for (const key of ["aws:PrincipalOrgPaths", "aws:ResourceOrgPaths"]) {
      const Condition = { "ForAnyValue:StringLike": { [key]: `${ORGANIZATION.id}/r-*` } };
      expect(run({ identity: allow({ Condition }) }).allowed, key).to.equal(true);
    }
  });

  it("aws:SourceOrgID is there for a service that calls for an account of the organization", () => {
    const Condition = { StringEquals: { "aws:SourceOrgID": ORGANIZATION.id } };
    const resource = grant("*", { Condition });
    for (const [source, allowed] of [
      [HOME, true],
      ["999999999999", false],
    ] as const) {
      const need = { conditionKeys: { "aws:sourceaccount": source } };
      expect(run({ who: "service", resource, need }).allowed).to.equal(allowed);
    }
  });

  it("long-term keys have no aws:MultiFactorAuthPresent", () => {
    const Condition = { Null: { "aws:MultiFactorAuthPresent": "true" } };
    expect(run({ identity: allow({ Condition }) }).allowed).to.equal(true);
    expect(run({ ...role, identity: allow({ Condition }) }).allowed).to.equal(false);
  });

  it("aws:userid of a session holds the role's unique id and the session's name", () => {
    const Condition = { StringLike: { "aws:userid": "AROA*:s1" } };
    expect(run({ ...role, identity: allow({ Condition }) }).allowed).to.equal(true);
  });
});

describe("authorization: why", () => {
  it("names the statement that denied", () => {
    expect(run({ identity: deny() }).statement).to.equal("DenyIt");
  });

  it("names the statement that allowed", () => {
    expect(run({ identity: allow() })).to.deep.equal({
      allowed: true,
      policyType: "identity-based policy",
      statement: "AllowIt",
    });
  });

  it("says it in AWS's words", () => {
    const principal = makeWorld().iam.root(HOME);
    const need = { action: "s3:GetObject", resource: OBJECT };
    expect(denialMessage(principal, need, run({}))).to.equal(
      `User: ${HOME_ROOT} is not authorized to perform: s3:GetObject on resource: ${OBJECT} because no identity-based policy allows the s3:GetObject action`,
    );
    expect(denialMessage(principal, need, run({ resource: refuse("*") }))).to.equal(
      `User: ${HOME_ROOT} is not authorized to perform: s3:GetObject on resource: ${OBJECT} with an explicit deny in a resource-based policy`,
    );
  });
});

describe("authorization: identities that are gone", () => {
  it("a session of a deleted role has no permissions, also when the role is made again", () => {
    const world = makeWorld();
    const session = principalOf("role-session", world, { identity: allow() });
    const need = { action: "s3:GetObject", resource: OBJECT };
    expect(world.decide(session, need).allowed).to.equal(true);
    const old = world.iam.roleByArn(ROLE);
    if (old === undefined) throw new Error("the role is there");
    world.iam.removeIdentity(old);
    expect(world.decide(session, need).allowed).to.equal(false);
    const { accountId, name, path, trust, maxSessionDurationSeconds } = old;
    const again = world.iam.addRole({ accountId, name, path, trust, maxSessionDurationSeconds });
    again.inline.set("own", compilePolicy(allow()));
    expect(again.id).not.to.equal(old.id);
    expect(world.decide(session, need).allowed).to.equal(false);
  });

  it("a bound policy goes on naming the dead role, and shows its unique id", () => {
    const world = makeWorld();
    const { iam } = world;
    principalOf("role-session", world, {});
    const before = iam.roleByArn(ROLE);
    if (before === undefined) throw new Error("the role is there");
    const resourcePolicy = iam.bindPolicy(compilePolicy(grant(ROLE), "resource"));
    const need = { action: "s3:GetObject", resource: OBJECT, resourcePolicy };
    const sessionOf = (of: typeof before) =>
      iam.createSession(of, { name: "s1", durationSeconds: 900 }).principal;
    expect(world.decide(sessionOf(before), need).allowed).to.equal(true);
    expect(iam.policyText(resourcePolicy)).to.contain(ROLE);
    iam.removeIdentity(before);
    const { accountId, name, path, trust, maxSessionDurationSeconds } = before;
    const after = iam.addRole({ accountId, name, path, trust, maxSessionDurationSeconds });
    expect(world.decide(sessionOf(after), need).allowed).to.equal(false);
    expect(iam.policyText(resourcePolicy)).to.contain(before.id).and.not.to.contain(ROLE);
  });

  it("a policy that names a role that does not exist cannot be bound", () => {
    const policy = compilePolicy(grant(`${ROLE}-missing`), "resource");
    expect(() => makeWorld().iam.bindPolicy(policy)).to.throw("Invalid principal in policy");
  });
});
