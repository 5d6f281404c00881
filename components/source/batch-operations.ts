import * as pulumi from "@pulumi/pulumi";
import type * as iam from "@pulumi/aws/iam";
import type { Provider } from "@pulumi/aws/provider";
import * as s3 from "@pulumi/aws/s3";
import { type AccountOptions, childOptions, KEEP_ON_DESTROY } from "../component-options";
import { bucketNameProblem } from "../config/values";
import { INVENTORY_PREFIX } from "../inventory/inventory-settings";
import { OPERATIONS_PREFIXES } from "../operations-prefixes";
import { batchRolePolicy, operationsBucketPolicy } from "../policy-documents";
import type { RoleOutputs } from "../promise/outputs";
import { makeJobRole, type RoleSettings, tagsOf } from "./service-role";
import { closeBucket, encryptBucket, forceDestroyProblems } from "./source-bucket";
import { type GuaranteeProblem, type Transform, transformed } from "../transform";
import { ArgumentProblems } from "../validation";

/** Parts of an upload that was never finished cost money and show in no listing. */
const ABORT_INCOMPLETE_UPLOADS_AFTER_DAYS = 7;

/** What `BatchOperations` is given. */
export interface BatchOperationsArgs extends RoleSettings {
  /** Without a path. */
  sourceBucketArn: pulumi.Input<string>;
  /** In the source's account and Region, as S3 demands for generated manifests. Changing it makes another bucket; the old one is kept. */
  operationsBucketName: pulumi.Input<string>;
  /** Name of the role that jobs run under. Changing it replaces the role. */
  roleName: pulumi.Input<string>;
  /** Owner of both buckets, where S3 delivers inventories of the source: twelve digits. @default none are delivered */
  inventoryOfAccountId?: string | undefined;
  /** Changes in the children before they are declared. */
  transforms?: {
    /** Name, path and trust have to stay. */
    role?: Transform<iam.RoleArgs>;
    /** Of the operations bucket. Its name has to stay, and it takes no `forceDestroy`. */
    bucket?: Transform<s3.BucketArgs>;
  };
}

/**
 * What a backfill job needs: a role, and a bucket for its manifest, report and ledger.
 *
 * The bucket has no Object Lock, since AWS does not deliver a report into a bucket with default retention. It holds
 * the record of every job, so it is versioned, expires nothing, and stays when the stack is destroyed.
 */
export class BatchOperations extends pulumi.ComponentResource {
  /** Type of the component in Pulumi's state. */
  static readonly pulumiType = "lockstep:index:BatchOperations";

  /** As S3 has it. */
  readonly operationsBucketName: pulumi.Output<string>;
  /** Without a path. */
  readonly operationsBucketArn: pulumi.Output<string>;
  /** The role that S3 Batch Operations assumes. */
  readonly roleArn: pulumi.Output<string>;
  /** What the live role is held against. */
  readonly deployedRole: pulumi.Output<RoleOutputs>;

  constructor(name: string, args: BatchOperationsArgs, opts: AccountOptions<Provider>) {
    super(BatchOperations.pulumiType, name, {}, opts);
    const problems = new ArgumentProblems("BatchOperations", name);
    const bucketName = problems.judge(
      "operationsBucketName",
      args.operationsBucketName,
      bucketNameProblem,
    );
    problems.throwIfAny();

    const kept = { ...childOptions(this, opts), ...KEEP_ON_DESTROY };
    const bucket = new s3.Bucket(
      `${name}-bucket`,
      transformed(
        "transforms.operationsBucket",
        args.transforms?.bucket,
        { bucket: bucketName, ...tagsOf(args.tags) },
        `${name}-bucket`,
        (changed) => [...forceDestroyProblems(changed), ...nameProblems(changed, bucketName)],
      ),
      kept,
    );
    const versioning = new s3.BucketVersioning(
      `${name}-versioning`,
      { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
      kept,
    );
    closeBucket(name, bucket.id, kept);
    encryptBucket(name, bucket.id, undefined, kept);
    new s3.BucketPolicy(
      `${name}-bucket-policy`,
      {
        bucket: bucket.id,
        policy: policyOf(bucket.arn, args),
      },
      kept,
    );
    new s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      {
        bucket: bucket.id,
        rules: [
          {
            id: "abort-incomplete-uploads",
            status: "Enabled",
            filter: { prefix: "" },
            abortIncompleteMultipartUpload: {
              daysAfterInitiation: ABORT_INCOMPLETE_UPLOADS_AFTER_DAYS,
            },
          },
        ],
      },
      kept,
    );
    const { deployedRole, roleArn } = makeRole(name, args, bucket.arn, childOptions(this, opts));

    this.operationsBucketName = versioning.bucket;
    this.operationsBucketArn = bucket.arn;
    this.roleArn = roleArn;
    this.deployedRole = deployedRole;
    this.registerOutputs({
      operationsBucketName: this.operationsBucketName,
      operationsBucketArn: this.operationsBucketArn,
      roleArn: this.roleArn,
    });
  }
}

function policyOf(
  bucketArn: pulumi.Output<string>,
  { inventoryOfAccountId: accountId, sourceBucketArn }: BatchOperationsArgs,
): pulumi.Output<string> {
  if (accountId === undefined) {
    return bucketArn.apply((arn) => JSON.stringify(operationsBucketPolicy(arn)));
  }
  return pulumi.all([bucketArn, sourceBucketArn]).apply(([arn, sourceArn]) => {
    const inventory = { accountId, bucketArn: sourceArn, prefix: INVENTORY_PREFIX };
    return JSON.stringify(operationsBucketPolicy(arn, inventory));
  });
}

/** The driver of any desk finds the bucket by its name. */
function nameProblems(
  changed: s3.BucketArgs,
  bucketName: pulumi.Output<string>,
): GuaranteeProblem[] {
  if (changed.bucket === bucketName) return [];
  return [{ path: "bucket", reason: "expected it unchanged: the ledger is looked for there" }];
}

function makeRole(
  name: string,
  args: BatchOperationsArgs,
  operationsBucketArn: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): ReturnType<typeof makeJobRole> {
  const { roleName, roles, tags, transforms } = args;
  const document = pulumi
    .all([args.sourceBucketArn, operationsBucketArn])
    .apply(([sourceBucketArn, bucketArn]) =>
      batchRolePolicy({
        sourceBucketArn,
        operationsBucketArn: bucketArn,
        manifestPrefix: OPERATIONS_PREFIXES.manifestPrefix,
        reportPrefix: OPERATIONS_PREFIXES.reportPrefix,
      }),
    );
  return makeJobRole(
    `${name}-role`,
    {
      roleName,
      description: "Lockstep: S3 Batch Operations starts replication as this role",
      policyName: "backfill",
      document,
      roles,
      tags,
      transform: { path: "transforms.batchRole", change: transforms?.role },
    },
    opts,
  );
}
