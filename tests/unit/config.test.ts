import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import * as fc from "fast-check";
import {
  ConfigError,
  loadPulumiConfig,
  parseConfig,
  parseStackFile,
} from "../../components/config";
import { afterChange, first, problemsOf, wholeConfig, type Raw } from "./whole-config";
import { suggest } from "../../components/config/suggest";
import { bucketNameProblem, parseDurationDays } from "../../components/config/values";

describe("config: what is accepted", () => {
  it("reads every member, with durations in days", () => {
    const config = parseConfig(wholeConfig());
    expect(config.vaults[0]).to.deep.equal({
      name: "primary",
      accountId: "222222222222",
      region: "eu-central-1",
      assumeRoleArn: "arn:aws:iam::222222222222:role/lockstep-deploy",
      bucket: { name: "acme-records-vault", existing: false },
      lock: { stage: "governance", retentionDays: 30 },
      storageClass: "GLACIER_IR",
      encryption: { kms: "create" },
    });
    expect(config.rules[0]).to.deep.equal({
      name: "all-records",
      status: "Enabled",
      priority: 10,
      filter: { prefix: "records/", tags: { keep: "yes" } },
      vault: "primary",
      ownerOverride: false,
      replicationTimeControl: true,
      metrics: true,
      deleteMarkerReplication: false,
      replicaModifications: false,
    });
  });

  it("fills in defaults that lock nothing for long and cost nothing", () => {
    const config = parseConfig({
      source: { accountId: "111111111111", region: "eu-west-1", bucket: { name: "acme-records" } },
      vaults: [
        {
          name: "v",
          accountId: "222222222222",
          region: "eu-west-1",
          bucket: { name: "acme-vault" },
        },
      ],
      rules: [{ name: "all", vault: "v" }],
    });
    expect(config.sources[0]?.bucket.existing).to.equal(false);
    expect(config.vaults[0]?.lock).to.deep.equal({ stage: "pilot", retentionDays: 1 });
    expect(config.vaults[0]?.encryption).to.deep.equal({ kms: "none" });
    expect(config.rules[0]).to.deep.equal({
      name: "all",
      status: "Enabled",
      priority: 1,
      hasDefaultPriority: true,
      filter: {},
      vault: "v",
      ownerOverride: false,
      replicationTimeControl: false,
      metrics: false,
      deleteMarkerReplication: false,
      replicaModifications: false,
    });
    expect(config.backfill).to.deep.equal({ report: "all-tasks", priority: 10 });
  });

  it("gives governance 30 days when none are said", () => {
    const raw = wholeConfig();
    first(raw.vaults).lock = { stage: "governance" };
    expect(parseConfig(raw).vaults[0]?.lock.retentionDays).to.equal(30);
  });

  it("takes an empty prefix for the whole bucket", () => {
    const raw = wholeConfig();
    first(raw.rules).filter = { prefix: "" };
    expect(parseConfig(raw).rules[0]?.filter).to.deep.equal({});
  });

  it("takes a vault in the source's own account and Region", () => {
    const raw = wholeConfig();
    Object.assign(raw.vaults[0] ?? {}, {
      accountId: "111111111111",
      region: "eu-west-1",
      assumeRoleArn: "arn:aws:iam::111111111111:role/lockstep-deploy",
    });
    expect(problemsOf(raw)).to.deep.equal([]);
  });

  it("gives a rule that is alone with its vault the lowest free priority", () => {
    const raw = wholeConfig();
    raw.vaults.push({
      ...first(raw.vaults),
      name: "far",
      bucket: { name: "acme-records-far" },
    });
    raw.rules = [
      { name: "a", vault: "primary", priority: 1 },
      { name: "b", vault: "far" },
    ];
    expect(parseConfig(raw).rules.map(({ priority }) => priority)).to.deep.equal([1, 2]);
  });
});

