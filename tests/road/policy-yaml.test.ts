/** The pack in the plain `pulumi` command line, on programs of YAML, and the files that this command line writes of them. */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { events, runCli } from "../helpers/cli";
import { describeWithTool, testTool } from "../helpers/test-tool";
import { YamlProgram } from "../helpers/yaml-program";

const ROOT = join(__dirname, "..", "..");
const PACK = join(ROOT, "policy-pack");

/** What `violating.yaml` violates: rule, level and resource, as the engine prints them. */
const MANDATORY = [
  "public-access-block source-block",
  "retention-not-shorter vault",
  "rule-priorities source-replication",
  "tls-only vault",
  "versioning source",
];
const ADVISORY = [
  "break-glass-only-advice vault",
  "replication-alarm-advice source-replication",
  "time-control-when-asked-advice source-replication",
  "tls-only-advice source",
];

describeWithTool("pulumi-language-yaml", "a program in YAML", function () {
  this.timeout(600_000);
  let keeping: YamlProgram;
  let violating: YamlProgram;

  before(async () => {
    const host = await testTool("pulumi-language-yaml");
    const programOf = async (name: string) =>
      YamlProgram.start(
        await readFile(join(ROOT, "tests", "fixtures", "yaml", `${name}.yaml`), "utf8"),
        host,
      );
    [keeping, violating] = await Promise.all([programOf("keeping"), programOf("violating")]);
  });
  after(async () => {
    await keeping?.close();
    await violating?.close();
  });

  /** As in `- [mandatory] [severity: high]  versioning  (aws:s3:Bucket: source)`. */
  function violationsIn(output: string, level: "mandatory" | "advisory"): string[] {
    const lines = output.matchAll(/- \[(\w+)\](?: \[severity: \w+\])? +(\S+) +\(\S+: (\S+)\)/g);
    const found = [...lines].flatMap(([, said, rule, name]) =>
      said === level ? [`${rule} ${name}`] : [],
    );
    return [...new Set(found)].sort();
  }

  describe("under `pulumi preview --policy-pack`", () => {
    it("fails by what parts and both providers say together, whatever their order", async () => {
      const { exitCode, stdout } = await violating.run("preview", "--policy-pack", PACK);
      expect(violationsIn(stdout, "mandatory"), stdout).to.deep.equal(MANDATORY);
      expect(violationsIn(stdout, "advisory")).to.deep.equal(ADVISORY);
      expect(exitCode).not.to.equal(0);
      expect(stdout).to.include(
        "It locks for 30 days, its source for 2555. Fix: Raise the vault's",
      );
    });

    it("passes without a word where every rule is kept", async () => {
      const stdout = await keeping.succeed("preview", "--policy-pack", PACK);
      expect(stdout).to.match(/lockstep@v\S+ \(local: /);
      expect(violationsIn(stdout, "mandatory")).to.deep.equal([]);
      expect(violationsIn(stdout, "advisory")).to.deep.equal([]);
    });

    it("takes settings by --policy-pack-config: levels, exemptions, values, and a rule turned off", async () => {
      await writeFile(
        join(violating.folder, "settings.json"),
        JSON.stringify({
          "public-access-block": { level: "warning" },
          "retention-not-shorter": { exempt: ["acme-va*"] },
          "rule-priorities": "disabled",
          "time-control-when-asked": { allowed: ["records"] },
          "tls-only": { level: "off" },
          versioning: { enforcementLevel: "advisory" },
        }),
      );
      const args = ["preview", "--policy-pack", PACK, "--policy-pack-config", "settings.json"];
      const stdout = await violating.succeed(...args);
      expect(violationsIn(stdout, "mandatory")).to.deep.equal([]);
      expect(violationsIn(stdout, "advisory")).to.deep.equal([
        "break-glass-only-advice vault",
        "public-access-block-advice source-block",
        "replication-alarm-advice source-replication",
        "versioning source",
      ]);
    });

    it("says which setting is wrong, and where", async () => {
      await writeFile(
        join(violating.folder, "wrong.json"),
        JSON.stringify({ "object-lock": { classes: { records: { minimumDays: 0 } } } }),
      );
      const args = ["preview", "--policy-pack", PACK, "--policy-pack-config", "wrong.json"];
      const { exitCode, stderr, stdout } = await violating.run(...args);
      expect(exitCode).not.to.equal(0);
      expect(stdout + stderr).to.match(/object-lock.*minimumDays|minimumDays/);
    });
  });

  describe("under `lockstep policy check`", () => {
    /** A file that the engine wrote, held against the pack. */
    async function check(program: YamlProgram, file: string, ...args: string[]) {
      const result = await runCli(["policy", "check", file, "--json", ...args], {
        cwd: program.folder,
      });
      const told = events(result);
      const errors = told.filter(({ severity }) => severity === "error");
      return {
        exitCode: result.exitCode,
        errors: [...new Set(errors.map((one) => `${one["ruleId"]} ${one["resourceName"]}`))].sort(),
        resourcesCount: told.at(-1)?.["resourcesCount"],
        told,
      };
    }

    /** What a command of the engine prints, in a file. */
    async function write(program: YamlProgram, file: string, ...args: string[]): Promise<void> {
      await writeFile(join(program.folder, file), await program.succeed(...args));
    }

    it("finds in the engine's own preview what the pack finds in it", async () => {
      await write(violating, "preview.json", "preview", "--json");
      const found = await check(violating, "preview.json");
      expect(found).to.deep.include({ exitCode: 1, errors: MANDATORY, resourcesCount: 7 });
      await write(keeping, "preview.json", "preview", "--json");
      const kept = await check(keeping, "preview.json");
      expect(kept).to.deep.include({ exitCode: 0, errors: [], resourcesCount: 11 });
      expect(kept.told).to.have.length(1);
    });

    it("reads a stack before its first deployment, which has nothing", async () => {
      await write(keeping, "empty.json", "stack", "export");
      expect(await check(keeping, "empty.json")).to.deep.include({
        exitCode: 0,
        resourcesCount: 0,
      });
    });

    it("finds the same in the state once it is deployed, and in a preview of no changes", async () => {
      for (const [program, exitCode, errors] of [
        [violating, 1, MANDATORY],
        [keeping, 0, []],
      ] as const) {
        await program.succeed("up", "--yes");
        await write(program, "state.json", "stack", "export");
        await write(program, "changes.json", "preview", "--json");
        const { exitCode: refused, told } = await check(program, "changes.json");
        expect(refused).to.equal(2);
        expect(JSON.stringify(told)).to.contain("pulumi preview --json --show-sames");
        await write(program, "again.json", "preview", "--json", "--show-sames");
        for (const file of ["state.json", "again.json"]) {
          expect(await check(program, file), file).to.deep.include({ exitCode, errors });
        }
      }
    });
  });
});
