/** What the examples in other languages say. Their language hosts are not run here: see "From other languages" in README.md. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { parseStackFile } from "../../components/config";
import { readArgs } from "../../components/package/read-args";
import { SCHEMA_FILE } from "../../scripts/infer-package-schema";

const EXPORTS = ["source", "vaults", "rules", "operations", "batchRoleArn", "organizationPolicies"];
const { resources } = JSON.parse(readFileSync(SCHEMA_FILE, "utf8")) as {
  resources: Record<string, { inputProperties: object; properties: object }>;
};
const read = (...path: string[]) =>
  readFileSync(join(__dirname, "..", "..", "examples", ...path), "utf8");

describe("Examples in other languages", () => {
  it("YAML: a component of the package, with arguments that are accepted", async () => {
    const program = parse(read("yaml", "Pulumi.yaml")) as {
      resources: { copies: { type: string; properties: object } };
      outputs: Record<string, string>;
    };
    const { properties, type } = program.resources.copies;
    const [name, component] = type.split(":");
    const declared = resources[`${name}:index:${component}`];
    expect(Object.keys(declared?.inputProperties ?? {})).to.include.members(
      Object.keys(properties),
    );
    const config = await readArgs(properties);
    expect(config.vaults.map(({ name }) => name)).to.deep.equal(["primary"]);
    expect(program.outputs).to.deep.equal(
      Object.fromEntries(EXPORTS.map((output) => [output, `\${copies.exports.${output}}`])),
    );
  });

  it("Python: the same config as the lockstep command's, and what it reads exported", () => {
    expect(parseStackFile(read("python", "Pulumi.dev.yaml")).rules).to.have.length(1);
    const program = read("python", "__main__.py");
    const names = /^NAMES = (\[.*\])$/m.exec(program)?.[1] ?? "[]";
    expect(JSON.parse(names)).to.deep.equal(EXPORTS);
    expect(program).to.match(
      /for name in NAMES:\n {4}pulumi\.export\(name, copies\.exports\[name\]\)/,
    );
    const [, args = ""] = /ImmutableCopies\(\n {4}"copies",\n((?: {4}.*\n)*)\)/.exec(program) ?? [];
    const given = [...args.matchAll(/^ {4}(\w+)=config\.require_object\("(\w+)"\),$/gm)];
    expect(given.map(([, argument]) => argument)).to.deep.equal(["source", "vaults", "rules"]);
    expect(given.every(([, argument, section]) => argument === section)).to.equal(true);
  });
});
