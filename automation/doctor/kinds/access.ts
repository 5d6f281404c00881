/** What may be wrong with roles, policies and keys. */

import { kinds } from "./kind";

export const ACCESS_KINDS = kinds({
  "role-missing": {
    severity: "error",
    title: "a role is not there",
    why: "replicas, or a job as a whole, fail with AssumeRoleNotPermitted",
    up: "yes",
  },
  "role-trust": {
    severity: "error",
    title: "a role does not let its service assume it",
    why: "replicas, or a job as a whole, fail with AssumeRoleNotPermitted",
    up: "yes",
  },
  "role-right": {
    severity: "error",
    title: "a role lacks a right",
    why: "what is done with the right fails, by the code that the message names",
    up: "yes",
  },
  "role-changed": {
    severity: "warning",
    title: "a role is not as deployed",
    why: "whoever becomes it may do more than was deployed, or a Deny or boundary stops it (`*NotPermitted`)",
    up: "what is ours",
  },
  perimeter: {
    severity: "error",
    title: "a Deny in a policy of others leaves our roles out",
    why: "replicas fail with `*NotPermitted`; a job costs its fee and fails with AccessDenied, and no message names the policy",
    up: "no",
  },
  "perimeter-maybe": {
    severity: "warning",
    title: "a Deny in a policy of others may leave our roles out",
    why: "whether it does depends on what cannot be seen from here; then replicas fail with `*NotPermitted`",
    up: "no",
  },
  "organization-denies": {
    severity: "error",
    title: "a service control policy or boundary refuses a role what it needs",
    why: "replicas fail with `*NotPermitted`, and a job's tasks with AccessDenied, in this account alone",
    up: "no",
  },
  "operator-denied": {
    severity: "error",
    title: "the credentials may not do what a first `up` does for sure",
    why: "`up` would stop half-way with AccessDenied (403), and leave the other half made",
    up: "no",
  },
  "operator-maybe-denied": {
    severity: "warning",
    title: "the credentials may not be allowed all of a first `up`",
    why: "`up` stops half-way with AccessDenied (403) where it is so; conditions, policies of resources and of sessions decide, which the simulator does not know",
    up: "no",
  },
  "operator-not-simulated": {
    severity: "info",
    title: "what a first `up` is refused to the credentials is not known",
    why: "a refusal of a late step shows when the earlier ones are done",
    up: "no",
  },
  "resource-control-policies": {
    severity: "info",
    title: "resource control policies are not looked at",
    why: "AWS's policy simulator does not know them; one that leaves our roles out shows as `*NotPermitted` only",
    up: "no",
  },
  "dead-principal": {
    severity: "warning",
    title: "a policy names a principal that was deleted",
    why: "IAM keeps the unique id of what is gone (AROA..., AIDA...): a role made again under the name is not it, and fails with DstPutObjectNotPermitted",
    up: "what is ours",
  },
  "key-aws-managed": {
    severity: "error",
    title: "a vault's key is managed by AWS",
    why: "`aws/s3` cannot be used from another account: each replica fails with DstPutObjectNotPermitted, though the rule's PUT succeeded",
    up: "no",
  },
  "key-unusable": {
    severity: "error",
    title: "a vault's key cannot be used",
    why: "each replica fails with DstKmsKeyInvalidState",
    up: "what is ours",
  },
  "key-policy": {
    severity: "error",
    title: "the policy of a given key does not let the replication role in",
    why: "each replica fails with DstPutObjectNotPermitted",
    up: "no",
  },
  "given-key": {
    severity: "warning",
    title: "a given key lacks what a key that Lockstep makes has",
    why: "who administers its account can take it away, and every replica under it",
    up: "no",
  },
  "break-glass-trust": {
    severity: "warning",
    title: "the break-glass role cannot be relied on",
    why: "whoever takes over the vault's account becomes it, or nobody can restore what only it may change",
    up: "no",
  },
});
