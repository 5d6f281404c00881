/** `examples/scheduled/`: each command line in it is one, and the program for EventBridge Scheduler starts what looks. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { scheduledVerify } from "../../examples/scheduled/scheduled-verify";
import { buildProgram } from "../../automation/cli/parser";
import type { Flags } from "../../automation/cli/options";
import { chooseLevel } from "../../automation/levels/choose-level";

const FOLDER = join(__dirname, "..", "..", "examples", "scheduled");
const PROJECT = "aws:codebuild/project:Project";
const ROLE_ARN = "arn:aws:iam::111111111111:role/lockstep-verify";

/** The flags of each `lockstep` command in a text. */
async function commandsIn(text: string): Promise<readonly { name: string; flags: Flags }[]> {
  const found: { name: string; flags: Flags }[] = [];
  for (const [, line = ""] of text.matchAll(/npx lockstep ([^\n"]*)/g)) {
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
    ["crontab", 2],
    ["lockstep-verify.service", 1],
    [".github/workflows/lockstep-verify.yml", 2],
  ] as const) {
    it(`has command lines that are taken: ${file}`, async () => {
      const text = await readFile(join(FOLDER, file), "utf8");
      const commands = await commandsIn(text.replaceAll('"$STACK"', "prod"));
      expect(commands).to.have.length(count);
      for (const { flags } of commands) {
        const { interval, level, rpo, since, watch } = flags;
        chooseLevel({ interval, level, rpo, since, watch });
      }
      expect(commands.some(({ flags }) => flags.rpo === "15m")).to.equal(true);
    });
  }

  it("starts a build that looks, by a role that may start no other, and tells a topic when one fails", async () => {
    const made = new Map<string, Record<string, unknown>>();
    await pulumi.runtime.setMocks({
      newResource: ({ inputs, name, type }) => {
        made.set(`${type} ${name}`, inputs as Record<string, unknown>);
        return { id: `${name}-id`, state: { ...inputs, name, arn: `arn of ${type} ${name}` } };
      },
      call: () => ({}),
    });
    scheduledVerify("records", {
      repositoryUrl: "https://github.com/acme/records.git",
      stack: "prod",
      verifyRoleArns: { source: ROLE_ARN },
      backendUrl: "s3://acme-state",
      passphraseSecretArn: "arn:aws:secretsmanager:eu-west-1:333333333333:secret:passphrase",
    });
    await pulumi.runtime.disconnect();
    const inputsOf = (resource: string) => made.get(resource) ?? {};

    const { buildspec } = inputsOf(`${PROJECT} records`)["source"] as { buildspec: string };
    const { env, phases } = JSON.parse(buildspec) as {
      env: { variables: Record<string, string> };
      phases: { build: { commands: string[] } };
    };
    const [look] = await commandsIn(phases.build.commands.join("\n").replace("$STACK", "prod"));
    expect(look?.flags).to.include({ stack: "prod", since: "26h", rpo: "15m" });
    expect(env.variables["AWS_PROFILES"]).to.include(`[profile source]\nrole_arn = ${ROLE_ARN}`);

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
});
