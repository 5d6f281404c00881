import type { JobDescriptor, JobListDescriptor } from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import type { IntentFrame } from "../../automation/backfill/intent";
import { BACKFILL, CHECKSUM } from "../../automation/backfill/job-kind";
import { jobFields, type JobPlace } from "../../automation/jobs/job-fields";

const OPERATIONS = "arn:aws:s3:::acme-operations";
const FRAME: IntentFrame = {
  accountId: "111111111111",
  region: "eu-west-1",
  sourceBucketArn: "arn:aws:s3:::acme-records",
  operationsBucketArn: OPERATIONS,
  manifestPrefix: "manifests",
  reportPrefix: "reports/",
  roleArn: "arn:aws:iam::111111111111:role/batch",
};
const READING: IntentFrame = {
  ...FRAME,
  manifestPrefix: "checksum/manifests",
  reportPrefix: "checksum/reports",
  roleArn: "arn:aws:iam::111111111111:role/reading",
};
const PLACE: JobPlace = {
  source: "records",
  ways: [
    { kind: BACKFILL, frame: FRAME },
    { kind: CHECKSUM, frame: READING },
  ],
  unfinished: [],
  nowEpochMs: Date.parse("2026-03-20T12:00:00Z"),
};

const job = (extra: Partial<JobDescriptor> = {}): JobDescriptor => ({
  JobId: "job-1",
  Status: "Active",
  Operation: { S3ReplicateObject: {} },
  RoleArn: FRAME.roleArn,
  Priority: 10,
  Report: { Enabled: true, Bucket: OPERATIONS, Prefix: "reports" },
  ManifestGenerator: {
    S3JobManifestGenerator: {
      SourceBucket: FRAME.sourceBucketArn,
      EnableManifestOutput: true,
    },
  },
  ...extra,
});
const listed = (JobId: string, Priority: number, Status = "Active"): JobListDescriptor =>
  ({ JobId, Priority, Status }) as JobListDescriptor;

