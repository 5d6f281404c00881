/** `examples/scheduled/`: each command line in it is one, and the program for EventBridge Scheduler starts what looks. */

import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { scheduledProve } from "../../examples/scheduled/scheduled-prove";
import { scheduledVerify } from "../../examples/scheduled/scheduled-verify";
import { EXIT } from "../../automation/cli/exit-codes";
import { buildProgram } from "../../automation/cli/parser";
import type { Flags } from "../../automation/cli/options";
import { chooseLevel } from "../../automation/levels/choose-level";

const FOLDER = join(__dirname, "..", "..", "examples", "scheduled");
const PROJECT = "aws:codebuild/project:Project";
const ROLE_ARN = "arn:aws:iam::111111111111:role/lockstep-verify";
const KEY_ARN = "arn:aws:kms:eu-central-1:222222222222:key/ID";
const BUILD = {
  repositoryUrl: "https://github.com/acme/records.git",
  stack: "prod",
  backendUrl: "s3://acme-state",
  passphraseSecretArn: "arn:aws:secretsmanager:eu-west-1:333333333333:secret:passphrase",
};

/** What an example declares, by type and name. */
async function declared(
  declare: () => unknown,
): Promise<(resource: string) => Record<string, unknown>> {
  const made = new Map<string, Record<string, unknown>>();
  await pulumi.runtime.setMocks({
    newResource: ({ inputs, name, type }) => {
      made.set(`${type} ${name}`, inputs as Record<string, unknown>);
      return { id: `${name}-id`, state: { ...inputs, name, arn: `arn of ${type} ${name}` } };
    },
    call: () => ({}),
  });
  declare();
  await pulumi.runtime.disconnect();
  return (resource) => made.get(resource) ?? {};
}

/** What a build runs, and with which variables. */
function buildOf(inputsOf: (resource: string) => Record<string, unknown>) {
  const { buildspec } = inputsOf(`${PROJECT} records`)["source"] as { buildspec: string };
  const { env, phases } = JSON.parse(buildspec) as {
    env: { variables: Record<string, string> };
    phases: { build: { commands: string[] } };
  };
  return { variables: env.variables, commands: phases.build.commands };
}

/** The flags of each `lockstep` command in a text. */
async function commandsIn(text: string): Promise<readonly { name: string; flags: Flags }[]> {
  const found: { name: string; flags: Flags }[] = [];
  const plain = text
    .replaceAll(/"?\$STACK"?/g, "prod")
    .replaceAll('"kms:$EVIDENCE_KEY_ARN"', `kms:${KEY_ARN}`)
    .replaceAll(/\$\(date [^)]*\)/g, "today");
  // Up to the end of the line, or of what the shell gives the command.
  for (const [, line = ""] of plain.matchAll(/npx lockstep ([^\n">]*?)(?: 2>|[\n">]|$)/g)) {
    const program = buildProgram(({ name }, flags) => {
      found.push({ name, flags });
      return Promise.resolve();
    });
    await program.parseAsync(line.trim().split(/\s+/), { from: "user" });
  }
  return found;
}

