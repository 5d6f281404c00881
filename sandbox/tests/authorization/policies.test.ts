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
    ["an Id", { ...document(valid), Id: "one" }, undefined],
    ["null", "null", "invalid-json"],
    ["text", '"text"', "invalid-json"],
    ["a statement that is null", { Version: "2012-10-17", Statement: [null] }, "invalid-json"],
    ["a statement that is text", { Version: "2012-10-17", Statement: "Allow" }, "invalid-json"],
    ["a Sid that is a number", document({ ...valid, Sid: 1 }), "invalid-sid"],
    ["an empty Sid, twice", document({ ...valid, Sid: "" }, { ...valid, Sid: "" }), undefined],
    ["no Sid, twice", document(valid, valid), undefined],
    ["a Sid that starts well", document({ ...valid, Sid: "A!" }), "invalid-sid", "identity"],
    ["a Sid that ends well", document({ ...valid, Sid: "!A" }), "invalid-sid", "identity"],
    ["a plain Sid", document({ ...valid, Sid: "A1b" }), undefined, "identity"],
    ["no action", document({ ...valid, Action: undefined }), "missing-field"],
    ["an action that is a number", document({ ...valid, Action: 1 }), "invalid-json"],
    ["an action with a blank before", document({ ...valid, Action: " s3:Get*" }), "invalid-action"],
    ["an action with a blank after", document({ ...valid, Action: "s3:Get* " }), "invalid-action"],
    ["every action", document({ ...valid, Action: "*" }), undefined],
    ["an empty list of resources", document({ ...valid, Resource: [] }), "invalid-resource"],
    ["every resource", document({ ...valid, Resource: "*" }), undefined],
    ["a resource of any ARN", document({ ...valid, Resource: "*:s3:::records" }), undefined],
    [
      "a resource with an ARN inside",
      document({ ...valid, Resource: "x arn:" }),
      "invalid-resource",
    ],
    [
      "Resource and NotResource",
      document({ ...valid, NotResource: "arn:aws:s3:::other" }),
      "both-fields",
    ],
    [
      "Principal and NotPrincipal",
      document({ ...valid, Principal: "*", NotPrincipal: "*" }),
      "both-fields",
    ],
    [
      "a resource of another partition",
      document({ ...valid, Resource: "arn:aws-cn:s3:::records/*" }),
      "foreign-partition",
      "identity",
    ],
    [
      "a resource of any partition",
      document({ ...valid, Resource: "arn:*:s3:::records/*" }),
      undefined,
      "identity",
    ],
    [
      "a resource of another partition, in a bucket policy",
      document({ ...valid, Principal: "*", Resource: "arn:aws-cn:s3:::records/*" }),
      undefined,
      "resource",
    ],
    [
      "a bucket policy without a resource",
      document({ ...valid, Principal: "*", Resource: undefined }),
      "missing-field",
      "resource",
    ],
    [
      "a trust policy without a principal",
      document({ ...valid, Resource: undefined }),
      "missing-field",
      "trust",
    ],
    [
      "a trust policy",
      document({ ...valid, Principal: "*", Resource: undefined }),
      undefined,
      "trust",
    ],
    [
      "a resource with an ARN of another partition inside",
      document({ ...valid, Resource: "*:s3:::arn:aws-cn:x" }),
      undefined,
      "identity",
    ],
    ["a condition that is a list", document({ ...valid, Condition: [] }), "invalid-json"],
    ["a condition that is text", document({ ...valid, Condition: "x" }), "invalid-json"],
    ["an operator without keys", document({ ...valid, Condition: { Bool: "x" } }), "invalid-json"],
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
    ...["NullIfExists", "StringEquals\n", "x\nStringEquals", "Not", "x:StringEquals"].map(
      (operator) =>
        [
          `the operator ${JSON.stringify(operator)}`,
          document({ ...valid, Condition: { [operator]: { "s3:prefix": "true" } } }),
          "invalid-condition",
        ] as [string, object, PolicyProblem],
    ),
    ...["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/1.5", "2001:db8::/129", "10.0.0/8"].map(
      (range) =>
        [
          `the addresses ${range}`,
          document({ ...valid, Condition: { IpAddress: { "aws:SourceIp": range } } }),
          "invalid-condition",
        ] as [string, object, PolicyProblem],
    ),
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

