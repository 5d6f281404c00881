import { GetRoleCommand } from "@aws-sdk/client-iam";
import { ListKeysCommand } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketReplicationCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { ListJobsCommand } from "@aws-sdk/client-s3-control";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { ListResourceRequestsCommand } from "@aws-sdk/client-cloudcontrol";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { useSandbox, useSandboxWithManualClock } from "../helpers/sandbox";

const Bucket = "records";

describe("Faults", () => {
  const sandbox = useSandbox();

  before(async () => {
    await sandbox().s3().send(new CreateBucketCommand({ Bucket }));
    await sandbox()
      .s3()
      .send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: ENABLED }));
    await sandbox()
      .s3()
      .send(new PutObjectCommand({ Bucket, Key: "there", Body: "abc" }));
  });

  afterEach(() => sandbox().faults.clear());

  it("throttle S3 in S3's words", async () => {
    sandbox().faults.add({ effect: "throttle", operation: "PutObject" });
    const refused = await failureOf(put("a"));
    expect(refused).to.include({ code: "SlowDown", status: 503 });
    expect(refused.message).to.equal("Please reduce your request rate.");
  });

  it("throttle the other services in theirs", async () => {
    sandbox().faults.add({ effect: "throttle" });
    const { iam, sts, kms, cloudcontrol, s3control } = sandbox();
    const refusals = [
      await failureOf(iam().send(new GetRoleCommand({ RoleName: "any" }))),
      await failureOf(sts().send(new GetCallerIdentityCommand())),
      await failureOf(kms().send(new ListKeysCommand())),
      await failureOf(cloudcontrol().send(new ListResourceRequestsCommand())),
      await failureOf(s3control().send(new ListJobsCommand({ AccountId: "111111111111" }))),
    ];
    expect(refusals.map(({ code, status }) => `${code} ${status}`)).to.deep.equal([
      "Throttling 400",
      "Throttling 400",
      "ThrottlingException 400",
      "ThrottlingException 400",
      "SlowDown 503",
    ]);
  });

  it("are what the SDK's retries recover from", async () => {
    const client = sandbox().s3("source", { maxAttempts: 4 });
    for (const effect of ["throttle", "internal-error", "service-unavailable"] as const) {
      sandbox().faults.add({ effect, operation: "PutObject", first: 1 });
    }
    const { $metadata } = await client.send(
      new PutObjectCommand({ Bucket, Key: "retried", Body: "abc" }),
    );
    expect($metadata.attempts).to.equal(4);
    const hits = sandbox().faults.status();
    expect(hits.map(({ rule, hitCount }) => [rule.effect, hitCount])).to.deep.equal([
      ["throttle", 1],
      ["internal-error", 1],
      ["service-unavailable", 1],
    ]);
    expect(lastCodes("PutObject", 4)).to.deep.equal([
      "503 SlowDown",
      "500 InternalError",
      "503 ServiceUnavailable",
      "200",
    ]);
  });

  it("let other requests alone", async () => {
    sandbox().faults.add({ effect: "internal-error", account: "vault" });
    sandbox().faults.add({ effect: "internal-error", bucket: "other-*" });
    sandbox().faults.add({ effect: "internal-error", key: "private/*", operation: "Put*" });
    await put("public/a");
    expect(await failureOf(put("private/a"))).to.include({ code: "InternalError" });
    expect(
      await failureOf(
        sandbox()
          .s3("vault")
          .send(new GetObjectCommand({ Bucket, Key: "there" })),
      ),
    ).to.include({ code: "InternalError", status: 500 });
  });

  it("reset the connection before the effect: nothing has happened", async () => {
    sandbox().faults.add({ effect: "reset-before", operation: "PutObject", first: 1 });
    expect((await failureOf(put("reset-before"))).error).to.include({ code: "ECONNRESET" });
    expect(await versionsOf("reset-before")).to.have.length(0);
    expect(sandbox().requests.at(-2)).to.include({ statusCode: 0, fault: "reset-before" });
  });

  it("lose the answer after the effect: it has happened, and a retry makes it happen twice", async () => {
    sandbox().faults.add({ effect: "reset-after", operation: "PutObject", first: 2 });
    expect((await failureOf(put("reset-after"))).error).to.include({ code: "ECONNRESET" });
    expect(await versionsOf("reset-after")).to.have.length(1);
    const client = sandbox().s3("source", { maxAttempts: 3 });
    await client.send(new PutObjectCommand({ Bucket, Key: "reset-after", Body: "abc" }));
    expect(await versionsOf("reset-after")).to.have.length(3);
  });

  for (const [effect, versionCount] of [
    ["time-out", 0],
    ["time-out-after", 1],
  ] as const) {
    it(`${effect}: no answer until the caller gives up; ${versionCount} versions are made`, async () => {
      sandbox().faults.add({ effect, operation: "PutObject", first: 1 });
      const giveUp = new AbortController();
      const answer = sandbox()
        .s3()
        .send(new PutObjectCommand({ Bucket, Key: effect, Body: "abc" }), {
          abortSignal: giveUp.signal,
        });
      // The next requests are answered meanwhile.
      while (!sandbox().requests.some(({ fault }) => fault === effect)) await versionsOf(effect);
      giveUp.abort();
      expect(await failureOf(answer)).to.include({ code: "AbortError" });
      expect(await versionsOf(effect)).to.have.length(versionCount);
    });
  }

  for (const minutes of [20, -20]) {
    it(`make the caller's clock wrong by ${minutes} minutes; the SDK corrects it and tries again`, async () => {
      sandbox().faults.add({ effect: "clock-skew", skewMs: minutes * 60_000 });
      expect(await failureOf(put("skewed"))).to.include({
        code: "RequestTimeTooSkewed",
        status: 403,
      });
      const { region, accessKeyId, secretAccessKey } = sandbox().account("source");
      // Not one of the helper's clients: those follow the sandbox's clock.
      const client = new S3Client({
        endpoint: sandbox().endpoint,
        region,
        credentials: { accessKeyId, secretAccessKey },
        forcePathStyle: true,
      });
      const { $metadata } = await client.send(new GetObjectCommand({ Bucket, Key: "there" }));
      expect($metadata.attempts).to.equal(2);
      client.destroy();
    });
  }

  it("answer as if the caller's credentials had expired", async () => {
    sandbox().faults.add({ effect: "expired-credentials" });
    expect(await failureOf(put("expired"))).to.include({ code: "ExpiredToken", status: 400 });
    expect(await failureOf(sandbox().sts().send(new GetCallerIdentityCommand()))).to.include({
      code: "ExpiredToken",
      status: 403,
    });
  });

  it("are refused with every mistake when they are described wrongly, and none is taken", async () => {
    const wrong = () =>
      sandbox().faults.add(
        { effect: "throttle" },
        { effect: "throttle", operation: "PutObjekt", account: "nobody" },
      );
    expect(wrong)
      .to.throw()
      .with.property("message")
      .that.matches(/faults\[1\]\.operation: .*\n.*faults\[1\]\.account: /);
    await put("not refused");
  });

  it("hit no request that is not AWS's to answer: a wrong signature stays one", async () => {
    sandbox().faults.add({ effect: "throttle" });
    const { accessKeyId } = sandbox().account("source");
    const credentials = { accessKeyId, secretAccessKey: "wrong" };
    const client = sandbox().s3("source", { credentials });
    const refused = await failureOf(client.send(new ListBucketsCommand()));
    expect(refused).to.include({ code: "SignatureDoesNotMatch" });
  });

  const ENABLED = { Status: "Enabled" } as const;

  function put(Key: string) {
    return sandbox()
      .s3()
      .send(new PutObjectCommand({ Bucket, Key, Body: "abc" }));
  }

  async function versionsOf(Prefix: string) {
    const { Versions } = await sandbox()
      .s3()
      .send(new ListObjectVersionsCommand({ Bucket, Prefix }));
    return Versions ?? [];
  }

  function lastCodes(operation: string, count: number): string[] {
    return sandbox()
      .requests.filter((one) => one.operation === operation)
      .slice(-count)
      .map(({ statusCode, errorCode }) => [statusCode, errorCode].join(" ").trim());
  }
});

