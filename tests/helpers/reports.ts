/** Reports, made by hand of looks that are made by hand. */

import type { LookedAt, Report } from "../../automation/report/fields";
import { makeReport } from "../../automation/report/make-report";
import { summarizeLook } from "../../automation/report/summarize-look";
import { formVerdict, type VerdictInput } from "../../automation/judge/verdict";
import type { FailureCodes, Look } from "../../automation/look/look";
import { versionName } from "../../automation/proof/source-versions";
import { judged, lookOf } from "./looks";

/** What a key could do to whoever shows it: markup of HTML and Markdown, a cell's end, an escape, a text turned around, a half character. */
export const EVIL_KEY =
  "<script>alert(1)</script>\"'|`**[x](javascript:1)**\u001b[2J\u0000\u202eevil\u2066\ud800 @everyone\r\n| a |]]>&amp;";

export interface Made {
  readonly look: Look;
  readonly codes?: FailureCodes;
  readonly input?: Partial<VerdictInput>;
  readonly parts?: Partial<Pick<Report, "guard">>;
}

/** A report of one source. */
export function reportOf({ codes, input, look, parts }: Made): Report {
  const verdict = { ...formVerdict({ look, ...input }), source: "orders" };
  const looked: LookedAt = summarizeLook(look, codes, input?.accept);
  const losses = parts?.guard?.losses ?? [];
  return makeReport({
    lockstepVersion: "1.2.3",
    stack: "dev",
    madeEpochMs: Date.UTC(2026, 10, 30, 12),
    result: {
      clean: verdict.clean && losses.length === 0,
      guard: losses,
      sources: [{ source: "orders", verdict }],
    },
    guard: parts?.guard ?? { checked: ["primary"], unknown: [], losses },
    seen: new Map([["orders", { looked, jobs: [], live: [] }]]),
  });
}

/** A report with something of all that there is. */
export function fullReport(): Report {
  const traits = (lockedUntilMonth: string) => ({
    traits: {
      kmsKeyArn: "arn:aws:kms:eu-west-1:111111111111:key/k",
      vaults: [{ vault: "primary", rule: "all", lockedUntilMonth }],
    },
  });
  const report = reportOf({
    look: lookOf([
      judged("records/a", "proven", traits("2027-01")),
      judged("records/b", "proven", traits("2027-02")),
      judged(EVIL_KEY, "missing"),
      judged("letters/c", "archived"),
      judged("letters/d", "lapsed"),
      judged("letters/e", "noRight"),
      judged("letters/f", "marker"),
      judged("letters/g", "deletedAtVault"),
    ]),
    input: { accept: ["lapsed"] },
    codes: new Map([
      [
        versionName({ key: EVIL_KEY, versionId: `version-of-${EVIL_KEY}` }),
        "DstPutObjectNotPermitted",
      ],
    ]),
    parts: {
      guard: {
        checked: ["primary"],
        unknown: ["far"],
        losses: [
          {
            vault: "primary",
            protection: "versioning",
            resource: "arn:aws:s3:::vault",
            expected: "Enabled",
            found: "Suspended",
            allows: "writing over what is there",
            restoredBy: "up",
          },
        ],
      },
    },
  });
  const at = (minute: number): string => new Date(Date.UTC(2026, 10, 29, 12, minute)).toISOString();
  const sample = (minute: number) => ({
    at: at(minute),
    doneCount: minute * 50,
    failedCount: minute,
  });
  return {
    ...report,
    sources: report.sources.map((source) => ({
      ...source,
      jobs: [
        {
          jobId: "job-1",
          sequence: 1,
          state: "settled",
          outcome: "not-clean",
          approvedBy: "arn:aws:iam::111111111111:user/ops",
          approvedAt: at(0),
          samples: [0, 2, 5, 10].map(sample),
          totalCount: 500,
          tasksPerSecond: 0.83,
        },
      ],
      jobsAside: { count: 2, first: [{ key: "ledger/x", why: "its name is none of a record" }] },
      live: [
        {
          rule: "all",
          vault: "primary",
          points: [0, 5, 10].map((m) => ({ at: at(m), seconds: m })),
        },
        { rule: "rest", vault: "primary", points: [], unknown: "no metrics" },
      ],
    })),
  };
}

/** The same of two sources, and of two jobs of each. */
export function twoSources(): Report {
  const report = fullReport();
  const withJobs = report.sources.map((source) => ({
    ...source,
    jobs: (source.jobs ?? []).flatMap((job) => [job, { ...job, jobId: "job-2", sequence: 2 }]),
  }));
  return {
    ...report,
    sources: ["orders", "letters"].flatMap((name) =>
      withJobs.map((source) => ({ ...source, source: name })),
    ),
  };
}
