/** A report as a page: whole, without anything from elsewhere, and nothing in it that a key could have put there. */

import { expect } from "chai";
import { explainedFailures } from "../../automation/backfill/explained-failures";
import { versionName } from "../../automation/proof/source-versions";
import type { JobHistory, LiveLag, Report } from "../../automation/report/fields";
import { columns } from "../../automation/report/charts";
import { reportHtml } from "../../automation/report/html";
import { judged, lookOf } from "../helpers/looks";
import { EVIL_KEY, fullReport, reportOf } from "../helpers/reports";

/** Elements that have no end. */
const VOID = new Set(["meta", "br", "line"]);

/** The names of a page's elements, in order; throws where they are not nested. */
function elements(html: string): readonly string[] {
  const names: string[] = [];
  const open: string[] = [];
  for (const [, slash, name = "", empty] of html
    .replace("<!doctype html>", "")
    .matchAll(/<(\/?)([a-z][a-z0-9]*)(?:\s[^<>]*?)?(\/?)>/gi)) {
    if (slash === "/") expect(open.pop(), `end of ${name}`).to.equal(name);
    else {
      names.push(name);
      if (empty !== "/" && !VOID.has(name)) open.push(name);
    }
  }
  expect(open).to.deep.equal([]);
  return names;
}

describe("a report as a page", () => {
  let html: string;

  before(async () => {
    html = await reportHtml(fullReport());
  });

  it("loads nothing, and runs nothing", () => {
    const found = new Set(elements(html));
    for (const name of ["script", "link", "img", "iframe", "object", "form", "image", "use"]) {
      expect(found.has(name), name).to.equal(false);
    }
    expect(html).not.to.match(/<[^>]+ (on\w+|src|srcset|xlink:href)=/);
    expect(html).not.to.match(/url\(|@import/);
    const hrefs = [...html.matchAll(/<[^>]* href="([^"]*)"/g)].map(([, href]) => href);
    for (const href of hrefs)
      expect(href).to.match(/^(#report$|https:\/\/docs\.aws\.amazon\.com\/)/);
    expect(html).to.contain("default-src 'none'; style-src 'unsafe-inline'");
  });

  it("says of a verdict that is not clean what it would prove, and of one that is what it proves", async () => {
    expect(html).to.contain("<h3>What this would prove if it were clean (level full)</h3>");
    const clean = await reportHtml(reportOf({ look: lookOf([judged("a", "proven")]) }));
    expect(clean).to.contain("<h3>What is proven (level full)</h3>");
    expect(clean).to.contain("<code>REPLICA</code>").and.not.to.contain("share");
  });

  it("gives each of several vaults a colour of its own", async () => {
    const bar = { label: "2027-01", value: 1 };
    const svg = await columns(
      [
        { ...bar, part: "near" },
        { ...bar, part: "far" },
      ],
      ["near", "far"],
    );
    expect(svg).to.contain("var(--part-0)").and.contain("var(--part-1)");
  });

  it("shows keys and obeys none", () => {
    expect(html).to.contain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(html).not.to.match(/[\p{Cf}\p{Cs}]|(?!\n)\p{Cc}/u);
    expect(html).to.contain("\\u202e").and.to.contain("\\u0000").and.to.contain("\\ud800");
  });

  it("has one heading of the first level, landmarks, and a table behind each chart", () => {
    const found = elements(html);
    const number = (name: string): number => found.filter((one) => one === name).length;
    expect(number("h1")).to.equal(1);
    for (const name of ["header", "main", "footer", "title"]) expect(number(name)).to.equal(1);
    expect(number("svg")).to.be.greaterThan(6);
    const tables = html.match(/<summary>The numbers: /g)?.length ?? 0;
    // The chart of the lag has its table before it.
    expect(tables).to.equal(number("svg") - 1);
    expect(html.match(/<svg role="img" aria-label="[^"]+" /g)).to.have.length(number("svg"));
    expect(found.filter((name) => name === "caption")).to.have.length(number("table"));
  });

  it("says what was found, in words", () => {
    for (const text of [
      "NOT clean: something has to be done",
      "1 version is promised, and missing or wrong in a vault.",
      "What is not proven",
      "object annotations",
      "&quot;s3:ReplicateObject&quot;",
      "Once this is done.",
      "When locks end",
      "Progress of job job-1, of 500 tasks",
      "not known: no metrics",
      "lapsed/lapsed in vault primary: accepted by the configuration",
      "set aside: ledger/x: its name is none of a record",
      "as the job&#39;s report at the source tells it",
      "not as deployed",
    ]) {
      expect(html).to.contain(text);
    }
  });

  it("says of a clean one that it is, and of one without a verdict why", async () => {
    const clean = await reportHtml(reportOf({ look: lookOf([judged("a", "proven")]) }));
    expect(clean).to.contain('<h1 class="good">✔ Clean');
    const broken: Report = {
      ...fullReport(),
      sources: [
        {
          source: "a<b",
          error: { code: "X", message: "too <old>" },
          jobs: null,
          live: [],
        },
      ],
    };
    const page = await reportHtml(broken);
    expect(page)
      .to.contain("no verdict: too &lt;old&gt;")
      .and.to.contain("the ledger cannot be read");
    elements(page);
  });

  it("stays under 2 MB with all that it can hold", async () => {
    const long = "\u202e<&".repeat(341);
    const versions = Array.from({ length: 400 }, (_, index) =>
      judged(`${index}${long}/${index}`, index % 2 === 0 ? "missing" : "archived", {
        traits: {
          kmsKeyArn: `arn:aws:kms:eu-west-1:111111111111:key/${index}`,
          vaults: [
            {
              vault: "primary",
              rule: `${"r".repeat(250)}${index}`,
              lockedUntilMonth: `${2027 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`,
            },
          ],
        },
      }),
    );
    const codes = new Map(
      versions.map(({ version }) => [versionName(version), "DstPutObjectNotPermitted"]),
    );
    const report = reportOf({ look: lookOf(versions), codes });
    const [source] = report.sources;
    const [{ explained } = {}] = explainedFailures(
      [{ code: "X", reason: "preparing manifest: access denied" }],
      {
        accountId: "111111111111",
        roleArn: `arn:aws:iam::111111111111:role/${"r".repeat(64)}`,
        sourceBucketArn: `arn:aws:s3:::${"s".repeat(63)}`,
        operationsBucketArn: `arn:aws:s3:::${"o".repeat(63)}`,
        manifestPrefix: "manifests",
        reportPrefix: "reports",
      },
    );
    if (explained === undefined) throw new Error("AWS's words are not known");
    const job = (sequence: number): JobHistory => ({
      jobId: "x".repeat(36),
      sequence,
      state: "settled",
      outcome: "failed",
      failureReasons: [1, 2, 3].map(() => ({
        code: long.slice(0, 300),
        reason: long.slice(0, 300),
        explained,
      })),
      samples: Array.from({ length: 200 }, (_, index) => ({
        at: new Date(index * 1_000).toISOString(),
        doneCount: index * 1_000_000,
        failedCount: index,
      })),
      totalCount: 200_000_000,
      tasksPerSecond: 1_000_000,
    });
    const live: LiveLag[] = Array.from({ length: 10 }, (_, rule) => ({
      rule: `rule-${rule}`,
      vault: "primary",
      points: Array.from({ length: 288 }, (__, index) => ({
        at: new Date(index * 300_000).toISOString(),
        seconds: index,
      })),
    }));
    const jobs = Array.from({ length: 50 }, (_, index) => job(index));
    const page = await reportHtml({
      ...report,
      sources: source === undefined ? [] : [{ ...source, jobs, live }],
    });
    elements(page);
    expect(Buffer.byteLength(page)).to.be.below(2_000_000);
    expect(page).to.contain("in further groups");
    expect(page).not.to.contain(EVIL_KEY);
  });
});
