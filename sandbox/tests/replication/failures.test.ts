import { expect } from "chai";
import {
  allow,
  DAY_MS,
  deny,
  ReplicationFixture,
  replicationStatements,
  REPLICATION_ROLE,
  rule,
  SECOND,
  SOURCE,
  SOURCE_BUCKET,
  VAULT,
  VAULT_BUCKET,
  vaultPolicy,
} from "./fixture";
import type { Statement } from "./fixture";

/** The code that a new version fails with, undefined when it arrives. */
function outcome(fixture: ReplicationFixture, extra: object = {}): string | undefined {
  const version = fixture.put("records/a", "a", extra);
  fixture.settle();
  const code = fixture.failureCode(version);
  expect(version.replicationStatus).to.equal(code === undefined ? "COMPLETED" : "FAILED");
  return code;
}

function withRole(statements: readonly Statement[], sourceLocked = false): ReplicationFixture {
  const fixture = new ReplicationFixture().twoAccounts({ sourceLocked });
  fixture.rules(rule());
  fixture.rolePolicy(REPLICATION_ROLE, statements);
  return fixture;
}

const without = (...actions: string[]) => replicationStatements([VAULT_BUCKET], actions);
const VAULT_ARN = `arn:aws:s3:::${VAULT_BUCKET}`;
const vaultObjects = `${VAULT_ARN}/*`;

