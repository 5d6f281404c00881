import { expect } from "chai";
import type { Sandbox } from "lockstep-sandbox";
import { Crash, crashAt } from "../helpers/crashing-clients";
import { HandMadeStack, startQuickSandbox } from "../helpers/hand-made-stack";

/** Each point at which something is made; between them only things are read. */
const MAKING = ["PutObjectCommand", "CreateJobCommand", "UpdateJobStatusCommand"];

describe("a backfill with a manifest of its own, whose process dies", function () {
  this.timeout(600_000);
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startQuickSandbox();
  });
  after(() => sandbox.close());

  for (const when of ["before", "after"] as const) {
    it(`fills what is missing with one job, wherever it died ${when} something was made`, async () => {
      const points = await makingRequests(`count-${when}`);
      expect(points).to.include.members(MAKING);
      for (const [index, operation] of points.entries()) {
        const atRequest = index + 1;
        const where = `request ${atRequest}, ${operation}`;
        const stack = await withOneMissing(`own-${when}-${atRequest}`);
        try {
          const clients = await stack.otherClients();
          crashAt(clients, { atRequest, when, counted: MAKING });
          const first = await stack.backfill({ clients }).catch((error: unknown) => error);
          clients.destroy();
          expect(first, where).to.be.instanceOf(Crash);
          expect(await stack.backfill(), where).to.include({ clean: true, proven: 2, failed: 0 });
          const jobs = await stack.jobs();
          expect(
            jobs.map(({ Status }) => Status),
            where,
          ).to.deep.equal(["Complete", "Complete"]);
        } finally {
          await stack.close();
        }
      }
    });
  }

  /** Its first backfill is done, and one of its two replicas is gone, so that S3's list would hold too much. */
  async function withOneMissing(name: string): Promise<HandMadeStack> {
    const stack = await HandMadeStack.make(sandbox, name, ["a", "b c"]);
    await stack.backfill();
    const vault = sandbox.world.s3.findBucket(stack.outputs.vaults[0]?.bucketName ?? "");
    for (const { key, versionId } of [...(vault?.objects.versions("a") ?? [])]) {
      vault?.objects.remove(key, versionId);
    }
    return stack;
  }

  /** The operations of a whole run that make something, in their order. */
  async function makingRequests(name: string): Promise<readonly string[]> {
    const stack = await withOneMissing(name);
    try {
      const clients = await stack.otherClients();
      const counter = crashAt(clients, { atRequest: Number.POSITIVE_INFINITY, when: "before" });
      await stack.backfill({ clients });
      clients.destroy();
      return counter.operations.filter((operation) => MAKING.includes(operation));
    } finally {
      await stack.close();
    }
  }
});
