/**
 * AWS's clients in other languages, unchanged, with what `lockstep sandbox` prints and nothing else: a scenario for each, made
 * in its own language, of what people do with S3, Object Lock and S3 Control.
 */

import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { startCli, type CliRun } from "../../../tests/helpers/cli";
import { startSandbox, type SandboxAccount } from "../../src";
import { clientEndpoints, clientVariables } from "../../src/server/client-settings";
import { canBeHad, output, startBuilds, type Build, type Command } from "./builds";
import { BUILDS, CLIENTS, JAVASCRIPT, PYTHON, STEPS } from "./clients";

/** For one command of a client, on a machine that does much else. */
const TIMEOUT_MS = 5 * 60_000;

/** Each command has its own time limit, and ends what it has started. */
const LIMITED_BY_COMMANDS = 0;

const ODD_KEY = "odd/\u00e4 +&=?#%20//.~'(x).txt";

interface Announcement {
  readonly endpoint: string;
  readonly accounts: readonly SandboxAccount[];
}

interface PrintedSandbox extends Announcement {
  readonly run: CliRun;
  /** The lines for a shell. */
  readonly exports: string;
}

describe("clients in other languages", function () {
  this.timeout(LIMITED_BY_COMMANDS);
  let folder: string;
  let sandbox: PrintedSandbox;
  let builds: ReadonlyMap<Build, Promise<string>>;

  before(async () => {
    builds = startBuilds(BUILDS, { tell: (text) => process.stderr.write(`${text}\n`) });
    folder = await mkdtemp(join(tmpdir(), "lockstep-clients-"));
    sandbox = await printedSandbox(join(folder, "main"));
  });
  after(async () => {
    await stopped(sandbox);
    await rm(folder, { recursive: true, force: true });
  });

  const folderOf = async (build: Build | undefined): Promise<string> =>
    build === undefined ? "" : ((await builds.get(build)) ?? expect.fail(`no ${build.name}`));

  for (const { build, name, scenario } of [...CLIENTS, JAVASCRIPT]) {
    if (build !== undefined && !canBeHad(build, name)) continue;
    describe(name, () => {
      let told: readonly string[] = [];
      before(async () => {
        const command = scenario(await folderOf(build));
        const roleArn = await jobRole(sandbox);
        told = await steps(command, sandbox.exports, sandbox.accounts, roleArn);
      });

      for (const step of STEPS) it(`does ${step}`, () => expect(told).to.include(step));
    });
  }

  if (!canBeHad(PYTHON, "what boto3 and the AWS CLI do beside their scenarios")) return;
  const boto3 =
    (code: string) =>
    (bin: string): Command => [join(bin, "python"), "-c", `import boto3; boto3.${code}`];
  const cli =
    (...args: string[]) =>
    (bin: string): Command => [join(bin, "aws"), ...args];
  const python = async () => join(await folderOf(PYTHON), "bin");
  const lists = [
    {
      name: "boto3",
      buckets: boto3("client('s3').list_buckets()"),
      jobs: boto3("client('s3control').list_jobs(AccountId='111111111111')"),
    },
    {
      name: "the AWS CLI",
      buckets: cli("s3", "ls"),
      jobs: cli("s3control", "list-jobs", "--account-id", "111111111111"),
    },
  ];

  for (const { buckets, jobs, name } of lists) {
    it(`${name} goes on after the clock was moved, where the machine's time is taken`, async () => {
      const command = buckets(await python());
      const listed = async (...flags: string[]) => {
        const moved = await printedSandbox(await mkdtemp(join(folder, "moved-")), ...flags);
        try {
          const body = JSON.stringify({ advanceMs: 400 * 86_400_000 });
          await fetch(`${moved.endpoint}/_lockstep/clock`, { method: "POST", body });
          await clientOutput(command, moved.exports);
          return "listed";
        } catch (error) {
          return String(error);
        } finally {
          await stopped(moved);
        }
      };
      expect(await listed()).to.include("RequestTimeTooSkewed");
      expect(await listed("--accept-machine-time")).to.equal("listed");
    });

    it(`${name} needs the config file alone`, async () => {
      const [file] = sandbox.exports.split("\n").filter((line) => line.includes("CONFIG_FILE"));
      await clientOutput(buckets(await python()), file ?? "");
      await clientOutput(jobs(await python()), file ?? "");
    });
  }
});

/** As where systemd's resolver answers for names under `localhost`: here a file of hosts that this process alone sees. */
const IN_A_NAMESPACE = ["unshare", "--map-root-user", "--mount", "sh", "-c"] as const;

