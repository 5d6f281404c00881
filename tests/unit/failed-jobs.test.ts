/** Jobs that failed as a whole, as a report tells them: by what the ledger at the source says, whoever wrote it. */

import { expect } from "chai";
import { failedJobs } from "../../automation/report/failed-jobs";
import type { JobHistory } from "../../automation/report/fields";
import { reportHtml } from "../../automation/report/html";
import { jobHistory } from "../../automation/report/job-history";
import { reportMarkdown } from "../../automation/report/markdown";
import { judged, lookOf } from "../helpers/looks";
import { EVIL_KEY, reportOf } from "../helpers/reports";

const INTENT = {
  sequence: 7,
  accountId: "111111111111",
  region: "eu-west-1",
  sourceBucketArn: "arn:aws:s3:::source",
  operationsBucketArn: "arn:aws:s3:::operations",
  manifestPrefix: "manifests",
  reportPrefix: "reports",
  roleArn: "arn:aws:iam::111111111111:role/b",
};
const FORBIDDEN = { code: "X", reason: "Reading the manifest is forbidden: AccessDenied" };

function historyOf(failureReasons?: readonly object[], outcome = "failed"): JobHistory {
  const record = { jobId: "job-1", intent: INTENT, state: "settled", outcome, failureReasons };
  return jobHistory({ record } as unknown as Parameters<typeof jobHistory>[0]);
}

describe("a job that failed as a whole, in a report", () => {
  it("has account, role, statement and page beside AWS's words", () => {
    const [job] = failedJobs([historyOf([FORBIDDEN])]);
    expect(job?.failure).to.equal(`Job job-1 failed: X: ${FORBIDDEN.reason}`);
    expect(job?.lines.slice(0, 3)).to.deep.equal([
      "What it means: the job's role may not read its manifest.",
      "In account 111111111111, role arn:aws:iam::111111111111:role/b: `lockstep up` puts the role's policy back; " +
        "look for a Deny that it does not lift, and for a key of KMS on that bucket.",
      "Does a further run help? Once this is done.",
    ]);
    expect(job?.patches).to.deep.equal([
      {
        statement: {
          Effect: "Allow",
          Action: ["s3:GetObject", "s3:GetObjectVersion"],
          Resource: "arn:aws:s3:::operations/manifests/*",
        },
        where: "of the role's own policy (arn:aws:iam::111111111111:role/b, account 111111111111)",
      },
    ]);
  });

  it("says so where nobody knows the words, and where the record has none", () => {
    const [odd] = failedJobs([historyOf([{ code: "Odd", reason: "the moon" }])]);
    expect(odd?.lines).to.deep.equal([
      "Nobody here knows these words: `lockstep doctor` looks for the cause.",
    ]);
    const [old] = failedJobs([historyOf()]);
    expect(old?.failure).to.equal("Job job-1 failed, and its record does not say why");
    expect(old?.patches).to.deep.equal([]);
    expect(old?.lines[0]).to.contain("`lockstep jobs`");
    expect(failedJobs([historyOf(undefined, "not-clean")])).to.deep.equal([]);
  });

  it("takes no more of a record than a report has place for", () => {
    const long = { code: "c".repeat(20_000), reason: "r".repeat(20_000) };
    const { failureReasons = [] } = historyOf(Array.from({ length: 100 }, () => long));
    expect(failureReasons).to.have.length(3);
    expect(JSON.stringify(failureReasons).length).to.be.below(2_000);
    const many = Array.from({ length: 50 }, () => historyOf([FORBIDDEN, FORBIDDEN]));
    expect(failedJobs(many)).to.have.length(20);
  });

  it("is shown in a page and in Markdown, and obeyed in neither", async () => {
    const report = reportOf({ look: lookOf([judged("a", "proven")]) });
    const jobs = [historyOf([FORBIDDEN, { code: "Odd", reason: EVIL_KEY }])];
    const sources = report.sources.map((source) => ({ ...source, jobs }));
    const page = await reportHtml({ ...report, sources });
    const text = reportMarkdown({ ...report, sources });
    for (const one of [page, text]) {
      expect(one).to.contain("Reading the manifest is forbidden");
      expect(one).to.contain("arn:aws:s3:::operations/manifests/");
      expect(one).not.to.contain("<script>");
    }
    expect(page).to.contain("<strong>Job job-1 failed: X");
    expect(text).to.match(/- Job job-1 failed: X/);
  });
});
