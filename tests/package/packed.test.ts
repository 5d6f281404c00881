/** What is published, as its user meets it: packed, installed and used far from this repository. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { GetObjectLockConfigurationCommand } from "@aws-sdk/client-s3";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { GetSchemaRequest } from "@pulumi/pulumi/proto/provider_pb";
import { expect } from "chai";
import { stringify } from "yaml";
import { systemClock } from "../../automation/clock";
import { findEngine } from "../../automation/engine/find-engine";
import { packageVersion } from "../../automation/package-root";
import { ACCOUNTS, EngineProject } from "../helpers/engine-project";
import { BundleFolder } from "../helpers/evidence-bundles";
import { Installed, ROOT, Tarballs, type Run } from "./installed";

/** Every entry that the packages export, with a name from each. */
const PROGRAM = `
import { ImmutableReplication, runBackfill } from "lockstep";
import { findEngine } from "lockstep/automation";
import { Vault } from "lockstep/components";
import { startSandbox } from "lockstep-sandbox";
import { installLocalProviders } from "lockstep-sandbox/providers";
`;
const NAMES =
  "ImmutableReplication, runBackfill, findEngine, Vault, startSandbox, installLocalProviders";

describe("The published packages", function () {
  this.timeout(600_000);
  let tarballs: Tarballs;
  let user: Installed;

  before(async () => {
    tarballs = await Tarballs.pack();
    user = await Installed.with([tarballs.product, tarballs.sandbox]);
  });
  after(async () => {
    await user?.remove();
    await tarballs?.remove();
  });

  it("pass the public checks of packages", async () => {
    const bin = (name: string) => join(ROOT, "node_modules", ".bin", name);
    for (const tarball of [tarballs.product, tarballs.sandbox]) {
      expectDone(await user.run(bin("publint"), ["run", tarball, "--strict"]));
      // node10 knows no exports: TypeScript's oldest way, which the Node that we need has never had.
      expectDone(await user.run(bin("attw"), [tarball, "--profile", "node16"]));
    }
  });

  it("need no compiler", async () => {
    const { stdout } = await user.run("npm", ["ls", "--all", "--parseable"]);
    expect(stdout).to.match(/node_modules\/lockstep-sandbox$/m);
    expect(stdout).not.to.match(/node_modules\/(typescript|ts-node|tsx|esbuild)$/m);
  });

  it("show their commands and their version", async () => {
    const help = expectDone(await user.run("npx", ["lockstep", "--help"]));
    expect(help.stdout).to.match(/^ {2}backfill /m);
    const version = expectDone(await user.run("npx", ["lockstep", "--version"]));
    expect(version.stdout).to.equal(`${packageVersion()}\n`);
  });

  it("check evidence, by the command and by the program of one file", async () => {
    const folder = new BundleFolder();
    try {
      const { path } = await folder.bundle();
      const key = folder.publicKeyPath;
      const command = ["lockstep", "evidence", "check", path, "--public-key", key];
      expect(expectDone(await user.run("npx", command)).stdout).to.include("✔ sound");
      const script = join("node_modules", "lockstep", "evidence", "check-evidence.mjs");
      expectDone(await user.run(process.execPath, [script, path, key]));
    } finally {
      folder.remove();
    }
  });

  it("run the whole demo, and write nothing where they are installed", async () => {
    const packages = ["lockstep", "lockstep-sandbox"];
    const before = await Promise.all(packages.map((name) => user.filesOf(name)));
    const { stdout } = expectDone(
      await user.run("npx", ["lockstep", "demo", "--yes", "--files", "60"], await engineVariable()),
    );
    expect(stdout).to.include("Verdict: clean");
    expect(stdout).to.include("npx lockstep sandbox");
    expect(await Promise.all(packages.map((name) => user.filesOf(name)))).to.deep.equal(before);
  });

  it("have types that stand without skipLibCheck", async () => {
    await user.run("npm", [
      "install",
      "--no-audit",
      "--no-fund",
      "--prefer-offline",
      "@types/node@20",
    ]);
    const compilerOptions = {
      module: "node16",
      target: "es2022",
      strict: true,
      noEmit: true,
      types: ["node"],
    };
    const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    const check = async (file: string, text: string, skipLibCheck: boolean): Promise<Run> => {
      await user.write(file, PROGRAM + text);
      const project = `tsconfig.${file}.json`;
      const options = { ...compilerOptions, skipLibCheck };
      await user.write(project, JSON.stringify({ compilerOptions: options, files: [file] }));
      return user.run(process.execPath, [compiler, "-p", project]);
    };
    expectDone(await check("program.ts", `export const used = [${NAMES}];\n`, false));
    const { stdout } = await check("wrong.ts", `void startSandbox({ port: "none" });\n`, true);
    expect(stdout).to.match(/^wrong\.ts.*error TS2322/);
  });

  it("are taken by import and by require", async () => {
    const print = `console.log([${NAMES}].map((one) => typeof one).join());`;
    await user.write("program.mjs", PROGRAM + print);
    const required = PROGRAM.replaceAll(/^import (.*) from (.*);$/gm, "const $1 = require($2);");
    expect(required).to.include('= require("lockstep-sandbox/providers");');
    await user.write("program.cjs", required + print);
    for (const file of ["program.mjs", "program.cjs"]) {
      const { stdout } = expectDone(await user.run(process.execPath, [file]));
      expect(stdout, file).to.equal(`${Array(6).fill("function").join()}\n`);
    }
  });

  it("are a Pulumi program by `main:` of a project of one's own", async () => {
    const project = await EngineProject.start();
    try {
      await user.write("Pulumi.yaml", await projectInReadme());
      const config = {
        "lockstep:source": { ...ACCOUNTS.source, bucket: { name: "packed-records" } },
        "lockstep:vaults": [{ name: "near", ...ACCOUNTS.vault, bucket: { name: "packed-vault" } }],
        "lockstep:rules": [{ name: "all", vault: "near" }],
      };
      await user.write("Pulumi.dev.yaml", stringify({ config }));
      const { LOCKSTEP_PULUMI: engine } = await engineVariable();
      const environment = {
        ...project.environment,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PATH: [await languageHost(project.folder), process.env["PATH"]].join(delimiter),
      };
      const pulumi = (...args: string[]) =>
        user.run(engine, [...args, "--non-interactive"], environment);
      expectDone(await pulumi("stack", "init", "dev"));
      expectDone(await pulumi("up", "--yes", "--stack", "dev"));
      const { ObjectLockConfiguration } = await project
        .s3("vault")
        .send(new GetObjectLockConfigurationCommand({ Bucket: "packed-vault" }));
      expect(ObjectLockConfiguration?.ObjectLockEnabled).to.equal("Enabled");
    } finally {
      await project.close();
    }
  });

  it("are a component package that answers its schema", async () => {
    const runner = user.path("node_modules", "@pulumi", "pulumi", "cmd", "run-plugin");
    const child = spawn(
      process.execPath,
      [runner, user.path("node_modules", "lockstep"), "127.0.0.1:1"],
      {
        cwd: user.folder,
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    try {
      const [port] = (await once(child.stdout, "data", {
        signal: AbortSignal.timeout(60_000),
      })) as [Buffer];
      const schema = await schemaAt(`127.0.0.1:${String(port).trim()}`);
      expect(schema).to.equal(await readFile(join(ROOT, "components/package/schema.json"), "utf8"));
    } finally {
      child.kill();
      await once(child, "close");
    }
  });

  describe("without the sandbox", () => {
    let alone: Installed;
    before(async () => {
      alone = await Installed.with([tarballs.product]);
    });
    after(() => alone?.remove());

    it("say in one line which package its commands need", async () => {
      for (const command of ["demo", "sandbox"]) {
        const { exitCode, stdout, stderr } = await alone.run("npx", ["lockstep", command]);
        expect(exitCode, stderr).to.equal(2);
        expect(stdout).to.equal("");
        expect(stderr).to.include(`npm install --save-dev lockstep-sandbox@${packageVersion()}`);
        expect(stderr).not.to.match(/^\s+at /m);
      }
    });

    it("check a config", async () => {
      await alone.write("Pulumi.dev.yaml", stringify({ config: { "lockstep:rules": [] } }));
      const { exitCode, stderr } = await alone.run("npx", ["lockstep", "preview", "-s", "dev"]);
      expect(exitCode, stderr).to.equal(2);
      expect(stderr).to.match(/^ {2}source: is missing/m);
    });
  });
});

function expectDone(run: Run): Run {
  expect(run.exitCode, run.stdout + run.stderr).to.equal(0);
  return run;
}

/** The `Pulumi.yaml` that the README gives to a folder of one's own. */
async function projectInReadme(): Promise<string> {
  const readme = await readFile(join(ROOT, "README.md"), "utf8");
  const [, text] = /```yaml\n(name: \S+\nruntime: nodejs\nmain: .*\n)```/.exec(readme) ?? [];
  if (text === undefined) throw new Error("README.md shows no Pulumi.yaml with a `main`.");
  return text;
}

/** The engine of this machine, for programs in a folder that has none. */
async function engineVariable(): Promise<{ LOCKSTEP_PULUMI: string }> {
  const { path } = await findEngine({
    emit: () => undefined,
    signal: new AbortController().signal,
    clock: systemClock,
  });
  return { LOCKSTEP_PULUMI: path };
}

/** A folder with the host under the name that the engine looks for. */
async function languageHost(folder: string): Promise<string> {
  const file = join(folder, "bin", "pulumi-language-nodejs");
  await mkdir(dirname(file));
  const loader = join(ROOT, "scripts", "typescript.cjs");
  const host = join(ROOT, "tests", "package", "language-host.ts");
  await writeFile(file, `#!/bin/sh\nexec '${process.execPath}' -r '${loader}' '${host}' "$@"\n`);
  await chmod(file, 0o755);
  return dirname(file);
}

function schemaAt(address: string): Promise<string> {
  const client = new ResourceProviderClient(address, grpc.credentials.createInsecure());
  return new Promise<string>((resolve, reject) => {
    client.getSchema(new GetSchemaRequest(), (error, answer) =>
      error === null ? resolve(answer.getSchema()) : reject(error),
    );
  }).finally(() => client.close());
}
