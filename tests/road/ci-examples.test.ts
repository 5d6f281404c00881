/**
 * The workflows of `examples/ci/`, step by step: each command is run by the shell in a fresh folder, with the token of a forge on
 * loopback, under a role that may only read. What a `uses:` does is not run; each is named.
 */

import { spawn } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import type { RequestLogEntry } from "lockstep-sandbox";
import { operatorPolicies } from "../../automation/permissions/operator-policies";
import { parseConfig } from "../../components/config";
import { CliProject } from "../helpers/cli-project";
import { ACCOUNTS } from "../helpers/engine-project";
import { Forge } from "../helpers/forge";

const ROOT = join(__dirname, "..", "..");
const EXAMPLE = join(ROOT, "examples", "ci");
const GITHUB = {
  iss: "https://token.actions.githubusercontent.com",
  sub: "repo:acme/records:pull_request",
};
const GITLAB = {
  iss: "https://gitlab.com",
  sub: "project_path:acme/records:ref_type:branch:ref:shorter",
};
const ROLE = "lockstep-plan";

const sections = (retention: string) => ({
  source: { ...ACCOUNTS.source, bucket: { name: "ci-records" } },
  vaults: [
    {
      name: "primary",
      ...ACCOUNTS.vault,
      bucket: { name: "ci-vault" },
      lock: { stage: "governance", retention },
    },
  ],
  rules: [{ name: "all", vault: "primary" }],
});

type Variables = Record<string, string>;

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
}

