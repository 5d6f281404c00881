/** A deployment as somebody sees it who sits at a terminal, and what is told to them when their login is over. */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { events, runCli } from "../helpers/cli";
import { ACCOUNTS } from "../helpers/engine-project";
import { Road } from "../helpers/road";
import { startOnTerminal, type TerminalRun } from "../helpers/terminal";

/** What moves the cursor back over lines that are drawn again. */
const REDRAWN = /\u001b\[\d+A\u001b\[J/;

describe("on a terminal", function () {
  this.timeout(170_000);
  let road: Road;
  before(async () => {
    road = await Road.start();
    await road.writeStack("dev", {
      source: { ...ACCOUNTS.source, bucket: { name: "terminal-source" } },
      vaults: [
        {
          name: "primary",
          ...ACCOUNTS.vault,
          bucket: { name: "terminal-vault" },
          lock: { stage: "governance", retention: "30 days" },
        },
      ],
      rules: [{ name: "all", vault: "primary" }],
    });
  });
  after(() => road?.close());

  const start = (columns: number, ...args: string[]): TerminalRun =>
    startOnTerminal([...args, "-s", "dev"], {
      cwd: road.project.folder,
      columns,
      environment: road.project.environment,
    });

  it("`up` shows a tree that fits, also once the terminal is narrower, and asks", async () => {
    const run = start(100, "up");
    await run.waitFor(/preview: \d+ planned/);
    run.resize(60);
    await run.waitFor("Deploy this to dev? [y/N]");
    expect(run.text()).to.match(REDRAWN);
    const last = run.text().split(REDRAWN).at(-1) ?? "";
    expect(last).to.match(/^ {4}\. create lockstep:index:\S+ /m);
    expect(last).to.match(/^ {8,}\. create aws\S* /m);
    for (const line of last.split("  preview: ")[0]?.split("\r\n") ?? []) {
      expect(line.length, line).to.be.at.most(60);
    }
    run.type("n\r");
    expect(await run.ended).to.equal(1);
    expect(run.text()).to.include("Declined");
  });

  it("Ctrl-C at a question ends it with 130", async () => {
    const run = start(80, "up", "--no-refresh");
    await run.waitFor("Deploy this to dev? [y/N]");
    run.type("\u0003");
    expect(await run.ended).to.equal(130);
  });

  it("yes deploys, each resource below its component", async () => {
    const run = start(100, "up");
    await run.waitFor("Deploy this to dev? [y/N]");
    run.type("yes\r");
    expect(await run.ended, run.text()).to.equal(0);
    expect(run.text()).to.match(/up: .*\d+ under way/);
    const last = run.text().split(REDRAWN).at(-1) ?? "";
    expect(last).to.match(/^ {4}\+ create lockstep:index:\S+ /m);
    expect(last).to.match(/^ {8,}\+ create aws-native:s3:Bucket /m);
  });

  it("`prove` asks before it tries what a vault has to refuse, and goes on without where it may not", async () => {
    const cwd = road.project.folder;
    expect((await runCli(["evidence", "key", "--out", "keys"], { cwd })).exitCode).to.equal(0);
    const run = start(200, "prove", "--out", "evidence.tar", "--key", join("keys", "private.pem"));
    await run.waitFor("Try? [y/N]");
    expect(run.text()).to.include("vault primary (terminal-vault)");
    run.type("n\r");
    await run.ended;
    const key = ["--public-key", join("keys", "public.pem")];
    const checked = await runCli(["evidence", "check", "evidence.tar", ...key, "--json"], { cwd });
    const { notProven, verdict } = events(checked).at(-1) as {
      notProven: string[];
      verdict: { attempts: object };
    };
    expect(verdict.attempts).to.deep.equal({
      refused: { lock: 0, guard: 0, organization: 0, nothing: 0 },
      ...{ accepted: 0, "not-tried": 6 },
    });
    expect(notProven.filter((one) => one.startsWith("not tried: "))).to.have.length(6);
  });

  it("a plan is shown as a table, and whoever declines it may cancel its job", async () => {
    const records = { account: "source", bucket: "terminal-source" } as const;
    await road.withoutReplication(records, () => road.put(records, "old"));
    const kept = start(120, "backfill");
    await kept.waitFor(/Replicate 1 version for USD [\d.]+\? \[y\/N\]/);
    for (const line of [/ {4}job +USD 0\.2500$/m, / {4}all together +USD 0\.25\d\d$/m]) {
      expect(kept.text().replaceAll("\r", "")).to.match(line);
    }
    kept.type("n\r");
    await kept.waitFor(/Cancel the job \S+ \(Suspended\) as well\?/);
    kept.type("\r");
    expect(await kept.ended).to.equal(1);
    expect(kept.text()).to.include("lockstep approve ");
    const cancelled = start(120, "backfill");
    await cancelled.waitFor(/Replicate 1 version for/);
    cancelled.type("n\r");
    await cancelled.waitFor(/Cancel the job/);
    cancelled.type("y\r");
    expect(await cancelled.ended).to.equal(3);
    expect(cancelled.text()).to.include("JobCancelled");
  });

  for (const [what, spoil] of [
    ["there are no keys", (config: string) => config.replaceAll(/^aws_.*\n/gm, "")],
    [
      "AWS does not know the keys",
      (config: string) =>
        config.replaceAll(/^(aws_access_key_id) = .*/gm, "$1 = AKIAIOSFODNN7EXAMPLE"),
    ],
  ] as const) {
    it(`where ${what}, commands end with 2 and say how to sign in`, async () => {
      const { environment, folder } = road.project;
      const file = join(folder, "spoilt-config");
      await writeFile(file, spoil(await readFile(environment["AWS_CONFIG_FILE"] ?? "", "utf8")));
      const spoilt = {
        ...environment,
        AWS_CONFIG_FILE: file,
        AWS_SHARED_CREDENTIALS_FILE: file,
        AWS_EC2_METADATA_DISABLED: "true",
      };
      for (const [args, code] of [
        [["verify"], "CredentialsUnusable"],
        [["backfill", "--yes"], "PreflightFailed"],
      ] as const) {
        const result = await runCli([...args, "-s", "dev", "--json"], {
          cwd: folder,
          environment: spoilt,
        });
        expect(result.exitCode, result.stdout).to.equal(2);
        expect(events(result).at(-1)).to.include({ type: "error", code, source: "user" });
        expect(result.stdout).to.match(/Sign in again|correct source\.profile/);
      }
      const looked = await runCli(["doctor", "-s", "dev", "--json"], {
        cwd: folder,
        environment: spoilt,
      });
      expect(looked.exitCode, looked.stdout).to.equal(2);
      expect(events(looked).flatMap(({ id }) => id ?? [])).to.include("credentials-unusable");
      expect(events(looked).at(-1)).to.include({ type: "examined" });
    });
  }
});