describe("config: what is refused", () => {
  const cases: { title: string; change: (raw: Raw) => void; path: string; says: RegExp }[] = [
    {
      title: "an unknown key, with what was probably meant",
      change: (raw) => Object.assign(raw.source, { regoin: "eu-west-1" }),
      path: "source.regoin",
      says: /did you mean "region"/,
    },
    {
      title: "an account id without quotes",
      change: (raw) => Object.assign(raw.source, { accountId: 111111111111 }),
      path: "source.accountId",
      says: /twelve digits in quotes.*got 111111111111/,
    },
    {
      title: "a retention with a fraction",
      change: (raw) => (first(raw.vaults).lock.retention = "1.5 years"),
      path: "vaults[0].lock.retention",
      says: /"30 days" or "1 year".*got "1\.5 years"/,
    },
    {
      title: "compliance without a retention",
      change: (raw) =>
        (first(raw.vaults).lock = { stage: "compliance", acknowledgement: "I know" }),
      path: "vaults[0].lock.retention",
      says: /never assumed/,
    },
    {
      title: "compliance without an acknowledgement",
      change: (raw) => (first(raw.vaults).lock = { stage: "compliance", retention: "1 year" }),
      path: "vaults[0].lock.acknowledgement",
      says: /exactly "acme-records-vault: COMPLIANCE for 365 days"; nobody/,
    },
    {
      title: "an acknowledgement of a shorter compliance",
      change: (raw) =>
        (first(raw.vaults).lock = {
          stage: "compliance",
          retention: "1 year",
          acknowledgement: "acme-records-vault: COMPLIANCE for 30 days",
        }),
      path: "vaults[0].lock.acknowledgement",
      says: /for 365 days", got "acme-records-vault: COMPLIANCE for 30 days"/,
    },
    {
      title: "a pilot for longer than its day",
      change: (raw) => (first(raw.vaults).lock = { stage: "pilot", retention: "2 days" }),
      path: "vaults[0].lock.retention",
      says: /"1 day" or nothing/,
    },
    {
      title: "a storage class that AWS does not have",
      change: (raw) => (first(raw.vaults).storageClass = "GLACIER_INSTANT"),
      path: "vaults[0].storageClass",
      says: /"GLACIER_IR"/,
    },
    {
      title: "a vault in the bucket of the source",
      change: (raw) => (first(raw.vaults).bucket.name = "acme-records"),
      path: "vaults[0].bucket.name",
      says: /another bucket than the source/,
    },
    {
      title: "a vault in another partition",
      change: (raw) =>
        Object.assign(first(raw.vaults), {
          region: "us-gov-west-1",
          assumeRoleArn: "arn:aws-us-gov:iam::222222222222:role/lockstep-deploy",
        }),
      path: "vaults[0].region",
      says: /across partitions/,
    },
    {
      title: "a key of another Region",
      change: (raw) =>
        (first(raw.vaults).encryption.kms = "arn:aws:kms:eu-west-1:222222222222:key/1234"),
      path: "vaults[0].encryption.kms",
      says: /eu-central-1, got one in eu-west-1/,
    },
    {
      title: "a key of another account",
      change: (raw) =>
        (first(raw.vaults).encryption.kms = "arn:aws:kms:eu-central-1:111111111111:key/1234"),
      path: "vaults[0].encryption.kms",
      says: /222222222222, got one of account 111111111111/,
    },
    {
      title: "an alias in place of a key",
      change: (raw) =>
        (first(raw.vaults).encryption.kms = "arn:aws:kms:eu-central-1:222222222222:alias/x"),
      path: "vaults[0].encryption.kms",
      says: /not of an alias/,
    },
    {
      title: "a profile together with a role",
      change: (raw) => Object.assign(first(raw.vaults), { profile: "p" }),
      path: "vaults[0].assumeRoleArn",
      says: /got both/,
    },
    {
      title: "a role of another account",
      change: (raw) =>
        (first(raw.vaults).assumeRoleArn = "arn:aws:iam::333333333333:role/lockstep-deploy"),
      path: "vaults[0].assumeRoleArn",
      says: /of account 333333333333/,
    },
    {
      title: "a rule that names no vault",
      change: (raw) => delete first(raw.rules).vault,
      path: "rules[0].vault",
      says: /is missing/,
    },
    {
      title: "a rule that names an unknown vault",
      change: (raw) => (first(raw.rules).vault = "primry"),
      path: "rules[0].vault",
      says: /did you mean "primary"/,
    },
    {
      title: "a tag filter with delete markers",
      change: (raw) => (first(raw.rules).deleteMarkerReplication = true),
      path: "rules[0].deleteMarkerReplication",
      says: /by tag/,
    },
    {
      title: "Replication Time Control without metrics",
      change: (raw) => delete first(raw.rules).metrics,
      path: "rules[0].metrics",
      says: /demands metrics/,
    },
    {
      title: "a tag value without quotes",
      change: (raw) => (first(raw.rules).filter = { tags: { keep: true } }),
      path: "rules[0].filter.tags.keep",
      says: /in quotes.*got true/,
    },
    {
      title: "a priority with a fraction",
      change: (raw) => (first(raw.rules).priority = 1.5),
      path: "rules[0].priority",
      says: /whole number/,
    },
    {
      title: "no rules",
      change: (raw) => (raw.rules = []),
      path: "rules",
      says: /at least one rule/,
    },
    {
      title: "a budget of nothing",
      change: (raw) => (raw.backfill.budgetUsd = 0),
      path: "backfill.budgetUsd",
      says: /above 0/,
    },
  ];
  for (const { title, change, path, says } of cases) {
    it(`refuses ${title}, and nothing else`, () => {
      const problems = afterChange(change);
      expect(problems.map((problem) => problem.path)).to.deep.equal([path]);
      expect(problems[0]?.message).to.match(says);
    });
  }

  it("refuses no vaults, and the rule that then names none", () => {
    const paths = afterChange((raw) => (raw.vaults = [])).map(({ path }) => path);
    expect(paths).to.deep.equal(["vaults", "rules[0].vault"]);
  });

  it("refuses names and priorities used twice, at the second place", () => {
    const paths = afterChange((raw) => {
      raw.vaults.push(first(raw.vaults));
      raw.rules.push(first(raw.rules));
    }).map(({ path }) => path);
    expect(paths).to.deep.equal([
      "vaults[1].name",
      "vaults[1].bucket.name",
      "rules[1].name",
      "rules[1].priority",
    ]);
  });

  it("takes the names of two teams' stacks together, with side both, and neither of them half", () => {
    const vaultStack = "acme/lockstep/vaults";
    const sourceStack = "acme/lockstep/source";
    const paths = (sections: object) =>
      problemsOf({ ...wholeConfig(), ...sections }).map(({ path }) => path);
    expect(paths({ sourceStack, vaultStack })).to.deep.equal([]);
    expect(paths({ sourceStack })).to.deep.equal(["sourceStack"]);
    expect(paths({ vaultStack })).to.deep.equal(["vaultStack"]);
    expect(paths({ side: "source", sourceStack, vaultStack })).to.deep.equal(["sourceStack"]);
    expect(paths({ sourceStack: "source", vaultStack })).to.deep.equal(["sourceStack"]);
  });

  it("wants priorities said when two rules send to one vault", () => {
    const paths = afterChange((raw) => {
      raw.rules = [
        { name: "a", vault: "primary" },
        { name: "b", vault: "primary", priority: 2 },
      ];
    }).map(({ path }) => path);
    expect(paths).to.deep.equal(["rules[0].priority"]);
  });

  it("wants one priority used once in a source bucket, also by rules to different vaults", () => {
    const problems = afterChange((raw) => {
      raw.vaults.push({ ...first(raw.vaults), name: "far", bucket: { name: "acme-far" } });
      raw.rules = [
        { name: "a", vault: "primary", priority: 1 },
        { name: "b", vault: "far", priority: 1 },
      ];
    });
    expect(problems.map(({ path }) => path)).to.deep.equal(["rules[1].priority"]);
  });

  describe("in a fleet", () => {
    const fleet = (rules: Raw["rules"]) => {
      const { source, ...rest } = wholeConfig();
      const sources = ["orders", "letters"].map((name) => ({
        ...source,
        name,
        bucket: { name: `acme-${name}` },
      }));
      return problemsOf({ ...rest, sources, rules }).map(({ path }) => path);
    };
    const all = { name: "all", vault: "primary", priority: 1 };

    it("wants a priority of a rule for all sources used by no rule for one of them", () => {
      expect(fleet([all, { ...all, name: "one", source: "letters" }])).to.deep.equal([
        "rules[1].priority",
      ]);
      expect(fleet([{ ...all, name: "one", source: "letters" }, all])).to.deep.equal([
        "rules[1].priority",
      ]);
    });

    it("takes one priority in two sources", () => {
      const rules = ["orders", "letters"].map((source) => ({ ...all, name: source, source }));
      expect(fleet(rules)).to.deep.equal([]);
    });
  });

  it("names mistakes of shape and across members in one go", () => {
    const paths = afterChange((raw) => {
      raw.source.region = "europe";
      first(raw.vaults).lock = { stage: "compliance" };
      first(raw.vaults).bucket.name = "acme-records";
      first(raw.rules).vault = "other";
      raw.backfill.report = "some";
    }).map(({ path }) => path);
    expect(paths).to.have.members([
      "source.region",
      "vaults[0].lock.retention",
      "vaults[0].lock.acknowledgement",
      "vaults[0].bucket.name",
      "rules[0].vault",
      "backfill.report",
    ]);
  });

  it("says all paths and messages in the error's text", () => {
    const error = new ConfigError(problemsOf({}));
    expect(error.message).to.match(/3 mistakes:\n {2}source: .*\n {2}vaults: .*\n {2}rules: /);
    expect(error).to.include({ code: "CONFIG_INVALID", source: "user" });
  });

  it("never fails in another way, whatever is given", () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (left, right) => {
        problemsOf(left);
        problemsOf({ ...wholeConfig(), vaults: [left], rules: right });
        problemsOf({ ...wholeConfig(), source: left, rules: [right], backfill: left });
      }),
      { numRuns: 300 },
    );
  });
});

