/** Roles, policies, names and keys against the account and the Region that they are for, as far as those are known. */

import { expect } from "chai";
import {
  checkAccess,
  checkBoundary,
  checkKeyPlace,
  checkKeyRegion,
  checkNamespace,
  checkRolePlace,
} from "../../components/config/access-checks";
import { crossChecks } from "../../components/config/cross-checks";
import type { ReportProblem } from "../../components/config/loose-config";

const [OURS, THEIRS] = ["111111111111", "222222222222"];
const HOME = { accountId: OURS, region: "eu-west-1" };
/** What is not known yet, or is said to be missing elsewhere. */
const NOBODY = {};

/** How each complaint begins, with its path. */
function found(check: (report: ReportProblem) => void): string[] {
  const said: string[] = [];
  check((path, message) => said.push(`${path}: ${message}`));
  return said;
}
const beginnings = (check: (report: ReportProblem) => void) =>
  found(check).map((text) => /^[^,;]*/.exec(text)?.[0]);

describe("config access: how an account is reached", () => {
  const access = (more: object) => beginnings((report) => checkAccess(more, "source", report));
  const roleOf = (accountId: string) => `arn:aws:iam::${accountId}:role/r`;

  it("is by one way or none", () => {
    for (const one of [{}, { profile: "p" }, { assumeRoleArn: roleOf(OURS) }]) {
      expect(access({ ...HOME, ...one })).to.deep.equal([]);
    }
    expect(access({ ...HOME, profile: "p", assumeRoleArn: roleOf(OURS) })).to.deep.equal([
      "source.assumeRoleArn: expected either profile or assumeRoleArn",
    ]);
  });

  it("is by a role of that account, with the reason", () => {
    expect(
      found((report) => checkAccess({ ...HOME, assumeRoleArn: roleOf(THEIRS) }, "source", report)),
    ).to.deep.equal([
      `source.assumeRoleArn: expected a role of account ${OURS}, got one of account ${THEIRS}; assume a role in the account that is worked on`,
    ]);
  });
});

describe("config access: roles and boundaries", () => {
  const role = (arn: string | undefined, owner: object) =>
    beginnings((report) => checkRolePlace(arn, owner, "p", "advice", report));
  const boundary = (arn: string | undefined, owner: object) =>
    beginnings((report) => checkBoundary(arn, owner, "p", report));
  const PARTITION = 'p: expected an ARN of partition "aws"';

  for (const [what, check, start] of [
    ["role", role, "role/r"],
    ["policy", boundary, "policy/b"],
  ] as const) {
    it(`a ${what} is of the account and of the Region's partition, where they are known`, () => {
      const arn = (accountId: string, partition = "aws") =>
        `arn:${partition}:iam::${accountId}:${start}`;
      const foreign = `p: expected a ${what} of account ${OURS}`;
      expect(check(arn(OURS), HOME)).to.deep.equal([]);
      expect(check(arn(THEIRS), HOME)).to.deep.equal([foreign]);
      expect(check(arn(OURS, "aws-cn"), HOME)).to.deep.equal([PARTITION]);
      expect(check(arn(THEIRS, "aws-cn"), HOME)).to.deep.equal([foreign, PARTITION]);
      expect(check(arn(THEIRS, "aws-cn"), NOBODY)).to.deep.equal([]);
      expect(check(arn(THEIRS), { region: "eu-west-1" })).to.deep.equal([]);
      expect(check(arn(OURS, "aws-cn"), { accountId: OURS })).to.deep.equal([]);
      for (const none of [undefined, "no ARN"]) expect(check(none, HOME)).to.deep.equal([]);
    });
  }

  it("a boundary may be AWS's own", () => {
    expect(boundary("arn:aws:iam::aws:policy/b", HOME)).to.deep.equal([]);
  });
});

describe("config access: names in a regional namespace", () => {
  const named = (name: string | undefined, owner: object) =>
    beginnings((report) => checkNamespace(name, owner, "p", report));
  const WRONG = [`p: expected a name that ends in "-${OURS}-eu-west-1-an"`];

  it("are of the bucket's account and Region, where they are known", () => {
    expect(named(`acme-${OURS}-eu-west-1-an`, HOME)).to.deep.equal([]);
    expect(named(`acme-${THEIRS}-eu-west-1-an`, HOME)).to.deep.equal(WRONG);
    expect(named(`acme-${OURS}-eu-west-2-an`, HOME)).to.deep.equal(WRONG);
    for (const owner of [NOBODY, { accountId: OURS }, { region: "eu-west-1" }]) {
      expect(named(`acme-${THEIRS}-eu-west-2-an`, owner)).to.deep.equal([]);
    }
    for (const name of [undefined, "acme"]) expect(named(name, HOME)).to.deep.equal([]);
  });
});

