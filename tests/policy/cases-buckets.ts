import { UNKNOWN } from "../../policy";
import { bucket, nativeBucket, part, replication, resource, ruleTo, urnOf } from "./resources";
import type { CasesOfRule } from "./rule-cases";

const CLOSED = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

const ENABLED = { versioningConfiguration: { status: "Enabled" } };

const denyInsecure = (bucketName: string) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [`arn:aws:s3:::${bucketName}`, `arn:aws:s3:::${bucketName}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ],
});

/** A part whose bucket only the deployment tells; what its name is made of is told. */
const partOfUnnamed = (kind: string, of: string, props: object) =>
  part(kind, of, { ...props, bucket: UNKNOWN } as never, {
    propertyDependencies: { bucket: [urnOf("aws:s3/bucket:Bucket", of)] },
  });

export const BUCKET_CASES: Readonly<Record<string, CasesOfRule>> = {
  "public-access-block": {
    pass: [
      {
        title: "all four are on",
        resources: [bucket("a"), part("BucketPublicAccessBlock", "a", CLOSED)],
      },
      { title: "none is declared: S3 turns all four on", resources: [bucket("a")] },
      {
        title: "inline, of aws-native",
        resources: [nativeBucket("a", { publicAccessBlockConfiguration: CLOSED })],
      },
    ],
    fail: [
      {
        title: "one is off",
        resources: [
          bucket("a"),
          part("BucketPublicAccessBlock", "a", { ...CLOSED, blockPublicPolicy: false }),
        ],
        severity: "warning",
        at: "a-BucketPublicAccessBlock",
        message: /^Off: blockPublicPolicy\.$/,
      },
      {
        title: "one is left out, of a vault",
        resources: [
          bucket("a"),
          nativeBucket("v", {
            publicAccessBlockConfiguration: { ...CLOSED, blockPublicAcls: null },
          }),
          replication("a", [ruleTo("v")]),
        ],
        severity: "error",
        at: "v",
        message: /^Off: blockPublicAcls\.$/,
      },
      {
        title: "none is declared, where a declaration is asked for",
        resources: [bucket("a")],
        settings: { requireDeclared: true },
        severity: "warning",
        at: "a",
        message: /declares no public access block/,
      },
    ],
    unknown: [
      {
        title: "a setting",
        resources: [
          bucket("a"),
          part("BucketPublicAccessBlock", "a", { ...CLOSED, blockPublicAcls: UNKNOWN }),
        ],
      },
      {
        title: "whose block it is",
        resources: [
          bucket("a"),
          bucket("b"),
          part("BucketPublicAccessBlock", "a", { ...CLOSED, bucket: UNKNOWN }),
        ],
        settings: { requireDeclared: true },
      },
    ],
  },
  "tls-only": {
    pass: [
      {
        title: "the policy is text",
        resources: [
          bucket("a"),
          part("BucketPolicy", "a", { policy: JSON.stringify(denyInsecure("a")) }),
        ],
      },
      {
        title: "the policy is an object, of aws-native",
        resources: [
          nativeBucket("v"),
          resource("aws-native:s3:BucketPolicy", "v-policy", {
            bucket: "v",
            policyDocument: denyInsecure("v"),
          }),
        ],
      },
    ],
    fail: [
      {
        title: "there is no policy",
        resources: [bucket("a")],
        severity: "warning",
        at: "a",
        message: /no policy/,
      },
      {
        title: "the Deny is for one principal, at a vault",
        resources: [
          bucket("a"),
          part("BucketPolicy", "a", { policy: JSON.stringify(denyInsecure("a")) }),
          nativeBucket("v"),
          resource("aws-native:s3:BucketPolicy", "v-policy", {
            bucket: "v",
            policyDocument: {
              Statement: [
                {
                  ...denyInsecure("v").Statement[0],
                  Principal: { AWS: "arn:aws:iam::111111111111:role/replication" },
                },
              ],
            },
          }),
          replication("a", [ruleTo("v")]),
        ],
        severity: "error",
        at: "v-policy",
        message: /lets plain HTTP in/,
      },
    ],
    unknown: [
      {
        title: "the policy",
        resources: [bucket("a"), part("BucketPolicy", "a", { policy: UNKNOWN })],
      },
      {
        title: "one member of a statement",
        resources: [
          nativeBucket("v"),
          resource("aws-native:s3:BucketPolicy", "v-policy", {
            bucket: "v",
            policyDocument: {
              Statement: [{ ...denyInsecure("v").Statement[0], Resource: UNKNOWN }],
            },
          }),
        ],
      },
    ],
  },
  versioning: {
    pass: [
      {
        title: "by parts, with older type tokens too",
        resources: [
          resource("aws:s3/bucketV2:BucketV2", "a", { bucket: "a" }),
          resource("aws:s3/bucketVersioningV2:BucketVersioningV2", "a-versioning", {
            bucket: "a",
            ...ENABLED,
          }),
          nativeBucket("v", { versioningConfiguration: { status: "Enabled" } }),
          replication("a", [ruleTo("v")]),
        ],
      },
      {
        title: "a lock implies it",
        resources: [
          bucket("a"),
          part("BucketVersioning", "a", ENABLED),
          nativeBucket("v", { objectLockEnabled: true }),
          replication("a", [ruleTo("v")]),
        ],
      },
      {
        title: "inline, of the provider aws",
        resources: [
          bucket("a", { versioning: { enabled: true } }),
          bucket("v", { versionings: [], versioning: { enabled: true } }),
          replication("a", [ruleTo("v")]),
        ],
      },
      {
        title: "by what the bucket's name is made of",
        resources: [
          bucket("a", { bucket: UNKNOWN }),
          partOfUnnamed("BucketVersioning", "a", ENABLED),
          bucket("b", { bucket: UNKNOWN }),
          partOfUnnamed("BucketVersioning", "b", ENABLED),
          part("BucketReplicationConfig", "a", { bucket: UNKNOWN, rules: UNKNOWN }),
        ],
        settings: { everyBucket: true },
      },
      { title: "a bucket outside of any replication", resources: [bucket("a")] },
    ],
    fail: [
      {
        title: "suspended at the source",
        resources: [
          bucket("a"),
          part("BucketVersioning", "a", { versioningConfiguration: { status: "Suspended" } }),
          nativeBucket("v", { objectLockEnabled: true }),
          replication("a", [ruleTo("v")]),
        ],
        severity: "error",
        at: "a",
        message: /suspended/,
      },
      {
        title: "not declared at the destination, which is told by what its ARN is made of",
        resources: [
          bucket("a"),
          part("BucketVersioning", "a", ENABLED),
          bucket("v", { bucket: UNKNOWN }),
          replication("a", [{ ...ruleTo("v"), destination: { bucket: UNKNOWN } }], {
            propertyDependencies: { rules: [urnOf("aws:s3/bucket:Bucket", "v")] },
          }),
        ],
        severity: "error",
        at: "v",
        message: /No versioning/,
      },
    ],
    unknown: [
      {
        title: "the status",
        resources: [
          bucket("a"),
          part("BucketVersioning", "a", { versioningConfiguration: { status: UNKNOWN } }),
          bucket("v", { objectLockEnabled: UNKNOWN, versioning: UNKNOWN }),
          replication("a", [ruleTo("v")]),
        ],
      },
      {
        title: "whose versioning it is",
        resources: [
          bucket("a"),
          part("BucketVersioning", "a", { ...ENABLED, bucket: UNKNOWN }),
          replication("a", [ruleTo("elsewhere")]),
        ],
      },
    ],
  },
};
