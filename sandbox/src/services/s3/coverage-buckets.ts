import { notes, type OperationNote, type RuleNote } from "../../coverage/coverage-model";

/** Notes on buckets and their configurations. */
export const bucketNotes: Readonly<Record<string, OperationNote>> = {
  ListBuckets: { state: "done", evidence: "API; form of the token assumed" },
  CreateBucket: {
    state: "partial",
    note: "directory buckets are refused by name",
    evidence:
      "API, UG bucketnamingrules, UG gpbucketnamespaces; code of a name in the wrong namespace assumed; ownership and location errors recorded",
  },
  ...notes(["HeadBucket", "GetBucketLocation"], { state: "done", evidence: "API" }),
  DeleteBucket: {
    state: "done",
    note: "unfinished multipart uploads do not block it",
    evidence: "recorded; the note is assumed",
  },
  GetBucketVersioning: { state: "done", evidence: "recorded" },
  PutBucketVersioning: {
    state: "partial",
    note: "MFA delete is refused by name",
    evidence: "recorded; text under a replication configuration assumed",
  },
  GetObjectLockConfiguration: { state: "done", evidence: "recorded" },
  PutObjectLockConfiguration: {
    state: "done",
    note: "`DefaultEventHold` is refused by name",
    evidence: "recorded; texts for zero and too long periods assumed",
  },
  ...notes(["GetBucketEncryption", "PutBucketEncryption", "DeleteBucketEncryption"], {
    state: "done",
    note: "the key is not validated at Put",
    evidence: "recorded",
  }),
  ...notes(["GetPublicAccessBlock", "PutPublicAccessBlock", "DeletePublicAccessBlock"], {
    state: "done",
    note: "the account's own block (S3 Control) counts beside it, the stricter of the two",
    evidence:
      "recorded, UG access-control-block-public-access; under IgnorePublicAcls a public list still grants to named accounts (assumed)",
  }),
  ...notes(
    ["GetBucketOwnershipControls", "PutBucketOwnershipControls", "DeleteBucketOwnershipControls"],
    { state: "done", evidence: "recorded; ObjectWriter after a delete assumed" },
  ),
  ...notes(["GetBucketAcl", "PutBucketAcl"], {
    state: "done",
    note: "every put under BucketOwnerEnforced is refused, after what is malformed; grantees by email address are answered 405, as since October 2025",
    evidence:
      "recorded, API, UG acl-overview; the codes for more than 100 grants and for another owner are assumed",
  }),
  ...notes(["GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy", "GetBucketPolicyStatus"], {
    state: "done",
    note: "`ConfirmRemoveSelfBucketAccess` has no effect: self lock-out is not checked",
    evidence: "recorded; the size text is assumed, and so is that a resource `*` is refused",
  }),
  ...notes(["GetBucketTagging", "PutBucketTagging", "DeleteBucketTagging"], {
    state: "done",
    evidence: "recorded; the text for more than 50 tags assumed",
  }),
  ...notes(["GetBucketReplication", "DeleteBucketReplication"], {
    state: "done",
    evidence: "recorded",
  }),
  PutBucketReplication: {
    state: "done",
    note: "`UseSourceMultiRegionKey` is refused by name",
    evidence:
      "recorded for versioning and missing configurations, API error list; measured on AWS: members of the other schema (rust-lang/simpleinfra 468), one destination for rules without a filter (landing-zone-accelerator-on-aws 376); texts for duplicates, same bucket, KMS pair and tag filters assumed; `Filter.Not` as the SDK's model describes it, no delete markers with a tag in it (assumed)",
  },
  ...notes(
    ["GetBucketLifecycleConfiguration", "PutBucketLifecycleConfiguration", "DeleteBucketLifecycle"],
    {
      state: "done",
      note: "carried out by the clock at midnight UTC, see the rules below",
      evidence:
        "API, UG intro-lifecycle-rules; texts recorded but for tags beside ExpiredObjectDeleteMarker and the bounds of ObjectSizeGreaterThan (assumed)",
    },
  ),
  ...notes(["GetBucketNotificationConfiguration", "PutBucketNotificationConfiguration"], {
    state: "partial",
    note: "topics (tested at Put) and EventBridge; queues and functions are refused by name; reduced redundancy and Intelligent-Tiering have no events; events of replicas and ownerIdentity are assumed",
    evidence:
      "API, UG notification-how-to-event-types-and-destinations, notification-content-structure, ev-events",
  }),
  ...notes(["GetBucketAccelerateConfiguration", "PutBucketAccelerateConfiguration"], {
    state: "done",
    evidence: "recorded",
  }),
  ...notes(["GetBucketCors", "PutBucketCors", "DeleteBucketCors"], {
    state: "done",
    note: "preflights are answered, and requests of a page get their headers",
    evidence:
      "recorded; texts for a method and a header that are none, and headers on refused requests assumed",
  }),
  ...notes(["GetBucketRequestPayment", "PutBucketRequestPayment"], {
    state: "done",
    note: "other accounts must send `x-amz-request-payer`, anonymous callers are refused",
    evidence: "UG RequesterPaysBuckets; the text of the refusal is assumed",
  }),
  GetBucketLogging: { state: "done", evidence: "API" },
  PutBucketLogging: {
    state: "partial",
    note: "`LoggingEnabled` is refused by name, as no log would come",
    evidence: "API",
  },
  ...notes(["GetBucketWebsite", "PutBucketWebsite", "DeleteBucketWebsite"], {
    state: "partial",
    note: "checked, kept and given back; there is no website endpoint",
    evidence: "API; texts assumed",
  }),
  GetBucketAbac: { state: "done", note: "always Disabled", evidence: "model" },
  PutBucketAbac: { state: "partial", note: "`Enabled` is refused by name", evidence: "model" },
  ...notes(
    ["Get", "Put", "Delete"].flatMap((verb) =>
      ["Analytics", "Metrics", "IntelligentTiering"].map(
        (noun) => `${verb}Bucket${noun}Configuration`,
      ),
    ),
    {
      state: "partial",
      note: "kept and given back; no export, metrics or tiering",
      evidence: "API",
    },
  ),
  ...notes(
    ["Analytics", "Metrics", "IntelligentTiering"].map((noun) => `ListBucket${noun}Configurations`),
    { state: "partial", note: "in one page", evidence: "API" },
  ),
  PutBucketInventoryConfiguration: {
    state: "partial",
    note: "delivered as CSV and Parquet; ORC, `IntelligentTieringReferenceDate` and the fields of event holds are refused by name",
    evidence:
      "API, UG storage-inventory-location; errors of id and destination and the schema of a Parquet list recorded, the text for a malformed id assumed, and so is that the destination is not looked at",
  },
  ...notes(["GetBucketInventoryConfiguration", "DeleteBucketInventoryConfiguration"], {
    state: "done",
    evidence: "API",
  }),
  ListBucketInventoryConfigurations: {
    state: "done",
    note: "pages of 100",
    evidence: "API; form of the token assumed",
  },
  ...notes(["GetBucketMetadataConfiguration", "GetBucketMetadataTableConfiguration"], {
    state: "done",
    note: "there is never one",
    evidence: "assumed",
  }),
};