describe("the examples for pull requests", function () {
  this.timeout(300_000);
  let project: CliProject;
  let forge: Forge;
  let folder: string;
  const requests: RequestLogEntry[] = [];

  before(async () => {
    forge = await Forge.start(GITHUB);
    project = await CliProject.start({
      settings: {
        identityProviderKeys: { [GITHUB.iss]: forge.keySet, [GITLAB.iss]: forge.keySet },
      },
      log: (entry) => void requests.push(entry),
    });
    await project.write(sections("30 days"), "dev");
    await project.succeed(["up", "--yes"], "dev");
    for (const account of ["source", "vault"] as const) await makePlanRole(account);
    folder = await mkdtemp(join(tmpdir(), "lockstep-ci-"));
  });
  after(async () => {
    await project?.close();
    await forge?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  /** The role that `examples/ci/README.md` tells to make. */
  async function makePlanRole(account: keyof typeof ACCOUNTS): Promise<void> {
    const { accountId } = ACCOUNTS[account];
    const iam = new IAMClient(project.engine.clientOptions(account));
    for (const { iss } of [GITHUB, GITLAB]) {
      await iam.send(
        new CreateOpenIDConnectProviderCommand({ Url: iss, ClientIDList: ["sts.amazonaws.com"] }),
      );
    }
    const policy = operatorPolicies(parseConfig(sections("30 days"))).find(
      (one) => one.command === "preview" && one.accountId === accountId,
    );
    for (const forgeName of ["github", "gitlab"]) {
      const trust = await readFile(join(EXAMPLE, `trust-${forgeName}.json`), "utf8");
      const RoleName = `${ROLE}-${forgeName}`;
      await iam.send(
        new CreateRoleCommand({
          RoleName,
          AssumeRolePolicyDocument: trust.replaceAll("111111111111", accountId),
        }),
      );
      await iam.send(
        new PutRolePolicyCommand({
          RoleName,
          PolicyName: "preview",
          PolicyDocument: JSON.stringify(policy?.document),
        }),
      );
    }
  }

  /** What a fresh clone of the branch holds; `npx lockstep` is this repository's. */
  async function checkOut(name: string): Promise<{ clone: string; variables: Variables }> {
    const clone = join(folder, name);
    const temporary = join(folder, `${name}-temp`);
    const bin = join(folder, `${name}-prefix`, "bin");
    await cp(EXAMPLE, clone, { recursive: true });
    await mkdir(temporary, { recursive: true });
    await mkdir(bin, { recursive: true });
    const lockstep = join(bin, "lockstep");
    await writeFile(
      lockstep,
      `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, "scripts", "lockstep.mjs")}" "$@"\n`,
    );
    await chmod(lockstep, 0o755);
    const config = Object.fromEntries(
      Object.entries(sections("10 days")).map(([key, value]) => [`lockstep:${key}`, value]),
    );
    await writeFile(join(clone, "Pulumi.dev.yaml"), stringify({ config }));
    await writeFile(join(clone, "Pulumi.yaml"), stringify({ name: "lockstep", runtime: "nodejs" }));
    const packageFile = { name: "records", version: "1.0.0" };
    await writeFile(join(clone, "package.json"), JSON.stringify(packageFile));
    await writeFile(
      join(clone, "package-lock.json"),
      JSON.stringify({ ...packageFile, lockfileVersion: 3, packages: { "": packageFile } }),
    );
    const { environment } = project;
    const { PULUMI_BACKEND_URL = "", PULUMI_HOME = "", AWS_ENDPOINT_URL = "" } = environment;
    return {
      clone,
      variables: {
        PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
        HOME: temporary,
        NPM_CONFIG_PREFIX: dirname(bin),
        NPM_CONFIG_OFFLINE: "true",
        // In the place of AWS, and of a stack's state that everybody reaches.
        AWS_ENDPOINT_URL,
        PULUMI_HOME,
        PULUMI_BACKEND_URL,
        PULUMI_CONFIG_PASSPHRASE: "",
        RUNNER_TEMP: temporary,
        ...(process.env["LOCKSTEP_PULUMI"] && { LOCKSTEP_PULUMI: process.env["LOCKSTEP_PULUMI"] }),
        // An engine of this machine serves here too.
        XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"),
      },
    };
  }

  /** Everything that was asked of AWS meanwhile only reads. */
  async function changesNothing(work: () => Promise<void>): Promise<void> {
    const from = requests.length;
    await work();
    const asked = requests.slice(from);
    expect(asked.length).to.be.greaterThan(10);
    const changing = asked.filter(
      ({ method, operation = "" }) =>
        !/^(Get|List|Head|Describe|AssumeRoleWithWebIdentity$)/.test(operation) ||
        (["PUT", "DELETE"].includes(method) && !operation.startsWith("Get")),
    );
    expect(changing.map(({ operation }) => operation)).to.deep.equal([]);
    const refused = asked.filter(({ errorCode }) => errorCode?.startsWith("AccessDenied"));
    expect(refused.map(({ operation }) => operation)).to.deep.equal([]);
    const callers = new Set(asked.map(({ principalArn }) => principalArn));
    for (const arn of callers) expect(arn).to.match(/anonymous|assumed-role\/lockstep-plan-/);
  }

  it("run on GitHub: each command of the workflow, twice, with one comment that is updated", async () => {
    const file = join(EXAMPLE, ".github", "workflows", "lockstep-preview.yml");
    const workflow = parse(await readFile(file, "utf8")) as {
      jobs: { preview: { env: Variables; steps: Step[] } };
    };
    const { env, steps } = workflow.jobs.preview;
    expect(
      steps.flatMap(({ uses }) => uses ?? []),
      "not run",
    ).to.deep.equal([
      "actions/checkout@v4",
      "actions/setup-node@v4",
      "pulumi/actions@v6",
      "github/codeql-action/upload-sarif@v3",
    ]);
    const { clone, variables } = await checkOut("github");
    const roleArn = (accountId: string): string => `arn:aws:iam::${accountId}:role/${ROLE}-github`;
    const expressions: Variables = {
      "vars.LOCKSTEP_SOURCE_PLAN_ROLE": roleArn(ACCOUNTS.source.accountId),
      "vars.LOCKSTEP_VAULT_PLAN_ROLE": roleArn(ACCOUNTS.vault.accountId),
      "vars.PULUMI_BACKEND_URL": variables["PULUMI_BACKEND_URL"] ?? "",
      "secrets.PULUMI_ACCESS_TOKEN": "",
      "secrets.PULUMI_CONFIG_PASSPHRASE": "",
      "github.token": "job-token",
      "github.event.pull_request.number": "7",
    };
    const given: Variables = {
      ...variables,
      ...Object.fromEntries(
        Object.entries(env).map(([name, value]) => [name, filledIn(value, expressions)]),
      ),
      GITHUB_API_URL: forge.url,
      GITHUB_REPOSITORY: "acme/records",
      ACTIONS_ID_TOKEN_REQUEST_URL: `${forge.url}/token?api-version=2`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-token",
    };
    for (const [run, made] of ["The comment is made.", "The comment is updated."].entries()) {
      await changesNothing(async () => {
        const githubEnv = join(clone, `github-env-${run}`);
        await writeFile(githubEnv, "");
        let output = "";
        for (const { run: script } of steps) {
          if (script === undefined) continue;
          const added = parseEnv(await readFile(githubEnv, "utf8"));
          const all = { ...given, GITHUB_ENV: githubEnv, ...added };
          output += await shell(["-e", "-c", script], clone, all);
        }
        expect(output).to.contain(made);
      });
    }
    expect(forge.comments).to.have.length(1);
    expect(forge.comments[0]?.body).to.contain("<!-- lockstep-preview: dev -->");
    expect(forge.comments[0]?.body).to.contain("RetentionShrinks");
    expect(forge.requests.map(({ authorization }) => authorization)).to.include.members([
      "Bearer request-token",
      "Bearer job-token",
    ]);
    const sarif = await readFile(join(clone, "preview.sarif"), "utf8");
    expect(sarif).to.contain('"uri": "Pulumi.dev.yaml"');
  });

  it("run on GitLab: the script of the job", async () => {
    forge.comments.length = 0;
    const pipeline = parse(await readFile(join(EXAMPLE, ".gitlab-ci.yml"), "utf8")) as Record<
      string,
      { script: string[]; after_script: string[]; variables: Variables }
    >;
    const job = pipeline["lockstep-preview"];
    if (job === undefined) throw new Error("no job");
    const { clone, variables } = await checkOut("gitlab");
    const roleArn = (accountId: string): string => `arn:aws:iam::${accountId}:role/${ROLE}-gitlab`;
    const given: Variables = {
      ...variables,
      GITLAB_CI: "true",
      CI_PROJECT_DIR: clone,
      CI_API_V4_URL: `${forge.url}/api/v4`,
      CI_PROJECT_ID: "42",
      CI_MERGE_REQUEST_IID: "7",
      LOCKSTEP_COMMENT_TOKEN: "project-token",
      SOURCE_ROLE: roleArn(ACCOUNTS.source.accountId),
      VAULT_ROLE: roleArn(ACCOUNTS.vault.accountId),
      AWS_ID_TOKEN: forge.token({ ...GITLAB, aud: "sts.amazonaws.com" }),
    };
    for (const [name, value] of Object.entries(job.variables)) {
      given[name] = value.replaceAll("$CI_PROJECT_DIR", clone);
    }
    await changesNothing(async () => {
      // A runner puts the lines of `script` into one, those of `after_script` into another.
      for (const lines of [job.script, job.after_script]) {
        await shell(["-e", "-o", "pipefail", "-c", lines.join("\n")], clone, given);
      }
    });
    expect(forge.comments).to.have.length(1);
    expect(forge.requests.at(-1)).to.include({ method: "POST", authorization: "project-token" });
  });

  it("lets in no token of another repository", async () => {
    const { clone, variables } = await checkOut("stranger");
    const token = forge.token({
      ...GITHUB,
      sub: "repo:evil/records:pull_request",
      aud: "sts.amazonaws.com",
    });
    const temporary = variables["RUNNER_TEMP"] ?? "";
    await writeFile(join(temporary, "aws-token"), token);
    const script = [
      `sh ci/aws-profiles.sh "$RUNNER_TEMP" stranger`,
      `AWS_CONFIG_FILE="$RUNNER_TEMP/aws-config" npx lockstep preview --stack dev 2>&1 || true`,
    ].join("\n");
    const output = await shell(["-e", "-c", script], clone, {
      ...variables,
      SOURCE_ROLE: `arn:aws:iam::${ACCOUNTS.source.accountId}:role/${ROLE}-github`,
      VAULT_ROLE: `arn:aws:iam::${ACCOUNTS.vault.accountId}:role/${ROLE}-github`,
    });
    expect(output).to.contain("Not authorized to perform sts:AssumeRoleWithWebIdentity");
  });
});

function filledIn(text: string, expressions: Variables): string {
  return text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, name: string) => {
    const value = expressions[name];
    if (value === undefined) throw new Error(`no value for ${name}`);
    return value;
  });
}

function parseEnv(text: string): Variables {
  const lines = text.split("\n").filter((line) => line !== "");
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

/** What it wrote to standard output; fails with all that it said. */
function shell(args: readonly string[], cwd: string, env: Variables): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("bash", [...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("error", reject);
    child.once("close", (exitCode) => {
      if (exitCode === 0) resolve(stdout);
      else reject(new Error(`${args.at(-1) ?? ""}\nended with ${exitCode}:\n${stdout}${stderr}`));
    });
  });
}
