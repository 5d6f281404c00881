/**
 * What the administrator of the source account may try, so that less is copied than was promised, or worse: each ends in a
 * verdict that is not clean and names it. On the real engine, by the command line.
 */

import { randomBytes, createHash } from "node:crypto";
import {
  DeleteBucketReplicationCommand,
  GetBucketEncryptionCommand,
  GetBucketReplicationCommand,
  PutBucketEncryptionCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  type ReplicationConfiguration,
  type ReplicationRule,
  type S3Client,
} from "@aws-sdk/client-s3";
import { DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { expect } from "chai";
import type { VerdictFields } from "../../automation/events";
import { derivedNames } from "../../components/derived-names";
import { ACCOUNTS } from "../helpers/engine-project";
import { Road, verdictsOf } from "../helpers/road";
import { HeldAttacks, SOURCE_ATTACKS } from "./attack-outcomes";

const SOURCE = { account: "source", bucket: "attacked-records" } as const;
const VAULT = { account: "vault", bucket: "attacked-records-vault" } as const;
const KEPT = "kept/from-the-start";

describe("attacks by the source's administrator", function () {
  this.timeout(600_000);
  let road: Road;
  let source: S3Client;
  let deployed: ReplicationConfiguration;
  const attacks = new HeldAttacks(SOURCE_ATTACKS);

  before(async () => {
    // S3 takes keys of customers (SSE-C) over TLS only.
    road = await Road.start({ settings: { presentsTls: true } });
    await road.writeStack("test", {
      source: { ...ACCOUNTS.source, bucket: { name: SOURCE.bucket } },
      vaults: [
        {
          name: "primary",
          ...ACCOUNTS.vault,
          bucket: { name: VAULT.bucket },
          lock: { stage: "governance", retention: "30 days" },
          encryption: { kms: "create" },
        },
      ],
      rules: [{ name: "all", vault: "primary" }],
    });
    await road.runOk("up", "test", "--yes");
    source = road.project.s3(SOURCE.account);
    await road.put(SOURCE, KEPT);
    await road.arrived(VAULT, KEPT);
    const { ReplicationConfiguration } = await source.send(
      new GetBucketReplicationCommand({ Bucket: SOURCE.bucket }),
    );
    if (ReplicationConfiguration === undefined) throw new Error("no rules");
    deployed = ReplicationConfiguration;
  });

  after(async () => {
    await road.close();
  });

  afterEach(async () => {
    await replicate(deployed);
  });

  const replicate = (ReplicationConfiguration: ReplicationConfiguration) =>
    source.send(
      new PutBucketReplicationCommand({ Bucket: SOURCE.bucket, ReplicationConfiguration }),
    );

  /** Puts the one rule in force with a change. */
  const changeRule = (change: (rule: ReplicationRule) => ReplicationRule) =>
    replicate({ ...deployed, Rules: deployed.Rules?.map(change) });

  const verify = async (): Promise<VerdictFields & { exitCode: number | null }> => {
    const run = await road.run("verify", "test");
    const verdict = verdictsOf(run).at(-1) as unknown as VerdictFields | undefined;
    if (verdict === undefined) throw new Error(`no verdict: ${run.stdout}${run.stderr}`);
    return { ...verdict, exitCode: run.exitCode };
  };

  /** The outcomes that stand in the way, of one key. */
  const failuresOf = (verdict: VerdictFields, key: string): readonly string[] =>
    verdict.failures.filter((one) => one.key === key).map(({ code, kind }) => `${kind}/${code}`);

  const driftPaths = ({ drift = [] }: VerdictFields): readonly string[] =>
    drift.map(({ path }) => path);

  it("begin with a verdict that is clean", async () => {
    expect(await verify()).to.deep.include({ clean: true, proven: 1, exitCode: 0 });
  });

  it("narrow the rule: what it leaves out is still promised", async () => {
    await changeRule((rule) => ({ ...rule, Filter: { Prefix: "nothing/" } }));
    await road.put(SOURCE, "left-out");
    const verdict = await verify();
    expect(verdict).to.deep.include({ clean: false, proven: 1, failed: 1, exitCode: 1 });
    expect(driftPaths(verdict)).to.deep.equal(['rules["all"].prefix']);
    expect(failuresOf(verdict, "left-out")).to.deep.equal(["failed/missing"]);
    attacks.hold("narrow the rule", verdict);
  });

  it("disable the rule", async () => {
    await changeRule((rule) => ({ ...rule, Status: "Disabled" }));
    const verdict = await verify();
    expect(verdict).to.deep.include({ clean: false, proven: 1, exitCode: 1 });
    expect(driftPaths(verdict)).to.deep.equal(['rules["all"].status']);
    attacks.hold("disable the rule", verdict);
  });

  it("delete the rules: verify works without them", async () => {
    await source.send(new DeleteBucketReplicationCommand({ Bucket: SOURCE.bucket }));
    const verdict = await verify();
    expect(verdict).to.deep.include({ clean: false, proven: 1, exitCode: 1 });
    expect(verdict.drift?.[0]).to.deep.include({ path: "replication", found: null });
    attacks.hold("delete the rules", verdict);
  });

  it("suspend versioning", async () => {
    const suspend = (Status: "Suspended" | "Enabled") =>
      source.send(
        new PutBucketVersioningCommand({
          Bucket: SOURCE.bucket,
          VersioningConfiguration: { Status },
        }),
      );
    await source.send(new DeleteBucketReplicationCommand({ Bucket: SOURCE.bucket }));
    await suspend("Suspended");
    const verdict = await verify();
    await suspend("Enabled");
    expect(driftPaths(verdict)).to.include("versioning");
    attacks.hold("suspend versioning", verdict);
  });

  it("lock versions for ten minutes, which replicas keep", async () => {
    await source.send(
      new PutObjectLockConfigurationCommand({
        Bucket: SOURCE.bucket,
        ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" },
      }),
    );
    await source.send(
      new PutObjectCommand({
        Bucket: SOURCE.bucket,
        Key: "ten-minutes",
        Body: "ten minutes",
        ObjectLockMode: "GOVERNANCE",
        ObjectLockRetainUntilDate: new Date(Date.now() + 600_000),
      }),
    );
    await road.arrived(VAULT, "ten-minutes");
    const verdict = await verify();
    expect(verdict).to.deep.include({ clean: false, exitCode: 1 });
    expect(failuresOf(verdict, "ten-minutes")).to.deep.equal(["failed/lock-weaker"]);
    attacks.hold("lock versions for ten minutes, which replicas keep", verdict);
  });

  it("send replicas under a key of their own", async () => {
    const account = road.project.clientOptions("source");
    const kms = new KMSClient({ ...account, region: ACCOUNTS.vault.region });
    const iam = new IAMClient(account);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: derivedNames(SOURCE.bucket).replicationRoleName,
        PolicyName: "theirs",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "kms:*", Resource: "*" }],
        }),
      }),
    );
    await changeRule((rule) => ({
      ...rule,
      Destination: {
        ...rule.Destination,
        Bucket: rule.Destination?.Bucket,
        EncryptionConfiguration: { ReplicaKmsKeyID: KeyMetadata?.Arn },
      },
    }));
    await source.send(
      new PutObjectCommand({
        Bucket: SOURCE.bucket,
        Key: "their-key",
        Body: "their key",
        ServerSideEncryption: "aws:kms",
      }),
    );
    await road.arrived(VAULT, "their-key");
    const verdict = await verify();
    await iam.send(
      new DeleteRolePolicyCommand({
        RoleName: derivedNames(SOURCE.bucket).replicationRoleName,
        PolicyName: "theirs",
      }),
    );
    expect(verdict).to.deep.include({ clean: false, exitCode: 1 });
    expect(driftPaths(verdict)).to.deep.equal([
      'rules["all"].replicaKmsKeyId',
      'policies["theirs"]',
    ]);
    expect(failuresOf(verdict, "their-key")).to.deep.equal(["failed/wrong-key"]);
    attacks.hold("send replicas under a key of their own", verdict);
    kms.destroy();
    iam.destroy();
  });

  it("write a version under SSE-C: one outcome, and not the end of the look", async () => {
    const key = randomBytes(32);
    // New buckets block SSE-C; who may set their encryption lets it in.
    const deployedEncryption = await source.send(
      new GetBucketEncryptionCommand({ Bucket: SOURCE.bucket }),
    );
    const [deployedRule] = deployedEncryption.ServerSideEncryptionConfiguration?.Rules ?? [];
    await source.send(
      new PutBucketEncryptionCommand({
        Bucket: SOURCE.bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ...deployedRule, BlockedEncryptionTypes: { EncryptionType: ["NONE"] } }],
        },
      }),
    );
    await source.send(
      new PutObjectCommand({
        Bucket: SOURCE.bucket,
        Key: "customer-key",
        Body: "customer key",
        SSECustomerAlgorithm: "AES256",
        SSECustomerKey: key.toString("base64"),
        SSECustomerKeyMD5: createHash("md5").update(key).digest("base64"),
      }),
    );
    const verdict = await verify();
    expect(verdict).to.deep.include({ clean: false, exitCode: 1 });
    expect(failuresOf(verdict, "customer-key")).to.have.length(1);
    expect(failuresOf(verdict, "customer-key")[0]).to.match(/\/sse-c$/);
    expect(verdict.proven).to.be.greaterThan(0);
    attacks.hold("write a version under a customer's key (SSE-C)", verdict);
  });

  it("are those of the table, all of them", () => {
    attacks.requireAll();
  });
});
