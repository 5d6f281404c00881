/** Each example's stack keeps the policy pack before its first deployment. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { previewProgram } from "../../automation/stack/deploy";
import type { EngineProject } from "../helpers/engine-project";
import { EXAMPLES } from "../helpers/road";
import { errorsOf, projectForExamples, sectionsOf } from "./policy-examples";

/** Those of one stack; two teams' are in `policy-deployed.test.ts`, since the second reads the first one's outputs. */
const NAMES = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) => readdirSync(join(EXAMPLES, name)).includes("Pulumi.dev.yaml"));

describe("examples/ and the policy pack", function () {
  this.timeout(170_000);
  let project: EngineProject;

  before(async () => {
    project = await projectForExamples();
  });
  after(() => project?.close());

  it("are there", () => {
    expect(NAMES).to.include.members(["pilot", "one-vault", "two-vaults", "fleet", "chain", "kms"]);
  });

  for (const name of NAMES) {
    it(`${name}: no error in a preview`, async () => {
      const config = sectionsOf(name, "dev");
      const stack = await project.open(config, name);
      const { resources } = await previewProgram(stack, project.session);
      expect(resources.length).to.be.greaterThan(10);
      expect(errorsOf(resources, config)).to.deep.equal([]);
    });
  }
});
