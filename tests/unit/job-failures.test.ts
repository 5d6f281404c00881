/** The failures of whole jobs, in AWS's words and in those of the sandbox: what they mean, and what is to be done. */

import { expect } from "chai";
import { explainedFailures, jobFailureHint } from "../../automation/backfill/explained-failures";
import { explainJobFailure } from "../../automation/backfill/job-failures";
import { batchRolePolicy } from "../../components/policy-documents/batch-role-policy";
import * as sandbox from "../../sandbox/src/services/s3control/job-failures";

const PLACES = {
  accountId: "111111111111",
  roleArn: "arn:aws:iam::111111111111:role/b",
  sourceBucketArn: "arn:aws:s3:::source",
  operationsBucketArn: "arn:aws:s3:::operations",
  manifestPrefix: "manifests",
  reportPrefix: "reports",
} as const;

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
  ["Required fields are missing in the schema: Key", /cannot read the manifest/],
  ["Invalid Manifest Content", /cannot read the manifest/],
  ["ETag format is invalid", /cannot read the manifest/],
  ["Object versionID is invalid", /cannot read the manifest/],
  ["Task failed due to missing VersionId", /cannot read the manifest/],
  [
    "Unable to get the manifest object's ETag. Specify a different object to continue.",
    /may not read its manifest/,
  ],
  ["Cross-account pass role is not allowed", /role is of another account/],
  ["ExpectedBucketOwner does not match", /belongs to another account/],
  ["ExpectedManifestBucketOwner mismatch", /belongs to another account/],
  ["The bucket owner does not match the expected bucket owner", /belongs to another account/],
  ["Job failed because the failure threshold was exceeded", /more than half of a thousand/],
  ["Object Lock retention mode is not supported on report bucket", /locks what comes in/],
  ["Access denied to the report bucket", /report could not be written/],
  ["The specified bucket does not exist: NoSuchKey", /bucket of the job is not there/],
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
      expect(explainJobFailure({ code: "Unknown", reason })?.what, reason).to.match(meaning);
    }
  });

  it("is not explained by words that only look alike", () => {
    for (const reason of ["the version idle timeout of role", "SlowDown: Please reduce"]) {
      expect(explainJobFailure({ code: "Unknown", reason }), reason).to.equal(undefined);
    }
  });

  it("is explained with account, role and the statements that our role has", () => {
    const forbidden = { code: "X", reason: "Reading the manifest is forbidden: AccessDenied" };
    const odd = { code: "Odd", reason: "the moon was full" };
    const [told, unknown] = explainedFailures([forbidden, odd], PLACES);
    const statement = {
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: "arn:aws:s3:::operations/manifests/*",
    };
    expect(told).to.deep.include(forbidden);
    expect(told?.explained).to.deep.include({
      account: "111111111111",
      role: PLACES.roleArn,
      rerun: "after-fix",
      patch: statement,
      patches: [{ account: "111111111111", policy: "role", on: PLACES.roleArn, statement }],
    });
    expect(unknown).to.deep.equal(odd);
    // Of the role of others nobody can say what it has to have.
    const [others] = explainedFailures([forbidden], PLACES, false);
    expect(others?.explained).to.include({ account: "111111111111", role: PLACES.roleArn });
    expect(others?.explained).not.to.have.any.keys("patch", "patches");
  });

  it("has the statements of the policies that Lockstep deploys", () => {
    const { Statement } = batchRolePolicy({
      sourceBucketArn: PLACES.sourceBucketArn,
      operationsBucketArn: PLACES.operationsBucketArn,
      manifestPrefix: PLACES.manifestPrefix,
      reportPrefix: PLACES.reportPrefix,
    });
    const reasons = [
      "Reading the manifest is forbidden: AccessDenied",
      "Failed to write manifest",
      "The job report could not be written to your report bucket.",
      "Error occurred when preparing manifest: Access denied (s3:PutInventoryConfiguration)",
    ];
    const failures = reasons.map((reason) => ({ code: "X", reason }));
    const patches = explainedFailures(failures, PLACES).flatMap(
      ({ explained }) => explained?.patches ?? [],
    );
    expect(patches).to.have.length(5);
    for (const { statement } of patches) {
      const actions = [statement["Action"]].flat();
      const deployed = Statement.find(
        ({ Action, Resource }) =>
          [Resource].flat().includes(String(statement["Resource"])) &&
          actions.every((action) => [Action].flat().includes(String(action))),
      );
      expect(deployed, JSON.stringify(statement)).not.to.equal(undefined);
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
    const forbidden = {
      code: "ManifestForbidden",
      reason: "Reading the manifest is forbidden: AccessDenied",
    };
    const hint = jobFailureHint([forbidden], PLACES);
    expect(hint).to.contain(
      "The job's role may not read its manifest. In account 111111111111, role arn:aws:iam::111111111111:role/b: " +
        "it needs s3:GetObject, s3:GetObjectVersion on arn:aws:s3:::operations/manifests/*; ",
    );
    expect(hint).to.contain("`lockstep up`").and.contain("troubleshooting-batch-operations");
    expect(hint).to.match(/Then run the command again/);
    const late = jobFailureHint(
      [{ code: "JobExpired", reason: "The job was not confirmed within 30 days" }],
      PLACES,
    );
    expect(late).to.match(/approve the next one in time .*\. Run the command again/);
  });

  it("sends to the doctor where nobody knows the words", () => {
    const failure = { code: "Odd", reason: "the moon was full" };
    expect(explainJobFailure(failure)).to.equal(undefined);
    expect(jobFailureHint([failure], PLACES)).to.match(/^`lockstep doctor` looks for the cause/);
    expect(jobFailureHint([], PLACES)).to.match(/^`lockstep doctor`/);
  });
});
