/** The table of errors: each code with whose it is and what to do next. */

import { expect } from "chai";
import { errorEvent } from "../../automation/error-event";
import { ERRORS, type ErrorCode } from "../../automation/error-codes";
import { LockstepError } from "../../automation/errors";
import { HumanRenderer } from "../../automation/cli/render/human";

const CODES = Object.keys(ERRORS) as readonly ErrorCode[];

describe("errors", () => {
  for (const code of CODES) {
    it(`${code} says whose it is and what to do next, also where nothing closer is known`, () => {
      const error = new LockstepError(code, "It went wrong.");
      const { hint, source } = ERRORS[code];
      expect(hint)
        .to.match(/^[A-Z`].*[^.\s]\.?$/)
        .and.to.have.length.above(10);
      expect({ ...error }).to.deep.include({ code, source, hint });
      expect(errorEvent(error)).to.include({ type: "error", code, source, hint });
    });
  }

  it("keep the closer hint and the cause that they are given", () => {
    const cause = new Error("below");
    const error = new LockstepError("StackBusy", "Busy.", { hint: "Wait for Ada.", cause });
    expect(error).to.include({ hint: "Wait for Ada.", cause, source: "user" });
  });

  it("of nobody's making are bugs, with the way to report them", () => {
    expect(errorEvent(new TypeError("x is not a function"))).to.deep.include({
      code: "Unexpected",
      source: "bug",
      message: "x is not a function",
    });
  });

  it("are shown to people with their hint after all mistakes", () => {
    let shown = "";
    const renderer = new HumanRenderer({
      out: () => undefined,
      err: (text) => (shown += text),
      screen: undefined,
      isVerbose: false,
    });
    const problems = [{ path: "vaults[0].name", message: "is missing" }];
    renderer.render(errorEvent(new LockstepError("ConfigInvalid", "One mistake.", { problems })));
    expect(shown).to.equal(
      `Error (ConfigInvalid): One mistake.\n  vaults[0].name: is missing\nhint: ${ERRORS.ConfigInvalid.hint}\n`,
    );
  });
});
