import { notes, type ServiceCoverage } from "../../coverage/coverage-model";

export const coverage: ServiceCoverage = {
  operations: {
    ...notes(["CreateTrail", "UpdateTrail"], {
      state: "partial",
      note: "SNS topics, CloudWatch Logs and organization trails are refused by name",
      evidence: "API; bucket, key and policies of both are checked; some texts assumed",
    }),
    ...notes(
      ["DeleteTrail", "GetTrail", "DescribeTrails", "ListTrails", "StartLogging", "StopLogging"],
      { state: "done", evidence: "API" },
    ),
    GetTrailStatus: { state: "done", evidence: "API; the form of the old text members is assumed" },
    ...notes(["PutEventSelectors", "GetEventSelectors"], {
      state: "partial",
      note: "management events and data events; network activity is refused by name, Insights too",
      evidence: "API, CloudTrail User Guide (logging data events, quotas); texts assumed",
    }),
    ListPublicKeys: {
      state: "partial",
      note: "one RSA key per Region, which is not rotated; how AWS makes fingerprints is assumed",
      evidence: "CloudTrail User Guide, cloudtrail-log-file-custom-validation",
    },
    ...notes(["AddTags", "RemoveTags"], { state: "done", evidence: "API" }),
    ListTags: { state: "partial", note: "one page", evidence: "API" },
  },
  rules: [
    {
      rule: "Events of the calls of callers: S3, S3 Control, IAM, STS, KMS, SNS, EventBridge, CloudWatch, Cloud Control, CloudTrail. Not recorded: replication, lifecycle, tasks of batch jobs, calls of a service for another, data events of services other than S3, requests whose signature is refused",
      state: "partial",
      evidence:
        "UG cloudtrail-logging-s3-info, logging-with-S3; CloudTrail User Guide, event reference",
    },
    {
      rule: "Each deletion of a DeleteObjects is an event DeleteObject beside the one of the call, with its own error",
      state: "done",
      evidence: "seen in published records of 2026; that a refused one has its error is assumed",
    },
    {
      rule: "Across accounts caller and owner have a copy each with one sharedEventID; the owner is told the caller's account and unique id, the caller of a refused data event not whose the bucket is; owners of buckets with ACLs have events of objects that they own or have full control of",
      state: "done",
      evidence:
        "UG cloudtrail-logging-s3-info; CloudTrail User Guide, cloudtrail-receive-logs-from-multiple-accounts; records",
    },
    {
      rule: "Members of records: parameters of S3 by headers, query and document as in published records; of other services by their members with a small first letter; dates as ISO text and eventVersion 1.11 assumed; no truncation at 256 KB",
      state: "partial",
      evidence: "records; CloudTrail User Guide, cloudtrail-event-reference-record-contents",
    },
    {
      rule: "A log file five minutes after its first event, written as `cloudtrail.amazonaws.com` with `bucket-owner-full-control`, `aws:SourceArn` and `aws:SourceAccount`; refused ones are tried again for 30 days; a bucket's default retention holds them",
      state: "done",
      evidence:
        "CloudTrail User Guide, create-s3-bucket-policy-for-cloudtrail, cloudtrail-find-log-files",
    },
    {
      rule: "SSE-KMS of a trail, with the context `aws:cloudtrail:arn`; without a key the bucket's default",
      state: "done",
      evidence:
        "CloudTrail User Guide, create-kms-key-policy-for-cloudtrail; the default is assumed",
    },
    {
      rule: "Digests every hour from the start of logging, empty ones too, chained and signed; a pause of logging or validation ends a chain with a last one. Of further Regions of a trail from their first event on; no backfill digests",
      state: "partial",
      evidence:
        "CloudTrail User Guide, cloudtrail-log-file-validation-digest-file-structure; `aws cloudtrail validate-logs` accepts them",
    },
    {
      rule: "Events to EventBridge (`AWS API Call via CloudTrail`)",
      state: "refused",
      evidence: "the sandbox sends S3's own events and those of batch jobs",
    },
  ],
};
