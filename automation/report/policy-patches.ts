/**
 * The statements that the policies have to have for what S3 was refused, each for one policy. They are those that Lockstep deploys itself,
 * narrowed to what the failure code names. Pure.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 */

import { s3ViaService } from "../../components/config/values";
import {
  oneOrMore,
  type UnnamedStatement,
} from "../../components/policy-documents/policy-document";
import {
  anyKeyOf,
  REPLICA_KEY_ACTIONS,
  SOURCE_KEY_ACTION,
  throughS3,
} from "../../components/policy-documents/replication-role-policy";
import type { VaultOutputs } from "../../components/promise/outputs";
import type { PolicyPatch } from "../policy-patch";
import type { DeployedPromise } from "../promise/deployed-promise";
import type { MissingRight } from "./failure-codes";

/** Keys of KMS at the source that versions are under: their ARNs, or that nobody looked. */
export type SourceKeys = readonly string[] | "unknown";

/** What statements are made for. */
export interface PatchPlace {
  readonly promise: Pick<DeployedPromise, "batchRoleArn" | "rules" | "source">;
  /** Undefined for what is about none that is deployed. */
  readonly vault: VaultOutputs | undefined;
  /** Of the versions in question. */
  readonly sourceKeys: SourceKeys;
}

/** The statements that a right needs; none where the vault is not known. The first is of the policy that most often lacks it. */
export function policyPatches(right: MissingRight, place: PatchPlace): readonly PolicyPatch[] {
  const { promise, vault } = place;
  const { batchRoleArn, source } = promise;
  const roleArn = right.role === "batch" ? batchRoleArn : source.replicationRoleArn;
  const Action = oneOrMore(right.actions);
  const ofRole = (statement: Omit<UnnamedStatement, "Effect">): PolicyPatch => ({
    account: accountOf(roleArn) ?? source.accountId,
    policy: "role",
    on: roleArn,
    statement: { Effect: "Allow", ...statement },
  });
  if (right.on === "source") {
    return [
      ofRole({ Action, Resource: `${source.bucketArn}/*` }),
      ...(right.usesKey === true ? readingKeys(place, ofRole) : []),
    ];
  }
  if (vault === undefined) return [];
  const Resource = `${vault.bucketArn}/*`;
  return [
    {
      account: vault.accountId,
      policy: "bucket",
      on: vault.bucketArn,
      statement: { Effect: "Allow", Action, Principal: { AWS: roleArn }, Resource },
    },
    ofRole({ Action, Resource }),
    ...(right.usesKey === true ? writingKeys(vault, promise, ofRole) : []),
  ];
}

type OfRole = (statement: Omit<UnnamedStatement, "Effect">) => PolicyPatch;

/** Where nobody looked under which keys versions are, and a rule takes such versions, no single key is named; its policy is not, either. */
function readingKeys({ promise, sourceKeys, vault }: PatchPlace, ofRole: OfRole): PolicyPatch[] {
  const { rules, source } = promise;
  const Condition = throughS3(source.region, source.bucketArn);
  if (sourceKeys === "unknown") {
    const takesKms = rules.some(
      (rule) =>
        rule.sseKmsEncryptedObjects === true && (vault === undefined || rule.vault === vault.name),
    );
    return takesKms
      ? [ofRole({ Action: SOURCE_KEY_ACTION, Resource: anyKeyOf(source), Condition })]
      : [];
  }
  if (sourceKeys.length === 0) return [];
  return [
    ofRole({ Action: SOURCE_KEY_ACTION, Resource: oneOrMore(sourceKeys), Condition }),
    ...sourceKeys.flatMap((key) =>
      ofKey(key, source.replicationRoleArn, SOURCE_KEY_ACTION, source.region),
    ),
  ];
}

/** Every replica is under the key of its rule, or the vault's own, whatever its source is under. */
function writingKeys(
  vault: VaultOutputs,
  { rules, source }: PatchPlace["promise"],
  ofRole: OfRole,
): PolicyPatch[] {
  const keys = rules.flatMap((rule) =>
    rule.vault === vault.name ? (rule.replicaKmsKeyId ?? vault.kmsKeyArn ?? []) : [],
  );
  if (keys.length === 0) return [];
  const all = [...new Set(keys)];
  const actions = [...REPLICA_KEY_ACTIONS];
  const Condition = throughS3(vault.region, vault.bucketArn);
  return [
    ...all.flatMap((key) => ofKey(key, source.replicationRoleArn, actions, vault.region)),
    ofRole({ Action: actions, Resource: oneOrMore(all), Condition }),
  ];
}

/** A key's policy names no key: it is about its own. */
function ofKey(
  keyArn: string,
  roleArn: string,
  Action: UnnamedStatement["Action"],
  region: string,
): PolicyPatch[] {
  const account = accountOf(keyArn);
  if (account === undefined) return [];
  const statement = {
    Effect: "Allow",
    Action,
    Principal: { AWS: roleArn },
    Resource: "*",
    Condition: { StringEquals: { "kms:ViaService": s3ViaService(region) } },
  } as const;
  return [{ account, policy: "key", on: keyArn, statement }];
}

/** Undefined for what is no ARN with an account. */
function accountOf(arn: string): string | undefined {
  return /^arn:[^:]+:[^:]+:[^:]*:(\d{12}):/.exec(arn)?.[1];
}
