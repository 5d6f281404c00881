import type { RuleNote } from "../../coverage/coverage-model";

/** Answers that other servers give otherwise than AWS does. `sandbox/tests/s3/answers` has a test of each. */
export const answerRules: readonly RuleNote[] = [
  {
    rule: "CompleteMultipartUpload on a condition: 409 once the key was written to or deleted since the upload began, even where the condition holds",
    state: "done",
    evidence:
      "recorded; in versioned buckets, and that removing an older version does not count, inferred",
  },
  {
    rule: "A version id that cannot be one: 400 InvalidArgument, in versioned buckets and others; NoSuchVersion of DeleteObjects",
    state: "done",
    evidence:
      "recorded of DeleteObject, DeleteObjects and GetObject; of other operations and of version-id-marker inferred",
  },
  {
    rule: "If-Modified-Since of a date to come is passed over, in reads and as the condition of a copy's source; `x-amz-checksum-mode` in any case",
    state: "done",
    evidence: "recorded",
  },
  {
    rule: "SSE-C: new buckets block it for every way to write, replication included; NONE lets it in; what a rule or a deletion leaves out stays",
    state: "done",
    evidence:
      "UG blocking-unblocking-s3-c-encryption-gpb, troubleshoot-403-errors; a rule without blocked types seen on AWS (terraform-provider-aws issue 47320), after a deletion assumed; buckets in me-south-1 and me-central-1 do not block it on AWS, here they do",
  },
  {
    rule: "SSE-C: a missing, superfluous or wrong key of parts and reads, and the words for keys that are none",
    state: "done",
    evidence: "recorded; of CompleteMultipartUpload inferred",
  },
  {
    rule: "Checksums of parts: no `-N` in GetObjectAttributes, no list of parts of a FULL_OBJECT one, none for a part of it; wrong ones in the list of parts",
    state: "done",
    evidence: "recorded",
  },
  {
    rule: "Tags, ACL, retention and hold of a key whose newest version is a delete marker: 405",
    state: "done",
    evidence:
      "recorded of tags and ACLs; of retention and hold recorded by version id, without one inferred",
  },
  {
    rule: "Listings: empty delimiters (of uploads also prefixes) are not echoed; a marker inside a common prefix goes on after it; the next marker of uploads; StartAfter beside a token; the bucket's Region",
    state: "done",
    evidence:
      "recorded; StartAfter inside a common prefix, and the Region in the first version of the listing, inferred",
  },
  {
    rule: "An initiator has a display name, an owner none",
    state: "done",
    evidence: "recorded; the name of an assumed role's session, and of the root user, inferred",
  },
  {
    rule: "`x-amz-bypass-governance-retention`, `false` too, is refused in a bucket without Object Lock",
    state: "done",
    evidence: "recorded",
  },
  {
    rule: "A copy onto itself is taken of a KMS object and where a default encryption was set; a copy answers `null` under suspended versioning",
    state: "done",
    evidence: "recorded",
  },
  {
    rule: "`x-amz-server-side-encryption` on a read or a part: 400",
    state: "done",
    evidence: "API GetObject; the text seen on AWS for a part (s3cmd issue 276)",
  },
  {
    rule: "CreateBucket: own bucket again with tags in us-east-1; a regional endpoint refuses every other location alike; `EU` reads back",
    state: "done",
    evidence: "recorded; of a location that is none inferred",
  },
  {
    rule: "Tags: `<Tagging/>` takes them away; a comma in the header is refused in the header's name",
    state: "done",
    evidence: "recorded; a second equals sign inferred",
  },
  {
    rule: "Metrics, analytics, Intelligent-Tiering and inventory configurations come 100 a page; one that is missing is answered without the bucket's name",
    state: "done",
    evidence:
      "recorded of metrics and inventory; API for the pages of the others, their error inferred",
  },
  {
    rule: "`Content-Encoding` keeps its blanks; RFC 2047 metadata that is ASCII is decoded",
    state: "done",
    evidence: "inferred",
  },
  {
    rule: "Lock headers name the missing one, past dates come with their value, the expected MD5 is in hex, the SSE-C refusals name `x-amz-server-side-encryption`",
    state: "done",
    evidence: "recorded",
  },
];
