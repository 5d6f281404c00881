import { expect } from "chai";
import fc from "fast-check";
import { compilePolicy } from "../../src/authorization/compile";
import { evaluatePolicy } from "../../src/authorization/evaluate";
import type { ConditionKeys, Principal } from "../../src/authorization/model";

/** One policy against one request: actions, resources, variables and condition operators. */

const caller: Principal = {
  kind: "user",
  accountId: "111111111111",
  arn: "arn:aws:iam::111111111111:user/ann",
  principalArn: "arn:aws:iam::111111111111:user/ann",
  userId: "AIDAANNANNANNANNANN22",
};

interface Request {
  readonly action?: string;
  readonly resource?: string;
  readonly keys?: ConditionKeys;
}

function allows(statement: object, request: Request = {}, version = "2012-10-17"): boolean {
  const policy = compilePolicy({
    Version: version,
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*", ...statement }],
  });
  const result = evaluatePolicy(policy, {
    principal: caller,
    action: (request.action ?? "s3:GetObject").toLowerCase(),
    resource: request.resource ?? "arn:aws:s3:::records/a/b.txt",
    keys: { get: (key) => request.keys?.[key] },
  });
  return result.allow !== undefined;
}

describe("authorization: actions", () => {
  const cases: [pattern: string | string[], action: string, expected: boolean][] = [
    ["*", "s3:GetObject", true],
    ["s3:*", "s3:GetObject", true],
    ["s3:*", "s3-outposts:GetObject", false],
    ["s3:Get*", "s3:GetObject", true],
    ["s3:Get*", "s3:PutObject", false],
    ["S3:gETobject", "s3:GetObject", true],
    ["s3:GetObject", "s3:GetObjectVersion", false],
    ["s3:*Object*", "s3:PutObjectTagging", true],
    ["s3:?etObject", "s3:GetObject", true],
    ["s3:?GetObject", "s3:GetObject", false],
    [["iam:*", "s3:List*"], "s3:ListBucket", true],
  ];
  for (const [pattern, action, expected] of cases) {
    it(`${JSON.stringify(pattern)} ${expected ? "covers" : "does not cover"} ${action}`, () => {
      expect(allows({ Action: pattern }, { action })).to.equal(expected);
    });
  }

  it("NotAction covers all but what it lists", () => {
    const statement = { Action: undefined, NotAction: "s3:Delete*" };
    expect(allows(statement, { action: "s3:GetObject" })).to.equal(true);
    expect(allows(statement, { action: "s3:DeleteObjectVersion" })).to.equal(false);
  });
});

