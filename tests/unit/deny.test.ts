/** Whether one Deny refuses one request that S3 makes with a role of ours. */

import { expect } from "chai";
import {
  type Answer,
  conditionKeys,
  lets,
  refuses,
  type RoleNeed,
} from "../../automation/doctor/deny";

const ROLE = "arn:aws:iam::111111111111:role/team/replication";
const BUCKET = "arn:aws:s3:::records";
const NEED: RoleNeed = {
  roleArn: ROLE,
  action: "s3:ReplicateObject",
  resource: `${BUCKET}/*`,
  ownerAccountId: "222222222222",
  region: "eu-central-1",
};
const KEY_NEED: RoleNeed = {
  ...NEED,
  action: "kms:Decrypt",
  resource: "arn:aws:kms:eu-central-1:222222222222:key/1",
};
const DENY = { Effect: "Deny", Principal: "*", Action: "*", Resource: "*" };

const answerTo = (Condition: object, need = NEED): Answer => refuses({ ...DENY, Condition }, need);

describe("what a request of S3 with a role carries", () => {
  const PRESENT: readonly [key: string, value: string, need?: RoleNeed][] = [
    ["aws:PrincipalArn", ROLE],
    ["aws:PrincipalAccount", "111111111111"],
    ["aws:PrincipalType", "AssumedRole"],
    ["aws:PrincipalIsAWSService", "false"],
    ["aws:PrincipalIsAWSService", "false", KEY_NEED],
    ["aws:ViaAWSService", "false"],
    ["aws:ViaAWSService", "true", KEY_NEED],
    ["aws:SecureTransport", "true"],
    ["aws:RequestedRegion", "eu-central-1"],
    ["aws:ResourceAccount", "222222222222"],
    ["s3:ResourceAccount", "222222222222"],
  ];
  for (const [key, value, need] of PRESENT) {
    it(`has ${key} ${value}${need === undefined ? "" : " for a key"}`, () => {
      expect(answerTo({ StringEquals: { [key]: value } }, need)).to.equal("yes");
      expect(answerTo({ StringEquals: { [key]: "else" } }, need)).to.equal("no");
      expect(answerTo({ StringNotEquals: { [key]: value } }, need)).to.equal("no");
      expect(answerTo({ StringNotEquals: { [key]: "else" } }, need)).to.equal("yes");
      expect(answerTo({ Null: { [key]: "true" } }, need)).to.equal("no");
      expect(answerTo({ Null: { [key]: "false" } }, need)).to.equal("yes");
    });
  }

  const ABSENT: readonly string[] = [
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:SourceVpcArn",
    "aws:VpcSourceIp",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "aws:SourceArn",
    "aws:SourceAccount",
    "aws:SourceOrgID",
    "aws:PrincipalServiceName",
    "aws:username",
    "aws:CalledVia",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
    "aws:FederatedProvider",
    "aws:SourceIdentity",
    "aws:MultiFactorAuthAge",
    "aws:Referer",
    "aws:Ec2InstanceSourceVpc",
    "aws:Ec2InstanceSourcePrivateIPv4",
    "s3:x-amz-acl",
    "s3:x-amz-grant-read",
  ];
  for (const key of ABSENT) {
    it(`has no ${key}`, () => {
      expect(answerTo({ Null: { [key]: "true" } })).to.equal("yes");
      expect(answerTo({ Null: { [key]: "false" } })).to.equal("no");
      expect(answerTo({ StringEquals: { [key]: "x" } })).to.equal("no");
      expect(answerTo({ StringNotLike: { [key]: "x" } })).to.equal("yes");
      expect(answerTo({ StringEqualsIfExists: { [key]: "x" } })).to.equal("yes");
      expect(answerTo({ "ForAllValues:StringEquals": { [key]: "x" } })).to.equal("yes");
      expect(answerTo({ "ForAnyValue:StringEquals": { [key]: "x" } })).to.equal("no");
    });
  }

  it("may have anything else", () => {
    for (const operator of ["StringEquals", "StringNotEquals", "StringLikeIfExists", "Null"]) {
      expect(answerTo({ [operator]: { "aws:PrincipalOrgID": "o-1" } }), operator).to.equal(
        "unknown",
      );
    }
  });

  it("comes from an address of S3", () => {
    const from = (operator: string, ...ranges: string[]) =>
      answerTo({ [operator]: { "aws:SourceIp": ranges } });
    expect(from("NotIpAddress", "203.0.113.0/24", "198.51.100.7/32")).to.equal("yes");
    expect(from("NotIpAddress", "203.0.113.0/24", "0.0.0.0/0")).to.equal("no");
    expect(from("NotIpAddress", "10.0.0.0/08")).to.equal("yes");
    expect(from("IpAddress", "203.0.113.0/24")).to.equal("unknown");
    expect(from("IpAddress", "::/0")).to.equal("yes");
  });
});

