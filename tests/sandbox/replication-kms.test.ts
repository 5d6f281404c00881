import { expect } from "chai";
import type { ObjectVersion } from "../../sandbox/services/s3/model";
import {
  allow,
  ReplicationFixture,
  replicationStatements,
  REPLICATION_ROLE,
  rule,
  SOURCE,
  SOURCE_BUCKET,
  VAULT,
  VAULT_BUCKET,
} from "./replication-fixture";
import type { Statement } from "./replication-fixture";

const SOURCE_ARN = `arn:aws:s3:::${SOURCE_BUCKET}`;
const VAULT_ARN = `arn:aws:s3:::${VAULT_BUCKET}`;

/** Rights with a key for one encryption context, as the S3 User Guide writes them. */
const withContext = (actions: readonly string[], region: string, context: string): Statement => ({
  ...allow(actions, "*"),
  Condition: {
    StringLike: {
      "kms:ViaService": `s3.${region}.amazonaws.com`,
      "kms:EncryptionContext:aws:s3:arn": context,
    },
  },
});

const mayDecrypt = (context: string) => withContext(["kms:Decrypt"], SOURCE.region, context);
const mayEncrypt = (context: string, ...more: string[]) =>
  withContext(["kms:Encrypt", ...more], VAULT.region, context);

/** Two accounts with a key each, the vault's open to the replication role. */
class KmsFixture extends ReplicationFixture {
  readonly sourceKey: string;
  readonly vaultKey: string;

  constructor() {
    super();
    this.twoAccounts();
    this.sourceKey = this.call(SOURCE, "kms", "CreateKey", {}).KeyMetadata.Arn as string;
    const statement = (principal: string, actions: string | string[]) => ({
      ...allow(actions, "*"),
      Principal: { AWS: principal },
    });
    this.vaultKey = this.call(VAULT, "kms", "CreateKey", {
      Policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          statement(`arn:aws:iam::${VAULT.accountId}:root`, "kms:*"),
          statement(REPLICATION_ROLE, ["kms:Encrypt", "kms:GenerateDataKey"]),
        ],
      }),
    }).KeyMetadata.Arn as string;
    this.optIn(this.vaultKey);
  }

  optIn(ReplicaKmsKeyID: string): void {
    this.rules(
      rule({
        SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" } },
        Destination: {
          Bucket: VAULT_ARN,
          Account: VAULT.accountId,
          EncryptionConfiguration: { ReplicaKmsKeyID },
        },
      }),
    );
  }

  may(...statements: Statement[]): void {
    this.rolePolicy(REPLICATION_ROLE, [...replicationStatements(), ...statements]);
  }

  bucketKeyAtVault(): void {
    this.call(VAULT, "s3", "PutBucketEncryption", {
      Bucket: VAULT_BUCKET,
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            BucketKeyEnabled: true,
            ApplyServerSideEncryptionByDefault: {
              SSEAlgorithm: "aws:kms",
              KMSMasterKeyID: this.vaultKey,
            },
          },
        ],
      },
    });
  }

  /** Puts a version and lets it travel: its status, and the code when it failed. */
  outcome(extra: object = {}): string {
    const version = this.putEncrypted(extra);
    this.settle();
    return this.failureCode(version) ?? version.replicationStatus ?? "NONE";
  }

  putEncrypted(extra: object = {}): ObjectVersion {
    const sse = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: this.sourceKey };
    return this.put("a", "a", { ...sse, ...extra });
  }
}

