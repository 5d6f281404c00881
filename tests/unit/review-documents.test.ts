import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { expect } from "chai";
import { parseStackFile } from "../../components/config/load-config";
import { configLine } from "../../automation/review/config-line";
import { markdownMarker, reviewMarkdown } from "../../automation/review/markdown";
import { type Review, type ReviewFacts, reviewOf } from "../../automation/review/review";
import { reviewSarif } from "../../automation/review/sarif";
import { planned, RULES, VAULT_BUCKET } from "../helpers/planned";

const STACK_FILE = `# A stack of its own
config:
  lockstep:source:
    accountId: "111111111111"
    region: eu-west-1
    bucket: { name: acme-records }
  lockstep:vaults:
    - name: primary
      accountId: "222222222222"
      region: eu-central-1
      bucket: { name: acme-vault }
      lock:
        stage: governance
        retention: 10 days
  lockstep:rules:
    - name: all
      vault: primary
      status: Disabled
`;

const POLICY = {
  ruleId: "tls-only",
  severity: "error",
  urn: "urn:pulumi:dev::lockstep::aws-native:s3:Bucket::lockstep-vault-primary-bucket",
  resourceType: VAULT_BUCKET,
  resourceName: "lockstep-vault-primary-bucket",
  message: "Its policy lets plain HTTP in.",
  fix: "Add a Deny.",
} as const;

const CHANGES = [
  planned(VAULT_BUCKET, [
    { path: "objectLockConfiguration.rule.defaultRetention.days", old: 30, new: 10 },
  ]),
  planned(RULES, [{ path: "rules[all].status", old: "Enabled", new: "Disabled" }], {
    name: "lockstep-replication-rules",
    physicalName: "acme-records",
    account: "111111111111",
    region: "eu-west-1",
  }),
];

function review(facts: Partial<ReviewFacts> = {}): Review {
  return reviewOf({
    stack: "dev",
    file: "infra/Pulumi.dev.yaml",
    stackFile: STACK_FILE,
    config: parseStackFile(STACK_FILE),
    planned: CHANGES,
    summary: { same: 30, update: 2 },
    leftBehind: [],
    atRisk: [],
    policies: [],
    ...facts,
  });
}

/** Line of a text in the stack file, from 1. */
function lineOf(text: string): number {
  return STACK_FILE.split("\n").findIndex((line) => line.includes(text)) + 1;
}

