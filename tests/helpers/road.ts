/**
 * A road: a stack file as it stands in `examples/`, driven by the command line on the real engine against a sandbox that has
 * the accounts and profiles that the file names.
 */

import { appendFile, copyFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { S3ControlClient } from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import { stringify } from "yaml";
import type { SandboxOptions } from "lockstep-sandbox";
import { events, runCli, type CliResult } from "./cli";
import { ACCOUNTS, EngineProject } from "./engine-project";
import { eventually } from "./eventually";
import { withoutReplication } from "./without-replication";

export const EXAMPLES = join(__dirname, "..", "..", "examples");

export type AccountName = keyof typeof ACCOUNTS;

/** A bucket, and whose it is. */
export interface Place {
  readonly account: AccountName;
  readonly bucket: string;
}

/** A run of the command line with `--json`. */
export interface RoadRun extends CliResult {
  readonly events: readonly Record<string, unknown>[];
}

export class Road {
  private constructor(readonly project: EngineProject) {}

  /** In a folder of its own, with a sandbox of its own and nothing deployed. */
  static async start(options?: SandboxOptions): Promise<Road> {
    return new Road(await EngineProject.start(options));
  }

  /** Takes over the project and the stack files of an example, unchanged. */
  async takeExample(name: string): Promise<void> {
    const folder = join(EXAMPLES, name);
    const files = (await readdir(folder)).filter((file) => /^Pulumi\..*yaml$/.test(file));
    for (const file of files) await copyFile(join(folder, file), join(this.project.folder, file));
  }

  /** Writes a stack file of a project of its own. */
  async writeStack(stack: string, sections: object): Promise<void> {
    const config = Object.fromEntries(
      Object.entries(sections).map(([name, value]) => [`lockstep:${name}`, value as unknown]),
    );
    const { folder } = this.project;
    await writeFile(join(folder, `Pulumi.${stack}.yaml`), stringify({ config }));
    await writeFile(
      join(folder, "Pulumi.yaml"),
      stringify({ name: "lockstep", runtime: "nodejs" }),
    );
  }

  /** Runs a command with `--json`. */
  async run(command: string, stack: string, ...flags: string[]): Promise<RoadRun> {
    const result = await runCli([command, "--stack", stack, "--json", ...flags], {
      cwd: this.project.folder,
      environment: { ...this.project.environment },
    });
    return { ...result, events: events(result) };
  }

  /** Runs a command as somebody does who reads its output. */
  runForPeople(command: string, stack: string, ...flags: string[]): Promise<CliResult> {
    return runCli([command, "--stack", stack, ...flags], {
      cwd: this.project.folder,
      environment: { ...this.project.environment },
    });
  }

  /** Runs a command that is to succeed; what it said is in the message when it does not. */
  async runOk(command: string, stack: string, ...flags: string[]): Promise<RoadRun> {
    const run = await this.run(command, stack, ...flags);
    expect(run.exitCode, `${command} ${stack}: ${run.stdout}${run.stderr}`).to.equal(0);
    return run;
  }

  s3control(account: AccountName): S3ControlClient {
    const client = new S3ControlClient({
      ...this.project.clientOptions(account),
      disableHostPrefix: true,
    });
    // The SDK's endpoint rules put the account id before the host, and `111111111111.127.0.0.1` is no host.
    client.config.endpointProvider = () => ({ url: new URL(this.project.sandbox.endpoint) });
    return client;
  }

  /** Adds a profile to the AWS config file that takes on a role of an account. */
  async addRoleProfile(profile: string, account: AccountName, roleName: string): Promise<void> {
    const { environment, sandbox } = this.project;
    const { accountId, profile: sourceProfile, region } = ACCOUNTS[account];
    await appendFile(
      environment["AWS_CONFIG_FILE"] ?? "",
      [
        "",
        `[profile ${profile}]`,
        `role_arn = arn:aws:iam::${accountId}:role/${roleName}`,
        `source_profile = ${sourceProfile}`,
        `region = ${region}`,
        `endpoint_url = ${sandbox.endpoint}`,
        "",
      ].join("\n"),
    );
  }

  async put({ account, bucket }: Place, key: string, tagging?: string): Promise<void> {
    await this.project
      .s3(account)
      .send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: key, Tagging: tagging }));
  }

  /** The replica, as soon as it is there. */
  async arrived({ account, bucket }: Place, key: string) {
    return eventually(() =>
      this.project.s3(account).send(new HeadObjectCommand({ Bucket: bucket, Key: key })),
    );
  }

  /** Runs `work` while the source bucket has no replication rules: nothing that it writes is replicated. */
  withoutReplication({ account, bucket }: Place, work: () => Promise<void>): Promise<void> {
    return withoutReplication(this.project.s3(account), bucket, work);
  }

  close(): Promise<void> {
    return this.project.close();
  }
}

/** The verdicts that a run told, in their order. */
export function verdictsOf(run: RoadRun): readonly Record<string, unknown>[] {
  return run.events.filter(({ type }) => type === "verdict");
}

/** A role with every right of its account, which whoever is in the account may take on. */
export async function makeRole(road: Road, account: AccountName, roleName: string): Promise<void> {
  const iam = new IAMClient(road.project.clientOptions(account));
  const allow = (fields: object): string =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...fields }] });
  const everybody = { AWS: `arn:aws:iam::${ACCOUNTS[account].accountId}:root` };
  await iam.send(
    new CreateRoleCommand({
      RoleName: roleName,
      AssumeRolePolicyDocument: allow({ Principal: everybody, Action: "sts:AssumeRole" }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: roleName,
      PolicyName: "everything",
      PolicyDocument: allow({ Action: "*", Resource: "*" }),
    }),
  );
}