describe("authorization: resources", () => {
  const object = "arn:aws:s3:::records/a/b.txt";
  const cases: [pattern: string, resource: string, expected: boolean][] = [
    ["*", object, true],
    ["arn:aws:s3:::records/*", object, true],
    ["arn:aws:s3:::records", object, false],
    ["arn:aws:s3:::records/*", "arn:aws:s3:::records", false],
    ["arn:aws:s3:::records*", "arn:aws:s3:::records-other/x", true],
    ["arn:aws:s3:::rec?rds/*", object, true],
    ["arn:aws:s3:::*/b.txt", object, true],
    ["arn:aws:s3:::*/c.txt", object, false],
    ["arn:aws:s3:::records/A/*", object, false],
    ["arn:aws:kms:*:111111111111:key/*", "arn:aws:kms:eu-west-1:111111111111:key/x", true],
    ["arn:aws:kms:*:key/*", "arn:aws:kms:eu-west-1:111111111111:key/x", false],
    ["arn:aws:iam::*:role/*", "arn:aws:iam::111111111111:role/service-role/r", true],
    ["arn:aws:s3:::records/*", "arn:aws:s3:::records/colon:in:key", true],
    ["arn:*:s3:::records/*", object, true],
    ["arn:aws:s3:::records/*", "*", false],
    ["arn:*:s3:::records/*", "*", false],
    ["arn:*:s3:::records/*", "arn:aws:s3", false],
    ["arn:aws:s3:::*:in:*", "arn:aws:s3:::a:b:in:key", true],
    ["arn:aws:s3:::records/?", "arn:aws:s3:::records/ab", false],
    ["arn:aws:s3:::records/?", "arn:aws:s3:::records/a", true],
    ["arn:*", object, true],
    ["*:*:*:*:*:x", "arn:aws:s3:::x", true],
    ["*:*:*:*:*:x", "arn:aws:s3:::a:x", false],
    ["arn:*:kms:::records/*", object, false],
    ["arn:*:s3:::*:b", "arn:aws:s3:::x:y:b", true],
    ["arn:aws:iam::*:role/r", "arn:aws:iam::111111111111:role/r", true],
    ["arn:aws:iam::*:role/r", "arn:aws:iam::111111111111:x:role/r", false],
  ];
  for (const [pattern, resource, expected] of cases) {
    it(`${pattern} ${expected ? "covers" : "does not cover"} ${resource}`, () => {
      expect(allows({ Resource: pattern }, { resource })).to.equal(expected);
    });
  }

  it("NotResource covers all but what it lists", () => {
    const statement = { Resource: undefined, NotResource: "arn:aws:s3:::records/*" };
    expect(allows(statement, { resource: object })).to.equal(false);
    expect(allows(statement, { resource: "arn:aws:s3:::other/x" })).to.equal(true);
  });

  it("agrees with a regular expression on any pattern of one part", () => {
    const text = (alphabet: string) =>
      fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 12 });
    fc.assert(
      fc.property(text("ab*?"), text("ab"), (pattern, key) => {
        const expression = pattern.replaceAll("*", ".*").replaceAll("?", ".");
        const resource = `arn:aws:s3:::${key}`;
        expect(allows({ Resource: `arn:aws:s3:::${pattern}` }, { resource })).to.equal(
          new RegExp(`^${expression}$`).test(key),
        );
      }),
      { seed: 20260730 },
    );
  });

  it("matches a long key of repeated letters in no time", () => {
    const resource = `arn:aws:s3:::records/${"a".repeat(1000)}`;
    const pattern = `arn:aws:s3:::records/${"*a".repeat(20)}b`;
    expect(allows({ Resource: pattern }, { resource })).to.equal(false);
  });
});

describe("authorization: policy variables", () => {
  const home = { Resource: "arn:aws:s3:::records/${aws:username}/*" };
  const resource = "arn:aws:s3:::records/ann/x";
  const keys = { "aws:username": "ann" };

  it("are replaced in resources", () => {
    expect(allows(home, { resource, keys })).to.equal(true);
    expect(allows(home, { resource, keys: { "aws:username": "bob" } })).to.equal(false);
  });

  it("without a value match nothing", () => {
    expect(allows(home, { resource })).to.equal(false);
  });

  it("take a default", () => {
    const statement = { Resource: "arn:aws:s3:::records/${aws:PrincipalTag/team, 'shared'}/*" };
    const shared = "arn:aws:s3:::records/shared/x";
    expect(allows(statement, { resource: shared })).to.equal(true);
    const red = { "aws:principaltag/team": "red" };
    expect(allows(statement, { resource: shared, keys: red })).to.equal(false);
    expect(allows(statement, { resource: "arn:aws:s3:::records/red/x", keys: red })).to.equal(true);
  });

  it("take a default however it is spaced, and none for a key of several values", () => {
    for (const variable of [
      "${aws:PrincipalTag/team,'two words'}",
      "${  aws:PrincipalTag/team  ,  'two words'  }",
    ]) {
      const statement = { Resource: `arn:aws:s3:::records/${variable}` };
      const shared = { resource: "arn:aws:s3:::records/two words" };
      expect(allows(statement, shared), variable).to.equal(true);
      const keys = { "aws:principaltag/team": ["two words"] };
      expect(allows(statement, { ...shared, keys }), variable).to.equal(false);
    }
  });

  it("take no default from what is not written as one", () => {
    for (const variable of ["${aws:a aws:b, 'x'}", "${aws:a, 'x' y}"]) {
      const statement = { Resource: `arn:aws:s3:::records/${variable}` };
      expect(allows(statement, { resource: "arn:aws:s3:::records/x" }), variable).to.equal(false);
    }
  });

  it("may have blanks around their names", () => {
    const statement = { Resource: "arn:aws:s3:::records/${  aws:username  }/*" };
    expect(allows(statement, { resource, keys })).to.equal(true);
  });

  it("${*} is a star and no wildcard", () => {
    const statement = { Resource: "arn:aws:s3:::records/${*}" };
    expect(allows(statement, { resource: "arn:aws:s3:::records/*" })).to.equal(true);
    expect(allows(statement, { resource })).to.equal(false);
  });

  it("a value with a star is no wildcard", () => {
    expect(allows(home, { resource, keys: { "aws:username": "*" } })).to.equal(false);
  });

  it("are plain text in the policy version 2008-10-17", () => {
    expect(allows(home, { resource, keys }, "2008-10-17")).to.equal(false);
  });

  it("are replaced in conditions", () => {
    const Condition = { StringEquals: { "s3:prefix": "${aws:username}/" } };
    expect(allows({ Condition }, { keys: { ...keys, "s3:prefix": "ann/" } })).to.equal(true);
    expect(allows({ Condition }, { keys: { ...keys, "s3:prefix": "bob/" } })).to.equal(false);
    expect(allows({ Condition }, { keys: { ...keys, "s3:prefix": "Ann/" } })).to.equal(false);
  });

  it("are replaced in conditions that ignore case", () => {
    const Condition = { StringEqualsIgnoreCase: { "s3:prefix": "${aws:username}/X" } };
    const of = (prefix: string) => ({ keys: { "aws:username": "Ann", "s3:prefix": prefix } });
    expect(allows({ Condition }, of("aNN/x"))).to.equal(true);
    expect(allows({ Condition }, of("bob/x"))).to.equal(false);
  });
});

