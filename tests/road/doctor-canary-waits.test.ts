/** `lockstep doctor --canary` while replication takes its time, and where the answer is no. */

import { HeadObjectCommand, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { doctor } from "../../automation/doctor/doctor";
import type { Question } from "../../automation/events";
import { events, startCli } from "../helpers/cli";
import { ACCOUNTS } from "../helpers/engine-project";
import { eventually } from "../helpers/eventually";
import { Road } from "../helpers/road";
import { parseConfig } from "../../components/config";

const SOURCE = "waiting-records";
const VAULT = "waiting-vault";
const RAW = {
  source: {
    ...ACCOUNTS.source,
    bucket: { name: SOURCE, objectLock: { mode: "GOVERNANCE", retention: "40 days" } },
  },
  vaults: [
    {
      name: "primary",
      ...ACCOUNTS.vault,
      bucket: { name: VAULT },
      lock: { stage: "governance", retention: "30 days" },
    },
  ],
  rules: [{ name: "all", vault: "primary" }],
};

describe("lockstep doctor --canary, waiting", function () {
  this.timeout(170_000);
  let road: Road;

  before(async () => {
    road = await Road.start({
      settings: { replicationDelays: [{ key: "lockstep-canary/*", delayMs: 3_600_000 }] },
    });
    await road.writeStack("dev", RAW);
    await road.runOk("up", "dev", "--yes");
    await road.put({ account: "source", bucket: SOURCE }, "a");
  });
  after(() => road?.close());

  async function canaries(bucket: string, account: "source" | "vault"): Promise<readonly string[]> {
    const { Versions = [] } = await road.project
      .s3(account)
      .send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: "lockstep-canary/" }));
    return Versions.map(({ Key }) => Key ?? "");
  }

  it("asks with all that would stay, and writes nothing where the answer is no", async () => {
    const { environment, session } = road.project;
    const outputs = await (await road.project.open(RAW, "dev")).outputs();
    const questions: Question[] = [];
    const error = await doctor({
      config: parseConfig(RAW),
      stack: { name: "dev", outputs: () => Promise.resolve(outputs) },
      inState: () => Promise.resolve([]),
      environment: { configFile: environment["AWS_CONFIG_FILE"], variables: {} },
      session,
      tell: () => undefined,
      canary: {
        confirm: (question) => {
          questions.push(question);
          return Promise.resolve(false);
        },
      },
    }).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: "Declined" });
    expect(questions.map(({ code }) => code)).to.deep.equal(["canary"]);
    expect(questions[0]?.text).to.match(/source waiting-records: locked in GOVERNANCE mode until/);
    expect(questions[0]?.text).to.match(
      /vault primary \(waiting-vault\): locked in GOVERNANCE mode/,
    );
    expect(await canaries(SOURCE, "source")).to.deep.equal([]);
  });

  it("ends with a warning where one is still on its way", async () => {
    const run = await road.run("doctor", "dev", "--canary", "--yes", "--canary-timeout", "2");
    expect(run.exitCode, run.stdout).to.equal(0);
    const found = run.events.filter(({ id }) => id === "canary-pending");
    expect(found).to.have.length(1);
    expect(found[0]).to.include({ severity: "warning", account: ACCOUNTS.vault.accountId });
  });

  it("stopped by Ctrl-C says what stays, and S3 goes on with it", async () => {
    const before = await canaries(SOURCE, "source");
    const run = startCli(["doctor", "--stack", "dev", "--json", "--canary", "--yes"], {
      cwd: road.project.folder,
      environment: { ...road.project.environment },
    });
    await run.waitFor('"status":"PENDING"');
    run.child.kill("SIGINT");
    const result = await run.ended;
    expect(result.exitCode, result.stderr).to.equal(130);
    const told = events(result);
    const written = told.find(({ type }) => type === "canary-written");
    const stays = told.find(({ code }) => code === "CanaryStays");
    expect(stays?.["message"]).to.contain(String(written?.["versionId"])).and.to.contain(SOURCE);
    expect(stays?.["message"]).to.match(/at primary in GOVERNANCE mode until/);
    expect(told.at(-1)).to.include({ type: "error", code: "Aborted" });
    const left = (await canaries(SOURCE, "source")).filter((key) => !before.includes(key));
    expect(left).to.deep.equal([written?.["key"]]);
    road.project.sandbox.world.clock.advance(3_700_000);
    const replica = await eventually(() =>
      road.project
        .s3("vault")
        .send(new HeadObjectCommand({ Bucket: VAULT, Key: String(written?.["key"]) })),
    );
    expect(replica).to.include({ ObjectLockMode: "GOVERNANCE", ReplicationStatus: "REPLICA" });
  });
});
