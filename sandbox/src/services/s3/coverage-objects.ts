import { notes, type OperationNote } from "../../coverage/coverage-model";

/** Notes on objects. */
export const objectNotes: Readonly<Record<string, OperationNote>> = {
  PutObject: {
    state: "partial",
    note: "appending (`WriteOffsetBytes`) is refused by name",
    evidence: "API; lock and default-retention texts recorded",
  },
  PostObject: {
    state: "partial",
    note: "uploads by form, signed with Version 4 or, in the Regions of before 2014, 2",
    evidence:
      "API RESTObjectPOST, sigv4-HTTPPOSTConstructPolicy; recorded; several texts for malformed policies and credentials assumed, and so is that a signature older than seven days is an expired policy",
  },
  ...notes(["GetObject", "HeadObject"], {
    state: "done",
    note: "one range a request, several are answered with the whole object; checksums of a version under a KMS key ask for `kms:Decrypt`, whether the key is enabled is not looked at",
    evidence: "API; 405, 404 and 403 rules from UG and recorded",
  }),
  GetObjectAttributes: { state: "done", evidence: "API" },
  DeleteObject: {
    state: "partial",
    note: "MFA and the date and size conditions are refused by name",
    evidence:
      "recorded; 404 for a conditional delete of a delete marker measured on AWS, where UG conditional-deletes says 412",
  },
  DeleteObjects: { state: "done", evidence: "recorded" },
  CopyObject: { state: "partial", note: "access-point sources are refused", evidence: "API" },
  ...notes(
    [
      "CreateMultipartUpload",
      "UploadPart",
      "UploadPartCopy",
      "AbortMultipartUpload",
      "ListParts",
      "ListMultipartUploads",
    ],
    { state: "done", evidence: "API" },
  ),
  CompleteMultipartUpload: {
    state: "done",
    note: "a second completion answers as the first, for the last 1,000 of a bucket",
    evidence:
      "API; default retention counted from the completion is assumed, and so is how long AWS remembers one",
  },
  ...notes(["ListObjects", "ListObjectsV2", "ListObjectVersions"], {
    state: "done",
    evidence: "API",
  }),
  ...notes(["GetObjectTagging", "PutObjectTagging", "DeleteObjectTagging"], {
    state: "done",
    evidence: "API",
  }),
  ...notes(
    [
      "PutObjectAnnotation",
      "GetObjectAnnotation",
      "ListObjectAnnotations",
      "DeleteObjectAnnotation",
    ],
    {
      state: "partial",
      note: "no `s3:ObjectAnnotation` events; annotation tables are refused by name",
      evidence:
        "API, UG annotations-overview; the ETag, the answer to an empty payload, and that Object Lock keeps an annotation from being replaced as well as deleted are assumed",
    },
  ),
  ...notes(
    ["GetObjectRetention", "PutObjectRetention", "GetObjectLegalHold", "PutObjectLegalHold"],
    {
      state: "done",
      evidence:
        "recorded, UG object-lock; at the very moment of its date a version is free, and GOVERNANCE becomes COMPLIANCE with the bypass alone (assumed)",
    },
  ),
  ...notes(["GetObjectAcl", "PutObjectAcl"], {
    state: "done",
    note: "as of buckets; every PutObjectAcl under BucketOwnerEnforced is refused",
    evidence: "recorded, API, UG acl-overview",
  }),
  RestoreObject: {
    state: "partial",
    note: "SELECT is refused; no restore events",
    evidence: "API, UG restoring-objects",
  },
};
