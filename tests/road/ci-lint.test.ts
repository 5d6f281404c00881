/** Public linters on `examples/ci/`: actionlint for GitHub's workflow, gitlab-ci-local with GitLab's own schema for the other. */

import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { itWithTool } from "../helpers/test-tool";

const EXAMPLE = join(__dirname, "..", "..", "examples", "ci");
const WORKFLOW = join(".github", "workflows", "lockstep-preview.yml");
const PIPELINE = ".gitlab-ci.yml";

describe("the linters of the examples for pull requests", function () {
  this.timeout(600_000);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-ci-lint-"));
    await cp(EXAMPLE, folder, { recursive: true });
    expect((await run("git", "init", "--quiet")).exitCode).to.equal(0);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  function run(program: string, ...args: readonly string[]) {
    return new Promise<{ exitCode: number; output: string }>((done) => {
      execFile(program, [...args], { cwd: folder }, (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
        done({ exitCode, output: stdout + stderr });
      });
    });
  }

  async function replace(file: string, from: string, to: string): Promise<void> {
    const text = await readFile(join(folder, file), "utf8");
    expect(text).to.include(from);
    await writeFile(join(folder, file), text.replace(from, to));
  }

  itWithTool(
    "actionlint",
    "find nothing in the workflow of GitHub, and do find a mistake in it",
    async (actionlint) => {
      const args = ["-no-color", WORKFLOW];
      expect(await run(actionlint, ...args)).to.deep.equal({ exitCode: 0, output: "" });
      await replace(WORKFLOW, "${{ github.token }}", "${{ github.tokn }}");
      const { exitCode, output } = await run(actionlint, ...args);
      expect(exitCode).to.equal(1);
      expect(output).to.include('property "tokn" is not defined');
    },
  );

  itWithTool(
    "actionlint",
    "find nothing in the workflows that look each night, and make evidence each month",
    async (actionlint) => {
      const workflows = join(".github", "workflows");
      for (const file of ["lockstep-verify.yml", "lockstep-prove.yml"]) {
        const scheduled = join(EXAMPLE, "..", "scheduled", workflows, file);
        await cp(scheduled, join(folder, workflows, file));
        const found = await run(actionlint, "-no-color", join(workflows, file));
        expect(found, file).to.deep.equal({ exitCode: 0, output: "" });
      }
    },
  );

  itWithTool(
    "gitlab-ci-local",
    "find nothing in the pipeline of GitLab, and do find a mistake in it",
    async (gitlab) => {
      const good = await run(gitlab, "--preview");
      expect(good.exitCode, good.output).to.equal(0);
      expect(good.output).to.include("json schema validated").and.to.include("lockstep-preview:");
      await replace(PIPELINE, "after_script:", "aftre_script:");
      const { exitCode, output } = await run(gitlab, "--preview");
      expect(exitCode).to.equal(1);
      expect(output).to.include("'aftre_script' property is not expected to be here");
    },
  );
});
