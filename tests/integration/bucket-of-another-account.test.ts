/** A bucket's name is free once the bucket is gone: who takes it in another account gets and gives nothing. */

import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  S3Client,
  type BucketLocationConstraint,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { isLockstepError } from "../../automation/errors";
import { OwnBucketsClient } from "../../automation/aws/own-buckets-client";
import type { Sandbox } from "lockstep-sandbox";
import { HandMadeStack, startQuickSandbox } from "../helpers/hand-made-stack";

const THIEF = { name: "thief", accountId: "666666666666", region: "eu-west-1" };

describe("a bucket that somebody else has under the name of ours", function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let thief: S3Client;
  let stack: HandMadeStack;

  before(async () => {
    sandbox = await startQuickSandbox({
      accounts: [
        { name: "source", accountId: "111111111111", region: "eu-west-1" },
        { name: "vault", accountId: "222222222222", region: "eu-central-1" },
        THIEF,
      ],
    });
    thief = s3Of(THIEF.region);
  });
  after(async () => {
    thief.destroy();
    await sandbox.close();
  });
  afterEach(() => stack.close());

  function s3Of(region: string): S3Client {
    const credentials = sandbox.accounts.find(({ name }) => name === THIEF.name);
    if (credentials === undefined) throw new Error("no thief");
    return new S3Client({ endpoint: sandbox.endpoint, region, credentials, forcePathStyle: true });
  }

  /** Makes the bucket anew in the thief's account. @param isOpen everybody may do everything there */
  async function takeOver(
    owner: S3Client,
    bucket: string,
    { isOpen = true, region = THIEF.region } = {},
  ): Promise<void> {
    await owner.send(new DeleteBucketCommand({ Bucket: bucket }));
    const s3 = s3Of(region);
    const CreateBucketConfiguration = { LocationConstraint: region as BucketLocationConstraint };
    await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
    await s3.send(
      new PutBucketVersioningCommand({
        Bucket: bucket,
        VersioningConfiguration: { Status: "Enabled" },
      }),
    );
    if (isOpen) {
      await s3.send(new DeletePublicAccessBlockCommand({ Bucket: bucket }));
      const Policy = JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: "*",
            Action: "s3:*",
            Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
          },
        ],
      });
      await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    }
    s3.destroy();
  }

  async function expectNamed(work: Promise<unknown>, bucket: string): Promise<void> {
    const error: unknown = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!isLockstepError(error)) throw new Error(`expected our error, got ${String(error)}`);
    expect(error.code).to.equal("BucketOfAnotherAccount");
    expect(error.message).to.contain(bucket);
  }

  it("is named when the ledger would be written to it, and nothing is", async () => {
    stack = await HandMadeStack.make(sandbox, "ledger-taken", ["a"]);
    const bucket = stack.outputs.operations.bucketName;
    await takeOver(stack.clients.source.s3, bucket);
    await expectNamed(stack.backfill(), bucket);
    expect(await stack.jobs()).to.deep.equal([]);
  });

  for (const [where, options] of [
    ["and that is open to everybody", {}],
    ["and that refuses everybody", { isOpen: false }],
    ["and that is in another Region", { region: "eu-north-1" }],
  ] as const) {
    it(`is named when versions are looked for in a vault ${where}`, async () => {
      const name = `vault-taken-${Object.keys(options)[0] ?? "open"}`.toLowerCase();
      stack = await HandMadeStack.make(sandbox, name, ["a"]);
      const [vault] = stack.clients.vaults.values();
      if (vault === undefined) throw new Error("no vault");
      await takeOver(vault.s3, vault.outputs.bucketName, {
        region: vault.outputs.region,
        ...options,
      });
      await expectNamed(stack.verify(), vault.outputs.bucketName);
    });
  }

  it("is not what a refusal of our own bucket is taken for", async () => {
    stack = await HandMadeStack.make(sandbox, "ours", ["a"]);
    const bucket = stack.outputs.source.bucketName;
    const { s3 } = stack.clients.source;
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Deny",
          Principal: "*",
          Action: "s3:GetObject",
          Resource: `arn:aws:s3:::${bucket}/*`,
        },
      ],
    });
    await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    const error: unknown = await s3
      .send(new GetObjectCommand({ Bucket: bucket, Key: "a" }))
      .catch((reason: unknown) => reason);
    expect((error as Error).name).to.equal("AccessDenied");
  });

  it("is told from one that is not there", async () => {
    stack = await HandMadeStack.make(sandbox, "gone", ["a"]);
    const { config } = stack.clients.source.s3;
    const client = new OwnBucketsClient(
      {
        endpoint: sandbox.endpoint,
        region: "eu-west-1",
        credentials: config.credentials,
        forcePathStyle: true,
      },
      "111111111111",
    );
    const error: unknown = await client
      .send(new GetObjectCommand({ Bucket: "nobody-has-this", Key: "a" }))
      .catch((reason: unknown) => reason);
    client.destroy();
    expect((error as Error).name).to.equal("NoSuchBucket");
  });
});
