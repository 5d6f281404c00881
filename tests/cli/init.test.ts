/** `lockstep init`: what it writes, asks and refuses. That what it advises works is in `tests/road/init.test.ts`. */

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parseStackFile } from "../../components/config/load-config";
import { events, runCli } from "../helpers/cli";
import { startOnTerminal } from "../helpers/terminal";

const GIVEN = [
  ...["--source-account", "111111111111", "--source-region", "eu-west-1"],
  ...["--source-bucket", "acme-records", "--vault-account", "222222222222"],
  ...["--vault-region", "eu-central-1", "--vault-bucket", "acme-records-vault"],
];

describe("lockstep init", function () {
  this.timeout(180_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-init-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const init = (...args: string[]) => runCli(["init", ...args, "--json"], { cwd: folder });
  const read = (name: string): Promise<string> => readFile(join(folder, name), "utf8");

  it("writes a project and a stack file with comments, from options", async () => {
    const result = await init("-s", "dev", "--yes", ...GIVEN);
    expect(result.exitCode, result.stdout).to.equal(0);
    expect(await read("Pulumi.yaml")).to.match(/^name: lockstep$/m);
    const text = await read("Pulumi.dev.yaml");
    expect(text.split("\n").filter((line) => line.trim().startsWith("#")).length).to.be.above(8);
    const { rules, sources, vaults } = parseStackFile(text);
    expect(sources[0]).to.deep.include({ accountId: "111111111111", region: "eu-west-1" });
    expect(sources[0]?.bucket).to.include({ name: "acme-records", existing: true });
    expect(vaults[0]).to.deep.include({ accountId: "222222222222", region: "eu-central-1" });
    expect(vaults[0]?.lock).to.include({ stage: "pilot" });
    expect(rules[0]).to.include({ vault: "primary" });
    const done = events(result).at(-1) as { next: string[] };
    expect(done).to.include({ type: "done", command: "init" });
    expect(done.next[0]).to.match(/^lockstep preview --stack dev /);
  });

  it("takes all that can be said, word for word", async () => {
    const others = [
      ...["--stage", "governance", "--retention", "7 years", "--prefix", 'a "b"/#'],
      ...["--source-profile", "records: dev", "--vault-profile", "vault", "--new-bucket"],
    ];
    const result = await init("--non-interactive", ...GIVEN, ...others);
    expect(result.exitCode, result.stdout).to.equal(0);
    const { rules, sources, vaults } = parseStackFile(await read("Pulumi.dev.yaml"));
    expect(sources[0]).to.include({ profile: "records: dev" });
    expect(sources[0]?.bucket).to.include({ existing: false });
    expect(vaults[0]?.lock).to.include({ stage: "governance", retentionDays: 7 * 365 });
    expect(rules[0]?.filter).to.include({ prefix: 'a "b"/#' });
  });

  it("names every option that is missing, and every mistake, at once", async () => {
    const wrong = ["--source-account", "12", "--vault-region", "nowhere", "--stage", "compliance"];
    const result = await init("-s", "dev", ...wrong);
    expect(result.exitCode).to.equal(2);
    const [error] = events(result);
    expect(error).to.include({ type: "error", code: "ConfigInvalid" });
    const paths = (error?.["problems"] as { path: string }[]).map(({ path }) => path);
    expect(paths).to.have.members([
      ...["--source-region", "--source-bucket", "--vault-account", "--vault-bucket"],
      ...["--source-account", "--vault-region", "--stage"],
    ]);
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it("writes over nothing", async () => {
    await writeFile(join(folder, "Pulumi.dev.yaml"), "mine");
    const refused = await init("-s", "dev", "--yes", ...GIVEN);
    expect(refused.exitCode).to.equal(2);
    expect(refused.stdout).to.include("is not written over");
    expect(await read("Pulumi.dev.yaml")).to.equal("mine");
    await writeFile(join(folder, "Pulumi.yaml"), "name: lockstep\nruntime: nodejs # mine\n");
    const other = await init("-s", "prod", "--yes", ...GIVEN);
    expect(other.exitCode, other.stdout).to.equal(0);
    expect(await read("Pulumi.yaml")).to.include("# mine");
    expect(other.stdout).to.include("stays as it is");
  });

  it("asks at a terminal, and again where an answer cannot be right", async () => {
    const run = startOnTerminal(["init", "--vault-region", "eu-central-1"], {
      cwd: folder,
      columns: 200,
    });
    for (const [question, answer] of [
      [/Name of the stack \[dev\]: $/, ""],
      [/Account of the data[^\n]*: $/, "12"],
      [/got "12"[^]*Account of the data[^\n]*: $/, "111111111111"],
      [/Its Region: $/, "eu-west-1"],
      [/Its bucket: $/, ""],
      [/Its bucket: [^]*Its bucket: $/, "acme-records"],
      [/Profile of the AWS config file[^\n]*: $/, ""],
      [/Account of the vault[^\n]*: $/, "222222222222"],
      [/Name of the vault's bucket[^\n]*: $/, "acme-records"],
      [/for both[^]*Name of the vault's bucket[^\n]*: $/, "acme-records-vault"],
      [/Profile that reaches the vault's account[^\n]*: $/, "vault"],
      [/How it locks[^\n]*\[pilot\]: $/, "compliance"],
      [/once the rest is proven[^]*How it locks[^\n]*: $/, ""],
      [/For how long[^\n]*: $/, "1 day"],
      [/Prefix of the keys[^\n]*: $/, "records/"],
    ] as const) {
      await run.waitFor(question, { isPlain: true });
      run.type(`${answer}\r`);
    }
    expect(await run.ended, run.text()).to.equal(0);
    const { rules, sources, vaults } = parseStackFile(await read("Pulumi.dev.yaml"));
    expect(sources[0]?.bucket.name).to.equal("acme-records");
    expect(vaults[0]).to.include({ region: "eu-central-1", profile: "vault" });
    expect(rules[0]?.filter).to.include({ prefix: "records/" });
  });

  it("Ctrl-C at a question writes nothing", async () => {
    const run = startOnTerminal(["init"], { cwd: folder });
    await run.waitFor("Name of the stack");
    run.type("\u0003");
    expect(await run.ended).to.equal(130);
    expect(await readdir(folder)).to.deep.equal([]);
  });
});
