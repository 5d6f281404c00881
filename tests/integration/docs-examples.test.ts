import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { parse as parseYaml } from "yaml";
import { DEFAULT_ACCOUNTS, parseAccounts, parseFaults } from "lockstep-sandbox";
import { pulumiCommand } from "../helpers/engine";

const ROOT = join(__dirname, "..", "..");
const PAGE = readFileSync(join(ROOT, "docs", "testing-with-the-sandbox.md"), "utf8");

interface Example {
  readonly language: string;
  /** Named by the first line: `// invoices.test.ts`. */
  readonly file: string;
  readonly text: string;
}

interface Run {
  readonly exitCode: number;
  readonly output: string;
}

/** What stands in the page as output, not as something to run. */
const OUTPUT = "text";

const EXAMPLES: readonly Example[] = [...PAGE.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
  .map(([, language = "", text = ""]) => ({
    language,
    text,
    file: /^(?:\/\/|#) (\S+)\n/.exec(text)?.[1] ?? "",
  }))
  .filter(({ language }) => language !== OUTPUT);

/** The AWS CLI is a program of its own, which not every machine has. */
const hasAwsCli = ((): boolean => {
  try {
    execFileSync("aws", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

describe("docs/testing-with-the-sandbox.md", function () {
  this.timeout(180_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-docs-"));
    // As in a project that has Lockstep installed.
    const modules = join(folder, "node_modules");
    await mkdir(join(modules, ".bin"), { recursive: true });
    await symlink(ROOT, join(modules, "lockstep"));
    await symlink(join(ROOT, "bin", "lockstep.js"), join(modules, ".bin", "lockstep"));
    for (const name of await readdir(join(ROOT, "node_modules"))) {
      if (name.startsWith(".") || name === "lockstep") continue;
      await symlink(join(ROOT, "node_modules", name), join(modules, name));
    }
    for (const { file, text } of EXAMPLES) await writeFile(join(folder, file), text);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("has no example that is not run", () => {
    expect(EXAMPLES.map(({ language, file }) => `${language} ${file}`)).to.deep.equal([
      "ts invoices.test.ts",
      "ts retention.test.ts",
      "yaml faults.yaml",
      "ts guardrails.test.ts",
      "yaml accounts.yaml",
      "sh check-script.sh",
      "sh check-aws-cli.sh",
      "sh check-admin.sh",
      "ts program.test.ts",
    ]);
  });

  it("invoices.test.ts passes", async () => {
    expectPassing(await runTests("invoices.test.ts"), 3);
  });

  it("retention.test.ts passes", async () => {
    expectPassing(await runTests("retention.test.ts"), 1);
  });

  it("guardrails.test.ts passes", async () => {
    expectPassing(await runTests("guardrails.test.ts"), 1);
  });

  it("accounts.yaml describes accounts without a mistake", async () => {
    const raw: unknown = parseYaml(await readFile(join(folder, "accounts.yaml"), "utf8"));
    const [, vault] = parseAccounts(raw);
    expect(vault?.serviceControlPolicies).to.have.length(1);
    expect(vault?.resourceControlPolicies).to.have.length(1);
  });

  it("program.test.ts passes with the real engine", async () => {
    // Puts the engine on the PATH of this process, where the example looks for it.
    await pulumiCommand();
    expectPassing(await runTests("program.test.ts"), 1);
  });

  it("faults.yaml describes faults without a mistake", async () => {
    const raw: unknown = parseYaml(await readFile(join(folder, "faults.yaml"), "utf8"));
    expect(parseFaults(raw, DEFAULT_ACCOUNTS)).to.have.length(4);
  });

  it("check-script.sh prints what the page says, and logs it", async () => {
    const { exitCode, output } = await runScript("check-script.sh");
    expect(output).to.equal("200\n200\n503\n");
    expect(exitCode).to.equal(0);
    const log = await readFile(join(folder, "sandbox.log"), "utf8");
    const [shown = ""] = /^[\d:.]+ source.*$/m.exec(PAGE) ?? [];
    expect(withoutTimes(log)).to.include(withoutTimes(shown));
  });

  it("check-admin.sh moves the clock, adds a fault, shows requests and resets", async () => {
    const { exitCode, output } = await runScript("check-admin.sh");
    expect(exitCode, output).to.equal(0);
    expect(output).to.match(/"epochMs": \d+/);
    expect(output).to.include('"effect": "internal-error"').and.to.include('"requests": []');
    expect(output).to.include('"seed": 1');
  });

  if (hasAwsCli) {
    it("check-aws-cli.sh works with the AWS CLI", async () => {
      const { exitCode, output } = await runScript("check-aws-cli.sh");
      expect(exitCode, output).to.equal(0);
      expect(output).to.include("make_bucket: reports\n").and.to.include("hello\n");
      expect(output).to.include("(AccessDenied) when calling the GetObject operation");
      expect(output).to.include("the other account may not read it\n");
    });
  }

  it("names every setting and every effect that there is", async () => {
    const world = await readFile(join(ROOT, "sandbox", "src", "world", "world.ts"), "utf8");
    for (const [, name = ""] of world.matchAll(/^ {2}readonly (\w+Ms): number;$/gm)) {
      expect(PAGE).to.include(`\`${name}\``);
    }
    const faults = await readFile(join(ROOT, "sandbox", "src", "faults", "faults.ts"), "utf8");
    const effects = [...faults.matchAll(/^ {2}\| "([\w-]+)"/gm)].map(([, name = ""]) => name);
    expect(effects).to.have.length(11);
    for (const effect of effects) expect(PAGE).to.include(`| \`${effect}\``);
  });

  function runTests(file: string): Promise<Run> {
    const mocha = join(ROOT, "node_modules", "mocha", "bin", "mocha.js");
    const loader = join(ROOT, "scripts", "typescript.cjs");
    return run(process.execPath, [mocha, "--no-config", "--require", loader, file]);
  }

  function runScript(file: string): Promise<Run> {
    return run("sh", [file]);
  }

  function run(program: string, args: readonly string[]): Promise<Run> {
    const path = [join(folder, "node_modules", ".bin"), process.env["PATH"]].join(delimiter);
    const env = {
      ...process.env,
      PATH: path,
      XDG_CACHE_HOME: join(folder, "cache"),
    };
    return new Promise((resolve) => {
      execFile(program, [...args], { cwd: folder, env }, (error, stdout, stderr) => {
        const code = error?.code;
        const exitCode = error === null ? 0 : typeof code === "number" ? code : 1;
        resolve({ exitCode, output: stdout + stderr });
      });
    });
  }
});

function expectPassing({ exitCode, output }: Run, count: number): void {
  expect(output).to.include(`${count} passing`);
  expect(exitCode, output).to.equal(0);
}

function withoutTimes(line: string): string {
  return line.replace(/^[\d:.]+/gm, "TIME").replace(/\d+ ms/g, "N ms");
}
