import { expect } from "chai";
import { compilePolicy } from "../../src/authorization/compile";
import { decide } from "../../src/authorization/decide";
import type { AccessNeed, Decision, Principal } from "../../src/authorization/model";
import { ManualClock } from "../../src/time/clock";
import { Organization } from "../../src/world/organization";
import { Random } from "../../src/values/random";
import { IamState } from "../../src/services/iam/state";
import type { World } from "../../src/world/world";

/** How policies of several types and of two accounts come together: principals, policies and the table of cases. */

export const HOME = "111111111111";
export const AWAY = "222222222222";
export const OBJECT = "arn:aws:s3:::records/x";
export const ROLE = `arn:aws:iam::${HOME}:role/reader`;
export const USER = `arn:aws:iam::${HOME}:user/ann`;
export const SESSION = `arn:aws:sts::${HOME}:assumed-role/reader/s1`;
export const HOME_ROOT = `arn:aws:iam::${HOME}:root`;

export const ORGANIZATION = new Organization(new Random(1));

/** The part of a world that `decide` reads. */
export function makeWorld(): World {
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
export const allow = (rest: object = {}) => statement("Allow", rest);
export const deny = (rest: object = {}) => statement("Deny", rest);
export const grant = (principal: unknown, rest: object = {}) =>
  allow({ Principal: principal === "*" ? "*" : { AWS: principal }, ...rest });
export const refuse = (principal: unknown, rest: object = {}) =>
  deny({ Principal: principal === "*" ? "*" : { AWS: principal }, ...rest });
export const onlyPut = allow({ Action: "s3:PutObject" });

export interface Setup {
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

export function principalOf(who: Principal["kind"], world: World, setup: Setup): Principal {
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
    case "web-identity": {
      const arn = `arn:aws:iam::${HOME}:oidc-provider/accounts.example.com`;
      return { kind: who, arn, principalArn: arn, userId: `${arn}:app:ann` };
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

export function run(setup: Setup): Decision {
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

export type Expected = "allowed" | readonly [denial: string, policyType: string];
export const IDENTITY: Expected = ["implicit", "identity-based policy"];
export const RESOURCE: Expected = ["implicit", "resource-based policy"];
export const BOUNDARY: Expected = ["implicit", "permissions boundary"];
export const SESSION_POLICY: Expected = ["implicit", "session policy"];
export const DENIED_BY_IDENTITY: Expected = ["explicit", "identity-based policy"];
export const DENIED_BY_RESOURCE: Expected = ["explicit", "resource-based policy"];

export function table(title: string, cases: readonly (readonly [string, Setup, Expected])[]): void {
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
