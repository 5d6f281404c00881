import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { runChild } from "../../automation/engine/child-process";
import { events, runCli, startCli } from "../helpers/cli";
import { eventually } from "../helpers/eventually";

describe("lockstep demo", function () {
  this.timeout(180_000);
  let folder: string;
  let data: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-demo-"));
    data = join(folder, "data");
    await mkdir(join(data, "ünder lagen"), { recursive: true });
    for (let index = 0; index < 60; index++) {
      await writeFile(join(data, "ünder lagen", `file ${index} + 100%.txt`), `content ${index}`);
    }
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("goes the whole road and ends with a clean verdict", async () => {
    const result = await runCli(["demo", "--json", "--yes", "--data", data], { cwd: folder });
    expect(result.stderr).to.equal("");
    expect(result.exitCode).to.equal(0);
    const told = events(result);
    const statuses = told.filter(({ type }) => type === "job-status").map(({ status }) => status);
    expect(statuses.slice(0, 3)).to.deep.equal(["New", "Preparing", "Suspended"]);
    expect(statuses.at(-1)).to.equal("Complete");
    expect(told.filter(({ type }) => type === "refusal").map(({ action }) => action)).to.deep.equal(
      ["delete-locked-version", "shorten-retention", "suspend-versioning"],
    );
    // 60 files, 2 of them written twice, 2 deleted; 3 more written after the rule.
    expect(told.at(-1)).to.deep.include({
      type: "verdict",
      clean: true,
      proven: 65,
      ineligible: 2,
      failed: 0,
      counts: { manifest: 62, job: 62, report: 62, vault: 62 },
    });
    const guards = told.filter(({ type }) => type === "guard");
    expect(guards).to.deep.equal([
      { type: "guard", checked: ["primary"], unknown: [], losses: [] },
    ]);
    expect(told.at(-1)).to.deep.include({ guard: [], drift: [], notProven: ["annotations"] });
    const [run] = await readdir(join(folder, ".lockstep"));
    expect(run).to.match(/^demo-/);
    const done = told.find(({ type }) => type === "done") as { page?: string } | undefined;
    expect(done?.page).to.equal(join(".lockstep", run ?? "", "report.html"));
    const page = await readFile(join(folder, done?.page ?? ""), "utf8");
    expect(page)
      .to.match(/^<!doctype html>/)
      .and.to.contain("✔ Clean");
    expect(page).to.match(/Progress of job [^,]+, of 62 tasks/);
  });

  it("tells the same to people, line by line where there is no terminal", async () => {
    const result = await runCli(["demo", "--data", data, "--files", "5"], { cwd: folder });
    expect(result.exitCode).to.equal(0);
    for (const text of [
      "1/8",
      "8/8",
      "awaiting your confirmation to run",
      "they agree",
      "refused in primary",
      "Guard of primary: as deployed",
      "Look at: ",
      "not proven: object annotations",
    ]) {
      expect(result.stdout + result.stderr).to.include(text);
    }
    expect(result.stdout).to.include("they agree").and.not.to.include("1/8");
    expect(result.stdout + result.stderr).not.to.include("\u001b");
  });

  for (const [where, text] of [
    ["while files are written", '"type":"sandbox-ready"'],
    ["while the engine deploys", '"operation":"up"'],
    ["while the job runs", '"type":"job-created"'],
  ] as const) {
    it(`stops cleanly ${where}, and leaves no process behind`, async () => {
      const run = startCli(["demo", "--json", "--data", data], { cwd: folder });
      await run.waitFor(text);
      run.child.kill("SIGINT");
      const result = await run.ended;
      expect(result.exitCode).to.equal(130);
      expect(events(result).at(-1)).to.include({ type: "error", code: "Aborted" });
      // Everything that the demo starts has the folder of this run in its arguments or in its environment. What was told to end
      // may take a moment.
      await eventually(async () => {
        const { stdout } = await runChild("ps", ["axeww", "-o", "stat=,args="]);
        const left = stdout
          .split("\n")
          .filter((line) => line.includes(join(folder, ".lockstep")) && !line.startsWith("Z"));
        expect(left).to.deep.equal([]);
      });
    });
  }
});
