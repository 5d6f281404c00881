import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { ListJobsCommand } from "@aws-sdk/client-s3-control";
import type { Stack } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { accountClients, type AccountClients } from "../../automation/aws/aws-clients";
import { verifyStack } from "../../automation/backfill/look";
import type { GuardLoss } from "../../automation/judge/outcome";
import { runBackfill } from "../../automation/backfill/run";
import { DEMO, writeDemoProject } from "../../automation/cli/demo/project";
import { systemClock } from "../../automation/clock";
import { readOutputs } from "../../automation/stack/deployed-sources";
import { destroyStack, previewStack, upStack } from "../../automation/stack/deploy";
import { findEngine } from "../../automation/engine/find-engine";
import type { LockstepError } from "../../automation/errors";
import type { Confirm, LockstepEvent } from "../../automation/events";
import { stateResources } from "../../automation/stack/kept-resources";
import { checkLiveReplication } from "../../automation/proof/live-check";
import { preflight } from "../../automation/stack/preflight";
import { proveRefusals } from "../../automation/proof/prove";
import { stackClients, type StackClients } from "../../automation/aws/stack-clients";
import { openStack, readStackConfig } from "../../automation/stack/workspace";
import { replicationOf } from "../../components/config";
import type { LockstepConfig, ReplicationConfig } from "../../components/config/types";
import type { LockstepOutputs } from "../../components/promise/outputs";
import { startSandbox, type Sandbox } from "lockstep-sandbox";
import { putLocalProviders } from "../helpers/local-providers";

/** Keys as they may be on disk. */
const KEYS = ["plain.txt", "with space/a+b.txt", "ünï/çødé – 100%.txt", "gone.txt"];

