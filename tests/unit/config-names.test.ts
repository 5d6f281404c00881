/** Names, partitions and roles, each as `cases/names.json` says. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parseConfig } from "../../components/config";
import {
  bucketNameProblem,
  isRegion,
  partitionOf,
  s3ViaService,
} from "../../components/config/values";
import { configWarnings } from "../../components/config/warnings";
import { derivedNames } from "../../components/derived-names";
import { afterChange, first, problemsOf, type Raw, wholeConfig } from "./whole-config";

const CASES = JSON.parse(
  readFileSync(join(__dirname, "..", "cases", "names.json"), "utf8"),
) as Record<string, Record<string, string>>;

/** Puts the value of a case where it belongs, in a config that fits it otherwise. */
const PLACES: Record<string, (raw: Raw, value: string) => void> = {
  "source.bucket.name": (raw, value) => {
    if (value.endsWith("-an")) raw.source.accountId = "111122223333";
    raw.source.bucket.name = value;
  },
  "source.region": (raw, value) => {
    raw.source.region = value;
    Object.assign(first(raw.vaults), { region: value, assumeRoleArn: undefined });
  },
  "rules[].filter.prefix": (raw, value) =>
    Object.assign(first(raw.rules), { filter: { prefix: value } }),
  "source.kmsKeyArns": (raw, value) => Object.assign(raw.source, { kmsKeyArns: [value] }),
  "vaults[].breakGlassRoleArn": (raw, value) => {
    raw.source.region = "us-gov-east-1";
    Object.assign(first(raw.vaults), {
      region: "us-gov-west-1",
      assumeRoleArn: undefined,
      breakGlassRoleArn: value,
    });
  },
  "source.externalId": (raw, value) => Object.assign(raw.source, { externalId: value }),
};

describe("config: names", () => {
  for (const [path, values] of Object.entries(CASES)) {
    for (const [value, outcome] of Object.entries(values)) {
      it(`${path} ${value}: ${outcome}`, () => {
        const raw = wholeConfig();
        PLACES[path]?.(raw, value);
        const problems = problemsOf(raw);
        if (outcome.startsWith("accepted")) {
          expect(problems).to.deep.equal([]);
          const warned = configWarnings(parseConfig(raw)).map((warning) => warning.path);
          expect(warned).to.deep.equal(
            outcome.includes("warning") ? ["rules[0].filter.prefix"] : [],
          );
          return;
        }
        expect(problems.map((problem) => problem.path.replace(/\[\d+\]/g, ""))).to.deep.equal([
          path.replace("[]", ""),
        ]);
        if (outcome.includes("external_id")) {
          expect(problems[0]?.message).to.match(/profile with role_arn, external_id/);
        }
      });
    }
  }

  it("of reasons that are accepted: one that only the source's side tells is warned of", () => {
    const warned = (...accept: string[]) =>
      configWarnings(parseConfig({ ...wholeConfig(), verdict: { accept } }));
    expect(warned("archived", "lapsed")).to.deep.equal([]);
    const [warning, ...others] = warned("archived", "deleted-at-vault");
    expect(others).to.deep.equal([]);
    expect(warning?.path).to.equal("verdict.accept[1]");
    expect(warning?.message).to.include("accepts nothing");
  });

  it("in a regional namespace are of the bucket's account and Region, in source and vault", () => {
    for (const [name, says] of [
      ["acme-111111111111-eu-north-1-an", /ends in "-111111111111-eu-west-1-an"/],
      ["acme-333333333333-eu-west-1-an", /namespace of account 333333333333/],
      ["acme-an", /-ACCOUNT-REGION-an/],
      ["acme-111111111111-nowhere-an", /-ACCOUNT-REGION-an/],
    ] as const) {
      const [problem, ...others] = afterChange((raw) => (raw.source.bucket.name = name));
      expect(problem?.path).to.equal("source.bucket.name");
      expect(problem?.message).to.match(says);
      expect(others).to.deep.equal([]);
    }
    const [problem] = afterChange(
      (raw) => (first(raw.vaults).bucket.name = "v-222222222222-eu-west-1-an"),
    );
    expect(problem?.path).to.equal("vaults[0].bucket.name");
    expect(problem?.message).to.match(/-222222222222-eu-central-1-an/);
  });

  it("derived from one in a regional namespace are in the global one", () => {
    const { operationsBucketName } = derivedNames("acme-111122223333-eu-west-1-an");
    expect(operationsBucketName).to.match(/^lockstep-ops-acme-.*-an-[0-9a-f]{8}$/);
    expect(bucketNameProblem(operationsBucketName)).to.equal(undefined);
  });
});

