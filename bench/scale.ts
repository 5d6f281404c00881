/*
 * What an operation costs in a bucket of 10,000, 100,000 and a million objects: milliseconds of calls inside the sandbox (no
 * HTTP), each at places drawn from all over the bucket; then the longest turn of the event loop while lifecycle and inventory
 * pass over all of it. Each size is a process of its own.
 */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { startSandbox, type Sandbox } from "lockstep-sandbox";
import { Random } from "../sandbox/src/values/random";
import { accountOf, callAs, kibibyteBody } from "./seeding";
import { printTable } from "./table";

const SIZES = (process.env["BENCH_OBJECTS"] ?? "10000,100000,1000000").split(",").map(Number);
const CALLS_COUNT = 300;
const Bucket = "bench-scale";
const REPORTS = "bench-scale-reports";

type Call = ReturnType<typeof callAs>;
type Rows = [string, Record<string, number>][];

/** Ten prefixes on the first level, and below each as many as there are pairs of objects. */
function keyOf(index: number): string {
  return `${index % 10}/pair-${Math.floor(index / 20)}/object-${index}`;
}

async function seed(sandbox: Sandbox, call: Call, objectsCount: number): Promise<void> {
  const { region, accountId } = accountOf(sandbox, "source");
  for (const name of [Bucket, REPORTS]) {
    call("s3", "CreateBucket", {
      Bucket: name,
      CreateBucketConfiguration: { LocationConstraint: region },
    });
  }
  call("s3", "PutBucketVersioning", { Bucket, VersioningConfiguration: { Status: "Enabled" } });
  call("s3", "PutBucketPolicy", {
    Bucket: REPORTS,
    Policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "s3.amazonaws.com" },
          Action: "s3:PutObject",
          Resource: `arn:aws:s3:::${REPORTS}/*`,
          Condition: { StringEquals: { "aws:SourceAccount": accountId } },
        },
      ],
    }),
  });
  for (let index = 0; index < objectsCount; index++) {
    call("s3", "PutObject", { Bucket, Key: keyOf(index), Body: kibibyteBody(index, true) });
    if (index % 1000 === 0) await nextTurn();
  }
}

/** Milliseconds of single calls; the first ones, before the engine has compiled them, are not counted. */
function time(call: (index: number) => void, objectsCount: number): Record<string, number> {
  const random = new Random(1);
  const milliseconds: number[] = [];
  for (let count = -CALLS_COUNT; count < CALLS_COUNT; count++) {
    const index = random.integer(objectsCount);
    const startedAt = performance.now();
    call(index);
    if (count >= 0) milliseconds.push(performance.now() - startedAt);
  }
  milliseconds.sort((left, right) => left - right);
  return {
    "min ms": milliseconds[0] ?? NaN,
    "median ms": milliseconds[CALLS_COUNT >> 1] ?? NaN,
    "max ms": milliseconds.at(-1) ?? NaN,
  };
}

function operations(call: Call, objectsCount: number): Rows {
  let addedCount = 0;
  const s3 = (operation: string, input: object): unknown => call("s3", operation, input);
  const cases: Record<string, (index: number) => void> = {
    PutObject: () =>
      s3("PutObject", {
        Bucket,
        Key: `5/pair-x/added-${addedCount++}`,
        Body: kibibyteBody(addedCount, true),
      }),
    GetObject: (index) => s3("GetObject", { Bucket, Key: keyOf(index) }),
    HeadObject: (index) => s3("HeadObject", { Bucket, Key: keyOf(index) }),
    DeleteObject: () => s3("DeleteObject", { Bucket, Key: `5/pair-x/added-${--addedCount}` }),
    "ListObjectVersions, 1,000 from a marker": (index) =>
      s3("ListObjectVersions", { Bucket, KeyMarker: keyOf(index) }),
    "ListObjectVersions, a prefix": (index) =>
      s3("ListObjectVersions", { Bucket, Prefix: keyOf(index).slice(0, -1) }),
    "ListObjectVersions, 10 common prefixes": () =>
      s3("ListObjectVersions", { Bucket, Delimiter: "/" }),
    "ListObjectsV2, 1,000 from a key": (index) =>
      s3("ListObjectsV2", { Bucket, StartAfter: keyOf(index) }),
    "ListObjectsV2, 10 common prefixes": () => s3("ListObjectsV2", { Bucket, Delimiter: "/" }),
    "ListObjectsV2, 1,000 common prefixes": (index) =>
      s3("ListObjectsV2", {
        Bucket,
        Prefix: `${index % 10}/`,
        Delimiter: "/",
        StartAfter: keyOf(index),
      }),
  };
  return Object.entries(cases).map(([name, run]) => [name, time(run, objectsCount)]);
}

