/** The policy pack as its user meets it: installed from a tarball, under the plain `pulumi` command line and in a pack of one's own. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { describeWithTool, testTool } from "../helpers/test-tool";
import { YamlProgram } from "../helpers/yaml-program";
import { Installed, ROOT, Tarballs } from "./installed";

/** A pack with all rules but one. */
const OWN_PACK = `
const { PolicyPack } = require("@pulumi/policy");
const { POLICY_RULES, stackPolicies } = require("lockstep/policy");
const rules = POLICY_RULES.filter(({ id }) => id !== "tls-only");
new PolicyPack("ours", { policies: stackPolicies(rules) });
`;

const LIBRARY = `
const { checkProgram, POLICY_RULES, readProgram } = require("lockstep/policy");
const bucket = { urn: "urn:pulumi:dev::shop::aws:s3/bucket:Bucket::a", type: "aws:s3/bucket:Bucket", inputs: {} };
const resources = readProgram(JSON.stringify({ deployment: { resources: [bucket] } }), "state");
const told = (settings) => checkProgram(resources, settings).map(({ ruleId }) => ruleId).join();
console.log(POLICY_RULES.length > 20, told({}), told({ "tls-only": { level: "off" } }) === "");
`;

/** What the program of `violating.yaml` is failed by. */
const VIOLATED = [
  "public-access-block",
  "retention-not-shorter",
  "rule-priorities",
  "tls-only",
  "versioning",
];

describeWithTool("pulumi-language-yaml", "the policy pack of an installed package", function () {
  this.timeout(600_000);
  let tarballs: Tarballs;
  let user: Installed;
  let keeping: YamlProgram;
  let violating: YamlProgram;
  let pack: string;

  before(async () => {
    const host = await testTool("pulumi-language-yaml");
    tarballs = await Tarballs.pack();
    user = await Installed.with([tarballs.product]);
    pack = user.path("node_modules", "lockstep", "policy-pack");
    const programOf = async (name: string) => {
      const file = join(ROOT, "tests", "fixtures", "yaml", `${name}.yaml`);
      return YamlProgram.start(await readFile(file, "utf8"), host);
    };
    keeping = await programOf("keeping");
    violating = await programOf("violating");
  });
  after(async () => {
    await keeping?.close();
    await violating?.close();
    await user?.remove();
    await tarballs?.remove();
  });

  /** Rules that a preview of `violating.yaml` under a pack is failed by. */
  async function failing(folder: string, ...args: string[]): Promise<string[]> {
    const run = await violating.run("preview", "--policy-pack", folder, ...args);
    expect(run.stdout, run.stderr).to.include("(local: ");
    const found = run.stdout.matchAll(/\[mandatory\](?: \[severity: \w+\])? +(\S+)/g);
    expect(run.exitCode, run.stdout).to.equal(1);
    return [...new Set([...found].map(([, rule = ""]) => rule))].sort();
  }

  it("fails `pulumi preview --policy-pack node_modules/lockstep/policy-pack` by the ids of its rules, with its settings", async () => {
    expect(await failing(pack)).to.deep.equal(VIOLATED);
    const settings = user.path("settings.json");
    await writeFile(settings, JSON.stringify({ versioning: { level: "off" } }));
    expect(await failing(pack, "--policy-pack-config", settings)).to.deep.equal(
      VIOLATED.filter((rule) => rule !== "versioning"),
    );
  });

  it("passes a program that keeps its rules", async () => {
    const { exitCode, stderr, stdout } = await keeping.run("preview", "--policy-pack", pack);
    expect(exitCode, stdout + stderr).to.equal(0);
    expect(stdout).to.match(/lockstep@v\S+ \(local: /);
    expect(stdout).not.to.match(/\[(mandatory|advisory)\]/);
  });

  it("gives its rules as values to a pack of one's own", async () => {
    const own = user.path("our-pack");
    await mkdir(own);
    await writeFile(join(own, "index.js"), OWN_PACK);
    await writeFile(join(own, "package.json"), JSON.stringify({ name: "ours", version: "1.0.0" }));
    await writeFile(
      join(own, "PulumiPolicy.yaml"),
      "runtime: { name: nodejs, options: { typescript: false } }\n",
    );
    const settings = user.path("ours.json");
    await writeFile(settings, JSON.stringify({ "rule-priorities": { level: "warning" } }));
    expect(await failing(own, "--policy-pack-config", settings)).to.deep.equal([
      "public-access-block",
      "retention-not-shorter",
      "versioning",
    ]);
  });

  it("is a library without Pulumi too", async () => {
    await user.write("library.cjs", LIBRARY);
    const { stdout, stderr } = await user.run(process.execPath, ["library.cjs"]);
    expect(stdout, stderr).to.equal("true tls-only true\n");
  });
});