describe("config: values", () => {
  it("reads whole days and years", () => {
    expect(parseDurationDays("1 day")).to.deep.equal({ days: 1 });
    expect(parseDurationDays("30 days")).to.deep.equal({ days: 30 });
    expect(parseDurationDays("1 year")).to.deep.equal({ days: 365 });
    expect(parseDurationDays("7 years")).to.deep.equal({ days: 2555 });
  });

  it("accepts up to 100 years and nothing above", () => {
    expect(parseDurationDays("36499 days")).to.deep.equal({ days: 36499 });
    expect(parseDurationDays("36500 days")).to.deep.equal({ days: 36500 });
    expect(parseDurationDays("100 years")).to.deep.equal({ days: 36500 });
    expect(parseDurationDays("36501 days")).to.have.property("problem");
    expect(parseDurationDays("101 years")).to.have.property("problem");
  });

  for (const text of [
    "0 days",
    "-1 days",
    "1.0 days",
    "30",
    "30d",
    "30  days",
    " 1 day",
    "1 month",
  ]) {
    it(`refuses the duration "${text}"`, () => {
      expect(parseDurationDays(text)).to.have.property("problem");
    });
  }

  it("judges bucket names at the bounds of their length", () => {
    expect(bucketNameProblem("ab")).to.match(/3 to 63/);
    expect(bucketNameProblem("abc")).to.equal(undefined);
    expect(bucketNameProblem("a".repeat(63))).to.equal(undefined);
    expect(bucketNameProblem("a".repeat(64))).to.match(/3 to 63/);
  });

  for (const name of ["Abc", "a_b", "-abc", "abc-", "a..b", "10.0.0.1", "xn--abc", "abc-s3alias"]) {
    it(`refuses the bucket name "${name}"`, () => {
      expect(bucketNameProblem(name)).to.be.a("string");
    });
  }

  it("suggests a near word and none that is far", () => {
    expect(suggest("acountId", ["accountId", "region"])).to.equal("accountId");
    expect(suggest("Region", ["accountId", "region"])).to.equal("region");
    expect(suggest("colour", ["accountId", "region"])).to.equal(undefined);
  });
});

