import { expect } from "chai";
import { readToldError } from "../../automation/stack/told-mistakes";
import { ArgumentsError } from "../../components/validation";

describe("Mistakes in a message of the engine", () => {
  it("are those that the components' error lists", () => {
    const problems = [
      { path: "vaults[0].lock.retention", reason: "expected 1: got 2" },
      { path: "region", reason: "expected a Region" },
    ];
    const { message } = new ArgumentsError(
      "Vault v was given arguments that cannot work:",
      problems,
    );
    expect(readToldError(message)).to.deep.equal({
      headline: "Vault v was given arguments that cannot work:",
      mistakes: problems.map(({ path, reason }) => ({ path, message: reason })),
    });
  });

  it("are none in any other text, which stays whole", () => {
    for (const text of [
      "",
      "1 error occurred:",
      "1 error occurred:\n\t* creating S3 Bucket: AccessDenied",
      "a list:\n  path: reason\nand more",
      "no colon\n  path: reason",
    ]) {
      expect(readToldError(text)).to.deep.equal({ headline: text, mistakes: [] });
    }
  });
});
