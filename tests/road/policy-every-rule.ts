/** A program that violates every rule of the policy pack, by resources of both providers and before its first deployment. */

import { CustomResource, type Output, ProviderResource } from "@pulumi/pulumi";

class Made extends CustomResource {
  declare readonly arn: Output<string>;
}

class AccountProvider extends ProviderResource {}

type Properties = Readonly<Record<string, unknown>>;

/** The resource, with an ARN that only the deployment tells. */
function make(type: string, name: string, props: Properties, provider?: ProviderResource): Made {
  return new Made(type, name, { arn: undefined, ...props }, { provider });
}

const part = (kind: string, name: string, props: Properties): Made =>
  make(`aws:s3/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`, name, props);

const allow = (Action: string, Resource: string): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] });

const retention = (days: number, mode: string): Properties => ({
  rule: { defaultRetention: { mode, days } },
});

export async function programAgainstEveryRule(): Promise<void> {
  const vaultAccount = new AccountProvider("aws-native", "vault-account", {
    allowedAccountIds: JSON.stringify(["222222222222"]),
  });
  const source = part("Bucket", "source", { bucket: "acme-source" });
  // public-access-block, versioning, kms and the lock of the source
  part("BucketPublicAccessBlock", "source-block", { bucket: source.id, blockPublicAcls: true });
  part("BucketVersioning", "source-versioning", {
    bucket: source.id,
    versioningConfiguration: { status: "Suspended" },
  });
  part("BucketServerSideEncryptionConfiguration", "source-encryption", {
    bucket: source.id,
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }],
  });
  part("BucketObjectLockConfiguration", "source-lock", {
    bucket: source.id,
    ...retention(30, "COMPLIANCE"),
  });

  const key = make(
    "aws-native:kms:Key",
    "vault-key",
    {
      keyPolicy: {
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: "arn:aws:iam::222222222222:root" },
            Action: "kms:*",
            Resource: "*",
          },
        ],
      },
    },
    vaultAccount,
  );
  // retention-not-shorter, lifecycle-not-shorter, kms-at-rest, owner-override, break-glass-only, tls-only
  const vault = make(
    "aws-native:s3:Bucket",
    "vault",
    {
      bucketName: "acme-vault",
      objectLockEnabled: true,
      objectLockConfiguration: retention(7, "GOVERNANCE"),
      lifecycleConfiguration: {
        rules: [{ id: "short", status: "Enabled", expirationInDays: 1 }],
      },
      bucketEncryption: {
        serverSideEncryptionConfiguration: [
          { serverSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } },
        ],
      },
      ownershipControls: { rules: [{ objectOwnership: "ObjectWriter" }] },
    },
    vaultAccount,
  );
  // object-lock, protect; a vault that is a source: no-chained-replicas
  const open = part("Bucket", "open", {
    bucket: "acme-open",
    objectLockEnabled: true,
    forceDestroy: true,
  });

  const role = make("aws:iam/role:Role", "replication", { name: "replication" });
  make("aws:iam/rolePolicy:RolePolicy", "replication-policy", {
    role: role.id,
    policy: allow("s3:*", "*"),
  });
  const destination = { bucket: vault.arn, account: "222222222222" };
  part("BucketReplicationConfig", "first", {
    bucket: source.id,
    role: "arn:aws:iam::111111111111:role/replication",
    rules: [
      {
        id: "one",
        status: "Enabled",
        priority: 1,
        filter: { tag: { key: "keep", value: "yes" } },
        deleteMarkerReplication: { status: "Enabled" },
        existingObjectReplication: { status: "Enabled" },
        destination: { ...destination, replicationTime: { status: "Enabled" } },
      },
      {
        id: "two",
        status: "Enabled",
        priority: 1,
        filter: { prefix: "" },
        sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
        destination: { ...destination, encryptionConfiguration: { replicaKmsKeyId: key.arn } },
      },
    ],
  });
  part("BucketReplicationConfig", "to-open", {
    bucket: "acme-elsewhere",
    role: "arn:aws:iam::111111111111:role/replication",
    rules: [{ id: "open", status: "Enabled", destination: { bucket: "arn:aws:s3:::acme-open" } }],
  });
  part("BucketReplicationConfig", "second-hop", {
    bucket: open.id,
    role: "arn:aws:iam::111111111111:role/replication",
    rules: [{ id: "hop", status: "Enabled", destination: { bucket: "arn:aws:s3:::acme-third" } }],
  });
  // operations-buckets
  part("Inventory", "inventory", {
    bucket: source.id,
    destination: { bucket: { bucketArn: vault.arn } },
  });
}
