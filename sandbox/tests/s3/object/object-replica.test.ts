import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { S3Change } from "../../../src/services/s3/store/changes";
import type { Bucket, ObjectVersion } from "../../../src/services/s3/store/model";
import {
  applyReplicaMetadata,
  insertReplica,
  insertReplicaDeleteMarker,
} from "../../../src/services/s3/object/replica";
import { deleteMarkerRecord } from "../../../src/services/s3/store/version-record";
import { useSandboxWithManualClock } from "../../helpers/sandbox";

const DAY_MS = 86_400_000;
const overrides = { encryption: { algorithm: "AES256" }, ownerAccountId: "222222222222" } as const;

describe("S3 replicas", () => {
  const sandbox = useSandboxWithManualClock();
  let vault: Bucket;
  let source: ObjectVersion;

  before(async () => {
    const s3 = sandbox().s3("source");
    const Bucket = "replica-source";
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    await s3.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
    );
    const { VersionId } = await s3.send(
      new PutObjectCommand({ Bucket, Key: "k", Body: "body", Tagging: "a=1" }),
    );
    const found = sandbox()
      .world.s3.bucket(Bucket)
      .objects.version("k", VersionId ?? "");
    if (found === undefined) throw new Error("The source version is missing.");
    source = found;
    const vaultClient = sandbox().s3("vault");
    await vaultClient.send(
      new CreateBucketCommand({
        Bucket: "replica-vault",
        CreateBucketConfiguration: { LocationConstraint: "eu-central-1" },
        ObjectLockEnabledForBucket: true,
      }),
    );
    await vaultClient.send(
      new PutObjectLockConfigurationCommand({
        Bucket: "replica-vault",
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: { DefaultRetention: { Mode: "COMPLIANCE", Days: 10 } },
        },
      }),
    );
    vault = sandbox().world.s3.bucket("replica-vault");
    sandbox().clock.advance(5 * DAY_MS);
  });

  it("take the vault's default where the source's own retention has run out", () => {
    const { world, clock } = sandbox();
    const nowEpochMs = clock.nowEpochMs();
    const inTime = (retainUntilEpochMs: number, key: string) =>
      insertReplica(
        world,
        vault,
        { ...source, key, retention: { mode: "GOVERNANCE", retainUntilEpochMs } },
        overrides,
      ).retention;
    expect(inTime(nowEpochMs - 1, "run-out")).to.deep.equal({
      mode: "COMPLIANCE",
      retainUntilEpochMs: nowEpochMs + 10 * DAY_MS,
    });
    expect(inTime(nowEpochMs + DAY_MS, "running")).to.deep.equal({
      mode: "GOVERNANCE",
      retainUntilEpochMs: nowEpochMs + DAY_MS,
    });
  });

  it("keep id and date, and are retained from the moment they are made", async () => {
    const { world, clock } = sandbox();
    const changes: S3Change[] = [];
    world.s3.changes.subscribe((change) => changes.push(change));
    const replica = insertReplica(world, vault, source, {
      ...overrides,
      storageClass: "GLACIER_IR",
    });
    expect(replica).to.include({
      versionId: source.versionId,
      lastModifiedEpochMs: source.lastModifiedEpochMs,
      etag: source.etag,
      storageClass: "GLACIER_IR",
      ownerAccountId: "222222222222",
    });
    expect(replica.content).to.equal(source.content);
    expect(changes.map(({ kind, cause }) => [kind, cause])).to.deep.equal([
      ["created", "replication"],
    ]);
    const head = await sandbox()
      .s3("vault")
      .send(new HeadObjectCommand({ Bucket: vault.name, Key: "k", VersionId: source.versionId }));
    expect(head).to.include({ ReplicationStatus: "REPLICA", ObjectLockMode: "COMPLIANCE" });
    expect(head.ObjectLockRetainUntilDate?.getTime()).to.equal(clock.nowEpochMs() + 10 * DAY_MS);
  });

  it("are never weakened once they are under COMPLIANCE", () => {
    const { world, clock } = sandbox();
    const replica = insertReplica(world, vault, source, overrides);
    const until = clock.nowEpochMs() + 10 * DAY_MS;
    applyReplicaMetadata(world, vault, replica, { retention: undefined });
    applyReplicaMetadata(world, vault, replica, {
      retention: { mode: "GOVERNANCE", retainUntilEpochMs: until - DAY_MS },
    });
    expect(replica.retention).to.deep.equal({ mode: "COMPLIANCE", retainUntilEpochMs: until });
    applyReplicaMetadata(world, vault, replica, {
      retention: { mode: "GOVERNANCE", retainUntilEpochMs: until + DAY_MS },
    });
    expect(replica.retention).to.deep.equal({
      mode: "COMPLIANCE",
      retainUntilEpochMs: until + DAY_MS,
    });
    const again = insertReplica(world, vault, source, overrides);
    expect(again.retention).to.deep.equal(replica.retention);
  });

  it("follow tags and holds of their source", () => {
    const { world } = sandbox();
    const replica = insertReplica(world, vault, source, overrides);
    expect([...(replica.tags ?? [])]).to.deep.equal([["a", "1"]]);
    applyReplicaMetadata(world, vault, replica, { tags: new Map([["b", "2"]]), legalHold: true });
    expect([...(replica.tags ?? [])]).to.deep.equal([["b", "2"]]);
    expect(replica.legalHold).to.equal(true);
    applyReplicaMetadata(world, vault, replica, { tags: undefined });
    expect(replica.tags).to.equal(undefined);
    expect(replica.legalHold).to.equal(true);
  });

  it("of delete markers keep id and date", () => {
    const { world } = sandbox();
    const marker = deleteMarkerRecord({
      key: "marked",
      versionId: "m".repeat(32),
      lastModifiedEpochMs: 5,
      sequence: 1,
      ownerAccountId: "111111111111",
    });
    const replica = insertReplicaDeleteMarker(world, vault, marker, {
      ownerAccountId: "222222222222",
    });
    expect(replica).to.include({
      isDeleteMarker: true,
      versionId: marker.versionId,
      lastModifiedEpochMs: 5,
      replicationStatus: "REPLICA",
    });
    expect(vault.objects.current("marked")).to.equal(replica);
  });
});
