import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";

const ROOT = join(__dirname, "../../..");

/** Starts a sandbox in a process of its own and says whether CloudTrail's client is loaded before and after its first call. */
const PROGRAM = `
const { startSandbox } = require("./sandbox/src");
const isLoaded = () => Object.keys(require.cache).some((file) => file.includes("client-cloudtrail"));
startSandbox().then(async (sandbox) => {
  const [{ accessKeyId }] = sandbox.accounts;
  await fetch(sandbox.endpoint + "/bucket/key");
  const before = isLoaded();
  const { principal } = sandbox.world.iam.credential(accessKeyId);
  const call = { service: "cloudtrail", operation: "ListTrails", input: {}, principal, region: "eu-west-1" };
  sandbox.world.invoke(call);
  const headers = { "x-amz-target": "CloudTrail_20131101.ListTrails" };
  await fetch(sandbox.endpoint, { method: "POST", headers, body: "{}" });
  console.log(JSON.stringify([before, isLoaded()]));
  await sandbox.close();
});
`;

describe("CloudTrail's client", () => {
  it("is loaded with the first request for it, and no sandbox waits for it at its start", () => {
    const loader = join(ROOT, "scripts/typescript.cjs");
    const { stderr, stdout } = spawnSync(process.execPath, ["-r", loader, "-e", PROGRAM], {
      cwd: ROOT,
      encoding: "utf8",
    });
    expect(stdout, stderr).to.equal("[false,true]\n");
  }).timeout(60_000);
});
