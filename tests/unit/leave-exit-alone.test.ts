/** What Pulumi would do when the process exits. */

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";

const ROOT = join(__dirname, "..", "..");

/** Leaves a promise of Pulumi's open, in a process of its own, and answers what it wrote at its exit. */
function leftOpen(prepare: string): { code: number; listeners: number; said: string } {
  const script = `
    ${prepare}
    const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
    debuggablePromise(new Promise(() => {}), "left open");
    process.stdout.write(String(process.listenerCount("exit")));
    process.on("exit", () => process.stdout.write(" " + String(process.exitCode ?? 0)));
    console.error = (text) => { process.stdout.write(" told"); };
  `;
  try {
    const stdout = execFileSync(
      process.execPath,
      ["-r", join(ROOT, "scripts", "typescript.cjs"), "-e", script],
      { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
    );
    return { code: 0, listeners: Number.parseInt(stdout, 10), said: stdout };
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: string };
    return { code: status, listeners: Number.parseInt(stdout, 10), said: stdout };
  }
}

describe("a promise of Pulumi's that never ends", function () {
  this.timeout(60_000);

  it("is told and ends the process otherwise, but not where the library was at work", () => {
    const without = leftOpen("");
    expect(without.said).to.include("told");
    expect(without.code).not.to.equal(0);
    const leave = 'require("./automation/engine/leave-exit-alone").leaveExitAlone();';
    const alone = leftOpen(`${leave}${leave}`);
    expect(alone.said).not.to.include("told");
    expect(alone.code).to.equal(0);
    expect(alone.listeners).to.equal(without.listeners - 1);
  });
});
