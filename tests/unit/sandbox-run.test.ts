import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import { noteSandboxRun, sandboxVariables } from "../../automation/sandbox-run";

describe("the note of a running sandbox", () => {
  const endpoint = "http://127.0.0.1:4566";
  const variables = { PULUMI_HOME: "/homes/sandbox", PULUMI_CONFIG_PASSPHRASE: "" };
  let cache: string;

  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), "lockstep-runs-"));
  });
  afterEach(() => rm(cache, { recursive: true, force: true }));

  it("gives its variables to whoever names its endpoint, until it ends", async () => {
    const forget = await noteSandboxRun(endpoint, variables, cache);
    expect(await sandboxVariables(endpoint, {}, cache)).to.deep.equal(variables);
    expect(await sandboxVariables("http://localhost:4566", {}, cache)).to.deep.equal(variables);
    await forget();
    expect(await sandboxVariables(endpoint, {}, cache)).to.deep.equal({});
  });

  it("leaves alone what the user has set", async () => {
    await noteSandboxRun(endpoint, variables, cache);
    const present = { PULUMI_HOME: "/homes/mine" };
    expect(await sandboxVariables(endpoint, present, cache)).to.deep.equal({
      PULUMI_CONFIG_PASSPHRASE: "",
    });
  });

  it("does not put its empty passphrase before the file that the user names", async () => {
    await noteSandboxRun(endpoint, variables, cache);
    const present = { PULUMI_CONFIG_PASSPHRASE_FILE: "/secrets/passphrase" };
    expect(await sandboxVariables(endpoint, present, cache)).to.deep.equal({
      PULUMI_HOME: "/homes/sandbox",
    });
    const named = { PULUMI_CONFIG_PASSPHRASE_FILE: "" };
    expect(await sandboxVariables(endpoint, named, cache)).to.deep.equal(variables);
  });

  it("says nothing of AWS itself, of other ports and of other machines", async () => {
    await noteSandboxRun(endpoint, variables, cache);
    for (const other of [undefined, "http://127.0.0.1:9", "https://s3.example.com:4566"]) {
      expect(await sandboxVariables(other, {}, cache)).to.deep.equal({});
    }
  });

  it("does not count when its process is gone", async () => {
    await noteSandboxRun(endpoint, variables, cache);
    const file = join(cache, "sandbox-runs", "4566.json");
    const ended = spawnSync(process.execPath, ["--version"]).pid;
    const note = JSON.parse(await readFile(file, "utf8")) as object;
    await writeFile(file, JSON.stringify({ ...note, processId: ended }));
    expect(await sandboxVariables(endpoint, {}, cache)).to.deep.equal({});
  });
});
