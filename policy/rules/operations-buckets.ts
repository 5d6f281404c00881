import { defineRule } from "../define-rule";
import type { Bucket } from "../program/bucket";
import { spokesmanOf } from "../program/bucket";
import { arnsOf } from "../program/bucket-names";
import { lockOf } from "../program/lock";
import { isCovered, textsOf } from "../program/policy-documents";
import type { Program } from "../program/program";
import { replicatedBuckets, vaultsOf } from "../program/replications";
import { grantsOf, ROLE_KINDS } from "../program/roles";
import { allowsAction } from "../program/statements";
import type { PolicyResource } from "../resource";
import type { PolicyViolation } from "../rule";
import { at, firstAt, isRecord, listAt, type Read, UNKNOWN } from "../values";

/** A bucket that AWS writes reports, inventories or logs into, and what says so. */
interface OperationsBucket {
  readonly bucket: Bucket;
  readonly purpose: string;
  /** The bucket that they are about; absent for those of jobs. */
  readonly about?: Bucket | undefined;
}

/**
 * Buckets for manifests, reports, inventories and logs.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshooting-batch-operations.html
 */
export const operationsBuckets = defineRule({
  id: "operations-buckets",
  title: "Reports, inventories and logs go to a bucket apart, without default retention",
  severity: "error",
  rationale:
    "S3 delivers no completion report and no server access log into a bucket with a default retention: the job runs, and its report is missing. In the source they would be replicated and locked; in the vault, its policy has to let others than the replication role write.",
  fix: "Give manifests, reports, inventories and logs a bucket of their own, in the source's account and Region, without default retention.",
  references: { securityHub: ["S3.9"], nist80053: ["AU-2", "AU-12"] },
  settings: {},
  check: (program) => {
    const replicated = replicatedBuckets(program);
    const vaults = vaultsOf(program);
    const told = new Set<Bucket>();
    return operationsBucketsOf(program).flatMap(({ about, bucket, purpose }): PolicyViolation[] => {
      const resource = spokesmanOf(bucket);
      if (resource === undefined || told.has(bucket)) return [];
      const lock = lockOf(program, bucket);
      // An archive of logs may well have a copy of its own.
      const isArchive = about !== undefined && about !== bucket && !vaults.has(bucket);
      if (replicated.has(bucket) && !isArchive) {
        told.add(bucket);
        return [
          { resource, message: `It takes part in a replication, and ${purpose} go into it.` },
        ];
      }
      if (lock?.retention === undefined || lock.retention === UNKNOWN) return [];
      told.add(bucket);
      return [
        {
          resource: lock.resource,
          message: `It has a default retention, and ${purpose} go into it: S3 does not deliver them.`,
        },
      ];
    });
  },
});

function operationsBucketsOf(program: Program): readonly OperationsBucket[] {
  return [...jobBuckets(program), ...inventoryBuckets(program), ...logBuckets(program)];
}

/** Where a role of S3 Batch Operations may write. */
function jobBuckets(program: Program): OperationsBucket[] {
  return program
    .ofKind(...ROLE_KINDS)
    .filter(isForBatchOperations)
    .flatMap((role) =>
      grantsOf(program, role).grants.flatMap(({ statement }) => {
        const resources = allowsAction(statement, "s3:PutObject")
          ? textsOf(statement, "Resource")
          : [];
        if (resources === UNKNOWN) return [];
        return program.buckets
          .filter(
            ({ name }) => name !== undefined && resources.some((one) => isForObjects(one, name)),
          )
          .map((bucket) => ({ bucket, purpose: "manifests and reports of batch jobs" }));
      }),
    );
}

/** A pattern for every bucket says nothing of a single one. */
function isForObjects(pattern: string, bucketName: string): boolean {
  const covers = (name: string): boolean =>
    arnsOf(`${name}/any`).some((arn) => isCovered(arn, pattern));
  return covers(bucketName) && !covers("another-bucket");
}

function isForBatchOperations({ props }: PolicyResource): boolean {
  const trust = firstAt(props, ["assumeRolePolicy"], ["assumeRolePolicyDocument"]);
  return hasText(trust, "batchoperations.s3.amazonaws.com");
}

function hasText(value: Read, text: string): boolean {
  if (typeof value === "string") return value.includes(text);
  if (Array.isArray(value)) return (value as Read[]).some((member) => hasText(member, text));
  return isRecord(value) && Object.values(value).some((member) => hasText(member, text));
}

function inventoryBuckets(program: Program): OperationsBucket[] {
  const parts = program
    .ofKind("aws:s3:Inventory")
    .flatMap((resource) =>
      program
        .bucketsNamed(
          resource,
          "destination",
          at(resource.props, "destination", "bucket", "bucketArn"),
        )
        .map((bucket) => ({ about: aboutOf(program, resource), bucket })),
    );
  const inline = program.buckets.flatMap((about) => {
    const { resource } = about;
    const configurations = listAt(resource?.props, "inventoryConfigurations");
    if (resource === undefined || configurations === UNKNOWN) return [];
    return configurations.flatMap((one) =>
      program
        .bucketsNamed(resource, "inventoryConfigurations", at(one, "destination", "bucketArn"))
        .map((bucket) => ({ about, bucket })),
    );
  });
  return [...parts, ...inline].map((one) => ({ ...one, purpose: "inventories" }));
}

/** The bucket that a part belongs to. */
function aboutOf(program: Program, part: PolicyResource): Bucket | undefined {
  return program.bucketsNamed(part, "bucket", at(part.props, "bucket"))[0];
}

/** Where a bucket's own block says that its logs go, by each provider. */
const INLINE_LOGS = [
  ["loggingConfiguration", "destinationBucketName"],
  ["logging", "targetBucket"],
] as const;

function logBuckets(program: Program): OperationsBucket[] {
  const parts = program
    .ofKind("aws:s3:BucketLogging")
    .flatMap((resource) =>
      program
        .bucketsNamed(resource, "targetBucket", at(resource.props, "targetBucket"))
        .map((bucket) => ({ about: aboutOf(program, resource), bucket })),
    );
  const inline = program.buckets.flatMap((about) =>
    INLINE_LOGS.flatMap(([block, member]) => {
      const { resource } = about;
      const value = at(resource?.props, block, member);
      if (resource === undefined || value === undefined) return [];
      return program.bucketsNamed(resource, block, value).map((bucket) => ({ about, bucket }));
    }),
  );
  return [...parts, ...inline].map((one) => ({ ...one, purpose: "server access logs" }));
}
