import { expect } from "chai";
import type { Sandbox } from "lockstep-sandbox";
import { dieAtEachRequest } from "../helpers/die-at-each-request";
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
      const seen = await dieAtEachRequest({
        when,
        make: (name) => HandMadeStack.make(sandbox, name, ["a", "b c"]),
        run: (stack, clients = stack.clients) => stack.backfill({ clients }),
        judge: async (stack, verdict, where) => {
          expect(verdict, where).to.deep.include({ clean: true, proven: 2, failed: 0 });
          const jobs = await stack.jobs();
          expect(jobs, where).to.have.length(1);
          expect(jobs[0]?.Status, where).to.equal("Complete");
          const created = stack.told("job-created").at(-1);
          if (created !== undefined) expect(created.jobId, where).to.equal(jobs[0]?.JobId);
        },
      });
      expect([...seen]).to.include.members([
        "CreateJobCommand",
        "UpdateJobStatusCommand",
        "PutObjectCommand",
      ]);
    });
  }
});
