import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect } from "chai";

const BIN = join(__dirname, "..", "..", "bin");

/** `engines.node` of package.json, as it is today. */
const RANGE = "^20.19.0 || ^22.13.0 || >=24";

const { nodeSatisfies } = createRequire(__filename)(join(BIN, "launch.js")) as {
  nodeSatisfies(version: string, range: string): boolean;
};

describe("the Node that runs Lockstep", () => {
  it("is one of the supported releases, from their first version on", () => {
    for (const version of ["20.19.0", "20.20.2", "22.13.0", "24.0.0", "26.1.0"]) {
      expect(nodeSatisfies(version, RANGE), version).to.equal(true);
    }
    for (const version of ["18.20.0", "20.18.9", "21.7.0", "22.12.9", "23.11.0"]) {
      expect(nodeSatisfies(version, RANGE), version).to.equal(false);
    }
  });

  it("is judged by forms that are known", () => {
    expect(() => nodeSatisfies("20.19.0", "~20.19.0")).to.throw("engines.node");
  });

  it("is told in one line by both programs when it is not supported", () => {
    const pretend = "Object.defineProperty(process.versions, 'node', { value: '18.20.4' });";
    for (const program of ["lockstep.js", "pulumi-resource-lockstep"]) {
      const file = JSON.stringify(join(BIN, program));
      const run = `${pretend} process.argv[1] = ${file}; require("module").runMain(${file});`;
      const { status, stderr, stdout } = spawnSync(process.execPath, ["-e", run], {
        encoding: "utf8",
      });
      expect(status, stderr).to.equal(2);
      expect(stdout).to.equal("");
      expect(stderr).to.match(/^Lockstep needs Node .*; this is 18\.20\.4\..*\n$/);
    }
  });
});
