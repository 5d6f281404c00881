/** `retry`, `relock` and jobs that read with a fault at each of their requests; `backfill` has a road of its own. */

import { DeleteBucketPolicyCommand, GetBucketPolicyCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { Sandbox } from "lockstep-sandbox";
import { explained, isLockstepError } from "../../automation/errors";
import {
  atEachRequest,
  type Ended,
  type Fault,
  type FaultedRun,
  LASTING,
  nameOfFault,
  PASSING,
  STALE,
} from "../helpers/faults-at-each-request";
import { ChecksumStack } from "../helpers/checksum-stack";
import { HandMadeStack, startQuickSandbox } from "../helpers/hand-made-stack";
import { RelockStack } from "../helpers/relock-stack";

/** Each kind of fault hits a few requests, spread over all of them, other ones for each kind; with `LOCKSTEP_TEST_FAULTS=all` each. */
const STRIDE = process.env["LOCKSTEP_TEST_FAULTS"] === "all" ? 1 : 41;
/** Of one kind to that of the next: no divisor of a stride. */
const STEP = 5;

/** A request is given up after so long without an answer. A busy machine has to answer the others in that time. */
const IDLE = { idleTimeoutMs: 400 };

describe("with faults", function () {
  this.timeout(STRIDE === 1 ? 1_800_000 : 300_000);
  let sandbox: Sandbox;
  let number = 0;
  before(async () => {
    sandbox = await startQuickSandbox();
  });
  after(() => sandbox.close());

  /** What a command came to, where it did what is to be done. */
  interface Command {
    readonly name: string;
    /** How far it is from one request that is hit to the next. Default: `STRIDE`. */
    readonly stride?: number;
    /** Kinds of faults. Default: all. */
    readonly effects?: readonly Fault["effect"][];
    readonly make: () => Promise<FaultedRun<object>>;
    readonly expectDone: (end: object, where: string) => void;
  }

  /** A job has failed at each version, and what kept it from the vault is over. */
  const retried = async (): Promise<FaultedRun<object>> => {
    const stack = await HandMadeStack.make(sandbox, `faulted-retry-${++number}`, ["a", "b c"]);
    const { Bucket, s3 } = stack.atVault();
    const { Policy = "{}" } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    await stack.backfill();
    await stack.setVaultPolicy(JSON.parse(Policy) as object);
    const clients = await stack.otherClients(IDLE);
    const retry = { retry: { maxAttempts: 2 } };
    return {
      run: () => stack.backfill({ ...retry, clients }),
      again: async () => {
        const end = await stack.backfill(retry);
        const statuses = (await stack.jobs()).map(({ Status }) => Status);
        expect(statuses).to.deep.equal(["Complete", "Complete"]);
        return end;
      },
      close: async () => {
        clients.destroy();
        await stack.close();
      },
    };
  };

  /** Every lock is of the stage before. */
  const relocked = async (): Promise<FaultedRun<object>> => {
    const stack = await HandMadeStack.make(sandbox, `faulted-relock-${++number}`, ["a", "b c"]);
    await stack.backfill();
    const one = await RelockStack.make(stack, { stage: "compliance", retentionDays: 60 });
    const clients = await one.otherClients(IDLE);
    return {
      run: () => one.relock({ clients }),
      again: async () => {
        const { extended, enoughAlready, failed } = await one.relock();
        expect((await one.jobs()).map(({ Status }) => Status)).to.deep.equal(["Complete"]);
        expect(await one.ledger()).to.deep.equal(["settled clean"]);
        expect(await one.verify()).to.include({ clean: true, proven: 2 });
        return { done: extended + enoughAlready, failed };
      },
      close: async () => {
        clients.destroy();
        await one.close();
      },
    };
  };

  /** All is at the vault, and nothing was read. */
  const read = async (): Promise<FaultedRun<object>> => {
    const stack = await HandMadeStack.make(sandbox, `faulted-read-${++number}`, ["a", "b c"]);
    await stack.backfill();
    const one = await ChecksumStack.make(stack);
    const clients = await one.otherClients(IDLE);
    stack.events.length = 0;
    return {
      run: () => one.verify({ clients }),
      again: async () => {
        const wasTold = stack.told("verdict").length > 0;
        const end = await one.verify();
        for (const side of ["source", "vault"] as const) {
          // Whoever has had a verdict asks for another one, for which all is read anew.
          const statuses = (await one.jobs(side)).map(({ Status }) => Status);
          expect(statuses.length, side).to.be.within(1, wasTold ? 2 : 1);
          expect(new Set(statuses)).to.deep.equal(new Set(["Complete"]));
          expect((await one.ledger(side))[0]).to.equal("settled clean");
        }
        return end;
      },
      close: async () => {
        clients.destroy();
        await one.close();
      },
    };
  };

  const COMMANDS: readonly Command[] = [
    {
      name: "retry",
      make: retried,
      expectDone: (end, where) =>
        void expect(end, where).to.include({ clean: true, proven: 2, failed: 0 }),
    },
    {
      name: "relock",
      make: relocked,
      expectDone: (end, where) => {
        const { extended = 0, failed } = end as { extended?: number; failed: number };
        const done = "done" in end ? end.done : extended;
        expect({ done, failed }, where).to.deep.equal({ done: 2, failed: 0 });
      },
    },
    {
      name: "verify --level checksum",
      // One request for each of some kinds; its jobs are driven as those of the others are.
      ...(STRIDE === 1
        ? {}
        : { stride: 499, effects: ["reset-after", "expired-credentials", "stale-read"] }),
      make: read,
      expectDone: (end, where) =>
        void expect(end, where).to.include({ clean: true, proven: 2, failed: 0 }),
    },
  ];

  for (const { effects, expectDone, make, name, stride = STRIDE } of COMMANDS) {
    const isMeant = ({ effect }: Fault): boolean => effects?.includes(effect) !== false;
    describe(`lockstep ${name}`, () => {
      let kind = 0;
      const each = (fault: Fault, judge: (end: Ended<object>, where: string) => void) => {
        const first = (kind++ * STEP) % stride;
        return () =>
          atEachRequest(sandbox, fault, { first, stride }, make, (end, second, where) => {
            judge(end, where);
            expectDone(second, where);
          });
      };

      for (const fault of PASSING.filter(isMeant)) {
        it(
          `does all in the same run, by one job, at whichever request it is hit: ${nameOfFault(fault)}`,
          each(fault, (end, where) => {
            if ("thrown" in end) throw end.thrown;
            expectDone(end.done, where);
          }),
        );
      }

      for (const { code, fault } of LASTING.filter(({ fault: one }) => isMeant(one))) {
        it(
          `stops with ${code}, and does all by one job once it is over: ${nameOfFault(fault)}`,
          each(fault, (end, where) => {
            if ("thrown" in end) expect(explained(end.thrown), where).to.include({ code });
            // It ended before its turn came.
            else expectDone(end.done, where);
          }),
        );
      }

      it(
        `does all, or says what it does not find and makes nothing for it: ${nameOfFault(STALE)}`,
        each(STALE, (end, where) => {
          if ("thrown" in end) expect(isLockstepError(explained(end.thrown)), where).to.equal(true);
          else expectDone(end.done, where);
        }),
      );
    });
  }
});
