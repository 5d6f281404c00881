/** What a preview says, and the question of its own that a vault left behind is. */

import { GetObjectLockConfigurationCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { ACCOUNTS } from "../helpers/engine-project";
import { Road, type RoadRun } from "../helpers/road";

const vault = (name: string, options: object = {}) => ({
  name,
  ...ACCOUNTS.vault,
  bucket: { name: `left-${name}` },
  lock: { stage: "governance", retention: "30 days" },
  ...options,
});

const rule = (vaultName: string, options: object = {}) => ({
  name: "all",
  vault: vaultName,
  ...options,
});

const source = { ...ACCOUNTS.source, bucket: { name: "left-records" } };

/** The first error of a run. */
function errorOf(run: RoadRun): Record<string, unknown> {
  const error = run.events.find(({ type }) => type === "error");
  if (error === undefined) throw new Error(`no error:\n${run.stdout}`);
  return error;
}

function problemOf(run: RoadRun): Record<string, unknown> {
  const [problem] = errorOf(run)["problems"] as Record<string, unknown>[];
  if (problem === undefined) throw new Error(`no problem:\n${run.stdout}`);
  return problem;
}

function resource(run: RoadRun, resourceType: string, action: string) {
  const found = run.events.find(
    (event) =>
      event["type"] === "resource" &&
      event["resourceType"] === resourceType &&
      event["action"] === action,
  );
  if (found === undefined) throw new Error(`no ${action} of ${resourceType}:\n${run.stdout}`);
  return found;
}

describe("a vault left behind", function () {
  this.timeout(300_000);
  let road: Road;

  async function write(vaults: readonly object[], rules: readonly object[]): Promise<void> {
    await road.writeStack("dev", { source, vaults, rules });
  }

  before(async () => {
    road = await Road.start();
    await write([vault("old")], [rule("old")]);
  });
  after(() => road?.close());

  it("is told from nothing: each resource that is made, with its name, account and Region", async () => {
    const preview = await road.runOk("preview", "dev");
    expect(resource(preview, "aws-native:s3:Bucket", "create")).to.include({
      physicalName: "left-old",
      account: ACCOUNTS.vault.accountId,
      region: ACCOUNTS.vault.region,
    });
    expect(resource(preview, "aws:s3/bucketVersioning:BucketVersioning", "create")).to.include({
      account: ACCOUNTS.source.accountId,
      region: ACCOUNTS.source.region,
    });
    await road.runOk("up", "dev", "--yes");
    await road.put({ account: "source", bucket: "left-records" }, "a");
    await road.arrived({ account: "vault", bucket: "left-old" }, "a");
  });

  it("is not what a change in place is: that is shown from old to new", async () => {
    await write(
      [vault("old", { lock: { stage: "governance", retention: "10 days" } })],
      [rule("old", { status: "Disabled" })],
    );
    const preview = await road.runOk("preview", "dev");
    expect(resource(preview, "aws-native:s3:Bucket", "update")).to.deep.include({
      physicalName: "left-old",
      changes: [{ path: "objectLockConfiguration.rule.defaultRetention.days", old: 30, new: 10 }],
    });
    expect(
      resource(preview, "aws:s3/bucketReplicationConfig:BucketReplicationConfig", "update"),
    ).to.deep.include({
      physicalName: "left-records",
      changes: [{ path: "rules[all].status", old: "Enabled", new: "Disabled" }],
    });
    const { stdout } = await road.runForPeople("preview", "dev");
    expect(stdout).to.match(
      /update aws-native:s3:Bucket \S+ \(left-old, account 222222222222, eu-central-1\)\n +objectLockConfiguration\.rule\.defaultRetention\.days: 30 -> 10\n/,
    );
    expect(stdout).to.contain("rules[all].status: Enabled -> Disabled");
  });

  it("shows a policy's change by its statement", async () => {
    const breakGlassRoleArn = "arn:aws:iam::222222222222:role/break-glass";
    await write([vault("old", { breakGlassRoleArn })], [rule("old")]);
    const { changes } = resource(
      await road.runOk("preview", "dev"),
      "aws-native:s3:BucketPolicy",
      "update",
    );
    const paths = (changes as { path: string }[]).map(({ path }) => path);
    expect(paths.length).to.be.greaterThan(0);
    for (const path of paths) expect(path).to.match(/^policyDocument\.Statement\[Deny\w+\]/);
  });

  it("stops `up --yes` before anything is changed, and names the answer", async () => {
    await write([vault("fresh")], [rule("fresh")]);
    const preview = await road.runOk("preview", "dev");
    expect(preview.events.find(({ code }) => code === "VaultLeftBehind"))
      .to.have.property("message")
      .that.contains("--leave-vault old");
    const run = await road.run("up", "dev", "--yes");
    expect(run.exitCode).to.equal(2);
    const error = errorOf(run);
    expect(error).to.include({ code: "ConfirmationNeeded" });
    const [problem] = error["problems"] as { path: string; message: string }[];
    expect(problem?.path).to.equal("--leave-vault old");
    expect(problem?.message).to.match(
      /^Vault old \(left-old, account 222222222222, eu-central-1; 1 versions?, locked until \d{4}-\S+ or longer\) is left behind/,
    );
    expect(run.events.filter((event) => event["operation"] === "up")).to.deep.equal([]);
  });

  it("wants the name of a vault that is left behind", async () => {
    const run = await road.run(
      "up",
      "dev",
      "--yes",
      "--leave-vault",
      "fresh",
      "--leave-vault",
      "old",
    );
    expect(run.exitCode).to.equal(2);
    const error = errorOf(run);
    expect(error).to.include({ code: "ConfigInvalid" });
    expect((error["problems"] as { path: string }[]).map(({ path }) => path)).to.deep.equal([
      "--leave-vault fresh",
    ]);
  });

  it("stays at AWS with its lock and its guard once that is answered", async () => {
    const up = await road.runOk("up", "dev", "--yes", "--leave-vault", "old");
    const kept = up.events
      .filter(
        ({ action, resourceType }) => action === "keep" && resourceType === "aws-native:s3:Bucket",
      )
      .map(({ physicalName }) => physicalName);
    expect(kept).to.include("left-old");
    const s3 = road.project.s3("vault");
    const { ObjectLockConfiguration } = await s3.send(
      new GetObjectLockConfigurationCommand({ Bucket: "left-old" }),
    );
    s3.destroy();
    expect(ObjectLockConfiguration?.Rule?.DefaultRetention?.Days).to.equal(30);
    // What was answered is done with: nothing asks again.
    await road.runOk("up", "dev", "--yes");
  });
});

describe("a vault that would move", function () {
  this.timeout(300_000);
  let road: Road;

  async function write(vaults: readonly object[], rules: readonly object[]): Promise<void> {
    await road.writeStack("dev", { source, vaults, rules });
  }

  before(async () => {
    road = await Road.start();
    await write([vault("fresh")], [rule("fresh")]);
    await road.runOk("up", "dev", "--yes");
  });
  after(() => road?.close());

  it("keeps its account and Region, by name, before anything is changed", async () => {
    await write([vault("fresh", { region: "eu-north-1" })], [rule("fresh")]);
    const run = await road.run("up", "dev", "--yes");
    expect(run.exitCode).to.equal(2);
    expect(problemOf(run)["path"]).to.equal("vaults[0].region");
    expect(problemOf(run)["message"])
      .to.contain("expected eu-central-1")
      .and.to.contain("--leave-vault fresh");
    expect(run.events.filter((event) => event["operation"] === "up")).to.deep.equal([]);
    // As advised: another name, and the answer.
    await write([vault("moved", { region: "eu-north-1" })], [rule("moved")]);
    await road.runOk("up", "dev", "--yes", "--leave-vault", "fresh");
  });

  it("keeps its name with its bucket, unless it is adopted under another", async () => {
    const moved = { region: "eu-north-1", bucket: { name: "left-moved" } };
    await write([vault("renamed", moved)], [rule("renamed")]);
    const run = await road.run("up", "dev", "--yes");
    expect(run.exitCode).to.equal(2);
    expect(problemOf(run)["path"]).to.equal("vaults[0].name");
    const adopted = { ...moved, bucket: { ...moved.bucket, existing: true } };
    await write([vault("renamed", adopted)], [rule("renamed")]);
    await road.runOk("up", "dev", "--yes");
    const changed = (await road.runOk("preview", "dev")).events.filter(
      ({ type, action }) => type === "resource" && action !== "same",
    );
    expect(changed).to.deep.equal([]);
  });

  it("is left behind also where it was adopted", async () => {
    await write([vault("last")], [rule("last")]);
    const run = await road.run("up", "dev", "--yes");
    expect(run.exitCode).to.equal(2);
    const [problem] = errorOf(run)["problems"] as { path: string }[];
    expect(problem?.path).to.equal("--leave-vault renamed");
  });

  it("is left behind where its name gets another bucket", async () => {
    const back = { region: "eu-north-1", bucket: { name: "left-moved", existing: true } };
    const other = { region: "eu-north-1", bucket: { name: "left-other" } };
    await write([vault("renamed", back)], [rule("renamed")]);
    await road.runOk("up", "dev", "--yes");
    await write([vault("renamed", other)], [rule("renamed")]);
    const run = await road.run("up", "dev", "--yes");
    expect(run.exitCode).to.equal(2);
    await road.runOk("up", "dev", "--yes", "--leave-vault", "renamed");
  });

  it("is adopted with the key that was made for it, and not with another", async () => {
    const keyed = { bucket: { name: "left-keyed" }, encryption: { kms: "create" } };
    await write([vault("keyed", { ...keyed, tags: { team: "records" } })], [rule("keyed")]);
    await road.runOk("up", "dev", "--yes", "--leave-vault", "renamed");
    const adopt = (kms: unknown) =>
      vault("again", { bucket: { name: "left-keyed", existing: true }, encryption: { kms } });
    await write([adopt("create")], [rule("again")]);
    const refused = await road.run("up", "dev", "--yes");
    expect(errorOf(refused)).to.include({ code: "PreflightFailed" });
    const [, kmsKeyArn] = /for (arn:aws:kms:\S+),.*Name that key's ARN/.exec(
      String(problemOf(refused)["message"]),
    ) as RegExpExecArray;
    // As advised.
    await write([adopt(kmsKeyArn)], [rule("again")]);
    await road.runOk("up", "dev", "--yes");
  });
});
