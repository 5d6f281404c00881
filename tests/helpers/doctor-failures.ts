/** The failures that people have with replication and batch jobs: which of them the doctor finds, and why the others cannot be. */

import { FAILURE_RATE_CASES } from "../road/doctor-failure-rate-cases";
import { PRINCIPALS_CASES, REMADE_CASES } from "../road/doctor-principals-cases";
import { RIGHTS_CASES } from "../road/doctor-rights-cases";
import { SETTINGS_CASES } from "../road/doctor-settings-cases";
import type { FailureCase } from "../road/doctor-case";

/** Each is broken in the sandbox, found before it fails and explained when it has (`tests/road/doctor-*.test.ts`). */
export const FOUND_CASES: readonly FailureCase[] = [
  ...RIGHTS_CASES,
  ...FAILURE_RATE_CASES,
  ...SETTINGS_CASES,
  ...PRINCIPALS_CASES,
  ...REMADE_CASES,
];

/** A failure that cannot come about, or that nobody can find before. */
export interface OtherFailure {
  readonly why: string;
  /** The test that shows it: its file, and the words of it. Absent where there is nothing of ours to show. */
  readonly test?: readonly [file: string, title: string];
}

/** By the row of `tests/cases/failures.json`. */
export const OTHER_FAILURES: Readonly<Record<string, OtherFailure>> = {
  "2": { why: "the SDK that is installed with Lockstep makes the job, and has both" },
  "3": {
    why: "without anything missing no job is made",
    test: ["tests/integration/backfill.test.ts", "has nothing to do the second time"],
  },
  "13": {
    why: "jobs are made without tags",
    test: ["tests/unit/doctor-failures.test.ts", "asks for no tags"],
  },
  "14": {
    why: "the job's role is always of the source's account",
    test: ["tests/unit/doctor-failures.test.ts", "is of the source's account"],
  },
  "23": {
    why: "every rule says whether it replicates delete markers",
    test: ["tests/unit/doctor-failures.test.ts", "says of each rule"],
  },
  "24": {
    why: "what was deleted at a vault is seen by looking for every version: `verify`, not the doctor, does that",
    test: [
      "tests/integration/backfill-trouble.test.ts",
      "finds a version that was taken out of the vault behind its back",
    ],
  },
  "26": {
    why: "a manifest of ours has all three columns in each row, and no header",
    test: ["tests/unit/doctor-failures.test.ts", "names three columns"],
  },
  "27": {
    why: "keys are encoded once and decoded once",
    test: ["tests/unit/backfill-report.test.ts", "decodes a key exactly once"],
  },
  "28": {
    why: "a job whose manifest was changed is given up, and another one made",
    test: [
      "tests/integration/backfill-missing.test.ts",
      "does the same where the manifest was changed or taken away",
    ],
  },
  "29": {
    why: "every job has a report",
    test: ["tests/unit/backfill-intent-plan.test.ts", "always asks for confirmation, a report"],
  },
  "30": {
    why: "rows are read by their content",
    test: ["tests/unit/backfill-report.test.ts", "reads HTTP status and error code by content"],
  },
  "31": {
    why: "counts of manifest, job, report and vault are held against each other, and each version is looked at",
    test: ["tests/unit/backfill-files.test.ts", "are read off each"],
  },
  "32": {
    why: "a backfill waits while the source says PENDING, and looks into the vaults",
    test: ["tests/integration/settle.test.ts", "waits while the source says PENDING"],
  },
  "33": {
    why: "delete markers are no versions to look for",
    test: ["tests/unit/judge-version.test.ts", "a delete marker"],
  },
  "35": { why: "Lockstep makes the job itself, beside the providers" },
  "38": {
    why: "`up` ends once IAM tells of both roles as they were deployed, and no job is made before; the sandbox's IAM answers at once",
  },
};
