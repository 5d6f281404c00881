/** What AWS has and the sandbox does not is refused by name, never taken in silence. */

import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  CopyObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { ListRolesCommand } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { failureOf } from "../../helpers/aws-failure";
import { useSandbox } from "../../helpers/sandbox";

describe("what is refused by name", () => {
  const sandbox = useSandbox();
  const Bucket = "refused-by-name";
  const object = { Bucket, Key: "k" };
  let s3: S3Client;

  before(async () => {
    s3 = sandbox().s3();
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        ObjectLockEnabledForBucket: true,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    await s3.send(new PutObjectCommand({ ...object, Body: "x" }));
  });

  it("is variable retention, whatever request brings it", async () => {
    const CopySource = `${Bucket}/k`;
    const EventHoldDuration = { Days: 1 };
    for (const hold of [
      { ObjectLockEventHold: "ON" as const },
      { ObjectLockEventHoldDurationDays: 1 },
      { ObjectLockEventHoldDurationYears: 1 },
    ]) {
      for (const request of [
        s3.send(new PutObjectCommand({ ...object, Body: "x", ...hold })),
        s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource, ...hold })),
        s3.send(new CreateMultipartUploadCommand({ ...object, ...hold })),
      ]) {
        const refused = await failureOf(request);
        expect(refused).to.include({ code: "NotImplemented", status: 501 });
        expect(refused.message).to.include("variable retention");
      }
    }
    for (const Retention of [{ EventHold: "ON" as const }, { EventHoldDuration }]) {
      const request = s3.send(new PutObjectRetentionCommand({ ...object, Retention }));
      expect((await failureOf(request)).message).to.include("variable retention");
    }
    const ObjectLockConfiguration = {
      ObjectLockEnabled: "Enabled" as const,
      Rule: { DefaultRetention: { DefaultEventHold: EventHoldDuration } },
    };
    const lock = new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration });
    expect(await failureOf(s3.send(lock))).to.include({ code: "NotImplemented" });
  });

  for (const [region, partition] of [
    ["cn-north-1", "aws-cn"],
    ["us-gov-west-1", "aws-us-gov"],
    ["eusc-de-east-1", "aws-eusc"],
    ["us-iso-east-1", "aws-iso"],
    ["us-isob-east-1", "aws-iso-b"],
  ] as const) {
    it(`is the partition ${partition}, of every service`, async () => {
      const message = `The partition ${partition} (${region}) is not implemented by the sandbox.`;
      for (const request of [
        sandbox().s3("source", { region }).send(new ListBucketsCommand({})),
        sandbox().sts("source", { region }).send(new GetCallerIdentityCommand({})),
      ]) {
        expect(await failureOf(request)).to.include({ code: "NotImplemented", message });
      }
    });
  }

  it("is no Region of the partition that the sandbox is", async () => {
    for (const region of ["us-east-1", "ap-southeast-7", "mx-central-1"]) {
      const { Roles } = await sandbox().iam("source", { region }).send(new ListRolesCommand({}));
      expect(Roles).to.be.an("array");
      await sandbox().s3("source", { region }).send(new ListBucketsCommand({}));
    }
  });
});
