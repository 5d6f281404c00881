import { expect } from "chai";
import type { Principal } from "../../../src/authorization/model";
import { ManualClock } from "../../../src/time/clock";
import type { RequestContext } from "../../../src/world/operation";
import { Random } from "../../../src/values/random";
import { bucketOperations } from "../../../src/services/s3/bucket/bucket-operations";
import { createBucket } from "../../../src/services/s3/bucket/create-bucket";
import type { Bucket } from "../../../src/services/s3/store/model";
import { scopeOfAction } from "../../../src/services/s3/access/policy-actions";
import { S3State } from "../../../src/services/s3/store/state";
import type { World } from "../../../src/world/world";

const ADMIN: Principal = {
  kind: "user",
  accountId: "111111111111",
  arn: "arn:aws:iam::111111111111:user/admin",
  principalArn: "arn:aws:iam::111111111111:user/admin",
  userId: "AIDAADMIN",
};

/** What operations need whose action is not the operation's name (Service Authorization Reference). */
const RENAMED: Readonly<Record<string, string>> = {
  DeleteBucketAnalyticsConfiguration: "s3:PutAnalyticsConfiguration",
  DeleteBucketCors: "s3:PutBucketCORS",
  DeleteBucketEncryption: "s3:PutEncryptionConfiguration",
  DeleteBucketIntelligentTieringConfiguration: "s3:PutIntelligentTieringConfiguration",
  DeleteBucketInventoryConfiguration: "s3:PutInventoryConfiguration",
  DeleteBucketLifecycle: "s3:PutLifecycleConfiguration",
  DeleteBucketMetricsConfiguration: "s3:PutMetricsConfiguration",
  DeleteBucketOwnershipControls: "s3:PutBucketOwnershipControls",
  DeleteBucketReplication: "s3:PutReplicationConfiguration",
  DeleteBucketTagging: "s3:PutBucketTagging",
  DeletePublicAccessBlock: "s3:PutBucketPublicAccessBlock",
  GetBucketAccelerateConfiguration: "s3:GetAccelerateConfiguration",
  GetBucketAnalyticsConfiguration: "s3:GetAnalyticsConfiguration",
  GetBucketCors: "s3:GetBucketCORS",
  GetBucketEncryption: "s3:GetEncryptionConfiguration",
  GetBucketIntelligentTieringConfiguration: "s3:GetIntelligentTieringConfiguration",
  GetBucketInventoryConfiguration: "s3:GetInventoryConfiguration",
  GetBucketLifecycleConfiguration: "s3:GetLifecycleConfiguration",
  GetBucketMetadataConfiguration: "s3:GetBucketMetadataTableConfiguration",
  GetBucketMetricsConfiguration: "s3:GetMetricsConfiguration",
  GetBucketNotificationConfiguration: "s3:GetBucketNotification",
  GetBucketReplication: "s3:GetReplicationConfiguration",
  GetObjectLockConfiguration: "s3:GetBucketObjectLockConfiguration",
  GetPublicAccessBlock: "s3:GetBucketPublicAccessBlock",
  HeadBucket: "s3:ListBucket",
  ListBucketAnalyticsConfigurations: "s3:GetAnalyticsConfiguration",
  ListBucketIntelligentTieringConfigurations: "s3:GetIntelligentTieringConfiguration",
  ListBucketInventoryConfigurations: "s3:GetInventoryConfiguration",
  ListBucketMetricsConfigurations: "s3:GetMetricsConfiguration",
  ListBuckets: "s3:ListAllMyBuckets",
  PutBucketAccelerateConfiguration: "s3:PutAccelerateConfiguration",
  PutBucketAnalyticsConfiguration: "s3:PutAnalyticsConfiguration",
  PutBucketCors: "s3:PutBucketCORS",
  PutBucketEncryption: "s3:PutEncryptionConfiguration",
  PutBucketIntelligentTieringConfiguration: "s3:PutIntelligentTieringConfiguration",
  PutBucketInventoryConfiguration: "s3:PutInventoryConfiguration",
  PutBucketLifecycleConfiguration: "s3:PutLifecycleConfiguration",
  PutBucketMetricsConfiguration: "s3:PutMetricsConfiguration",
  PutBucketNotificationConfiguration: "s3:PutBucketNotification",
  PutBucketReplication: "s3:PutReplicationConfiguration",
  PutObjectLockConfiguration: "s3:PutBucketObjectLockConfiguration",
  PutPublicAccessBlock: "s3:PutBucketPublicAccessBlock",
};

/** The rights that operations need, asked of the table itself: what a denial names is tested over HTTP elsewhere. */
describe("S3 bucket operations' rights", () => {
  const bucket: Bucket = {
    name: "asked",
    arn: "arn:aws:s3:::asked",
    accountId: "222222222222",
    region: "eu-west-1",
    createdEpochMs: 0,
    encryption: [],
    objectOwnership: "BucketOwnerEnforced",
    // Rights are asked before any object is looked at.
    objects: {} as Bucket["objects"],
    uploads: new Map(),
    stored: new Map(),
  };
  const context = contextWith(bucket);

  for (const [name, operation] of Object.entries(bucketOperations)) {
    const expected = RENAMED[name] ?? `s3:${name}`;
    it(`${name} needs ${expected}`, () => {
      const needs = operation.access({ Bucket: "asked", Id: "any" }, context);
      expect(needs.map((need) => need.action)).to.deep.equal([expected]);
      if (name === "ListBuckets") return;
      expect(needs[0]?.resource).to.equal("arn:aws:s3:::asked");
      // A bucket is the owner's before and after; a new one will be the caller's.
      const owner = name === "CreateBucket" ? "111111111111" : "222222222222";
      expect(needs[0]?.resourceAccountId).to.equal(owner);
      expect(scopeOfAction(expected).onBucket).to.equal(true);
    });
  }

  it("CreateBucket needs more for what it does more", () => {
    const needs = createBucket.access(
      {
        Bucket: "more",
        ACL: "public-read",
        ObjectLockEnabledForBucket: true,
        ObjectOwnership: "ObjectWriter",
        CreateBucketConfiguration: {
          LocationConstraint: "eu-west-1",
          Tags: [{ Key: "a", Value: "b" }],
        },
      },
      context,
    );
    expect(needs.map((need) => need.action)).to.deep.equal([
      "s3:CreateBucket",
      "s3:PutBucketAcl",
      "s3:PutBucketVersioning",
      "s3:PutBucketObjectLockConfiguration",
      "s3:PutBucketOwnershipControls",
      "s3:TagResource",
    ]);
    expect(needs[0]?.conditionKeys).to.include({
      "s3:x-amz-acl": "public-read",
      "s3:locationconstraint": "eu-west-1",
      "s3:x-amz-object-ownership": "ObjectWriter",
    });
  });
});

function contextWith(bucket: Bucket): RequestContext {
  const random = new Random(1);
  // Only what `access` reads of a world.
  const world = { random, clock: new ManualClock(0) } as unknown as World;
  const s3 = new S3State(world);
  s3.addBucket(bucket);
  return {
    world: { ...world, s3 },
    service: "s3",
    operation: "Any",
    region: "eu-west-1",
    principal: ADMIN,
    requestId: "request",
    nowEpochMs: 0,
    globalConditionKeys: {},
    response: { headers: {} },
    require: () => undefined,
    allows: () => true,
  };
}
