/** What somebody sees who sits at a terminal, as far as it takes no stack; `tests/road/terminal.test.ts` has the rest. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { startOnTerminal } from "../helpers/terminal";

const BOLD = "\u001b[1m";

describe("the command line on a terminal", function () {
  this.timeout(120_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-terminal-"));
    await writeFile(join(folder, "a.txt"), "a");
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("does not ask with --non-interactive: it ends with 2 and says so", async () => {
    const run = startOnTerminal(["up", "-s", "dev", "--non-interactive"], { cwd: folder });
    expect(await run.ended, run.text()).to.equal(2);
    expect(run.text()).to.include("ConfirmationNeeded");
    expect(run.text()).to.include("--non-interactive keeps it from asking");
  });

  it("fits its help to the width", async () => {
    for (const columns of [60, 100]) {
      const run = startOnTerminal(["up", "--help"], { cwd: folder, columns });
      expect(await run.ended).to.equal(0);
      const options = run.text().split("Examples:")[0]?.split("\r\n") ?? [];
      const widest = Math.max(...options.map((line) => line.length));
      expect(widest)
        .to.be.at.most(columns)
        .and.at.least(columns - 30);
    }
  });

  for (const [variables, isBold] of [
    [{}, true],
    [{ NO_COLOR: "1" }, false],
    [{ TERM: "dumb" }, false],
  ] as const) {
    it(`${isBold ? "has" : "has no"} bold headings with ${JSON.stringify(variables)}, and Ctrl-C ends it with 130`, async () => {
      const run = startOnTerminal(["demo", "--data", folder], {
        cwd: folder,
        environment: variables,
      });
      await run.waitFor("1/8");
      run.type("\u0003");
      expect(await run.ended, run.text()).to.equal(130);
      expect(run.text().includes(BOLD)).to.equal(isBold);
      expect(run.text()).to.include("Stopping cleanly");
    });
  }
});
