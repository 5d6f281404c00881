/**
 * A source that changes while it is looked at, by each level: between the listing of the source and that of the vault somebody, or
 * S3 itself, does something. None of it is a loss, and no loss hides behind it.
 */

import {
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { ManualClock, startSandbox, type Sandbox } from "lockstep-sandbox";
import type { VerifyOptions } from "../../automation/backfill/look";
import { systemClock, type Clock } from "../../automation/clock";
import type { VerdictFields } from "../../automation/events";
import { chooseLevel } from "../../automation/levels/choose-level";
import { afterListing } from "../helpers/after-listing";
import { eventually } from "../helpers/eventually";
import { HandMadeStack } from "../helpers/hand-made-stack";
import { DAY_MS } from "../helpers/judged-world";
import { withoutReplication } from "../helpers/without-replication";

const LEVELS = ["listing", "sample", "full"] as const;
const HOUR_MS = 60 * 60 * 1000;
const ON_THE_WAY_MS = 60_000;

for (const level of LEVELS) {
  describe(`a source that changes while it is looked at, by level ${level}`, function () {
    this.timeout(180_000);
    let sandbox: Sandbox;
    let stack: HandMadeStack;

    beforeEach(async () => {
      sandbox = await startSandbox({
        clock: new ManualClock(Date.now()),
        settings: { replicationDelayMs: ON_THE_WAY_MS, acceptsMachineTime: true },
      });
      stack = await HandMadeStack.make(sandbox, `meanwhile-${level}`, []);
    });
    afterEach(async () => {
      await stack?.close();
      await sandbox?.close();
    });

    const arrived = (Key: string) =>
      eventually(() =>
        stack.atVault().s3.send(new HeadObjectCommand({ Bucket: stack.atVault().Bucket, Key })),
      );
    const versionsOf = async (Prefix: string) => {
      const { Bucket, s3 } = stack.atSource();
      return (await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix }))).Versions ?? [];
    };
    const deleteForGood = async (Key: string) => {
      const { Bucket, s3 } = stack.atSource();
      for (const { VersionId } of await versionsOf(Key)) {
        await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
      }
    };
    const advance = (durationMs: number) => sandbox.world.clock.advance(durationMs);
    const putReplicated = async (key: string) => {
      await stack.put(key, "content");
      advance(2 * ON_THE_WAY_MS);
      await arrived(key);
    };
    const putAlone = (key: string) =>
      withoutReplication(stack.atSource().s3, stack.atSource().Bucket, () =>
        stack.put(key, "content"),
      );

    /** Looks, and does something once the source was listed. */
    function verifyWhile(
      work: () => Promise<void>,
      overrides: Partial<VerifyOptions> = {},
    ): Promise<VerdictFields> {
      const settleLimits = { intervalMs: 1, maxIntervalMs: 1, deadlineMs: 0 };
      return afterListing(stack.clients.source.s3, work, () =>
        stack.verify({ level: chooseLevel({ level }), settleLimits, ...overrides }),
      );
    }

    const nothing = () => Promise.resolve();
    const codesOf = ({ failures }: VerdictFields) =>
      failures.map(({ code, key, kind }) => `${key}: ${kind}/${code}`);

    it("proves what was deleted for good at the source and is at the vault", async () => {
      await putReplicated("deleted");
      await putReplicated("stays");
      const verdict = await verifyWhile(() => deleteForGood("deleted"));
      expect(verdict).to.deep.include({ clean: true, proven: 2, failed: 0 });
    });

    it("does not call missing what was deleted for good at the source and never was at the vault", async () => {
      await putReplicated("stays");
      await putAlone("deleted");
      await putAlone("lost");
      // Too old to be on its way.
      advance(HOUR_MS);
      const verdict = await verifyWhile(() => deleteForGood("deleted"));
      expect(codesOf(verdict)).to.deep.equal([
        "deleted: unverifiable/gone",
        "lost: failed/missing",
      ]);
      expect(verdict).to.deep.include({ clean: false, proven: 1, failed: 1, unverifiable: 1 });
    });

    it("does not call missing what a lifecycle rule has expired, and proves what is at the vault of it", async () => {
      await putReplicated("replicated");
      await putAlone("alone");
      await putReplicated("replicated");
      await putAlone("alone");
      // Too old to be on its way.
      advance(HOUR_MS);
      const { Bucket, s3 } = stack.atSource();
      await s3.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket,
          LifecycleConfiguration: {
            Rules: [
              {
                ID: "expire",
                Status: "Enabled",
                Filter: { Prefix: "" },
                NoncurrentVersionExpiration: { NoncurrentDays: 1 },
              },
            ],
          },
        }),
      );
      const verdict = await verifyWhile(async () => {
        advance(3 * DAY_MS);
        await eventually(async () => {
          expect(await versionsOf("")).to.have.length(2);
        });
      });
      expect(verdict).to.deep.include({ proven: 2, unverifiable: 1 });
      expect(codesOf(verdict).filter((text) => text.includes("unverifiable"))).to.deep.equal([
        "alone: unverifiable/gone",
      ]);
    });

    it("finds nothing on top in a version that was written and replicated meanwhile", async () => {
      await putReplicated("written-twice");
      const verdict = await verifyWhile(async () => {
        await stack.put("written-twice", "newer");
        advance(2 * ON_THE_WAY_MS);
        const [newest] = await versionsOf("written-twice");
        await eventually(() =>
          stack.atVault().s3.send(
            new HeadObjectCommand({
              Bucket: stack.atVault().Bucket,
              Key: "written-twice",
              VersionId: newest?.VersionId,
            }),
          ),
        );
        await putReplicated("new-key");
      });
      expect(verdict).to.deep.include({ clean: true, proven: 1, onTop: [] });
    });

    it("loses nothing by a delete marker that is put at the source meanwhile", async () => {
      await putReplicated("hidden");
      const verdict = await verifyWhile(async () => {
        const { Bucket, s3 } = stack.atSource();
        await s3.send(new DeleteObjectCommand({ Bucket, Key: "hidden" }));
      });
      expect(verdict).to.deep.include({ clean: true, proven: 1, onTop: [] });
    });

    it("tells new from lost by AWS's time, whatever the clock of whoever looks says", async () => {
      await putReplicated("there");
      await putAlone("never-came");
      const wrong = (offsetMs: number): Clock => ({
        nowEpochMs: () => Date.now() + offsetMs,
        sleep: (durationMs, signal) => systemClock.sleep(durationMs, signal),
      });
      // In full the source says that replication was never started for it; a listing only that it is new.
      const told = level === "listing" ? "unverifiable/too-new" : "failed/missing";
      const whileNew = await verifyWhile(nothing, { clock: wrong(10 * 365 * DAY_MS) });
      expect(codesOf(whileNew)).to.deep.equal([`never-came: ${told}`]);
      expect(whileNew).to.deep.include({ clean: false, proven: 1 });
      advance(HOUR_MS);
      const later = await verifyWhile(nothing, { clock: wrong(-10 * 365 * DAY_MS) });
      expect(codesOf(later)).to.deep.equal(["never-came: failed/missing"]);
      expect(later).to.deep.include({ clean: false, proven: 1 });
    });

    it("waits for what is on its way", async () => {
      await putReplicated("there");
      await stack.put("late", "content");
      const sleeps: number[] = [];
      const clock: Clock = {
        nowEpochMs: () => sandbox.world.clock.nowEpochMs(),
        sleep: (durationMs) => {
          sleeps.push(durationMs);
          advance(durationMs);
          return Promise.resolve();
        },
      };
      const settleLimits = { intervalMs: 40_000, maxIntervalMs: 40_000, deadlineMs: 600_000 };
      const verdict = await verifyWhile(nothing, { clock, settleLimits });
      expect(verdict).to.deep.include({ clean: true, proven: 2, failed: 0 });
      expect(sleeps).to.deep.equal([40_000, 40_000]);
    });
  });
}