describe("the encryption context of replication", () => {
  it("is the object's on either side without a Bucket Key", () => {
    const fixture = new KmsFixture();
    fixture.may(mayDecrypt(`${SOURCE_ARN}/*`), mayEncrypt(`${VAULT_ARN}/*`));
    expect(fixture.outcome()).to.equal("COMPLETED");
    fixture.may(mayDecrypt(SOURCE_ARN), mayEncrypt(`${VAULT_ARN}/*`));
    expect(fixture.outcome()).to.equal("SrcGetObjectNotPermitted");
    fixture.may(mayDecrypt(`${SOURCE_ARN}/*`), mayEncrypt(VAULT_ARN));
    expect(fixture.outcome()).to.equal("DstPutObjectNotPermitted");
  });

  it("is the bucket's at the source for a version under a Bucket Key", () => {
    const fixture = new KmsFixture();
    fixture.may(mayDecrypt(`${SOURCE_ARN}/*`), mayEncrypt(`${VAULT_ARN}/*`));
    expect(fixture.outcome({ BucketKeyEnabled: true })).to.equal("SrcGetObjectNotPermitted");
    fixture.may(mayDecrypt(SOURCE_ARN), mayEncrypt(`${VAULT_ARN}/*`));
    expect(fixture.outcome({ BucketKeyEnabled: true })).to.equal("COMPLETED");
  });

  it("is the bucket's at a vault with a Bucket Key, which needs kms:GenerateDataKey too", () => {
    const fixture = new KmsFixture();
    fixture.bucketKeyAtVault();
    const decrypt = mayDecrypt(`${SOURCE_ARN}/*`);
    fixture.may(decrypt, mayEncrypt(`${VAULT_ARN}/*`, "kms:GenerateDataKey"));
    expect(fixture.outcome()).to.equal("DstPutObjectNotPermitted");
    fixture.may(decrypt, mayEncrypt(VAULT_ARN));
    expect(fixture.outcome()).to.equal("DstPutObjectNotPermitted");
    fixture.may(decrypt, mayEncrypt(VAULT_ARN, "kms:GenerateDataKey"));
    expect(fixture.outcome()).to.equal("COMPLETED");
    expect(fixture.current(VAULT_BUCKET, "a").encryption.bucketKeyEnabled).to.equal(true);
  });
});

describe("the key of replicas in another account", () => {
  it("cannot be the managed key aws/s3, nor one of another Region", () => {
    const fixture = new KmsFixture();
    fixture.may(allow("kms:*", "*"));
    fixture.world.kms.awsManagedS3Key(VAULT.accountId, VAULT.region);
    fixture.optIn(`arn:aws:kms:${VAULT.region}:${VAULT.accountId}:alias/aws/s3`);
    expect(fixture.outcome()).to.equal("DstPutObjectNotPermitted");
    fixture.optIn(fixture.vaultKey.replace(VAULT.region, SOURCE.region));
    expect(fixture.outcome()).to.equal("DstKmsKeyNotFound");
    fixture.optIn(fixture.sourceKey);
    expect(fixture.outcome()).to.equal("DstKmsKeyNotFound");
  });

  it("may be named by an alias; the replica shows the key", () => {
    const fixture = new KmsFixture();
    fixture.may(allow("kms:*", "*"));
    const alias = "alias/records";
    fixture.call(VAULT, "kms", "CreateAlias", { AliasName: alias, TargetKeyId: fixture.vaultKey });
    fixture.optIn(`arn:aws:kms:${VAULT.region}:${VAULT.accountId}:${alias}`);
    expect(fixture.outcome()).to.equal("COMPLETED");
    expect(fixture.current(VAULT_BUCKET, "a").encryption.kmsKeyArn).to.equal(fixture.vaultKey);
  });

  it("that may not be used stops parts of a large version: DstMultipartUploadNotPermitted", () => {
    const fixture = new KmsFixture();
    fixture.may(mayDecrypt(`${SOURCE_ARN}/*`));
    const target = { Bucket: SOURCE_BUCKET, Key: "a" };
    const { UploadId } = fixture.call(SOURCE, "s3", "CreateMultipartUpload", {
      ...target,
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: fixture.sourceKey,
    });
    const part = { ...target, UploadId, PartNumber: 1, Body: Buffer.from("part") };
    const { ETag } = fixture.call(SOURCE, "s3", "UploadPart", part);
    fixture.call(SOURCE, "s3", "CompleteMultipartUpload", {
      ...target,
      UploadId,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
    });
    fixture.settle();
    const version = fixture.current(SOURCE_BUCKET, "a");
    expect(fixture.failureCode(version)).to.equal("DstMultipartUploadNotPermitted");
  });
});
