import {
  DeleteObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
} from "@aws-sdk/client-s3";
import type { JobOperation, S3SetObjectRetentionOperation } from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { START_EPOCH_MS } from "../helpers/sandbox";
import { allow, DAY_MS } from "../replication/fixture";
import { useJobsThroughSdk } from "./jobs-through-sdk";

const LOCKED = "acme-locked";
const PLAIN = "acme-plain";

const inDays = (days: number) => new Date(START_EPOCH_MS + days * DAY_MS);

/** The rights of AWS's example policy for these jobs; each test leaves out what it is about. */
const lookAtLock = (bucket = LOCKED) =>
  allow("s3:GetBucketObjectLockConfiguration", `arn:aws:s3:::${bucket}`);
const mayOn = (actions: string | string[], bucket = LOCKED) =>
  allow(actions, `arn:aws:s3:::${bucket}/*`);

const retain = (
  Mode: "COMPLIANCE" | "GOVERNANCE",
  days: number,
  rest: Partial<S3SetObjectRetentionOperation> = {},
): JobOperation => ({
  S3PutObjectRetention: { Retention: { Mode, RetainUntilDate: inDays(days) }, ...rest },
});

const hold = (Status: "ON" | "OFF"): JobOperation => ({
  S3PutObjectLegalHold: { LegalHold: { Status } },
});

