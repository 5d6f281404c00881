/**
 * Shapes of programs that many people have, as public examples write them. They must not be told anything but what is said of each
 * here: a rule about vaults is silent where there is none.
 */

import { expect } from "chai";
import { checkProgram, UNKNOWN, type PolicyResource, type PropertyRecord } from "../../policy";
import { bucket, nativeBucket, part, resource, ruleTo, urnOf } from "./resources";

interface Shape {
  readonly title: string;
  readonly resources: readonly PolicyResource[];
  /** `<severity> <rule> <resource>`, in any order. */
  readonly told: readonly string[];
}

const BUCKET = "aws:s3/bucket:Bucket";
const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
const ENABLED = { versioningConfiguration: { status: "Enabled" } };

/** A part of a bucket that is not deployed: the bucket's id is not known yet. */
const later = (kind: string, of: string, props: PropertyRecord): PolicyResource =>
  part(
    kind,
    of,
    { ...props, bucket: UNKNOWN },
    { propertyDependencies: { bucket: [urnOf(BUCKET, of)] } },
  );

/** A replication before its first deployment, with the role and both buckets in the program. */
const replicationLater = (source: string, vault: string): PolicyResource =>
  part(
    "BucketReplicationConfig",
    source,
    {
      bucket: UNKNOWN,
      role: UNKNOWN,
      rules: [
        {
          id: "foobar",
          filter: { prefix: "foo" },
          status: "Enabled",
          destination: { bucket: UNKNOWN, storageClass: "STANDARD" },
        },
      ],
    },
    {
      propertyDependencies: {
        bucket: [urnOf(BUCKET, source)],
        role: [urnOf("aws:iam/role:Role", "replication")],
        rules: [urnOf(BUCKET, vault)],
      },
    },
  );