describe("authorization: principals of policies", () => {
  const account = "111111111111";
  const role = `arn:aws:iam::${account}:role/r`;
  const named = (Principal: unknown) =>
    problemOf(document({ ...valid, Principal }), "resource") ?? "accepted";

  const refused = "invalid-principal";
  for (const [type, text, expected] of [
    ["AWS", account, "accepted"],
    ["AWS", `${account}1`, refused],
    ["AWS", `x${account}`, refused],
    ["AWS", `arn:aws:iam::${account}:root`, "accepted"],
    ["AWS", `arn:aws:iam::${account}:root/x`, refused],
    ["AWS", `xarn:aws:iam::${account}:root`, refused],
    ["AWS", role, "accepted"],
    ["AWS", `arn:aws:iam::${account}:user/a/b`, "accepted"],
    ["AWS", `arn:aws:iam::${account}:group/g`, refused],
    ["AWS", `x${role}`, refused],
    ["AWS", `${role}?`, refused],
    ["AWS", `arn:aws:sts::${account}:assumed-role/role/session`, "accepted"],
    ["AWS", `arn:aws:sts::${account}:assumed-role/role`, refused],
    ["AWS", `arn:aws:sts::${account}:assumed-role/role/*`, refused],
    ["AWS", `arn:aws:sts::${account}:assumed-role/*/session`, refused],
    ["AWS", `arn:aws:sts::${account}:assumed-role/role/session/more`, refused],
    ["AWS", `xarn:aws:sts::${account}:assumed-role/role/session`, refused],
    ["AWS", `arn:aws:sts::${account}:federated-user/ann`, "accepted"],
    ["AWS", `arn:aws:sts::${account}:federated-user/*`, refused],
    ["AWS", `arn:aws:sts::${account}:federated-user/ann/x`, refused],
    ["AWS", `xarn:aws:sts::${account}:federated-user/ann`, refused],
    ["AWS", "AIDAANNANNANNANNANN22", "accepted"],
    ["AWS", "AROAANNANNANNANNANN22", "accepted"],
    ["AWS", "ANPAANNANNANNANNANN22", refused],
    ["AWS", "AIDAANNANN", refused],
    ["AWS", "AIDAANNANNANNANNANN22*", refused],
    ["AWS", "XAIDAANNANNANNANNANN22", refused],
    ["Service", "s3.amazonaws.com", "accepted"],
    ["Service", "*", refused],
    ["Service", "s3.amazonaws.com/x", refused],
    ["Service", "x/s3.amazonaws.com", refused],
    ["Service", "s3.", refused],
    ["Federated", "accounts.example.com", "accepted"],
    ["Federated", "", refused],
    ["Federated", 5, refused],
    ["CanonicalUser", "", refused],
    [
      "CanonicalUser",
      "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
      "accepted",
    ],
    ["AWS", "", refused],
    ["AWS", 5, refused],
    ["AWS", [], refused],
    ["AWS", [account, role], "accepted"],
    ["AWS", [account, "x"], refused],
  ] as const) {
    it(`${type} ${JSON.stringify(text)}: ${expected}`, () => {
      expect(named({ [type]: text })).to.equal(expected);
    });
  }

  it("are everybody or a map of types", () => {
    expect(named("*")).to.equal("accepted");
    for (const one of [null, 5, account, [account], {}]) expect(named(one)).to.equal(refused);
  });
});

