/** `lockstep doctor --canary`: a version that is watched on its way, through the command line on the real engine. */

import {
  GetBucketReplicationCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketReplicationCommand,
  PutObjectLockConfigurationCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { ACCOUNTS } from "../helpers/engine-project";
import { Road, type RoadRun, verdictsOf } from "../helpers/road";

const SOURCE = "canary-records";
const VAULT = "canary-vault";
const ROLE = `arn:aws:iam::111111111111:role/lockstep-replication-${SOURCE}`;

const everything = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

describe("lockstep doctor --canary", function () {
  this.timeout(170_000);
  let road: Road;

  before(async () => {
    road = await Road.start();
    await road.writeStack("dev", {
      source: { ...ACCOUNTS.source, bucket: { name: SOURCE } },
      vaults: [
        {
          name: "primary",
          ...ACCOUNTS.vault,
          bucket: { name: VAULT },
          lock: { stage: "governance", retention: "30 days" },
        },
      ],
      rules: [
        {
          name: "kept",
          vault: "primary",
          priority: 2,
          filter: { prefix: "kept", tags: { keep: "yes" } },
        },
        { name: "letters", vault: "primary", priority: 1, filter: { prefix: "letters/" } },
      ],
    });
    await road.runOk("up", "dev", "--yes");
    await road.put({ account: "source", bucket: SOURCE }, "kept/a", "keep=yes");
    await road.put({ account: "source", bucket: SOURCE }, "letters/a");
  });
  after(() => road?.close());

  const canary = (...flags: string[]) => road.run("doctor", "dev", "--canary", "--yes", ...flags);
  const findings = (run: RoadRun) => run.events.filter(({ type }) => type === "finding");
  const ofType = (run: RoadRun, type: string) => run.events.filter((event) => event.type === type);
  const idsOf = (run: RoadRun, ...severities: string[]) =>
    findings(run)
      .filter(({ severity }) => severities.includes(String(severity)))
      .map(({ id }) => id);
  async function versionsOfSource(): Promise<number> {
    const { Versions = [] } = await road.project
      .s3("source")
      .send(new ListObjectVersionsCommand({ Bucket: SOURCE }));
    return Versions.length;
  }

  it("writes one canary for each rule, by its prefix and tags, and finds each locked as promised", async () => {
    const run = await canary();
    expect(run.exitCode, `${run.stdout}${run.stderr}`).to.equal(0);
    const written = ofType(run, "canary-written");
    expect(
      written.map(({ key }) => String(key).replace(/\d{8}T\d{6}Z-[0-9a-f]{8}/, "T-R")),
    ).to.deep.equal(["kept/lockstep-canary/T-R.json", "letters/lockstep-canary/T-R.json"]);
    expect(idsOf(run, "error", "warning")).to.deep.equal([]);
    const arrived = findings(run).filter(({ id }) => id === "canary-arrived");
    expect(arrived).to.have.length(2);
    expect(arrived[0]).to.have.all.keys(
      ...["type", "id", "severity", "account", "resource", "message", "fix"],
    );
    for (const { key, versionId } of written) {
      const replica = await road.project
        .s3("vault")
        .send(
          new HeadObjectCommand({ Bucket: VAULT, Key: String(key), VersionId: String(versionId) }),
        );
      expect(replica).to.include({ ReplicationStatus: "REPLICA", ObjectLockMode: "GOVERNANCE" });
    }
    const statuses = ofType(run, "canary-status").map(({ status }) => status);
    expect(statuses).to.include("COMPLETED");
    expect(run.events.at(-1)).to.include({ type: "examined", errors: 0, warnings: 0 });
  });

  it("leaves a verdict clean", async () => {
    const [verdict] = verdictsOf(await road.runOk("verify", "dev"));
    expect(verdict).to.include({ clean: true, proven: 4, notApplicable: 0 });
  });

  it("wants --yes where nobody can be asked, and writes nothing", async () => {
    const before = await versionsOfSource();
    const run = await road.run("doctor", "dev", "--canary");
    expect(run.exitCode).to.equal(2);
    expect(run.events).to.have.length(1);
    expect(run.events[0]).to.include({ type: "error", code: "ConfirmationNeeded" });
    expect(await versionsOfSource()).to.equal(before);
  });

  it("takes a time to wait beside --canary alone", async () => {
    const run = await road.run("doctor", "dev", "--canary-timeout", "5");
    expect(run.exitCode).to.equal(2);
    expect(run.events[0]).to.include({ code: "ConfigInvalid" });
    expect(JSON.stringify(run.events[0])).to.contain("--canary-timeout");
  });

  it("names a resource control policy that nothing else shows, with the exception to add", async () => {
    const { organization } = road.project.sandbox;
    const deny = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:ReplicateObject", Resource: "*" }],
    };
    organization.setControlPolicies("vault", { resourceControlPolicies: [deny] });
    const blind = await road.runOk("doctor", "dev");
    expect(idsOf(blind, "error", "warning")).to.deep.equal([]);
    const note = findings(blind).find(({ id }) => id === "resource-control-policies");
    expect(note?.["fix"]).to.contain("doctor --canary");
    const run = await canary();
    expect(run.exitCode, run.stdout).to.equal(1);
    expect(idsOf(run, "error")).to.deep.equal(["canary-refused", "canary-refused"]);
    const found = findings(run).find(({ id }) => id === "canary-refused");
    expect(found).to.include({ account: "222222222222", resource: `arn:aws:s3:::${VAULT}` });
    expect(found?.["message"]).to.match(/resource control policy over account 222222222222/);
    expect(found?.["message"]).to.contain("OperationFailedReplication");
    // The exception that it tells lets the role through.
    const [exception] = /\{"Condition".*?\}\}\}/.exec(String(found?.["fix"])) ?? ["{}"];
    const [statement] = deny.Statement;
    const spared = { ...deny, Statement: [{ ...statement, ...(JSON.parse(exception) as object) }] };
    expect(exception).to.contain(ROLE);
    organization.setControlPolicies("vault", { resourceControlPolicies: [spared] });
    const again = await canary();
    organization.setControlPolicies("vault", { resourceControlPolicies: [] });
    expect(again.exitCode, again.stdout).to.equal(0);
  });

  it("brings what was refused by a backfill, once it is let in", async () => {
    const [unclean] = verdictsOf(await road.run("verify", "dev"));
    expect(unclean).to.include({ clean: false, failed: 2 });
    await road.runOk("backfill", "dev", "--yes");
    await road.runOk("verify", "dev");
  });

  it("points to the service control policy that the simulator tells of", async () => {
    const { organization } = road.project.sandbox;
    const deny = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Action: "s3:ReplicateObject", Resource: "*" }],
    };
    organization.setControlPolicies("source", { serviceControlPolicies: [everything, deny] });
    const run = await canary();
    organization.setControlPolicies("source", { serviceControlPolicies: [everything] });
    expect(run.exitCode).to.equal(1);
    expect(idsOf(run, "error")).to.deep.equal([
      "organization-denies",
      "canary-failed",
      "canary-failed",
    ]);
    const found = findings(run).find(({ id }) => id === "canary-failed");
    expect(found?.["message"]).to.contain(`organization-denies of ${ROLE}`);
    await road.runOk("backfill", "dev", "--yes");
  });

  it("finds a vault's default retention that was shortened, by the lock of the replica", async () => {
    const lock = (Days: number) =>
      road.project.s3("vault").send(
        new PutObjectLockConfigurationCommand({
          Bucket: VAULT,
          ObjectLockConfiguration: {
            ObjectLockEnabled: "Enabled",
            Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days } },
          },
        }),
      );
    await lock(1);
    const run = await canary();
    await lock(30);
    expect(run.exitCode).to.equal(1);
    expect(idsOf(run, "error")).to.deep.equal([
      "vault-object-lock",
      "canary-lock-weaker",
      "canary-lock-weaker",
    ]);
    const [written] = ofType(run, "canary-written");
    expect(JSON.stringify(written?.["stays"])).to.match(/"mode":"GOVERNANCE","lockedUntil"/);
  });

  it("writes nothing for a rule that is not in force", async () => {
    const s3 = road.project.s3("source");
    const { ReplicationConfiguration: before } = await s3.send(
      new GetBucketReplicationCommand({ Bucket: SOURCE }),
    );
    const changed = structuredClone(before);
    for (const rule of changed?.Rules ?? []) if (rule.ID === "letters") rule.Status = "Disabled";
    const put = (ReplicationConfiguration: typeof before) =>
      s3.send(new PutBucketReplicationCommand({ Bucket: SOURCE, ReplicationConfiguration }));
    await put(changed);
    const run = await canary();
    await put(before);
    expect(run.exitCode).to.equal(1);
    expect(idsOf(run, "error")).to.deep.equal(["rule-disabled"]);
    expect(idsOf(run, "warning")).to.deep.equal(["canary-none"]);
    expect(ofType(run, "canary-written").map(({ rules }) => rules)).to.deep.equal([["kept"]]);
  });
});
