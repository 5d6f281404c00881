import { notes, type ServiceCoverage } from "../../coverage/coverage-model";

export const coverage: ServiceCoverage = {
  operations: {
    ...notes(["CreateResource", "DeleteResource", "GetResource"], {
      state: "partial",
      note: "RoleArn and TypeVersionId are refused by name",
      evidence: "API; UG resource-operations",
    }),
    UpdateResource: {
      state: "partial",
      note: "RoleArn and TypeVersionId are refused by name",
      evidence:
        "API; words of NotUpdatableException as in pulumi-aws-native issue 2936 and cloudformation-coverage-roadmap issue 2205",
    },
    ListResources: {
      state: "partial",
      note: "answers the identifying properties only; RoleArn and TypeVersionId are refused by name",
      evidence: "API",
    },
    ...notes(["GetResourceRequestStatus", "ListResourceRequests"], {
      state: "done",
      note: "requests are kept as long as the sandbox runs",
      evidence: "API",
    }),
    CancelResourceRequest: {
      state: "done",
      note: "a request does all its work at its end, so cancelling leaves nothing half done",
      evidence: "API; error of a finished request assumed",
    },
  },
  rules: [
    {
      rule: "Models are validated against CloudFormation's type data, in its validator's words; read-only properties are refused",
      state: "done",
      evidence:
        "recorded: pulumi-aws-native issues 277 and 581 and answers quoted by tools; order of several mistakes and refusal of read-only properties on create assumed",
    },
    {
      rule: "Patches: all six operations of RFC 6902; create-only and read-only properties cannot change, write-only ones only be added",
      state: "done",
      evidence:
        "recorded: pulumi-aws-native issues 277 and 2936, and answers quoted by tools; texts for indexes, tests and malformed operations assumed",
    },
    {
      rule: "Handlers act under the caller's own rights in S3, KMS and IAM; denials end a request with `AccessDenied`",
      state: "done",
      evidence: "UG security-iam; `aws:CalledVia` and the exception of GetResource assumed",
    },
    {
      rule: "Denials of Cloud Control itself name `arn:aws:cloudformation:REGION:ACCOUNT:resource/*`",
      state: "done",
      evidence: "recorded: aws-sdk issue 140",
    },
    {
      rule: "Client tokens are kept for 36 hours; one request at a time for a resource",
      state: "done",
      evidence: "UG resource-operations",
    },
    {
      rule: "AWS::S3::Bucket: all properties but AbacStatus, BucketNamePrefix, MetadataConfiguration and MetadataTableConfiguration, which are refused by name; what S3's own operations refuse here fails in their words; a failed create leaves no bucket behind",
      state: "partial",
      evidence:
        "type data; ObjectLockEnabled is left out of reads where it is off, as recorded answers of GetResource show; ACL after the access block where it would refuse a public one, assumed",
    },
    { rule: "AWS::S3::BucketPolicy, AWS::KMS::Alias", state: "done", evidence: "type data" },
    {
      rule: "AWS::KMS::Key; PendingWindowInDays is remembered until the key is deleted",
      state: "done",
      evidence:
        "type data; what AWS does with this write-only property through Cloud Control is assumed",
    },
    { rule: "AWS::IAM::Role, AWS::IAM::RolePolicy", state: "done", evidence: "type data" },
    {
      rule: "AWS::IAM::ManagedPolicy: attached to roles and users; Groups is refused by name",
      state: "partial",
      evidence: "type data",
    },
    {
      rule: "AWS::SNS::Topic (FIFO topics, archives and data protection are refused by name), AWS::SNS::TopicPolicy (its Topics cannot be changed), AWS::Events::Rule on the default bus",
      state: "partial",
      evidence: "type data; deleting a topic policy gives the default one back, assumed",
    },
    {
      rule: "AWS::CloudWatch::Alarm, AWS::CloudWatch::Dashboard; properties that CloudWatch refuses here (Metrics, ExtendedStatistic, ...) are refused by name",
      state: "partial",
      evidence: "type data; the form of a made-up name is assumed",
    },
    {
      rule: "Other types: `UnsupportedActionException`; names that are no type: `TypeNotFoundException`",
      state: "refused",
      evidence: "API",
    },
  ],
};
