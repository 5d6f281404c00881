/** Versions of a job that its source has deleted since: told, and no disagreement, and nothing hides behind them. */

import type { HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import {
  goneVersions,
  lookForGone,
  type GoneSince,
  type GoneVersion,
} from "../../automation/backfill/gone-since";
import { jobAgreement, type JobCounts } from "../../automation/backfill/job-agreement";
import { jobCounts } from "../../automation/backfill/job-findings";
import type { ManifestEntry } from "../../automation/backfill/job-manifest";
import type { ReportRow } from "../../automation/backfill/report";
import { closingVerdict } from "../../automation/judge/closing-verdict";
import { formVerdict } from "../../automation/judge/verdict";
import type { LookOptions } from "../../automation/look/look";
import { RULE, VERSION } from "../helpers/judged-world";
import { lookOf } from "../helpers/looks";

const entry = (key: string, bucket = "src"): ManifestEntry => ({
  bucket,
  key,
  versionId: "v",
  sizeBytes: undefined,
});
const row = (key: string, succeeded = true, bucket = "src"): ReportRow => ({
  bucket,
  key,
  versionId: "v",
  succeeded,
  httpStatus: succeeded ? 200 : 404,
  errorCode: succeeded ? "" : "NoSuchKey",
  message: "",
});
const listed = (...keys: readonly string[]) =>
  keys.map((key) => ({ ...VERSION, key, versionId: "v" }));

describe("versions of a job that are gone from its source", () => {
  const gone = (
    files: { manifest?: readonly ManifestEntry[]; rows?: readonly ReportRow[] },
    keys: readonly string[],
    reportScope: "AllTasks" | "FailedTasksOnly" = "AllTasks",
  ): readonly string[] => {
    const { manifest, rows } = files;
    const report = rows && { rows };
    const found = goneVersions({ manifest, report }, listed(...keys), { reportScope }, "src");
    expect(found.length).to.equal([...found].length);
    return [...found].map(({ key, task, versionId }) => `${key} ${versionId} ${task}`);
  };
  const manifest = [entry("a"), entry("b"), entry("c"), entry("b"), entry("x", "theirs")];

  it("are rows of its manifest that the source lists no more, each once, with the word on their task", () => {
    const rows = [row("a"), row("b"), row("c", false)];
    expect(gone({ manifest, rows }, ["a"])).to.deep.equal(["b v succeeded", "c v failed"]);
    expect(gone({ manifest, rows }, ["a", "b", "c"])).to.deep.equal([]);
  });

  it("have a task that failed where a report of all tasks does not name it, and else by its silence succeeded", () => {
    expect(gone({ manifest, rows: [] }, ["a", "c"])).to.deep.equal(["b v failed"]);
    expect(gone({ manifest, rows: [row("c", false)] }, ["a"], "FailedTasksOnly")).to.deep.equal([
      "b v succeeded",
      "c v failed",
    ]);
    expect(gone({ manifest }, ["a", "c"])).to.deep.equal(["b v unknown"]);
    expect(gone({ manifest, rows: [row("b", true, "theirs")] }, ["a", "c"])).to.deep.equal([
      "b v failed",
    ]);
  });

  it("are none that no manifest names: rows of such are still unknown", () => {
    expect(gone({ rows: [row("b")] }, [])).to.deep.equal([]);
    const job = {
      jobId: "job",
      status: "Complete" as const,
      totalCount: 2,
      succeededCount: 2,
      failedCount: 0,
      failureReasons: [],
    };
    const files = {
      manifest: [entry("a"), entry("b")],
      report: { rows: [row("a"), row("b"), row("forged")] },
      problems: [],
    };
    const scope = { reportScope: "AllTasks" } as const;
    const versions = listed("a");
    const found = goneVersions(files, versions, scope, "src");
    const counts = jobCounts(job, files, versions, scope, "src", found);
    expect(counts.reportRowsUnknown).to.equal(1);
  });
});

describe("what became of versions that are gone from the source", () => {
  /** Vaults that have what is named as `vault/key`, locked or not. */
  function options(
    rules: readonly (typeof RULE)[],
    there: Readonly<Record<string, "locked" | "unlocked">>,
  ) {
    const asked: string[] = [];
    const s3Of = (vault: string): S3Client =>
      ({
        send: ({ input }: HeadObjectCommand) => {
          const name = `${vault}/${input.Key ?? ""}`;
          asked.push(name);
          const how = there[name];
          if (how === undefined) {
            const error = Object.assign(new Error("NotFound"), {
              name: "NotFound",
              $metadata: { httpStatusCode: 404 },
            });
            return Promise.reject(error);
          }
          const lock = { ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: new Date() };
          return Promise.resolve({
            $metadata: {},
            VersionId: "v",
            ETag: '"e"',
            ContentLength: 1,
            ...(how === "locked" ? lock : {}),
          });
        },
      }) as unknown as S3Client;
    const names = ["one", "two"];
    const made = {
      concurrency: 1,
      signal: new AbortController().signal,
      clients: { vaults: new Map(names.map((name) => [name, { s3: s3Of(name) }])) },
      outputs: { rules, vaults: names.map((name) => ({ name, bucketName: `${name}-vault` })) },
    };
    return { asked, options: made as unknown as LookOptions };
  }
  const version = (key: string, task: GoneVersion["task"]): GoneVersion => ({
    key,
    versionId: "v",
    task,
  });
  const one = { ...RULE, name: "one", vault: "one" };
  const two = { ...RULE, name: "two", vault: "two" };

  it("is looked for at each vault that its key promises it at, and has to be locked there", async () => {
    const world = options([one, two], {
      "one/both": "locked",
      "two/both": "locked",
      "one/half": "locked",
      "one/loose": "locked",
      "two/loose": "unlocked",
    });
    const found = await lookForGone(
      [
        version("both", "succeeded"),
        version("half", "succeeded"),
        version("loose", "succeeded"),
        version("failed", "failed"),
      ],
      world.options,
    );
    expect(found).to.deep.equal({
      count: 4,
      succeededCount: 3,
      atVaultCount: 1,
      lostCount: 2,
      lostExample: "half v",
    });
    expect(world.asked.some((name) => name.endsWith("/failed"))).to.equal(false);
  });

  it("is at one vault of those whose rules ask for tags, which are gone with it", async () => {
    const tagged = { ...two, tags: { keep: "yes" } };
    const other = { ...one, tags: { keep: "no" } };
    const world = options([tagged, other], { "two/a": "locked" });
    const found = await lookForGone([version("a", "succeeded")], world.options);
    expect(found).to.include({ atVaultCount: 1, lostCount: 0 });
    // A rule without tags wants it for sure.
    const sure = options([one, tagged], { "two/a": "locked" });
    const lost = await lookForGone([version("a", "succeeded")], sure.options);
    expect(lost).to.include({ atVaultCount: 0, lostCount: 1 });
  });

  it("is nobody's loss where no rule in force takes its key", async () => {
    const rules = [
      { ...one, prefix: "b/" },
      { ...two, status: "Disabled" as const },
    ];
    const world = options(rules, {});
    const found = await lookForGone([version("a", "succeeded")], world.options);
    expect(found).to.deep.equal({ count: 1, succeededCount: 1, atVaultCount: 0, lostCount: 0 });
  });

  it("is not counted as succeeded, nor as lost, where no report tells", async () => {
    const world = options([one], { "one/a": "locked" });
    const found = await lookForGone(
      [version("a", "unknown"), version("b", "unknown")],
      world.options,
    );
    expect(found).to.deep.equal({ count: 2, succeededCount: null, atVaultCount: 1, lostCount: 0 });
  });
});

describe("the counts of a job of which something is gone", () => {
  const counts = (gone: GoneSince, more: Partial<JobCounts> = {}): JobCounts => ({
    jobId: "job",
    manifestRows: 3,
    jobTotal: 3,
    jobSucceeded: 3,
    jobFailed: 0,
    report: { succeeded: 3, failed: 0 },
    reportHasAllTasks: true,
    reportRowsUnknown: 0,
    differences: [],
    gone,
    ...more,
  });
  const gone: GoneSince = { count: 1, succeededCount: 1, atVaultCount: 1, lostCount: 0 };

  it("agree, and say what is gone", () => {
    const agreement = jobAgreement(counts(gone), 2);
    expect(agreement).to.deep.include({ disagreements: [], countsDiffer: false });
    expect(agreement.goneSince).to.deep.equal({ count: 1, succeededCount: 1, atVaultCount: 1 });
    const verdict = formVerdict({ look: lookOf([]), job: agreement });
    expect(verdict.goneSince).to.deep.equal(agreement.goneSince);
    const closing = closingVerdict([
      { source: "a", verdict },
      { source: "b", verdict: { ...verdict, countsDiffer: true } },
      { source: "c", verdict: formVerdict({ look: lookOf([]) }) },
    ]);
    expect(closing.goneSince).to.deep.equal({ count: 2, succeededCount: 2, atVaultCount: 2 });
    expect(closing.countsDiffer).to.equal(true);
  });

  it("say nothing of what is gone where nothing is", () => {
    const none = { count: 0, succeededCount: 0, atVaultCount: 0, lostCount: 0 };
    expect(jobAgreement(counts(none), 3)).to.not.have.property("goneSince");
  });

  it("differ as before by what is missing beside it", () => {
    expect(jobAgreement(counts(gone), 1)).to.deep.include({
      countsDiffer: true,
      disagreements: ["succeeded tasks 3, proven at the vault or gone from the source since 2"],
    });
    // What failed and is gone explains no missing success.
    const failed = { ...gone, succeededCount: 0, atVaultCount: 0 };
    expect(jobAgreement(counts(failed), 2).disagreements).to.deep.equal([
      "succeeded tasks 3, proven at the vault 2",
    ]);
  });

  it("are not clean by a version of a succeeded task that neither side has", () => {
    const lost = { ...gone, atVaultCount: 0, lostCount: 1, lostExample: "k v" };
    expect(jobAgreement(counts(lost), 2)).to.deep.include({
      countsDiffer: true,
      disagreements: [
        "1 version of succeeded tasks gone from the source since, and not at every vault that was promised them, such as k v",
      ],
    });
  });

  it("are no false ones without a report, and not clean", () => {
    const unknown = { ...gone, count: 2, succeededCount: null };
    const unread = { report: null, unread: ["the report cannot be read"] };
    for (const there of [3, 2, 1]) {
      expect(jobAgreement(counts(unknown, unread), there)).to.deep.include({
        countsDiffer: false,
        disagreements: unread.unread,
      });
    }
    expect(jobAgreement(counts(unknown, unread), 0).countsDiffer).to.equal(true);
    expect(jobAgreement(counts(unknown, unread), 4).countsDiffer).to.equal(true);
  });
});