const replicationRole = (): readonly PolicyResource[] => [
  resource("aws:iam/role:Role", "replication", {
    name: "tf-iam-role-replication-12345",
    assumeRolePolicy: JSON.stringify({
      Statement: [
        { Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    }),
  }),
  resource("aws:iam/policy:Policy", "replication-policy", { policy: UNKNOWN }),
  resource(
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "replication-attachment",
    { role: "tf-iam-role-replication-12345", policyArn: UNKNOWN },
    { propertyDependencies: { policyArn: [urnOf("aws:iam/policy:Policy", "replication-policy")] } },
  ),
];

const SHAPES: readonly Shape[] = [
  {
    title: "a static website",
    resources: [
      bucket("site"),
      later("BucketWebsiteConfiguration", "site", { indexDocument: { suffix: "index.html" } }),
      later("BucketOwnershipControls", "site", { rule: { objectOwnership: "ObjectWriter" } }),
      later("BucketPublicAccessBlock", "site", { blockPublicAcls: false }),
      resource("aws:s3/bucketObject:BucketObject", "index.html", {
        bucket: UNKNOWN,
        acl: "public-read",
      }),
    ],
    told: ["warning public-access-block site-BucketPublicAccessBlock", "warning tls-only site"],
  },
  {
    title: "a bucket of server access logs",
    resources: [
      bucket("app"),
      bucket("logs", { forceDestroy: true }),
      part("BucketAcl", "logs", { acl: "log-delivery-write" }),
      part("BucketLogging", "app", { targetBucket: "logs", targetPrefix: "log/" }),
      part("BucketLifecycleConfiguration", "logs", {
        rules: [{ id: "old", status: "Enabled", expiration: { days: 90 } }],
      }),
    ],
    told: ["warning tls-only app", "warning tls-only logs"],
  },
  {
    title: "a data lake under a key of its own, with an inventory",
    resources: [
      bucket("raw"),
      bucket("curated"),
      later("BucketVersioning", "raw", ENABLED),
      resource("aws:kms/key:Key", "lake", {}, { protect: false, retainOnDelete: false }),
      part(
        "BucketServerSideEncryptionConfiguration",
        "raw",
        {
          rules: [
            {
              applyServerSideEncryptionByDefault: {
                sseAlgorithm: "aws:kms",
                kmsMasterKeyId: UNKNOWN,
              },
            },
          ],
        },
        { propertyDependencies: { rules: [urnOf("aws:kms/key:Key", "lake")] } },
      ),
      part("Inventory", "raw", { destination: { bucket: { bucketArn: "arn:aws:s3:::curated" } } }),
      resource("aws:iam/rolePolicy:RolePolicy", "etl", {
        role: "etl",
        policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] }),
      }),
    ],
    told: ["warning tls-only raw", "warning tls-only curated"],
  },
  {
    title: "an audit bucket with Object Lock outside of any replication",
    resources: [
      bucket("audit", { objectLockEnabled: true }, { protect: false }),
      part("BucketObjectLockConfiguration", "audit", {
        rule: { defaultRetention: { mode: "GOVERNANCE", days: 365 } },
      }),
      part("BucketLifecycleConfiguration", "audit", {
        rules: [{ id: "old", status: "Enabled", expiration: { days: 30 } }],
      }),
    ],
    told: ["warning tls-only audit"],
  },
  {
    title: "a bucket of aws-native with everything inline",
    resources: [
      nativeBucket("all", {
        bucketEncryption: {
          serverSideEncryptionConfiguration: [
            { serverSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
          ],
        },
        publicAccessBlockConfiguration: {
          blockPublicAcls: true,
          blockPublicPolicy: true,
          ignorePublicAcls: true,
          restrictPublicBuckets: true,
        },
        versioningConfiguration: { status: "Enabled" },
      }),
    ],
    told: ["warning tls-only all"],
  },
  {
    title: "replication within one account, before its first deployment",
    resources: [
      ...replicationRole(),
      bucket("destination", { bucket: UNKNOWN }),
      later("BucketVersioning", "destination", ENABLED),
      bucket("source", { bucket: UNKNOWN }),
      later("BucketAcl", "source", { acl: "private" }),
      later("BucketVersioning", "source", ENABLED),
      replicationLater("source", "destination"),
    ],
    told: [
      "error tls-only destination",
      "warning tls-only source",
      "warning object-lock destination",
      "warning replication-alarm source-BucketReplicationConfig",
    ],
  },
  {
    title: "replication both ways",
    resources: [
      bucket("east"),
      part("BucketVersioning", "east", ENABLED),
      bucket("west"),
      part("BucketVersioning", "west", ENABLED),
      part("BucketReplicationConfig", "east", { role: "arn", rules: [ruleTo("west")] }),
      part("BucketReplicationConfig", "west", { role: "arn", rules: [ruleTo("east")] }),
    ],
    told: [
      "error tls-only east",
      "error tls-only west",
      "warning object-lock east",
      "warning object-lock west",
      "warning replication-alarm east-BucketReplicationConfig",
      "warning replication-alarm west-BucketReplicationConfig",
    ],
  },
  {
    title: "a bucket in the tokens of older versions of the provider",
    resources: [
      resource("aws:s3/bucketV2:BucketV2", "old", { bucket: "old" }),
      resource("aws:s3/bucketVersioningV2:BucketVersioningV2", "old-versioning", {
        bucket: "old",
        ...ENABLED,
      }),
      resource(
        "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
        "old-lifecycle",
        {
          bucket: "old",
          rules: [{ id: "tmp", status: "Enabled", expiration: { days: 1 } }],
        },
      ),
    ],
    told: ["warning tls-only old"],
  },
  {
    title: "a bucket that was there before and only gets versioning",
    resources: [resource(VERSIONING, "theirs", { bucket: "theirs", ...ENABLED })],
    told: [],
  },
  {
    title: "a program without S3",
    resources: [resource("random:index/randomPet:RandomPet", "pet", {})],
    told: [],
  },
];

describe("public programs", () => {
  for (const { resources, title, told } of SHAPES) {
    it(`are told nothing else: ${title}`, () => {
      const findings = checkProgram(resources).map(
        ({ resourceName, ruleId, severity }) => `${severity} ${ruleId} ${resourceName}`,
      );
      expect(findings).to.have.members(told);
    });
  }
});