describe("config: partitions", () => {
  it("are those of the Regions, with the hosts that KMS knows S3 by", () => {
    for (const [region, partition, host] of [
      ["eu-west-1", "aws", "s3.eu-west-1.amazonaws.com"],
      ["cn-north-1", "aws-cn", "s3.cn-north-1.amazonaws.com.cn"],
      ["us-gov-west-1", "aws-us-gov", "s3.us-gov-west-1.amazonaws.com"],
      ["eusc-de-east-1", "aws-eusc", "s3.eusc-de-east-1.amazonaws.eu"],
    ] as const) {
      expect(isRegion(region)).to.equal(true);
      expect(partitionOf(region)).to.equal(partition);
      expect(s3ViaService(region)).to.equal(host);
    }
    expect(isRegion("us-iso-east-1")).to.equal(false);
    expect(isRegion("us-isob-east-1")).to.equal(false);
  });

  const role = "arn:aws-cn:iam::111111111111:role/r";
  const wrong: [string, (raw: Raw) => void][] = [
    [
      "source.assumeRoleArn",
      (raw) => Object.assign(raw.source, { profile: undefined, assumeRoleArn: role }),
    ],
    ["source.replicationRoleArn", (raw) => Object.assign(raw.source, { replicationRoleArn: role })],
    [
      "source.roles.permissionsBoundary",
      (raw) =>
        Object.assign(raw.source, {
          roles: { permissionsBoundary: "arn:aws-cn:iam::111111111111:policy/b" },
        }),
    ],
    [
      "vaults[0].encryption.kms",
      (raw) =>
        (first(raw.vaults).encryption = {
          kms: "arn:aws-cn:kms:eu-central-1:222222222222:key/0a1b2c3d-0000-4000-8000-000000000000",
        }),
    ],
  ];
  for (const [path, change] of wrong) {
    it(`of ${path} has to be that of the Region`, () => {
      const problems = afterChange(change);
      expect(problems.map((problem) => problem.path)).to.deep.equal([path]);
      expect(problems[0]?.message).to.match(/partition "aws", which Region/);
    });
  }
});

describe("config: roles and tags", () => {
  const withRoles = (roles: unknown) =>
    afterChange((raw) => Object.assign(raw.source, { roles })).map(
      ({ message, path }) => `${path}: ${message}`,
    );

  it("take a boundary of the account or of AWS, a path and tags", () => {
    for (const owner of ["111111111111", "aws"]) {
      const permissionsBoundary = `arn:aws:iam::${owner}:policy/team/boundary`;
      expect(withRoles({ permissionsBoundary, path: "/a/b/", tags: { k: "v" } })).to.deep.equal([]);
    }
  });

  it("refuse a boundary of another account, a path without slashes and keys that AWS keeps", () => {
    const [boundary] = withRoles({ permissionsBoundary: "arn:aws:iam::222222222222:policy/b" });
    expect(boundary).to.match(
      /^source\.roles\.permissionsBoundary: expected a policy of account 1/,
    );
    for (const path of ["lockstep", "/lockstep", "lockstep/", ""]) {
      expect(withRoles({ path })[0]).to.match(/^source\.roles\.path: expected a path/);
    }
    expect(withRoles({ tags: { "aws:k": "v" } })[0]).to.match(/^source\.roles\.tags.*AWS keeps/);
    expect(withRoles({ boundary: "x" })[0]).to.match(/^source\.roles\.boundary: is not a key/);
  });
});
