/** What can be joined to what, each on the real engine: deployed, replicating, and unchanged the second time. */

import {
  GetBucketReplicationCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { ACCOUNTS, EngineProject } from "../helpers/engine-project";
import { eventually } from "../helpers/eventually";
import { TOPOLOGIES, vault } from "../helpers/topologies";

describe("topologies on the real engine", function () {
  this.timeout(180_000);
  let project: EngineProject;

  before(async () => {
    project = await EngineProject.start();
  });
  after(() => project?.close());

  for (const [index, { config, encryption = "AES256", journeys, title }] of TOPOLOGIES.entries()) {
    it(`${title}: replicates, and a second preview changes nothing`, async () => {
      const stack = `topology-${index}`;
      await project.up(config, stack);
      for (const { from, to } of journeys) {
        await project
          .s3(from.account)
          .send(new PutObjectCommand({ Bucket: from.bucket, Key: "a", Body: "a" }));
        for (const { account, bucket } of to) {
          const head = await eventually(() =>
            project.s3(account).send(new HeadObjectCommand({ Bucket: bucket, Key: "a" })),
          );
          expect(head.ReplicationStatus).to.equal("REPLICA");
          expect(head.ObjectLockMode).to.equal("GOVERNANCE");
          expect(head.ServerSideEncryption).to.equal(encryption);
        }
      }
      expect(Object.keys(await project.preview(config, stack))).to.deep.equal(["same"]);
    });
  }
});

describe("a chain", function () {
  this.timeout(180_000);
  let project: EngineProject;

  before(async () => {
    project = await EngineProject.start();
  });
  after(() => project?.close());

  it("brings a vault's replicas to the next vault, by a job", async () => {
    const config = {
      sources: [
        { name: "first", ...ACCOUNTS.source, bucket: { name: "chain-records" } },
        { name: "second", bucket: { vault: "middle" } },
      ],
      vaults: [vault("middle", "vault"), vault("last", "far")],
      rules: [
        { name: "in", vault: "middle", priority: 1 },
        { name: "on", source: "second", vault: "last", priority: 2 },
      ],
    };
    await project.up(config);
    await project
      .s3("source")
      .send(new PutObjectCommand({ Bucket: "chain-records", Key: "a", Body: "a" }));
    const inMiddle = { Bucket: "middle-vault", Key: "a" };
    await eventually(() => project.s3("vault").send(new HeadObjectCommand(inMiddle)));

    const verdict = await project.backfill(config, "second");
    expect(verdict).to.deep.include({ clean: true, proven: 1 });
    expect(await project.backfill(config, "second"), "a second time").to.deep.include({
      clean: true,
      proven: 1,
    });
    expect(project.told("job-created")).to.deep.equal([]);
    const head = await project
      .s3("far")
      .send(new HeadObjectCommand({ Bucket: "last-vault", Key: "a" }));
    expect(head.ReplicationStatus).to.equal("REPLICA");
  });
});

describe("two teams", function () {
  this.timeout(180_000);
  let project: EngineProject;

  before(async () => {
    project = await EngineProject.start();
  });
  after(() => project?.close());

  for (const first of ["source", "vaults"] as const) {
    it(`deploy in either order: ${first} first`, async () => {
      const config = (side: string) => ({
        side,
        source: { ...ACCOUNTS.source, bucket: { name: `teams-${first}` } },
        vaults: [
          {
            name: "v",
            ...ACCOUNTS.vault,
            bucket: { name: `teams-${first}-vault` },
            encryption: { kms: "create" },
          },
        ],
        rules: [{ name: "all", vault: "v" }],
        ...(side === "source" ? { vaultStack: `organization/lockstep/vaults-${first}` } : {}),
      });
      const up = (side: string) => project.up(config(side), `${side}-${first}`);
      if (first === "source") {
        await up("source");
        expect(project.said).to.match(/rules to vault "v" wait/);
      }
      await up("vaults");
      await up("source");
      expect(project.said).to.not.match(/wait/);
      await project
        .s3("source")
        .send(new PutObjectCommand({ Bucket: `teams-${first}`, Key: "a", Body: "a" }));
      await eventually(() =>
        project
          .s3("vault")
          .send(new HeadObjectCommand({ Bucket: `teams-${first}-vault`, Key: "a" })),
      );
      const { ReplicationConfiguration } = await project
        .s3("source")
        .send(new GetBucketReplicationCommand({ Bucket: `teams-${first}` }));
      const [rule] = ReplicationConfiguration?.Rules ?? [];
      // Only the vaults' stack knows the key.
      expect(rule?.Destination?.EncryptionConfiguration?.ReplicaKmsKeyID).to.match(
        /^arn:aws:kms:eu-central-1:222222222222:key/,
      );
      const again = await project.preview(config("source"), `source-${first}`);
      expect(Object.keys(again)).to.deep.equal(["same"]);
    });
  }
});
