import { expect } from "chai";
import {
  deny,
  ReplicationFixture,
  replicationStatements,
  REPLICATION_ROLE,
  rule,
  SOURCE,
  SOURCE_BUCKET,
  VAULT,
  VAULT_BUCKET,
  vaultPolicy,
} from "./fixture";
import { KmsFixture } from "./kms-fixture";

const DELAY_MS = 1000;
const PHASE_MS = 10_000;

function slow(): ReplicationFixture {
  const fixture = new ReplicationFixture({ replicationPhaseMs: PHASE_MS }).twoAccounts();
  fixture.rules(rule());
  return fixture;
}

function tag(fixture: ReplicationFixture, key: string): void {
  fixture.call(SOURCE, "s3", "PutObjectTagging", {
    Bucket: SOURCE_BUCKET,
    Key: key,
    Tagging: { TagSet: [{ Key: "keep", Value: "yes" }] },
  });
}

describe("A copy in parts", () => {
  it("arrives as one version with its parts, after its three phases", () => {
    const fixture = slow();
    const version = fixture.putInParts("large");
    fixture.clock.advance(DELAY_MS + 2 * PHASE_MS - 1);
    expect(version.replicationStatus).to.equal("PENDING");
    expect(fixture.replica(version)).to.equal(undefined);
    expect(fixture.world.replication.pendingCount).to.equal(1);
    fixture.clock.advance(1);
    expect(version.replicationStatus).to.equal("COMPLETED");
    expect(fixture.replica(version)).to.include({ etag: version.etag, sizeBytes: 4 });
    expect(fixture.replica(version)?.parts).to.deep.equal(version.parts);
    expect(fixture.world.replication.pendingCount).to.equal(0);
  });

  it("holds up no version that is copied in one piece", () => {
    const fixture = slow();
    fixture.putInParts("large");
    const small = fixture.put("small");
    fixture.clock.advance(DELAY_MS);
    expect(small.replicationStatus).to.equal("COMPLETED");
  });

  it("fails by the phase in which the vault shuts it out, and leaves nothing there", () => {
    for (const [phasesCount, code] of [
      [0, "DstMultipartInitNotPermitted"],
      [1, "DstMultipartUploadNotPermitted"],
      [2, "DstMultipartCompleteNotPermitted"],
    ] as const) {
      const fixture = slow();
      const version = fixture.putInParts("large");
      fixture.clock.advance(phasesCount === 0 ? 0 : DELAY_MS + (phasesCount - 1) * PHASE_MS);
      fixture.call(VAULT, "s3", "DeleteBucketPolicy", { Bucket: VAULT_BUCKET });
      fixture.settle();
      expect(fixture.failureCode(version)).to.equal(code);
      expect(fixture.replica(version)).to.equal(undefined);
    }
  });

  it("fails by the phase in which the vault's key may not be used any more, or is disabled", () => {
    const running = () => {
      const fixture = new KmsFixture({ replicationPhaseMs: PHASE_MS }).mayAll();
      const sse = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: fixture.sourceKey };
      const version = fixture.putInParts("large", sse);
      fixture.clock.advance(DELAY_MS + PHASE_MS);
      return { fixture, version };
    };
    const shut = running();
    shut.fixture.call(VAULT, "kms", "PutKeyPolicy", {
      KeyId: shut.fixture.vaultKey,
      PolicyName: "default",
      Policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: `arn:aws:iam::${VAULT.accountId}:root` },
            Action: "kms:*",
            Resource: "*",
          },
        ],
      }),
    });
    shut.fixture.settle();
    expect(shut.fixture.failureCode(shut.version)).to.equal("DstMultipartCompleteNotPermitted");
    const disabled = running();
    disabled.fixture.call(VAULT, "kms", "DisableKey", { KeyId: disabled.fixture.vaultKey });
    disabled.fixture.settle();
    expect(disabled.fixture.failureCode(disabled.version)).to.equal("DstKmsKeyInvalidState");
  });

  it("asks for the right to tags with its first phase alone", () => {
    const fixture = slow();
    const version = fixture.putInParts("large", { Tagging: "keep=yes" });
    fixture.clock.advance(DELAY_MS);
    fixture.rolePolicy(REPLICATION_ROLE, [
      ...replicationStatements(),
      deny("s3:ReplicateTags", `arn:aws:s3:::${VAULT_BUCKET}/*`),
    ]);
    fixture.settle();
    expect(version.replicationStatus).to.equal("COMPLETED");
    expect(fixture.replica(version)?.tags?.get("keep")).to.equal("yes");
  });

  it("stops where the source is no longer readable or the version is deleted", () => {
    const unreadable = slow();
    const version = unreadable.putInParts("large");
    unreadable.clock.advance(DELAY_MS);
    unreadable.rolePolicy(
      REPLICATION_ROLE,
      replicationStatements([VAULT_BUCKET], ["s3:GetObjectVersionForReplication"]),
    );
    unreadable.settle();
    expect(unreadable.failureCode(version)).to.equal("SrcGetObjectNotPermitted");

    const deleted = slow();
    const { key, versionId } = deleted.putInParts("large");
    deleted.clock.advance(DELAY_MS);
    const named = { Bucket: SOURCE_BUCKET, Key: key, VersionId: versionId };
    deleted.call(SOURCE, "s3", "DeleteObject", named);
    deleted.settle();
    expect(deleted.world.s3.bucket(VAULT_BUCKET).objects.versionCount).to.equal(0);
    expect(deleted.world.replication.failures.map(({ failureCode }) => failureCode)).to.deep.equal([
      "SrcKeyNotFound",
    ]);
  });

  it("is followed by the changes that were made to its version meanwhile, in their order", () => {
    const fixture = slow();
    const version = fixture.putInParts("large");
    fixture.clock.advance(DELAY_MS + PHASE_MS);
    tag(fixture, "large");
    fixture.clock.advance(DELAY_MS);
    expect(fixture.replica(version)).to.equal(undefined);
    expect(fixture.world.replication.pendingCount).to.equal(2);
    fixture.settle();
    expect(version.replicationStatus).to.equal("COMPLETED");
    expect(fixture.replica(version)?.tags?.get("keep")).to.equal("yes");
  });

  it("is not sent again where the version is", () => {
    const fixture = slow();
    const version = fixture.putInParts("large");
    fixture.settle();
    const replica = fixture.replica(version);
    fixture.bucketPolicy(VAULT, VAULT_BUCKET, vaultPolicy(VAULT_BUCKET));
    const sessions = fixture.world.replication.openSessions();
    const source = fixture.world.s3.bucket(SOURCE_BUCKET);
    expect(fixture.world.replication.initiate(source, version, sessions)).to.equal(undefined);
    expect(version.replicationStatus).to.equal("PENDING");
    fixture.clock.advance(DELAY_MS);
    expect(version.replicationStatus).to.equal("COMPLETED");
    expect(fixture.replica(version)).to.equal(replica);
  });
});
