/** The exit code of a command on several sources. */

import { expect } from "chai";
import { endOfSources, verdictsExit } from "../../automation/cli/commands/environment";
import { EXIT, exitCodeFor } from "../../automation/cli/exit-codes";
import { LockstepError, type ErrorCode } from "../../automation/errors";
import type { GuardLoss } from "../../automation/judge/outcome";

describe("a command that fails", () => {
  for (const [code, exitCode] of [
    ["BudgetExceeded", EXIT.usage],
    ["ConfirmationNeeded", EXIT.usage],
    ["PlanChanged", EXIT.usage],
    ["ApprovalAwaited", EXIT.approvalAwaited],
    ["JobCancelled", EXIT.jobCancelled],
    ["DeadlinePassed", EXIT.deadlinePassed],
    ["JobFailed", EXIT.failure],
    ["Declined", EXIT.failure],
  ] as const) {
    it(`ends with ${exitCode}: ${code}`, () => {
      expect(exitCodeFor(new LockstepError(code, "said"))).to.equal(exitCode);
    });
  }
});

describe("a command on several sources", () => {
  const done = { isDone: true };
  const left = { isDone: false };
  const failed = (code: ErrorCode) => ({ isDone: false, error: new LockstepError(code, "said") });

  for (const [name, sources, code] of [
    ["all done", [done, done], EXIT.ok],
    ["none, as at the side of the vaults", [], EXIT.ok],
    ["one with something left", [done, left], EXIT.failure],
    ["plans that await approval", [failed("ApprovalAwaited"), done], EXIT.approvalAwaited],
    ["such a plan beside something left", [failed("ApprovalAwaited"), left], EXIT.failure],
    ["wrong calls alone", [failed("RulesDisabled"), failed("StackOutOfDate")], EXIT.usage],
    ["a wrong call beside a done one", [failed("RulesDisabled"), done], EXIT.failure],
    ["a wrong call beside another failure", [failed("RulesDisabled"), failed("JobFailed")], 1],
  ] as const) {
    it(`ends with ${code}: ${name}`, () => {
      expect(endOfSources(sources)).to.equal(code);
    });
  }

  it("ends with a failure where a guard alone has lost something", () => {
    const loss = {} as GuardLoss;
    expect(verdictsExit({ clean: false, guard: [loss], sources: [] })).to.equal(EXIT.failure);
    expect(verdictsExit({ clean: true, guard: [], sources: [] })).to.equal(EXIT.ok);
    const awaited = { source: "a", error: failed("ApprovalAwaited").error };
    const both = { clean: false, guard: [loss], sources: [awaited] };
    expect(verdictsExit(both)).to.equal(EXIT.approvalAwaited);
  });
});