describe("replication fails, for the reason and with the code of AWS,", () => {
  it("when the role lacks s3:GetReplicationConfiguration: SrcBucketReplicationConfigMissing", () => {
    const fixture = withRole(without("s3:GetReplicationConfiguration"));
    expect(outcome(fixture)).to.equal("SrcBucketReplicationConfigMissing");
  });

  for (const [action, code] of [
    ["s3:GetObjectRetention", "SrcGetRetentionNotPermitted"],
    ["s3:GetObjectLegalHold", "SrcGetLegalHoldNotPermitted"],
  ] as const) {
    it(`when a locked source's role lacks ${action}: ${code}, on an unlocked one not`, () => {
      expect(outcome(withRole(without(action), true))).to.equal(code);
      expect(outcome(withRole(without(action), false))).to.equal(undefined);
    });
  }

  it("when the vault's policy names another role: DstPutObjectNotPermitted", () => {
    const fixture = withRole(replicationStatements());
    fixture.role(`arn:aws:iam::${SOURCE.accountId}:role/other`, "s3.amazonaws.com", []);
    const policy = vaultPolicy(VAULT_BUCKET);
    fixture.bucketPolicy(VAULT, VAULT_BUCKET, {
      ...policy,
      Statement: policy.Statement.map((statement) => ({
        ...statement,
        Principal: { AWS: `arn:aws:iam::${SOURCE.accountId}:role/other` },
      })),
    });
    expect(outcome(fixture)).to.equal("DstPutObjectNotPermitted");
  });

  it("when the vault's policy limits the retention of replicas: DstPutObjectNotPermitted", () => {
    const fixture = withRole(replicationStatements(), true);
    const policy = vaultPolicy(VAULT_BUCKET);
    fixture.bucketPolicy(VAULT, VAULT_BUCKET, {
      ...policy,
      Statement: [
        ...policy.Statement,
        {
          Effect: "Deny",
          Principal: "*",
          Action: "s3:ReplicateObject",
          Resource: vaultObjects,
          Condition: {
            NumericGreaterThan: { "s3:object-lock-remaining-retention-days": "10" },
          },
        },
      ],
    });
    const retainFor = (days: number) => ({
      ObjectLockMode: "GOVERNANCE",
      ObjectLockRetainUntilDate: new Date(fixture.clock.nowEpochMs() + days * DAY_MS),
    });
    expect(outcome(fixture, retainFor(10))).to.equal(undefined);
    expect(outcome(fixture, retainFor(12))).to.equal("DstPutObjectNotPermitted");
  });

  it("when an owner override is asked for without its right and the vault keeps object owners", () => {
    const fixture = withRole(replicationStatements());
    fixture.call(VAULT, "s3", "PutBucketOwnershipControls", {
      Bucket: VAULT_BUCKET,
      OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] },
    });
    fixture.rules(
      rule({
        Destination: {
          Bucket: `arn:aws:s3:::${VAULT_BUCKET}`,
          Account: VAULT.accountId,
          AccessControlTranslation: { Owner: "Destination" },
        },
      }),
    );
    expect(outcome(fixture)).to.equal("DstPutObjectNotPermitted");
  });

  it("when tags may not be written: DstPutTaggingNotPermitted, only for versions with tags", () => {
    const fixture = withRole([...replicationStatements(), deny("s3:ReplicateTags", vaultObjects)]);
    expect(outcome(fixture, { Tagging: "keep=yes" })).to.equal("DstPutTaggingNotPermitted");
    expect(outcome(fixture)).to.equal(undefined);
  });

  it("when the source's ACL or tags may not be read by version id", () => {
    const fixture = withRole(replicationStatements());
    const refuse = (action: string, versionId: string) =>
      fixture.rolePolicy(REPLICATION_ROLE, [
        ...replicationStatements(),
        {
          ...deny(action, `arn:aws:s3:::${SOURCE_BUCKET}/*`),
          Condition: { StringEquals: { "s3:VersionId": versionId } },
        },
      ]);
    const sent = (action: string, isThis: boolean) => {
      const version = fixture.put("a", "a", { Tagging: "keep=yes" });
      refuse(action, isThis ? version.versionId : "another");
      fixture.settle();
      const { failureCode } = version.replicationByDestination?.get(VAULT_ARN) ?? {};
      return failureCode ?? fixture.replica(version)?.tags?.get("keep");
    };
    expect(sent("s3:GetObjectVersionAcl", true)).to.equal("SrcGetAclNotPermitted");
    expect(sent("s3:GetObjectVersionAcl", false)).to.equal("yes");
    expect(sent("s3:GetObjectVersionTagging", true)).to.equal(undefined);
    expect(sent("s3:GetObjectVersionTagging", false)).to.equal("yes");
  });

  it("when the vault was made again by another account than the rule names: DstPutObjectNotPermitted", () => {
    const fixture = withRole(replicationStatements());
    fixture.call(VAULT, "s3", "DeleteBucket", { Bucket: VAULT_BUCKET });
    fixture.bucket(SECOND, VAULT_BUCKET);
    fixture.bucketPolicy(SECOND, VAULT_BUCKET, vaultPolicy(VAULT_BUCKET));
    expect(outcome(fixture)).to.equal("DstPutObjectNotPermitted");
    fixture.rules(rule({ Destination: { Bucket: VAULT_ARN } }));
    expect(outcome(fixture)).to.equal(undefined);
  });

  it("when retention or hold may not be written", () => {
    const denied = (action: string) =>
      withRole([...replicationStatements(), deny(action, vaultObjects)], true);
    const until = new Date(Date.UTC(2027, 0, 1));
    const retained = { ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: until };
    expect(outcome(denied("s3:PutObjectRetention"), retained)).to.equal(
      "DstPutRetentionNotPermitted",
    );
    const held = { ObjectLockLegalHoldStatus: "ON" };
    expect(outcome(denied("s3:PutObjectLegalHold"), held)).to.equal("DstPutLegalHoldNotPermitted");
  });

  it("when an ACL may not be written: DstPutAclNotPermitted, only where one travels", () => {
    const fixture = withRole([...replicationStatements(), deny("s3:PutObjectAcl", vaultObjects)]);
    const keepObjectOwners = (account: typeof SOURCE, Bucket: string) =>
      fixture.call(account, "s3", "PutBucketOwnershipControls", {
        Bucket,
        OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] },
      });
    keepObjectOwners(SOURCE, SOURCE_BUCKET);
    const acl = { ACL: "aws-exec-read" };
    expect(outcome(fixture, acl), "a vault that owns its objects").to.equal(undefined);
    keepObjectOwners(VAULT, VAULT_BUCKET);
    expect(outcome(fixture, acl)).to.equal("DstPutAclNotPermitted");
    expect(outcome(fixture), "no ACL").to.equal(undefined);
  });

  it("when a later change finds no replica or no right: DstVersionNotFound, SrcGetTaggingNotPermitted", () => {
    const fixture = withRole(replicationStatements([VAULT_BUCKET, "plain"]));
    fixture.bucket(VAULT, "plain");
    fixture.bucketPolicy(VAULT, "plain", vaultPolicy("plain"));
    fixture.rules(rule({ Destination: { Bucket: "arn:aws:s3:::plain" } }));
    const tag = (key: string) =>
      fixture.call(SOURCE, "s3", "PutObjectTagging", {
        Bucket: SOURCE_BUCKET,
        Key: key,
        Tagging: { TagSet: [{ Key: "keep", Value: "yes" }] },
      });
    const purged = fixture.put("purged");
    const unreadable = fixture.put("unreadable");
    fixture.settle();
    fixture.call(VAULT, "s3", "DeleteObject", {
      Bucket: "plain",
      Key: "purged",
      VersionId: purged.versionId,
    });
    tag("purged");
    fixture.settle();
    expect(fixture.failureCode(purged, "plain")).to.equal("DstVersionNotFound");
    fixture.rolePolicy(
      REPLICATION_ROLE,
      replicationStatements([VAULT_BUCKET, "plain"], ["s3:GetObjectVersionTagging"]),
    );
    tag("unreadable");
    fixture.settle();
    expect(fixture.failureCode(unreadable, "plain")).to.equal("SrcGetTaggingNotPermitted");
  });
});

