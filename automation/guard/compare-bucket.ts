/** Holds the live protections of one bucket against those that were deployed: of a vault, or of the operations bucket beside it. Pure. */

import type { LifecycleRuleOutputs, LockMode } from "../../components/promise/outputs";
import type { PolicyStatement } from "../../components/policy-documents/policy-document";
import { compareStatements } from "./compare-statements";
import type { BucketFacts } from "./facts";
import { rulesBeside } from "./lifecycle-rules";
import type { Losses } from "./losses";

/** How a bucket was deployed. */
export interface GuardedBucket {
  /** Whether it is the operations bucket beside a vault. */
  readonly isBeside: boolean;
  /** Whether it was there before us: statements of others in its policy, and its encryption without a key of ours, are its own. */
  readonly existing: boolean;
  /** Whether it is the source of a further vault. */
  readonly isChained: boolean;
  readonly policyStatements: readonly PolicyStatement[];
  /** The default retention. Undefined: none. */
  readonly retention: { readonly mode: LockMode; readonly days: number } | undefined;
  /** Undefined: S3's own keys. */
  readonly kmsKeyArn: string | undefined;
  /** Rules that may take versions away. Undefined: nobody wrote them down. */
  readonly lifecycleRules: readonly LifecycleRuleOutputs[] | undefined;
}

/** Everything of the bucket that is not as deployed. */
export function compareBucket(bucket: GuardedBucket, facts: BucketFacts, losses: Losses): void {
  if (facts.bucket !== "there") {
    compareWhereabouts(bucket, facts.bucket, losses);
    return;
  }
  comparePolicy(bucket, facts, losses);
  compareRetention(bucket, facts, losses);
  compareSettings(bucket, facts, losses);
}

function compareWhereabouts(
  { existing }: GuardedBucket,
  found: "gone" | "foreign",
  losses: Losses,
): void {
  if (found === "foreign") {
    const owner =
      "the name is another account's now: CloudTrail tells who deleted the bucket; take another name in the config";
    losses.add("bucket", "there", "another account's", losses.allows.foreign, undefined, { owner });
    return;
  }
  const owner = "`up` makes no bucket that was there before: make it anew, then run `lockstep up`";
  losses.add("bucket", "there", "gone", losses.allows.bucket, undefined, existing ? { owner } : {});
}

function comparePolicy(bucket: GuardedBucket, { policy }: BucketFacts, losses: Losses): void {
  const read = losses.read("bucket-policy", policy);
  if (read === undefined) return;
  const differences = compareStatements(bucket.policyStatements, read.value ?? [], {
    replicationActions: ["s3:ReplicateObject", "s3:ReplicateTags"],
    theirsMayStay: bucket.existing,
    isBeside: bucket.isBeside,
  });
  for (const { allows, expected, found, isTheirs } of differences) {
    losses.add("bucket-policy", expected, found, allows, "s3:PutBucketPolicy", {
      ...(isTheirs && bucket.existing
        ? { owner: "take the statement out of the bucket's policy" }
        : {}),
    });
  }
}

function compareRetention(
  { retention: expected }: GuardedBucket,
  { objectLock }: BucketFacts,
  losses: Losses,
): void {
  const read = losses.read("object-lock", objectLock);
  if (read === undefined) return;
  const { days, enabled, mode } = read.value;
  if (enabled && mode === expected?.mode && days === expected?.days) return;
  const found = mode === undefined ? null : { mode, days };
  const { allows } = losses;
  const action = "s3:PutBucketObjectLockConfiguration";
  if (expected === undefined) {
    const words = enabled ? allows.defaultRetention : allows.lockOff;
    losses.add("object-lock", { enabled: true }, { enabled, ...found }, words, action);
    return;
  }
  const isWeaker =
    (days ?? 0) < expected.days || (expected.mode === "COMPLIANCE" && mode !== "COMPLIANCE");
  const words =
    found === null
      ? allows.noDefaultRetention
      : isWeaker
        ? allows.weakerRetention
        : allows.longerRetention;
  losses.add("object-lock", expected, found, words, action);
}

