/** The failures of whole jobs, in AWS's words and in those of the sandbox: what they mean, and what is to be done. */

import { expect } from "chai";
import { explainJobFailure, jobFailureHint } from "../../automation/backfill/job-failures";
import * as sandbox from "../../sandbox/src/services/s3control/job-failures";

/** AWS's sentences, as its pages on troubleshooting have them, by a word of what each means. */
const OF_AWS: readonly (readonly [string, RegExp])[] = [
  ["Manifest generation found no keys matching the filter criteria.", /nothing for the job/],
  ["Reading the manifest is forbidden: AccessDenied", /may not read its manifest/],
  [
    "Error occurred when preparing manifest: Failed to write manifest",
    /may not write the manifest/,
  ],
  [
    "The job report could not be written to your report bucket. Please check your permissions.",
    /report could not be written/,
  ],
  ["Required fields are missing in the schema: Key", /./],
  ["Manifest file is not properly formatted", /cannot read the manifest/],
  ["Invalid object key format", /cannot read the manifest/],
  ["Invalid version ID format", /cannot read the manifest/],
  ["Unexpected number of task fields", /cannot read the manifest/],
  [
    "The S3 Batch Operations job failed because it contains more keys than the maximum allowed in a single job",
    /more rows than one job/,
  ],
];

describe("the failure of a job", () => {
  it("is explained in AWS's words", () => {
    for (const [reason, meaning] of OF_AWS) {
      const code = reason.startsWith("Required") ? "InvalidManifestContent" : "Unknown";
      expect(explainJobFailure({ code, reason })?.what, reason).to.match(meaning);
    }
  });

  it("has a page of AWS and something to do, whatever the sandbox says", () => {
    const failures = [
      ...Object.values(sandbox.jobFailures),
      sandbox.generatorForbidden("s3:GetReplicationConfiguration"),
      sandbox.severalBuckets,
      sandbox.objectLockNotEnabled("vault"),
      sandbox.objectLockForbidden("vault"),
      sandbox.invalidManifestContent("ETag format is invalid"),
    ];
    const meant = failures.map(({ FailureCode: code = "", FailureReason: reason = "" }) => {
      const meaning = explainJobFailure({ code, reason });
      expect(meaning?.source, reason).to.match(/^https:\/\/docs\.aws\.amazon\.com\/AmazonS3\//);
      expect(meaning?.fix, reason).not.to.equal("");
      return meaning?.what;
    });
    // But for what is the same to whoever has to do something: two kinds of manifests that nobody can read.
    expect(new Set(meant).size).to.equal(failures.length - 1);
  });

  it("is told with the rights that are missing, the page and the next step", () => {
    const hint = jobFailureHint([
      { code: "ManifestForbidden", reason: "Reading the manifest is forbidden: AccessDenied" },
    ]);
    expect(hint).to.match(/^The job's role may not read its manifest\. It needs s3:GetObject, /);
    expect(hint).to.contain("`lockstep up`").and.contain("troubleshooting-batch-operations");
    expect(hint).to.match(/run the command again/);
  });

  it("sends to the doctor where nobody knows the words", () => {
    const failure = { code: "Odd", reason: "the moon was full" };
    expect(explainJobFailure(failure)).to.equal(undefined);
    expect(jobFailureHint([failure])).to.match(/^`lockstep doctor` looks for the cause/);
    expect(jobFailureHint([])).to.match(/^`lockstep doctor`/);
  });
});