describe("the operators of a condition", () => {
  const KEY = "aws:PrincipalArn";
  const upper = ROLE.toUpperCase();
  const EQUAL: readonly [operator: string, value: string, met: boolean][] = [
    ["StringEquals", ROLE, true],
    ["StringEquals", "arn:*", false],
    ["StringEquals", upper, false],
    ["StringEqualsIgnoreCase", upper, true],
    ["StringEqualsIgnoreCase", "else", false],
    ["StringLike", "arn:aws:iam::*:role/team/*", true],
    ["StringLike", "arn:aws:iam::*:role/other/*", false],
    ["ArnLike", "arn:aws:iam::1111111111?1:role/*", true],
    ["ArnEquals", "arn:aws:iam::*:role/team/replication", true],
    ["ArnEquals", "arn:aws:iam::*:role/replication", false],
  ];
  for (const [operator, value, met] of EQUAL) {
    const negated = operator.replace(/^(String|Arn)/, "$1Not");
    it(`${operator} ${value} is ${met ? "met" : "not met"}, ${negated} the other way round`, () => {
      const others = ["no-such-thing", value];
      expect(answerTo({ [operator]: { [KEY]: others } })).to.equal(met ? "yes" : "no");
      expect(answerTo({ [negated]: { [KEY]: others } })).to.equal(met ? "no" : "yes");
    });
  }

  it("Bool compares as texts", () => {
    expect(answerTo({ Bool: { "aws:SecureTransport": true } })).to.equal("yes");
    expect(answerTo({ Bool: { "aws:SecureTransport": "false" } })).to.equal("no");
  });

  it("are not judged where a value is a part of the request, or the operator is another", () => {
    expect(answerTo({ StringLike: { [KEY]: ["x", "*${aws:username}"] } })).to.equal("unknown");
    expect(answerTo({ NumericGreaterThan: { "s3:TlsVersion": "1.1" } })).to.equal("unknown");
  });

  it("of numbers are judged where any value that there may be says the same", () => {
    const old = (version: string) => answerTo({ NumericLessThan: { "s3:TlsVersion": version } });
    expect(["1.2", "1.3", "1.4"].map(old)).to.deep.equal(["no", "unknown", "yes"]);
  });

  it("all have to be met", () => {
    const met = { StringNotEquals: { "aws:SourceVpce": "vpce-1" } };
    const not = { Bool: { "aws:SecureTransport": "false" } };
    const open = { StringLike: { "aws:PrincipalOrgID": "o-1" } };
    expect(answerTo({ ...met, ...open })).to.equal("unknown");
    expect(answerTo({ ...met, ...open, ...not })).to.equal("no");
    expect(
      answerTo({ StringNotEquals: { "aws:SourceVpce": "vpce-1", "aws:PrincipalArn": ROLE } }),
    ).to.equal("no");
  });

  it("have keys without case, each once", () => {
    const keys = { "aws:SourceVpce": "a" };
    expect(
      conditionKeys({
        Condition: { StringEquals: keys, StringNotLike: { "AWS:sourcevpce": "b" } },
      }),
    ).to.deep.equal(["aws:sourcevpce"]);
    for (const Condition of [undefined, null, "text"]) {
      expect(conditionKeys({ Condition })).to.deep.equal([]);
    }
  });
});

