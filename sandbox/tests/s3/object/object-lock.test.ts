import { createHash } from "node:crypto";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  type ObjectLockRetention,
  type PutObjectCommandInput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../../helpers/aws-failure";
import { useSandboxWithManualClock } from "../../helpers/sandbox";

const DAY_MS = 86_400_000;
const PROTECTED = {
  code: "AccessDenied",
  status: 403,
  message: "Access Denied because object protected by object lock.",
};

describe("S3 Object Lock on objects", () => {
  const sandbox = useSandboxWithManualClock();
  const Bucket = "locked-bucket";
  const open = "open-bucket";
  let s3: S3Client;
  let count = 0;

  before(async () => {
    s3 = sandbox().s3("source");
    const CreateBucketConfiguration = { LocationConstraint: "eu-west-1" } as const;
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration,
        ObjectLockEnabledForBucket: true,
      }),
    );
    await s3.send(new CreateBucketCommand({ Bucket: open, CreateBucketConfiguration }));
  });

  const inDays = (days: number): Date =>
    new Date(sandbox().world.clock.nowEpochMs() + days * DAY_MS);

  /** Puts a new object, locked as told. */
  async function put(more: Partial<PutObjectCommandInput> = {}) {
    const Key = `k${++count}`;
    const { VersionId } = await s3.send(
      new PutObjectCommand({ Bucket, Key, Body: "body", ...more }),
    );
    return { Bucket, Key, VersionId };
  }
  const locked = (ObjectLockMode: "GOVERNANCE" | "COMPLIANCE", days = 10) =>
    put({ ObjectLockMode, ObjectLockRetainUntilDate: inDays(days) });

  const remove = (target: object, BypassGovernanceRetention?: boolean) =>
    s3.send(
      new DeleteObjectCommand({
        ...(target as { Bucket: string; Key: string }),
        BypassGovernanceRetention,
      }),
    );
  const retain = (target: object, Retention: ObjectLockRetention, bypass?: boolean) =>
    s3.send(
      new PutObjectRetentionCommand({
        ...(target as { Bucket: string; Key: string }),
        Retention,
        BypassGovernanceRetention: bypass,
      }),
    );
  const retentionOf = async (target: { Bucket: string; Key: string }) =>
    (await s3.send(new GetObjectRetentionCommand(target))).Retention;

  /** The bucket policy denies an action on one object to everybody of the account, and conditionally where told. */
  async function denyOwnAccount(Action: string, Key: string, Condition?: object) {
    const { accountId } = sandbox().account("source");
    const Statement = {
      Effect: "Deny",
      Principal: { AWS: `arn:aws:iam::${accountId}:root` },
      Action,
      Resource: `arn:aws:s3:::${Bucket}/${Key}`,
      ...(Condition === undefined ? {} : { Condition }),
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [Statement] });
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  }

  describe("DeleteObject", () => {
    for (const mode of ["GOVERNANCE", "COMPLIANCE"] as const) {
      it(`is refused for a version of ${mode} until the very moment of its date`, async () => {
        const target = await locked(mode, 1);
        expect(await failureOf(remove(target))).to.include(PROTECTED);
        sandbox().clock.advance(DAY_MS - 1);
        expect(await failureOf(remove(target))).to.include(PROTECTED);
        sandbox().clock.advance(1);
        expect((await remove(target)).VersionId).to.equal(target.VersionId);
      });
    }

    it("is refused for a version of COMPLIANCE with the bypass too", async () => {
      expect(await failureOf(remove(await locked("COMPLIANCE"), true))).to.include(PROTECTED);
    });

    it("goes through for a version of GOVERNANCE with the bypass", async () => {
      await remove(await locked("GOVERNANCE"), true);
    });

    it("is refused under a legal hold, with the bypass too, until the hold is off", async () => {
      const target = await put({ ObjectLockLegalHoldStatus: "ON" });
      expect(await failureOf(remove(target))).to.include(PROTECTED);
      expect(await failureOf(remove(target, true))).to.include(PROTECTED);
      await s3.send(new PutObjectLegalHoldCommand({ ...target, LegalHold: { Status: "OFF" } }));
      await remove(target);
    });

    it("puts a delete marker on a locked object, and the marker can go", async () => {
      const { Key } = await locked("COMPLIANCE");
      const marker = await remove({ Bucket, Key });
      expect(marker.DeleteMarker).to.equal(true);
      await remove({ Bucket, Key, VersionId: marker.VersionId });
    });

    it("refuses the bypass in a bucket without Object Lock", async () => {
      expect(await failureOf(remove({ Bucket: open, Key: "k" }, true))).to.include({
        code: "InvalidArgument",
        status: 400,
        message:
          "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
      });
    });

    it("needs s3:BypassGovernanceRetention for the bypass", async () => {
      const target = await locked("GOVERNANCE");
      await denyOwnAccount("s3:BypassGovernanceRetention", target.Key);
      const failure = await failureOf(remove(target, true));
      expect(failure.code).to.equal("AccessDenied");
      expect(failure.message).to.contain("s3:BypassGovernanceRetention");
      expect(failure.message).to.contain("explicit deny in a resource-based policy");
    });
  });

  describe("DeleteObjects", () => {
    it("answers 200 and an error for each locked version", async () => {
      const target = await locked("COMPLIANCE");
      const free = await put();
      const answer = await s3.send(
        new DeleteObjectsCommand({
          Bucket,
          Delete: {
            Objects: [
              { Key: target.Key, VersionId: target.VersionId },
              { Key: free.Key, VersionId: free.VersionId },
            ],
          },
        }),
      );
      expect(answer.Errors).to.deep.equal([
        {
          Key: target.Key,
          VersionId: target.VersionId,
          Code: "AccessDenied",
          Message: PROTECTED.message,
        },
      ]);
      expect(answer.Deleted).to.deep.equal([{ Key: free.Key, VersionId: free.VersionId }]);
    });
  });

  describe("PutObjectRetention", () => {
    it("sets, extends and shows a retention", async () => {
      const target = await put();
      await retain(target, { Mode: "GOVERNANCE", RetainUntilDate: inDays(1) });
      await retain(target, { Mode: "GOVERNANCE", RetainUntilDate: inDays(2) });
      const stricter = { Mode: "COMPLIANCE", RetainUntilDate: inDays(3) } as const;
      expect(await failureOf(retain(target, stricter))).to.include(PROTECTED);
      await retain(target, stricter, true);
      expect(await retentionOf(target)).to.deep.equal({
        Mode: "COMPLIANCE",
        RetainUntilDate: inDays(3),
      });
    });

    it("refuses to shorten COMPLIANCE and to go back to GOVERNANCE", async () => {
      const target = await locked("COMPLIANCE");
      for (const bypass of [false, true]) {
        expect(
          await failureOf(
            retain(target, { Mode: "COMPLIANCE", RetainUntilDate: inDays(9) }, bypass),
          ),
        ).to.include(PROTECTED);
        expect(
          await failureOf(
            retain(target, { Mode: "GOVERNANCE", RetainUntilDate: inDays(20) }, bypass),
          ),
        ).to.include(PROTECTED);
        expect(await failureOf(retain(target, {}, bypass))).to.include(PROTECTED);
      }
      await retain(target, { Mode: "COMPLIANCE", RetainUntilDate: inDays(11) });
    });

    it("shortens and takes away GOVERNANCE only with the bypass", async () => {
      const target = await locked("GOVERNANCE");
      const shorter = { Mode: "GOVERNANCE", RetainUntilDate: inDays(1) } as const;
      expect(await failureOf(retain(target, shorter))).to.include(PROTECTED);
      await retain(target, shorter, true);
      expect(await failureOf(retain(target, {}))).to.include(PROTECTED);
      await retain(target, {}, true);
      expect(await failureOf(retentionOf(target))).to.include({
        code: "NoSuchObjectLockConfiguration",
        status: 404,
      });
    });

    it("asks for s3:BypassGovernanceRetention only where the bypass makes the difference", async () => {
      const target = await locked("GOVERNANCE");
      await denyOwnAccount("s3:BypassGovernanceRetention", target.Key);
      const longer = { Mode: "GOVERNANCE", RetainUntilDate: inDays(11) } as const;
      const shorter = { Mode: "GOVERNANCE", RetainUntilDate: inDays(9) } as const;
      await retain(target, longer, true);
      const failure = await failureOf(retain(target, shorter, true));
      expect(failure).to.include({ code: "AccessDenied", status: 403 });
      expect(failure.message).to.contain("s3:BypassGovernanceRetention");
      expect(await retentionOf(target)).to.deep.equal(longer);
    });

    it("refuses a date that is not in the future", async () => {
      const target = await put();
      const failure = await failureOf(
        retain(target, { Mode: "GOVERNANCE", RetainUntilDate: inDays(0) }),
      );
      expect(failure).to.include({
        code: "InvalidArgument",
        status: 400,
        message: "The retain until date must be in the future!",
      });
      expect(failure.error.ArgumentName).to.equal("RetainUntilDate");
    });

    it("refuses no retention, half of one and an unknown mode", async () => {
      const target = await put();
      for (const half of [
        undefined as unknown as ObjectLockRetention,
        { Mode: "GOVERNANCE" as const },
        { RetainUntilDate: inDays(1) },
        { Mode: "FOREVER" as "GOVERNANCE", RetainUntilDate: inDays(1) },
      ]) {
        expect(await failureOf(retain(target, half))).to.include({ code: "MalformedXML" });
      }
    });

    it("refuses a bucket without Object Lock, for holds as well", async () => {
      await s3.send(new PutObjectCommand({ Bucket: open, Key: "k", Body: "." }));
      const target = { Bucket: open, Key: "k" };
      const refused = {
        code: "InvalidRequest",
        status: 400,
        message: "Bucket is missing Object Lock Configuration",
      };
      const Retention = { Mode: "GOVERNANCE", RetainUntilDate: inDays(1) } as const;
      expect(await failureOf(retain(target, Retention))).to.include(refused);
      expect(await failureOf(retentionOf(target))).to.include(refused);
      const hold = new PutObjectLegalHoldCommand({ ...target, LegalHold: { Status: "ON" } });
      expect(await failureOf(s3.send(hold))).to.include(refused);
      const read = new GetObjectLegalHoldCommand(target);
      expect(await failureOf(s3.send(read))).to.include(refused);
      const headers = new PutObjectCommand({
        ...target,
        Body: ".",
        ObjectLockLegalHoldStatus: "ON",
      });
      expect(await failureOf(s3.send(headers))).to.include({
        ...refused,
        message: "Bucket is missing ObjectLockConfiguration",
      });
    });

    it("answers 405 for a delete marker and 404 for what was never set", async () => {
      const target = await put();
      expect(await failureOf(retentionOf(target))).to.include({
        code: "NoSuchObjectLockConfiguration",
        status: 404,
        message: "The specified object does not have a ObjectLock configuration",
      });
      const hold = new GetObjectLegalHoldCommand(target);
      expect(await failureOf(s3.send(hold))).to.include({ code: "NoSuchObjectLockConfiguration" });
      const marker = await remove({ Bucket, Key: target.Key });
      const onMarker = { ...target, VersionId: marker.VersionId };
      const Retention = { Mode: "GOVERNANCE", RetainUntilDate: inDays(1) } as const;
      for (const call of [() => retentionOf(onMarker), () => retain(onMarker, Retention)]) {
        expect(await failureOf(call())).to.include({ code: "MethodNotAllowed", status: 405 });
      }
    });
  });

  describe("PutObjectLegalHold", () => {
    const hold = (target: { Bucket: string; Key: string }, Status?: string) => {
      const LegalHold = Status === undefined ? undefined : { Status: Status as "ON" };
      return s3.send(new PutObjectLegalHoldCommand({ ...target, LegalHold }));
    };
    const holdOf = async (target: { Bucket: string; Key: string }) =>
      (await s3.send(new GetObjectLegalHoldCommand(target))).LegalHold;

    it("sets, lifts and shows a hold", async () => {
      const target = await put();
      await hold(target, "ON");
      expect(await holdOf(target)).to.deep.equal({ Status: "ON" });
      await hold(target, "OFF");
      expect(await holdOf(target)).to.deep.equal({ Status: "OFF" });
    });

    it("refuses no status and an unknown one, and leaves the hold", async () => {
      const target = await put({ ObjectLockLegalHoldStatus: "ON" });
      for (const status of [undefined, "MAYBE"]) {
        expect(await failureOf(hold(target, status))).to.include({
          code: "MalformedXML",
          status: 400,
        });
      }
      expect(await holdOf(target)).to.deep.equal({ Status: "ON" });
    });
  });

  describe("PutObject", () => {
    it("shows lock and hold in HeadObject", async () => {
      const target = await put({
        ObjectLockMode: "GOVERNANCE",
        ObjectLockRetainUntilDate: inDays(3),
        ObjectLockLegalHoldStatus: "ON",
      });
      const head = await s3.send(new HeadObjectCommand(target));
      expect(head).to.include({ ObjectLockMode: "GOVERNANCE", ObjectLockLegalHoldStatus: "ON" });
      expect(head.ObjectLockRetainUntilDate).to.deep.equal(inDays(3));
      const hold = await s3.send(new GetObjectLegalHoldCommand(target));
      expect(hold.LegalHold?.Status).to.equal("ON");
    });

    it("refuses mode without date, date without mode, unknown modes and past dates", async () => {
      const together =
        "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied";
      const ObjectLockRetainUntilDate = inDays(1);
      for (const [headers, message] of [
        [{ ObjectLockMode: "GOVERNANCE" }, together],
        [{ ObjectLockRetainUntilDate }, together],
        [{ ObjectLockMode: "BAD", ObjectLockRetainUntilDate }, "Unknown wormMode directive."],
        [
          { ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: inDays(-1) },
          "The retain until date must be in the future!",
        ],
      ] as const) {
        const failure = await failureOf(put(headers as Partial<PutObjectCommandInput>));
        expect(failure).to.include({ code: "InvalidArgument", status: 400, message });
      }
    });

    it("needs a checksum for a locked upload", async () => {
      const bare = sandbox().s3("source");
      bare.config.requestChecksumCalculation = () => Promise.resolve("WHEN_REQUIRED");
      const upload = (more: Partial<PutObjectCommandInput>) =>
        bare.send(
          new PutObjectCommand({
            Bucket,
            Key: "checksum",
            Body: "body",
            ObjectLockMode: "GOVERNANCE",
            ObjectLockRetainUntilDate: inDays(1),
            ...more,
          }),
        );
      expect(await failureOf(upload({}))).to.include({
        code: "InvalidRequest",
        status: 400,
        message:
          "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters",
      });
      await upload({ ContentMD5: createHash("md5").update("body").digest("base64") });
    });
  });

  describe("default retention", () => {
    it("applies to versions made after it, and gives way to a retention of their own", async () => {
      const early = await put();
      await s3.send(
        new PutObjectLockConfigurationCommand({
          Bucket,
          ObjectLockConfiguration: {
            ObjectLockEnabled: "Enabled",
            Rule: { DefaultRetention: { Mode: "COMPLIANCE", Days: 7 } },
          },
        }),
      );
      const late = await put();
      const own = await locked("GOVERNANCE", 1);
      expect(await failureOf(retentionOf(early))).to.include({
        code: "NoSuchObjectLockConfiguration",
      });
      expect(await retentionOf(late)).to.deep.equal({
        Mode: "COMPLIANCE",
        RetainUntilDate: inDays(7),
      });
      expect(await retentionOf(own)).to.deep.equal({
        Mode: "GOVERNANCE",
        RetainUntilDate: inDays(1),
      });
      await remove(early);
      expect(await failureOf(remove(late, true))).to.include(PROTECTED);
    });
  });

  describe("condition keys", () => {
    for (const [what, action, key, value, allowed, denied] of [
      ["a mode", "PutObjectRetention", "mode", "GOVERNANCE", "COMPLIANCE", "GOVERNANCE"],
      ["a hold", "PutObjectLegalHold", "legal-hold", "OFF", "ON", "OFF"],
    ] as const) {
      it(`let a policy deny ${what} that a request would set`, async () => {
        const target = await put();
        const Condition = { StringEquals: { [`s3:object-lock-${key}`]: value } };
        await denyOwnAccount(`s3:${action}`, target.Key, Condition);
        const set = (wanted: string) =>
          action === "PutObjectLegalHold"
            ? s3.send(
                new PutObjectLegalHoldCommand({
                  ...target,
                  LegalHold: { Status: wanted as "ON" },
                }),
              )
            : retain(target, { Mode: wanted as "GOVERNANCE", RetainUntilDate: inDays(8) });
        expect(await failureOf(set(denied))).to.include({ code: "AccessDenied", status: 403 });
        await set(allowed);
      });
    }

    it("a policy denies to read a retention, and to read a hold", async () => {
      const target = await put();
      const hold = new GetObjectLegalHoldCommand(target);
      for (const [action, read] of [
        ["s3:GetObjectRetention", () => retentionOf(target)],
        ["s3:GetObjectLegalHold", () => s3.send(hold)],
      ] as const) {
        await denyOwnAccount(action, target.Key);
        const failure = await failureOf(read());
        expect(failure).to.include({ code: "AccessDenied", status: 403 });
        expect(failure.message).to.contain(action);
      }
    });

    it("let a policy hold retention inside bounds", async () => {
      const name = "bounded-bucket";
      await s3.send(
        new CreateBucketCommand({
          Bucket: name,
          CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
          ObjectLockEnabledForBucket: true,
        }),
      );
      await s3.send(
        new PutBucketPolicyCommand({
          Bucket: name,
          Policy: JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Deny",
                Principal: { AWS: "*" },
                Action: "s3:PutObjectRetention",
                Resource: `arn:aws:s3:::${name}/*`,
                Condition: {
                  NumericGreaterThan: { "s3:object-lock-remaining-retention-days": "10" },
                },
              },
            ],
          }),
        }),
      );
      const bounded = (days: number) =>
        s3.send(
          new PutObjectCommand({
            Bucket: name,
            Key: "k",
            Body: "body",
            ObjectLockMode: "GOVERNANCE",
            ObjectLockRetainUntilDate: inDays(days),
          }),
        );
      await bounded(10);
      expect(await failureOf(bounded(11))).to.include({ code: "AccessDenied", status: 403 });
    });
  });
});
