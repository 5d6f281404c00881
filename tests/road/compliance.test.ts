/** Stage `compliance` from the stack file to Object Lock, by the command line: with and without a break-glass role. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateBucketCommand,
  GetObjectLockConfigurationCommand,
  PutBucketPolicyCommand,
} from "@aws-sdk/client-s3";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { changesOf, CliProject, type Sections } from "../helpers/cli-project";
import { ACCOUNTS } from "../helpers/engine-project";

const CASE = join(__dirname, "..", "cases", "compliance.yaml");
const VAULT_ROOT = `arn:aws:iam::${ACCOUNTS.vault.accountId}:root`;

describe("stage compliance, from the stack file", function () {
  this.timeout(300_000);
  let project: CliProject;

  before(async () => {
    // A role is assumed with the credentials of the environment.
    project = await CliProject.start({}, { AWS_PROFILE: "vault" });
  });
  after(() => project?.close());

  const makeSource = (bucket: string) =>
    project.engine.s3("source").send(
      new CreateBucketCommand({
        Bucket: bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );

  async function lockOf(bucket: string) {
    const { ObjectLockConfiguration } = await project.engine
      .s3("vault")
      .send(new GetObjectLockConfigurationCommand({ Bucket: bucket }));
    return ObjectLockConfiguration?.Rule?.DefaultRetention;
  }

  it("deploys, changes nothing the second time, and nothing has drifted", async () => {
    await makeSource("acme-records");
    await project.writeText(readFileSync(CASE, "utf8"));
    expect(changesOf(await project.succeed(["up", "--yes"]))).to.have.all.keys("create");
    expect(await lockOf("acme-vault")).to.deep.equal({ Mode: "COMPLIANCE", Days: 30 });
    expect(changesOf(await project.succeed(["up", "--yes"]))).to.have.all.keys("same");
    const refreshed = await project.pulumi([
      "refresh",
      "--stack",
      "test",
      "--preview-only",
      "--expect-no-changes",
    ]);
    expect(refreshed).to.match(/unchanged/);
  });

  it("refuses a sentence for another bucket, by its path, and makes nothing", async () => {
    const text = readFileSync(CASE, "utf8").replaceAll("acme-records", "acme-other");
    await project.writeText(text.replace("name: acme-vault", "name: acme-other-vault"), "other");
    const { exitCode, stderr } = await project.run(["up", "--yes"], "other");
    expect(exitCode).to.equal(2);
    expect(stderr).to.match(
      /vaults\[0\]\.lock\.acknowledgement: expected exactly "acme-other-vault: COMPLIANCE for 30 days", got "acme-vault:/,
    );
  });

  it("goes from governance to compliance in place, as the break-glass role from then on", async () => {
    await makeSource("guarded-records");
    const breakGlassRoleArn = await makeBreakGlassRole("break-glass");
    const config = (access: object, lock: object): Sections => ({
      source: { ...ACCOUNTS.source, bucket: { name: "guarded-records", existing: true } },
      vaults: [
        {
          name: "primary",
          accountId: ACCOUNTS.vault.accountId,
          region: ACCOUNTS.vault.region,
          ...access,
          bucket: { name: "guarded-vault" },
          lock,
          breakGlassRoleArn,
          encryption: { kms: "create" },
        },
      ],
      rules: [{ name: "all", vault: "primary", priority: 1 }],
    });
    const governance = { stage: "governance", retention: "30 days" };
    const compliance = {
      stage: "compliance",
      retention: "30 days",
      acknowledgement: "guarded-vault: COMPLIANCE for 30 days",
    };

    await project.write(config({ profile: "vault" }, governance), "guarded");
    await project.succeed(["up", "--yes"], "guarded");
    expect(await lockOf("guarded-vault")).to.deep.equal({ Mode: "GOVERNANCE", Days: 30 });

    // The account's administrator may not change it any more ...
    await project.write(config({ profile: "vault" }, compliance), "guarded");
    const refused = await project.run(["up", "--yes"], "guarded");
    expect(refused.exitCode).to.equal(1);
    expect(refused.stdout + refused.stderr).to.match(/explicit deny/);
    expect(await lockOf("guarded-vault")).to.deep.equal({ Mode: "GOVERNANCE", Days: 30 });

    // ... and the one role may, without a replacement.
    await project.write(config({ assumeRoleArn: breakGlassRoleArn }, compliance), "guarded");
    const told = await project.succeed(["up", "--yes"], "guarded");
    expect(changesOf(told)).to.have.all.keys("same", "update");
    expect(await lockOf("guarded-vault")).to.deep.equal({ Mode: "COMPLIANCE", Days: 30 });
    expect(changesOf(await project.succeed(["up", "--yes"], "guarded"))).to.have.all.keys("same");
  });

  it("deploys whole as the break-glass role from the first time", async () => {
    await makeSource("sealed-records");
    const breakGlassRoleArn = await makeBreakGlassRole("sealed");
    await project.write(
      {
        source: { ...ACCOUNTS.source, bucket: { name: "sealed-records", existing: true } },
        vaults: [
          {
            name: "primary",
            accountId: ACCOUNTS.vault.accountId,
            region: ACCOUNTS.vault.region,
            assumeRoleArn: breakGlassRoleArn,
            breakGlassRoleArn,
            bucket: { name: "sealed-vault" },
            lock: {
              stage: "compliance",
              retention: "1 day",
              acknowledgement: "sealed-vault: COMPLIANCE for 1 day",
            },
          },
        ],
        rules: [{ name: "all", vault: "primary", priority: 1 }],
      },
      "sealed",
    );
    await project.succeed(["up", "--yes"], "sealed");
    expect(await lockOf("sealed-vault")).to.deep.equal({ Mode: "COMPLIANCE", Days: 1 });
    expect(changesOf(await project.succeed(["up", "--yes"], "sealed"))).to.have.all.keys("same");
    const touched = await project.engine
      .s3("vault")
      .send(new PutBucketPolicyCommand({ Bucket: "sealed-vault", Policy: "{}" }))
      .catch((error: Error) => error.name);
    expect(touched).to.equal("AccessDenied");
  });

  /** A role of the vault's account that its administrators may assume, with every right. */
  async function makeBreakGlassRole(name: string): Promise<string> {
    const iam = new IAMClient(project.engine.clientOptions("vault"));
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: name,
        AssumeRolePolicyDocument: policy({
          Principal: { AWS: VAULT_ROOT },
          Action: "sts:AssumeRole",
        }),
      }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: name,
        PolicyName: "all",
        PolicyDocument: policy({ Action: "*", Resource: "*" }),
      }),
    );
    iam.destroy();
    return Role?.Arn ?? "";
  }
});

function policy(statement: object): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", ...statement }],
  });
}
