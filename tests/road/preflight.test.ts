/** The doctor's examination before `up` and `backfill`: what stops them before anything is changed, and what is told. */

import {
  CreatePolicyCommand,
  DeleteRolePermissionsBoundaryCommand,
  IAMClient,
  ListRolesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectLockConfigurationCommand,
} from "@aws-sdk/client-s3";
import { ListJobsCommand } from "@aws-sdk/client-s3-control";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { ACCOUNTS } from "../helpers/engine-project";
import { makeRole, Road, type RoadRun } from "../helpers/road";

const SOURCE = "asked-records";
const ROLE = "deployer";

describe("the examination before something is changed", function () {
  this.timeout(170_000);
  let road: Road;
  let iam: IAMClient;

  before(async () => {
    road = await Road.start();
    iam = new IAMClient(road.project.clientOptions("source"));
    for (const account of ["source", "vault"] as const) {
      await makeRole(road, account, ROLE);
      await road.addRoleProfile(`${ROLE}-${account}`, account, ROLE);
    }
    const s3 = road.project.s3("source");
    const LocationConstraint = "eu-west-1";
    await s3.send(
      new CreateBucketCommand({
        Bucket: SOURCE,
        CreateBucketConfiguration: { LocationConstraint },
      }),
    );
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket: SOURCE,
        LifecycleConfiguration: {
          Rules: [{ ID: "tidy", Status: "Enabled", Filter: {}, Expiration: { Days: 365 } }],
        },
      }),
    );
    await road.writeStack("dev", {
      source: {
        ...ACCOUNTS.source,
        profile: `${ROLE}-source`,
        bucket: { name: SOURCE, existing: true },
      },
      vaults: [
        {
          name: "primary",
          ...ACCOUNTS.vault,
          profile: `${ROLE}-vault`,
          bucket: { name: "asked-vault" },
        },
      ],
      rules: [
        { name: "all", vault: "primary", priority: 1 },
        {
          name: "off",
          vault: "primary",
          priority: 2,
          status: "Disabled",
          filter: { prefix: "later/" },
        },
      ],
    });
  });
  after(async () => {
    iam?.destroy();
    await road?.close();
  });

  const document = (...Statement: object[]): string =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: Statement.map((one) => ({ Resource: "*", ...one })),
    });
  const EVERYTHING = { Effect: "Allow", Action: "*" };
  const found = (run: RoadRun, id: string) =>
    run.events.filter((event) => event["type"] === "finding" && event["id"] === id);
  const problemsOf = (run: RoadRun) =>
    run.events.find(({ code }) => code === "PreflightFailed")?.["problems"] as {
      path: string;
      message: string;
      fix: string;
    }[];

  it("finds that a late step of a first up is refused, by an organization and by a boundary, with nothing made", async () => {
    const { organization } = road.project.sandbox;
    const setControls = (...policies: string[]): void =>
      organization.setControlPolicies("vault", {
        serviceControlPolicies: policies.map((text) => JSON.parse(text) as object),
      });
    setControls(document(EVERYTHING), document({ Effect: "Deny", Action: "s3:PutBucketPolicy" }));
    const { Policy } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: "no-rules",
        PolicyDocument: document({ Effect: "Allow", NotAction: "s3:PutReplicationConfiguration" }),
      }),
    );
    const RoleName = ROLE;
    await iam.send(
      new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: Policy?.Arn }),
    );
    const run = await road.run("up", "dev", "--yes");
    expect(run.exitCode, run.stdout + run.stderr).to.equal(2);
    const problems = problemsOf(run);
    expect(problems.map(({ path }) => path)).to.deep.equal(["source", "vaults[0]"]);
    const [atSource, atVault] = problems;
    expect(atSource?.message).to.match(
      /the permissions boundary of arn:aws:iam::111111111111:role\/deployer.* does not allow s3:PutReplicationConfiguration on arn:aws:s3:::asked-records,/,
    );
    expect(atSource?.fix).to.contain('"Action":["s3:PutReplicationConfiguration"]');
    expect(atVault?.message).to.match(
      /service control policy.* refuses s3:PutBucketPolicy on arn:aws:s3:::asked-vault, /,
    );
    expect(atVault?.fix).to.contain("arn:aws:iam::222222222222:role/deployer");
    const { Buckets } = await road.project.s3("vault").send(new ListBucketsCommand({}));
    expect(Buckets ?? []).to.deep.equal([]);
    const { Roles = [] } = await iam.send(new ListRolesCommand({}));
    expect(Roles.filter(({ RoleName: name }) => name?.startsWith("lockstep-"))).to.deep.equal([]);
    // The doctor has the same to say.
    const doctor = await road.run("doctor", "dev");
    expect(doctor.exitCode).to.equal(1);
    expect(found(doctor, "operator-denied").map(({ account }) => account)).to.deep.equal([
      "111111111111",
      "222222222222",
    ]);
    setControls(document(EVERYTHING));
    await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
  });

  it("tells what it could not ask and what may go wrong, and goes on; a rule that is off on purpose stops nothing", async () => {
    const allowNoQuestion = document({ Effect: "Allow", NotAction: "iam:SimulatePrincipalPolicy" });
    const put = (PolicyDocument: string) =>
      iam.send(
        new PutRolePolicyCommand({ RoleName: ROLE, PolicyName: "everything", PolicyDocument }),
      );
    await put(allowNoQuestion);
    const run = await road.runOk("up", "dev", "--yes");
    await put(document(EVERYTHING));
    const [unknown, ...others] = found(run, "operator-not-simulated");
    expect(others).to.deep.equal([]);
    expect(unknown).to.include({ severity: "info", account: "111111111111" });
    expect(unknown?.["message"]).to.contain("iam:SimulatePrincipalPolicy is refused");
    expect(found(run, "lifecycle-race")).to.have.length(1);
    expect(found(run, "rule-off")).to.have.length(1);
    expect(run.events.filter(({ severity }) => severity === "error")).to.deep.equal([]);
  });

  it("keeps a backfill from paying for a job whose report could not be written", async () => {
    const s3 = road.project.s3("source");
    const Bucket = `lockstep-ops-${SOURCE}`;
    const put = (Rule: object) =>
      s3.send(
        new PutObjectLockConfigurationCommand({
          Bucket,
          ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", ...Rule },
        }),
      );
    await put({ Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 1 } } });
    await road.withoutReplication({ account: "source", bucket: SOURCE }, () =>
      road.put({ account: "source", bucket: SOURCE }, "earlier"),
    );
    const run = await road.run("backfill", "dev", "--yes");
    expect(run.exitCode, run.stdout).to.equal(2);
    const [problem, ...others] = problemsOf(run);
    expect(others).to.deep.equal([]);
    expect(problem?.path).to.equal("source.bucket");
    expect(problem?.message).to.contain("could not be written to your report bucket");
    const jobs = await road
      .s3control("source")
      .send(new ListJobsCommand({ AccountId: ACCOUNTS.source.accountId }));
    expect(jobs.Jobs ?? []).to.deep.equal([]);
    expect(found(run, "lifecycle-race")).to.have.length(1);
    // As advised.
    await put({});
    await road.runOk("backfill", "dev", "--yes");
  });

  it("tells an adopted vault that refuses its own account as that, not as a wrong name, and lets it in as advised", async () => {
    const Bucket = "closed-vault";
    const s3 = road.project.s3("vault");
    const LocationConstraint = "eu-central-1";
    await s3.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }),
    );
    const sts = new STSClient(road.project.clientOptions("vault"));
    const { Arn: owner = "" } = await sts.send(new GetCallerIdentityCommand({}));
    sts.destroy();
    const close = (spared: readonly string[]) =>
      s3.send(
        new PutBucketPolicyCommand({
          Bucket,
          Policy: document({
            Sid: "OurPeople",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
            Condition: { ArnNotLike: { "aws:PrincipalArn": [owner, ...spared] } },
          }),
        }),
      );
    await close([]);
    await road.writeStack("closed", {
      source: { ...ACCOUNTS.source, bucket: { name: "closed-records" } },
      vaults: [
        {
          name: "primary",
          ...ACCOUNTS.vault,
          profile: `${ROLE}-vault`,
          bucket: { name: Bucket, existing: true },
        },
      ],
      rules: [{ name: "all", vault: "primary" }],
    });
    const run = await road.run("preview", "closed");
    expect(run.exitCode, run.stdout).to.equal(2);
    const [problem, ...others] = problemsOf(run);
    expect(others).to.deep.equal([]);
    expect(problem?.path).to.equal("vaults[0].bucket");
    expect(problem?.message).to.match(/closed-vault is the account's own.*refuses arn:.*deployer/);
    expect(`${problem?.message} ${problem?.fix}`).not.to.match(/correct|belongs to another/);
    const [advised = "{}"] = /\{"Condition".*\}\}\}/.exec(problem?.fix ?? "") ?? [];
    const { Condition } = JSON.parse(advised) as {
      Condition: { ArnNotLike: { "aws:PrincipalArn": string[] } };
    };
    await close(Condition.ArnNotLike["aws:PrincipalArn"]);
    await road.runOk("preview", "closed");
  });
});