describe("the example of a look once a day", () => {
  for (const [file, count] of [
    ["crontab", 3],
    ["lockstep-verify.service", 1],
    [".github/workflows/lockstep-verify.yml", 2],
  ] as const) {
    it(`has command lines that are taken: ${file}`, async () => {
      const text = await readFile(join(FOLDER, file), "utf8");
      const commands = await commandsIn(text);
      expect(commands).to.have.length(count);
      for (const { flags } of commands) {
        const { interval, level, rpo, since, watch } = flags;
        chooseLevel({ interval, level, rpo, since, watch });
      }
      expect(commands.some(({ flags }) => flags.rpo === "15m")).to.equal(true);
    });
  }

  it("has cron mail what was printed where something is wrong, and nothing where all is well", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lockstep-cron-"));
    try {
      // Says what it is given, and ends as it is told to.
      const npx = '#!/bin/sh\necho "told of $*"\necho "and warned" >&2\nexit "$ENDS_WITH"\n';
      await writeFile(join(folder, "npx"), npx, { mode: 0o755 });
      const lines = (await readFile(join(FOLDER, "crontab"), "utf8")).split("\n");
      const jobs = lines.filter((line) => /^\d/.test(line));
      expect(jobs).to.have.length(3);
      for (const job of jobs) {
        // As crontab(5) has it: five fields, then the command, in which a percent sign is a newline unless a backslash is before it.
        const [, command = ""] = /^(?:\S+ ){5}(.*)$/.exec(job) ?? [];
        expect(command).not.to.match(/(?<!\\)%/);
        const run = (endsWith: number) =>
          spawnSync(
            "/bin/sh",
            ["-c", command.replaceAll("\\%", "%").replace("/srv/records", folder)],
            {
              encoding: "utf8",
              env: { PATH: `${folder}:/usr/bin:/bin`, ENDS_WITH: String(endsWith) },
            },
          );
        expect(run(0)).to.include({ stdout: "", stderr: "" });
        expect(run(1).stdout).to.match(
          /^told of lockstep (verify|prove) --stack prod .*\nand warned\n$/,
        );
      }
      // A profile of a login is not read by cron.
      for (const name of ["PATH", "HOME", "AWS_CONFIG_FILE", "PULUMI_CONFIG_PASSPHRASE_FILE"]) {
        expect(
          lines.some((line) => line.startsWith(`${name}=`)),
          name,
        ).to.equal(true);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("has systemd tell somebody as soon as a watch ends, and start it again once a day", async () => {
    const service = await readFile(join(FOLDER, "lockstep-verify.service"), "utf8");
    expect(service).to.match(/^OnFailure=/m);
    // A unit that is restarted has not failed: systemd.unit(5).
    expect(service).not.to.match(/^Restart=/m);
    expect(service).to.match(new RegExp(`^SuccessExitStatus=${EXIT.terminated}$`, "m"));
    const timer = await readFile(join(FOLDER, "lockstep-verify.timer"), "utf8");
    expect(timer).to.match(/^OnCalendar=\*-\*-\* /m);
  });

  it("starts a build that looks, by a role that may start no other, and tells a topic when one fails", async () => {
    const inputsOf = await declared(() =>
      scheduledVerify("records", { ...BUILD, verifyRoleArns: { source: ROLE_ARN } }),
    );
    const { commands, variables } = buildOf(inputsOf);
    const [look] = await commandsIn(commands.join("\n"));
    expect(look?.flags).to.include({ stack: "prod", since: "26h", rpo: "15m" });
    expect(variables["AWS_PROFILES"]).to.include(`[profile source]\nrole_arn = ${ROLE_ARN}`);

    const { scheduleExpression, target } = inputsOf("aws:scheduler/schedule:Schedule records");
    expect(scheduleExpression).to.equal("cron(17 3 * * ? *)");
    const project = `arn of ${PROJECT} records`;
    const roleArn = "arn of aws:iam/role:Role records-schedule";
    expect(target).to.deep.equal({ arn: project, roleArn });
    const policy = inputsOf("aws:iam/rolePolicy:RolePolicy records-schedule")["policy"] as string;
    expect(JSON.parse(policy)).to.have.deep.property("Statement", [
      { Effect: "Allow", Action: "codebuild:StartBuild", Resource: project },
    ]);

    const rule = inputsOf("aws:cloudwatch/eventRule:EventRule records")["eventPattern"] as string;
    expect(JSON.parse(rule)).to.have.nested.property("detail.build-status").that.includes("FAILED");
    expect(inputsOf("aws:cloudwatch/eventTarget:EventTarget records")).to.deep.equal({
      rule: "records",
      arn: "arn of aws:sns/topic:Topic records",
    });
  });

  it("has evidence each month, signed by a key of KMS", async () => {
    for (const file of ["crontab", ".github/workflows/lockstep-prove.yml"]) {
      const text = await readFile(join(FOLDER, file), "utf8");
      expect(text, file).to.match(/17 5 1 \* \*/);
      const [command] = (await commandsIn(text)).filter(({ name }) => name === "prove");
      expect(command?.flags, file).to.include({ stack: "prod", key: `kms:${KEY_ARN}` });
    }
  });

  it("has a token anew as long as a command runs, and no longer", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lockstep-token-"));
    const token = join(folder, "aws-token");
    try {
      // As GitHub answers: another token each time, and none the second time.
      await writeFile(
        join(folder, "curl"),
        `#!/bin/sh
echo call >> calls
[ "$(wc -l < calls)" -ne 2 ] || exit 22
for word; do [ "$before" != --output ] || answer=$word; before=$word; done
printf '{"value":"token %s %s"}' "$(wc -l < calls | tr -d ' ')" "$word" > "$answer"
`,
        { mode: 0o755 },
      );
      const run = (command: string) =>
        spawnSync("sh", [join(FOLDER, "ci", "with-token.sh"), token, "sh", "-c", command], {
          cwd: folder,
          env: {
            PATH: `${folder}:${process.env["PATH"] ?? ""}`,
            ACTIONS_ID_TOKEN_REQUEST_TOKEN: "secret",
            ACTIONS_ID_TOKEN_REQUEST_URL: "https://github.test/token?v=1",
            TOKEN_SECONDS: "0.01",
          },
          encoding: "utf8",
        });
      const asked = "https://github.test/token?v=1&audience=sts.amazonaws.com";
      // It waits for what has to come, and not for a time.
      const { status, stderr, stdout } = run(
        "cat aws-token; until grep -q 'token 3' aws-token; do :; done; exit 3",
      );
      expect(stdout.trim()).to.equal(`token 1 ${asked}`);
      expect(stderr).to.include("it is tried again");
      expect(status, "that of the command").to.equal(3);
      const left = await readFile(token, "utf8").catch(() => "none");
      expect(left, "nothing is left").to.equal("none");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("hands nothing of a bundle to whoever reads the repository", async () => {
    const text = await readFile(join(FOLDER, ".github/workflows/lockstep-prove.yml"), "utf8");
    expect(text).to.not.match(/upload-artifact|cat .*prove\.ndjson/);
    expect(text).to.match(/with-token\.sh[^\n]*\n *npx lockstep prove/);
  });

  it("starts a build that makes evidence, and fails where the bundle is not clean or not kept", async () => {
    const inputsOf = await declared(() =>
      scheduledProve("records", {
        ...BUILD,
        evidenceKeyArn: KEY_ARN,
        proveRoleArns: { vault: ROLE_ARN },
      }),
    );
    const { commands } = buildOf(inputsOf);
    const [command] = await commandsIn(commands.join("\n"));
    expect(command).to.have.property("name", "prove");
    expect(command?.flags).to.include({ stack: "prod", key: `kms:${KEY_ARN}`, json: true });
    const { scheduleExpression } = inputsOf("aws:scheduler/schedule:Schedule records");
    expect(scheduleExpression).to.equal("cron(17 5 1 * ? *)");

    const folder = await mkdtemp(join(tmpdir(), "lockstep-scheduled-"));
    try {
      const written = (...kept: readonly object[]) =>
        JSON.stringify({ type: "evidence-written", kept });
      const kept = written({ vault: "primary", bucket: "acme-records-vault-lockstep" });
      const warned = JSON.stringify({ type: "warning", code: "EvidenceNotKept" });
      for (const [event, code, failing] of [
        [kept, 0, false],
        [kept, 1, true],
        [written(), 0, true],
        [`${warned}\n${kept}`, 0, true],
      ] as const) {
        const npx = join(folder, "npx");
        await writeFile(npx, `#!/bin/sh\necho '${event}'\nexit ${code}\n`, { mode: 0o755 });
        // As CodeBuild does: the first command that fails is the last.
        const { status, stdout } = spawnSync("sh", ["-ec", commands.slice(1).join("\n")], {
          cwd: folder,
          env: { PATH: `${folder}:${process.env["PATH"] ?? ""}` },
          encoding: "utf8",
        });
        expect(status !== 0, `${event} ${code}`).to.equal(failing);
        expect(stdout).to.include(event);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
