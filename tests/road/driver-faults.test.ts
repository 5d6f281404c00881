import { expect } from "chai";
import type { Sandbox } from "lockstep-sandbox";
import { explained } from "../../automation/errors";
import type { VerdictFields } from "../../automation/events";
import {
  atEachRequest,
  type Ended,
  type Fault,
  type FaultedRun,
  LASTING,
  nameOfFault,
  PASSING,
} from "../helpers/faults-at-each-request";
import { HandMadeStack, startQuickSandbox } from "../helpers/hand-made-stack";

/** Each kind of fault is tried at every second request, half of them at the others; with `LOCKSTEP_TEST_FAULTS=all` at each. */
const STRIDE = process.env["LOCKSTEP_TEST_FAULTS"] === "all" ? 1 : 2;

describe("a backfill with faults", function () {
  this.timeout(600_000);
  let sandbox: Sandbox;
  let number = 0;
  before(async () => {
    sandbox = await startQuickSandbox();
  });
  after(() => sandbox.close());

  const backfilled = async (): Promise<FaultedRun<VerdictFields>> => {
    const stack = await HandMadeStack.make(sandbox, `faults-${++number}`, ["a", "b c"]);
    const clients = await stack.otherClients({ idleTimeoutMs: 400 });
    return {
      run: () => stack.backfill({ clients }),
      again: async () => {
        const end = await stack.backfill();
        expect((await stack.jobs()).map(({ Status }) => Status)).to.deep.equal(["Complete"]);
        return end;
      },
      close: async () => {
        clients.destroy();
        await stack.close();
      },
    };
  };

  /** @param index of the kind of fault, which says where the first one hits */
  const each =
    (fault: Fault, index: number, judge: (end: Ended<VerdictFields>, where: string) => void) =>
    (): Promise<void> =>
      atEachRequest(
        sandbox,
        fault,
        { first: index % STRIDE, stride: STRIDE },
        backfilled,
        (end, second, where) => {
          judge(end, where);
          expectClean(second, where);
        },
      );

  for (const [index, fault] of PASSING.entries()) {
    it(
      `ends clean with one job in the same run, at whichever request it is hit: ${nameOfFault(fault)}`,
      each(fault, index, (end, where) => {
        if ("thrown" in end) throw end.thrown;
        expectClean(end.done, where);
      }),
    );
  }

  for (const [index, { code, fault }] of LASTING.entries()) {
    it(
      `stops with ${code}, tells no verdict, and ends clean with one job once it is over: ${nameOfFault(fault)}`,
      each(fault, index, (end, where) => {
        if ("thrown" in end) expect(explained(end.thrown), where).to.include({ code });
        // It ended before its turn came.
        else expectClean(end.done, where);
      }),
    );
  }
});

function expectClean(verdict: VerdictFields, where: string): void {
  expect(verdict, where).to.include({ clean: true, proven: 2, failed: 0 });
}
