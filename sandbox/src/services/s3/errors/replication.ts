/**
 * The errors of PutBucketReplication. Codes are those of the "List of Replication-related error codes" of the Amazon
 * S3 API Reference; its descriptions serve as texts where no recorded answer is known ("assumed").
 */
import type { AwsError } from "../../../world/aws-error";
import { invalidArgumentText, invalidRequest } from "./request";

/** Recorded from AWS. */
export function sourceNotVersioned(): AwsError {
  return invalidRequest(
    "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
  );
}

/** Recorded from AWS; a destination that is not there is answered alike. */
export function destinationNotVersioned(): AwsError {
  return invalidRequest("Destination bucket must have versioning enabled.");
}

/** The text is assumed. */
export function destinationIsSource(): AwsError {
  return invalidRequest("Destination bucket cannot be the same as the source bucket.");
}

/** Seen in issue reports: a rule with a Filter lacks a member. @param member `DeleteMarkerReplication`, `Priority` */
export function replicationMemberMissing(member: string): AwsError {
  return invalidRequest(
    `${member} must be specified for this version of Cross Region Replication configuration schema. ` +
      "Please refer to S3 Developer Guide for more information.",
  );
}

/** Seen on AWS (rust-lang/simpleinfra 468): a rule without a Filter has a member of the newer schema. */
export function replicationMemberNotAllowed(member: string): AwsError {
  return invalidRequest(
    `${member} cannot be used for this version of Cross Region Replication configuration schema. ` +
      "Please refer to S3 Developer Guide for more information.",
  );
}

/** Seen on AWS: rules without a Filter share one destination (landing-zone-accelerator-on-aws 376). */
export function tooManyDestinations(): AwsError {
  return invalidRequest("Number of distinct destination bucket ARNs cannot exceed 1");
}

/** The text is assumed. */
export function deleteMarkersWithTagFilter(): AwsError {
  return invalidRequest(
    "Delete marker replication is not supported if any Tag filter is specified. " +
      "Please refer to S3 Developer Guide for more information.",
  );
}

/** The text is assumed. */
export function duplicatePriority(priority: number): AwsError {
  return invalidRequest(`Found duplicate priority ${priority}.`);
}

/** The text is assumed. */
export function duplicateRuleId(): AwsError {
  return invalidRequest("Rule Id must be unique");
}

/** The text is assumed. */
export function kmsKeyMissing(): AwsError {
  return invalidRequest(
    "ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.",
  );
}

/** The text is assumed. */
export function kmsSelectionMissing(): AwsError {
  return invalidRequest(
    "SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.",
  );
}

export function accountMissingForOwnerOverride(): AwsError {
  return invalidRequest(
    "The <Owner> in <AccessControlTranslation> has a value, so the <Account> element must be specified.",
  );
}

export function destinationAccountEmpty(): AwsError {
  return invalidArgumentText("The <Account> element is empty. It must contain a valid account ID.");
}

export function destinationAccountMismatch(): AwsError {
  return invalidArgumentText(
    "The AWS account specified in the <Account> element must match the destination bucket owner.",
  );
}

export function replicationTimeWithoutMetrics(): AwsError {
  return invalidRequest(
    "The replication destination must contain both ReplicationTime and Metrics, or neither.",
  );
}

export function replicationTimeStatusDiffers(): AwsError {
  return invalidRequest("ReplicationTime and ReplicationMetrics must have the same status.");
}

/** @param member as the API's list names it: `ReplicationTime-Status` */
export function replicationValueMissing(member: string): AwsError {
  return invalidArgumentText(`${member} must contain a value.`);
}

export function metricsEventThresholdMissing(): AwsError {
  return invalidArgumentText("ReplicationMetrics must contain an EventThreshold.");
}

/** Seen in issue reports. */
export function metricsEventThresholdNotAllowed(): AwsError {
  return invalidArgumentText(
    "Metrics cannot contain an event threshold when ReplicationTime is not specified or Disabled",
  );
}

/** @param member `Replication-ReplicationTimeValue-Minutes` or `EventThreshold-ReplicationTimeValue-Minutes` */
export function replicationMinutesInvalid(member: string): AwsError {
  return invalidArgumentText(`${member} value must be 15.`);
}

export function ruleIdNotAscii(): AwsError {
  return invalidArgumentText("Rule ID must not contain non-ASCII characters.");
}
