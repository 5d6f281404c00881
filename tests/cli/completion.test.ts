/** What a shell offers at a Tab: asked of bash itself, and of zsh and fish where the machine has them. */

import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { COMMANDS, COMMON } from "../../automation/cli/command-table";
import { bashCompletion } from "../../automation/cli/completion/bash";
import { completedOf } from "../../automation/cli/completion/completed";
import { fishCompletion } from "../../automation/cli/completion/fish";
import { zshCompletion } from "../../automation/cli/completion/zsh";
import { runCli } from "../helpers/cli";
import { runOnTerminal } from "../helpers/terminal";

const run = promisify(execFile);

function isHere(shell: string): boolean {
  try {
    execFileSync(shell, ["-c", "exit 0"]);
    return true;
  } catch {
    return false;
  }
}

const COMPLETED = completedOf(COMMANDS, COMMON);
const TEXTS = {
  bash: bashCompletion(COMPLETED),
  fish: fishCompletion(COMPLETED),
  zsh: zshCompletion(COMPLETED),
};

describe("lockstep completion", function () {
  this.timeout(120_000);
  let folder: string;
  const scripts: Record<string, string> = {};
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-completion-"));
    for (const name of ["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml", "plan.json"]) {
      await writeFile(join(folder, name), "");
    }
    for (const [shell, text] of Object.entries(TEXTS)) {
      scripts[shell] = join(folder, `completion.${shell}`);
      await writeFile(scripts[shell], text);
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("prints the script, and nothing else", async () => {
    const { exitCode, stderr, stdout } = await runCli(["completion", "bash"]);
    expect({ exitCode, stderr, stdout }).to.deep.equal({
      exitCode: 0,
      stderr: "",
      stdout: TEXTS.bash,
    });
  });

  it("names every command and option, in each shell's script", () => {
    for (const [shell, text] of Object.entries(TEXTS)) {
      for (const { name, options } of COMMANDS) {
        for (const word of name.split(" ")) expect(text, shell).to.include(word);
        for (const { flags } of options) {
          const long = /--([-\w]+)/.exec(flags)?.[1] ?? "";
          expect(text, shell).to.include(long);
        }
      }
    }
  });

  it("refuses a shell that it does not know, and --json", async () => {
    const unknown = await runCli(["completion", "tcsh"]);
    expect(unknown.exitCode).to.equal(2);
    expect(unknown.stderr).to.include("bash, zsh, fish");
    const json = await runCli(["completion", "bash", "--json"]);
    expect(json.exitCode).to.equal(2);
    expect(json.stdout).to.include('"code":"UsageInvalid"');
  });

  /** What is offered for the last word. */
  type Offer = (words: readonly string[]) => Promise<readonly string[]>;

  const behaves = (offers: Offer): void => {
    it("commands, and the words of a group", async () => {
      expect(await offers(["lockstep", "ver"])).to.deep.equal(["verify"]);
      expect(await offers(["lockstep", ""])).to.include.members(["up", "policy", "completion"]);
      expect(await offers(["lockstep", "policy", ""])).to.include("check");
    });

    it("a command's own options, and those of all", async () => {
      expect(await offers(["lockstep", "up", "--no"])).to.have.members([
        "--no-refresh",
        "--non-interactive",
      ]);
      expect(await offers(["lockstep", "verify", "--no"])).to.deep.equal(["--non-interactive"]);
      expect(await offers(["lockstep", "policy", "check", "--policy"])).to.deep.equal([
        "--policy-config",
      ]);
    });

    it("the stacks of the folder", async () => {
      for (const words of [
        ["lockstep", "up", "-s", ""],
        ["lockstep", "up", "--yes", "--stack", ""],
      ]) {
        expect(await offers(words), words.join(" ")).to.have.members(["dev", "prod"]);
      }
      expect(await offers(["lockstep", "up", "-s", "p"])).to.deep.equal(["prod"]);
    });

    it("files, and shells", async () => {
      expect(await offers(["lockstep", "policy", "check", "pl"])).to.include("plan.json");
      expect(await offers(["lockstep", "completion", "z"])).to.deep.equal(["zsh"]);
    });
  };

  describe("offers in bash", () => {
    const offers: Offer = async (words) => {
      const program = `source ${scripts["bash"]}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _lockstep; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout } = await run("bash", ["-c", program, "bash", ...words], { cwd: folder });
      return stdout.split("\n").filter((line) => line !== "");
    };
    behaves(offers);

    it("the stacks of another folder, and after `=`", async () => {
      const { stdout } = await run("bash", [
        "-c",
        `cd /; source ${scripts["bash"]}; COMP_WORDS=(lockstep -C ${folder} up --stack = d); COMP_CWORD=6; _lockstep; echo "\${COMPREPLY[@]}"`,
      ]);
      expect(stdout).to.equal("dev\n");
    });
  });

  if (isHere("fish")) {
    describe("offers in fish", () => {
      behaves(async (words) => {
        const line = words
          .map((word) => word || "''")
          .join(" ")
          .replace(/''$/, "");
        const program = `source ${scripts["fish"]}; complete -C '${line}'`;
        const { stdout } = await run("fish", ["--no-config", "-c", program], { cwd: folder });
        const offered = stdout.split("\n").flatMap((one) => one.split("\t")[0] || []);
        return [...new Set(offered)];
      });
    });
  }

  if (isHere("zsh")) {
    it("completes in zsh, at its prompt", async () => {
      const shell = runOnTerminal("zsh", ["-f"], { cwd: folder, columns: 200 });
      shell.type(`PS1='ready> '; autoload -U compinit; compinit -u -d ${folder}/dump\r`);
      shell.type(`source ${scripts["zsh"]}; echo lo''aded\r`);
      await shell.waitFor("loaded");
      for (const [typed, completed] of [
        ["lockstep ver", "lockstep verify "],
        ["lockstep verify --non", "lockstep verify --non-interactive "],
        ["lockstep up --yes -s pr", "lockstep up --yes -s prod "],
        ["lockstep policy ch", "lockstep policy check "],
        ["lockstep policy check pla", "lockstep policy check plan.json "],
        ["lockstep completion fi", "lockstep completion fish "],
      ] as const) {
        shell.type(`${typed}\t`);
        await shell.waitFor(completed.trimEnd(), { isPlain: true });
        // Away with the line.
        shell.type("\u0015");
      }
      shell.type("exit\r");
      await shell.ended;
    });
  }
});
