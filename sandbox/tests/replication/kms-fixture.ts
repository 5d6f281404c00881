import type { ObjectVersion } from "../../src/services/s3/store/model";
import type { WorldSettings } from "../../src/world/settings";
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
} from "./fixture";
import type { Statement } from "./fixture";

export const SOURCE_ARN = `arn:aws:s3:::${SOURCE_BUCKET}`;
export const VAULT_ARN = `arn:aws:s3:::${VAULT_BUCKET}`;

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

export const mayDecrypt = (context: string) => withContext(["kms:Decrypt"], SOURCE.region, context);
export const mayEncrypt = (context: string, ...more: string[]) =>
  withContext(["kms:Encrypt", ...more], VAULT.region, context);

/** Two accounts with a key each, the vault's open to the replication role. */
export class KmsFixture extends ReplicationFixture {
  readonly sourceKey: string;
  readonly vaultKey: string;

  constructor(settings?: Partial<WorldSettings>) {
    super(settings);
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
          statement(REPLICATION_ROLE, ["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"]),
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

  /** Every right to every key. */
  mayAll(): this {
    this.may(allow("kms:*", "*"));
    return this;
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
