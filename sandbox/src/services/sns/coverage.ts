import { notes, type ServiceCoverage } from "../../coverage/coverage-model";

export const coverage: ServiceCoverage = {
  operations: {
    CreateTopic: {
      state: "partial",
      note: "FIFO topics, archives and data protection are refused by name",
      evidence: "API",
    },
    ...notes(["DeleteTopic", "ListTopics", "GetTopicAttributes"], {
      state: "done",
      evidence: "API",
    }),
    SetTopicAttributes: {
      state: "partial",
      note: "Policy, DisplayName, KmsMasterKeyId; SignatureVersion, TracingConfig, DeliveryPolicy and the log of deliveries are kept only",
      evidence: "API; texts for a bad policy recorded, which wildcards are out of scope assumed",
    },
    ...notes(["TagResource", "UntagResource", "ListTagsForResource"], {
      state: "done",
      evidence: "API",
    }),
    Subscribe: {
      state: "partial",
      note: "email, email-json, http, https, sqs, lambda; others, filter and redrive policies are refused by name",
      evidence: "API",
    },
    ConfirmSubscription: {
      state: "partial",
      note: "AuthenticateOnUnsubscribe is refused by name; the token is read at `/_lockstep/messages`",
      evidence: "API",
    },
    ...notes(["Unsubscribe", "ListSubscriptions", "ListSubscriptionsByTopic"], {
      state: "done",
      evidence: "API",
    }),
    ...notes(["GetSubscriptionAttributes", "SetSubscriptionAttributes"], {
      state: "partial",
      note: "RawMessageDelivery is kept; other attributes are refused by name",
      evidence: "API",
    }),
    ...notes(["Publish", "PublishBatch"], {
      state: "partial",
      note: "to topics; text messages are refused by name; message attributes are not kept",
      evidence: "API",
    }),
  },
  rules: [
    {
      rule: "Topic policies, with AWS services and `aws:SourceArn`, `aws:SourceAccount`; the default policy",
      state: "done",
      evidence: "UG sns-access-policy-use-cases",
    },
    {
      rule: "Encrypted topics: `kms:GenerateDataKey` and `kms:Decrypt` for whoever publishes; `alias/aws/sns` lets no service in",
      state: "done",
      evidence: "UG sns-key-management; services without `kms:ViaService` assumed",
    },
    {
      rule: "Delivery: kept per topic (the latest thousand) and shown at `/_lockstep/messages`; nothing leaves the machine",
      state: "partial",
      evidence: "there is no inbox here; subscribers that are not confirmed get nothing",
    },
  ],
};
