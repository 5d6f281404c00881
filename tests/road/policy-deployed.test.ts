/** What is deployed keeps the policy pack: with what AWS has answered, nothing is unknown any more. */

import { expect } from "chai";
import { readProgram } from "../../policy";
import type { EngineProject } from "../helpers/engine-project";
import { errorsOf, projectForExamples, sectionsOf } from "./policy-examples";

describe("deployed examples and the policy pack", function () {
  this.timeout(170_000);
  let project: EngineProject;

  before(async () => {
    project = await projectForExamples();
  });
  after(() => project?.close());

  for (const [name, stacks] of [
    ["kms", ["dev"]],
    ["chain", ["dev"]],
    ["two-teams", ["vaults", "source"]],
  ] as const) {
    it(`${name}: no error in its state`, async () => {
      for (const stack of stacks) {
        const config = sectionsOf(name, stack);
        const stackName = stack === "dev" ? name : stack;
        await project.up(config, stackName);
        const state = await (await project.open(config, stackName)).exportStack();
        const resources = readProgram(JSON.stringify(state), "state");
        expect(resources.length).to.be.greaterThan(5);
        expect(errorsOf(resources, config)).to.deep.equal([]);
      }
    });
  }
});
