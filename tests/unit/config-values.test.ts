/** The grammar of single values, at its edges. What a config makes of them: config-names.test.ts. */

import { expect } from "chai";
import {
  bucketArn,
  bucketNameProblem,
  complianceAcknowledgement,
  DEFAULT_MAXIMUM_RETENTION_DAYS,
  givenKeyArn,
  isAccountId,
  isRegion,
  parseDurationDays,
  parseKeyArn,
  parsePolicyArn,
  parseRoleArn,
  PARTITIONS,
  partitionOf,
  partitionProblem,
  regionalNamespaceOf,
  s3ViaService,
} from "../../components/config/values";

const ACCOUNT = "111122223333";

describe("values: durations", () => {
  it("are whole numbers of days or years, up to a hundred years", () => {
    for (const [text, days] of [
      ["1 day", 1],
      ["10 days", 10],
      ["1 year", 365],
      ["10 years", 3650],
      ["36500 days", 36_500],
      ["100 years", 36_500],
    ] as const) {
      expect(parseDurationDays(text), text).to.deep.equal({ days });
    }
    for (const text of ["36501 days", "101 years"]) {
      expect(parseDurationDays(text), text).to.deep.equal({
        problem: "expected at most 100 years (36500 days), which is all Object Lock accepts",
      });
    }
    expect(DEFAULT_MAXIMUM_RETENTION_DAYS).to.equal(3650);
  });

  it("are nothing else", () => {
    for (const text of [
      "",
      "0 days",
      "01 days",
      "1.5 days",
      "-1 days",
      "1days",
      "1  day",
      "1 day ",
      " 1 day",
      "x1 day",
      "1 dayx",
      "1 week",
      "days",
    ]) {
      expect(parseDurationDays(text), text).to.deep.equal({
        problem:
          'expected a whole number and a unit, as in "30 days" or "1 year" (no fractions, no other units)',
      });
    }
  });

  it("of a lock in compliance mode are acknowledged with the vault's bucket", () => {
    expect(complianceAcknowledgement("vault", 1)).to.equal("vault: COMPLIANCE for 1 day");
    expect(complianceAcknowledgement("vault", 2)).to.equal("vault: COMPLIANCE for 2 days");
  });
});

describe("values: accounts, Regions and partitions", () => {
  it("know an account by twelve digits", () => {
    expect(isAccountId(ACCOUNT)).to.equal(true);
    for (const text of ["", ACCOUNT.slice(1), `${ACCOUNT}4`, `${ACCOUNT.slice(1)}x`]) {
      expect(isAccountId(text), text).to.equal(false);
    }
  });

  it("know a Region by its form, and none that is closed to the public", () => {
    for (const text of ["eu-west-1", "us-gov-east-12", "cn-north-1", "eusc-de-east-1"]) {
      expect(isRegion(text), text).to.equal(true);
    }
    for (const text of [
      "",
      "eu",
      "eu-1",
      "eu-west",
      "eu-west-",
      "eu-west-123",
      "eu-west-x",
      "eu-west-1a",
      "eu--1",
      "e-west-1",
      "europ-west-1",
      "EU-west-1",
      "eu-WEST-1",
      "us-iso-east-1",
      "us-isob-east-1",
      " eu-west-1",
    ]) {
      expect(isRegion(text), text).to.equal(false);
    }
    // Only where `iso` is the second part.
    expect([isRegion("eusc-iso-1"), isRegion("us-west-iso-1")]).to.deep.equal([true, true]);
  });

  it("put a Region into the partition that its name begins with", () => {
    for (const [region, partition, host] of [
      ["eu-west-1", "aws", "s3.eu-west-1.amazonaws.com"],
      ["cn-north-1", "aws-cn", "s3.cn-north-1.amazonaws.com.cn"],
      ["us-gov-west-1", "aws-us-gov", "s3.us-gov-west-1.amazonaws.com"],
      ["eusc-de-east-1", "aws-eusc", "s3.eusc-de-east-1.amazonaws.eu"],
      ["eu-cn-1", "aws", "s3.eu-cn-1.amazonaws.com"],
    ] as const) {
      expect(partitionOf(region)).to.equal(partition);
      expect(s3ViaService(region)).to.equal(host);
    }
    expect(bucketArn("aws-cn", "acme")).to.equal("arn:aws-cn:s3:::acme");
  });

  it("say which partition an ARN has to be of", () => {
    expect(partitionProblem({ partition: "aws" }, "eu-west-1")).to.equal(undefined);
    expect(partitionProblem({ partition: "aws" }, "cn-north-1")).to.equal(
      'expected an ARN of partition "aws-cn", which Region cn-north-1 is in, got one of "aws"; no partition knows the resources of another: write arn:aws-cn:...',
    );
  });
});

