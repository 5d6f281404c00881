import { expect } from "chai";
import { COMMANDS } from "../../automation/cli/command-table";
import { exitCodeFor } from "../../automation/cli/exit-codes";
import { withSandbox } from "../../automation/cli/sandbox-package";
import { isLockstepError } from "../../automation/errors";

/** What `require` throws where a package is not installed. */
function missing(name: string): Error {
  return Object.assign(new Error(`Cannot find module '${name}'\nRequire stack:\n- demo.js`), {
    code: "MODULE_NOT_FOUND",
  });
}

function failureOf(error: Error): unknown {
  try {
    return withSandbox(() => {
      throw error;
    });
  } catch (thrown) {
    return thrown;
  }
}

describe("A command that needs the sandbox", () => {
  it("says which package to add where it is not installed", () => {
    for (const name of ["lockstep-sandbox", "lockstep-sandbox/providers"]) {
      const error = failureOf(missing(name));
      if (!isLockstepError(error)) throw error;
      expect(error).to.include({ code: "SandboxNotInstalled", source: "user" });
      expect(error.hint).to.match(
        /^Add it: npm install --save-dev lockstep-sandbox@\d+\.\d+\.\d+$/,
      );
      expect(exitCodeFor(error)).to.equal(2);
    }
  });

  it("passes on that anything else is missing", () => {
    for (const error of [missing("zod"), new Error("Cannot find module 'lockstep-sandbox'")]) {
      expect(failureOf(error)).to.equal(error);
    }
  });

  it("is loaded when the sandbox is there", () => {
    for (const name of ["demo", "sandbox"]) {
      expect(COMMANDS.find((one) => one.name === name)?.load()).to.be.a("function");
    }
  });
});
