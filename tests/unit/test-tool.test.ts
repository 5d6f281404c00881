import { expect } from "chai";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { TEST_TOOLS, whyLeftOut } from "../helpers/test-tool";

describe("the tests of a public tool", () => {
  const variable = "XDG_CACHE_HOME";
  const before = process.env[variable];
  let empty: string;
  beforeEach(async () => {
    empty = await mkdtemp(join(tmpdir(), "lockstep-no-tools-"));
    process.env[variable] = empty;
  });
  afterEach(async () => {
    if (before === undefined) delete process.env[variable];
    else process.env[variable] = before;
    await rm(empty, { recursive: true, force: true });
  });

  it("are left out by name where its maker is not installed, but in CI", () => {
    for (const name of TEST_TOOLS) {
      expect(whyLeftOut(name, { PATH: empty }), name).to.match(/^(go|npm) is not installed$/);
      expect(whyLeftOut(name, { PATH: empty, CI: "true" }), name).to.equal(undefined);
    }
  });

  it("are run where its maker is, which makes it", () => {
    const PATH = dirname(process.execPath);
    expect(whyLeftOut("gitlab-ci-local", { PATH })).to.equal(undefined);
  });
});