describe("config: where it comes from", () => {
  const yamlText = `
config:
  aws:region: us-east-1
  lockstep:source: { accountId: "111111111111", region: eu-west-1, bucket: { name: acme-records } }
  lockstep:vaults: [{ name: v, accountId: "222222222222", region: eu-west-1, bucket: { name: acme-vault } }]
  lockstep:rules: [{ name: all, vault: v }]
`;

  it("reads a stack file and leaves other namespaces alone", () => {
    expect(parseStackFile(yamlText).vaults[0]?.bucket.name).to.equal("acme-vault");
  });

  it("names a misspelt section beside what is wrong in the rest", () => {
    try {
      parseStackFile(yamlText.replace("lockstep:rules", "lockstep:rule"));
      expect.fail("expected a ConfigError");
    } catch (error) {
      expect(error).to.be.instanceOf(ConfigError);
      const paths = (error as ConfigError).problems.map(({ path }) => path);
      expect(paths).to.deep.equal(["lockstep:rule", "rules"]);
    }
  });

  it("says the line of text that is not YAML", () => {
    expect(() => parseStackFile("config:\n  a: [\n")).to.throw(ConfigError, /line [23]/);
  });

  it("refuses a file without a config, or that is no map at all", () => {
    expect(() => parseStackFile("")).to.throw(ConfigError, /config: is missing/);
    expect(() => parseStackFile("- a\n")).to.throw(ConfigError, /config: is missing/);
  });

  it("reads the same from a Pulumi program's config", () => {
    const raw: Record<string, unknown> = wholeConfig();
    const config = {
      get: (key: string) => raw[key] as string | undefined,
      getObject: <Value>(key: string) => raw[key] as Value | undefined,
    };
    expect(loadPulumiConfig(config)).to.deep.equal(parseConfig(raw));
  });

  for (const stack of ["dev", "prod"]) {
    it(`accepts the project's own Pulumi.${stack}.yaml`, () => {
      const path = join(__dirname, "..", "..", `Pulumi.${stack}.yaml`);
      expect(parseStackFile(readFileSync(path, "utf8")).rules).to.not.be.empty;
    });
  }
});