describe("replication of KMS-encrypted versions", () => {
  const keyPolicy = (accountId: string, statements: readonly object[] = []): string =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${accountId}:root` },
          Action: "kms:*",
          Resource: "*",
        },
        ...statements,
      ],
    });

  const replicaStatement = {
    Effect: "Allow",
    Principal: { AWS: REPLICATION_ROLE },
    Action: ["kms:Encrypt", "kms:GenerateDataKey"],
    Resource: "*",
    Condition: { StringLike: { "kms:ViaService": `s3.${VAULT.region}.amazonaws.com` } },
  };

  /** Source and vault keys, opt-in, and all the rights. */
  function encrypted(options: { replicaKeyOpen?: boolean; mayDecrypt?: boolean } = {}) {
    const fixture = withRole(replicationStatements());
    const source = fixture.call(SOURCE, "kms", "CreateKey", {
      Policy: keyPolicy(SOURCE.accountId),
    }).KeyMetadata.Arn as string;
    const replica = fixture.call(VAULT, "kms", "CreateKey", {
      Policy: keyPolicy(
        VAULT.accountId,
        options.replicaKeyOpen === false ? [] : [replicaStatement],
      ),
    }).KeyMetadata.Arn as string;
    fixture.rolePolicy(REPLICATION_ROLE, [
      ...replicationStatements(),
      ...(options.mayDecrypt === false ? [] : [allow("kms:Decrypt", source)]),
      allow(["kms:Encrypt", "kms:GenerateDataKey"], replica),
    ]);
    fixture.rules(optedIn(replica));
    return { fixture, source, replica };
  }

  const optedIn = (replicaKey: string) =>
    rule({
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" } },
      Destination: {
        Bucket: `arn:aws:s3:::${VAULT_BUCKET}`,
        Account: VAULT.accountId,
        EncryptionConfiguration: { ReplicaKmsKeyID: replicaKey },
      },
    });

  const withKey = (key: string) => ({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: key });

  it("needs the opt-in of the rule", () => {
    const { fixture, source } = encrypted();
    fixture.rules(rule());
    expect(fixture.put("a", "a", withKey(source)).replicationStatus).to.equal(undefined);
  });

  it("encrypts the replica with the rule's key in the vault's account", () => {
    const { fixture, source, replica } = encrypted();
    const version = fixture.put("a", "a", withKey(source));
    fixture.settle();
    expect(version.replicationStatus).to.equal("COMPLETED");
    expect(fixture.replica(version)?.encryption).to.include({
      algorithm: "aws:kms",
      kmsKeyArn: replica,
    });
  });

  it("fails without the right to the source's key: SrcGetObjectNotPermitted", () => {
    const { fixture, source } = encrypted({ mayDecrypt: false });
    expect(outcome(fixture, withKey(source))).to.equal("SrcGetObjectNotPermitted");
  });

  it("fails when the source's key is disabled: SrcKmsKeyInvalidState", () => {
    const { fixture, source } = encrypted();
    const version = fixture.put("a", "a", withKey(source));
    fixture.call(SOURCE, "kms", "DisableKey", { KeyId: source });
    fixture.settle();
    expect(fixture.failureCode(version)).to.equal("SrcKmsKeyInvalidState");
  });

  it("fails when the key policy of the vault's key leaves the role out: DstPutObjectNotPermitted", () => {
    const { fixture, source } = encrypted({ replicaKeyOpen: false });
    expect(outcome(fixture, withKey(source))).to.equal("DstPutObjectNotPermitted");
  });

  it("fails when the vault's key is disabled or not there", () => {
    const { fixture, source, replica } = encrypted();
    fixture.call(VAULT, "kms", "DisableKey", { KeyId: replica });
    expect(outcome(fixture, withKey(source))).to.equal("DstKmsKeyInvalidState");
    const missing = replica.replace(/key\/.*/, "key/00000000-0000-4000-8000-000000000000");
    fixture.rolePolicy(REPLICATION_ROLE, [...replicationStatements(), allow("kms:*", "*")]);
    fixture.rules(optedIn(missing));
    expect(outcome(fixture, withKey(source))).to.equal("DstKmsKeyNotFound");
  });
});
