/** Batch jobs, ours and others', by the command line on the real engine. */
import {
  CreateJobCommand,
  DescribeJobCommand,
  UpdateJobStatusCommand,
  type CreateJobRequest,
  type JobManifestGenerator,
} from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import { ACCOUNTS } from "../helpers/engine-project";
import { eventually } from "../helpers/eventually";
import { makePlainProject } from "../helpers/plain-project";
import { Road, verdictsOf, type RoadRun } from "../helpers/road";

const SOURCE = { account: "source", bucket: "acme-records" } as const;
const { accountId: AccountId } = ACCOUNTS.source;

/** What of a stack's outputs a job is made with. */
interface Made {
  readonly operationsArn: string;
  readonly reportPrefix: string;
  readonly roleArn: string;
}

describe("batch jobs by the command line", function () {
  this.timeout(300_000);
  let road: Road;
  let made: Made;
  before(async () => {
    road = await Road.start();
    await makePlainProject(road.project, { source: SOURCE.bucket, vault: "acme-vault" });
    for (const key of ["a", "b", "c"]) await road.put(SOURCE, key);
    await road.runOk("up", "dev", "--yes");
  });
  after(() => road?.close());

  const jobsOf = (run: RoadRun) => run.events.filter(({ type }) => type === "job");
  const errorOf = (run: RoadRun) => run.events.find(({ type }) => type === "error") ?? {};
  const update = (JobId: string, RequestedJobStatus: "Cancelled" | "Ready") =>
    road
      .s3control("source")
      .send(new UpdateJobStatusCommand({ AccountId, JobId, RequestedJobStatus }));
  const statusOf = async (JobId: string) => {
    const { Job } = await road
      .s3control("source")
      .send(new DescribeJobCommand({ AccountId, JobId }));
    return Job?.Status;
  };
  /** As somebody makes one in the console. */
  const makeJob = async (
    extra: Partial<CreateJobRequest> = {},
    filter: JobManifestGenerator.S3JobManifestGeneratorMember["S3JobManifestGenerator"]["Filter"] = {
      EligibleForReplication: true,
      ObjectReplicationStatuses: ["NONE"],
    },
  ): Promise<string> => {
    const { JobId } = await road.s3control("source").send(
      new CreateJobCommand({
        AccountId,
        ConfirmationRequired: true,
        Operation: { S3ReplicateObject: {} },
        ManifestGenerator: {
          S3JobManifestGenerator: {
            ExpectedBucketOwner: AccountId,
            SourceBucket: `arn:aws:s3:::${SOURCE.bucket}`,
            EnableManifestOutput: true,
            ManifestOutputLocation: {
              Bucket: made.operationsArn,
              ManifestPrefix: "manifests",
              ManifestFormat: "S3InventoryReport_CSV_20211130",
            },
            Filter: filter,
          },
        },
        Report: {
          Enabled: true,
          Bucket: made.operationsArn,
          Format: "Report_CSV_20180820",
          Prefix: made.reportPrefix,
          ReportScope: "AllTasks",
        },
        Description: "made in the console",
        Priority: 1,
        RoleArn: made.roleArn,
        ...extra,
      }),
    );
    return JobId ?? "";
  };
  const reaches = (jobId: string, status: string): Promise<unknown> =>
    eventually(async () => expect(await statusOf(jobId)).to.equal(status));

  it("say that there is none, and list a backfill's own while it awaits its confirmation", async () => {
    const none = await road.runOk("jobs", "dev");
    expect(jobsOf(none)).to.deep.equal([]);
    expect(none.stdout).to.contain("No batch job of the last 90 days works on the source's bucket");

    const refused = await road.run("backfill", "dev", "--plan-hash", "0000000000000000");
    expect(errorOf(refused)).to.include({ code: "PlanChanged" });
    expect(refused.exitCode).to.equal(2);
    const [job, ...others] = jobsOf(await road.runOk("jobs", "dev"));
    expect(others).to.deep.equal([]);
    expect(job).to.deep.include({
      type: "job",
      source: "source",
      status: "Suspended",
      ours: true,
      bucket: SOURCE.bucket,
      operation: "S3ReplicateObject",
      totalCount: 3,
      succeededCount: 0,
      failedCount: 0,
      endedAt: "unknown",
      costUsd: 0.25,
    });
    expect(job?.["attention"]).to.deep.include({ code: "awaiting-confirmation" });
    expect(job?.["createdAt"]).to.match(/^\d{4}-\d\d-\d\dT/);

    const { Job } = await road
      .s3control("source")
      .send(new DescribeJobCommand({ AccountId, JobId: String(job?.["jobId"]) }));
    made = {
      operationsArn: Job?.Report?.Bucket ?? "",
      reportPrefix: Job?.Report?.Prefix ?? "",
      roleArn: Job?.RoleArn ?? "",
    };
  });

  it("are put before others", async () => {
    const [job] = jobsOf(await road.runOk("jobs", "dev"));
    const jobId = String(job?.["jobId"]);
    const [changed] = jobsOf(await road.runOk("priority", "dev", jobId, "77"));
    expect(changed).to.include({ jobId, priority: 77 });
    const wrong = await road.run("priority", "dev", jobId, "first");
    expect(wrong.exitCode).to.equal(2);
  });

  it("are cancelled after a question, once, and have no priority then", async () => {
    const [job] = jobsOf(await road.runOk("jobs", "dev"));
    const jobId = String(job?.["jobId"]);
    const asked = await road.run("cancel", "dev", jobId);
    expect(asked.exitCode).to.equal(2);
    expect(errorOf(asked)).to.include({ code: "ConfirmationNeeded" });
    // Which job it is, and how far, is told with the question.
    expect(errorOf(asked)["message"]).to.contain(`${jobId} (Suspended, 0 of 3 tasks done)`);
    expect(await statusOf(jobId)).to.equal("Suspended");

    const [cancelled] = jobsOf(await road.runOk("cancel", "dev", jobId, "--yes"));
    expect(cancelled?.["status"]).to.be.oneOf(["Cancelling", "Cancelled"]);
    await reaches(jobId, "Cancelled");
    const [again] = jobsOf(await road.runOk("cancel", "dev", jobId));
    expect(again).to.include({ status: "Cancelled" });
    const late = await road.run("priority", "dev", jobId, "5");
    expect(late.exitCode).to.equal(2);
    expect(errorOf(late)).to.include({ code: "JobEnded" });

    const watched = await road.run("watch", "dev", jobId);
    expect(watched.exitCode).to.equal(3);
    const backfill = await road.run("backfill", "dev", "--yes");
    expect(backfill.exitCode).to.equal(3);
    expect(errorOf(backfill)).to.include({ code: "JobCancelled" });
  });

  it("of others are listed as such, and are not adopted", async () => {
    const jobId = await makeJob({
      Report: {
        Enabled: true,
        Bucket: made.operationsArn,
        Format: "Report_CSV_20180820",
        Prefix: "elsewhere",
        ReportScope: "AllTasks",
      },
    });
    await reaches(jobId, "Suspended");
    const found = jobsOf(await road.runOk("jobs", "dev")).find((one) => one["jobId"] === jobId);
    expect(found).to.include({
      ours: false,
      whyNotOurs: "its report goes to the prefix elsewhere",
      description: "made in the console",
    });
    const adopted = await road.run("backfill", "dev", "--yes", "--adopt", jobId);
    expect(adopted.exitCode).to.equal(2);
    expect(errorOf(adopted)).to.include({ code: "JobNotOurs" });
    expect(String(errorOf(adopted)["hint"])).to.contain(`lockstep watch ${jobId}`);
    await update(jobId, "Cancelled");
    await reaches(jobId, "Cancelled");
    const unknown = await road.run("watch", "dev", "00000000-0000-0000-0000-000000000000");
    expect(unknown.exitCode).to.equal(1);
    expect(errorOf(unknown)).to.include({ code: "JobNotFound" });
  });

  it("that were made in the console are adopted, run after their plan was approved, and judged", async () => {
    const jobId = await makeJob();
    const run = await road.runOk("backfill", "dev", "--yes", "--adopt", jobId);
    expect(run.events.find(({ type }) => type === "plan")).to.include({ jobId, objects: 3 });
    expect(verdictsOf(run).at(-1)).to.include({ clean: true, proven: 3, jobId });
    const again = await road.run("backfill", "dev", "--yes", "--adopt", jobId);
    expect(errorOf(again)).to.include({ code: "JobEnded" });
  });

  it("are retried for exactly what is missing, as often as the limit says, and their lineage is told", async () => {
    const { organization } = road.project.sandbox;
    // No look sees such a policy: the job is made, and its tasks are refused.
    const refusal = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:ReplicateObject", Resource: "*" }],
    };
    const retry = (...flags: string[]): Promise<RoadRun> =>
      road.run("retry", "dev", "--yes", ...flags);
    await road.withoutReplication(SOURCE, () => road.put(SOURCE, "late"));
    organization.setControlPolicies("vault", { resourceControlPolicies: [refusal] });
    const first = await retry();
    expect(first.exitCode, first.stdout).to.equal(1);
    expect(first.events.find(({ type }) => type === "plan")).to.include({
      manifestBy: "own",
      objects: 1,
    });
    const second = await retry("--max-attempts", "1");
    expect(second.exitCode, second.stdout).to.equal(1);
    expect(second.events.filter(({ type }) => type === "plan")).to.deep.equal([]);
    expect(JSON.stringify(verdictsOf(second).at(-1))).to.contain("1 job has tried in vain");

    organization.setControlPolicies("vault", { resourceControlPolicies: [] });
    const third = await retry();
    expect(third.exitCode, third.stdout).to.equal(0);
    expect(verdictsOf(third).at(-1)).to.include({ clean: true });
    const { events } = await road.runOk("lineage", "dev", "late");
    const [line] = events.filter(({ type }) => type === "lineage");
    expect(line).to.include({ key: "late" });
    const attempts = line?.["attempts"] as readonly Record<string, unknown>[];
    expect(attempts.map(({ outcome }) => outcome)).to.deep.equal(["failed", "succeeded"]);
    const unknown = await road.run("lineage", "dev", "late", "no-such-version");
    expect(unknown.exitCode).to.equal(1);
    expect(errorOf(unknown)).to.include({ code: "NoVersionsFound" });
  });

  it("are watched together until each has come to its end", async () => {
    await road.withoutReplication(SOURCE, async () => {
      for (const key of ["d", "e"]) await road.put(SOURCE, key);
    });
    const first = await makeJob({ Description: "first" });
    const second = await makeJob({ Description: "second" });
    for (const jobId of [first, second]) await reaches(jobId, "Suspended");
    const watching = road.run("watch", "dev", first, second);
    for (const jobId of [first, second]) await update(jobId, "Ready");
    const watched = await watching;
    const ended = jobsOf(watched);
    expect(ended.map(({ jobId, status }) => [jobId, status])).to.deep.equal([
      [first, "Complete"],
      [second, "Complete"],
    ]);
    expect(ended.every(({ endedAt }) => endedAt !== "unknown")).to.equal(true);
    expect(watched.exitCode, watched.stdout).to.equal(0);
    const people = await road.runForPeople("jobs", "dev");
    expect(people.stdout).to.contain(`${first}  Complete    ours    2 of 2 tasks`);
    const all = jobsOf(await road.runOk("jobs", "dev", "--all-jobs"));
    // The first backfill of this promise had a trial, and no later one.
    expect(all.filter(({ kind }) => kind === "trial")).to.have.length(1);
    expect(all).to.have.length(8);
  });
});
