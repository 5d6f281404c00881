/** What a process of a clone loads only once it is used (`scripts/typescript.cjs`). */

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";

const ROOT = join(__dirname, "..", "..");

/** Runs a script with the loader, in a process of its own; its last line is JSON. */
function run(script: string): unknown {
  const stdout = execFileSync(
    process.execPath,
    ["-r", join(ROOT, "scripts", "typescript.cjs"), "-e", script],
    { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
  );
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

const LOADED = `
  const loaded = (part) => Object.keys(require.cache).some((file) => file.includes(part));
  const heavy = () => [
    loaded(join("typescript", "lib", "typescript.js")),
    loaded(join("@npmcli", "arborist", "lib", "arborist", "index.js")),
  ];
  const { join } = require("node:path");
  const pulumi = require("@pulumi/pulumi");
`;

describe("what Pulumi serializes functions with", function () {
  this.timeout(60_000);

  it("is not loaded by a program that serializes none", () => {
    expect(run(`${LOADED} console.log(JSON.stringify(heavy()));`)).to.deep.equal([false, false]);
  });

  it("works as soon as a program does", () => {
    const found = run(`${LOADED}
      Promise.all([
        pulumi.runtime.serializeFunction(() => 1),
        pulumi.runtime.computeCodePaths(),
      ]).then(([{ text }, paths]) =>
        console.log(JSON.stringify({ text: text.includes("return"), paths: paths.size > 0 })),
      );
    `);
    expect(found).to.deep.equal({ text: true, paths: true });
  });
});
