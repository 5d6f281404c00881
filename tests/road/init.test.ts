/** From an empty folder to a preview and a deployment, by what `lockstep init` advises. */

import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { events, runCli } from "../helpers/cli";
import { ACCOUNTS, EngineProject } from "../helpers/engine-project";

describe("the first run", function () {
  this.timeout(400_000);
  let project: EngineProject;
  before(async () => {
    project = await EngineProject.start();
    await project.s3("source").send(
      new CreateBucketCommand({
        Bucket: "first-records",
        CreateBucketConfiguration: { LocationConstraint: ACCOUNTS.source.region },
      }),
    );
  });
  after(() => project?.close());

  const run = (line: string) =>
    runCli(line.split(" ").slice(1), {
      cwd: project.folder,
      environment: { ...project.environment },
    });

  it("begins with `lockstep init`, and each step that it advises works", async () => {
    const { source, vault } = ACCOUNTS;
    const written = await run(
      "lockstep init --json --yes -s first --source-bucket first-records --vault-bucket first-vault" +
        ` --source-account ${source.accountId} --source-region ${source.region} --source-profile source` +
        ` --vault-account ${vault.accountId} --vault-region ${vault.region} --vault-profile vault`,
    );
    expect(written.exitCode, written.stdout).to.equal(0);
    const { next } = events(written).at(-1) as unknown as { next: string[] };
    const lines = next.map((line) => line.split(/ {3,}/)[0] ?? "");
    expect(lines).to.deep.equal([
      "lockstep preview --stack first",
      "lockstep doctor --stack first",
      "lockstep up --stack first",
    ]);
    for (const line of lines) {
      const asked = line.includes(" up ") ? `${line} --yes` : line;
      const result = await run(asked);
      expect(result.exitCode, `${line}: ${result.stdout}${result.stderr}`).to.equal(0);
    }
  });
});