describe("whom and what a Deny hits", () => {
  const hit = (rest: object, need = NEED): Answer => refuses({ ...DENY, ...rest }, need);

  it("is its effect and its actions", () => {
    expect(hit({})).to.equal("yes");
    expect(hit({ Effect: "Allow" })).to.equal("no");
    expect(hit({ Action: ["s3:Get*", "s3:Put*"] })).to.equal("no");
    expect(hit({ Action: ["s3:Get*", "s3:replicate*"] })).to.equal("yes");
    expect(hit({ Action: undefined, NotAction: "s3:Replicate*" })).to.equal("no");
  });

  it("is everybody, the account, the role, or perhaps its session", () => {
    const of = (...AWS: string[]) => hit({ Principal: { AWS } });
    expect(of("arn:aws:iam::333333333333:root", "*")).to.equal("yes");
    expect(of("111111111111")).to.equal("yes");
    expect(of("arn:aws:iam::111111111111:root")).to.equal("yes");
    expect(of(ROLE)).to.equal("yes");
    expect(of("arn:aws:iam::111111111111:role/replication")).to.equal("no");
    expect(of("x", "arn:aws:sts::111111111111:assumed-role/replication/s3")).to.equal("unknown");
    expect(of("arn:aws:sts::111111111111:assumed-role/other/s3")).to.equal("no");
    expect(hit({ Principal: { Service: "s3.amazonaws.com" } })).to.equal("no");
  });

  it("is not the role's session where that may be spared", () => {
    const but = (...AWS: string[]) => hit({ Principal: undefined, NotPrincipal: { AWS } });
    expect(but("arn:aws:iam::111111111111:role/app")).to.equal("yes");
    expect(but("arn:aws:iam::111111111111:role/app", ROLE)).to.equal("unknown");
  });

  it("is any object of the bucket", () => {
    const at = (...Resource: string[]) => hit({ Resource });
    expect(at(BUCKET)).to.equal("no");
    expect(at(BUCKET, `${BUCKET}/*`)).to.equal("yes");
    expect(at(BUCKET, `${BUCKET}/private/*`)).to.equal("yes");
    expect(at(`${BUCKET}-too/*`)).to.equal("no");
    expect(hit({ Resource: `${BUCKET}/x` }, { ...NEED, resource: BUCKET })).to.equal("no");
    expect(hit({ Resource: BUCKET }, { ...NEED, resource: BUCKET })).to.equal("yes");
  });

  it("is not what is spared, and perhaps not all", () => {
    const but = (...NotResource: string[]) => hit({ Resource: undefined, NotResource });
    expect(but("arn:aws:s3:::other/*", `${BUCKET}/*`)).to.equal("no");
    expect(but("arn:aws:s3:::other/*", `${BUCKET}/open/*`)).to.equal("unknown");
    expect(but("arn:aws:s3:::other/*")).to.equal("yes");
  });

  it("is the key that the policy is of", () => {
    expect(hit({ Resource: "arn:aws:kms:eu-central-1:222222222222:key/other" }, KEY_NEED)).to.equal(
      "yes",
    );
  });
});

describe("a need", () => {
  it("is of a role, or a mistake", () => {
    const roleArn = "arn:aws:iam::111111111111:user/replication";
    expect(() => refuses(DENY, { ...NEED, roleArn })).to.throw(TypeError, roleArn);
  });
});

describe("an Allow", () => {
  it("lets in whom it hits, and a Deny lets in nobody", () => {
    const allow = { ...DENY, Effect: "Allow" };
    const ofOthers = { ...allow, Principal: { AWS: "arn:aws:iam::333333333333:root" } };
    const unseen = { ...allow, Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } };
    expect([allow, ofOthers, unseen, DENY].map((statement) => lets(statement, NEED))).to.deep.equal(
      ["yes", "no", "unknown", "no"],
    );
    expect(refuses(allow, NEED)).to.equal("no");
  });
});