describe("values: names of buckets", () => {
  const REGIONAL = `acme-${ACCOUNT}-eu-west-1-an`;

  it("are taken as S3 takes them", () => {
    for (const name of [
      "abc",
      "a".repeat(63),
      "0-9",
      "a.b",
      "1.2.3",
      "1.2.3.4.5",
      "x1.2.3.4",
      "1.2.3.x",
      "a-xn--b",
      "my-s3alias-b",
      REGIONAL,
      `0-${ACCOUNT}-eu-west-1-an`,
    ]) {
      expect(bucketNameProblem(name), name).to.equal(undefined);
    }
  });

  for (const [problem, names] of [
    ["expected only lower-case letters, digits, dots and hyphens", ["a_b", "Abc", "abC", "a b"]],
    ["expected a letter or digit at both ends", ["-ab", "ab-", ".ab", "ab."]],
    ["expected no two dots in a row", ["a..b"]],
    ["expected a name that is not an IP address", ["1.2.3.4", "192.168.10.255"]],
    ...["xn--", "sthree-", "amzn-s3-demo-"].map(
      (start) =>
        [
          `expected a name that does not start with "${start}", which S3 keeps for itself`,
          [`${start}a`],
        ] as const,
    ),
    ...["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"].map(
      (end) =>
        [
          `expected a name that does not end in "${end}", which S3 keeps for itself`,
          [`a${end}`],
        ] as const,
    ),
    [
      'expected a name that ends in "-ACCOUNT-REGION-an", as in "acme-111122223333-eu-west-1-an", or not in "-an", which S3 keeps for names in an account\'s regional namespace',
      [
        "acme-an",
        `acme-${ACCOUNT.slice(1)}-eu-west-1-an`,
        `acme-${ACCOUNT}-nowhere-an`,
        `${ACCOUNT}-eu-west-1-an`,
      ],
    ],
  ] as const) {
    it(`are refused with: ${problem}`, () => {
      for (const name of names) expect(bucketNameProblem(name), name).to.equal(problem);
    });
  }

  it("have 3 to 63 characters", () => {
    expect(bucketNameProblem("ab")).to.equal("expected 3 to 63 characters, got 2");
    expect(bucketNameProblem("a".repeat(64))).to.equal("expected 3 to 63 characters, got 64");
  });

  it("tell the account and Region whose namespace they are in", () => {
    expect(regionalNamespaceOf(REGIONAL)).to.deep.equal({
      accountId: ACCOUNT,
      region: "eu-west-1",
    });
    for (const name of ["acme", `${REGIONAL}x`, `-${REGIONAL}`, `acme-${ACCOUNT}-eu-an`]) {
      expect(regionalNamespaceOf(name), name).to.equal(undefined);
    }
  });
});

describe("values: ARNs", () => {
  const around = (arn: string) => [` ${arn}`, `x${arn}`, `${arn} `, `${arn}\n`];

  it("of keys are read into their parts, in each partition", () => {
    for (const partition of PARTITIONS) {
      expect(parseKeyArn(`arn:${partition}:kms:eu-west-1:${ACCOUNT}:key/mrk-0aZ`)).to.deep.equal({
        partition,
        region: "eu-west-1",
        accountId: ACCOUNT,
        keyId: "mrk-0aZ",
      });
    }
    const arn = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/k`;
    for (const text of [
      ...around(arn),
      arn.replace("aws", "aws-x"),
      arn.replace("key/", "alias/"),
      arn.replace("eu-west-1", ""),
      arn.replace("eu-west-1", "EU"),
      arn.replace(ACCOUNT, "1"),
      `${arn}/x`,
      arn.slice(0, -1),
    ]) {
      expect(parseKeyArn(text), text).to.equal(undefined);
    }
  });

  it("of roles are read with the name apart from the path", () => {
    const start = `arn:aws:iam::${ACCOUNT}:role/`;
    for (const path of ["", "team/", "a/b/", "!~/"]) {
      expect(parseRoleArn(`${start}${path}w+=,.@-9`), path).to.deep.equal({
        partition: "aws",
        accountId: ACCOUNT,
        name: "w+=,.@-9",
      });
    }
    expect(parseRoleArn(`${start}${"r".repeat(64)}`)?.name).to.have.length(64);
    expect(parseRoleArn(`arn:aws-cn:iam::${ACCOUNT}:role/r`)?.partition).to.equal("aws-cn");
    for (const text of [
      ...around(`${start}r`),
      start,
      `${start}team/`,
      `${start}/r`,
      `${start}a b/r`,
      `${start}a:b`,
      `${start}${"r".repeat(65)}`,
      `arn:aws:iam::1:role/r`,
      `arn:aws-x:iam::${ACCOUNT}:role/r`,
      `arn:aws:iam::${ACCOUNT}:user/r`,
    ]) {
      expect(parseRoleArn(text), text).to.equal(undefined);
    }
  });

  it("of policies are an account's or AWS's own", () => {
    for (const accountId of [ACCOUNT, "aws"]) {
      for (const path of ["", "team/", "a/b/"]) {
        const arn = `arn:aws:iam::${accountId}:policy/${path}w+=,.@-9`;
        expect(parsePolicyArn(arn), arn).to.deep.equal({ partition: "aws", accountId });
      }
    }
    const start = `arn:aws:iam::${ACCOUNT}:policy/`;
    expect(parsePolicyArn(`${start}${"p".repeat(128)}`)).not.to.equal(undefined);
    for (const text of [
      ...around(`${start}p`),
      start,
      `${start}team/`,
      `${start}/p`,
      `${start}a b/p`,
      `${start}a:b`,
      `${start}${"p".repeat(129)}`,
      `arn:aws:iam::1:policy/p`,
      `arn:aws-x:iam::${ACCOUNT}:policy/p`,
      `arn:aws:iam::${ACCOUNT}:role/p`,
    ]) {
      expect(parsePolicyArn(text), text).to.equal(undefined);
    }
  });
});

describe("values: the key of a configuration", () => {
  it("is given where it is an ARN, and else made, or S3's", () => {
    const keyArn = "arn:aws:kms:eu-west-1:111122223333:key/1";
    expect(givenKeyArn({ kms: keyArn })).to.equal(keyArn);
    for (const kms of ["create", "none"]) expect(givenKeyArn({ kms })).to.equal(undefined);
  });
});
