/*
 * Objects a second of a Batch Replication job in the sandbox: of its manifest, and from its confirmation until it is
 * complete and the last replica has arrived. The job's fixed steps and the replication delay are set to nothing.
 */
import { startSandbox } from "lockstep-sandbox";
import { allow, arn, makeBucket, makeRole, makeVault, replicate } from "./replication";
import { accountOf, callAs, kibibyteBody } from "./seeding";
import { printTable } from "./table";

const OBJECTS_COUNT = Number(process.env["BENCH_OBJECTS"] ?? 100_000);
/** `equal` or `different`. */
const BODIES = process.env["BENCH_BODIES"] ?? "equal";
const SOURCE = "bench-source";
const VAULT = "bench-vault";
const OPERATIONS = "bench-operations";

type Stage = {
  readonly "objects/s": number;
  /** By the time that the process had of the processors, whatever else ran on them. */
  readonly "objects/CPU s": number;
  /** The longest turn of the event loop, for which a request would have waited. */
  readonly "longest turn ms": number;
  /** At the end, and at most until then. */
  readonly "resident MiB": number;
  readonly "peak MiB": number;
};

/** Lets the event loop turn until something is done. */
async function measureUntil(isDone: () => boolean): Promise<Stage> {
  const startedAt = performance.now();
  const startCpu = process.cpuUsage();
  let longestTurnMs = 0;
  let turnedAt = startedAt;
  for (;;) {
    const isLast = isDone();
    await new Promise((done) => setImmediate(done));
    const now = performance.now();
    longestTurnMs = Math.max(longestTurnMs, now - turnedAt);
    turnedAt = now;
    if (isLast) break;
  }
  const { user, system } = process.cpuUsage(startCpu);
  return {
    "objects/s": OBJECTS_COUNT / ((turnedAt - startedAt) / 1000),
    "objects/CPU s": OBJECTS_COUNT / ((user + system) / 1e6),
    "longest turn ms": longestTurnMs,
    "resident MiB": process.memoryUsage.rss() / 2 ** 20,
    "peak MiB": process.resourceUsage().maxRSS / 2 ** 10,
  };
}

async function main(): Promise<void> {
  const sandbox = await startSandbox({ settings: { replicationDelayMs: 0, jobStepMs: 0 } });
  const source = callAs(sandbox, "source");
  const { accountId, region } = accountOf(sandbox, "source");
  makeBucket(source, SOURCE, region, false);
  makeBucket(source, OPERATIONS, region, false);
  makeVault(sandbox, VAULT);
  let putsCount = 0;
  const seeding = await measureUntil(() => {
    for (const end = Math.min(OBJECTS_COUNT, putsCount + 100); putsCount < end; putsCount++) {
      source("s3", "PutObject", {
        Bucket: SOURCE,
        Key: `records/${putsCount}`,
        Body: kibibyteBody(putsCount, BODIES !== "different"),
      });
    }
    return putsCount === OBJECTS_COUNT;
  });
  replicate(sandbox, SOURCE, VAULT);
  makeRole(
    source,
    "batch",
    "batchoperations.s3.amazonaws.com",
    allow(
      [["s3:InitiateReplication"], [`${arn(SOURCE)}/*`]],
      [["s3:GetReplicationConfiguration", "s3:PutInventoryConfiguration"], [arn(SOURCE)]],
      [["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], [`${arn(OPERATIONS)}/*`]],
    ),
  );
  const { JobId } = source("s3control", "CreateJob", {
    AccountId: accountId,
    ConfirmationRequired: true,
    Operation: { S3ReplicateObject: {} },
    ClientRequestToken: "bench",
    Priority: 1,
    RoleArn: `arn:aws:iam::${accountId}:role/batch`,
    Report: {
      Enabled: true,
      Bucket: arn(OPERATIONS),
      Format: "Report_CSV_20180820",
      ReportScope: "AllTasks",
    },
    ManifestGenerator: {
      S3JobManifestGenerator: {
        SourceBucket: arn(SOURCE),
        EnableManifestOutput: true,
        ManifestOutputLocation: {
          Bucket: arn(OPERATIONS),
          ManifestFormat: "S3InventoryReport_CSV_20211130",
        },
        Filter: { EligibleForReplication: true },
      },
    },
  }) as { JobId: string };
  const describe = () =>
    (
      source("s3control", "DescribeJob", { AccountId: accountId, JobId }) as {
        Job: { Status: string; ProgressSummary: { NumberOfTasksSucceeded: number } };
      }
    ).Job;
  const listing = await measureUntil(() => describe().Status === "Suspended");
  source("s3control", "UpdateJobStatus", {
    AccountId: accountId,
    JobId,
    RequestedJobStatus: "Ready",
  });
  const vaultObjects = sandbox.world.s3.bucket(VAULT).objects;
  const job = await measureUntil(
    () =>
      ["Complete", "Failed"].includes(describe().Status) &&
      vaultObjects.versionCount === OBJECTS_COUNT,
  );
  if (describe().ProgressSummary.NumberOfTasksSucceeded !== OBJECTS_COUNT) {
    throw new Error(`The job did not succeed: ${JSON.stringify(describe())}`);
  }
  const count = OBJECTS_COUNT.toLocaleString("en-US");
  process.stdout.write(`${count} objects of 1 KiB, ${BODIES} bodies\n`);
  printTable([
    ["puts", seeding],
    ["manifest", listing],
    ["job, report and all replicas", job],
  ]);
  await sandbox.close();
}

void main();
