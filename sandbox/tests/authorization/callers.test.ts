import { expect } from "chai";
import { compilePolicy } from "../../src/authorization/compile";
import { decideWith } from "../../src/authorization/decide";
import type { Principal } from "../../src/authorization/model";
import { denialMessage } from "../../src/authorization/explain";
import {
  HOME,
  OBJECT,
  ROLE,
  USER,
  HOME_ROOT,
  ORGANIZATION,
  makeWorld,
  allow,
  deny,
  grant,
  refuse,
  onlyPut,
  type Setup,
  principalOf,
  run,
} from "./fixture";

const role: Setup = { who: "role-session" };

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
    ["aws:PrincipalType", "root", "Account"],
    ["aws:PrincipalType", "federated-user", "FederatedUser"],
    ["aws:PrincipalType", "web-identity", "FederatedUser"],
    ["aws:PrincipalType", "service", "Service"],
    ["aws:PrincipalType", "anonymous", "Anonymous"],
    ["aws:PrincipalServiceName", "service", "s3.amazonaws.com"],
    ["aws:PrincipalServiceNamesList", "service", "s3.amazonaws.com"],
    ["aws:EpochTime", "user", "1785369600"],
    ["aws:PrincipalOrgPaths", "user", ORGANIZATION.path],
    ["aws:ResourceOrgPaths", "service", ORGANIZATION.path],
  ];
  for (const [key, who, value] of cases) {
    it(`${key} of a ${who} is ${value}`, () => {
      const resource = deny({ Principal: "*", Condition: { StringEquals: { [key]: value } } });
      expect(run({ who, identity: allow(), resource }).denial).to.equal("explicit");
    });
  }

  const absent: readonly (readonly [string, Principal["kind"]])[] = [
    ...(["anonymous", "service", "web-identity"] as const).flatMap((who) =>
      [
        ...["aws:PrincipalArn", "aws:PrincipalAccount", "aws:userid", "aws:username"],
        ...["aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:TokenIssueTime"],
      ].map((key) => [key, who] as const),
    ),
    ["aws:username", "role-session"],
    ["aws:username", "root"],
    ["aws:PrincipalServiceName", "user"],
    ["aws:PrincipalServiceNamesList", "user"],
    ["aws:CalledVia", "user"],
    ["aws:CalledViaFirst", "user"],
    ["aws:SourceOrgID", "service"],
    ["aws:SourceOrgPaths", "service"],
    ["aws:SourceIdentity", "role-session"],
    ["aws:FederatedProvider", "role-session"],
    ["aws:PrincipalTag/team", "user"],
    ["aws:PrincipalTag/s", "root"],
  ];
  for (const [key, who] of absent) {
    it(`${key} of a ${who} is absent`, () => {
      const resource = deny({ Principal: "*", Condition: { Null: { [key]: "true" } } });
      expect(run({ who, identity: allow(), resource }).denial).to.equal("explicit");
    });
  }

  it("a service that calls for somebody is named in each of the three keys", () => {
    const world = makeWorld();
    const calledVia = "athena.amazonaws.com";
    const principal = { ...principalOf("user", world, { identity: allow() }), calledVia };
    for (const Condition of [
      { StringEquals: { "aws:CalledVia": calledVia } },
      { StringEquals: { "aws:CalledViaFirst": calledVia } },
      { StringEquals: { "aws:CalledViaLast": calledVia } },
      { Bool: { "aws:ViaAWSService": "true" } },
      // A key of several values has none as a variable. Source: IAM User Guide, "Policy variables".
      { StringNotEquals: { "aws:CalledViaFirst": "${aws:CalledVia}" } },
    ]) {
      const resourcePolicy = compilePolicy(deny({ Principal: "*", Condition }));
      const need = { action: "s3:GetObject", resource: OBJECT, resourcePolicy };
      expect(world.decide(principal, need).denial, JSON.stringify(Condition)).to.equal("explicit");
    }
  });

  it("a session that a provider vouched for has the provider's key, and no source identity", () => {
    const world = makeWorld();
    const federatedProvider = `arn:aws:iam::${HOME}:oidc-provider/accounts.example.com`;
    const principal = {
      ...principalOf("role-session", world, { identity: allow() }),
      federatedProvider,
    };
    const Condition = {
      StringEquals: { "aws:FederatedProvider": federatedProvider },
      Null: { "aws:SourceIdentity": "true" },
    };
    const resourcePolicy = compilePolicy(deny({ Principal: "*", Condition }));
    const need = { action: "s3:GetObject", resource: OBJECT, resourcePolicy };
    expect(world.decide(principal, need).denial).to.equal("explicit");
  });

  it("a tag of the session comes before the role's, in any case, and is no other key's value", () => {
    const world = makeWorld();
    const ofRole = principalOf("role-session", world, { identity: allow() });
    const behind = world.iam.roleByArn(ROLE);
    behind?.tags.set("Team", "red");
    behind?.tags.set("cost", "low");
    const principal = { ...ofRole, tags: { b: "x", TEAM: "blue" } };
    const has = (key: string, value: string): boolean => {
      const Condition = { StringEquals: { [key]: value } };
      const resourcePolicy = compilePolicy(deny({ Principal: "*", Condition }));
      const need = { action: "s3:GetObject", resource: OBJECT, resourcePolicy };
      return world.decide(principal, need).denial === "explicit";
    };
    expect(has("aws:PrincipalTag/team", "blue")).to.equal(true);
    expect(has("aws:PrincipalTag/team", "red")).to.equal(false);
    expect(has("aws:PrincipalTag/COST", "low")).to.equal(true);
    expect(has("aws:ResourceTag/ab", "x")).to.equal(false);
  });

  it("an account of no organization has none of its keys", () => {
    for (const key of ["aws:ResourceOrgID", "aws:ResourceOrgPaths"]) {
      const Condition = { Null: { [key]: "true" } };
      const resource = grant(USER, { Condition });
      const strange = { owner: "999999999999", identity: allow(), resource };
      expect(run(strange).allowed, key).to.equal(true);
      expect(run({ ...strange, owner: HOME, identity: deny({ Condition }) }).denial).to.equal(
        "implicit",
      );
    }
  });

  it("a value that the operation gives comes before one that follows from the caller", () => {
    const Condition = { StringEquals: { "aws:PrincipalArn": "given" } };
    const need = { conditionKeys: { "aws:principalarn": "given" } };
    expect(run({ identity: allow({ Condition }), need }).allowed).to.equal(true);
  });

  it("the keys of organizations' paths have many values", () => {
    for (const key of ["aws:PrincipalOrgPaths", "aws:ResourceOrgPaths"]) {
      const Condition = { "ForAnyValue:StringLike": { [key]: `${ORGANIZATION.id}/r-*` } };
      expect(run({ identity: allow({ Condition }) }).allowed, key).to.equal(true);
    }
  });

  it("aws:SourceOrgID is there for a service that calls for an account of the organization", () => {
    const Condition = {
      StringEquals: { "aws:SourceOrgID": ORGANIZATION.id },
      "ForAnyValue:StringEquals": { "aws:SourceOrgPaths": ORGANIZATION.path },
    };
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

describe("authorization: several policies of a caller", () => {
  it("allow what any of them allows, in whatever order", () => {
    const world = makeWorld();
    const principal = principalOf("user", world, {});
    const need = { action: "s3:GetObject", resource: OBJECT };
    const policies = [allow(), onlyPut].map((one) => compilePolicy(one));
    for (const identity of [policies, policies.toReversed()]) {
      expect(decideWith(world, { identity }, principal, need).allowed).to.equal(true);
    }
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
