/** Denials of others that leave out the roles that S3 replicates and backfills with. */

import { expect } from "chai";
import { parseConfig } from "../../components/config";
import { leftOut, perimeterTexts } from "../../automation/doctor/perimeter";
import { roleNeeds } from "../../automation/doctor/role-needs";

/** Written here, and not taken from the helpers: a mutation run has no sandbox. */
const ACCOUNTS = {
  source: { accountId: "111111111111", region: "eu-west-1", profile: "source" },
  vault: { accountId: "222222222222", region: "eu-central-1", profile: "vault" },
};

const REPLICATION = "arn:aws:iam::111111111111:role/lockstep-replication-records";
const BATCH = "arn:aws:iam::111111111111:role/lockstep-batch-records";
const SOURCE = "arn:aws:s3:::records";
const VAULT = "arn:aws:s3:::kept";
const KEY = "arn:aws:kms:eu-central-1:222222222222:key/11111111-2222-3333-4444-555555555555";

const config = parseConfig({
  source: { ...ACCOUNTS.source, bucket: { name: "records", existing: true } },
  vaults: [
    {
      name: "own",
      ...ACCOUNTS.vault,
      bucket: { name: "kept", existing: true },
      encryption: { kms: KEY },
    },
  ],
  rules: [{ name: "all", vault: "own" }],
});
const needsAt = (arn: string) =>
  roleNeeds(config).filter(({ resource }) => resource === arn || resource.startsWith(`${arn}/`));

const deny = (rest: object) => ({
  Sid: "Perimeter",
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [SOURCE, `${SOURCE}/*`],
  ...rest,
});
const when = (operator: string, key: string, ...values: string[]) =>
  deny({ Condition: { [operator]: { [key]: values } } });