describe("authorization: condition operators", () => {
  type Case = [
    operator: string,
    key: string,
    expected: unknown,
    actual: ConditionKeys[string],
    holds: boolean,
  ];
  const cases: Case[] = [
    ["StringEquals", "s3:prefix", "a", "a", true],
    ["StringEquals", "s3:prefix", "a", "A", false],
    ["StringEquals", "s3:prefix", "a*", "ab", false],
    ["StringEquals", "s3:prefix", ["a", "b"], "b", true],
    ["StringEquals", "s3:prefix", "a", undefined, false],
    ["StringEquals", "S3:Prefix", "a", "a", true],
    ["StringNotEquals", "s3:prefix", "a", "b", true],
    ["StringNotEquals", "s3:prefix", ["a", "b"], "b", false],
    ["StringNotEquals", "s3:prefix", "a", undefined, true],
    ["stringEQUALS", "s3:prefix", "a", "a", true],
    ["StringEquals", "s3:prefix", "", "", true],
    ["StringEquals", "s3:prefix", "a$b", "a$b", true],
    ["StringEquals", "s3:prefix", "a${b", "a${b", true],
    ["StringEquals", "s3:prefix", "a$b}", "a$b}", true],
    ["StringEquals", "s3:prefix", "${aws:username}", "ann", false],
    ["StringEquals", "s3:prefix", "a{b}", "a{b}", true],
    ["StringEquals", "aws:TagKeys", "a", ["b", "a"], true],
    ["StringNotEquals", "aws:TagKeys", "a", ["b", "a"], false],
    ["StringNotEquals", "aws:TagKeys", "a", ["b", "c"], true],
    ["StringEqualsIgnoreCase", "s3:prefix", "aB", "Ab", true],
    ["StringEqualsIgnoreCase", "s3:prefix", "a*", "ab", false],
    ["StringNotEqualsIgnoreCase", "s3:prefix", "aB", "Ab", false],
    ["StringLike", "s3:prefix", "home/*", "home/x/y", true],
    ["StringLike", "s3:prefix", "h?me/*", "home/", true],
    ["StringLike", "s3:prefix", "home/*", "HOME/x", false],
    ["StringNotLike", "s3:prefix", "home/*", "home/x", false],
    ["StringNotLike", "s3:prefix", "home/*", undefined, true],
    ["StringLike", "s3:prefix", "*/x", "home/x", true],
    ["StringLike", "s3:prefix", "*/x", "home/y", false],
    ["StringLike", "s3:prefix", "h?", "hx", true],
    ["StringLike", "s3:prefix", "h?", "hxy", false],
    ["StringLike", "s3:prefix", "*", "", true],
    ["StringLike", "s3:prefix", "${?}", "?", true],
    ["StringLike", "s3:prefix", "${?}", "x", false],
    ["StringLike", "s3:prefix", "${$}x", "$x", true],
    ["StringEqualsIfExists", "s3:prefix", "a", undefined, true],
    ["StringEqualsIfExists", "aws:TagKeys", "a", [], true],
    ["StringEqualsIfExists", "aws:TagKeys", "a", ["b"], false],
    ["StringEqualsIfExists", "s3:prefix", "a", "b", false],
    ["NumericEquals", "s3:max-keys", 10, "10.0", true],
    ["NumericEquals", "s3:max-keys", "10", "ten", false],
    ["NumericEquals", "s3:max-keys", "0", "", false],
    ["NumericEquals", "s3:max-keys", "0", " ", false],
    ["NumericNotEquals", "s3:max-keys", "10", "11", true],
    ["NumericLessThan", "s3:max-keys", "10", "9", true],
    ["NumericLessThan", "s3:max-keys", "10", "10", false],
    ["NumericLessThanEquals", "s3:max-keys", "10", "10", true],
    ["NumericLessThanEquals", "s3:max-keys", "10", "11", false],
    ["NumericGreaterThan", "s3:max-keys", "10", "10", false],
    ["NumericGreaterThan", "s3:max-keys", "9", "10", true],
    ["NumericGreaterThanEquals", "s3:max-keys", "10", "10", true],
    ["NumericLessThan", "s3:max-keys", "10", undefined, false],
    ["NumericLessThanIfExists", "s3:max-keys", "10", undefined, true],
    ["DateLessThan", "aws:CurrentTime", "2026-08-01T00:00:00Z", "2026-07-30T12:00:00.000Z", true],
    ["DateGreaterThan", "aws:CurrentTime", "2026-08-01T00:00:00Z", "2026-07-30T12:00:00Z", false],
    ["DateEquals", "aws:EpochTime", "2026-07-30T12:00:00Z", "1785412800", true],
    ["DateNotEquals", "aws:CurrentTime", "2026-07-30", "2026-07-30T00:00:00Z", false],
    ["DateLessThanEquals", "aws:CurrentTime", "2026-07-30", "2026-07-30T00:00:00Z", true],
    ["DateGreaterThanEquals", "aws:CurrentTime", "2026-07-31", "2026-07-30T00:00:00Z", false],
    ["DateEquals", "aws:EpochTime", "1785412800.25", "2026-07-30T12:00:00.250Z", true],
    ["DateLessThan", "aws:CurrentTime", "2026", "1999-07-30T00:00:00Z", true],
    ["Bool", "aws:SecureTransport", "true", "TRUE", true],
    ["Bool", "aws:SecureTransport", "false", "false", true],
    ["Bool", "aws:SecureTransport", false, "true", false],
    ["Bool", "aws:SecureTransport", "FALSE", "false", true],
    ["Bool", "aws:SecureTransport", "true", undefined, false],
    ["BoolIfExists", "aws:MultiFactorAuthPresent", "true", undefined, true],
    ["BinaryEquals", "x:y", "QmluYXJ5", "QmluYXJ5", true],
    ["BinaryEquals", "x:y", "QmluYXJ5", "QmluYXJ6", false],
    ["IpAddress", "aws:SourceIp", "203.0.113.0/24", "203.0.113.7", true],
    ["IpAddress", "aws:SourceIp", "203.0.113.0/24", "nowhere", false],
    ["IpAddress", "aws:SourceIp", "203.0.113.7", "203.0.113.8", false],
    ["IpAddress", "aws:SourceIp", "203.0.113.7/32", "203.0.113.7", true],
    ["IpAddress", "aws:SourceIp", "0.0.0.0/0", "203.0.113.7", true],
    ["IpAddress", "aws:SourceIp", "2001:db8::7", "2001:db8::7", true],
    ["IpAddress", "aws:SourceIp", "2001:db8::7", "2001:db8::8", false],
    ["IpAddress", "aws:SourceIp", "2001:db8::7/128", "2001:db8::8", false],
    ["IpAddress", "aws:SourceIp", "203.0.113.0/24", "203.0.114.7", false],
    ["IpAddress", "aws:SourceIp", "203.0.113.7", "203.0.113.7", true],
    ["IpAddress", "aws:SourceIp", "2001:db8::/32", "2001:db8::1", true],
    ["NotIpAddress", "aws:SourceIp", ["203.0.113.0/24", "10.0.0.0/8"], "10.1.1.1", false],
    ["NotIpAddress", "aws:SourceIp", "203.0.113.0/24", "10.1.1.1", true],
    ["ArnEquals", "aws:SourceArn", "arn:aws:s3:::rec*", "arn:aws:s3:::records", true],
    ["ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/x", "arn:aws:iam::1:role/x", true],
    ["ArnLike", "aws:PrincipalArn", "arn:aws:iam:*:role/x", "arn:aws:iam::1:role/x", false],
    ["ArnNotEquals", "aws:PrincipalArn", "arn:aws:iam::1:role/x", "arn:aws:iam::1:role/x", false],
    ["ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::1:role/*", "arn:aws:iam::1:user/x", true],
    ["ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::1:role/*", undefined, true],
    ["Null", "s3:prefix", "true", undefined, true],
    ["Null", "s3:prefix", "true", "a", false],
    ["Null", "s3:prefix", "false", "a", true],
    ["Null", "s3:prefix", false, undefined, false],
    ["Null", "s3:prefix", "true", "", false],
    ["Null", "aws:TagKeys", "true", [], true],
    ["Null", "aws:TagKeys", "TRUE", ["a"], false],
    ["Null", "s3:prefix", ["true", "false"], "a", true],
    ["forallvalues:StringEquals", "aws:TagKeys", ["a"], ["a", "c"], false],
    ["ForAllValues:StringEquals", "aws:TagKeys", ["a", "b"], ["a"], true],
    ["ForAllValues:StringEquals", "aws:TagKeys", ["a", "b"], ["a", "c"], false],
    ["ForAllValues:StringEquals", "aws:TagKeys", ["a"], undefined, true],
    ["ForAllValues:StringNotEquals", "aws:TagKeys", ["a", "b"], ["c", "a"], false],
    ["ForAnyValue:StringEquals", "aws:TagKeys", ["a", "b"], ["c", "b"], true],
    ["ForAnyValue:StringEquals", "aws:TagKeys", ["a", "b"], ["c"], false],
    ["ForAnyValue:StringEquals", "aws:TagKeys", ["a"], undefined, false],
    ["ForAnyValue:StringEquals", "aws:TagKeys", ["a"], [], false],
    ["ForAnyValue:StringNotEquals", "aws:TagKeys", ["a"], ["a", "c"], true],
    ["ForAnyValue:StringNotEquals", "aws:TagKeys", ["a"], ["a"], false],
    ["ForAnyValue:StringNotEquals", "aws:TagKeys", ["a"], undefined, false],
    ["ForAnyValue:StringNotEqualsIfExists", "aws:TagKeys", ["a"], undefined, true],
    ["ForAnyValue:ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::1:role/*", undefined, false],
    ["ForAllValues:StringNotEquals", "aws:TagKeys", ["a"], undefined, true],
    ["ForAllValues:StringLike", "aws:TagKeys", ["team-*"], ["team-a", "team-b"], true],
    ["ForAnyValue:StringLike", "aws:TagKeys", "team-*", "team-a", true],
  ];
  for (const [operator, key, expected, actual, holds] of cases) {
    const given = actual === undefined ? "an absent key" : JSON.stringify(actual);
    it(`${operator} ${JSON.stringify(expected)} ${holds ? "holds" : "fails"} for ${given}`, () => {
      const Condition = { [operator]: { [key]: expected } };
      const keys = { [key.toLowerCase()]: actual };
      expect(allows({ Condition }, { keys })).to.equal(holds);
    });
  }

  it("wants every operator and every key of a block", () => {
    const Condition = {
      StringEquals: { "s3:prefix": "a", "s3:delimiter": "/" },
      NumericLessThan: { "s3:max-keys": "10" },
    };
    const keys = { "s3:prefix": "a", "s3:delimiter": "/", "s3:max-keys": "5" };
    expect(allows({ Condition }, { keys })).to.equal(true);
    expect(allows({ Condition }, { keys: { ...keys, "s3:delimiter": "|" } })).to.equal(false);
    expect(allows({ Condition }, { keys: { ...keys, "s3:max-keys": "50" } })).to.equal(false);
  });
});
