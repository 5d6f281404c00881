import { expect } from "chai";
import type { FaultRule, Sandbox } from "lockstep-sandbox";
import { explained, type ErrorCode } from "../../automation/errors";
import type { VerdictFields } from "../../automation/events";
import { HandMadeStack, startQuickSandbox } from "../helpers/hand-made-stack";

/** What may go wrong with a single request, without anybody having to do something about it. */
const PASSING: readonly Pick<FaultRule, "effect" | "skewMs">[] = [
  { effect: "throttle" },
  { effect: "internal-error" },
  { effect: "service-unavailable" },
  { effect: "reset-before" },
  { effect: "reset-after" },
  { effect: "time-out" },
  { effect: "time-out-after" },
  { effect: "expired-credentials" },
  // The clock is set while the command runs: AWS's answers are of another time once, and as before from then on.
  { effect: "clock-skew" },
  { effect: "clock-skew", skewMs: -60 * 60 * 1000 },
];

/** What goes on until somebody does something about it, and what a run that it ends is told as. */
const LASTING: readonly (Pick<FaultRule, "effect"> & { readonly code: ErrorCode })[] = [
  { effect: "expired-credentials", code: "CredentialsUnusable" },
  { effect: "reset-before", code: "AwsUnreachable" },
  { effect: "reset-after", code: "AwsUnreachable" },
];

/** Each kind of fault is tried at every second request, half of them at the others; with `LOCKSTEP_TEST_FAULTS=all` at each. */
const STRIDE = process.env["LOCKSTEP_TEST_FAULTS"] === "all" ? 1 : 2;

/** Ends with what was thrown, or with the verdict. */
type End = VerdictFields | { readonly thrown: unknown };

describe("a backfill with faults", function () {
  this.timeout(600_000);
  let sandbox: Sandbox;
  let number = 0;
  before(async () => {
    sandbox = await startQuickSandbox();
  });
  after(() => sandbox.close());

  /**
   * Runs a backfill for each of its requests, or for every `STRIDE`th of them, with a fault that begins there.
   * @param first which one is tried first, counted from 0
   * @param judge is given how it ended, and how a second run without faults did
   */
  async function atEachRequest(
    fault: FaultRule,
    first: number,
    judge: (end: End, second: VerdictFields, where: string) => void,
  ): Promise<void> {
    for (let skip = first; ; skip += STRIDE) {
      const stack = await HandMadeStack.make(sandbox, `faults-${++number}`, ["a", "b c"]);
      const clients = await stack.otherClients({ idleTimeoutMs: 150 });
      try {
        sandbox.faults.add({ ...fault, skip });
        const end: End = await stack.backfill({ clients }).catch((thrown: unknown) => ({ thrown }));
        const [status] = sandbox.faults.status();
        sandbox.faults.clear();
        const where = `request ${skip + 1}`;
        judge(end, await stack.backfill(), where);
        const jobs = await stack.jobs();
        expect(
          jobs.map(({ Status }) => Status),
          where,
        ).to.deep.equal(["Complete"]);
        if (status?.hitCount === 0) return;
      } finally {
        sandbox.faults.clear();
        clients.destroy();
        await stack.close();
      }
    }
  }

  for (const [index, fault] of PASSING.entries()) {
    const name = [fault.effect, ...(fault.skewMs === undefined ? [] : [`${fault.skewMs} ms`])];
    it(`ends clean with one job in the same run, at whichever request it is hit: ${name.join(" ")}`, () =>
      atEachRequest({ ...fault, first: 1 }, index % STRIDE, (end, second, where) => {
        if ("thrown" in end) throw end.thrown;
        expect(end, where).to.include({ clean: true, proven: 2, failed: 0 });
        expect(second, where).to.include({ clean: true, proven: 2, failed: 0 });
      }));
  }

  for (const [index, { code, ...fault }] of LASTING.entries()) {
    it(`stops with ${code}, tells no verdict, and ends clean with one job once it is over: ${fault.effect}`, () =>
      atEachRequest(fault, index % STRIDE, (end, second, where) => {
        if ("thrown" in end) {
          expect(explained(end.thrown), where).to.include({ code });
        } else {
          // It ended before its turn came.
          expect(end, where).to.include({ clean: true, proven: 2, failed: 0 });
        }
        expect(second, where).to.include({ clean: true, proven: 2, failed: 0 });
      }));
  }
});
