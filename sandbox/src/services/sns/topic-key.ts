import type { ConditionKeys, Principal } from "../../authorization/model";
import { isAwsError } from "../../world/aws-error";
import type { KmsState } from "../kms/state";
import * as errors from "./errors";
import type { Topic } from "./model";

/** KMS's own key for SNS; it works without being made. */
const MANAGED_KEY = "alias/aws/sns";

/**
 * What publishing to an encrypted topic needs of its key: a data key, which SNS reuses by decrypting it. A service of AWS
 * needs both from the key's policy.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 * @throws AwsError KMSAccessDenied, KMSDisabled, KMSNotFound, KMSInvalidState
 */
export function useTopicKey(
  kms: KmsState,
  topic: Topic,
  principal: Principal,
  conditionKeys?: ConditionKeys,
): void {
  const keyId = topic.attributes.get("KmsMasterKeyId");
  if (keyId === undefined) return;
  if (keyId === MANAGED_KEY || keyId.endsWith(`:${MANAGED_KEY}`)) {
    if (principal.accountId !== topic.accountId) throw errors.managedKeyRefuses(principal);
    return;
  }
  for (const action of ["kms:GenerateDataKey", "kms:Decrypt"] as const) {
    try {
      kms.useKey({
        principal,
        keyId,
        region: topic.region,
        accountId: topic.accountId,
        action,
        encryptionContext: { "aws:sns:topicArn": topic.arn },
        // A service calls KMS itself and not through SNS (assumed, as its key policies are written without kms:ViaService).
        viaService: principal.kind === "service" ? undefined : `sns.${topic.region}.amazonaws.com`,
        conditionKeys,
      });
    } catch (error) {
      throw isAwsError(error) ? errors.kms(error) : error;
    }
  }
}
