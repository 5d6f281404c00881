import { defineRule } from "../define-rule";
import type { Bucket } from "../program/bucket";
import { spokesmanOf } from "../program/bucket";
import { lockOf } from "../program/lock";
import { isCovered, textsOf } from "../program/policy-documents";
import type { Program } from "../program/program";
import { replicatedBuckets } from "../program/replications";
import { grantsOf, ROLE_KINDS } from "../program/roles";
import { allowsAction } from "../program/statements";
import type { PolicyResource } from "../resource";
import type { PolicyViolation } from "../rule";
import { at, firstAt, isRecord, listAt, type Read, UNKNOWN } from "../values";

/** A bucket that AWS writes reports, inventories or logs into, and what says so. */
interface OperationsBucket {
  readonly bucket: Bucket;
  readonly purpose: string;
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
    const told = new Set<Bucket>();
    return operationsBucketsOf(program).flatMap(({ bucket, purpose }): PolicyViolation[] => {
      const resource = spokesmanOf(bucket);
      if (resource === undefined || told.has(bucket)) return [];
      const lock = lockOf(program, bucket);
      if (replicated.has(bucket)) {
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
  return (
    isCovered(`arn:aws:s3:::${bucketName}/any`, pattern) &&
    !isCovered("arn:aws:s3:::another-bucket/any", pattern)
  );
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
      program.bucketsNamed(
        resource,
        "destination",
        at(resource.props, "destination", "bucket", "bucketArn"),
      ),
    );
  const inline = program.buckets.flatMap(({ resource }) => {
    const configurations = listAt(resource?.props, "inventoryConfigurations");
    if (resource === undefined || configurations === UNKNOWN) return [];
    return configurations.flatMap((one) =>
      program.bucketsNamed(
        resource,
        "inventoryConfigurations",
        at(one, "destination", "bucketArn"),
      ),
    );
  });
  return [...parts, ...inline].map((bucket) => ({ bucket, purpose: "inventories" }));
}

function logBuckets(program: Program): OperationsBucket[] {
  const parts = program
    .ofKind("aws:s3:BucketLogging")
    .flatMap((resource) =>
      program.bucketsNamed(resource, "targetBucket", at(resource.props, "targetBucket")),
    );
  const inline = program.buckets.flatMap(({ resource }) => {
    const value = at(resource?.props, "loggingConfiguration", "destinationBucketName");
    if (resource === undefined || value === undefined) return [];
    return program.bucketsNamed(resource, "loggingConfiguration", value);
  });
  return [...parts, ...inline].map((bucket) => ({ bucket, purpose: "server access logs" }));
}