describe("jobs on Object Lock", () => {
  const jobs = useJobsThroughSdk();
  let role = "";

  before(async () => {
    await jobs().bucket(LOCKED, { isLocked: true });
    await jobs().bucket(PLAIN);
    role = await jobs().role(
      lookAtLock(),
      mayOn(["s3:PutObjectRetention", "s3:PutObjectLegalHold"]),
      allow("s3:ListBucket", `arn:aws:s3:::${LOCKED}`),
    );
  });

  const locked = (key: string, mode: "COMPLIANCE" | "GOVERNANCE", days: number) =>
    jobs().put(LOCKED, key, {
      ObjectLockMode: mode,
      ObjectLockRetainUntilDate: inDays(days),
    });

  const retentionOf = async (Key: string, VersionId?: string) => {
    const command = new GetObjectRetentionCommand({ Bucket: LOCKED, Key, VersionId });
    return (await jobs().sandbox.s3("source").send(command)).Retention;
  };

  describe("S3PutObjectRetention", () => {
    it("locks the versions that the manifest names, and the newest where it names none", async () => {
      const first = await jobs().put(LOCKED, "a b.txt");
      const second = await jobs().put(LOCKED, "a b.txt");
      const named = await jobs().run(retain("COMPLIANCE", 30), role, [
        [LOCKED, "a%20b.txt", first],
      ]);
      expect(named.job.Status).to.equal("Complete");
      expect(named.rows).to.deep.equal([
        [LOCKED, "a%20b.txt", first, "succeeded", "200", "", "Successful"],
      ]);
      expect(await retentionOf("a b.txt", first)).to.deep.equal({
        Mode: "COMPLIANCE",
        RetainUntilDate: inDays(30),
      });
      expect((await failureOf(retentionOf("a b.txt", second))).code).to.equal(
        "NoSuchObjectLockConfiguration",
      );
      const newest = await jobs().run(retain("GOVERNANCE", 10), role, [[LOCKED, "a%20b.txt"]]);
      expect(newest.rows[0]?.slice(2)).to.deep.equal(["", "succeeded", "200", "", "Successful"]);
      expect((await retentionOf("a b.txt", second))?.Mode).to.equal("GOVERNANCE");
    });

    it("extends COMPLIANCE, and never shortens it or takes it away, whatever the role may bypass", async () => {
      const mighty = await jobs().role(
        lookAtLock(),
        mayOn(["s3:PutObjectRetention", "s3:BypassGovernanceRetention"]),
      );
      const id = await locked("compliance", "COMPLIANCE", 20);
      const rows = [[LOCKED, "compliance", id]];
      for (const operation of [
        retain("COMPLIANCE", 19, { BypassGovernanceRetention: true }),
        retain("GOVERNANCE", 90, { BypassGovernanceRetention: true }),
        { S3PutObjectRetention: { Retention: {}, BypassGovernanceRetention: true } },
      ]) {
        const { job, rows: report } = await jobs().run(operation, mighty, rows);
        expect(job.Status).to.equal("Complete");
        expect(job.ProgressSummary).to.include({ NumberOfTasksFailed: 1 });
        expect(report[0]?.slice(3)).to.deep.equal([
          "failed",
          "403",
          "AccessDenied",
          "Access Denied because object protected by object lock.",
        ]);
        expect((await retentionOf("compliance"))?.RetainUntilDate).to.deep.equal(inDays(20));
      }
      await jobs().run(retain("COMPLIANCE", 21), role, rows);
      expect((await retentionOf("compliance"))?.RetainUntilDate).to.deep.equal(inDays(21));
    });

    it("shortens GOVERNANCE where the job asks to bypass it and its role may", async () => {
      const id = await locked("governance", "GOVERNANCE", 20);
      const rows = [[LOCKED, "governance", id]];
      const shorter = (BypassGovernanceRetention?: boolean) =>
        retain("GOVERNANCE", 5, { BypassGovernanceRetention });
      const mighty = await jobs().role(
        lookAtLock(),
        mayOn(["s3:PutObjectRetention", "s3:BypassGovernanceRetention"]),
      );
      const unasked = await jobs().run(shorter(), mighty, rows);
      const unallowed = await jobs().run(shorter(true), role, rows);
      for (const { rows: report } of [unasked, unallowed]) {
        expect(report[0]?.slice(3, 6)).to.deep.equal(["failed", "403", "AccessDenied"]);
      }
      expect(unallowed.rows[0]?.[6]).to.match(/s3:BypassGovernanceRetention/);
      expect((await retentionOf("governance"))?.RetainUntilDate).to.deep.equal(inDays(20));
      // To extend it takes no bypass.
      await jobs().run(retain("GOVERNANCE", 25), role, rows);
      expect((await retentionOf("governance"))?.RetainUntilDate).to.deep.equal(inDays(25));
      await jobs().run(shorter(true), mighty, rows);
      expect((await retentionOf("governance"))?.RetainUntilDate).to.deep.equal(inDays(5));
      const removal = { Retention: {}, BypassGovernanceRetention: true };
      await jobs().run({ S3PutObjectRetention: removal }, mighty, rows);
      expect((await failureOf(retentionOf("governance"))).code).to.equal(
        "NoSuchObjectLockConfiguration",
      );
    });

    it("fails tasks of a role without s3:PutObjectRetention, of delete markers and of what is not there", async () => {
      const id = await jobs().put(LOCKED, "deleted");
      const { VersionId: marker = "" } = await jobs()
        .sandbox.s3("source")
        .send(new DeleteObjectCommand({ Bucket: LOCKED, Key: "deleted" }));
      const poor = await jobs().role(lookAtLock());
      const denied = await jobs().run(retain("GOVERNANCE", 5), poor, [[LOCKED, "deleted", id]]);
      expect(denied.job.Status).to.equal("Complete");
      expect(denied.rows[0]?.slice(3, 6)).to.deep.equal(["failed", "403", "AccessDenied"]);
      expect(denied.rows[0]?.[6]).to.match(/s3:PutObjectRetention/);
      const versions = await jobs().run(retain("GOVERNANCE", 5), role, [
        [LOCKED, "deleted", marker],
        [LOCKED, "missing", id],
        [LOCKED, "deleted", id],
      ]);
      expect(versions.rows.map((row) => row.slice(1, 6).join(" "))).to.have.members([
        `deleted ${marker} failed 405 MethodNotAllowed`,
        `missing ${id} failed 404 NoSuchVersion`,
        `deleted ${id} succeeded 200 `,
      ]);
      const newest = await jobs().run(retain("GOVERNANCE", 5), role, [[LOCKED, "deleted"]]);
      expect(newest.rows[0]?.slice(3, 6)).to.deep.equal(["failed", "405", "MethodNotAllowed"]);
    });

    it("fails the whole job, before any task, in a bucket without Object Lock or where the role may not look", async () => {
      await jobs().put(PLAIN, "a");
      const onPlain = await jobs().role(lookAtLock(PLAIN), mayOn("s3:PutObjectRetention", PLAIN));
      const blind = await jobs().role(mayOn("s3:PutObjectRetention"));
      await jobs().put(LOCKED, "a");
      for (const [roleArn, bucket, code] of [
        [onPlain, PLAIN, "ObjectLockNotEnabled"],
        [blind, LOCKED, "ObjectLockForbidden"],
      ] as const) {
        const { job, rows } = await jobs().run(retain("GOVERNANCE", 5), roleArn, [[bucket, "a"]]);
        expect(job.Status).to.equal("Failed");
        expect(job.FailureReasons?.map(({ FailureCode }) => FailureCode)).to.deep.equal([code]);
        expect(job.ProgressSummary).to.include({
          TotalNumberOfTasks: 1,
          NumberOfTasksFailed: 0,
          NumberOfTasksSucceeded: 0,
        });
        expect(rows).to.deep.equal([]);
      }
      expect((await failureOf(retentionOf("a"))).code).to.equal("NoSuchObjectLockConfiguration");
    });

    it("fails the whole job for objects of two buckets", async () => {
      const { job } = await jobs().run(retain("GOVERNANCE", 5), role, [
        [LOCKED, "a"],
        [PLAIN, "a"],
      ]);
      expect(job.Status).to.equal("Failed");
      expect(job.FailureReasons?.[0]).to.deep.equal({
        FailureCode: "InvalidManifestContent",
        FailureReason: "All objects in the manifest must be in the same bucket",
      });
    });

    it("reaches a bucket of another account in the job's Region by that bucket's policy, and none of another Region", async () => {
      const region = jobs().sandbox.account("source").region;
      const near = await jobs().bucket("vault-near", { account: "vault", region, isLocked: true });
      const far = await jobs().bucket("vault-far", { account: "vault", isLocked: true });
      const foreign = await jobs().role(
        ...[near, far].flatMap((name) => [
          lookAtLock(name),
          mayOn(["s3:PutObjectRetention"], name),
        ]),
      );
      const vaultS3 = jobs().sandbox.s3("vault", { region });
      const policy = (name: string) => [
        {
          Effect: "Allow",
          Principal: { AWS: foreign },
          Action: "s3:GetBucketObjectLockConfiguration",
          Resource: `arn:aws:s3:::${name}`,
        },
        {
          Effect: "Allow",
          Principal: { AWS: foreign },
          Action: "s3:PutObjectRetention",
          Resource: `arn:aws:s3:::${name}/*`,
        },
      ];
      const { world } = jobs().sandbox;
      const root = world.iam.root(jobs().sandbox.account("vault").accountId);
      const asVault = (operation: string, input: object) =>
        world.invoke({ service: "s3", operation, input, principal: root, region });
      for (const name of [near, far]) {
        asVault("PutObject", { Bucket: name, Key: "a", Body: Buffer.from("a") });
      }
      const before = await jobs().run(retain("COMPLIANCE", 5), foreign, [[near, "a"]]);
      expect(before.job.FailureReasons?.[0]?.FailureCode).to.equal("ObjectLockForbidden");
      for (const name of [near, far]) {
        const Policy = JSON.stringify({ Version: "2012-10-17", Statement: policy(name) });
        asVault("PutBucketPolicy", { Bucket: name, Policy });
      }
      const after = await jobs().run(retain("COMPLIANCE", 5), foreign, [[near, "a"]]);
      expect(after.rows[0]?.[3]).to.equal("succeeded");
      const command = new GetObjectRetentionCommand({ Bucket: near, Key: "a" });
      expect((await vaultS3.send(command)).Retention?.Mode).to.equal("COMPLIANCE");
      const elsewhere = await jobs().run(retain("COMPLIANCE", 5), foreign, [[far, "a"]]);
      expect(elsewhere.rows[0]?.slice(3, 6)).to.deep.equal(["failed", "301", "PermanentRedirect"]);
    });

    it("is refused with a mode and no date, a mode that is none, or no retention at all", async () => {
      const Manifest = await jobs().manifest([[LOCKED, "a"]]);
      const create = (operation: object) =>
        failureOf(jobs().create({ S3PutObjectRetention: operation as never }, role, { Manifest }));
      const alone = await create({ Retention: { Mode: "GOVERNANCE" } });
      expect(alone).to.include({ code: "BadRequestException", status: 400 });
      expect(alone.message).to.match(/Mode and RetainUntilDate/);
      const mode = await create({ Retention: { Mode: "ETERNAL", RetainUntilDate: inDays(1) } });
      expect(mode.message).to.match(/retention\.mode.*enum value set: \[COMPLIANCE, GOVERNANCE\]/);
      expect((await create({})).code).to.equal("MalformedXML");
    });

    it("finds a date in the past at each task", async () => {
      const { rows } = await jobs().run(retain("GOVERNANCE", -1), role, [[LOCKED, "a"]]);
      expect(rows[0]?.slice(3)).to.deep.equal([
        "failed",
        "400",
        "InvalidArgument",
        "The retain until date must be in the future!",
      ]);
    });
  });

  describe("S3PutObjectLegalHold", () => {
    it("puts holds on and takes them off, which keeps the versions from being deleted meanwhile", async () => {
      const id = await jobs().put(LOCKED, "held");
      const s3 = jobs().sandbox.s3("source");
      const held = { Bucket: LOCKED, Key: "held", VersionId: id };
      const on = await jobs().run(hold("ON"), role, [[LOCKED, "held", id]]);
      expect(on.rows).to.deep.equal([[LOCKED, "held", id, "succeeded", "200", "", "Successful"]]);
      const { LegalHold } = await s3.send(new GetObjectLegalHoldCommand(held));
      expect(LegalHold?.Status).to.equal("ON");
      expect((await failureOf(s3.send(new DeleteObjectCommand(held)))).code).to.equal(
        "AccessDenied",
      );
      await jobs().run(hold("OFF"), role, [[LOCKED, "held"]]);
      await s3.send(new DeleteObjectCommand(held));
    });

    it("needs s3:PutObjectLegalHold, and Object Lock on the bucket", async () => {
      await jobs().put(LOCKED, "unheld");
      const poor = await jobs().role(lookAtLock(), mayOn("s3:PutObjectRetention"));
      const denied = await jobs().run(hold("ON"), poor, [[LOCKED, "unheld"]]);
      expect(denied.rows[0]?.slice(3, 6)).to.deep.equal(["failed", "403", "AccessDenied"]);
      const onPlain = await jobs().role(lookAtLock(PLAIN), mayOn("s3:PutObjectLegalHold", PLAIN));
      const { job } = await jobs().run(hold("ON"), onPlain, [[PLAIN, "a"]]);
      expect(job.FailureReasons?.[0]?.FailureCode).to.equal("ObjectLockNotEnabled");
    });

    it("is refused without a status", async () => {
      const Manifest = await jobs().manifest([[LOCKED, "a"]]);
      const operation = { LegalHold: {} } as never;
      const refused = await failureOf(
        jobs().create({ S3PutObjectLegalHold: operation }, role, { Manifest }),
      );
      expect(refused).to.include({ code: "MalformedXML", status: 400 });
    });
  });

  it("take a generated manifest of the current versions, without any replication configuration", async () => {
    const bucket = await jobs().bucket("acme-listed", { isLocked: true });
    const old = await jobs().put(bucket, "logs/a");
    const current = await jobs().put(bucket, "logs/a");
    await jobs().put(bucket, "else/a");
    const lister = await jobs().role(
      lookAtLock(bucket),
      mayOn("s3:PutObjectLegalHold", bucket),
      allow(
        ["s3:PutInventoryConfiguration", "s3:GetReplicationConfiguration"],
        `arn:aws:s3:::${bucket}`,
      ),
    );
    const generator = (filter: object) => ({
      ManifestGenerator: {
        S3JobManifestGenerator: {
          SourceBucket: `arn:aws:s3:::${bucket}`,
          EnableManifestOutput: false,
          Filter: filter,
        },
      },
    });
    const logs = generator({ KeyNameConstraint: { MatchAnyPrefix: ["logs/"] } });
    const { rows } = await jobs().run(hold("ON"), lister, [], { rest: logs });
    expect(rows.map((row) => row.slice(1, 4))).to.deep.equal([["logs/a", current, "succeeded"]]);
    expect(rows[0]?.[2]).not.to.equal(old);
    const eligible = generator({ EligibleForReplication: true });
    const { job } = await jobs().run(hold("ON"), lister, [], { rest: eligible });
    expect(job.FailureReasons?.[0]?.FailureCode).to.equal("SrcBucketReplicationConfigMissing");
  });
});
