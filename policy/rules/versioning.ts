import { z } from "zod";
import { defineRule } from "../define-rule";
import type { Bucket } from "../program/bucket";
import { versioningOf } from "../program/bucket-aspects";
import { replicatedBuckets } from "../program/replications";
import type { PolicySeverity } from "../rule";

/**
 * Versioning of both sides of a replication.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html
 */
export const versioning = defineRule({
  id: "versioning",
  title: "Both sides of a replication keep versions",
  severity: "error",
  rationale:
    "S3 refuses a replication configuration unless source and destination have versioning enabled, and suspending it lets the next write overwrite for good.",
  fix: 'Declare a BucketVersioning with status "Enabled" (of aws-native: versioningConfiguration of the bucket), and let the replication configuration wait for it.',
  references: {
    securityHub: ["S3.14"],
    awsConfig: ["s3-bucket-versioning-enabled"],
    controlTower: ["CT.S3.PR.11"],
    checkov: ["CKV_AWS_21"],
    nist80053: ["CP-6", "CP-9", "CP-10", "SI-12"],
  },
  settings: {
    everyBucket: z
      .boolean()
      .default(false)
      .describe("Whether buckets outside of any replication have to keep versions too."),
  },
  check: (program, { everyBucket }) => {
    const replicated = replicatedBuckets(program);
    return program.buckets.flatMap((bucket: Bucket) => {
      const { resource } = bucket;
      const isReplicated = replicated.has(bucket);
      if (resource === undefined || !(isReplicated || everyBucket)) return [];
      const state = versioningOf(program, bucket);
      if (state !== "absent" && state !== "Suspended") return [];
      const severity: PolicySeverity = isReplicated ? "error" : "warning";
      const said = state === "absent" ? "No versioning is declared for it." : "It is suspended.";
      return [{ resource, severity, message: said }];
    });
  },
});
