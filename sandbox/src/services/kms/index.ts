import type * as Kms from "@aws-sdk/client-kms";
import type { OperationTable } from "../../world/operation";
import type { OperationsOf } from "../../world/operations-of";
import { createAlias, deleteAlias, listAliases, updateAlias } from "./aliases";
import {
  decrypt,
  encrypt,
  generateDataKey,
  generateDataKeyWithoutPlaintext,
  generateRandom,
  reEncrypt,
} from "./cryptography";
import { createGrant, listGrants, listRetirableGrants, retireGrant, revokeGrant } from "./grants";
import { getKeyPolicy, listKeyPolicies, putKeyPolicy } from "./key-policy";
import { disableKeyRotation, enableKeyRotation, getKeyRotationStatus } from "./key-rotation";
import { cancelKeyDeletion, disableKey, enableKey, scheduleKeyDeletion } from "./key-state";
import { getPublicKey, sign, verify } from "./signing";
import { createKey, describeKey, listKeys, updateKeyDescription } from "./keys";
import { listResourceTags, tagResource, untagResource } from "./tags";

/** The operations of KMS. What is not here answers `NotImplemented` by name. */
export const operations: OperationTable = {
  CreateKey: createKey,
  DescribeKey: describeKey,
  ListKeys: listKeys,
  UpdateKeyDescription: updateKeyDescription,
  GetKeyPolicy: getKeyPolicy,
  PutKeyPolicy: putKeyPolicy,
  ListKeyPolicies: listKeyPolicies,
  EnableKey: enableKey,
  DisableKey: disableKey,
  ScheduleKeyDeletion: scheduleKeyDeletion,
  CancelKeyDeletion: cancelKeyDeletion,
  EnableKeyRotation: enableKeyRotation,
  DisableKeyRotation: disableKeyRotation,
  GetKeyRotationStatus: getKeyRotationStatus,
  CreateAlias: createAlias,
  UpdateAlias: updateAlias,
  DeleteAlias: deleteAlias,
  ListAliases: listAliases,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListResourceTags: listResourceTags,
  CreateGrant: createGrant,
  RevokeGrant: revokeGrant,
  RetireGrant: retireGrant,
  ListGrants: listGrants,
  ListRetirableGrants: listRetirableGrants,
  Encrypt: encrypt,
  Decrypt: decrypt,
  ReEncrypt: reEncrypt,
  GenerateDataKey: generateDataKey,
  GenerateDataKeyWithoutPlaintext: generateDataKeyWithoutPlaintext,
  GenerateRandom: generateRandom,
  Sign: sign,
  Verify: verify,
  GetPublicKey: getPublicKey,
} satisfies OperationsOf<typeof Kms>;
