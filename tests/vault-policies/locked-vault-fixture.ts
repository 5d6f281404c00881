import type { Principal } from "../../sandbox/src/authorization/model";
import type { ServiceName } from "../../sandbox/src/world/service-name";
import type { WorldSettings } from "../../sandbox/src/world/settings";
import {
  batchRolePolicy,
  type PolicyDocument,
  replicationRolePolicy,
  vaultBucketPolicy,
  type VaultBucketPolicyArgs,
  vaultKeyPolicy,
} from "../../components/policy-documents";
import { BatchFixture } from "../../sandbox/tests/batch/fixture";
import {
  BATCH_ROLE,
  OPERATIONS_BUCKET,
  REPLICATION_ROLE,
  rule,
  type Statement,
  SOURCE,
  SOURCE_BUCKET,
  VAULT,
  VAULT_BUCKET,
} from "../../sandbox/tests/replication/fixture";

export const BREAK_GLASS_ROLE = `arn:aws:iam::${VAULT.accountId}:role/break-glass`;
export const VAULT_ARN = `arn:aws:s3:::${VAULT_BUCKET}`;

/** Somebody who tries something. */
export type Actor =
  | "administrator of the vault account"
  | "root user of the vault account"
  | "administrator of the source account"
  | "replication role"
  | "break-glass role";

/** A call that an actor makes. */
export interface Call {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: object;
}

type RetentionLimits = Partial<
  Pick<VaultBucketPolicyArgs, "maximumRetentionDays" | "minimumRetentionDays">
>;

export interface LockedVaultOptions {
  /** Changes of the documents before they are put in place. */
  readonly vaultBucket?: (document: PolicyDocument) => PolicyDocument;
  readonly vaultKey?: (document: PolicyDocument) => PolicyDocument;
  readonly replicationRole?: (document: PolicyDocument) => PolicyDocument;
  readonly batchRole?: (document: PolicyDocument) => PolicyDocument;
  /** Limits of the vault's retention in place of ten years. */
  readonly limits?: RetentionLimits;
  /** A vault that has ACLs. */
  readonly hasAcls?: boolean;
  readonly settings?: Partial<WorldSettings>;
}

/**
 * Source and vault under the very documents that Lockstep deploys, every option on: Object Lock on both sides, KMS with Bucket
 * Keys, delete markers, owner override, a break-glass role. The vault account's administrator and the break-glass role have
 * AdministratorAccess.
 */
export class LockedVaultFixture extends BatchFixture {
  readonly sourceKey: string;
  readonly vaultKey: string;

  constructor(options: LockedVaultOptions = {}) {
    super([], options.settings, { sourceLocked: true });
    const same = (document: PolicyDocument): PolicyDocument => document;
    this.breakGlassRole();
    this.sourceKey = this.call(SOURCE, "kms", "CreateKey", {}).KeyMetadata.Arn as string;
    this.vaultKey = this.makeVaultKey((options.vaultKey ?? same)(keyPolicy()));
    this.encrypt(this.vaultKey);
    if (options.hasAcls === true) {
      this.call(VAULT, "s3", "PutBucketOwnershipControls", {
        Bucket: VAULT_BUCKET,
        OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] },
      });
    }
    this.bucketPolicy(
      VAULT,
      VAULT_BUCKET,
      (options.vaultBucket ?? same)(bucketPolicy(options.limits)),
    );
    const replicationRole = (options.replicationRole ?? same)(rolePolicy([this.vaultKey]));
    this.rolePolicy(REPLICATION_ROLE, replicationRole.Statement as Statement[]);
    const batchRole = (options.batchRole ?? same)(batchPolicy());
    this.rolePolicy(BATCH_ROLE, batchRole.Statement as Statement[]);
    this.rules(
      rule({
        SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" } },
        DeleteMarkerReplication: { Status: "Enabled" },
        Destination: {
          Bucket: VAULT_ARN,
          Account: VAULT.accountId,
          EncryptionConfiguration: { ReplicaKmsKeyID: this.vaultKey },
          AccessControlTranslation: { Owner: "Destination" },
        },
      }),
    );
  }

  as(actor: Actor, { service, operation, input }: Call): unknown {
    const principal = this.principal(actor);
    const { region } = VAULT;
    return this.world.invoke({ service, operation, input, principal, region });
  }

  principal(actor: Actor): Principal {
    const { iam } = this.world;
    switch (actor) {
      case "administrator of the vault account":
        return iam.createAdministrator(VAULT.accountId).principal;
      case "root user of the vault account":
        return iam.root(VAULT.accountId);
      case "administrator of the source account":
        return iam.createAdministrator(SOURCE.accountId).principal;
      case "replication role":
        return iam.assumeRoleForService(REPLICATION_ROLE, "s3.amazonaws.com", "stolen");
      case "break-glass role": {
        const role = iam.roleByArn(BREAK_GLASS_ROLE);
        if (role === undefined) throw new Error("There is no break-glass role.");
        return iam.createSession(role, { name: "mending", durationSeconds: 3600 }).principal;
      }
    }
  }

  private breakGlassRole(): void {
    const RoleName = "break-glass";
    this.call(VAULT, "iam", "CreateRole", {
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: `arn:aws:iam::${VAULT.accountId}:root` },
            Action: "sts:AssumeRole",
          },
        ],
      }),
    });
    const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
    this.call(VAULT, "iam", "AttachRolePolicy", { RoleName, PolicyArn });
  }

  private makeVaultKey(policy: PolicyDocument): string {
    const { KeyMetadata } = this.call(VAULT, "kms", "CreateKey", {});
    const { KeyId } = KeyMetadata;
    this.call(VAULT, "kms", "EnableKeyRotation", { KeyId });
    this.call(VAULT, "kms", "PutKeyPolicy", {
      KeyId,
      Policy: JSON.stringify(policy),
      BypassPolicyLockoutSafetyCheck: true,
    });
    return KeyMetadata.Arn as string;
  }

  private encrypt(KMSMasterKeyID: string): void {
    const byDefault = { SSEAlgorithm: "aws:kms", KMSMasterKeyID };
    this.call(VAULT, "s3", "PutBucketEncryption", {
      Bucket: VAULT_BUCKET,
      ServerSideEncryptionConfiguration: {
        Rules: [{ BucketKeyEnabled: true, ApplyServerSideEncryptionByDefault: byDefault }],
      },
    });
  }
}

