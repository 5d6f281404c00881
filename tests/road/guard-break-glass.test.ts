/**
 * A vault that only its break-glass role may change: what that role did to the guard is named by `verify`, `up` restores what it
 * may and says what is left, and `up --vault-role` restores the rest.
 */

import {
  DeleteBucketReplicationCommand,
  GetBucketReplicationCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { events, type CliResult } from "../helpers/cli";
import { ACCOUNTS, EngineProject } from "../helpers/engine-project";
import { lockstep, writeStackFile } from "../helpers/stack-file";

const GLASS = `arn:aws:iam::${ACCOUNTS.vault.accountId}:role/glass`;
const Bucket = "glass-vault";
const config = {
  source: { ...ACCOUNTS.source, bucket: { name: "glass-records" } },
  vaults: [
    {
      name: "v",
      ...ACCOUNTS.vault,
      bucket: { name: Bucket },
      lock: { stage: "governance", retention: "30 days" },
      breakGlassRoleArn: GLASS,
    },
  ],
  rules: [{ name: "all", vault: "v" }],
};

describe("the guard of a vault with a break-glass role", function () {
  this.timeout(600_000);
  let project: EngineProject;
  let glass: S3Client;
  let source: S3Client;
  let deployed: CliResult;

  before(async () => {
    project = await EngineProject.start();
    await writeStackFile(project, config);
    const iam = new IAMClient(project.clientOptions("vault"));
    const allow = (statement: object): string =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", ...statement }],
      });
    await iam.send(
      new CreateRoleCommand({
        RoleName: "glass",
        AssumeRolePolicyDocument: allow({
          Principal: { AWS: `arn:aws:iam::${ACCOUNTS.vault.accountId}:root` },
          Action: "sts:AssumeRole",
        }),
      }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: "glass",
        PolicyName: "all",
        PolicyDocument: allow({ Action: "*", Resource: "*" }),
      }),
    );
    iam.destroy();
    deployed = await lockstep(project, "up", "--yes", "--json");
    expect(deployed.exitCode, deployed.stdout + deployed.stderr).to.equal(0);
    source = project.s3("source");
    await source.send(new PutObjectCommand({ Bucket: "glass-records", Key: "a", Body: "a" }));
    const sts = new STSClient(project.clientOptions("vault"));
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: GLASS, RoleSessionName: "attacker" }),
    );
    sts.destroy();
    glass = new S3Client({
      ...project.clientOptions("vault"),
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? "",
        secretAccessKey: Credentials?.SecretAccessKey ?? "",
        sessionToken: Credentials?.SessionToken ?? "",
      },
    });
  });
  after(async () => {
    glass?.destroy();
    source?.destroy();
    await project?.close();
  });

  const guardOf = (result: CliResult) => {
    const told = events(result).filter(({ type }) => type === "guard");
    return (told.at(-1)?.["losses"] ?? []) as { protection: string; restoredBy: string }[];
  };

  it("is worth little when the role trusts the vault's own account: `up` says so", () => {
    const warnings = events(deployed).filter(({ id }) => id === "break-glass-trust");
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.include({ type: "finding", severity: "warning", resource: GLASS });
    expect(warnings[0]?.["message"]).to.include("of the vault's own account");
  });

  it("is named, restored as far as the role may, then restored whole as the break-glass role", async () => {
    const before = await lockstep(project, "verify", "--json");
    expect(before.exitCode, before.stdout + before.stderr).to.equal(0);
    expect(guardOf(before)).to.deep.equal([]);

    await glass.send(
      new PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 1 } },
        },
      }),
    );
    const verify = await lockstep(project, "verify", "--json");
    expect(verify.exitCode).to.equal(1);
    expect(guardOf(verify)).to.have.length(1);
    expect(guardOf(verify)[0]).to.include({
      protection: "object-lock",
      restoredBy: "break-glass",
    });

    await source.send(new DeleteBucketReplicationCommand({ Bucket: "glass-records" }));
    const up = await lockstep(project, "up", "--yes");
    expect(up.exitCode, up.stdout + up.stderr).to.equal(1);
    expect(up.stderr)
      .to.match(/GuardNotWhole/)
      .and.match(/v\.object-lock/);
    expect(up.stderr).to.contain("--vault-role");
    const { ReplicationConfiguration } = await source.send(
      new GetBucketReplicationCommand({ Bucket: "glass-records" }),
    );
    expect(ReplicationConfiguration?.Rules?.map(({ ID }) => ID)).to.deep.equal(["all"]);

    const restored = await lockstep(project, "up", "--yes", "--vault-role", GLASS, "--json");
    expect(restored.exitCode, restored.stdout + restored.stderr).to.equal(0);
    expect(guardOf(restored)).to.deep.equal([]);
    const after = await lockstep(project, "verify", "--json");
    expect(after.exitCode, after.stdout + after.stderr).to.equal(0);
  });

  it("says every mistake in --vault-role, and changes nothing", async () => {
    const wrong = "arn:aws:iam::999999999999:role/glass";
    const result = await lockstep(
      project,
      "up",
      "--yes",
      ...["--vault-role", wrong, "--vault-role", "glass"],
    );
    expect(result.exitCode).to.equal(2);
    expect(result.stderr).to.contain(`got "glass"`).and.contain("got one of account 999999999999");
  });
});
