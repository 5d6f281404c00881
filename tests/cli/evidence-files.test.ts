/** The files that commands on evidence are given: none that is read is written over, and what is no file is told at once. */

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { writeNewFiles } from "../../automation/cli/new-files";
import { events, runCli, type CliResult } from "../helpers/cli";
import { BundleFolder, KEYS, provenLine } from "../helpers/evidence-bundles";

const PUBLIC = ["--public-key", "public.pem"];

describe("files of lockstep evidence", function () {
  this.timeout(240_000);
  let folder: BundleFolder;
  let june: string;
  let july: string;
  before(async () => {
    folder = new BundleFolder();
    june = (await folder.bundle({ lines: [provenLine({ key: "a.csv" })] })).path;
    july = (await folder.bundle({ previous: june })).path;
  });
  after(() => folder.remove());

  const at = (name: string): string => join(folder.path, name);
  const run = (...args: string[]): Promise<CliResult> =>
    runCli(["evidence", ...args, "--json"], { cwd: folder.path, environment: { PATH: "" } });

  const errorOf = (result: CliResult) => {
    expect(result.exitCode, result.stdout).to.equal(2);
    return events(result).at(-1) as {
      code: string;
      message: string;
      problems?: { path: string; message: string }[];
    };
  };

  it("are not written over where they are read, whatever they are called", async () => {
    symlinkSync(july, at("link.tar"));
    linkSync(july, at("hard.tar"));
    mkdirSync(at("sub"));
    symlinkSync(folder.path, at("sub/up"));
    const read = [june, july, at("public.pem")];
    const before = read.map((path) => readFileSync(path));
    const html = ["check", july, ...PUBLIC, "--previous", june, "--html"];
    const out = ["show", july, "--key", "a.csv", ...PUBLIC, "--out"];
    const name = july.slice(folder.path.length + 1);
    for (const [args, target] of [
      [html, july],
      [html, `./sub/../${name}`],
      [html, `sub/up/${name}`],
      [html, "link.tar"],
      [html, "hard.tar"],
      [html, june],
      [html, "public.pem"],
      [out, july],
      [out, "hard.tar"],
      [out, "public.pem"],
    ] as const) {
      const { code, message, problems } = errorOf(await run(...args, target));
      expect(code, target).to.equal("ConfigInvalid");
      expect(message, target).to.include(" is the ");
      expect(problems?.[0]?.path).to.equal(args.at(-1));
      expect(problems?.[0]?.message).to.include("would be written over");
      expect(read.map((path) => readFileSync(path))).to.deep.equal(before);
    }
  });

  it("are written whole, in the place of an earlier one, once it is known what of", async () => {
    writeFileSync(at("page.html"), "an earlier page");
    chmodSync(at("page.html"), 0o640);
    linkSync(at("page.html"), at("earlier.html"));
    const changed = readFileSync(july);
    changed[changed.length - 1024 - 300] = 0x21;
    const bad = folder.file(changed);
    expect((await run("check", bad, ...PUBLIC, "--html", "page.html")).exitCode).to.equal(1);
    expect(readFileSync(at("page.html"), "utf8")).to.include("is NOT sound");
    // Not even a byte of the earlier one was changed: another file has its name.
    expect(readFileSync(at("earlier.html"), "utf8")).to.equal("an earlier page");
    if (process.platform !== "win32") {
      expect(statSync(at("page.html")).mode & 0o777).to.equal(0o640);
    }
    symlinkSync(at("page.html"), at("page-link.html"));
    expect((await run("check", july, ...PUBLIC, "--html", "page-link.html")).exitCode).to.equal(0);
    expect(lstatSync(at("page-link.html")).isSymbolicLink()).to.equal(true);
    const page = readFileSync(at("page.html"), "utf8");
    expect(page).to.include("The bundle is sound");
    // What cannot be read says nothing, and an earlier page stays.
    errorOf(await run("check", "nothing.tar", ...PUBLIC, "--html", "page.html"));
    expect(readFileSync(at("page.html"), "utf8")).to.equal(page);
    expect(readdirSync(folder.path).filter((name) => name.endsWith(".part"))).to.deep.equal([]);
  });

  it("are left alone where there is nothing to show", async () => {
    writeFileSync(at("precious.json"), "precious");
    const none = await run("show", july, "--key", "nosuchkey", "--out", "precious.json");
    expect(none.exitCode).to.equal(1);
    expect(events(none).at(-1)).to.include({ type: "error", code: "NoVersionsFound" });
    const unsound = folder.file(readFileSync(july).subarray(0, -512));
    const refused = await run("show", unsound, "--key", "a.csv", "--out", "precious.json");
    expect(refused.exitCode).to.equal(1);
    expect(readFileSync(at("precious.json"), "utf8")).to.equal("precious");
    const shown = await run("show", july, "--key", "a.csv", ...PUBLIC, "--out", "precious.json");
    expect(shown.exitCode).to.equal(0);
    expect(readFileSync(at("precious.json"), "utf8")).to.match(/^\{"envelope":/);
  });

  it("are told where they cannot be written, before anything is read", async () => {
    for (const target of ["sub", "no/such/folder.html", "public.pem/page.html"]) {
      const { code, problems } = errorOf(await run("check", july, ...PUBLIC, "--html", target));
      expect(code, target).to.equal("ConfigInvalid");
      expect(problems?.[0]?.path).to.equal("--html");
    }
  });

  it("are written into a pipe too, which stays one", async function () {
    if (process.platform === "win32") return this.skip();
    execFileSync("mkfifo", [at("page-pipe")]);
    const reader = spawn("cat", [at("page-pipe")]);
    try {
      let page = "";
      reader.stdout.setEncoding("utf8").on("data", (text: string) => (page += text));
      const ended = once(reader, "close");
      expect((await run("check", july, ...PUBLIC, "--html", "page-pipe")).exitCode).to.equal(0);
      expect(lstatSync(at("page-pipe")).isFIFO()).to.equal(true);
      await ended;
      expect(page).to.include("The bundle is sound");
    } finally {
      reader.kill();
    }
  });

  it("are files, and no pipes or folders, which is told at once and by name", async function () {
    if (process.platform === "win32") return this.skip();
    execFileSync("mkfifo", [at("pipe")]);
    for (const args of [
      ["check", "pipe", ...PUBLIC],
      ["check", "sub", ...PUBLIC],
      ["check", july, "--public-key", "pipe"],
      ["check", july, ...PUBLIC, "--previous", "pipe"],
      ["show", "pipe", "--key", "a.csv"],
      ["show", july, "--key", "a.csv", "--public-key", "pipe"],
    ]) {
      const { code, message } = errorOf(await run(...args));
      expect(code, args.join(" ")).to.equal("EvidenceUnreadable");
      expect(message).to.match(
        /^(pipe is no file but a pipe or a device|sub is no file but a folder)$/,
      );
    }
    // As a shell hands over what another program writes.
    const program = join(__dirname, "..", "..", "scripts", "lockstep.mjs");
    const piped = spawnSync(
      "bash",
      [
        "-c",
        `"$0" "$1" evidence check <(cat "$2") --public-key public.pem`,
        process.execPath,
        program,
        july,
      ],
      { cwd: folder.path, encoding: "utf8" },
    );
    expect(piped.status).to.equal(2);
    expect(piped.stderr).to.include("is no file but a pipe or a device");
    // What stands there by a redirection is a file.
    const redirected = spawnSync(
      "bash",
      [
        "-c",
        `"$0" "$1" evidence check /dev/stdin --public-key public.pem < "$2"`,
        process.execPath,
        program,
        july,
      ],
      { cwd: folder.path, encoding: "utf8" },
    );
    expect(redirected.status, redirected.stderr).to.equal(0);
  });

  it("are not read where they are larger than any that shows lines", async () => {
    writeFileSync(at("large.json"), "{");
    // Of holes: nothing is on the disk.
    truncateSync(at("large.json"), 8 * 1024 ** 3);
    const large = await run("check", "large.json", ...PUBLIC);
    expect(large.exitCode).to.equal(1);
    expect(events(large).at(-1)).to.deep.include({
      problem: { code: "container", message: "it is larger than any file of shown lines" },
    });
  });

  it("are two of a pair of keys, or none", async () => {
    for (const one of ["private.pem", "public.pem"]) {
      const name = `half-${one}`;
      mkdirSync(at(name));
      copyFileSync(at("public.pem"), at(`${name}/${one}`));
      for (let attempt = 0; attempt < 2; attempt++) {
        const { code, problems } = errorOf(await run("key", "--out", name));
        expect(code).to.equal("ConfigInvalid");
        expect(problems?.[0]?.message).to.include(`${one} is there already`);
        expect(readdirSync(at(name))).to.deep.equal([one]);
      }
      expect(readFileSync(at(`${name}/${one}`), "utf8")).to.equal(KEYS[0].publicPem);
    }
    mkdirSync(at("dangling"));
    symlinkSync(at("nowhere"), at("dangling/public.pem"));
    errorOf(await run("key", "--out", "dangling"));
    expect(readdirSync(at("dangling"))).to.deep.equal(["public.pem"]);
    // The second cannot be written: the first goes again.
    const files = ["first.pem", "no-folder/second.pem"].map((name) => ({
      ...{ path: at(name), text: "text", mode: 0o600 },
    }));
    const failed = await writeNewFiles(files).catch((error: unknown) => error);
    expect(failed).to.have.property("code", "ENOENT");
    expect(existsSync(at("first.pem"))).to.equal(false);
  });
});
