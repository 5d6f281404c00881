import { expect } from "chai";
import { compilePolicy, isPublicPolicy, MalformedPolicy } from "../../src/authorization/compile";
import type { Principal } from "../../src/authorization/model";
import { isExcepted, matchPrincipals } from "../../src/authorization/principals";
import { statementsOf } from "../../src/authorization/statement";
import { HOME, HOME_ROOT, ROLE, SESSION, USER } from "./fixture";

const valid = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
const document = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });
const problemOf = (policy: string | object): string | undefined => {
  try {
    compilePolicy(policy);
    return undefined;
  } catch (error) {
    if (error instanceof MalformedPolicy) return error.problem;
    throw error;
  }
};

describe("authorization: a policy's text", () => {
  it("is kept as it was written, and read", () => {
    const text = JSON.stringify(document(valid), undefined, 2);
    const policy = compilePolicy(text);
    expect(policy.text).to.equal(text);
    expect(policy.document).to.deep.equal(document(valid));
    for (const broken of ["", "{", "[]", "5", '"a"']) {
      expect(problemOf(broken), broken).to.equal("invalid-json");
    }
  });

  it("names its statements by Sid, else by their place", () => {
    const policy = compilePolicy(document(valid, { ...valid, Sid: "" }, { ...valid, Sid: "One" }));
    expect(statementsOf(policy).map(({ name }) => name)).to.deep.equal([
      "Statement[0]",
      "Statement[1]",
      "One",
    ]);
  });

  it("refuses what is no map of principals by what was written", () => {
    const subjectOf = (Principal: unknown) => {
      try {
        compilePolicy(document({ ...valid, Principal }));
        return undefined;
      } catch (error) {
        return (error as MalformedPolicy).subject;
      }
    };
    expect(subjectOf(5)).to.equal('"Principal":"5"');
    expect(subjectOf([HOME])).to.equal(`"Principal":"[\"${HOME}\"]"`);
    expect(subjectOf({})).to.equal('"Principal":"{}"');
  });

  it("keeps principals of every kind", () => {
    const CanonicalUser = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
    const id = "AIDAANNANNANNANNANN22";
    const Principal = { AWS: [HOME, id], CanonicalUser };
    const [statement] = statementsOf(compilePolicy(document({ ...valid, Principal })));
    expect(statement?.principals).to.deep.equal([
      { kind: "account", accountId: HOME },
      { kind: "unique-id", id, written: id },
      { kind: "other", text: CanonicalUser },
    ]);
  });

  it("refuses a Sid that is no text", () => {
    for (const Sid of [null, 5])
      expect(problemOf(document({ ...valid, Sid }))).to.equal("invalid-sid");
  });

  it("wants a resource in a list of those that are left out", () => {
    const { Resource, ...rest } = valid;
    expect(problemOf(document({ ...rest, NotResource: [] }))).to.equal("invalid-resource");
    expect(problemOf(document({ ...rest, Resource: [Resource] }))).to.equal(undefined);
  });
});

/** Source: IAM User Guide, "AWS JSON policy elements: NotPrincipal". */
describe("authorization: whom NotPrincipal spares", () => {
  const user: Principal = {
    kind: "user",
    accountId: HOME,
    arn: USER,
    principalArn: USER,
    userId: "AIDAANN",
  };
  const session: Principal = { ...user, kind: "role-session", arn: SESSION, principalArn: ROLE };
  const root: Principal = { ...user, kind: "root", arn: HOME_ROOT, principalArn: HOME_ROOT };
  const arn = "s3.amazonaws.com";
  const service: Principal = { kind: "service", arn, principalArn: arn, userId: arn };
  const account = { kind: "account", accountId: HOME } as const;
  const elsewhere = { kind: "account", accountId: "222222222222" } as const;
  const identity = (of: string) => ({ kind: "identity", arn: of }) as const;
  const named = { kind: "service", name: arn } as const;

  it("is everybody where everybody is named", () => {
    for (const caller of [user, session, root, service]) {
      expect(isExcepted([{ kind: "everyone" }], caller)).to.equal(true);
    }
  });

  it("is a user with its account, a session with its role and account, and no part of them", () => {
    expect(isExcepted([account, identity(USER)], user)).to.equal(true);
    expect(isExcepted([account], user)).to.equal(false);
    expect(isExcepted([identity(USER)], user)).to.equal(false);
    expect(isExcepted([elsewhere, identity(USER)], user)).to.equal(false);
    const own = { kind: "session", arn: SESSION } as const;
    const other = { kind: "session", arn: `${SESSION}x` } as const;
    expect(isExcepted([account, identity(ROLE), own], session)).to.equal(true);
    expect(isExcepted([account, identity(ROLE)], session)).to.equal(false);
    expect(isExcepted([account, identity(ROLE), other], session)).to.equal(false);
    expect(isExcepted([account, own], session)).to.equal(false);
  });

  it("is an account's root with its account, and a service by its name", () => {
    expect(isExcepted([account], root)).to.equal(true);
    expect(isExcepted([elsewhere], root)).to.equal(false);
    expect(isExcepted([named], service)).to.equal(true);
    expect(isExcepted([{ ...named, name: "sqs.amazonaws.com" }], service)).to.equal(false);
    expect(isExcepted([account, identity(USER)], service)).to.equal(false);
  });

  it("is not asked of a canonical user, and of a service only by a service", () => {
    expect(matchPrincipals([{ kind: "other", text: "79a5" }], user)).to.equal(undefined);
    expect(matchPrincipals([named], { ...user, arn })).to.equal(undefined);
    expect(matchPrincipals([identity(HOME_ROOT)], root)).to.equal(undefined);
  });
});

describe("authorization: a public policy", () => {
  const everyone = { ...valid, Principal: "*" };
  const account = { AWS: HOME };
  const narrowed = (Condition: object) =>
    isPublicPolicy(compilePolicy(document({ ...everyone, Condition })));

  it("is one with a public statement among others, or with everybody among others", () => {
    expect(
      isPublicPolicy(compilePolicy(document({ ...valid, Principal: account }, everyone))),
    ).to.equal(true);
    const both = { ...valid, Principal: { AWS: [HOME, "*"] } };
    expect(isPublicPolicy(compilePolicy(document(both)))).to.equal(true);
  });

  it("is one with a wildcard at the end of what is no user id, or after the session's", () => {
    expect(narrowed({ StringLike: { "aws:SourceVpc": "vpc:*" } })).to.equal(true);
    expect(narrowed({ StringLike: { "aws:userid": "AROA:*x" } })).to.equal(true);
    expect(narrowed({ StringLike: { "aws:userid": "AROA:*?" } })).to.equal(true);
  });
});
