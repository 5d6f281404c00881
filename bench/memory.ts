/* Resident memory per 100,000 objects of 1 KiB, with equal and with different bodies. Each case is a process of its own. */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { startSandbox } from "lockstep-sandbox";
import { callAs, kibibyteBody } from "./seeding";
import { printTable } from "./table";

const OBJECTS_COUNT = 100_000;
const CASES = ["equal bodies", "different bodies"];
const MEBIBYTE = 2 ** 20;

async function measure(bodies: string): Promise<void> {
  const sandbox = await startSandbox();
  const call = callAs(sandbox, "source");
  call("s3", "CreateBucket", {
    Bucket: "bench-memory",
    CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
  });
  call("s3", "PutBucketVersioning", {
    Bucket: "bench-memory",
    VersioningConfiguration: { Status: "Enabled" },
  });
  global.gc?.();
  const before = process.memoryUsage();
  for (let index = 0; index < OBJECTS_COUNT; index++) {
    call("s3", "PutObject", {
      Bucket: "bench-memory",
      Key: `records/${index % 100}/object-${index}`,
      Body: kibibyteBody(index, bodies === CASES[0]),
    });
  }
  global.gc?.();
  const after = process.memoryUsage();
  const used = {
    "resident MiB": (after.rss - before.rss) / MEBIBYTE,
    "heap MiB": (after.heapUsed - before.heapUsed) / MEBIBYTE,
    "buffers MiB": (after.arrayBuffers - before.arrayBuffers) / MEBIBYTE,
  };
  process.stdout.write(`${JSON.stringify(used)}\n`);
  await sandbox.close();
}

function main(): void {
  const rows = CASES.map((bodies): [string, Record<string, number>] => {
    const { stdout, status } = spawnSync(
      process.execPath,
      ["--expose-gc", "-r", resolve(__dirname, "../scripts/typescript.cjs"), __filename, bodies],
      { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" },
    );
    if (status !== 0) throw new Error(`The measurement of ${bodies} ended with ${status}.`);
    return [bodies, JSON.parse(stdout) as Record<string, number>];
  });
  process.stdout.write(`${OBJECTS_COUNT.toLocaleString("en-US")} objects of 1 KiB\n`);
  printTable(rows);
}

const bodies = process.argv[2];
if (bodies === undefined) main();
else void measure(bodies);
