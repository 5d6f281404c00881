import { z } from "zod";
import { defineRule } from "../define-rule";
import {
  accountBlockOf,
  PUBLIC_ACCESS_SETTINGS,
  publicAccessBlockOf,
} from "../program/bucket-aspects";
import type { Bucket } from "../program/bucket";
import type { Program } from "../program/program";
import { replicatedBuckets } from "../program/replications";
import type { PolicyViolation } from "../rule";
import { isTrueAt, UNKNOWN } from "../values";

/**
 * All four settings of the public access block.
 *
 * A bucket that declares none is not violated: S3 turns all four on for every bucket that is made since April 2023.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export const publicAccessBlock = defineRule({
  id: "public-access-block",
  title: "Buckets block public access",
  severity: "error",
  rationale:
    "A bucket whose block is off is one policy or one ACL away from being read by everybody. S3 turns all four settings on for a new bucket; what turns one off is always a declaration.",
  fix: "Set blockPublicAcls, blockPublicPolicy, ignorePublicAcls and restrictPublicBuckets to true: the resource takes a setting that it does not name as false.",
  references: {
    securityHub: ["S3.8"],
    awsConfig: ["s3-bucket-level-public-access-prohibited"],
    controlTower: ["CT.S3.PR.1"],
    checkov: ["CKV2_AWS_6", "CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56"],
    nist80053: ["AC-3", "AC-6", "SC-7"],
  },
  settings: {
    requireDeclared: z
      .boolean()
      .default(false)
      .describe("Whether a bucket that declares no block violates the rule too."),
  },
  check: (program, { requireDeclared }) => {
    const replicated = replicatedBuckets(program);
    return program.buckets.flatMap((bucket) =>
      violations(program, bucket, replicated.has(bucket), requireDeclared),
    );
  },
});

function violations(
  program: Program,
  bucket: Bucket,
  isReplicated: boolean,
  requireDeclared: boolean,
): PolicyViolation[] {
  const severity = isReplicated ? "error" : "warning";
  const block = publicAccessBlockOf(program, bucket);
  if (block === UNKNOWN) return [];
  if (block === undefined) {
    if (!requireDeclared || bucket.resource === undefined) return [];
    return [
      {
        resource: bucket.resource,
        severity,
        message: "It declares no public access block of its own.",
      },
    ];
  }
  const ofAccount = accountBlockOf(program, bucket);
  const off = PUBLIC_ACCESS_SETTINGS.filter(
    (name) => isTrueAt(block.value, name) === false && !ofAccount.has(name),
  );
  if (off.length === 0) return [];
  return [{ resource: block.resource, severity, message: `Off: ${off.join(", ")}.` }];
}
