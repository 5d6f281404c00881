import { expect } from "chai";
import type { Sandbox } from "lockstep-sandbox";
import { Crash, crashAt } from "../helpers/crashing-clients";
import { HandMadeStack, startQuickSandbox } from "../helpers/hand-made-stack";
import { RelockStack } from "../helpers/relock-stack";

/** Each point at which something is made; between them only things are read. */
const MAKING = [
  "PutObjectCommand",
  "PutObjectRetentionCommand",
  "CreateJobCommand",
  "UpdateJobStatusCommand",
];

describe("a relock whose process dies", function () {
  this.timeout(600_000);
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startQuickSandbox();
  });
  after(() => sandbox.close());

  for (const when of ["before", "after"] as const) {
    it(`extends each lock by one job, wherever it died ${when} something was made`, async () => {
      const points = await makingRequests(`count-${when}`);
      expect(points).to.include.members(MAKING);
      for (const [index, operation] of points.entries()) {
        const atRequest = index + 1;
        const where = `request ${atRequest}, ${operation}`;
        const one = await raised(`relock-${when}-${atRequest}`);
        try {
          const clients = await one.otherClients();
          crashAt(clients, { atRequest, when, counted: MAKING });
          const first = await one.relock({ clients }).catch((error: unknown) => error);
          clients.destroy();
          expect(first, where).to.be.instanceOf(Crash);
          const { enoughAlready, extended, failed } = await one.relock();
          // What was locked when the first run died is enough for the second.
          expect([extended + enoughAlready, failed], where).to.deep.equal([2, 0]);
          expect(await one.verify(), where).to.include({ clean: true, proven: 2 });
          const jobs = await one.jobs();
          expect(
            jobs.map(({ Status }) => Status),
            where,
          ).to.deep.equal(["Complete"]);
          expect(await one.ledger(), where).to.deep.equal(["settled clean"]);
        } finally {
          await one.close();
        }
      }
    });
  }

  async function raised(name: string): Promise<RelockStack> {
    const stack = await HandMadeStack.make(sandbox, name, ["a", "b c"]);
    await stack.backfill();
    return RelockStack.make(stack, { stage: "compliance", retentionDays: 60 });
  }

  /** The operations of a whole run that make something, in their order. */
  async function makingRequests(name: string): Promise<readonly string[]> {
    const one = await raised(name);
    try {
      const clients = await one.otherClients();
      const counter = crashAt(clients, { atRequest: Number.POSITIVE_INFINITY, when: "before" });
      await one.relock({ clients });
      clients.destroy();
      return counter.operations.filter((operation) => MAKING.includes(operation));
    } finally {
      await one.close();
    }
  }
});
