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

  it("have their source's hold, or none", () => {
    const held = (legalHold: boolean | undefined) =>
      insertReplica(
        sandbox().world,
        vault,
        { ...source, key: `held ${legalHold}`, legalHold },
        overrides,
      ).legalHold;
    expect([true, false, undefined].map(held)).to.deep.equal([true, false, undefined]);
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

  it("keep a hold and a running retention when they are made anew, and not one that has run out", () => {
    const { world, clock } = sandbox();
    const until = (epochMs: number) => ({
      mode: "COMPLIANCE" as const,
      retainUntilEpochMs: epochMs,
    });
    const far = until(clock.nowEpochMs() + 90 * DAY_MS);
    const made = { ...source, key: "anew" };
    insertReplica(world, vault, made, { ...overrides, retention: far, legalHold: true });
    const again = insertReplica(world, vault, made, { ...overrides, legalHold: false });
    expect(again.retention).to.deep.equal(far);
    expect(again.legalHold).to.equal(true);
    clock.advance(90 * DAY_MS);
    const late = insertReplica(world, vault, made, overrides);
    expect(late.retention).to.deep.equal(until(clock.nowEpochMs() + 10 * DAY_MS));
  });

  it("follow a retention freely once their own has run out, and under GOVERNANCE", () => {
    const { world, clock } = sandbox();
    const nowEpochMs = clock.nowEpochMs();
    const soon = { mode: "GOVERNANCE", retainUntilEpochMs: nowEpochMs + DAY_MS } as const;
    const later = { mode: "GOVERNANCE", retainUntilEpochMs: nowEpochMs + 2 * DAY_MS } as const;
    const replica = insertReplica(world, vault, source, { ...overrides, retention: later });
    replica.retention = later;
    applyReplicaMetadata(world, vault, replica, { retention: soon });
    expect(replica.retention).to.equal(soon);
    replica.retention = { mode: "COMPLIANCE", retainUntilEpochMs: nowEpochMs };
    applyReplicaMetadata(world, vault, replica, { retention: undefined });
    expect(replica.retention).to.equal(undefined);
  });

  it("have no lock where the bucket has no Object Lock", () => {
    const { world, clock } = sandbox();
    const retention = {
      mode: "COMPLIANCE",
      retainUntilEpochMs: clock.nowEpochMs() + DAY_MS,
    } as const;
    const open = { ...vault, name: vault.name, objectLock: undefined } as Bucket;
    const replica = insertReplica(world, open, source, {
      ...overrides,
      retention,
      legalHold: true,
    });
    expect(replica.retention).to.equal(undefined);
    expect(replica.legalHold).to.equal(undefined);
    applyReplicaMetadata(world, open, replica, { retention, legalHold: true });
    expect(replica.retention).to.equal(undefined);
    expect(replica.legalHold).to.equal(undefined);
  });

  it("tell of each change what it was", () => {
    const { world } = sandbox();
    const replica = insertReplica(world, vault, source, overrides);
    const changes: S3Change[] = [];
    world.s3.changes.subscribe((change) => changes.push(change));
    const tags = new Map<string, string>();
    const all = { tags, acl: undefined, retention: undefined, legalHold: undefined };
    applyReplicaMetadata(world, vault, replica, all);
    expect(replica.tags).to.equal(undefined);
    const told = ["tagging", "acl", "retention", "legal-hold"];
    expect(changes.map(({ kind, cause }) => [kind, cause])).to.deep.equal(
      told.map((kind) => [kind, "replication"]),
    );
    applyReplicaMetadata(world, vault, replica, {});
    expect(changes).to.have.length(4);
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
