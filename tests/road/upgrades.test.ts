/** What an earlier version deployed goes on: nothing at a vault is replaced, and a job under way is carried on. */

import { CreateBucketCommand, PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import {
  DescribeJobCommand,
  ListJobsCommand,
  UpdateJobStatusCommand,
} from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import { readDeployedBefore, restore, restoreJobs } from "../helpers/deployed-before";
import { ACCOUNTS } from "../helpers/engine-project";
import { eventually } from "../helpers/eventually";
import { makeRole, Road, verdictsOf, type RoadRun } from "../helpers/road";

interface Variant {
  readonly title: string;
  readonly name: string;
  readonly prepare?: (road: Road) => Promise<void>;
  /** Types of what is replaced, none of it at a vault. */
  readonly replaces?: readonly string[];
}

const VARIANTS: readonly Variant[] = [
  { name: "kms", title: "source and vault under keys of their own, a plan that waits" },
  { name: "fleet", title: "two sources and two vaults, both jobs approved" },
  {
    name: "adopted",
    title: "an adopted vault that only the break-glass role may change, its job approved",
    prepare: adoptedVault,
  },
  {
    name: "monitoring",
    title: "with monitoring, a plan that waits",
    // Two stacks of one account shared the dashboard's name.
    replaces: ["aws:cloudwatch/dashboard:Dashboard"],
  },
];

/** Whether its resource is in the account of a vault: those are under the provider for Cloud Control. */
const isAtVault = ({ resourceType }: Record<string, unknown>): boolean =>
  String(resourceType).startsWith("aws-native:");

const { accountId: AccountId } = ACCOUNTS.source;

describe("what 54278a5 deployed", () => {
  for (const variant of VARIANTS) describe(variant.title, () => upgrade(variant));
});

function upgrade({ name, prepare, replaces = [] }: Variant): void {
  const recorded = readDeployedBefore(name);
  let deployed = recorded;
  let road: Road;
  let jobIds: ReadonlyMap<string, string>;

  before(async function () {
    this.timeout(300_000);
    road = await Road.start();
    await makeRole(road, "vault", "break-glass");
    await road.addRoleProfile("keeper", "vault", "break-glass");
    await prepare?.(road);
    deployed = await restore(road, recorded);
    jobIds = await restoreJobs(road, deployed);
    for (const { ledger, sourceBucket } of deployed.jobs) {
      if (ledger.record.state === "approved") await approve(jobIds.get(sourceBucket) ?? "");
    }
  });
  after(() => road?.close());

  async function approve(JobId: string): Promise<void> {
    await eventually(async () => {
      const { Job } = await road
        .s3control("source")
        .send(new DescribeJobCommand({ AccountId, JobId }));
      if (Job?.Status !== "Suspended") throw new Error(`the job is ${Job?.Status}`);
    });
    await road
      .s3control("source")
      .send(new UpdateJobStatusCommand({ AccountId, JobId, RequestedJobStatus: "Ready" }));
  }

  const removals = (run: RoadRun) =>
    run.events.filter(
      ({ action, resourceType, type }) =>
        type === "resource" &&
        /delete|replace/.test(String(action)) &&
        !replaces.includes(String(resourceType)),
    );

  it("goes on without replacing or deleting anything", async function () {
    this.timeout(300_000);
    const preview = await road.runOk("preview", "old");
    expect(removals(preview)).to.deep.equal([]);
    const up = await road.runOk("up", "old", "--yes");
    expect(removals(up)).to.deep.equal([]);
    expect(up.events.filter(isAtVault).map(({ state }) => state)).not.to.include("failed");
    const again = await road.runOk("preview", "old");
    const summary = again.events.find(({ type }) => type === "stack-summary");
    expect(Object.keys(summary?.["changes"] as object)).to.deep.equal(["same"]);
  });

  it("knows every resource by the name that it had", async function () {
    this.timeout(120_000);
    const stack = await road.project.open(deployed.config, "old");
    const { resources } = (await stack.exportStack())
      .deployment as typeof deployed.state.deployment;
    const idOf = new Map(resources.map(({ id, urn }) => [urn, id]));
    for (const { id, type, urn } of deployed.state.deployment.resources) {
      if (id === undefined || type.startsWith("pulumi:") || replaces.includes(type)) continue;
      expect(idOf.get(urn), urn).to.equal(id);
    }
  });

  it("carries on the job that was under way, to its verdict", async function () {
    this.timeout(300_000);
    const run = await road.runOk("backfill", "old", "--yes");
    // A job that nobody had approved yet has a trial before it, as every other since.
    const created = run.events.filter(
      ({ trial, type }) => type === "job-created" && trial === undefined,
    );
    expect(
      created.map(({ clientRequestToken, jobId, resumed }) => ({
        clientRequestToken,
        jobId,
        resumed,
      })),
    ).to.deep.equal(
      deployed.jobs.map(({ createJob, sourceBucket }) => ({
        clientRequestToken: createJob.ClientRequestToken,
        jobId: jobIds.get(sourceBucket),
        resumed: true,
      })),
    );
    const { Jobs = [] } = await road.s3control("source").send(new ListJobsCommand({ AccountId }));
    const own = Jobs.filter(({ Description = "" }) => !Description.startsWith("lockstep trial "));
    expect(own).to.have.length(deployed.jobs.length);
    for (const verdict of verdictsOf(run)) {
      expect(verdict).to.include({ clean: true, failed: 0 });
      expect(verdict["proven"]).to.be.greaterThan(1);
    }
  });
}

/** The bucket that was there before it was a vault, with a policy of its own. */
async function adoptedVault(road: Road): Promise<void> {
  const Bucket = "old-adopted-vault";
  const s3 = road.project.s3("vault");
  await s3.send(
    new CreateBucketCommand({
      Bucket,
      CreateBucketConfiguration: { LocationConstraint: ACCOUNTS.vault.region },
    }),
  );
  const theirs = {
    Sid: "Theirs",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${ACCOUNTS.vault.accountId}:root` },
    Action: "s3:GetObject",
    Resource: `arn:aws:s3:::${Bucket}/*`,
  };
  await s3.send(
    new PutBucketPolicyCommand({
      Bucket,
      Policy: JSON.stringify({ Version: "2012-10-17", Statement: [theirs] }),
    }),
  );
}