describe("Faults on the clock", () => {
  const sandbox = useSandboxWithManualClock();
  const policy = (Sid: string) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Sid,
          Effect: "Allow",
          Principal: { AWS: "222222222222" },
          Action: "s3:GetObject",
          Resource: `arn:aws:s3:::${Bucket}/*`,
        },
      ],
    });

  before(() => sandbox().s3().send(new CreateBucketCommand({ Bucket })));
  afterEach(() => sandbox().faults.clear());

  it("answer reads of buckets as of some time ago, until the change is that old", async () => {
    const { clock, faults } = sandbox();
    const client = sandbox().s3();
    clock.advance(60_000);
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy: policy("first") }));
    clock.advance(60_000);
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy: policy("second") }));
    await client.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
    );
    await client.send(new CreateBucketCommand({ Bucket: "new-bucket" }));
    faults.add({ effect: "stale-read", staleMs: 5000 });

    const read = async () => {
      const { Policy } = await client.send(new GetBucketPolicyCommand({ Bucket }));
      const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket }));
      const { Buckets } = await client.send(new ListBucketsCommand());
      const sid = /"Sid":"(\w+)"/.exec(Policy ?? "")?.[1];
      return [sid, Status, Buckets?.map(({ Name }) => Name)];
    };
    expect(await read()).to.deep.equal(["first", undefined, [Bucket]]);
    clock.advance(4999);
    expect(await read()).to.deep.equal(["first", undefined, [Bucket]]);
    clock.advance(1);
    expect(await read()).to.deep.equal(["second", "Enabled", ["new-bucket", Bucket]]);
  });

  it("answer with NoSuchBucket for a bucket made just now, and still list one that is gone", async () => {
    const { clock, faults } = sandbox();
    const client = sandbox().s3();
    await client.send(new CreateBucketCommand({ Bucket: "young" }));
    faults.add({ effect: "stale-read", operation: "GetBucketPolicy", staleMs: 1000 });
    const early = await failureOf(client.send(new GetBucketPolicyCommand({ Bucket: "young" })));
    clock.advance(1000);
    const late = await failureOf(client.send(new GetBucketPolicyCommand({ Bucket: "young" })));
    expect([early.code, late.code]).to.deep.equal(["NoSuchBucket", "NoSuchBucketPolicy"]);

    faults.add({ effect: "stale-read", operation: "ListBuckets", staleMs: 1000 });
    await client.send(new DeleteBucketCommand({ Bucket: "young" }));
    const names = async () => {
      const { Buckets } = await client.send(new ListBucketsCommand());
      return Buckets?.map(({ Name }) => Name);
    };
    expect(await names()).to.include("young");
    clock.advance(1000);
    expect(await names()).not.to.include("young");
  });

  it("send a body as slowly as they are told", async () => {
    const { clock, faults } = sandbox();
    const client = sandbox().s3();
    await client.send(new PutObjectCommand({ Bucket, Key: "slow", Body: "0123456789".repeat(10) }));
    faults.add({ effect: "slow-body", operation: "GetObject", bytesPerSecond: 50 });
    const startEpochMs = clock.nowEpochMs();
    // The answer's head comes at once; its body only as the clock goes on.
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "slow" }));
    const text = Body?.transformToString();
    let isWhole = false;
    void text?.then(() => (isWhole = true));
    clock.advance(1000);
    await client.send(new HeadObjectCommand({ Bucket, Key: "slow" }));
    expect(isWhole).to.equal(false);
    clock.advance(1100);
    expect(await text).to.equal("0123456789".repeat(10));
    expect(clock.nowEpochMs() - startEpochMs).to.equal(2100);
  });
});

