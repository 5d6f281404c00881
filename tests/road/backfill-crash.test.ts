import { expect } from "chai";
import type { Sandbox } from "lockstep-sandbox";
import { Crash, crashAt } from "../helpers/crashing-clients";
import { HandMadeStack, startQuickSandbox } from "../helpers/hand-made-stack";

describe("a backfill whose process dies", function () {
  this.timeout(300_000);
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startQuickSandbox();
  });
  after(() => sandbox.close());

  for (const when of ["before", "after"] as const) {
    it(`ends clean with one job, wherever it died ${when} a request took effect`, async () => {
      const seen = new Set<string>();
      for (let atRequest = 1; ; atRequest++) {
        const stack = await HandMadeStack.make(sandbox, `${when}-${atRequest}`, ["a", "b c"]);
        try {
          const clients = await stack.otherClients();
          const counter = crashAt(clients, { atRequest, when });
          const first = await stack.backfill({ clients }).catch((error: unknown) => error);
          clients.destroy();
          for (const operation of counter.operations) seen.add(operation);
          const where = `request ${atRequest}, ${counter.operations[atRequest - 1]}`;
          if (counter.count >= atRequest) expect(first, where).to.be.instanceOf(Crash);
          const verdict = await stack.backfill();
          expect(verdict, where).to.deep.include({ clean: true, proven: 2, failed: 0 });
          const jobs = await stack.jobs();
          expect(jobs, where).to.have.length(1);
          expect(jobs[0]?.Status, where).to.equal("Complete");
          const created = stack.told("job-created").at(-1);
          if (created !== undefined) expect(created.jobId, where).to.equal(jobs[0]?.JobId);
          // The last run had no such request any more: every point of the whole run was tried.
          if (counter.count < atRequest) break;
        } finally {
          await stack.close();
        }
      }
      expect([...seen]).to.include.members([
        "CreateJobCommand",
        "UpdateJobStatusCommand",
        "PutObjectCommand",
      ]);
    });
  }
});