describe("a batch job as `lockstep jobs` tells it", () => {
  const told = (extra?: Partial<JobDescriptor>, place?: Partial<JobPlace>) =>
    jobFields(job(extra), { ...PLACE, ...place });

  it("is ours where operation, role, report and manifest are those of the stack", () => {
    expect(told()).to.include({ ours: true, bucket: "acme-records", source: "records" });
    expect(told()).not.to.have.property("whyNotOurs");
  });

  it("is ours, and reads for checksums, where role and report are those of such jobs", () => {
    const Operation = {
      S3ComputeObjectChecksum: { ChecksumAlgorithm: "SHA256", ChecksumType: "FULL_OBJECT" },
    } as const;
    const reading = {
      Operation,
      RoleArn: READING.roleArn,
      Report: { Enabled: true, Bucket: OPERATIONS, Prefix: "checksum/reports" },
      ManifestGenerator: undefined,
      Manifest: {
        Spec: { Format: "S3BatchOperations_CSV_20180820" as const },
        Location: { ObjectArn: `${OPERATIONS}/checksum/manifests/own/1.csv`, ETag: "1" },
      },
      Description: "lockstep checksum 1 token",
      Status: "Suspended" as const,
    };
    expect(told(reading)).to.include({
      ours: true,
      kind: "checksum",
      bucket: "acme-records",
      operation: "S3ComputeObjectChecksum",
    });
    expect(told(reading).attention?.message).to.include("`lockstep verify --level checksum` shows");
    expect(told({ Operation })).to.include({ ours: false, bucket: "acme-records" });
    expect(told({ Operation }).whyNotOurs).to.match(/^its role is/);
  });

  for (const [what, extra, why] of [
    ["another operation", { Operation: { S3PutObjectTagging: {} } }, "it does not replicate"],
    ["another role", { RoleArn: "arn:aws:iam::111111111111:role/x" }, "its role is"],
    ["no report", { Report: { Enabled: false } }, "its report goes to nowhere"],
    [
      "a report under another prefix",
      { Report: { Enabled: true, Bucket: OPERATIONS, Prefix: "mine" } },
      "its report goes to the prefix mine",
    ],
    [
      "a report under no prefix",
      { Report: { Enabled: true, Bucket: OPERATIONS } },
      "its report goes to the prefix (none)",
    ],
  ] as const) {
    it(`is another's with ${what}`, () => {
      const found = told(extra as Partial<JobDescriptor>);
      expect(found.ours).to.equal(false);
      expect(found.whyNotOurs).to.contain(why);
    });
  }

  it("tells the bucket of a list that S3 makes or that lies in our place, and of no other", () => {
    const manifest = (ObjectArn: string): Partial<JobDescriptor> => ({
      ManifestGenerator: undefined,
      Manifest: {
        Spec: { Format: "S3BatchOperations_CSV_20180820" },
        Location: { ObjectArn, ETag: "e" },
      },
    });
    expect(told(manifest(`${OPERATIONS}/manifests/a.csv`)).bucket).to.equal("acme-records");
    expect(told(manifest(`${OPERATIONS}-of-others/a.csv`)).bucket).to.equal("unknown");
  });

  it("has the word unknown for each time that AWS does not tell", () => {
    expect(told()).to.include({ createdAt: "unknown", suspendedAt: "unknown", endedAt: "unknown" });
    const at = new Date("2026-03-19T10:00:00Z");
    expect(told({ CreationTime: at, TerminationDate: at })).to.include({
      createdAt: "2026-03-19T10:00:00.000Z",
      endedAt: "2026-03-19T10:00:00.000Z",
    });
  });

  it("has a rate and a time left only while both follow from what AWS counted", () => {
    const counted = {
      TotalNumberOfTasks: 1000,
      NumberOfTasksSucceeded: 390,
      NumberOfTasksFailed: 10,
      Timers: { ElapsedTimeInActiveSeconds: 20 },
    };
    expect(told({ ProgressSummary: counted })).to.include({
      tasksPerSecond: 20,
      remainingMs: 30_000,
      activeSeconds: 20,
    });
    expect(told({ ProgressSummary: counted, Status: "Complete" }).remainingMs).to.equal(null);
    const none = { ...counted, NumberOfTasksSucceeded: 0, NumberOfTasksFailed: 0 };
    expect(told({ ProgressSummary: none })).to.include({ tasksPerSecond: null, remainingMs: null });
    expect(told()).to.include({ tasksPerSecond: null, activeSeconds: null });
  });

  it("costs the job and the tasks that were done", () => {
    expect(told().costUsd).to.equal(0.25);
    const done = { NumberOfTasksSucceeded: 400_000, NumberOfTasksFailed: 100_000 };
    expect(told({ ProgressSummary: done }).costUsd).to.equal(0.75);
  });

  it("waits for its confirmation, is forgotten after a week, and names the day on which it fails", () => {
    const suspended = (iso: string) =>
      told({ Status: "Suspended", CreationTime: new Date(iso), SuspendedDate: new Date(iso) })
        .attention;
    expect(suspended("2026-03-14T12:00:00Z")).to.deep.include({ code: "awaiting-confirmation" });
    expect(suspended("2026-03-14T12:00:00Z")?.message).to.contain("fails on 2026-04-13");
    expect(suspended("2026-03-13T11:59:59Z")).to.deep.include({ code: "forgotten" });
  });

  it("waits for a job of equal or higher priority that runs in its place, and for no other", () => {
    const others = [
      listed("job-1", 10, "Paused"),
      listed("low", 9),
      listed("high", 11),
      listed("next", 12, "Ready"),
    ];
    const found = told({ Status: "Paused" }, { unfinished: others }).attention;
    expect(found).to.deep.include({ code: "paused-by-priority" });
    expect(found?.message).to.contain("high (priority 11)").and.not.contain("low");
    expect(found?.message).not.to.contain("next");
    const without = told({ Status: "Ready" }, { unfinished: [listed("low", 9)] });
    expect(without.attention).to.equal(null);
  });

  it("is stalled when it has been active for ten minutes without one task done", () => {
    const active = (seconds: number, done: number) =>
      told({
        ProgressSummary: {
          TotalNumberOfTasks: 10,
          NumberOfTasksSucceeded: done,
          NumberOfTasksFailed: 0,
          Timers: { ElapsedTimeInActiveSeconds: seconds },
        },
      }).attention;
    expect(active(600, 0)).to.equal(null);
    expect(active(601, 0)).to.deep.include({ code: "stalled" });
    expect(active(601, 1)).to.equal(null);
  });
});
