import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { accountClients } from "../../automation";
import { DEMO, writeDemoProject } from "../../automation/cli/demo/project";
import { startSandbox, type Sandbox } from "lockstep-sandbox";
import { putLocalProviders } from "../helpers/local-providers";

const ROOT = join(__dirname, "..", "..");

describe("examples/embed.ts", function () {
  this.timeout(300_000);
  let folder: string;
  let sandbox: Sandbox;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-embed-"));
    sandbox = await startSandbox({ settings: { jobStepMs: 50 } });
  });
  after(async () => {
    await sandbox?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("deploys, guards, backfills and ends with clean verdicts, all as events", async () => {
    const [source, vault] = sandbox.accounts;
    if (source === undefined || vault === undefined)
      throw new Error("The sandbox has no accounts.");
    const { configFile } = await sandbox.writeAwsConfig(folder);
    const pulumiHome = join(folder, "pulumi");
    await putLocalProviders(pulumiHome);
    const address = await writeDemoProject({
      folder,
      source,
      vault,
      awsConfigFile: configFile,
      endpoint: sandbox.endpoint,
      pulumiHome,
    });
    const { accountId, name: profile, region } = source;
    const clients = await accountClients(
      { accountId, profile, region },
      { configFile, variables: {} },
    );
    const bucket = DEMO.sourceBucket;
    await clients.s3.send(
      new CreateBucketCommand({
        Bucket: bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    for (const key of ["a", "b c"]) {
      await clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: key }));
    }
    clients.destroy();

    const clean = { type: "verdict", clean: true, proven: 2, failed: 0 };
    const run = async () => {
      const { exitCode, stdout, stderr } = await runExample(
        [address.folder, address.stack],
        address.environment ?? {},
      );
      expect(stderr).to.equal("");
      expect(exitCode, stdout).to.equal(0);
      return stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { type: string; losses?: { protection: string }[] });
    };
    const lossesOf = (events: Awaited<ReturnType<typeof run>>) =>
      events.flatMap(({ losses, type }) =>
        type === "guard" ? [losses?.map(({ protection }) => protection)] : [],
      );

    const first = await run();
    const [backfilled, verified] = first.filter(({ type }) => type === "verdict");
    expect(backfilled).to.deep.include(clean);
    expect(verified).to.deep.include(clean);
    expect(first.map(({ type }) => type)).to.include.members(["job-status", "plan", "report"]);
    // After `up`, before the job, and with `verify`.
    expect(lossesOf(first)).to.deep.equal([[], [], []]);

    const attacker = await accountClients(
      { accountId: vault.accountId, profile: vault.name, region: vault.region },
      { configFile, variables: {} },
    );
    await attacker.s3.send(new DeleteBucketPolicyCommand({ Bucket: DEMO.vaultBucket }));
    attacker.destroy();
    const second = await run();
    expect(lossesOf(second)[0]).to.include("bucket-policy");
    expect(lossesOf(second)[1]).to.deep.equal([]);
    expect(second.at(-1)).to.deep.include(clean);
  });
});

function runExample(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const child = spawn(
    process.execPath,
    ["-r", join(ROOT, "scripts/typescript.cjs"), join(ROOT, "examples/embed.ts"), ...args],
    { cwd: ROOT, env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] },
  );
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, ...output }));
  });
}