describe("config access: keys", () => {
  const arn = (region: string, accountId = OURS, partition = "aws") =>
    `arn:${partition}:kms:${region}:${accountId}:key/k`;
  const PARTITION = 'p: expected an ARN of partition "aws"';

  it("of a source's versions are in its Region and partition, of any account", () => {
    const key = (text: string | undefined, region: string | undefined) =>
      beginnings((report) => checkKeyRegion(text, region, "p", report));
    expect(key(arn("eu-west-1"), "eu-west-1")).to.deep.equal([]);
    expect(key(arn("eu-west-1", THEIRS), "eu-west-1")).to.deep.equal([]);
    for (const partition of ["aws", "aws-cn"]) {
      expect(key(arn("eu-west-2", OURS, partition), "eu-west-1")).to.deep.equal([
        "p: expected a key in the source's Region eu-west-1",
      ]);
    }
    expect(key(arn("eu-west-1", OURS, "aws-cn"), "eu-west-1")).to.deep.equal([PARTITION]);
    expect(key(arn("eu-west-1"), undefined)).to.deep.equal([]);
    for (const none of [undefined, "alias/a"]) expect(key(none, "eu-west-1")).to.deep.equal([]);
  });

  it("of a vault are in its Region, partition and account, where they are known", () => {
    const key = (text: string | undefined, bucket: object) =>
      beginnings((report) => checkKeyPlace(text, bucket, "vault", "p", report));
    const REGION = "p: expected a key in the vault's Region eu-west-1";
    const ACCOUNT = `p: expected a key of the vault's account ${OURS}`;
    expect(key(arn("eu-west-1"), HOME)).to.deep.equal([]);
    expect(key(arn("eu-west-2"), HOME)).to.deep.equal([REGION]);
    expect(key(arn("eu-west-1", THEIRS), HOME)).to.deep.equal([ACCOUNT]);
    expect(key(arn("eu-west-1", OURS, "aws-cn"), HOME)).to.deep.equal([PARTITION]);
    expect(key(arn("eu-west-2", THEIRS, "aws-cn"), HOME)).to.deep.equal([REGION, ACCOUNT]);
    expect(key(arn("eu-west-2", THEIRS), NOBODY)).to.deep.equal([]);
    for (const none of [undefined, "create", "none"]) expect(key(none, HOME)).to.deep.equal([]);
  });
});

describe("config access: where each is looked for", () => {
  const paths = (config: object) => crossChecks(config).map(({ path }) => path);
  const role = (accountId: string) => `arn:aws:iam::${accountId}:role/r`;
  const policy = (accountId: string) => `arn:aws:iam::${accountId}:policy/b`;
  const key = (region: string, accountId = OURS) => `arn:aws:kms:${region}:${accountId}:key/k`;
  const away = { ...HOME, accountId: THEIRS };

  it("in a source: access, roles, keys, boundary and name", () => {
    const source = (more: object) => paths({ source: { ...HOME, ...more } });
    for (const one of [
      { bucket: {} },
      { bucket: { encryption: {} }, kmsKeyArns: [key("eu-west-1", THEIRS)] },
      { roles: {} },
    ]) {
      expect(source(one)).to.deep.equal([]);
    }
    expect(source({ assumeRoleArn: role(THEIRS) })).to.deep.equal(["source.assumeRoleArn"]);
    expect(source({ replicationRoleArn: role(THEIRS) })).to.deep.equal([
      "source.replicationRoleArn",
    ]);
    expect(source({ bucket: { encryption: { kms: key("eu-west-2") } } })).to.deep.equal([
      "source.bucket.encryption.kms",
    ]);
    expect(source({ kmsKeyArns: [key("eu-west-1"), key("eu-west-2")] })).to.deep.equal([
      "source.kmsKeyArns[1]",
    ]);
    expect(source({ roles: { permissionsBoundary: policy(THEIRS) } })).to.deep.equal([
      "source.roles.permissionsBoundary",
    ]);
    expect(source({ bucket: { name: `a-${THEIRS}-eu-west-1-an` } })).to.deep.equal([
      "source.bucket.name",
    ]);
  });

  it("in a chained source: roles are of the account of the vault that it is", () => {
    const chained = (more: object, ...vaults: object[]) =>
      paths({ sources: [{ bucket: { vault: "near" }, ...more }], vaults });
    const near = { name: "near", ...away };
    const ofVault = {
      replicationRoleArn: role(THEIRS),
      roles: { permissionsBoundary: policy(THEIRS) },
    };
    expect(chained(ofVault, {}, near)).to.deep.equal([]);
    expect(chained({ replicationRoleArn: role(OURS) }, {}, near)).to.deep.equal([
      "sources[0].replicationRoleArn",
    ]);
    expect(chained({}, { name: "far" }, {})).to.deep.equal(["sources[0].bucket.vault"]);
    // Vaults without a name are none that a source without a vault could be.
    expect(paths({ source: { ...HOME, ...ofVault }, vaults: [away] })).to.deep.equal([
      "source.replicationRoleArn",
      "source.roles.permissionsBoundary",
    ]);
    expect(chained({ bucket: {} }, {})).to.deep.equal([]);
  });

  it("in a vault: access, break-glass role, key and name", () => {
    const vault = (more: object) => paths({ vaults: [{ name: "v", ...HOME, ...more }] });
    expect(vault({ bucket: {}, encryption: {} })).to.deep.equal([]);
    expect(vault({ assumeRoleArn: role(THEIRS) })).to.deep.equal(["vaults[0].assumeRoleArn"]);
    expect(vault({ breakGlassRoleArn: role(THEIRS) })).to.deep.equal([
      "vaults[0].breakGlassRoleArn",
    ]);
    expect(vault({ refusalsRoleArn: role(THEIRS) })).to.deep.equal(["vaults[0].refusalsRoleArn"]);
    expect(vault({ encryption: { kms: key("eu-west-1", THEIRS) } })).to.deep.equal([
      "vaults[0].encryption.kms",
    ]);
    expect(vault({ bucket: { name: `a-${THEIRS}-eu-west-1-an` } })).to.deep.equal([
      "vaults[0].bucket.name",
    ]);
  });
});
