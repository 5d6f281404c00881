/**
 * Level `checksum` whose process dies at a request, before and after it took effect, and is run again: each version is read by one
 * job at each side, whatever the first run came to. Every third request that changes something; `LOCKSTEP_TEST_KILLS=all` tries each.
 */

import { expect } from "chai";
import type { Sandbox } from "lockstep-sandbox";
import { ChecksumStack } from "../helpers/checksum-stack";
import { Crash, crashAt } from "../helpers/crashing-clients";
import { HandMadeStack, startQuickSandbox } from "../helpers/hand-made-stack";

const STRIDE = process.env["LOCKSTEP_TEST_KILLS"] === "all" ? 1 : 3;

/** What changes something at AWS. Of what is only read, nothing is left behind. */
const CHANGING = ["CreateJobCommand", "PutObjectCommand", "UpdateJobStatusCommand"];

const SIDES = ["source", "vault"] as const;

describe("jobs that read for a run that dies", function () {
  this.timeout(STRIDE === 1 ? 600_000 : 240_000);
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startQuickSandbox();
  });
  after(() => sandbox.close());

  for (const [when, first] of [
    ["before", 1],
    ["after", 2],
  ] as const) {
    it(`are made once, and carried on: ${when} each request took effect`, async () => {
      const stack = await HandMadeStack.make(sandbox, `dies-${when}`, ["a", "b c"]);
      await stack.backfill();
      const one = await ChecksumStack.make(stack);
      const seen = new Set<string>();
      try {
        const madeAt = { source: 0, vault: 0 };
        for (let atRequest = STRIDE === 1 ? 1 : first; ; atRequest += STRIDE) {
          const clients = await one.otherClients();
          const counter = crashAt(clients, { atRequest, when, counted: CHANGING });
          stack.events.length = 0;
          const died = await one.verify({ clients }).catch((error: unknown) => error);
          clients.destroy();
          const isOver = counter.count < atRequest;
          const where = `request ${atRequest} of ${counter.operations.join()}`;
          if (!isOver) expect(died, where).to.be.instanceOf(Crash);
          for (const operation of counter.operations) seen.add(operation);
          const wasTold = stack.told("verdict").length > 0;
          if (!isOver) expect(await one.verify(), where).to.include({ clean: true, proven: 2 });
          for (const side of SIDES) {
            const jobs = await one.jobs(side);
            expect(jobs.map(({ Status }) => Status)).to.deep.equal(jobs.map(() => "Complete"));
            // Whoever has had the verdict asks for another one, which may read anew.
            const most = wasTold && !isOver ? 2 : 1;
            expect(jobs.length - madeAt[side], `${side}, ${where}`).to.be.within(1, most);
            madeAt[side] = jobs.length;
            const [latest] = await one.ledger(side);
            expect(latest, where).to.equal("settled clean");
          }
          if (isOver) break;
        }
        expect([...seen]).to.include.members(CHANGING);
      } finally {
        await one.close();
      }
    });
  }
});