const nextTurn = (): Promise<void> => new Promise((done) => setImmediate(done));

const DAY_MS = 86_400_000;

/**
 * Moves the clock to just before midnight, when S3's own work begins, and lets the event loop turn until it is done. Moved
 * over midnight the clock would do all of it before it came back.
 */
async function timeMidnight(
  sandbox: Sandbox,
  isDone: () => boolean,
): Promise<Record<string, number>> {
  const { clock } = sandbox.world;
  clock.setTime((Math.floor(clock.nowEpochMs() / DAY_MS) + 1) * DAY_MS - 5);
  const startCpu = process.cpuUsage();
  const startedAt = performance.now();
  let turnedAt = startedAt;
  let longestTurnMs = 0;
  do {
    await nextTurn();
    longestTurnMs = Math.max(longestTurnMs, performance.now() - turnedAt);
    turnedAt = performance.now();
  } while (!isDone());
  const { user, system } = process.cpuUsage(startCpu);
  return {
    "longest turn ms": longestTurnMs,
    seconds: (turnedAt - startedAt) / 1000,
    "CPU s": (user + system) / 1e6,
  };
}

async function ownWork(sandbox: Sandbox, call: Call, objectsCount: number): Promise<Rows> {
  const reports = sandbox.world.s3.bucket(REPORTS).objects;
  const inventory = (id: string): object => ({
    Bucket,
    Id: id,
    InventoryConfiguration: {
      Id: id,
      IsEnabled: true,
      IncludedObjectVersions: "All",
      Schedule: { Frequency: "Daily" },
      OptionalFields: ["Size", "ETag", "LastModifiedDate"],
      Destination: { S3BucketDestination: { Bucket: `arn:aws:s3:::${REPORTS}`, Format: "CSV" } },
    },
  });
  call("s3", "PutBucketInventoryConfiguration", inventory("all"));
  const isDelivered = (): boolean =>
    reports.keyCount > 0 && [...reports.walk()].some(([key]) => key.endsWith("manifest.checksum"));
  const listed = await timeMidnight(sandbox, isDelivered);
  call("s3", "DeleteBucketInventoryConfiguration", { Bucket, Id: "all" });
  call("s3", "PutBucketLifecycleConfiguration", {
    Bucket,
    LifecycleConfiguration: {
      Rules: [{ ID: "all", Status: "Enabled", Filter: {}, Expiration: { Days: 1 } }],
    },
  });
  const { objects } = sandbox.world.s3.bucket(Bucket);
  const versionsCount = objects.versionCount + objectsCount;
  const expired = await timeMidnight(sandbox, () => objects.versionCount >= versionsCount);
  return [
    ["inventory of all versions", listed],
    ["lifecycle, a delete marker each", expired],
  ];
}

async function measure(objectsCount: number): Promise<void> {
  const sandbox = await startSandbox();
  const call = callAs(sandbox, "source");
  await seed(sandbox, call, objectsCount);
  const rss = process.memoryUsage.rss() / 2 ** 20;
  process.stdout.write(
    `\n${objectsCount.toLocaleString("en-US")} objects of 1 KiB, equal bodies: ${Math.round(rss)} MiB resident\n`,
  );
  printTable(operations(call, objectsCount));
  printTable(await ownWork(sandbox, call, objectsCount));
  await sandbox.close();
}

async function main(): Promise<void> {
  const size = process.argv[2];
  if (size !== undefined) {
    await measure(Number(size));
    return;
  }
  for (const objectsCount of SIZES) {
    const { status } = spawnSync(
      process.execPath,
      ["-r", resolve(__dirname, "../scripts/typescript.cjs"), __filename, String(objectsCount)],
      { stdio: "inherit" },
    );
    if (status !== 0)
      throw new Error(`${objectsCount} objects: the measurement ended with ${status}.`);
  }
}

void main();
