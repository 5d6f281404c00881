import type { ServiceCoverage } from "../../coverage/coverage-model";
import { bucketNotes, dailyRules } from "./coverage-buckets";
import { answerRules } from "./coverage-answers";
import { objectNotes } from "./coverage-objects";

export const coverage: ServiceCoverage = {
  operations: { ...bucketNotes, ...objectNotes },
  rules: [
    {
      rule: "Object Lock: both modes, legal hold, default retention, bypass, and AWS's words for each refusal",
      state: "done",
      evidence: "recorded, UG object-lock; a year is 365 days (assumed)",
    },
    {
      rule: "Versions, null versions and delete markers with versioning never enabled, enabled and suspended",
      state: "done",
      evidence: "UG versioning-workflows",
    },
    {
      rule: "Content-MD5 and CRC32, CRC32C, CRC64NVME, SHA1, SHA256, SHA512, MD5 and XXHASH64, 3 and 128 checksums, in headers, trailers and fields, are verified",
      state: "done",
      evidence:
        "UG checking-object-integrity; that XXHASH is composite in uploads of parts is assumed",
    },
    {
      rule: "SSE-S3, SSE-KMS and SSE-C: rights, key states and headers; ETags of KMS and SSE-C objects are no MD5",
      state: "done",
      evidence: "UG serv-side-encryption",
    },
    {
      rule: "Signature Version 4 in headers, URLs and forms; Version 2 too in the Regions of before 2014, as boto3 presigns there",
      state: "done",
      evidence:
        "API sig-v4-authenticating-requests, RESTAuthentication; that new buckets take Version 2 seen on AWS (botocore issue 3067 and its tests)",
    },
    {
      rule: "`aws:SecureTransport` is true although the sandbox listens on plain HTTP on loopback",
      state: "partial",
      evidence:
        "the endpoint stands for AWS's TLS endpoints; `presentsTls: false` shows what a TLS-only policy does",
    },
    {
      rule: "ACLs grant to AllUsers, AuthenticatedUsers and accounts what each permission maps to; LogDelivery gets nothing, as no access logs are written",
      state: "done",
      evidence:
        "UG acl-overview (table), how-s3-evaluates-access-control; overwriting with WRITE on the bucket seen on AWS (ceph s3-tests), deleting what others own is not part of it (UG); the owner's own account needs no grant, and a grant to AuthenticatedUsers only delegates to it (assumed)",
    },
    {
      rule: "Object Ownership: who writes owns, or the bucket's owner; the bucket's owner cannot open, but delete, list and deny what others own",
      state: "done",
      evidence:
        "UG about-object-ownership, access-control-overview; tags, retention and hold of such an object stay the bucket owner's (API; assumed for retention and hold)",
    },
    {
      rule: "Website endpoints, access logs, access points, directory buckets",
      state: "refused",
      evidence: "each by name",
    },
    {
      rule: "Variable retention (event holds and their durations, on versions and as a default)",
      state: "refused",
      evidence: "NotImplemented, whatever request brings it (UG object-lock-managing)",
    },
    {
      rule: "The partitions aws-cn, aws-us-gov, aws-eusc and the isolated ones, of all services",
      state: "refused",
      evidence: "NotImplemented for a request that is signed for one of their Regions",
    },
    {
      rule: "Events: the `sequencer` orders whatever happens to a key, deletions after the writes that they end, and no two are the same; deletions carry no ETag",
      state: "done",
      evidence:
        "UG notification-content-structure; the ETag recorded; that it orders the deletion of an older version too is measured on AWS",
    },
    {
      rule: "No `100 Continue` before a 403: who may not put is told so before the body",
      state: "done",
      evidence: "API RESTCommonRequestHeaders (Expect)",
    },
    ...answerRules,
    ...dailyRules,
  ],
};