describe("where names are this machine", function () {
  this.timeout(LIMITED_BY_COMMANDS);
  if (spawnSync(IN_A_NAMESPACE[0], [...IN_A_NAMESPACE.slice(1), "true"]).status !== 0) {
    process.stderr.write("not run: names of this machine, for want of mount namespaces\n");
    return;
  }

  /** @param names that there are beside `localhost` itself */
  async function inNamespace(
    namesAreLoopback: boolean,
    names: readonly string[],
    command: Command,
  ): Promise<readonly string[]> {
    const folder = await mkdtemp(join(tmpdir(), "lockstep-names-"));
    const sandbox = await startSandbox();
    try {
      const { configFile } = await sandbox.writeAwsConfig(folder);
      const endpoints = clientEndpoints(sandbox.endpoint, namesAreLoopback);
      const variables = clientVariables(endpoints, configFile, {});
      const exports = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`);
      const hosts = join(folder, "hosts");
      await writeFile(hosts, ["localhost", ...names].map((one) => `127.0.0.1 ${one}\n`).join(""));
      const script = `mount --bind "$1" /etc/hosts && shift && exec "$@"`;
      const whole: Command = [...IN_A_NAMESPACE, script, "sh", hosts, ...command];
      const roleArn = await jobRole(sandbox);
      return await steps(whole, exports.join("\n"), sandbox.accounts, roleArn);
    } finally {
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    }
  }

  it("the SDK for JavaScript needs no setting in code", async () => {
    const labels = ["111111111111", "javascript-locked", "javascript.with.dots"];
    const names = labels.map((label) => `${label}.localhost`);
    expect(await inNamespace(true, names, JAVASCRIPT.scenario(""))).to.deep.equal(STEPS);
  });

  it("a name for each account lets the SDK for JavaScript reach S3 Control", async () => {
    const list = join(__dirname, "javascript", "list-jobs.mjs");
    const names = ["111111111111.lockstep-sandbox.test"];
    expect(await inNamespace(false, names, [process.execPath, list])).to.deep.equal(["0"]);
  });
});

async function printedSandbox(folder: string, ...flags: string[]): Promise<PrintedSandbox> {
  const run = startCli(["sandbox", "--json", "--config-dir", folder, ...flags], {
    environment: { XDG_CACHE_HOME: join(folder, "cache") },
  });
  const announced = (await run.waitFor("/_lockstep")).split("\n");
  const json = announced.find((line) => line.startsWith("{")) ?? "";
  const exports = announced.filter((line) => line.startsWith("export ")).join("\n");
  return { ...(JSON.parse(json) as Announcement), run, exports };
}

async function stopped({ run }: PrintedSandbox): Promise<void> {
  run.child.kill("SIGTERM");
  await run.ended;
}

/** The role of the jobs, made once in each sandbox. */
async function jobRole(sandbox: Announcement): Promise<string> {
  const [account] = sandbox.accounts;
  if (account === undefined) throw new Error("no account");
  const { region, accountId } = account;
  const iam = new IAMClient({ endpoint: sandbox.endpoint, region, credentials: account });
  const statement = { Effect: "Allow", Action: "s3:*", Resource: "*" };
  const trust = {
    Effect: "Allow",
    Principal: { Service: "batchoperations.s3.amazonaws.com" },
    Action: "sts:AssumeRole",
  };
  const RoleName = "clients-jobs";
  try {
    const AssumeRolePolicyDocument = document(trust);
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const policy = { RoleName, PolicyName: "jobs", PolicyDocument: document(statement) };
    await iam.send(new PutRolePolicyCommand(policy));
  } catch (error) {
    if ((error as Error).name !== "EntityAlreadyExistsException") throw error;
  } finally {
    iam.destroy();
  }
  return `arn:aws:iam::${accountId}:role/${RoleName}`;
}

function document(statement: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

/** The steps that a scenario tells it has done; rejects with all that it says when one is wrong. */
async function steps(
  scenario: Command,
  exports: string,
  accounts: readonly SandboxAccount[],
  roleArn: string,
): Promise<readonly string[]> {
  const [account] = accounts;
  const text = await clientOutput(scenario, exports, {
    ACCOUNT_ID: account?.accountId ?? "",
    BUCKET_REGION: account?.region ?? "",
    JOB_ROLE_ARN: roleArn,
    ODD_KEY,
  });
  return text.trim().split("\n");
}

/** Runs a command in a shell that was given the lines, without anything of AWS from this one. */
function clientOutput(
  command: Command,
  exports: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  return output(["sh", "-c", `${exports}\nexec "$@"`, "sh", ...command], {
    environment: { AWS_PROFILE: "source", AWS_PAGER: "", ...environment },
    timeoutMs: TIMEOUT_MS,
  });
}