describe("a backfill on the real engine", function () {
  this.timeout(180_000);
  let folder: string;
  let sandbox: Sandbox;
  let config: LockstepConfig;
  let replication: ReplicationConfig;
  let outputs: LockstepOutputs;
  let clients: StackClients;
  let source: AccountClients;
  let stack: Stack;
  let environment: { configFile: string; variables: Record<string, string> };
  let events: LockstepEvent[] = [];
  const session = {
    emit: (event: LockstepEvent) => void events.push(event),
    signal: new AbortController().signal,
    clock: systemClock,
  };
  const limits = { intervalMs: 20, maxIntervalMs: 100, deadlineMs: 60_000 };
  const backfill = (
    confirm: Confirm = () => Promise.resolve(true),
    guard: readonly GuardLoss[] = [],
  ) =>
    runBackfill({
      ...session,
      confirm,
      guard,
      config: replication,
      outputs,
      clients,
      reportsFolder: join(folder, "reports"),
      jobLimits: limits,
      settleLimits: limits,
      concurrency: 8,
    });
  const jobsCount = async (): Promise<number> => {
    const { accountId } = replication.source;
    const { Jobs } = await source.s3control.send(new ListJobsCommand({ AccountId: accountId }));
    return Jobs?.length ?? 0;
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-backfill-"));
    sandbox = await startSandbox({ settings: { jobStepMs: 50 } });
    const { configFile } = await sandbox.writeAwsConfig(join(folder, "aws"));
    environment = { configFile, variables: {} };
    const pulumiHome = join(folder, "pulumi");
    await putLocalProviders(pulumiHome);
    const [sourceAccount, vaultAccount] = sandbox.accounts;
    if (sourceAccount === undefined || vaultAccount === undefined) throw new Error("no accounts");
    const address = await writeDemoProject({
      folder,
      source: sourceAccount,
      vault: vaultAccount,
      awsConfigFile: configFile,
      endpoint: sandbox.endpoint,
      pulumiHome,
    });
    config = await readStackConfig(address);
    replication = replicationOf(config);
    source = await accountClients(replication.source, environment);
    await seed(source);
    const engine = await findEngine(session);
    stack = await openStack(address, config, engine, "create", session.signal);
  });
  after(async () => {
    clients?.destroy();
    source?.destroy();
    await sandbox?.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    events = [];
  });

  async function seed({ s3 }: AccountClients): Promise<void> {
    const Bucket = DEMO.sourceBucket;
    const place = { LocationConstraint: "eu-west-1" } as const;
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: place }));
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    for (const Key of KEYS) await s3.send(new PutObjectCommand({ Bucket, Key, Body: `1 ${Key}` }));
    await s3.send(new PutObjectCommand({ Bucket, Key: "plain.txt", Body: "2" }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "gone.txt" }));
  }

  it("finds credentials of the wrong account and a missing bucket before anything is made", async () => {
    const wrong: LockstepConfig = {
      ...config,
      sources: [{ ...replication.source, bucket: { name: "not-there-at-all", existing: true } }],
      vaults: config.vaults.map((vault) => ({ ...vault, accountId: "333333333333" })),
    };
    const error = await preflight(wrong, environment, session).catch((thrown: unknown) => thrown);
    expect(error).to.have.property("code", "PreflightFailed");
    const { problems } = error as { problems: { path: string; message: string }[] };
    expect(problems.map(({ path }) => path)).to.deep.equal([
      "source.bucket.name",
      "vaults[0].accountId",
    ]);
    expect(problems[1]?.message).to.include("222222222222");
  });

  it("deploys, and changes nothing the second time", async () => {
    await preflight(config, environment, session);
    await upStack(stack, session);
    outputs = await readOutputs(stack);
    clients = await stackClients(replication, outputs, environment);
    const changes = await previewStack(stack, session);
    expect(Object.keys(changes)).to.deep.equal(["same"]);
    expect(await upStack(stack, session)).to.have.all.keys("same");
  });

  it("replicates a new object by itself", async () => {
    await checkLiveReplication({
      ...session,
      source: clients.source.s3,
      bucket: outputs.source.bucketName,
      vaults: [...clients.vaults.values()],
      objects: [{ key: "live.txt", body: "new" }],
      limits,
    });
    expect(events.filter((event) => event.type === "live-object")).to.have.length(2);
  });

  it("leaves a plan that is declined suspended, and resumes that same job and its trial", async () => {
    const declined = await backfill(() => Promise.resolve(false)).catch((e: unknown) => e);
    expect(declined).to.have.property("code", "Declined");
    expect(await jobsCount()).to.equal(2);

    const verdict = await backfill();
    expect(await jobsCount()).to.equal(2);
    const created = events.filter((event) => event.type === "job-created");
    expect(created.map(({ resumed, trial }) => [resumed, trial])).to.deep.equal([
      [false, undefined],
      [false, true],
      [true, undefined],
      [true, true],
    ]);
    expect(verdict).to.deep.include({ clean: true, proven: 6, ineligible: 1, failed: 0 });
    expect(verdict.counts).to.deep.equal({ manifest: 5, job: 5, report: 5, vault: 5 });
    expect(verdict.ineligibleReasons).to.deep.equal({ "delete-marker": 1 });
  });

  it("has nothing to do the second time, and starts no job for it", async () => {
    const verdict = await backfill();
    expect(await jobsCount()).to.equal(2);
    expect(events.some((event) => event.type === "nothing-to-do")).to.equal(true);
    expect(verdict).to.deep.include({ clean: true, proven: 6 });
  });

  it("does not call it nothing to do while a vault's guard is not whole", async () => {
    const loss: GuardLoss = {
      vault: "primary",
      resource: DEMO.vaultBucket,
      protection: "bucket-policy",
      expected: "DenyHidingVersions",
      found: null,
      allows: "versions to be hidden under delete markers",
      restoredBy: "up",
    };
    const verdict = await backfill(undefined, [loss]);
    expect(events.some((event) => event.type === "nothing-to-do")).to.equal(false);
    expect(verdict).to.deep.include({ clean: false, proven: 6, failed: 0, guard: [loss] });
  });

  it("verifies without a job", async () => {
    const verdict = await verifyStack({
      ...session,
      outputs,
      clients,
      settleLimits: limits,
      concurrency: 8,
    });
    expect(verdict).to.deep.include({ clean: true, proven: 6, ineligible: 1 });
  });

  it("is refused what an administrator of the vault tries", async () => {
    const [vault] = clients.vaults.values();
    if (vault === undefined) throw new Error("no vault");
    const refusals = await proveRefusals(vault, session);
    expect(refusals.map(({ action, errorCode }) => [action, errorCode])).to.deep.equal([
      ["delete-locked-version", "AccessDenied"],
      ["shorten-retention", "AccessDenied"],
      ["suspend-versioning", "InvalidBucketState"],
    ]);
  });

  it("stops before CreateJob when every rule is disabled", async () => {
    const { PutBucketReplicationCommand, GetBucketReplicationCommand } =
      await import("@aws-sdk/client-s3");
    const Bucket = outputs.source.bucketName;
    const { s3 } = clients.source;
    const { ReplicationConfiguration } = await s3.send(new GetBucketReplicationCommand({ Bucket }));
    const Rules = ReplicationConfiguration?.Rules?.map((rule) => ({
      ...rule,
      Status: "Disabled" as const,
    }));
    const Role = ReplicationConfiguration?.Role;
    await s3.send(
      new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration: { Role, Rules } }),
    );
    const error = await backfill().catch((thrown: unknown) => thrown);
    expect(error).to.have.property("code", "RulesDisabled");
    expect(await jobsCount()).to.equal(2);
  });

  it("is taken down but for what holds data or guards it", async () => {
    await destroyStack(stack, session);
    const ids = (await stateResources(stack)).map(({ id }) => id);
    expect(ids).to.include(outputs.vaults[0]?.bucketName);
    expect(ids).to.include(outputs.operations.bucketName);
    expect(ids).not.to.include(outputs.batchRoleArn.split("/").at(-1));
    expect(
      sandbox.world.s3.findBucket(outputs.vaults[0]?.bucketName ?? "")?.objects.versionCount,
    ).to.equal(6);
    const error = await backfill().catch((thrown: unknown) => thrown);
    expect(error).to.have.property("code", "RulesDisabled");
  });

  it("does not let another stack run into names that are taken", async () => {
    const error = await preflight(config, environment, session, []).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.have.property("code", "PreflightFailed");
    const paths = (error as LockstepError).problems.map(({ path }) => path);
    // The vault's bucket, and the operations bucket beside it.
    expect(paths).to.deep.equal([
      "source.bucket.name",
      "vaults[0].bucket.name",
      "vaults[0].bucket.name",
    ]);
  });

  it("takes up again what destroy has kept", async () => {
    await preflight(config, environment, session, await stateResources(stack));
    const changes = await upStack(stack, session);
    expect(changes["same"]).to.be.greaterThan(changes["create"] ?? 0);
    expect(await backfill()).to.deep.include({ clean: true, proven: 6 });
  });
});