/** What S3 does to buckets by itself, by the clock. */
export const dailyRules: readonly RuleNote[] = [
  {
    rule: "Lifecycle: Expiration by days and date in every state of versioning, lone delete markers, noncurrent versions with the newer ones to keep, unfinished uploads, filters by prefix, tags and size, `x-amz-expiration` and `x-amz-abort-date`",
    state: "done",
    evidence:
      "UG intro-lifecycle-rules, lifecycle-expire-general-considerations; what is due happens at that midnight, while AWS may be days late; a time at midnight sharp goes on a whole day, and what one action makes due follows a day later (assumed)",
  },
  {
    rule: "Lifecycle: transitions down the waterfall, the cheaper class of several, 128 KB by default or by storage class, own size bounds first; permanent deletion before transition before delete marker",
    state: "done",
    evidence:
      "UG lifecycle-transition-general-considerations, lifecycle-conflicts; that the marker follows on the next day is assumed; no event tells of a transition",
  },
  {
    rule: "Lifecycle waits for versions that are PENDING or FAILED in replication, never removes a locked version, and what it does is not replicated",
    state: "done",
    evidence: "UG replication-and-other-bucket-configs, object-lock-managing",
  },
  {
    rule: "S3 Inventory: first list at the next midnight UTC, then daily, or weekly on Sunday; manifest.json, manifest.checksum, symlink.txt, data files; under the destination's bucket policy and KMS key policy, silently nothing without",
    state: "done",
    evidence:
      "UG storage-inventory, storage-inventory-location, configure-inventory; the hour and no data file for an empty list are assumed",
  },
  {
    rule: "S3 Inventory: fields, their order and words",
    state: "partial",
    evidence:
      "UG storage-inventory-location (order), storage-inventory (words, and its example for the mode of a lock), objectacl; empty content fields of delete markers, empty hold status without Object Lock, DISABLED for all but bucket keys, and LifecycleExpirationDate as the last column are assumed",
  },
];