describe("authorization: public policies", () => {
  const everyone = { ...valid, Principal: "*" };
  const narrowed = (Condition: object) => document({ ...everyone, Condition });
  const cases: [string, object, boolean][] = [
    ["everybody", document(everyone), true],
    ["AWS: *", document({ ...valid, Principal: { AWS: "*" } }), true],
    ["an account", document({ ...valid, Principal: { AWS: "111111111111" } }), false],
    ["no principal at all", document(valid), false],
    [
      "everybody of one account, with a key beside it",
      narrowed({
        StringEquals: { "aws:PrincipalAccount": "111111111111", "s3:prefix": "x" },
      }),
      false,
    ],
    [
      "everybody for the access points of one account",
      narrowed({
        ArnLike: { "aws:SourceArn": "arn:aws:s3:eu-west-1:111111111111:accesspoint/*" },
      }),
      false,
    ],
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
    [
      "everybody whose several addresses are one network and all",
      narrowed({ IpAddress: { "aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"] } }),
      true,
    ],
    [
      "whoever has an account at a public identity provider",
      document({ ...valid, Principal: { Federated: "graph.facebook.com" } }),
      true,
    ],
    [
      "those of an identity provider of an account",
      document({
        ...valid,
        Principal: { Federated: "arn:aws:iam::111111111111:saml-provider/acme" },
      }),
      false,
    ],
    ...(
      [
        ["203.0.113.7", false],
        ["2001:db8::7", false],
        ["11.0.0.0/8", false],
        ["10.0.0.0/7", true],
        ["0.0.0.0/1", true],
        ["2001:db8::/32", false],
        ["2001:db8::/31", true],
        ["::/0", true],
      ] as const
    ).map(([range, isPublic]): [string, object, boolean] => [
      `everybody from ${range}`,
      narrowed({ IpAddress: { "aws:SourceIp": range } }),
      isPublic,
    ]),
    ["everybody from an address like any", narrowed({ StringLike: { "aws:SourceIp": "*" } }), true],
    [
      "everybody by any access point of one account",
      narrowed({
        StringLike: {
          "s3:DataAccessPointArn": "arn:aws:s3:us-west-2:123456789012:accesspoint/*",
        },
      }),
      false,
    ],
    [
      "everybody by an access point of any account",
      narrowed({
        StringLike: { "s3:DataAccessPointArn": "arn:aws:s3:us-west-2:*:accesspoint/a" },
      }),
      true,
    ],
    ...["aws:SourceVpc", "aws:SourceVpce", "aws:SourceOwner", "aws:SourceAccount"].map(
      (key): [string, object, boolean] => [
        `everybody of a fixed ${key}`,
        narrowed({ StringEqualsIgnoreCase: { [key]: "one" } }),
        false,
      ],
    ),
    [
      "everybody of user ids that begin alike",
      narrowed({ StringLike: { "aws:userid": "AROA*:s" } }),
      true,
    ],
    [
      "everybody of a user id whose session is like any",
      narrowed({ StringLike: { "aws:userid": "AROA?:*" } }),
      true,
    ],
    [
      "everybody of a user id with a variable",
      narrowed({ StringLike: { "aws:userid": "${aws:x}:*" } }),
      true,
    ],
    [
      "everybody of one user id and session",
      narrowed({ StringLike: { "aws:userid": "AROA:b:*" } }),
      true,
    ],
    [
      "everybody of one account, under any operator for one value",
      narrowed({ "ForAnyValue:StringLike": { "AWS:PrincipalOrgID": "o-1234567890" } }),
      false,
    ],
    [
      "everybody of any organization",
      narrowed({ StringLike: { "aws:PrincipalOrgID": "o-*" } }),
      true,
    ],
    [
      "everybody with a variable",
      narrowed({ StringEquals: { "aws:PrincipalAccount": "${aws:ResourceAccount}" } }),
      true,
    ],
    [
      "everybody for one bucket's events",
      narrowed({ ArnLike: { "aws:SourceArn": "arn:aws:s3:::records" } }),
      false,
    ],
    [
      "everybody for any bucket's events",
      narrowed({ ArnLike: { "aws:SourceArn": "arn:aws:s3:::*" } }),
      true,
    ],
    [
      "everybody for a topic of no account",
      narrowed({ ArnLike: { "aws:SourceArn": "arn:aws:sns:::topic" } }),
      true,
    ],
    [
      "everybody of one user id",
      narrowed({ StringLike: { "aws:userid": "AROAANNANNANNANNANN22:*" } }),
      false,
    ],
    ["everybody of any user id", narrowed({ StringLike: { "aws:userid": "*:session" } }), true],
    [
      "everybody of a user id that is a variable",
      narrowed({ StringLike: { "aws:userid": "${aws:userid}" } }),
      true,
    ],
    [
      "everybody not of one account",
      narrowed({ StringNotEquals: { "aws:PrincipalAccount": "111111111111" } }),
      true,
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
