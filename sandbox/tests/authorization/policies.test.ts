import { expect } from "chai";
import { compilePolicy, isPublicPolicy, MalformedPolicy } from "../../src/authorization/compile";
import type { PolicyKind } from "../../src/authorization/compile";
import type { PolicyProblem } from "../../src/authorization/malformed-policy";

/** What a policy document must look like, and when S3 calls one public. */

const valid = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::records/*" };
const document = (...statements: object[]) => ({ Version: "2012-10-17", Statement: statements });

function problemOf(text: string | object, kind: PolicyKind = "any"): PolicyProblem | undefined {
  try {
    compilePolicy(text, kind);
    return undefined;
  } catch (error) {
    if (error instanceof MalformedPolicy) return error.problem;
    throw error;
  }
}

describe("authorization: malformed policies", () => {
  const cases: [string, string | object, PolicyProblem | undefined, PolicyKind?][] = [
    ["text that is no JSON", "{", "invalid-json"],
    ["JSON that is no object", "[]", "invalid-json"],
    [
      "a version that does not exist",
      { ...document(valid), Version: "2020-01-01" },
      "invalid-version",
    ],
    ["the old version", { ...document(valid), Version: "2008-10-17" }, undefined],
    ["no version", { Statement: [valid] }, undefined],
    ["one statement outside a list", { Version: "2012-10-17", Statement: valid }, undefined],
    ["no statement", { Version: "2012-10-17" }, "missing-field"],
    ["an empty list of statements", document(), "missing-field"],
    ["an unknown element", { ...document(valid), Statements: [] }, "unknown-field"],
    ["an unknown element of a statement", document({ ...valid, Actions: [] }), "unknown-field"],
    ["no effect", document({ ...valid, Effect: undefined }), "missing-field"],
    ["an effect in lower case", document({ ...valid, Effect: "allow" }), "invalid-effect"],
    ["no action", document({ ...valid, Action: undefined }), "missing-field"],
    ["an empty list of actions", document({ ...valid, Action: [] }), "missing-field"],
    ["an action without a service", document({ ...valid, Action: "GetObject" }), "invalid-action"],
    ["Action and NotAction", document({ ...valid, NotAction: "s3:*" }), "both-fields"],
    ["a resource that is no ARN", document({ ...valid, Resource: "records" }), "invalid-resource"],
    [
      "an identity policy with a principal",
      document({ ...valid, Principal: "*" }),
      "prohibited-field",
      "identity",
    ],
    [
      "an identity policy without a resource",
      document({ ...valid, Resource: undefined }),
      "missing-field",
      "identity",
    ],
    ["a resource policy without a principal", document(valid), "missing-field", "resource"],
    [
      "a trust policy with a resource",
      document({ ...valid, Principal: "*" }),
      "prohibited-field",
      "trust",
    ],
    [
      "a principal type that does not exist",
      document({ ...valid, Principal: { Aws: "*" } }),
      "invalid-principal",
    ],
    [
      "a wildcard inside a principal",
      document({ ...valid, Principal: { AWS: "arn:aws:iam::111111111111:role/*" } }),
      "invalid-principal",
    ],
    [
      "a principal that is text",
      document({ ...valid, Principal: "111111111111" }),
      "invalid-principal",
    ],
    [
      "a service that is no name",
      document({ ...valid, Principal: { Service: "s3" } }),
      "invalid-principal",
    ],
    [
      "an operator that does not exist",
      document({ ...valid, Condition: { StringIs: { a: "b" } } }),
      "invalid-condition",
    ],
    [
      "an address that is none",
      document({ ...valid, Condition: { IpAddress: { "aws:SourceIp": "300.1.1.1" } } }),
      "invalid-condition",
    ],
    [
      "a condition value that is an object",
      document({ ...valid, Condition: { StringLike: { a: {} } } }),
      "invalid-json",
    ],
    [
      "two statements of one Sid",
      document({ ...valid, Sid: "A" }, { ...valid, Sid: "A" }),
      "duplicate-sid",
    ],
    [
      "a Sid with a space in an identity policy",
      document({ ...valid, Sid: "A b" }),
      "invalid-sid",
      "identity",
    ],
    [
      "a Sid with a space in a resource policy",
      document({ ...valid, Sid: "A b", Principal: "*" }),
      undefined,
      "resource",
    ],
  ];
  for (const [name, text, expected, kind] of cases) {
    it(`${name}: ${expected ?? "accepted"}`, () => {
      expect(problemOf(text, kind)).to.equal(expected);
    });
  }
});

describe("authorization: public policies", () => {
  const everyone = { ...valid, Principal: "*" };
  const narrowed = (Condition: object) => document({ ...everyone, Condition });
  const cases: [string, object, boolean][] = [
    ["everybody", document(everyone), true],
    ["AWS: *", document({ ...valid, Principal: { AWS: "*" } }), true],
    ["an account", document({ ...valid, Principal: { AWS: "111111111111" } }), false],
    ["a Deny for everybody", document({ ...everyone, Effect: "Deny" }), false],
    [
      "Allow with NotPrincipal",
      document({ ...valid, NotPrincipal: { AWS: "111111111111" } }),
      true,
    ],
    [
      "everybody of one account",
      narrowed({ StringEquals: { "aws:PrincipalAccount": "111111111111" } }),
      false,
    ],
    [
      "everybody with one ARN",
      narrowed({ ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::111111111111:role/r" } }),
      false,
    ],
    [
      "everybody with an ARN of any account",
      narrowed({ ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/r" } }),
      true,
    ],
    [
      "everybody with an ARN of one account",
      narrowed({ ArnLike: { "aws:PrincipalArn": "arn:aws:iam::111111111111:role/*" } }),
      false,
    ],
    [
      "everybody from a network",
      narrowed({ IpAddress: { "aws:SourceIp": "203.0.113.0/24" } }),
      false,
    ],
    ["everybody from everywhere", narrowed({ IpAddress: { "aws:SourceIp": "0.0.0.0/0" } }), true],
    ["everybody over TLS", narrowed({ Bool: { "aws:SecureTransport": "true" } }), true],
    [
      "everybody with an optional key",
      narrowed({ StringEqualsIfExists: { "aws:PrincipalAccount": "111111111111" } }),
      true,
    ],
  ];
  for (const [name, policy, expected] of cases) {
    it(`${name}: ${expected ? "public" : "not public"}`, () => {
      expect(isPublicPolicy(compilePolicy(policy))).to.equal(expected);
    });
  }
});
