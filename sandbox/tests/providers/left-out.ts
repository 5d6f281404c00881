/**
 * What the local `aws` provider does not have of its types, by token. Each input of these is refused by name; a program that
 * wants one needs the real provider. A new input of the SDK is on no list, which fails the test.
 */
export const TAKES_NOT: Readonly<Record<string, readonly string[]>> = {
  "aws:cloudwatch/eventRule:EventRule": ["namePrefix"],
  "aws:cloudwatch/eventTarget:EventTarget": [
    "appsyncTarget",
    "batchTarget",
    "ecsTarget",
    "httpTarget",
    "kinesisTarget",
    "redshiftTarget",
    "runCommandTargets",
    "sagemakerPipelineTarget",
    "sqsTarget",
  ],
  "aws:cloudwatch/metricAlarm:MetricAlarm": [
    "evaluationCriteria",
    "evaluationInterval",
    "warmUpConfiguration",
  ],
  "aws:iam/role:Role": ["inlinePolicies", "managedPolicyArns", "namePrefix"],
  "aws:iam/rolePolicy:RolePolicy": ["namePrefix"],
  "aws:kms/alias:Alias": ["namePrefix"],
  "aws:kms/key:Key": ["customKeyStoreId", "xksKeyId"],
  "aws:s3/bucket:Bucket": [
    "accelerationStatus",
    "acl",
    "bucketPrefix",
    "corsRules",
    "grants",
    "lifecycleRules",
    "logging",
    "objectLockConfiguration",
    "policy",
    "replicationConfiguration",
    "requestPayer",
    "serverSideEncryptionConfiguration",
    "versioning",
    "website",
  ],
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": [
    "expectedBucketOwner",
    "timeouts",
  ],
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": ["expectedBucketOwner"],
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [
    "expectedBucketOwner",
  ],
  "aws:s3/bucketVersioning:BucketVersioning": [
    "expectedBucketOwner",
    "mfa",
    "versioningConfiguration.mfaDelete",
  ],
  "aws:sns/topic:Topic": [
    ...["application", "firehose", "http", "lambda", "sqs"].flatMap((protocol) => [
      `${protocol}FailureFeedbackRoleArn`,
      `${protocol}SuccessFeedbackRoleArn`,
      `${protocol}SuccessFeedbackSampleRate`,
    ]),
    "archivePolicy",
    "contentBasedDeduplication",
    "deliveryPolicy",
    "fifoThroughputScope",
    "fifoTopic",
    "namePrefix",
  ],
  "aws:sns/topicSubscription:TopicSubscription": [
    "deliveryPolicy",
    "filterPolicy",
    "filterPolicyScope",
    "redrivePolicy",
    "replayPolicy",
    "subscriptionRoleArn",
  ],
};

/** Outputs besides those inputs that the SDK's typings promise and that are undefined here. */
export const GIVES_NOT: Readonly<Record<string, readonly string[]>> = {
  "aws:s3/bucket:Bucket": ["hostedZoneId", "websiteDomain", "websiteEndpoint"],
  "aws:sns/topic:Topic": ["beginningArchiveTime"],
};

/** Inputs that the SDK's typings leave out freely and that are wanted here: AWS refuses the request without them. */
export const WANTS_MORE: Readonly<Record<string, readonly string[]>> = {
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ["rules"],
  "aws:s3/bucketNotification:BucketNotification": ["lambdaFunctions.lambdaFunctionArn"],
};