/** The documents as Lockstep makes them. */
export function bucketPolicy(limits: RetentionLimits = {}): PolicyDocument {
  return vaultBucketPolicy({
    bucketArn: VAULT_ARN,
    replicationRoleArns: [REPLICATION_ROLE],
    deleteMarkers: true,
    ownerOverride: true,
    isPilot: false,
    isChained: false,
    maximumRetentionDays: 3650,
    ...limits,
    breakGlassRoleArn: BREAK_GLASS_ROLE,
  });
}

export function keyPolicy(): PolicyDocument {
  return vaultKeyPolicy({
    accountId: VAULT.accountId,
    region: VAULT.region,
    replicationRoleArns: [REPLICATION_ROLE],
    breakGlassRoleArn: BREAK_GLASS_ROLE,
  });
}

export function rolePolicy(kmsKeyArns: readonly string[]): PolicyDocument {
  return replicationRolePolicy({
    source: {
      bucketName: SOURCE_BUCKET,
      region: SOURCE.region,
      accountId: SOURCE.accountId,
      sseKmsEncryptedObjects: true,
      kmsKeyArns: [],
    },
    targets: [
      {
        bucketName: VAULT_BUCKET,
        region: VAULT.region,
        kmsKeyArns,
        deleteMarkers: true,
        ownerOverride: true,
      },
    ],
  });
}

export function batchPolicy(): PolicyDocument {
  return batchRolePolicy({
    sourceBucketArn: `arn:aws:s3:::${SOURCE_BUCKET}`,
    operationsBucketArn: `arn:aws:s3:::${OPERATIONS_BUCKET}`,
    manifestPrefix: "manifests",
    reportPrefix: "reports",
  });
}

/** A document without an action of one of its statements; a statement that has no other goes as a whole. */
export function without(sid: string, action: string): (document: PolicyDocument) => PolicyDocument {
  return (document) => {
    let isFound = false;
    const statements = document.Statement.flatMap((statement) => {
      const actions = [statement.Action].flat();
      if (statement.Sid !== sid || !actions.includes(action)) return [statement];
      isFound = true;
      const others = actions.filter((one) => one !== action);
      return others.length === 0 ? [] : [{ ...statement, Action: others }];
    });
    if (!isFound) throw new Error(`The document has no ${action} in ${sid}.`);
    return { ...document, Statement: statements };
  };
}

/** Each action of each statement of a document. */
export function grantsOf(document: PolicyDocument, effect: "Allow" | "Deny"): [string, string][] {
  return document.Statement.filter(({ Effect }) => Effect === effect).flatMap(({ Action, Sid }) =>
    [Action].flat().map((action): [string, string] => [Sid, action]),
  );
}
