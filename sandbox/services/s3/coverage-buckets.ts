import { notes, type OperationNote } from "../../coverage-model";

/** Notes on buckets and their configurations. */
export const bucketNotes: Readonly<Record<string, OperationNote>> = {
  ListBuckets: { state: "done", evidence: "API; form of the token assumed" },
  CreateBucket: {
    state: "partial",
    note: "directory buckets, account-regional namespaces and ACLs that grant to others are refused by name",
    evidence: "API, UG bucketnamingrules; ownership and location errors recorded",
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
    note: "per bucket; there is no block for the whole account",
    evidence: "recorded",
  }),
  ...notes(
    ["GetBucketOwnershipControls", "PutBucketOwnershipControls", "DeleteBucketOwnershipControls"],
    { state: "done", evidence: "recorded; ObjectWriter after a delete assumed" },
  ),
  GetBucketAcl: { state: "done", note: "owner with full control", evidence: "API" },
  PutBucketAcl: {
    state: "partial",
    note: "`private` only; grants to others are refused by name, every put under BucketOwnerEnforced as AWS does",
    evidence: "API",
  },
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
    note: "`Filter.Not` is refused by name",
    evidence:
      "recorded for versioning and missing configurations, API error list; texts for duplicates, same bucket, KMS pair and tag filters assumed",
  },
  ...notes(
    ["GetBucketLifecycleConfiguration", "PutBucketLifecycleConfiguration", "DeleteBucketLifecycle"],
    { state: "partial", note: "validated and kept; nothing expires or moves", evidence: "API" },
  ),
  ...notes(["GetBucketNotificationConfiguration", "PutBucketNotificationConfiguration"], {
    state: "partial",
    note: "validated and kept; nothing is delivered and no destination is tested",
    evidence: "API, UG notification-how-to-event-types-and-destinations",
  }),
  ...notes(["GetBucketAccelerateConfiguration", "PutBucketAccelerateConfiguration"], {
    state: "done",
    evidence: "recorded",
  }),
  ...notes(["GetBucketCors", "PutBucketCors", "DeleteBucketCors"], {
    state: "partial",
    note: "kept; no preflight answers and no CORS headers",
    evidence: "API",
  }),
  GetBucketRequestPayment: { state: "done", evidence: "API" },
  PutBucketRequestPayment: {
    state: "partial",
    note: "`Requester` is refused by name",
    evidence: "API",
  },
  GetBucketLogging: { state: "done", evidence: "API" },
  PutBucketLogging: {
    state: "partial",
    note: "`LoggingEnabled` is refused by name",
    evidence: "API",
  },
  ...notes(["GetBucketWebsite", "DeleteBucketWebsite"], {
    state: "done",
    note: "there is never one: PutBucketWebsite is refused",
    evidence: "API",
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
  PutBucketInventoryConfiguration: { state: "refused", evidence: "inventory is not delivered" },
  ...notes(
    [
      "GetBucketInventoryConfiguration",
      "DeleteBucketInventoryConfiguration",
      "ListBucketInventoryConfigurations",
    ],
    { state: "done", note: "there is never one", evidence: "API" },
  ),
  ...notes(["GetBucketMetadataConfiguration", "GetBucketMetadataTableConfiguration"], {
    state: "done",
    note: "there is never one",
    evidence: "assumed",
  }),
};
