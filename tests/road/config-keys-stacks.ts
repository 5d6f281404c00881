/** The stack files of the table of configuration keys: together they give every key a value that is not its default. */

import type { Sections } from "../helpers/cli-project";
import { ACCOUNTS } from "../helpers/engine-project";

const { far, source, vault } = ACCOUNTS;
const place = ({ accountId, region }: { accountId: string; region: string }) => ({
  accountId,
  region,
});

/** What has to be there before a deployment, by its ARN. */
export interface Prepared {
  /** Keys in the account and Region of sources and of vaults. */
  sourceKeyArn: string;
  vaultKeyArn: string;
  /** A policy of the source's account. */
  boundaryArn: string;
  /** A role of the source's account that S3 may assume. */
  replicatorArn: string;
  /** Roles with every right that the vaults' administrators may assume. */
  sourceDeployArn: string;
  vaultDeployArn: string;
}

export const BREAK_GLASS = `arn:aws:iam::${vault.accountId}:role/break-glass`;

/** Buckets that are there before, by account. */
export const EXISTING = {
  source: ["one-records", "fleet-letters", "job-records"],
  vault: ["one-adopted"],
} as const;

export type StackName = "one" | "fleet" | "job" | "teams-vaults" | "teams-source" | "slack";

export function stackFiles(given: Prepared): Record<StackName, Sections> {
  const teams = {
    source: { ...source, bucket: { name: "teams-records" } },
    vaults: [
      { name: "other", ...vault, bucket: { name: "teams-vault" }, encryption: { kms: "create" } },
    ],
    rules: [{ name: "all", vault: "other" }],
  };
  return {
    one: one(given),
    fleet: fleet(given),
    job: {
      source: {
        ...place(source),
        assumeRoleArn: given.sourceDeployArn,
        bucket: { name: "job-records", existing: true },
      },
      vaults: [{ name: "primary", ...vault, bucket: { name: "job-vault" } }],
      rules: [{ name: "all", vault: "primary" }],
      backfill: {
        budgetUsd: 0.01,
        report: "failed-tasks-only",
        priority: 42,
        trial: false,
        prices: {
          [source.region]: { usdPerJob: 0.125, usdPerGbTransferredTo: { [vault.region]: 7 } },
        },
      },
    },
    "teams-vaults": { side: "vaults", ...teams },
    "teams-source": { side: "source", vaultStack: "organization/lockstep/teams-vaults", ...teams },
    slack: {
      source: { ...source, bucket: { name: "slack-records" } },
      vaults: [{ name: "primary", ...vault, bucket: { name: "slack-vault" } }],
      rules: [{ name: "all", vault: "primary" }],
      monitoring: { subscribers: { slack: [{ workspaceId: "T07KEYS", channelId: "C07KEYS" }] } },
    },
  };
}

function one(given: Prepared): Sections {
  return {
    source: {
      ...source,
      bucket: {
        name: "one-records",
        existing: true,
        encryption: { kms: "create" },
        objectLock: { mode: "GOVERNANCE", retention: "2 days" },
      },
      kmsKeyArns: [given.sourceKeyArn],
      replicationRoleArn: given.replicatorArn,
      tags: { team: "records" },
      roles: {
        permissionsBoundary: given.boundaryArn,
        path: "/keys/",
        tags: { kind: "role" },
      },
    },
    vaults: [
      {
        name: "guarded",
        ...place(vault),
        assumeRoleArn: given.vaultDeployArn,
        bucket: { name: "one-guarded" },
        lock: { stage: "governance", retention: "3 days" },
        breakGlassRoleArn: BREAK_GLASS,
        storageClass: "STANDARD_IA",
        encryption: { kms: "create" },
        tags: { team: "vaults" },
      },
      { name: "adopted", ...vault, bucket: { name: "one-adopted", existing: true } },
      {
        name: "sealed",
        ...far,
        bucket: { name: "one-sealed" },
        lock: {
          stage: "compliance",
          retention: "1 day",
          acknowledgement: "one-sealed: COMPLIANCE for 1 day",
        },
        relock: true,
      },
    ],
    rules: [
      {
        name: "main",
        vault: "guarded",
        priority: 7,
        filter: { prefix: "records/", tags: { keep: "yes" } },
        storageClass: "GLACIER_IR",
        replicaKmsKeyId: given.vaultKeyArn,
        ownerOverride: true,
        replicationTimeControl: true,
        replicaModifications: true,
      },
      {
        name: "markers",
        vault: "adopted",
        priority: 8,
        status: "Disabled",
        deleteMarkerReplication: true,
      },
      {
        name: "plain",
        vault: "guarded",
        priority: 9,
        filter: { prefix: "plain/" },
        sseKmsEncryptedObjects: false,
      },
      { name: "to-sealed", vault: "sealed", priority: 10, metrics: false },
    ],
    monitoring: {
      subscribers: {
        emails: ["keys@example.com"],
        // Another is added as a secret, by `pulumi config set --secret --path`.
        webhooks: ["https://example.com/plain"],
      },
      replicationLatencySeconds: 600,
      bytesPendingReplication: 1000,
      operationsPendingReplication: 77,
      noReplicationHours: 5,
      dashboard: false,
    },
  };
}

function fleet(given: Prepared): Sections {
  return {
    sources: [
      {
        name: "orders",
        ...place(source),
        assumeRoleArn: given.sourceDeployArn,
        bucket: {
          name: "fleet-orders",
          encryption: { kms: given.sourceKeyArn },
          objectLock: { mode: "COMPLIANCE", retention: "1 day" },
        },
        kmsKeyArns: [given.sourceKeyArn],
        tags: { team: "orders" },
        roles: {
          permissionsBoundary: given.boundaryArn,
          path: "/fleet/",
          tags: { kind: "fleet-role" },
        },
      },
      {
        name: "letters",
        ...source,
        bucket: { name: "fleet-letters", existing: true },
        replicationRoleArn: given.replicatorArn,
      },
      { name: "hop", bucket: { vault: "near" } },
    ],
    vaults: [
      // With a key, so that the roles may read versions that are under one.
      { name: "near", ...vault, bucket: { name: "fleet-near" }, encryption: { kms: "create" } },
      {
        name: "away",
        ...far,
        bucket: { name: "fleet-away" },
        lock: {
          stage: "governance",
          retention: "4 days",
          maximumRetention: "44 days",
          minimumRetention: "2 days",
        },
      },
    ],
    rules: [
      { name: "in", vault: "near", priority: 1 },
      { name: "on", vault: "away", priority: 2, source: "hop" },
    ],
    inventory: { format: "CSV", frequency: "Weekly" },
    verdict: { checksums: true },
  };
}
