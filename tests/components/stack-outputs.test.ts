/** Reading a stack's outputs while a backend of files rewrites them. */

import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { readStackOutputs } from "../../components/program/stack-outputs";

/** Answers in turn: an error's text, as the engine words it, or outputs. */
async function answering(answers: readonly (string | Record<string, unknown>)[]): Promise<void> {
  const left = [...answers];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ inputs, name }) => ({ id: name, state: inputs as object }),
      call: () => {
        const answer = left.length > 1 ? left.shift() : left[0];
        if (typeof answer !== "string") return { outputs: answer };
        throw Object.assign(new Error(answer), { details: answer });
      },
    },
    "lockstep",
    "test",
    false,
    "organization",
  );
}

describe("the outputs of a stack", () => {
  const name = "organization/lockstep/test";

  it("are read again when their file was just being rewritten", async () => {
    await answering(["failed to load checkpoint: EOF", { rules: [] }]);
    expect(await readStackOutputs(name)).to.deep.equal({ rules: [] });
  });

  it("are none when there is no such stack", async () => {
    await answering(['unknown stack "organization/lockstep/test"']);
    expect(await readStackOutputs(name)).to.equal(undefined);
  });

  it("are not taken for none when they cannot be read", async () => {
    await answering(["failed to load checkpoint: EOF"]);
    const error = await readStackOutputs(name).catch((thrown: unknown) => thrown);
    expect(String(error)).to.include("failed to load checkpoint");
  });
});
