/** What may be wrong with accounts, Regions, names and what cannot be looked at. */

import { kinds } from "./kind";

export const PLACE_KINDS = kinds({
  "not-checked": {
    severity: "warning",
    title: "something could not be looked at",
    why: "whatever is wrong there stays hidden until a job or a replica fails",
    up: "no",
  },
  "side-not-looked-at": {
    severity: "info",
    title: "a source or vault is another team's, and is not looked at",
    why: "what is wrong there is found by that team's stack, or by one that names both",
    up: "no",
  },
  "credentials-unusable": {
    severity: "error",
    title: "no usable credentials for an account",
    why: "every command ends with PreflightFailed",
    up: "no",
  },
  "credentials-of-another-account": {
    severity: "error",
    title: "the credentials belong to another account than the config says",
    why: "every command ends with PreflightFailed",
    up: "no",
  },
  "region-not-enabled": {
    severity: "error",
    title: "the account has not enabled a Region",
    why: "AWS answers InvalidClientTokenId or RegionDisabledException there, and `up` cannot make anything",
    up: "no",
  },
  "bucket-missing": {
    severity: "error",
    title: "a bucket that has to be there is not",
    why: "before the first `up`: PreflightFailed; afterwards replicas fail with DstBucketNotFound and jobs with NoSuchBucket",
    up: "what is ours",
  },
  "bucket-of-another-account": {
    severity: "error",
    title: "a bucket belongs to another account",
    why: "requests that expect the owner are refused with AccessDenied",
    up: "no",
  },
  "bucket-refuses": {
    severity: "error",
    title: "a bucket of the account refuses the account's credentials",
    why: "`up` ends with AccessDenied (403), and where the same Deny hits our roles replicas fail with `*NotPermitted`",
    up: "no",
  },
  "list-right": {
    severity: "error",
    title: "the credentials may not list a bucket",
    why: "S3 answers HEAD of what is not there with 403 in place of 404: `verify` can only say unverifiable/no-right",
    up: "no",
  },
  "bucket-in-another-region": {
    severity: "error",
    title: "a bucket is in another Region than the config says",
    why: "a job made in the wrong Region fails with SrcBucketInvalidRegion, and is not found in another (NoSuchJob)",
    up: "no",
  },
  "name-taken": {
    severity: "error",
    title: "a name that the first `up` would make is taken",
    why: "`up` ends with PreflightFailed; the plain engine would stop half-way (BucketAlreadyExists, EntityAlreadyExists)",
    up: "no",
  },
  "stack-out-of-date": {
    severity: "error",
    title: "the stack's outputs do not tell what was promised",
    why: "backfill and verify end with StackOutOfDate",
    up: "yes",
  },
});