describe("The setting replicationConfigurationDelayMs", () => {
  const sandbox = useSandboxWithManualClock({
    settings: { replicationConfigurationDelayMs: 2000 },
  });

  it("makes GetBucketReplication answer late, and no other read", async () => {
    const { clock } = sandbox();
    const client = sandbox().s3();
    for (const name of ["here", "there"]) {
      await client.send(new CreateBucketCommand({ Bucket: name }));
      const VersioningConfiguration = { Status: "Enabled" } as const;
      await client.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }));
    }
    const Role = "arn:aws:iam::111111111111:role/replication";
    await client.send(
      new PutBucketReplicationCommand({
        Bucket: "here",
        ReplicationConfiguration: {
          Role,
          Rules: [{ Status: "Enabled", Prefix: "", Destination: { Bucket: "arn:aws:s3:::there" } }],
        },
      }),
    );
    const read = () => client.send(new GetBucketReplicationCommand({ Bucket: "here" }));
    expect(await failureOf(read())).to.include({ code: "ReplicationConfigurationNotFoundError" });
    const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket: "here" }));
    expect(Status).to.equal("Enabled");
    clock.advance(2000);
    expect((await read()).ReplicationConfiguration?.Role).to.equal(Role);
    await client.send(new DeleteBucketReplicationCommand({ Bucket: "here" }));
    expect((await read()).ReplicationConfiguration?.Role).to.equal(Role);
    clock.advance(2000);
    expect(await failureOf(read())).to.include({ code: "ReplicationConfigurationNotFoundError" });
  });
});
