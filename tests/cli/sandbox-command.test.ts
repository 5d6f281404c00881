import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { startCli } from "../helpers/cli";

interface Announcement {
  endpoint: string;
  environment: Record<string, string>;
  accounts: {
    name: string;
    accountId: string;
    region: string;
    accessKeyId: string;
    secretAccessKey: string;
  }[];
}

describe("lockstep sandbox", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-sandbox-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const start = (...args: string[]) =>
    startCli(["sandbox", ...args], {
      cwd: folder,
      environment: { XDG_CACHE_HOME: join(folder, "cache") },
    });

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`serves with the keys that it prints, until ${signal}`, async () => {
      const run = start("--json");
      await run.waitFor("\n");
      await run.waitFor("Serving until Ctrl-C");
      const pending = run.ended;
      run.child.kill(signal);
      const { exitCode, stdout, stderr } = await pending;
      expect(exitCode).to.equal(0);
      expect(stderr).not.to.match(/error|warning/i);
      const lines = stdout.trim().split("\n");
      expect(lines).to.have.length(1);
      const announced = JSON.parse(lines[0] ?? "") as Announcement;
      expect(announced.accounts.map(({ name }) => name)).to.deep.equal(["source", "vault"]);
    });
  }

  it("leaves the config of another that serves from the same folder alone", async () => {
    const first = start("--json");
    await first.waitFor("Serving until Ctrl-C");
    const file = join(folder, ".lockstep", "sandbox", "config");
    const config = await readFile(file, "utf8");
    const second = await start("--json", "--seed", "7").ended;
    expect(second.exitCode).to.equal(2);
    expect(second.stdout).to.include('"code":"ConfigInvalid"').and.to.include("--config-dir");
    expect(await readFile(file, "utf8")).to.equal(config);
    const elsewhere = start("--json", "--config-dir", "second");
    await elsewhere.waitFor("Serving until Ctrl-C");
    elsewhere.child.kill("SIGTERM");
    await elsewhere.ended;
    // One that is killed leaves its folder to the next.
    first.child.kill("SIGKILL");
    await first.ended;
    const next = start("--json");
    await next.waitFor("Serving until Ctrl-C");
    next.child.kill("SIGTERM");
    expect((await next.ended).exitCode).to.equal(0);
  });

  it("answers the AWS SDK, and writes a profile per account", async () => {
    const run = start("--json");
    try {
      const output = await run.waitFor("]}\n");
      const { accounts, endpoint } = JSON.parse(output.split("\n")[0] ?? "") as Announcement;
      const [, vault] = accounts;
      if (vault === undefined) throw new Error("no vault account");
      const sts = new STSClient({ endpoint, region: vault.region, credentials: vault });
      const identity = await sts.send(new GetCallerIdentityCommand({}));
      sts.destroy();
      expect(identity.Account).to.equal(vault.accountId);
      await run.waitFor("Serving until Ctrl-C");
      const config = await readFile(join(folder, ".lockstep", "sandbox", "config"), "utf8");
      expect(config).to.include("[profile source]").and.to.include("[profile vault]");
    } finally {
      run.child.kill("SIGTERM");
      await run.ended;
    }
  });

  it("prints variables for other clients, without a passphrase beside the file of one", async () => {
    const run = startCli(["sandbox", "--json"], {
      cwd: folder,
      environment: {
        XDG_CACHE_HOME: join(folder, "cache"),
        PULUMI_CONFIG_PASSPHRASE_FILE: "/passphrase",
      },
    });
    await run.waitFor("/_lockstep");
    run.child.kill("SIGTERM");
    const { stdout, stderr } = await run.ended;
    const { environment, endpoint } = JSON.parse(stdout) as Announcement;
    expect(environment).to.include({ AWS_ENDPOINT_URL: endpoint, HTTP_PROXY: endpoint });
    const printed = Object.entries(environment).map(([name, value]) => `export ${name}='${value}'`);
    for (const line of printed) expect(stderr).to.include(line);
    expect(stderr).to.include("AWS_PROFILE: source, vault");
    expect(stderr).to.include("PULUMI_BACKEND_URL").and.not.to.include("PASSPHRASE=");
  });

  it("prints one line with endpoint and accounts without --json", async () => {
    const run = start();
    await run.waitFor("Serving until Ctrl-C");
    run.child.kill("SIGTERM");
    const { stdout } = await run.ended;
    expect(stdout).to.match(/^http:\/\/127\.0\.0\.1:\d+ .*111111111111.*222222222222.*\n$/);
  });
});
