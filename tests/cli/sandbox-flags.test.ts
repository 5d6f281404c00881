import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../../sandbox/tests/helpers/aws-failure";
import { events, runCli, startCli } from "../helpers/cli";

interface Announcement {
  endpoint: string;
  accounts: {
    name: string;
    accountId: string;
    region: string;
    accessKeyId: string;
    secretAccessKey: string;
  }[];
}

describe("lockstep sandbox with flags", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-sandbox-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const options = () => ({
    cwd: folder,
    environment: { XDG_CACHE_HOME: join(folder, "cache") },
  });

  it("has the accounts of --accounts, the keys of --seed, the faults of --faults, and logs with --log", async () => {
    const faults =
      "faults:\n  - { name: busy, effect: throttle, operation: ListBuckets, account: archive }\n";
    await writeFile(join(folder, "faults.yaml"), faults);
    const args = ["sandbox", "--json", "--seed", "5", "--faults", "faults.yaml", "--log"];
    args.push("--accounts", "main=333333333333:us-east-1,archive=444444444444:eu-north-1");
    args.push("--accounts", "audit=555555555555:us-west-2");
    const run = startCli(args, options());
    try {
      const { endpoint, accounts } = JSON.parse(await run.waitFor("\n")) as Announcement;
      expect(
        accounts.map(({ name, accountId, region }) => [name, accountId, region]),
      ).to.deep.equal([
        ["main", "333333333333", "us-east-1"],
        ["archive", "444444444444", "eu-north-1"],
        ["audit", "555555555555", "us-west-2"],
      ]);
      const seed: unknown = await (await fetch(`${endpoint}/_lockstep/seed`)).json();
      expect(seed).to.deep.equal({ seed: 5 });
      const [main, archive] = accounts.map(
        ({ region, accessKeyId, secretAccessKey }) =>
          new S3Client({
            endpoint,
            region,
            credentials: { accessKeyId, secretAccessKey },
            forcePathStyle: true,
            maxAttempts: 1,
          }),
      );
      await main?.send(new ListBucketsCommand());
      const refused = archive?.send(new ListBucketsCommand()) ?? Promise.resolve();
      expect((await failureOf(refused)).code).to.equal("SlowDown");
      const missing = new PutObjectCommand({ Bucket: "nowhere", Key: "a/b", Body: "" });
      await failureOf(main?.send(missing) ?? Promise.resolve());
      const log = await run.waitFor("NoSuchBucket");
      expect(log).to.match(/^[\d:.]{12} main\/user\/admin s3 ListBuckets 200 \d+ ms$/m);
      expect(log).to.match(
        /^[\d:.]{12} archive\/user\/admin s3 ListBuckets 503 SlowDown \[fault: busy\] \d+ ms$/m,
      );
      expect(log).to.match(/ s3 PutObject nowhere\/a\/b 404 NoSuchBucket \d+ ms$/m);
    } finally {
      run.child.kill("SIGTERM");
      await run.ended;
    }
  });

  it("goes on with clients that cannot follow a clock that was moved, with --accept-machine-time", async () => {
    const listed = async (...flags: string[]): Promise<string> => {
      const args = ["sandbox", "--json", "--config-dir", `config${flags.length}`, ...flags];
      const run = startCli(args, options());
      try {
        const { endpoint, accounts } = JSON.parse(await run.waitFor("\n")) as Announcement;
        const [account] = accounts;
        if (account === undefined) throw new Error("no account");
        const body = JSON.stringify({ advanceMs: 90 * 86_400_000 });
        const moved = await fetch(`${endpoint}/_lockstep/clock`, { method: "POST", body });
        expect(moved.status).to.equal(200);
        // One attempt: this client would correct itself on the next.
        const client = new S3Client({
          endpoint,
          region: account.region,
          credentials: account,
          maxAttempts: 1,
        });
        return await client.send(new ListBucketsCommand()).then(
          () => "listed",
          (error: Error) => error.name,
        );
      } finally {
        run.child.kill("SIGTERM");
        await run.ended;
      }
    };
    expect(await listed()).to.equal("RequestTimeTooSkewed");
    expect(await listed("--accept-machine-time")).to.equal("listed");
  });

  it("prints an empty passphrase, unless a file of one is named", async () => {
    const printed = async (name: string, more: object): Promise<string> => {
      const { environment, ...same } = options();
      const run = startCli(["sandbox", "--config-dir", name], {
        ...same,
        environment: { ...environment, ...more },
      });
      try {
        return await run.waitFor("Clock, faults and requests");
      } finally {
        run.child.kill("SIGTERM");
        await run.ended;
      }
    };
    const variable = "export PULUMI_CONFIG_PASSPHRASE=''";
    expect(await printed("plain", {})).to.include(variable);
    const named = await printed("named", { PULUMI_CONFIG_PASSPHRASE_FILE: join(folder, "secret") });
    expect(named).to.include("export PULUMI_HOME=").and.not.include(variable);
  });

  it("tells every mistake in accounts and faults at once", async () => {
    const faults = JSON.stringify({
      faults: [{ effect: "explode" }, { effect: "throttle", account: "vault" }],
    });
    await writeFile(join(folder, "faults.json"), faults);
    const accounts =
      "main=33333:us-east-1,archive,main=444444444444:Europe,x=444444444444:eu-west-1";
    const result = await runCli(
      ["sandbox", "--json", "--accounts", accounts, "--faults", "faults.json"],
      options(),
    );
    expect(result.exitCode).to.equal(2);
    const [error] = events(result);
    expect(error).to.include({ type: "error", code: "ConfigInvalid" });
    const problems = error?.["problems"] as { path: string; message: string }[];
    expect(problems.map(({ path, message }) => `${path}: ${message}`)).to.deep.equal([
      '--accounts: expected name=id:region, such as source=111111111111:eu-west-1, got "archive"',
      '--accounts: Account "main": the account id must be twelve digits, got "33333".',
      '--accounts: Account "main": the Region must be one like eu-west-1, got "Europe".',
      '--accounts: Account "main": "main" is given twice.',
      '--accounts: Account "x": "444444444444" is given twice.',
      "--faults faults[0].effect: expected one of throttle, internal-error, service-unavailable, time-out, time-out-after, reset-before, reset-after, stale-read, slow-body, clock-skew, expired-credentials",
      "--faults faults[1].account: names no account: there are main, 33333, main, 444444444444, x, 444444444444",
    ]);
  });

  it("reads accounts and the organization's policies on them from a file", async () => {
    const deny = { Effect: "Deny", Action: "s3:ListAllMyBuckets", Resource: "*" };
    const main = {
      name: "main",
      accountId: "333333333333",
      region: "us-east-1",
      serviceControlPolicies: [{ Version: "2012-10-17", Statement: [deny] }],
    };
    await writeFile(join(folder, "accounts.json"), JSON.stringify({ accounts: [main] }));
    const accounts = "accounts.json,free=444444444444:us-east-1";
    const run = startCli(["sandbox", "--json", "--accounts", accounts], options());
    try {
      const announcement = JSON.parse(await run.waitFor("\n")) as Announcement;
      const [bound, free] = announcement.accounts.map(
        ({ region, accessKeyId, secretAccessKey }) =>
          new S3Client({
            endpoint: announcement.endpoint,
            region,
            credentials: { accessKeyId, secretAccessKey },
            forcePathStyle: true,
            maxAttempts: 1,
          }),
      );
      await free?.send(new ListBucketsCommand());
      const refused = bound?.send(new ListBucketsCommand()) ?? Promise.resolve();
      expect((await failureOf(refused)).message).to.include("in a service control policy");
    } finally {
      run.child.kill("SIGTERM");
      await run.ended;
    }
  });

  it("tells every mistake in a file of accounts, each with its path", async () => {
    const accounts = [
      { name: "main", accountId: "333333333333", region: "us-east-1", policies: [] },
      { name: "audit", accountId: 4, region: "us-east-1", resourceControlPolicies: "none" },
    ];
    await writeFile(join(folder, "accounts.yaml"), JSON.stringify({ accounts }));
    const result = await runCli(["sandbox", "--json", "--accounts", "accounts.yaml"], options());
    expect(result.exitCode).to.equal(2);
    const problems = events(result)[0]?.["problems"] as { path: string; message: string }[];
    expect(problems.map(({ path, message }) => `${path}: ${message}`)).to.deep.equal([
      "--accounts accounts[0].policies: is not known",
      "--accounts accounts[1].accountId: expected twelve digits, in quotes",
      "--accounts accounts[1].resourceControlPolicies: expected a list of policy documents",
    ]);
  });

  it("says which file of faults it cannot read", async () => {
    for (const content of [undefined, "faults: [}"]) {
      if (content !== undefined) await writeFile(join(folder, "faults.yaml"), content);
      const result = await runCli(["sandbox", "--faults", "faults.yaml"], options());
      expect(result.exitCode).to.equal(2);
      expect(result.stderr).to.include("cannot read").and.to.include("faults.yaml");
    }
  });
});