type Expected = "both" | "replication" | "batch" | "nobody" | "maybe";
const CASES: readonly [title: string, statement: object, expected: Expected][] = [
  ["everything but one endpoint", when("StringNotEquals", "aws:SourceVpce", "vpce-1"), "both"],
  ["everything but one VPC", when("StringNotLike", "aws:sourceVpc", "vpc-*"), "both"],
  ["everything but a range", when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24"), "both"],
  ["a range that has all", when("NotIpAddress", "aws:SourceIp", "0.0.0.0/0"), "nobody"],
  ["one endpoint", when("StringEquals", "aws:SourceVpce", "vpce-1"), "nobody"],
  ["one endpoint, or none", when("StringEqualsIfExists", "aws:SourceVpce", "vpce-1"), "both"],
  ["requests through no endpoint", when("Null", "aws:SourceVpce", "true"), "both"],
  ["requests through an endpoint", when("Null", "aws:SourceVpce", "false"), "nobody"],
  ["other principals", when("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:role/app"), "both"],
  [
    "principals but the role that replicates",
    when("ArnNotEquals", "aws:PrincipalArn", REPLICATION),
    "batch",
  ],
  [
    "principals but ours",
    when("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::111111111111:role/lockstep-*"),
    "nobody",
  ],
  ["other accounts", when("StringNotEquals", "aws:PrincipalAccount", "111111111111"), "nobody"],
  ["the role's account", when("StringEquals", "aws:PrincipalAccount", "111111111111"), "both"],
  ["other organizations", when("StringNotEquals", "aws:PrincipalOrgID", "o-abcdefghij"), "maybe"],
  ["requests without TLS", when("Bool", "aws:SecureTransport", "false"), "nobody"],
  ["what comes by no service", when("BoolIfExists", "aws:ViaAWSService", "false"), "both"],
  [
    "endpoints, but for services",
    deny({
      Condition: {
        StringNotEquals: { "aws:SourceVpce": "vpce-1" },
        BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
      },
    }),
    "both",
  ],
  [
    "endpoints, but for a service's own calls",
    deny({
      Condition: {
        StringNotEquals: { "aws:SourceVpce": "vpce-1" },
        Bool: { "aws:PrincipalIsAWSService": "true" },
      },
    }),
    "nobody",
  ],
  ["an ACL that is written", when("StringEquals", "s3:x-amz-acl", "public-read"), "nobody"],
  ["who proved no device", when("BoolIfExists", "aws:MultiFactorAuthPresent", "false"), "both"],
  ["who says to have no device", when("Bool", "aws:MultiFactorAuthPresent", "false"), "maybe"],
  ["who has a device", when("Bool", "aws:MultiFactorAuthPresent", "true"), "nobody"],
  ["who proved a device never", when("Null", "aws:MultiFactorAuthAge", "true"), "both"],
  ["who proved it long ago", when("NumericGreaterThan", "aws:MultiFactorAuthAge", "1"), "nobody"],
  ["other pages", when("StringNotLike", "aws:Referer", "https://acme.example/*"), "both"],
  ["other calls of services", when("StringNotEquals", "aws:CalledVia", "x.amazonaws.com"), "both"],
  ["from a day on", when("DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z"), "maybe"],
  ["other programs", when("StringNotLike", "aws:UserAgent", "acme*"), "maybe"],
  ["resources of others", when("StringNotEquals", "aws:ResourceOrgID", "o-abcdefghij"), "maybe"],
  ["two halves of all", when("IpAddress", "aws:SourceIp", "0.0.0.0/1", "128.0.0.0/1"), "maybe"],
  ["any address", when("Null", "aws:SourceIp", "false"), "both"],
  [
    "a variable for our roles",
    when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::${aws:PrincipalAccount}:role/*"),
    "maybe",
  ],
  [
    "objects without a tag",
    when("StringNotEquals", "s3:ExistingObjectTag/team", "records"),
    "maybe",
  ],
  ["old TLS", when("NumericLessThan", "s3:TlsVersion", "1.2"), "nobody"],
  ["TLS before 1.3", when("NumericLessThan", "s3:TlsVersion", "1.3"), "maybe"],
  ["signatures as S3's", when("StringEquals", "s3:signatureversion", "AWS4-HMAC-SHA256"), "maybe"],
  ["an account by its other id", deny({ Principal: { CanonicalUser: "79a59df9" } }), "maybe"],
  ["deleting alone", deny({ Action: ["s3:DeleteObject*", "s3:PutBucketPolicy"] }), "nobody"],
  ["everything but reading", deny({ NotAction: ["s3:Get*", "s3:List*"] }), "batch"],
  ["some of the keys", deny({ Resource: `${SOURCE}/private/*` }), "both"],
  ["another bucket", deny({ Resource: "arn:aws:s3:::elsewhere/*" }), "nobody"],
  ["one role by its name", deny({ Principal: { AWS: BATCH } }), "batch"],
  ["somebody else", deny({ Principal: { AWS: "arn:aws:iam::111111111111:role/app" } }), "nobody"],
  [
    "all but an administrator",
    deny({ Principal: undefined, NotPrincipal: { AWS: "arn:aws:iam::111111111111:role/app" } }),
    "both",
  ],
  [
    "nothing: it allows",
    { ...when("StringNotEquals", "aws:SourceVpce", "v"), Effect: "Allow" },
    "nobody",
  ],
];

describe("a statement of the source's policy that denies", () => {
  for (const [title, statement, expected] of CASES) {
    it(`${title} leaves out ${expected}`, () => {
      const found = leftOut([statement], needsAt(SOURCE));
      const certain = found.filter(({ isCertain }) => isCertain).map(({ roleArn }) => roleArn);
      const perhaps = found.filter(({ isCertain }) => !isCertain).map(({ roleArn }) => roleArn);
      const wanted = {
        both: [REPLICATION, BATCH],
        replication: [REPLICATION],
        batch: [BATCH],
        nobody: [],
        maybe: [],
      }[expected];
      expect(certain).to.have.members(wanted);
      expect(perhaps).to.have.members(expected === "maybe" ? [REPLICATION, BATCH] : []);
    });
  }
});

describe("what is told of a perimeter", () => {
  const statement = when("StringNotEquals", "aws:SourceVpce", "vpce-1");

  it("names statement, actions and roles, and the exception to write", () => {
    const [text = ""] = perimeterTexts("bucket records", leftOut([statement], needsAt(SOURCE)));
    expect(text).to.contain("statement Perimeter of the policy of bucket records denies");
    expect(text)
      .to.contain("s3:GetObjectVersionForReplication")
      .and.contain("s3:InitiateReplication");
    expect(text).to.contain("decided by aws:sourcevpce");
    expect(text).to.contain(`{"ArnNotLike":{"aws:PrincipalArn":["${REPLICATION}","${BATCH}"]}}`);
  });

  it("is nothing more once the exception is written", () => {
    const text = perimeterTexts("it", leftOut([statement], needsAt(SOURCE))).join();
    const exception = JSON.parse(/\{"ArnNotLike".*\}\}/.exec(text)?.[0] ?? "") as object;
    const mended = { ...statement, Condition: { ...statementCondition(statement), ...exception } };
    expect(leftOut([mended], needsAt(SOURCE))).to.deep.equal([]);
  });

  it("keeps who is spared already", () => {
    const spared = "arn:aws:iam::111111111111:role/app";
    const [text = ""] = perimeterTexts(
      "it",
      leftOut([when("ArnNotLike", "aws:PrincipalArn", spared)], needsAt(SOURCE)),
    );
    expect(text).to.contain(`["${spared}","${REPLICATION}","${BATCH}"]`);
  });

  it("counts statements that have no Sid", () => {
    const nameless = { ...statement, Sid: undefined };
    const [text = ""] = perimeterTexts(
      "it",
      leftOut([{ Effect: "Allow" }, nameless], needsAt(SOURCE)),
    );
    expect(text).to.contain("statement 2, which has no Sid,");
  });

  it("is a text for each statement, careful where one is not certain", () => {
    const nobody = when("StringNotEquals", "aws:PrincipalOrgID", "o-abcdefghij");
    const some = {
      ...deny({ Condition: undefined, Action: "s3:InitiateReplication" }),
      Sid: "Some",
    };
    const [first = "", second = "", ...others] = perimeterTexts(
      "it",
      leftOut([nobody, some], needsAt(SOURCE)),
    );
    expect(others).to.deep.equal([]);
    expect(first).to.contain(`statement Perimeter of the policy of it may deny`);
    expect(first).to.contain(
      `to ${REPLICATION} and ${BATCH} (it is decided by aws:principalorgid)`,
    );
    expect(second).to.match(
      new RegExp(
        `^statement Some of the policy of it denies s3:InitiateReplication to ${BATCH}: what`,
      ),
    );
  });

  it("lists actions and keys", () => {
    const statement = deny({
      Action: ["s3:GetObjectRetention", "s3:GetObjectLegalHold"],
      Condition: { StringNotEquals: { "aws:SourceVpc": "a", "aws:PrincipalOrgID": "b" } },
    });
    const [text] = perimeterTexts("it", leftOut([statement], needsAt(SOURCE)));
    expect(text).to.contain(
      `may deny s3:GetObjectRetention, s3:GetObjectLegalHold to ${REPLICATION} (it is decided by aws:sourcevpc, aws:principalorgid)`,
    );
  });

  it("is careful where it depends on what cannot be seen, of the role or of a request", () => {
    const found = (key: string) => leftOut([when("StringEquals", key, "x")], needsAt(SOURCE));
    for (const key of [
      "aws:userid",
      "aws:PrincipalOrgPaths",
      "aws:PrincipalTag/team",
      "s3:prefix",
    ]) {
      const certain = found(key).map(({ isCertain }) => isCertain);
      expect(certain, key).to.deep.equal([false, false]);
    }
    const spared = { AWS: [REPLICATION] };
    const but = deny({ Principal: undefined, NotPrincipal: spared });
    expect(leftOut([but], needsAt(SOURCE)).map(({ isCertain }) => isCertain)).to.have.members([
      true,
      false,
    ]);
    expect(perimeterTexts("it", leftOut([but], needsAt(SOURCE))).join()).to.contain("it denies");
  });

  it("is silent of the locks that a vault takes, which are of single versions", () => {
    const long = deny({
      Resource: `${VAULT}/*`,
      Condition: { NumericGreaterThan: { "s3:object-lock-remaining-retention-days": "90" } },
    });
    expect(leftOut([long], needsAt(VAULT))).to.deep.equal([]);
    const atSource = when(
      "NumericGreaterThanIfExists",
      "s3:object-lock-remaining-retention-days",
      "1",
    );
    expect(leftOut([atSource], needsAt(SOURCE)).map(({ isCertain }) => isCertain)).to.deep.equal([
      true,
      true,
    ]);
  });

  it("is of the role that replicates alone at a vault and its key", () => {
    const atVault = deny({
      Resource: `${VAULT}/*`,
      Condition: { StringNotEquals: { "aws:SourceVpce": "vpce-1" } },
    });
    expect(leftOut([atVault], needsAt(VAULT))).to.deep.include({
      sid: "Perimeter",
      position: 1,
      roleArn: REPLICATION,
      actions: ["s3:ReplicateObject", "s3:ReplicateTags"],
      isCertain: true,
      keys: ["aws:sourcevpce"],
      spared: [],
    });
    const atKey = { ...atVault, Action: "kms:*", Resource: "*" };
    const actions = leftOut([atKey], needsAt(KEY)).map((one) => [one.roleArn, one.actions]);
    expect(actions).to.deep.equal([
      [REPLICATION, ["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"]],
    ]);
  });
});

describe("what the roles need", () => {
  const DELETES = {
    name: "deletes",
    vault: "own",
    priority: 2,
    deleteMarkerReplication: true,
    ownerOverride: true,
    replicaKmsKeyId: KEY.replace("1111", "2222"),
  };
  const two = parseConfig({
    source: {
      ...ACCOUNTS.source,
      bucket: { name: "records", existing: true },
      kmsKeyArns: ["arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555"],
    },
    vaults: [
      { name: "own", ...ACCOUNTS.vault, bucket: { name: "kept" } },
      { name: "far", ...ACCOUNTS.vault, region: "us-east-1", bucket: { name: "far" } },
    ],
    rules: [
      { name: "all", vault: "own", priority: 1 },
      DELETES,
      { name: "far", vault: "far", priority: 3 },
    ],
  });
  const needs = roleNeeds(two).map(
    ({ action, ownerAccountId, region, resource }) =>
      `${action} ${resource} of ${ownerAccountId} in ${region}`,
  );

  it("is asked of the owner and in the Region of each bucket", () => {
    expect(needs).to.include.members([
      "s3:ListBucket arn:aws:s3:::records of 111111111111 in eu-west-1",
      "s3:GetObjectRetention arn:aws:s3:::records/* of 111111111111 in eu-west-1",
      "s3:ReplicateObject arn:aws:s3:::kept/* of 222222222222 in eu-central-1",
      "s3:ReplicateObject arn:aws:s3:::far/* of 222222222222 in us-east-1",
    ]);
  });

  it("is what any rule to the vault needs, and no more at another", () => {
    for (const action of ["s3:ReplicateDelete", "s3:ObjectOwnerOverrideToBucketOwner"]) {
      expect(needs.filter((need) => need.startsWith(action))).to.deep.equal([
        `${action} arn:aws:s3:::kept/* of 222222222222 in eu-central-1`,
      ]);
    }
  });

  it("is at the keys that the configuration names", () => {
    const source = "arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555";
    const ofRule = DELETES.replicaKmsKeyId;
    expect(needs.filter((need) => need.startsWith("kms:Decrypt"))).to.deep.equal([
      `kms:Decrypt ${source} of 111111111111 in eu-west-1`,
      `kms:Decrypt ${ofRule} of 222222222222 in eu-central-1`,
    ]);
    expect(roleNeeds(config).map(({ resource }) => resource)).not.to.include("create");
    const none = roleNeeds(config).filter(({ resource }) => resource.includes("eu-west-1"));
    expect(none).to.deep.equal([]);
  });
});

function statementCondition(statement: object): object {
  return (statement as { Condition: object }).Condition;
}
