/** `lockstep preview` holds the stack against the policy pack, on the real engine. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { POLICY_RULES } from "../../policy";
import { Road } from "../helpers/road";

describe("policies after a preview", function () {
  this.timeout(170_000);
  let road: Road;

  before(async () => {
    road = await Road.start();
    await road.takeExample("one-vault");
  });
  after(() => road?.close());

  const told = (run: Awaited<ReturnType<Road["run"]>>) =>
    run.events.filter(({ type }) => type === "policy-violation");

  it("tells what is violated and ends with 0 where no rule of severity error is", async () => {
    const run = await road.runOk("preview", "dev");
    expect(run.events).to.deep.include.members([
      {
        type: "policies-checked",
        rulesCount: POLICY_RULES.length,
        resourcesCount: run.events.find(({ type }) => type === "policies-checked")?.[
          "resourcesCount"
        ],
        errorsCount: 0,
        warningsCount: told(run).length,
        infosCount: 0,
      },
    ]);
    expect(told(run).map(({ ruleId }) => ruleId)).to.include("tls-only");
  });

  it("ends with 1 where one is, by what the engine's plan says belongs together", async () => {
    await writeFile(
      join(road.project.folder, "policies.yaml"),
      "object-lock: { classTag: class, classes: {} }\ntls-only: { level: error }\n",
    );
    const run = await road.run("preview", "dev", "--policy-config", "policies.yaml");
    expect(run.exitCode, run.stdout).to.equal(1);
    const errors = told(run).filter(({ severity }) => severity === "error");
    // The vault's policy and the operations buckets' are known after the deployment only.
    expect(errors.map(({ ruleId, resourceName }) => [ruleId, resourceName])).to.deep.equal([
      ["tls-only", "lockstep-source-bucket"],
    ]);
  });

  it("ends with 1 as well where SARIF alone is on standard output, with the violation in it", async () => {
    const args = ["--policy-config", "policies.yaml", "--sarif", "-"];
    const { exitCode, stderr, stdout } = await road.runForPeople("preview", "dev", ...args);
    expect(exitCode, stderr).to.equal(1);
    const { runs } = JSON.parse(stdout) as {
      runs: readonly { results: readonly { ruleId: string; level: string }[] }[];
    };
    const errors = runs.flatMap(({ results }) => results).filter(({ level }) => level === "error");
    expect(errors.map(({ ruleId }) => ruleId)).to.deep.equal(["tls-only"]);
  });

  it("ends with 2 for settings that cannot be used, before anything is asked of AWS", async () => {
    await writeFile(join(road.project.folder, "bad.yaml"), "no-such-rule: {}\n");
    const run = await road.run("preview", "dev", "--policy-config", "bad.yaml");
    expect(run.exitCode, run.stdout).to.equal(2);
    expect(JSON.stringify(run.events.at(-1))).to.include("no-such-rule");
  });
});