describe("a review as Markdown", () => {
  it("begins with the line that its comment is found by", () => {
    const [first] = reviewMarkdown(review()).split("\n");
    expect(first).to.equal(markdownMarker("dev")).and.to.equal("<!-- lockstep-preview: dev -->");
    expect(markdownMarker("a --> b")).to.equal("<!-- lockstep-preview: a_--__b -->");
  });

  it("names risk, bucket, account, old and new, and the line that says it", () => {
    const row = reviewMarkdown(review())
      .split("\n")
      .find((line) => line.includes("RetentionShrinks"));
    expect(row).to.contain("| error | RetentionShrinks");
    for (const text of ["acme-vault", "222222222222, eu-central-1", "30", "10"]) {
      expect(row).to.contain(`<code>${text}</code>`);
    }
    expect(row).to.contain(`<code>infra/Pulumi.dev.yaml:${lineOf("retention: 10")}</code>`);
  });

  it("says that nothing changes", () => {
    const text = reviewMarkdown(review({ planned: [], summary: { same: 32 } }));
    expect(text).to.contain("**No changes.** No change costs data or protection.");
    expect(text).not.to.contain("|");
  });

  it("has the policies by their ids", () => {
    const text = reviewMarkdown(review({ policies: [POLICY] }));
    expect(text).to.contain("**1 policy finding**, 1 of severity error.");
    expect(text).to.contain("| error | <code>tls-only</code>");
  });

  it("obeys no text of the config or of AWS", () => {
    const evil = "x|y\n\n# all clear @acme/admins <!-- --> </code><img src=a> [a](b) `c` **d**";
    const text = reviewMarkdown(
      review({
        planned: [planned(RULES, [{ path: `rules[${evil}].status`, old: evil, new: "Disabled" }])],
        policies: [{ ...POLICY, message: evil }],
      }),
    );
    const own = text.replaceAll(/<\/?(code|details|summary)>/g, "").replaceAll("<!-- -->", "");
    expect(own.split("\n").slice(1).join("\n")).not.to.match(/<|@|\]\(|`/);
    expect(text).not.to.match(/^# all clear/m);
    for (const row of text.split("\n").filter((line) => line.startsWith("| error"))) {
      expect(row.split("|").length - 2).to.be.oneOf([6, 7]);
    }
  });

  it("stays a comment where there is more than one can hold", () => {
    const many = Array.from({ length: 90 }, (_, index) =>
      planned(RULES, [
        { path: `rules[${"r".repeat(250)}${index}].status`, old: 1, new: "Disabled" },
      ]),
    );
    const text = reviewMarkdown(review({ planned: many }));
    expect(text.length).to.be.lessThan(65_536);
    expect(text).to.contain("lockstep preview --json");
    const rows = Array.from({ length: 150 }, () => POLICY);
    expect(reviewMarkdown(review({ planned: [], policies: rows }))).to.contain("And 50 more");
  });
});

describe("a review as SARIF", () => {
  const file = join(__dirname, "..", "cases", "sarif-2.1.0-rtm.5.json");
  const schema = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  delete schema["$schema"];
  delete schema["id"];
  // The schema is of an earlier draft, of which it uses nothing that has changed since.
  const isSarif = new Ajv({
    strict: false,
    validateFormats: false,
    unicodeRegExp: false,
  }).compile(schema);

  interface Log {
    runs: {
      tool: { driver: { rules: { id: string }[] } };
      automationDetails: { id: string };
      results: {
        ruleId: string;
        ruleIndex: number;
        level: string;
        locations: {
          physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } };
        }[];
        partialFingerprints: Record<string, string>;
      }[];
    }[];
  }

  function runOf(one: Review): Log["runs"][number] {
    const log = reviewSarif(one, { version: "0.1.0" });
    expect(isSarif(log), JSON.stringify(isSarif.errors)).to.equal(true);
    const [run] = (log as Log).runs;
    if (run === undefined) throw new Error("no run");
    return run;
  }

  it("follows the public schema, with and without results", () => {
    expect(runOf(review({ policies: [POLICY] })).results).to.have.length(3);
    expect(runOf(review({ planned: [] })).results).to.deep.equal([]);
    expect(isSarif({ version: "2.1.0", runs: [{ results: [{}] }] })).to.equal(false);
  });

  it("points at the line of the stack file that says it", () => {
    const { results } = runOf(review({ policies: [POLICY] }));
    const places = results.map(({ level, locations: [at], ruleId }) => [
      ruleId,
      level,
      at?.physicalLocation.artifactLocation.uri,
      at?.physicalLocation.region.startLine,
    ]);
    const uri = "infra/Pulumi.dev.yaml";
    expect(places).to.deep.equal([
      ["RetentionShrinks", "error", uri, lineOf("retention: 10")],
      ["RuleDisabled", "error", uri, lineOf("status: Disabled")],
      ["tls-only", "error", uri, lineOf("name: primary")],
    ]);
  });

  it("has each rule once, and a category for each stack", () => {
    const run = runOf(review({ policies: [POLICY, POLICY] }));
    const ids = run.tool.driver.rules.map(({ id }) => id);
    expect(ids).to.deep.equal(["RetentionShrinks", "RuleDisabled", "tls-only"]);
    for (const { ruleId, ruleIndex } of run.results) expect(ids[ruleIndex]).to.equal(ruleId);
    expect(run.automationDetails.id).to.equal("lockstep-preview/dev/");
  });

  it("knows a result again after lines were added above it", () => {
    const moved = `# one more line\n${STACK_FILE}`;
    const prints = (one: Review) => runOf(one).results.map((result) => result.partialFingerprints);
    expect(prints(review({ stackFile: moved }))).to.deep.equal(prints(review()));
    expect(new Set(prints(review()).map((print) => JSON.stringify(print))).size).to.equal(2);
  });
});

describe("configLine", () => {
  const cases: readonly (readonly [string[], string])[] = [
    [["vaults", "primary", "lock", "stage"], "stage: governance"],
    [["vaults", "primary", "bucket", "name"], "bucket: { name: acme-vault }"],
    [["vaults", "primary", "encryption"], "name: primary"],
    [["vaults", "gone"], "lockstep:vaults"],
    [["monitoring", "dashboard"], "config:"],
    [["source", "region"], "region: eu-west-1"],
  ];
  for (const [path, text] of cases) {
    it(`finds ${path.join(".")}, or the nearest place above it`, () => {
      expect(configLine(STACK_FILE, path)).to.equal(lineOf(text));
    });
  }

  it("answers the first line where there is nothing", () => {
    expect(configLine("", ["vaults"])).to.equal(1);
  });
});
