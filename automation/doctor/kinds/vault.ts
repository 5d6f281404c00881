/** What may be wrong with a vault: each of its protections, by the name that `verify` has for it. */

import { type FindingKind, kinds } from "./kind";

const lost = (title: string, why: string): FindingKind => ({
  severity: "error",
  title,
  why,
  up: "what is ours",
});

export const VAULT_KINDS = kinds({
  "vault-bucket": lost("a vault is not there", "replicas fail with DstBucketNotFound"),
  "vault-bucket-policy": lost(
    "a vault's policy is not as deployed",
    "without AllowReplicas, or with a Deny of others, each replica fails with DstPutObjectNotPermitted; without a Deny of ours an attack succeeds",
  ),
  "vault-object-lock": lost(
    "a vault's Object Lock is not as deployed",
    "without it a locked source fails with DstBucketObjectLockConfigMissing; with a weaker one replicas can be deleted earlier",
  ),
  "vault-versioning": lost(
    "versioning of a vault is not enabled",
    "replicas fail with DstBucketUnversioned, and versions can be overwritten",
  ),
  "vault-lifecycle": lost(
    "a lifecycle rule that was not deployed takes versions of a vault away",
    "replicas keep the date of their source: old ones expire at once, as soon as their lock is over",
  ),
  "vault-encryption": lost(
    "a vault's default encryption is not as deployed",
    "replicas come under a key whose owner can destroy it, or fail with DstPutObjectNotPermitted; `verify` names failed/wrong-key",
  ),
  "vault-public-access-block": lost(
    "public access to a vault is not blocked",
    "an ACL or a policy can make its data public",
  ),
  "vault-ownership": lost(
    "ACLs are on in a vault",
    "replicas belong to the source's account without an owner override (`verify`: failed/wrong-owner)",
  ),
  "vault-acl": lost("a vault's ACL lets somebody in", "whoever it names may list or write"),
  "vault-request-payment": lost(
    "requesters pay in a vault",
    "replication from another account does not pay: DstPutObjectNotPermitted",
  ),
  "vault-replication": lost(
    "a vault replicates elsewhere",
    "everything that arrives is copied to where it was not promised",
  ),
  "vault-inventory": lost(
    "a vault's inventory is not as deployed",
    "S3 delivers no list of the vault, or one that tells less, and nothing can be held against it",
  ),
  "vault-key": lost(
    "a vault's key cannot be used",
    "each replica fails with DstKmsKeyInvalidState; once the key is deleted, all are lost",
  ),
  "vault-key-material": lost(
    "a vault's key has imported material",
    "it can be deleted at once, and every replica with it",
  ),
  "vault-key-policy": lost(
    "the policy of a vault's key is not as deployed",
    "without UsedByReplication each replica fails with DstPutObjectNotPermitted",
  ),
  "vault-key-rotation": lost("a vault's key does not rotate", "one key material for ever"),
  "vault-relock-role": lost(
    "the role that extends a vault's locks is not as deployed",
    "locks are not extended and lapse, or jobs do more than extend them, of what the vault's policy does not refuse to the role",
  ),
  "vault-checksum-role": lost(
    "the role that jobs read a vault as is not as deployed",
    "contents are not compared, or jobs do more than read, of what the vault's policy does not refuse to the role",
  ),
  "vault-operations": lost(
    "the operations bucket beside a vault is not as deployed",
    "what proves something can be planted, hidden or deleted there; with default retention AWS delivers no report",
  ),
  "vault-not-known": {
    severity: "info",
    title: "how a vault was deployed is not known",
    why: "its guard cannot be held against anything: it is another team's, or an earlier version deployed it",
    up: "what is ours",
  },
  "vault-adoption": {
    severity: "info",
    title: "a bucket that is to be adopted lacks protections",
    why: "until `up` has added them, S3 refuses rules to it (versioning) and replicas come without a lock",
    up: "yes",
  },
  "vault-adoption-conflict": {
    severity: "error",
    title: "a bucket that is to be adopted has a stricter retention of its own",
    why: "`up` weakens no protection, and ends with ConfigInvalid",
    up: "no",
  },
  "owner-override": {
    severity: "warning",
    title: "a rule hands over ownership, and the vault's policy does not allow it",
    why: "where ACLs are on in the vault, each replica fails with DstPutObjectNotPermitted",
    up: "what is ours",
  },
});
