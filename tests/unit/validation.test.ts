/** What becomes of arguments that cannot work: at once where they are plain, later where they are known later. */

import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ArgumentProblems, ArgumentsError } from "../../components/validation";

const HEADLINE = "Vault v was given arguments that cannot work:";
const judge = (value: number) => (value > 1 ? `expected 1, got ${value}` : undefined);
const valueOf = <Value>(output: pulumi.Output<Value>): Promise<unknown> =>
  (output as unknown as { promise(): Promise<Value> }).promise().catch((error: unknown) => error);
const thrownBy = (problems: ArgumentProblems): unknown => {
  try {
    problems.throwIfAny();
    return undefined;
  } catch (error) {
    return error;
  }
};

describe("arguments that cannot work", () => {
  it("are an error that says every reason in a line of its own, without a stack for Pulumi", () => {
    const error = new ArgumentsError(HEADLINE, [
      { path: "a", reason: "expected\n   this\n\nor that" },
      { path: "b[0]", reason: "expected less" },
    ]);
    expect(error.message).to.equal(
      `${HEADLINE}\n  a: expected; this; or that\n  b[0]: expected less`,
    );
    expect(error.errors).to.deep.equal([
      { propertyPath: "a", reason: "expected\n   this\n\nor that" },
      { propertyPath: "b[0]", reason: "expected less" },
    ]);
    expect(error.headline).to.equal(HEADLINE);
    expect(pulumi.RunError.isInstance(error)).to.equal(true);
  });

  it("are thrown together, and only when there are some", () => {
    const problems = new ArgumentProblems("Vault", "v");
    expect(thrownBy(problems)).to.equal(undefined);
    problems.add("a", "expected this");
    problems.add("b", "expected that");
    expect(thrownBy(problems)).to.have.property(
      "message",
      `${HEADLINE}\n  a: expected this\n  b: expected that`,
    );
  });

  it("are gathered at once where they are plain, and the value is handed on", async () => {
    const problems = new ArgumentProblems("Vault", "v");
    expect(await valueOf(problems.judge("a", 1, judge))).to.equal(1);
    expect(thrownBy(problems)).to.equal(undefined);
    expect(await valueOf(problems.judge("b", 2, judge))).to.equal(2);
    expect(thrownBy(problems)).to.have.property("message", `${HEADLINE}\n  b: expected 1, got 2`);
  });

  for (const [what, later] of [
    ["an Output", (value: number) => pulumi.output(value)],
    ["a promise", (value: number) => Promise.resolve(value)],
  ] as const) {
    it(`fail what needs them where they come as ${what}`, async () => {
      const problems = new ArgumentProblems("Vault", "v");
      expect(await valueOf(problems.judge("a", later(1), judge))).to.equal(1);
      const error = await valueOf(problems.judge("b", later(2), judge));
      expect(error).to.have.property("message", `${HEADLINE}\n  b: expected 1, got 2`);
      expect(thrownBy(problems)).to.equal(undefined);
    });
  }
});
