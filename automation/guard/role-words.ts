/** What a role of the source that is not as deployed lets an attacker do, in words for people. */

/** Which of the two roles: the one that S3 replicates under, or the one that S3 Batch Operations runs jobs under. */
export type RoleKind = "replication" | "batch";

export const ROLE_ALLOWS: Readonly<
  Record<
    RoleKind,
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
};
