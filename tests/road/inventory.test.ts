/** Inventories that a stack declares: from the stack file to what S3 delivers, lost and put back, on the real engine. */

import {
  CreateBucketCommand,
  DeleteBucketInventoryConfigurationCommand,
  GetBucketInventoryConfigurationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketInventoryConfigurationsCommand,
  ListObjectsV2Command,
  PutBucketInventoryConfigurationCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { Report } from "../../automation/report/fields";
import type { VerdictFields } from "../../automation/events";
import { AthenaOfRoad } from "../helpers/athena-road";
import { changesOf } from "../helpers/cli-project";
import { ACCOUNTS } from "../helpers/engine-project";
import { Road, verdictsOf } from "../helpers/road";

const SOURCE = {
  account: "source",
  bucket: "listed-records",
  id: "lockstep-source",
  beside: "lockstep-ops-listed-records",
} as const;
const MADE = {
  account: "vault",
  bucket: "listed-made",
  id: "lockstep-vault",
  beside: "lockstep-vault-ops-listed-made",
} as const;
const ADOPTED = {
  account: "vault",
  bucket: "listed-adopted",
  id: "lockstep-vault",
  beside: "lockstep-vault-ops-listed-adopted",
} as const;
const LISTED = [SOURCE, MADE, ADOPTED];
type Listed = (typeof LISTED)[number];

const DAY_MS = 86_400_000;
const STACK = "test";

describe("inventories of a stack", function () {
  this.timeout(600_000);
  let road: Road;

  before(async () => {
    road = await Road.start();
    await road.project.s3("vault").send(
      new CreateBucketCommand({
        Bucket: ADOPTED.bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-central-1" },
      }),
    );
  });
  after(() => road?.close());

  const lock = { stage: "governance", retention: "30 days" };
  const sections = {
    source: { ...ACCOUNTS.source, bucket: { name: SOURCE.bucket } },
    vaults: [
      {
        name: "made",
        ...ACCOUNTS.vault,
        bucket: { name: MADE.bucket },
        lock,
        encryption: { kms: "create" },
      },
      {
        name: "adopted",
        ...ACCOUNTS.vault,
        bucket: { name: ADOPTED.bucket, existing: true },
        lock,
      },
    ],
    rules: [
      { name: "to-made", vault: "made", priority: 1 },
      { name: "to-adopted", vault: "adopted", priority: 2 },
    ],
  };

  const configurationOf = async ({ account, bucket, id }: Listed) => {
    const answer = await road.project
      .s3(account)
      .send(new GetBucketInventoryConfigurationCommand({ Bucket: bucket, Id: id }));
    return answer.InventoryConfiguration;
  };

  const same = async () => {
    const { events } = await road.runOk("preview", STACK);
    expect(Object.keys(changesOf(events))).to.deep.equal(["same"]);
  };

  it("are declared on source and vaults, made and adopted, each delivered beside it", async () => {
    await road.writeStack(STACK, { ...sections, inventory: { format: "CSV" } });
    await road.runOk("up", STACK, "--yes");
    for (const listed of LISTED) {
      const found = await configurationOf(listed);
      expect(found, listed.bucket).to.deep.include({
        IsEnabled: true,
        IncludedObjectVersions: "All",
        Schedule: { Frequency: "Daily" },
      });
      expect(found).not.to.have.property("Filter");
      expect(found?.OptionalFields).to.include.members([
        "ETag",
        "ObjectLockRetainUntilDate",
        "ObjectLockMode",
        "ReplicationStatus",
        "ChecksumAlgorithm",
      ]);
      const { Encryption, ...to } = found?.Destination?.S3BucketDestination ?? {};
      expect(to).to.deep.equal({
        AccountId: ACCOUNTS[listed.account].accountId,
        Bucket: `arn:aws:s3:::${listed.beside}`,
        Format: "CSV",
        Prefix: "inventory",
      });
      expect(Encryption?.SSEKMS !== undefined).to.equal(listed === MADE);
    }
    await same();
  });

  it("are delivered by S3, under the vault's key where it has one", async () => {
    await road.put(SOURCE, "a");
    await road.arrived(MADE, "a");
    await road.arrived(ADOPTED, "a");
    road.project.sandbox.world.clock.advance(DAY_MS);
    for (const { account, beside, bucket, id } of LISTED) {
      const s3 = road.project.s3(account);
      const Prefix = `inventory/${bucket}/${id}/`;
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: beside, Prefix }));
      const Key = Contents.map((one) => one.Key).find((key) => key?.endsWith("/manifest.json"));
      const manifest = await s3.send(new GetObjectCommand({ Bucket: beside, Key }));
      const { files, fileSchema } = JSON.parse(
        (await manifest.Body?.transformToString()) ?? "",
      ) as { files: { key: string }[]; fileSchema: string };
      expect(fileSchema).to.include("ObjectLockLegalHoldStatus");
      expect(files, bucket).not.to.deep.equal([]);
      const head = await s3.send(new HeadObjectCommand({ Bucket: beside, Key: files[0]?.key }));
      expect(head.ServerSideEncryption).to.equal(bucket === MADE.bucket ? "aws:kms" : "AES256");
    }
  });

  it("are what verify --level inventory goes by, and says how old they are", async () => {
    const run = await road.runOk("verify", STACK, "--level", "inventory");
    const [verdict] = verdictsOf(run);
    expect(verdict, run.stdout).to.deep.include({ clean: true, level: "inventory", proven: 1 });
    expect(verdict?.proves).to.include.members(["lock-mode", "retain-until"]);
    const inventory = verdict?.inventory as VerdictFields["inventory"];
    expect(inventory).to.deep.include({ newerCount: 0, againCount: 0, goneCount: 0 });
    expect(inventory?.vaults.map(({ vault }) => vault)).to.deep.equal(["made", "adopted"]);
    expect(inventory?.sourceCreatedAt).to.match(/^\d{4}-\d\d-\d\dT00:00:0/);
    const { stderr, stdout } = await road.runForPeople("verify", STACK, "--level", "inventory");
    expect(stdout).to.match(/inventories: of the source of \d{4}.*, of vault made of \d{4}/);
    expect(stdout).to.contain("level inventory, which says nothing of:");
    expect(stderr).to.match(/inventory of listed-records of .*: 1 file/);
    // Delivered with the day, and a day is more than what the road took.
    expect(stdout).to.match(/of the source of \d{4}\S* \(\d+ (h \d+ min|min \d+ s|s) old\)/);
    expect(inventory?.sourceAgeSeconds).to.be.within(0, 2 * 86_400);
  });

  it("tell a report by which rule versions come, and when their locks end", async () => {
    const flags = ["--level", "inventory", "--format"];
    const run = await road.runForPeople("report", STACK, ...flags, "json");
    expect(run.exitCode, run.stderr).to.equal(0);
    const looked = (JSON.parse(run.stdout) as Report).sources[0]?.looked;
    expect(looked?.byRule?.groups.map(({ counts, name }) => [name, counts.proven])).to.deep.equal([
      ["to-adopted", 1],
      ["to-made", 1],
    ]);
    const until = (await road.arrived(MADE, "a")).ObjectLockRetainUntilDate?.toISOString();
    const month = until?.slice(0, 7);
    expect(looked?.locks).to.deep.equal([
      { month, vault: "adopted", versions: 1 },
      { month, vault: "made", versions: 1 },
    ]);
    expect(looked).to.deep.include({ locksBy: "inventories", byKmsKey: null });
    const { stdout } = await road.runForPeople("report", STACK, ...flags, "markdown");
    expect(stdout).to.contain("As the vaults&#39; inventories tell it.");
    expect(stdout).to.match(/\(\d+ (h|min|s)[^)]* old\)/);
  });

  it("are joined by the Athena of the vaults' account where that is asked for, for a price", async () => {
    const athena = await AthenaOfRoad.make(road, "listed-athena");
    const place = { ...athena.place, usdPerTbScanned: 10 };
    const ask = ["verify", STACK, "--level", "inventory", "--engine", "athena"] as const;
    const write = (verdict: object) =>
      road.writeStack(STACK, { ...sections, inventory: { format: "CSV" }, verdict });
    await write({ athena: { made: place, adopted: place }, athenaBudgetUsd: 0.0001 });
    const dear = await road.run(...ask, "--yes");
    expect(dear.exitCode).to.equal(2);
    expect(dear.events.at(-1)).to.deep.include({ type: "error", code: "BudgetExceeded" });

    await write({ athena: { made: place, adopted: place }, athenaBudgetUsd: 1 });
    const run = await road.runOk(...ask, "--yes");
    const [plan] = run.events.filter(({ type }) => type === "athena-plan");
    // Thirteen queries of 10 MB at least.
    expect(plan).to.deep.include({ chargedBytes: 130_000_000, othersUsd: 0, budgetUsd: 1 });
    expect(plan?.["usd"]).to.be.closeTo(0.0013, 1e-9);
    const [verdict] = verdictsOf(run);
    expect(verdict, run.stdout).to.deep.include({ clean: true, level: "inventory", proven: 1 });
    expect((verdict?.inventory as VerdictFields["inventory"])?.engine).to.equal("athena");
    const [, ...asked] = ask;
    const told = await road.runForPeople("report", ...asked, "--yes", "--format", "markdown");
    expect(told.exitCode, told.stderr).to.equal(0);
    expect(told.stdout).to.contain("Athena is asked no more than the verdict needs");
    expect(await athena.keys()).to.deep.equal([]);
    athena.close();
    await road.writeStack(STACK, { ...sections, inventory: { format: "CSV" } });
  });

  it("that were taken away or changed are found by verify and doctor, and put back by up", async () => {
    await road.runOk("verify", STACK);
    await road.project
      .s3("source")
      .send(
        new DeleteBucketInventoryConfigurationCommand({ Bucket: SOURCE.bucket, Id: SOURCE.id }),
      );
    const vault = road.project.s3("vault");
    const changed = await configurationOf(MADE);
    await vault.send(
      new PutBucketInventoryConfigurationCommand({
        Bucket: MADE.bucket,
        Id: MADE.id,
        InventoryConfiguration: changed && { ...changed, IncludedObjectVersions: "Current" },
      }),
    );
    await vault.send(
      new DeleteBucketInventoryConfigurationCommand({ Bucket: ADOPTED.bucket, Id: ADOPTED.id }),
    );

    const verified = await road.run("verify", STACK);
    expect(verified.exitCode, verified.stdout).not.to.equal(0);
    const [verdict] = verdictsOf(verified);
    const drift = verdict?.["drift"] as Record<string, unknown>[];
    expect(drift.map(({ path, found }) => [path, found])).to.deep.equal([["inventory", null]]);
    const losses = verdict?.["guard"] as Record<string, unknown>[];
    expect(
      losses.map(({ vault: name, protection, found, restoredBy }) => [
        name,
        protection,
        found,
        restoredBy,
      ]),
    ).to.deep.equal([
      ["made", "inventory", { versions: "Current" }, "up"],
      ["adopted", "inventory", null, "up"],
    ]);

    const examined = await road.run("doctor", STACK);
    const ids = examined.events.filter(({ type }) => type === "finding").map(({ id }) => id);
    expect(ids).to.include.members(["source-inventory", "vault-inventory"]);

    await road.runOk("up", STACK, "--yes");
    expect(await configurationOf(MADE)).to.deep.equal(changed);
    await road.runOk("verify", STACK);
  });

  it("go where the config has them no more", async () => {
    await road.writeStack(STACK, sections);
    await road.runOk("up", STACK, "--yes");
    for (const { account, bucket } of LISTED) {
      const { InventoryConfigurationList = [] } = await road.project
        .s3(account)
        .send(new ListBucketInventoryConfigurationsCommand({ Bucket: bucket }));
      expect(InventoryConfigurationList, bucket).to.deep.equal([]);
    }
    await same();
    await road.runOk("destroy", STACK, "--yes");
  });
});
