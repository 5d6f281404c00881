/** A policy of others that lets in its own network alone: told before anything is made, and what is told lets the roles through. */

import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand, KMSClient, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import { ListJobsCommand } from "@aws-sdk/client-s3-control";
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { ACCOUNTS } from "../helpers/engine-project";
import { eventually } from "../helpers/eventually";
import { Road, type AccountName, type RoadRun } from "../helpers/road";

const SOURCE = "walled-records";
const VAULT = "walled-vault";

describe("a perimeter around a source and an adopted vault", function () {
  this.timeout(240_000);
  let road: Road;

  before(async () => {
    road = await Road.start();
    await makeBucket("source", SOURCE);
    await makeBucket("vault", VAULT);
    await road.writeStack("dev", {
      source: { ...ACCOUNTS.source, bucket: { name: SOURCE, existing: true } },
      vaults: [{ name: "walled", ...ACCOUNTS.vault, bucket: { name: VAULT, existing: true } }],
      rules: [{ name: "all", vault: "walled" }],
    });
  });
  after(() => road?.close());

  async function makeBucket(account: AccountName, Bucket: string): Promise<void> {
    const s3 = road.project.s3(account);
    const LocationConstraint = ACCOUNTS[account].region as "eu-west-1";
    await s3.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }),
    );
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  }

  async function callerOf(account: AccountName): Promise<string> {
    const sts = new STSClient(road.project.clientOptions(account));
    const { Arn = "" } = await sts.send(new GetCallerIdentityCommand({}));
    sts.destroy();
    return Arn;
  }

  /** Its people may work from anywhere; everything else comes through its endpoint or from its range. */
  async function wall(
    account: AccountName,
    bucket: string,
    network: Record<string, object>,
    exception: { ArnNotLike?: { "aws:PrincipalArn": string[] } } = {},
  ): Promise<void> {
    const Arn = await callerOf(account);
    const spared = exception.ArnNotLike?.["aws:PrincipalArn"] ?? [];
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Sid: "OnlyOurNetwork",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
        Condition: {
          ...network,
          ArnNotLike: { "aws:PrincipalArn": spared.includes(Arn) ? spared : [Arn, ...spared] },
        },
      },
    });
    await road.project.s3(account).send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
  }

  const statement = (fields: object): object => ({
    Version: "2012-10-17",
    Statement: [{ Resource: "*", ...fields }],
  });
  const throughEndpoint = { StringNotEquals: { "aws:SourceVpce": "vpce-0123456789abcdef0" } };
  const fromRange = { NotIpAddress: { "aws:SourceIp": ["203.0.113.0/24"] } };

  function problemsOf(run: RoadRun): readonly { path: string; message: string }[] {
    const failure = run.events.find(({ type }) => type === "error");
    expect(failure).to.include({ code: "PreflightFailed" });
    return failure?.["problems"] as { path: string; message: string }[];
  }

  /** What the doctor tells before anything is done, and what does not stop it. */
  function foundIn(run: RoadRun, id: string) {
    return run.events.filter((event) => event["type"] === "finding" && event["id"] === id);
  }

  /** What is said of the source's policy beside a verdict. */
  function warningsOf(run: RoadRun): readonly string[] {
    const warnings = run.events.filter(({ code }) => code === "PolicyRefuses");
    const messages = warnings.map(({ message }) => String(message));
    for (const message of messages) {
      expect(message).to.match(/^source\.bucket: statement OnlyOurNetwork/);
    }
    return messages;
  }

  /** The exception that a message tells to write. */
  function exceptionIn(message = "") {
    return JSON.parse(/\{"ArnNotLike".*\}\}/.exec(message)?.[0] ?? "{}") as {
      ArnNotLike?: { "aws:PrincipalArn": string[] };
    };
  }

  it("stops preview and up, by the statement's Sid, with nothing made", async () => {
    await wall("source", SOURCE, throughEndpoint);
    await wall("vault", VAULT, fromRange);
    for (const [command, ...flags] of [["preview"], ["up", "--yes"]] as const) {
      const run = await road.run(command, "dev", ...flags);
      expect(run.exitCode).to.equal(2);
      const problems = problemsOf(run);
      expect(problems.map(({ path }) => path)).to.deep.equal(["source.bucket", "vaults[0].bucket"]);
      for (const { message } of problems) expect(message).to.contain("statement OnlyOurNetwork");
      expect(problems[0]?.message)
        .to.contain("aws:sourcevpce")
        .and.contain("s3:InitiateReplication");
      expect(problems[1]?.message).to.contain("aws:sourceip").and.contain("s3:ReplicateObject");
      expect(run.stdout).not.to.contain("pulumi destroy");
    }
    const iam = new IAMClient(road.project.clientOptions("source"));
    const { Roles = [] } = await iam.send(new ListRolesCommand({}));
    iam.destroy();
    expect(Roles.map(({ RoleName }) => RoleName)).not.to.include(`lockstep-batch-${SOURCE}`);
  });

  it("lets the roles through with the exceptions that it tells", async () => {
    const [atSource, atVault] = problemsOf(await road.run("preview", "dev"));
    await wall("source", SOURCE, throughEndpoint, exceptionIn(atSource?.message));
    await wall("vault", VAULT, fromRange, exceptionIn(atVault?.message));
    await road.runOk("up", "dev", "--yes");
    await road.put({ account: "source", bucket: SOURCE }, "live");
    await road.arrived({ account: "vault", bucket: VAULT }, "live");
    await road.withoutReplication({ account: "source", bucket: SOURCE }, () =>
      road.put({ account: "source", bucket: SOURCE }, "earlier"),
    );
    await road.runOk("backfill", "dev", "--yes");
  });

  it("of the organization is told before the job is made, as IAM's simulator says it", async () => {
    const { organization } = road.project.sandbox;
    const everything = statement({ Effect: "Allow", Action: "*" });
    const elsewhere = { StringNotEquals: { "aws:RequestedRegion": "eu-west-1" } };
    organization.setControlPolicies("source", {
      serviceControlPolicies: [
        everything,
        // Deny of other Regions: the simulator has to be told in which one S3 works.
        statement({ Effect: "Deny", NotAction: "s3:Replicate*", Condition: elsewhere }),
        statement({ Effect: "Deny", Action: "s3:InitiateReplication" }),
      ],
    });
    await road.withoutReplication({ account: "source", bucket: SOURCE }, () =>
      road.put({ account: "source", bucket: SOURCE }, "refused"),
    );
    const run = await road.run("backfill", "dev", "--yes");
    organization.setControlPolicies("source", { serviceControlPolicies: [everything] });
    expect(run.exitCode).to.equal(1);
    const told = run.events.findIndex(({ id }) => id === "organization-denies");
    expect(told).to.be.lessThan(run.events.findIndex(({ type }) => type === "job-created"));
    const batchRole = `arn:aws:iam::111111111111:role/lockstep-batch-${SOURCE}`;
    expect(run.events[told]?.["message"]).to.contain(
      `${batchRole}: the organization's service control policies refuse s3:InitiateReplication on arn:aws:s3:::${SOURCE}/*`,
    );
    expect(foundIn(run, "organization-denies")).to.have.length(1);
  });

  it("around a given key stops preview and up too, where vault and source are made", async () => {
    const kms = new KMSClient(road.project.clientOptions("vault"));
    const policyWith = (spared: readonly string[]) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: `arn:aws:iam::${ACCOUNTS.vault.accountId}:root` },
            Action: "kms:*",
            Resource: "*",
          },
          {
            Sid: "OurPeople",
            Effect: "Deny",
            Principal: "*",
            Action: "kms:*",
            Resource: "*",
            Condition: { ArnNotLike: { "aws:PrincipalArn": spared } },
          },
        ],
      });
    const caller = await callerOf("vault");
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy: policyWith([caller]) }));
    const { Arn: kmsArn = "", KeyId } = KeyMetadata ?? {};
    await road.writeStack("keyed", {
      source: { ...ACCOUNTS.source, bucket: { name: "keyed-records" } },
      vaults: [
        {
          name: "keyed",
          ...ACCOUNTS.vault,
          bucket: { name: "keyed-vault" },
          encryption: { kms: kmsArn },
        },
      ],
      rules: [{ name: "all", vault: "keyed" }],
    });
    const run = await road.run("up", "keyed", "--yes");
    expect(run.exitCode).to.equal(2);
    const [problem, ...others] = problemsOf(run);
    expect(others).to.deep.equal([]);
    expect(problem?.path).to.equal("vaults[0]");
    expect(problem?.message).to.contain(
      `statement OurPeople of the policy of key ${kmsArn} denies`,
    );
    const spared = exceptionIn(problem?.message).ArnNotLike?.["aws:PrincipalArn"] ?? [];
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: policyWith(spared) }));
    kms.destroy();
    await road.runOk("preview", "keyed");
  });

  it("that comes later keeps nobody from restoring the vault's guard", async () => {
    await wall("source", SOURCE, throughEndpoint);
    const s3 = road.project.s3("vault");
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket: VAULT }));
    const run = await road.runOk("up", "dev", "--yes");
    expect(foundIn(run, "perimeter")).to.have.length(1);
    expect(foundIn(run, "perimeter")[0]).to.include({ resource: `arn:aws:s3:::${SOURCE}` });
    const { PublicAccessBlockConfiguration } = await s3.send(
      new GetPublicAccessBlockCommand({ Bucket: VAULT }),
    );
    expect(PublicAccessBlockConfiguration?.BlockPublicPolicy).to.equal(true);
  });

  it("that comes later stops a backfill before there is a job, and is named beside the verdict", async () => {
    const jobs = async () => {
      const control = road.s3control("source");
      const { accountId: AccountId } = ACCOUNTS.source;
      return (await control.send(new ListJobsCommand({ AccountId }))).Jobs?.length;
    };
    const before = await jobs();
    await road.put({ account: "source", bucket: SOURCE }, "walled");
    // The sandbox refuses the role too, as AWS would.
    await eventually(async () => {
      const s3 = road.project.s3("source");
      const head = await s3.send(new HeadObjectCommand({ Bucket: SOURCE, Key: "walled" }));
      if (head.ReplicationStatus !== "FAILED") throw new Error(`${head.ReplicationStatus}`);
    });
    const run = await road.run("backfill", "dev", "--yes");
    expect(run.exitCode).to.equal(2);
    expect(problemsOf(run)[0]?.message).to.contain("statement OnlyOurNetwork");
    expect(await jobs()).to.equal(before);
    const verified = await road.run("verify", "dev");
    expect(verified.exitCode).to.equal(1);
    expect(verified.events.at(-1)).to.include({ type: "verdict", clean: false });
    expect(warningsOf(verified)).to.have.length(1);
  });
});
