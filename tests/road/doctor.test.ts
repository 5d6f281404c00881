/** `lockstep doctor` before the first `up`, on a stack that is whole, and on one that somebody worked on. */

import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { RequestLogEntry } from "lockstep-sandbox";
import { ACCOUNTS } from "../helpers/engine-project";
import { Road, type RoadRun } from "../helpers/road";

const SOURCE = "looked-records";
const VAULT = "looked-vault";

/** Operations that change nothing. */
const READING = /^(Get|Head|List|Describe|Simulate)/;

describe("lockstep doctor", function () {
  this.timeout(170_000);
  let road: Road;
  const requests: RequestLogEntry[] = [];

  before(async () => {
    road = await Road.start({ log: (entry) => void requests.push(entry) });
    await road.writeStack("dev", {
      source: { ...ACCOUNTS.source, bucket: { name: SOURCE, existing: true } },
      vaults: [{ name: "primary", ...ACCOUNTS.vault, bucket: { name: VAULT } }],
      rules: [{ name: "all", vault: "primary" }],
    });
  });
  after(() => road?.close());

  const findings = (run: RoadRun) => run.events.filter(({ type }) => type === "finding");
  const ids = (run: RoadRun, ...severities: string[]) =>
    findings(run)
      .filter(({ severity }) => severities.includes(String(severity)))
      .map(({ id }) => id);

  it("finds before the first up that the source is not there, and that a vault's name is taken", async () => {
    const vault = road.project.s3("vault");
    await vault.send(
      new CreateBucketCommand({
        Bucket: VAULT,
        CreateBucketConfiguration: { LocationConstraint: "eu-central-1" },
      }),
    );
    const run = await road.run("doctor", "dev");
    expect(run.exitCode, run.stderr).to.equal(1);
    expect(ids(run, "error")).to.deep.equal(["bucket-missing", "name-taken"]);
    expect(findings(run)[0]).to.have.all.keys(
      ...["type", "id", "severity", "account", "resource", "message", "fix"],
    );
    expect(findings(run)[0]).to.include({ account: "111111111111", resource: SOURCE });
    expect(run.events.at(-1)).to.deep.equal({ type: "examined", errors: 2, warnings: 0, infos: 0 });
  });

  it("finds nothing in a stack that is whole, and asks for nothing that changes anything", async () => {
    await road.writeStack("dev", {
      source: { ...ACCOUNTS.source, bucket: { name: SOURCE, existing: true } },
      vaults: [{ name: "primary", ...ACCOUNTS.vault, bucket: { name: "kept-vault" } }],
      rules: [{ name: "all", vault: "primary" }],
    });
    const s3 = road.project.s3("source");
    await s3.send(
      new CreateBucketCommand({
        Bucket: SOURCE,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    await s3.send(new PutObjectCommand({ Bucket: SOURCE, Key: "a", Body: "a" }));
    await road.runOk("up", "dev", "--yes");
    requests.length = 0;
    const run = await road.runOk("doctor", "dev");
    expect(ids(run, "error", "warning"), run.stdout).to.deep.equal([]);
    const asked = new Set(requests.map(({ operation }) => operation ?? "unknown"));
    expect([...asked].filter((operation) => !READING.test(operation))).to.deep.equal([]);
    // It looked into both accounts.
    const accounts = new Set(requests.map(({ accountId }) => accountId));
    expect(accounts).to.include("111111111111").and.to.include("222222222222");
  });
});
