/** How the command line behaves towards programs: streams, exit codes, and errors that can be read by one. */

import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { CommanderError } from "commander";
import { stringify } from "yaml";
import { COMMANDS } from "../../automation/cli/command-table";
import { buildProgram } from "../../automation/cli/parser";
import { usageEvent } from "../../automation/cli/usage-error";
import { events, runCli } from "../helpers/cli";

const LOCKSTEP = join(__dirname, "..", "..", "scripts", "lockstep.mjs");

const SECTIONS = {
  "lockstep:source": {
    accountId: "111111111111",
    region: "eu-west-1",
    bucket: { name: "records" },
  },
  "lockstep:vaults": [
    {
      name: "primary",
      accountId: "222222222222",
      region: "eu-central-1",
      bucket: { name: "records-vault" },
      lock: { stage: "pilot" },
    },
  ],
  "lockstep:rules": [{ name: "all", vault: "primary" }],
};

describe("the command line, run by a program", function () {
  this.timeout(120_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-manners-"));
    await writeFile(join(folder, "Pulumi.dev.yaml"), stringify({ config: SECTIONS }));
    await writeFile(join(folder, "Pulumi.yaml"), "name: lockstep\nruntime: nodejs\n");
    await writeFile(join(folder, "program.json"), '{"deployment": {"resources": []}}');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  describe("with --json", () => {
    for (const args of [
      ["--json", "replicate"],
      ["up", "-s", "dev", "--wat", "--json"],
    ]) {
      it(`tells a mistake as an error on standard output: lockstep ${args.join(" ")}`, async () => {
        const result = await runCli(args, { cwd: folder });
        expect(result).to.include({ exitCode: 2, stderr: "" });
        const [error, ...others] = events(result);
        expect(others).to.deep.equal([]);
        expect(error).to.include({ type: "error", code: "UsageInvalid", source: "user" });
        expect(error?.["message"]).to.match(/unknown (command|option)/);
        expect(error?.["hint"]).to.include("--help");
      });
    }

    for (const [args, message] of [
      [["policy", "check"], /^missing required argument 'file'/],
      [["preview", "--stack"], /argument missing/],
      [["sandbox", "--port", "70000"], /whole number, 0 to 65535/],
      [["up", "dev"], /^too many arguments for 'up'/],
      [[], /^no command is named/],
    ] as const) {
      it(`has words for each mistake: lockstep ${args.join(" ")}`, async () => {
        const program = buildProgram(() => Promise.resolve(), { isSilent: true });
        const error: unknown = await program.parseAsync(args, { from: "user" }).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        expect(usageEvent(error as CommanderError)).to.deep.include({
          type: "error",
          code: "UsageInvalid",
        });
        expect((usageEvent(error as CommanderError) as { message: string }).message).to.match(
          message,
        );
      });
    }

    it("tells what it would have to ask", async () => {
      const result = await runCli(["destroy", "-s", "dev", "--json"], { cwd: folder });
      expect(result).to.include({ exitCode: 2, stderr: "" });
      expect(events(result)).to.have.length(1);
      expect(events(result)[0]).to.include({ type: "error", code: "ConfirmationNeeded" });
      expect(events(result)[0]?.["hint"]).to.include("--json").and.to.include("--yes");
    });
  });

  describe("when Pulumi's state is out of reach, ends with 2 and says what to do", () => {
    let backend: Server;
    before((done) => {
      backend = createServer((_request, response) => {
        response.writeHead(401, { "content-type": "application/json" });
        response.end(
          '{"code":401,"message":"Unauthorized: No credentials provided or are invalid."}',
        );
      }).listen(0, "127.0.0.1", done);
    });
    after(() => backend.close());

    const backendUrl = (): string => `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
    for (const [what, variables, hint] of [
      ["nobody is logged in", () => ({}), "pulumi login"],
      [
        "its token is not in force",
        () => ({ PULUMI_BACKEND_URL: backendUrl(), PULUMI_ACCESS_TOKEN: "pul-not-in-force" }),
        "PULUMI_ACCESS_TOKEN",
      ],
    ] as const) {
      it(what, async () => {
        for (const command of ["verify", "doctor"]) {
          const result = await runCli([command, "-s", "dev", "--json"], {
            cwd: folder,
            environment: {
              PULUMI_HOME: join(folder, "home"),
              PULUMI_BACKEND_URL: "",
              PULUMI_ACCESS_TOKEN: "",
              ...variables(),
            },
          });
          expect(result.exitCode, result.stdout).to.equal(2);
          const error = events(result).at(-1);
          expect(error).to.include({ type: "error", code: "LoginNeeded", source: "user" });
          expect(error?.["hint"]).to.include(hint);
        }
      });
    }
  });

  for (const [args, exitCode] of [
    [["--help"], 0],
    [["policy", "check", "program.json"], 0],
    [["preview", "-s", "none", "--json"], 2],
  ] as const) {
    it(`ends quietly when nobody reads: lockstep ${args.join(" ")}`, async () => {
      const child = spawn(process.execPath, [LOCKSTEP, ...args], {
        cwd: folder,
        stdio: ["ignore", "pipe", "pipe"],
      });
      child.stdout.destroy();
      let stderr = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
      const ended = await new Promise((done) => child.once("close", done));
      expect(stderr).to.equal("");
      expect(ended).to.equal(exitCode);
    });
  }

  it("keeps standard output for results", async () => {
    const good = await runCli(["policy", "check", "program.json"], { cwd: folder });
    expect(good.stdout).to.include("Policies: ");
    const bad = await runCli(["preview", "-s", "none"], { cwd: folder });
    expect(bad).to.include({ exitCode: 2, stdout: "" });
    expect(bad.stderr).to.include("Error (ConfigInvalid)");
  });
});

describe("the help", () => {
  const helpOf = (name: string): string => {
    const program = buildProgram(() => Promise.resolve());
    const command = name
      .split(" ")
      .reduce((group, word) => group.commands.find((one) => one.name() === word) ?? group, program);
    let text = "";
    program.configureOutput({ writeOut: (more) => void (text += more) });
    command.configureOutput({ writeOut: (more) => void (text += more) }).outputHelp();
    return text;
  };

  for (const { examples, name } of COMMANDS) {
    it(`of ${name} has examples that the parser takes, and the exit codes`, async () => {
      const text = helpOf(name);
      expect(examples, "examples").not.to.be.empty;
      for (const [line] of examples) {
        expect(text).to.include(`$ ${line}`);
        const [program, ...args] = line.split(" ");
        expect(program).to.equal("lockstep");
        const ran: string[] = [];
        await buildProgram((definition) => {
          ran.push(definition.name);
          return Promise.resolve();
        }).parseAsync(args, { from: "user" });
        expect(ran).to.deep.equal([name]);
      }
      for (const code of [0, 1, 2, 130, 143]) expect(text).to.match(new RegExp(`^  ${code} `, "m"));
    });
  }
});