function compareSettings(bucket: GuardedBucket, facts: BucketFacts, losses: Losses): void {
  const versioning = losses.read("versioning", facts.versioning);
  if (versioning !== undefined && versioning.value !== "Enabled") {
    const { value } = versioning;
    losses.add("versioning", "Enabled", value, losses.allows.versioning, "s3:PutBucketVersioning");
  }
  compareLifecycle(bucket, facts, losses);
  compareEncryption(bucket, facts, losses);
  const access = losses.read("public-access-block", facts.publicAccess);
  if (access !== undefined) {
    const off = PUBLIC_ACCESS_MEMBERS.filter((member) => access.value[member] !== true);
    if (off.length > 0) {
      const [expected, found] = [true, false].map((value) =>
        Object.fromEntries(off.map((member) => [member, value])),
      );
      losses.add(
        "public-access-block",
        expected,
        found,
        losses.allows.publicAccess,
        "s3:PutBucketPublicAccessBlock",
      );
    }
  }
  const ownership = losses.read("ownership", facts.ownership);
  if (ownership !== undefined && ownership.value !== "BucketOwnerEnforced") {
    losses.add(
      "ownership",
      "BucketOwnerEnforced",
      ownership.value,
      losses.allows.ownership,
      "s3:PutBucketOwnershipControls",
    );
    const grants = losses.read("acl", facts.grants);
    if (grants !== undefined && grants.value.length > 0) {
      losses.add("acl", [], grants.value, losses.allows.acl, "s3:PutBucketAcl");
    }
  }
  const payment = losses.read("request-payment", facts.requestPayment);
  if (payment !== undefined && (payment.value ?? "BucketOwner") !== "BucketOwner") {
    losses.add(
      "request-payment",
      "BucketOwner",
      payment.value,
      losses.allows.requestPayment,
      "s3:PutBucketRequestPayment",
    );
  }
  const replication = losses.read("replication", facts.replicatesInto);
  if (replication !== undefined && !bucket.isChained && replication.value.length > 0) {
    losses.add(
      "replication",
      [],
      replication.value,
      losses.allows.replication,
      "s3:PutReplicationConfiguration",
      bucket.existing ? { owner: "delete the bucket's replication configuration" } : {},
    );
  }
}

function compareLifecycle(
  { lifecycleRules }: GuardedBucket,
  { lifecycle }: BucketFacts,
  losses: Losses,
): void {
  const read = losses.read("lifecycle", lifecycle);
  if (read === undefined || lifecycleRules === undefined) return;
  for (const rule of rulesBeside(lifecycleRules, read.value)) {
    losses.add("lifecycle", null, rule, losses.allows.lifecycle, "s3:PutLifecycleConfiguration");
  }
}

function compareEncryption(bucket: GuardedBucket, facts: BucketFacts, losses: Losses): void {
  const read = losses.read("encryption", facts.encryption);
  if (read === undefined) return;
  const { algorithm, keyId } = read.value;
  if (bucket.kmsKeyArn === undefined) {
    // Without a key of ours, the encryption of a bucket that was there before stays as it is.
    if (bucket.existing || algorithm === "AES256") return;
    const found = { algorithm, keyId };
    const expected = { algorithm: "AES256" };
    losses.add(
      "encryption",
      expected,
      found,
      losses.allows.encryption,
      "s3:PutEncryptionConfiguration",
    );
    return;
  }
  const isKms = algorithm === "aws:kms" || algorithm === "aws:kms:dsse";
  // S3 gives the key back as it was named: by its ARN, or by its id.
  if (isKms && (keyId === bucket.kmsKeyArn || bucket.kmsKeyArn.endsWith(`:key/${keyId ?? ""}`))) {
    return;
  }
  losses.add(
    "encryption",
    { algorithm: "aws:kms", keyId: bucket.kmsKeyArn },
    { algorithm, keyId },
    losses.allows.encryption,
    "s3:PutEncryptionConfiguration",
  );
}

const PUBLIC_ACCESS_MEMBERS = [
  "BlockPublicAcls",
  "BlockPublicPolicy",
  "IgnorePublicAcls",
  "RestrictPublicBuckets",
] as const;
