/** Each example's config deploys on the real engine, in the accounts that it names. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { parse } from "yaml";
import { EngineProject } from "../helpers/engine-project";

const EXAMPLES = join(__dirname, "..", "..", "examples");

/** The sections of a stack file, without their namespace; none of a program in another language. */
function sectionsOf(file: string): Record<string, unknown> {
  const { config = {} } = parse(readFileSync(file, "utf8")) as { config?: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace("lockstep:", ""), value]),
  );
}

/** Folder and stack of each example, the vaults' team before the source's. */
const STACKS = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) =>
    readdirSync(join(EXAMPLES, name))
      .flatMap((file) => /^Pulumi\.([\w-]+)\.yaml$/.exec(file)?.[1] ?? [])
      .filter((stack) => {
        const { sourceStack, vaults } = sectionsOf(join(EXAMPLES, name, `Pulumi.${stack}.yaml`));
        // One that looks into two teams' stacks declares nothing.
        return vaults !== undefined && sourceStack === undefined;
      })
      .sort((one, other) => (one < other ? 1 : -1))
      .map((stack) => ({ name, stack })),
  );

describe("examples/", function () {
  this.timeout(180_000);
  let project: EngineProject;

  before(async () => {
    project = await EngineProject.start();
    await project.s3("source").send(
      new CreateBucketCommand({
        Bucket: "acme-existing-records",
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
  });
  after(() => project?.close());

  it("has the set-ups that the README names", () => {
    expect(STACKS.map(({ name }) => name)).to.include.members([
      "pilot",
      "one-vault",
      "two-vaults",
      "existing-bucket",
      "fleet",
      "chain",
      "kms",
      "two-teams",
    ]);
  });

  for (const { name, stack } of STACKS) {
    it(`${name}: stack ${stack} deploys`, async () => {
      const config = sectionsOf(join(EXAMPLES, name, `Pulumi.${stack}.yaml`));
      const changes = await project.up(config, stack === "dev" ? name : stack);
      expect(changes["create"]).to.be.greaterThan(0);
    });
  }
});
