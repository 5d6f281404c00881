import { notes, type ServiceCoverage } from "../../coverage/coverage-model";

export const coverage: ServiceCoverage = {
  operations: {
    CreateJob: {
      state: "partial",
      note: "`S3ReplicateObject`, `S3PutObjectRetention`, `S3PutObjectLegalHold`, `S3InitiateRestoreObject`, `S3PutObjectCopy`, `S3ComputeObjectChecksum`; Lambda functions, tags, ACLs and changes of encryption are refused by name; without `ConfirmationRequired` the job waits",
      evidence:
        "model, UG batch-ops-create-job; replay of a token and the missing member's default assumed",
    },
    ...notes(
      [
        "DescribeJob",
        "ListJobs",
        "UpdateJobPriority",
        "PutJobTagging",
        "GetJobTagging",
        "DeleteJobTagging",
      ],
      { state: "done", evidence: "model; `NotFoundException` for a missing job assumed" },
    ),
    ...notes(["TagResource", "UntagResource", "ListTagsForResource"], {
      state: "partial",
      note: "general purpose buckets; other resources are refused by name",
      evidence: "API",
    }),
    ...notes(["GetPublicAccessBlock", "PutPublicAccessBlock", "DeletePublicAccessBlock"], {
      state: "done",
      note: "of the account, beside what its buckets block",
      evidence: "API, UG access-control-block-public-access; settings count at once",
    }),
    UpdateJobStatus: {
      state: "done",
      note: "a second confirmation, or a cancel from Completing on, is a `JobStatusException`",
      evidence: "UG batch-ops-job-status; the note is assumed",
    },
  },
  rules: [
    {
      rule: "Members of requests are checked against the model, all problems in one `BadRequestException`",
      state: "done",
      evidence: "model; form of the text as of AWS's validation messages, assumed for S3 Control",
    },
    {
      rule: "Thirteen states and their transitions",
      state: "done",
      evidence: "UG batch-ops-job-status",
    },
    {
      rule: "JobCreated and JobStatusChanged reach EventBridge in the form of CloudTrail, one for each state; a trail is taken for granted",
      state: "done",
      evidence: "UG batch-ops-examples-event-bridge-cloud-trail",
    },
    {
      rule: "Suspended for 30 days fails, by the clock; kept for 90 days after the end",
      state: "done",
      evidence: "UG batch-ops-create-job, batch-ops-list-jobs",
    },
    {
      rule: "Six active replication jobs, lower priorities paused; jobs of other operations run as they come",
      state: "done",
      evidence:
        "UG batch-ops; counted per account over all Regions (assumed); a limit for the others is not documented",
    },
    {
      rule: "Each operation's task has the outcome of its S3 request under the job's role: status, code, message; `Successful` when it succeeded",
      state: "done",
      evidence:
        "UG batch-ops-create-job; the text of success seen in reports, what AWS writes behind a failure's message (request id) is left out",
    },
    {
      rule: "A job works in the Region of its objects; a task elsewhere fails with 301 `PermanentRedirect`",
      state: "done",
      evidence:
        "UG batch-ops-create-job; how it fails is assumed (for replication: `SrcBucketInvalidRegion`)",
    },
    {
      rule: "Without a version id the newest version is meant, but for replication, which needs one",
      state: "done",
      evidence: "UG batch-ops-create-job; replication measured",
    },
    {
      rule: "Retention and legal hold jobs: one bucket, and Object Lock looked at under the role before the first task, else the job fails",
      state: "done",
      evidence:
        "UG batch-ops-retention-date, batch-ops-legal-hold; that the job fails, and with which code, is inferred; the right is asked for on the bucket, which AWS's own example policy names as `bucket/*`",
    },
    {
      rule: "More than 50 percent of at least 1,000 tasks failed: Failed",
      state: "done",
      evidence: "UG batch-ops-job-status",
    },
    {
      rule: "Restore jobs: days and tier as asked for, by the clock; a faster tier with the same days overtakes a restore in progress. Not there: archive tiers of Intelligent-Tiering; that Standard restores of jobs begin sooner",
      state: "partial",
      evidence: "UG batch-ops-initiate-restore-object, restoring-objects",
    },
    {
      rule: "Copy jobs: into one bucket of the job's Region, of any account, from one bucket; 5 GB; every member of the operation. Access points and directory buckets are refused; `RequesterPays` makes no difference, since nobody asks a job who pays",
      state: "partial",
      evidence:
        "UG batch-ops-copy-object, API S3CopyObjectOperation; assumed: when new metadata replace the old ones, that a key alone means SSE-KMS, how a copy to another Region fails",
    },
    {
      rule: "Checksum jobs: the checksum in the row's message, in AWS's form; failures as `PermanentFailure`; the owner of the report's bucket must be given",
      state: "done",
      evidence:
        "UG batch-ops-compute-checksums, batch-ops-examples-reports; assumed: the role's rights, the defaults, the form of a composite value, codes and texts of failures other than SSE-C and a missing key",
    },
    {
      rule: "Generated manifest with every filter; delete markers are not listed, older versions only for replication; read back under the job's role, its key too",
      state: "done",
      evidence:
        "model, UG s3-batch-replication-policies; key layout, columns, delete markers and which versions are listed assumed",
    },
    {
      rule: "User manifests: CSV and inventory CSV; not under a customer's key, and a CSV of one's own not under a KMS key",
      state: "done",
      evidence:
        "UG batch-ops-create-job, troubleshooting-batch-operations; an empty manifest completes with no task, and what is no version id, is assumed",
    },
    {
      rule: "Completion report: keys, MD5s, separate files, HTTP status before error code in the rows",
      state: "done",
      evidence: "UG batch-ops-examples-reports",
    },
    {
      rule: "Job-level failures and their sentences",
      state: "done",
      evidence: "UG replication-troubleshoot; `FailureCode` strings assumed",
    },
    {
      rule: "Role failures that S3 sees at task time fail the task; all other failures show in the object's status later",
      state: "done",
      evidence: "assumed: AWS does not say which failures reach the report",
    },
  ],
};
