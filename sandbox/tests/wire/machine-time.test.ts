/** Signatures by the machine's time at a sandbox whose clock was moved: boto3 and the AWS CLI have no other. */

import {
  CreateBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { START_EPOCH_MS, useSandboxWithManualClock } from "../helpers/sandbox";
import { presignedTarget, send, sendRaw } from "../helpers/signed-request";

const DAY_MS = 86_400_000;
const MACHINE_FAR_AHEAD_EPOCH_MS = Date.now() + 400 * DAY_MS;

describe("a sandbox that takes the machine's time", () => {
  const sandbox = useSandboxWithManualClock({
    startEpochMs: MACHINE_FAR_AHEAD_EPOCH_MS,
    settings: { acceptsMachineTime: true },
  });
  const call = { method: "GET", target: "/machine-time?list-type=2" };

  before(async () => {
    const s3 = sandbox().s3();
    const Bucket = "machine-time";
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        ObjectLockEnabledForBucket: true,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    await s3.send(
      new PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 1 } },
        },
      }),
    );
  });

  it("answers who signs by either, and nobody else", async () => {
    const answers = [];
    for (const signedEpochMs of [
      sandbox().clock.nowEpochMs(),
      Date.now(),
      Date.now() - DAY_MS,
      sandbox().clock.nowEpochMs() + DAY_MS,
    ]) {
      const { statusCode, code } = await send(sandbox(), call, { signedEpochMs });
      answers.push([statusCode, code]);
    }
    expect(answers).to.deep.equal([
      [200, undefined],
      [200, undefined],
      [403, "RequestTimeTooSkewed"],
      [403, "RequestTimeTooSkewed"],
    ]);
  });

  it("holds URLs to either", async () => {
    const url = (signedEpochMs: number) => presignedTarget(sandbox(), call, 60, { signedEpochMs });
    const fetched = async (signedEpochMs: number) =>
      (await sendRaw(sandbox(), { method: "GET", target: await url(signedEpochMs) })).statusCode;
    expect(await fetched(sandbox().clock.nowEpochMs())).to.equal(200);
    expect(await fetched(Date.now())).to.equal(200);
    expect(await fetched(Date.now() - DAY_MS)).to.equal(403);
  });

  it("serves clients of every service that cannot follow its clock; dates are its own", async () => {
    const { region, accessKeyId, secretAccessKey } = sandbox().account("source");
    const config = {
      endpoint: sandbox().endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey },
      maxAttempts: 1,
    };
    const s3 = new S3Client({ ...config, forcePathStyle: true });
    const sts = new STSClient(config);
    try {
      expect((await sts.send(new GetCallerIdentityCommand({}))).Account).to.equal("111111111111");
      const object = { Bucket: "machine-time", Key: "k" };
      await s3.send(new PutObjectCommand({ ...object, Body: "x" }));
      const head = await s3.send(new HeadObjectCommand(object));
      expect(head.ObjectLockRetainUntilDate?.getTime()).to.equal(
        sandbox().clock.nowEpochMs() + DAY_MS,
      );
    } finally {
      s3.destroy();
      sts.destroy();
    }
  });

  it("still shows a caller whose clock is wrong", async () => {
    sandbox().faults.add({ effect: "clock-skew", operation: "ListBuckets", first: 1 });
    const refused = await send(sandbox(), { method: "GET", target: "/" });
    expect(refused.code).to.equal("RequestTimeTooSkewed");
    expect((await sandbox().s3().send(new ListBucketsCommand({}))).Buckets).to.have.length(1);
  });
});

describe("a sandbox that keeps to its own time", () => {
  const sandbox = useSandboxWithManualClock();

  it("does not answer who signs by another", async () => {
    const call = { method: "GET", target: "/" };
    expect((await send(sandbox(), call)).statusCode).to.equal(200);
    const elsewhere = await send(sandbox(), call, { signedEpochMs: START_EPOCH_MS + DAY_MS });
    expect(elsewhere.code).to.equal("RequestTimeTooSkewed");
  });
});
