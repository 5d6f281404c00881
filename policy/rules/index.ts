import type { PolicyRule } from "../rule";
import { breakGlassOnly } from "./break-glass";
import { keyPolicies } from "./key-policies";
import { kmsAtRest, replicaKey } from "./kms";
import { replicationAlarm } from "./monitoring";
import { objectLock } from "./object-lock";
import { operationsBuckets } from "./operations-buckets";
import { ownerOverride } from "./owner-override";
import { protectData } from "./protect";
import { providerAccounts } from "./provider-accounts";
import { publicAccessBlock } from "./public-access-block";
import { replicationRole } from "./replication-role";
import { lifecycleNotShorter, retentionNotShorter } from "./retention";
import {
  deleteMarkersWithTags,
  noChainedReplicas,
  noExistingObjectReplication,
  rulePriorities,
  timeControlWhenAsked,
} from "./rule-shape";
import { tlsOnly } from "./tls-only";
import { versioning } from "./versioning";

/** Every rule, in the order in which findings are told. */
export const POLICY_RULES: readonly PolicyRule[] = [
  publicAccessBlock,
  tlsOnly,
  versioning,
  objectLock,
  retentionNotShorter,
  lifecycleNotShorter,
  kmsAtRest,
  replicaKey,
  keyPolicies,
  ownerOverride,
  replicationRole,
  breakGlassOnly,
  rulePriorities,
  deleteMarkersWithTags,
  noExistingObjectReplication,
  noChainedReplicas,
  operationsBuckets,
  replicationAlarm,
  timeControlWhenAsked,
  protectData,
  providerAccounts,
];
