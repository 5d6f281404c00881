/** A bucket that holds data is not replaced, whichever it is, and what is advised instead works. */

import { HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { events } from "../helpers/cli";
import { CliProject } from "../helpers/cli-project";
import { ACCOUNTS } from "../helpers/engine-project";
import { eventually } from "../helpers/eventually";

const vault = (name: string, bucket: string) => ({
  name,
  ...ACCOUNTS.vault,
  bucket: { name: bucket },
  lock: { stage: "governance", retention: "30 days" },
});

const sections = (
  vaults: readonly ReturnType<typeof vault>[],
  { bucket = "replaced-records", region = ACCOUNTS.source.region as string } = {},
) => ({
  source: { ...ACCOUNTS.source, region, bucket: { name: bucket } },
  vaults,
  rules: vaults.map(({ name }, index) => ({
    name: `to-${name}`,
    vault: name,
    priority: index + 1,
  })),
});

const FORMER = vault("primary", "replaced-vault");

describe("a bucket that would be replaced", function () {
  this.timeout(600_000);
  let project: CliProject;

  before(async () => {
    project = await CliProject.start();
    await project.write(sections([FORMER]));
    await project.succeed(["up", "--yes"]);
    await project.engine
      .s3("source")
      .send(new PutObjectCommand({ Bucket: "replaced-records", Key: "a", Body: "a" }));
    await arrived("replaced-vault");
  });
  after(() => project?.close());

  const arrived = (Bucket: string) =>
    eventually(() => project.engine.s3("vault").send(new HeadObjectCommand({ Bucket, Key: "a" })));

  it("is refused by `preview` and `up` where it holds data: source, vault, and what is beside it", async () => {
    await project.write(sections([vault("primary", "replaced-other")], { bucket: "replaced-new" }));
    for (const args of [["preview"], ["up", "--yes", "--leave-vault", "primary"]]) {
      const run = await project.run([...args, "--json"]);
      expect(run.exitCode, run.stdout).to.equal(2);
      const told = events(run);
      const error = told.at(-1);
      expect(error).to.include({ type: "error", code: "DataAtRisk" });
      const problems = error?.["problems"] as { path: string; message: string }[];
      // The source's operations bucket is still empty; the vault's has the promise's copy.
      expect(problems.map(({ path }) => path)).to.have.members([
        "replaced-records",
        "replaced-vault",
        "lockstep-vault-ops-replaced-vault",
      ]);
      expect(problems.find(({ path }) => path === "replaced-vault")?.message).to.match(
        /^the bucket of account 222222222222 would be replaced by replaced-other \(1 versions, locked until/,
      );
      expect(told.filter(({ operation }) => operation === "up")).to.deep.equal([]);
      if (args[0] !== "preview") continue;
      const risks = told.filter(({ id }) => id === "BucketReplaced");
      expect(risks.map(({ resource, severity }) => [severity, resource])).to.have.deep.members([
        ["error", "replaced-records"],
        ["error", "replaced-vault"],
        ["error", "lockstep-vault-ops-replaced-vault"],
      ]);
      // No answer helps, so that none is asked for.
      expect(told.filter(({ code }) => code === "VaultLeftBehind")).to.deep.equal([]);
    }
  });

  it("is refused too where the source would move to another Region under its name", async () => {
    await project.write(sections([FORMER], { region: "eu-north-1" }));
    const run = await project.run(["preview", "--json"]);
    expect(run.exitCode, run.stdout).to.equal(2);
    const error = events(run).at(-1);
    expect(error).to.include({ type: "error", code: "ConfigInvalid" });
    const [problem] = error?.["problems"] as { path: string; message: string }[];
    expect(problem?.path).to.equal("source.region");
    expect(problem?.message).to.contain("expected eu-west-1, where the source's bucket");
  });

  it("is taken out, as advised, once another vault beside it has everything", async () => {
    const fresh = vault("fresh", "replaced-other");
    await project.write(sections([FORMER, fresh]));
    await project.succeed(["up", "--yes"]);
    await project.succeed(["backfill", "--yes"]);
    await arrived("replaced-other");
    await project.write(sections([fresh]));
    await project.succeed(["up", "--yes", "--leave-vault", "primary"]);
    // The former vault is left at AWS with what it holds.
    await arrived("replaced-vault");
  });
});
