import type { PropertyChange } from "../../automation/stack/property-changes";
import type { PlannedChange } from "../../automation/stack/planned-changes";

export const VAULT_BUCKET = "aws-native:s3:Bucket";
export const VAULT_POLICY = "aws-native:s3:BucketPolicy";
export const RULES = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";

/** A step of a preview, as its event tells it. */
export function planned(
  resourceType: string,
  changes: readonly PropertyChange[] = [],
  fields: Partial<PlannedChange> = {},
): PlannedChange {
  const name = fields.name ?? "lockstep-vault-primary-bucket";
  return {
    operation: "preview",
    action: "update",
    resourceType,
    name,
    urn: `urn:pulumi:dev::lockstep::${resourceType}::${name}`,
    state: "planned",
    account: "222222222222",
    region: "eu-central-1",
    physicalName: "acme-vault",
    ...(changes.length > 0 && { changes }),
    ...fields,
  };
}
