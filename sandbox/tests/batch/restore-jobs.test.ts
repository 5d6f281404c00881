import { GetObjectCommand, HeadObjectCommand, type StorageClass } from "@aws-sdk/client-s3";
import type { S3InitiateRestoreObjectOperation } from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { allow } from "../replication/fixture";
import { useJobsThroughSdk } from "./jobs-through-sdk";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ICE = "acme-ice";

const restore = (
  ExpirationInDays?: number,
  GlacierJobTier?: S3InitiateRestoreObjectOperation["GlacierJobTier"],
) => ({ S3InitiateRestoreObject: { ExpirationInDays, GlacierJobTier } });

describe("S3InitiateRestoreObject", () => {
  const jobs = useJobsThroughSdk();
  let role = "";

  before(async () => {
    await jobs().bucket(ICE);
    role = await jobs().role(
      allow("s3:RestoreObject", `arn:aws:s3:::${ICE}/*`),
      allow("s3:ListBucket", `arn:aws:s3:::${ICE}`),
    );
  });

  const archived = (key: string, storageClass: StorageClass = "GLACIER") =>
    jobs().put(ICE, key, { StorageClass: storageClass });

  const head = (Key: string) =>
    jobs()
      .sandbox.s3("source")
      .send(new HeadObjectCommand({ Bucket: ICE, Key }));
  const read = (Key: string) =>
    jobs()
      .sandbox.s3("source")
      .send(new GetObjectCommand({ Bucket: ICE, Key }));

  for (const [storageClass, tier, hours] of [
    ["GLACIER", undefined, 5],
    ["GLACIER", "BULK", 12],
    ["DEEP_ARCHIVE", "STANDARD", 12],
    ["DEEP_ARCHIVE", "BULK", 48],
  ] as const) {
    it(`brings a copy of ${storageClass} by ${tier ?? "default"} after ${hours} hours, for days that end at midnight`, async () => {
      const key = `${storageClass}-${tier}`;
      const id = await archived(key, storageClass);
      const startEpochMs = jobs().sandbox.clock.nowEpochMs();
      const { job, rows } = await jobs().run(restore(3, tier), role, [[ICE, key, id]]);
      expect(job.Status).to.equal("Complete");
      expect(rows).to.deep.equal([[ICE, key, id, "succeeded", "200", "", "Successful"]]);
      expect((await head(key)).Restore).to.equal('ongoing-request="true"');
      expect((await failureOf(read(key))).code).to.equal("InvalidObjectState");
      jobs().sandbox.clock.advance(hours * HOUR_MS);
      const expiry = /expiry-date="(.*)"/.exec((await head(key)).Restore ?? "")?.[1] ?? "";
      const endEpochMs = Date.parse(expiry);
      // The next midnight after three days from when the copy was there.
      expect(endEpochMs % DAY_MS).to.equal(0);
      const leastEpochMs = startEpochMs + hours * HOUR_MS + 3 * DAY_MS;
      expect(endEpochMs)
        .to.be.greaterThan(leastEpochMs)
        .and.at.most(leastEpochMs + DAY_MS);
      await read(key);
      jobs().sandbox.clock.advance(endEpochMs - jobs().sandbox.clock.nowEpochMs() - 1);
      await read(key);
      jobs().sandbox.clock.advance(1);
      expect((await failureOf(read(key))).code).to.equal("InvalidObjectState");
    });
  }

  it("overtakes a restore in progress with a faster tier and the same days, and nothing else does", async () => {
    await archived("overlapping");
    const rows = [[ICE, "overlapping"]];
    const outcome = async (days: number, tier: "STANDARD" | "BULK") =>
      (await jobs().run(restore(days, tier), role, rows)).rows[0]?.slice(3, 6).join(" ");
    expect(await outcome(2, "BULK")).to.equal("succeeded 200 ");
    expect(await outcome(2, "BULK")).to.equal("failed 409 RestoreAlreadyInProgress");
    expect(await outcome(3, "STANDARD")).to.equal("failed 409 RestoreAlreadyInProgress");
    expect(await outcome(2, "STANDARD")).to.equal("succeeded 200 ");
    expect(await outcome(2, "BULK")).to.equal("failed 409 RestoreAlreadyInProgress");
    jobs().sandbox.clock.advance(5 * HOUR_MS);
    await read("overlapping");
    const before = (await head("overlapping")).Restore;
    // Once the copy is there, another job gives it another end.
    expect(await outcome(9, "BULK")).to.equal("succeeded 200 ");
    expect((await head("overlapping")).Restore).not.to.equal(before);
    await read("overlapping");
  });

  it("fails tasks of what is not archived or not there, without days, and of a role without s3:RestoreObject", async () => {
    await jobs().put(ICE, "warm");
    await archived("cold");
    const warm = await jobs().run(restore(1), role, [
      [ICE, "warm"],
      [ICE, "missing"],
    ]);
    expect(warm.rows.map((row) => row.slice(1, 6).join(" "))).to.deep.equal([
      "warm  failed 403 InvalidObjectState",
      "missing  failed 404 NoSuchKey",
    ]);
    const endless = await jobs().run(restore(), role, [[ICE, "cold"]]);
    expect(endless.rows[0]?.slice(3, 6)).to.deep.equal(["failed", "400", "MalformedXML"]);
    const poor = await jobs().role();
    const denied = await jobs().run(restore(1), poor, [[ICE, "cold"]]);
    expect(denied.job.Status).to.equal("Complete");
    expect(denied.rows[0]?.slice(3, 6)).to.deep.equal(["failed", "403", "AccessDenied"]);
  });

  it("is refused with EXPEDITED, which jobs do not have, and with no day", async () => {
    const Manifest = await jobs().manifest([[ICE, "cold"]]);
    const create = (operation: object) =>
      failureOf(jobs().create(operation as never, role, { Manifest }));
    const expedited = await create({
      S3InitiateRestoreObject: { ExpirationInDays: 1, GlacierJobTier: "EXPEDITED" },
    });
    expect(expedited).to.include({ code: "BadRequestException", status: 400 });
    expect(expedited.message).to.match(/glacierJobTier.*\[STANDARD, BULK\]/);
    expect((await create(restore(0))).message).to.match(/expirationInDays.*equal to 1/);
  });
});
