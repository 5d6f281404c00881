/** What a preview says of the plan's cost in data and protection, and the documents for a pull request. */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { eventually } from "../helpers/eventually";
import { ACCOUNTS } from "../helpers/engine-project";
import { CliProject } from "../helpers/cli-project";
import { events } from "../helpers/cli";

const LOCK = { stage: "governance", retention: "30 days" };

const sections = (changes: { vault?: object; rule?: object; bucket?: string } = {}) => ({
  source: { ...ACCOUNTS.source, bucket: { name: "review-records" } },
  vaults: [
    {
      name: "primary",
      ...ACCOUNTS.vault,
      bucket: { name: changes.bucket ?? "review-vault" },
      lock: LOCK,
      ...changes.vault,
    },
  ],
  rules: [{ name: "all", vault: "primary", ...changes.rule }],
});

describe("a review", function () {
  this.timeout(180_000);
  let project: CliProject;

  before(async () => {
    project = await CliProject.start();
    await project.write(sections());
    await project.succeed(["up", "--yes"]);
    await project.write(
      sections({
        vault: { lock: { ...LOCK, retention: "10 days" } },
        rule: { status: "Disabled" },
      }),
    );
  });
  after(() => project?.close());

  it("names risks and writes both documents beside the events", async () => {
    const told = await project.succeed([
      "preview",
      "--markdown",
      "review.md",
      "--sarif",
      "review.sarif",
    ]);
    const risks = told.filter(({ type }) => type === "risk");
    expect(risks.map(({ id, resource }) => [id, resource])).to.deep.equal([
      ["RetentionShrinks", "review-vault"],
      ["RuleDisabled", "review-records"],
    ]);
    expect(risks[0]).to.include({ old: 30, new: 10, account: ACCOUNTS.vault.accountId });
    const markdown = await readFile(join(project.folder, "review.md"), "utf8");
    expect(markdown).to.match(/^<!-- lockstep-preview: test -->\n/);
    expect(markdown).to.contain("RetentionShrinks").and.to.contain("RuleDisabled");
    const sarif = JSON.parse(await readFile(join(project.folder, "review.sarif"), "utf8")) as {
      runs: { results: { locations: unknown[] }[] }[];
    };
    const stackFile = await readFile(join(project.folder, "Pulumi.test.yaml"), "utf8");
    const line = stackFile.split("\n").findIndex((text) => text.includes("10 days")) + 1;
    expect(sarif.runs[0]?.results[0]?.locations[0]).to.deep.include({
      physicalLocation: {
        artifactLocation: { uri: "Pulumi.test.yaml", uriBaseId: "%SRCROOT%" },
        region: { startLine: line },
      },
    });
  });

  it("puts a document on standard output alone", async () => {
    const run = await project.run(["preview", "--markdown", "-"]);
    expect(run.exitCode).to.equal(0);
    expect(run.stdout).to.match(/^<!-- lockstep-preview: test -->\n/);
    expect(run.stdout).not.to.contain("Risk (error");
    expect(run.stderr).to.contain("Risk (error, RetentionShrinks): review-vault (account");
  });

  it("refuses to delete a bucket that holds data, in `preview` and in `up`", async () => {
    await project.write(sections());
    await project.engine
      .s3("source")
      .send(new PutObjectCommand({ Bucket: "review-records", Key: "a", Body: "a" }));
    await eventually(() =>
      project.engine.s3("vault").send(new HeadObjectCommand({ Bucket: "review-vault", Key: "a" })),
    );
    const state = JSON.parse(await project.pulumi(["stack", "export", "--stack", "test"])) as {
      deployment: { resources: { type: string; retainOnDelete?: boolean }[] };
    };
    // As of a stack whose resources were not kept: the state decides what becomes of them.
    for (const resource of state.deployment.resources) delete resource.retainOnDelete;
    const file = join(project.folder, "state.json");
    await writeFile(file, JSON.stringify(state));
    await project.pulumi(["stack", "import", "--stack", "test", "--file", file]);
    await project.write(sections({ bucket: "review-vault-new" }));
    for (const args of [
      ["preview", "--json"],
      ["up", "--yes", "--json", "--leave-vault", "primary"],
    ]) {
      const run = await project.run(args);
      expect(run.exitCode, run.stdout).to.equal(2);
      const error = events(run).at(-1);
      expect(error).to.include({ type: "error", code: "DataAtRisk" });
      const problems = error?.["problems"] as { path: string; message: string }[];
      // The vault, and the promise's copy beside it; the other buckets are empty.
      expect(problems.map(({ path }) => path)).to.have.members([
        "review-vault",
        "lockstep-vault-ops-review-vault",
      ]);
      for (const { message } of problems) {
        expect(message).to.match(/would be deleted \(\d versions, locked until/);
      }
    }
  });
});
