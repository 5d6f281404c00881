/** Versions without an id (`null`), which are the ones that a source can write over: before it is looked at, and meanwhile, by each level. */

import {
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { ManualClock, startSandbox, type Sandbox } from "lockstep-sandbox";
import type { VerdictFields } from "../../automation/events";
import { chooseLevel } from "../../automation/levels/choose-level";
import { OUTCOME_MEANINGS } from "../../automation/report/outcome-causes";
import { afterListing } from "../helpers/after-listing";
import { HandMadeStack } from "../helpers/hand-made-stack";
import { withoutReplication } from "../helpers/without-replication";

const HOUR_MS = 60 * 60 * 1000;

for (const level of ["listing", "sample", "full"] as const) {
  describe(`a version without an id, by level ${level}`, function () {
    this.timeout(180_000);
    let sandbox: Sandbox;
    let stack: HandMadeStack;

    beforeEach(async () => {
      sandbox = await startSandbox({
        clock: new ManualClock(Date.now()),
        settings: { replicationDelayMs: 10, acceptsMachineTime: true },
      });
      stack = await HandMadeStack.make(sandbox, `null-${level}`, []);
      await suspended(() => put("first"));
      // A job follows the sandbox's clock.
      const timer = setInterval(() => sandbox.world.clock.advance(1000), 20);
      try {
        const filled = await stack.backfill();
        expect(filled).to.deep.include({ clean: true, proven: 1 });
      } finally {
        clearInterval(timer);
      }
      sandbox.world.clock.advance(HOUR_MS);
    });
    afterEach(async () => {
      await stack?.close();
      await sandbox?.close();
    });

    const put = (Body: string) => {
      const { Bucket, s3 } = stack.atSource();
      return s3.send(new PutObjectCommand({ Bucket, Key: "n", Body }));
    };
    const remove = () => {
      const { Bucket, s3 } = stack.atSource();
      return s3.send(new DeleteObjectCommand({ Bucket, Key: "n" }));
    };
    /** While versioning is suspended, which replication does not allow. */
    const suspended = async (work: () => Promise<unknown>): Promise<void> => {
      const { Bucket, s3 } = stack.atSource();
      const versioning = (Status: "Enabled" | "Suspended") =>
        s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
      await withoutReplication(s3, Bucket, async () => {
        await versioning("Suspended");
        await work();
        await versioning("Enabled");
      });
    };
    const verify = (): Promise<VerdictFields> =>
      stack.verify({
        level: chooseLevel({ level }),
        settleLimits: { intervalMs: 1, maxIntervalMs: 1, deadlineMs: 0 },
      });
    const verifyWhile = (work: () => Promise<unknown>): Promise<VerdictFields> =>
      afterListing(stack.clients.source.s3, () => suspended(work), verify);

    it("is proven as it was listed where a delete marker takes its place meanwhile", async () => {
      expect(await verifyWhile(remove)).to.deep.include({ clean: true, proven: 1, failures: [] });
    });

    it("is proven as it was listed where it is written over meanwhile", async () => {
      const verdict = await verifyWhile(() => put("other, and longer"));
      expect(verdict).to.deep.include({ clean: true, proven: 1, failures: [] });
    });

    it("is not in the vault where it was written over before, and the source is told to have done that", async () => {
      await suspended(() => put("other, and longer"));
      const { clean, failures } = await verify();
      expect(clean).to.equal(false);
      const [failure] = failures;
      expect(failures).to.have.length(1);
      if (level === "listing") expect(failure).to.include({ kind: "failed", code: "content" });
      else {
        expect(failure).to.include({ kind: "failed", code: "overwritten" });
        expect(failure?.cause).to.match(/^written over at the source after it was replicated/);
        expect(OUTCOME_MEANINGS["failed/overwritten"].side).to.equal("source");
      }
    });
  });
}
