/** What a role that S3 assumes and that is not as deployed lets an attacker do, in words for people. */

/**
 * Which of a source's roles: the one that S3 replicates under, the one that S3 Batch Operations runs backfills under, or the one that it
 * reads the source under for checksums.
 */
export type RoleKind = "replication" | "batch" | "checksum";

/** Those, and the ones of a vault: that jobs extend locks under, and that they read it under. */
export type AnyRoleKind = RoleKind | VaultRoleKind;

/** Roles in the account of a vault. */
export type VaultRoleKind = "relock" | "vault-checksum";

const READS = {
  stops: "reading for checksums to be stopped, so that contents are not compared",
  widerTrust:
    "whoever it names to act as the role: to read every version of the bucket, and to write reports that no job made",
};

export const ROLE_ALLOWS: Readonly<
  Record<
    AnyRoleKind,
    { readonly stops: string; readonly widerTrust: string; readonly widerPolicy: string }
  >
> = {
  replication: {
    stops: "replication to be stopped, so that new versions have no copy",
    widerTrust:
      "whoever it names to act as the role: to read every version of the source, and to plant versions in the vaults that look like replicas",
    widerPolicy:
      "whoever becomes the role to do more than replicate this source into its vaults: to read, write or use keys elsewhere",
  },
  batch: {
    stops: "backfills to be stopped, so that what is missing stays missing",
    widerTrust:
      "whoever it names to act as the role: to start replication, and to write manifests and reports that no job made",
    widerPolicy:
      "jobs, and whoever becomes the role, to do more than start replication and write manifest and report",
  },
  checksum: {
    ...READS,
    widerPolicy:
      "jobs, and whoever becomes the role, to do more than read the source and write manifest and report",
  },
  "vault-checksum": {
    ...READS,
    widerPolicy:
      "jobs, and whoever becomes the role, to do more than read the vault, of what the vault's policy does not refuse to the role",
  },
  relock: {
    stops: "locks to lapse, since no job extends them any more",
    widerTrust:
      "whoever it names to act as the role: to lock replicas for longer, as long as the vault lets anybody",
    widerPolicy:
      "jobs, and whoever becomes the role, to do more than extend locks, of what the vault's policy does not refuse to the role",
  },
};

/** Whether a role is in the account of a vault. */
export function isOfVault(kind: AnyRoleKind): kind is VaultRoleKind {
  return kind === "relock" || kind === "vault-checksum";
}
