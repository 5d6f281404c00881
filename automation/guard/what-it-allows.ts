/** What the loss of a protection lets an attacker do, in words for people. */

import type { VaultSid } from "../../components/policy-documents/vault-bucket-policy";
import type { VaultOperationsSid } from "../../components/policy-documents/vault-operations-bucket-policy";

const ALLOWED_WITHOUT_OF_BUCKET: Readonly<Record<VaultSid, string>> = {
  AllowReplicas: "replication is refused, so that new versions have no copy",
  DenyInsecureTransport: "requests without TLS, which can be read and changed on the way",
  DenyOtherReplicators: "any role of the vault account to plant versions that look like replicas",
  DenyDirectWrites: "forged versions, tags and ACLs on top of the true versions",
  DenyHidingVersions: "a delete marker on every key, so that the vault looks empty",
  DenyGovernanceBypass: "deletion and shortening of versions in GOVERNANCE mode",
  DenyVersionDeletion: "deletion of every version as soon as its retention is over",
  DenyLegalHoldRemoval: "legal holds to be taken off",
  DenyRelockDeletion: "whoever hands the relock role to a job to delete, or to take the guard away",
  DenyRelockMode: "whoever hands the relock role to a job to lock in a mode that gives way",
  DenyRelockShort: "whoever hands the relock role to a job to shorten locks in GOVERNANCE mode",
  DenyRelockRemoval: "whoever hands the relock role to a job to take locks in GOVERNANCE mode off",
  DenyChecksumRoleChanges:
    "whoever hands the role that reads for checksums to a job to change the vault, as far as they gave it the right",
  DenyLongRetention:
    "a source to lock replicas for longer than was wanted, past anybody's power to delete",
  DenyLongEventHold: "a source to lock replicas by event holds for longer than was wanted",
  DenyShortRetention: "replicas that come locked for less than was wanted",
  DenyConfigurationChange: "every administrator of the vault account to take the guard away",
};

const ALLOWED_WITHOUT: Readonly<Record<string, string>> = {
  ...ALLOWED_WITHOUT_OF_BUCKET,
  AdministeredByVaultAccount: "nobody of the vault account to administer the key any more",
  UsedByReplication:
    "replication is refused under the vault's key, so that new versions have no copy",
  UsedByInventory:
    "S3 to deliver no inventory of the vault any more, which would be under the vault's key",
  DenyKeyLoss:
    "every administrator of the vault account to destroy the key and with it all replicas",
};

/** What a statement rules out at the operations bucket beside a vault, where it is something else than at the vault. */
const ALLOWED_BESIDE_WITHOUT: Readonly<
  Record<Exclude<VaultOperationsSid, VaultSid>, string> & Record<string, string>
> = {
  DenyWritesOfOthers: "another account that is let in to plant promises, manifests and reports",
  DenyReplicas: "replication to plant promises and reports with version ids and dates of its own",
  AllowInventories:
    "S3 to deliver no inventory of the vault any more, so that none proves anything",
  DenyHidingVersions:
    "a delete marker on what proves something, so that it looks as if it had never been there",
  DenyGovernanceBypass: "evidence that is locked in GOVERNANCE mode to be deleted",
  DenyVersionDeletion: "the promise's copy, reports and evidence to be deleted",
};

/** What becomes possible without one of our statements, in the policy of a vault, its key or its operations bucket. */
export function withoutStatement(sid: string | undefined, isBeside = false): string {
  // Where several accounts send to a vault, each has a statement of its own.
  const name = sid?.replace(/Of\d{12}$/, "") ?? "";
  return (
    (isBeside ? ALLOWED_BESIDE_WITHOUT[name] : undefined) ??
    ALLOWED_WITHOUT[name] ??
    `what the statement ${sid ?? "without a Sid"} of the deployed policy rules out or provides`
  );
}

export const ALLOWS = {
  bucket: "nothing is kept any more: replication has nowhere to go",
  foreignAllow: "whoever it names to do what the deployed policy does not let them do",
  foreignDeny: "somebody to be kept out whom the deployed policy lets in",
  stopsReplication: "replication to be stopped, so that new versions have no copy",
  foreign: "somebody else to receive in its place what is sent to it",
  lockOff: "replicas without a lock, which anybody in the account may delete",
  defaultRetention: "new versions that nobody can delete for longer than was wanted",
  noDefaultRetention: "new replicas without a lock, which anybody in the account may delete",
  weakerRetention: "new replicas that can be deleted earlier, or by whoever may bypass GOVERNANCE",
  longerRetention: "new replicas that nobody can delete for longer than was wanted, at your cost",
  versioning: "versions to be overwritten",
  lifecycle:
    "versions to expire, to be hidden by delete markers or to be archived, without anybody's request",
  encryption: "new replicas under a key that is not the vault's, and that its owner can destroy",
  keyState:
    "no replica under this key to be read or written; once it is deleted, all of them are lost",
  keyPolicy: "others than the deployed policy names to use, destroy or hand on the key",
  keyRotation: "one and the same key material for ever",
  keyMaterial: "imported key material to be deleted at once, and every replica with it",
  publicAccess: "the vault's data to be made public by an ACL or a policy",
  ownership: "replicas that belong to the source's account, and ACLs that open single versions",
  acl: "whoever it names to list the vault or to write into it",
  requestPayment:
    "replication from other accounts to be stopped, since it does not pay for requests",
  replication: "everything that arrives in the vault to be copied to elsewhere",
  inventory: "the vault's inventory to stop, to go elsewhere, or to tell less than was deployed",
  unreadable: "anything: whether this protection is as deployed cannot be seen",
} as const;

/** The same, of the operations bucket beside a vault. */
export const ALLOWS_BESIDE: Readonly<Record<keyof typeof ALLOWS, string>> = {
  ...ALLOWS,
  bucket: "the promise's copy, reports and evidence are gone, and jobs in the vault cannot report",
  lockOff: "evidence that nothing can lock any more",
  defaultRetention:
    "reports and inventories to be kept out: AWS delivers none into a bucket with default retention",
  lifecycle:
    "the promise's copy, reports and evidence to expire, to be hidden by delete markers or to be archived",
  encryption: "what is written here to be under a key that its owner can destroy",
  publicAccess: "reports and evidence to be made public by an ACL or a policy",
  ownership: "ACLs that open what is here, version by version",
  acl: "whoever it names to list what is here or to write into it",
  requestPayment: "whoever does not pay for it to be refused the evidence",
  replication: "everything that is written here to be copied to elsewhere",
};
