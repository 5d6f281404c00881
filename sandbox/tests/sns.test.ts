import { expect } from "chai";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sns";
import { failureOf } from "./helpers/aws-failure";
import { useSandboxWithManualClock } from "./helpers/sandbox";

const HOME = "111111111111";

describe("SNS", () => {
  const sandbox = useSandboxWithManualClock();
  const create = async (Name: string, Attributes: Record<string, string> = {}) =>
    (await sandbox().sns().send(new CreateTopicCommand({ Name, Attributes }))).TopicArn ?? "";

  it("makes a topic once, and refuses the same name with other attributes", async () => {
    const arn = await create("alarms", { DisplayName: "Alarms" });
    expect(arn).to.equal(`arn:aws:sns:eu-west-1:${HOME}:alarms`);
    expect(await create("alarms", { DisplayName: "Alarms" })).to.equal(arn);
    const failure = await failureOf(create("alarms", { DisplayName: "Other" }));
    expect(failure.code).to.equal("InvalidParameterException");
    const { Attributes } = await sandbox()
      .sns()
      .send(new GetTopicAttributesCommand({ TopicArn: arn }));
    expect(Attributes?.["Owner"]).to.equal(HOME);
    expect(Attributes?.["DisplayName"]).to.equal("Alarms");
    expect(JSON.parse(Attributes?.["Policy"] ?? "")).to.have.property("Id", "__default_policy_ID");
    const { Topics } = await sandbox().sns().send(new ListTopicsCommand({}));
    expect(Topics).to.deep.include({ TopicArn: arn });
  });

  it("keeps tags, and answers NotFound after a topic is deleted", async () => {
    const sns = sandbox().sns();
    const arn = await create("tagged");
    const Tags = [{ Key: "team", Value: "records" }];
    await sns.send(new TagResourceCommand({ ResourceArn: arn, Tags }));
    const listed = await sns.send(new ListTagsForResourceCommand({ ResourceArn: arn }));
    expect(listed.Tags).to.deep.equal(Tags);
    await sns.send(new UntagResourceCommand({ ResourceArn: arn, TagKeys: ["team"] }));
    await sns.send(new DeleteTopicCommand({ TopicArn: arn }));
    await sns.send(new DeleteTopicCommand({ TopicArn: arn }));
    const failure = await failureOf(sns.send(new GetTopicAttributesCommand({ TopicArn: arn })));
    expect(failure).to.include({ code: "NotFoundException", status: 404 });
  });

  it("delivers to an e-mail address only after it has confirmed", async () => {
    const sns = sandbox().sns();
    const arn = await create("mail");
    const subscribed = await sns.send(
      new SubscribeCommand({ TopicArn: arn, Protocol: "email", Endpoint: "ops@example.com" }),
    );
    expect(subscribed.SubscriptionArn).to.equal("pending confirmation");
    const pending = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: arn }));
    expect(pending.Subscriptions?.[0]?.SubscriptionArn).to.equal("PendingConfirmation");
    await sns.send(new PublishCommand({ TopicArn: arn, Message: "first" }));

    const shown = (await (
      await fetch(`${sandbox().endpoint}/_lockstep/messages?topic=${encodeURIComponent(arn)}`)
    ).json()) as { pendingConfirmations: { token: string }[] };
    const [waiting] = sandbox().world.sns.subscriptionsOf(arn);
    const tooEarly = new UnsubscribeCommand({ SubscriptionArn: waiting?.arn });
    expect(await failureOf(sns.send(tooEarly))).to.include({
      code: "InvalidParameterException",
      message:
        "Invalid parameter: SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending confirmation",
    });
    const confirmed = await sns.send(
      new ConfirmSubscriptionCommand({
        TopicArn: arn,
        Token: shown.pendingConfirmations[0]?.token,
      }),
    );
    const { Attributes } = await sns.send(
      new GetSubscriptionAttributesCommand({ SubscriptionArn: confirmed.SubscriptionArn }),
    );
    expect(Attributes?.["PendingConfirmation"]).to.equal("false");
    await sns.send(new PublishCommand({ TopicArn: arn, Message: "second", Subject: "Hello" }));
    const messages = sandbox().world.sns.messages(arn);
    expect(messages.map(({ message, deliveries }) => [message, deliveries.length])).to.deep.equal([
      ["first", 0],
      ["second", 1],
    ]);
    expect(messages[1]?.deliveries[0]).to.include({ endpoint: "ops@example.com", body: "second" });
    await sns.send(new UnsubscribeCommand({ SubscriptionArn: confirmed.SubscriptionArn }));
    const after = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: arn }));
    expect(after.Subscriptions ?? []).to.deep.equal([]);
  });

  it("gives each protocol its own text of a structured message", async () => {
    const sns = sandbox().sns();
    const arn = await create("structured");
    const Endpoint = `arn:aws:sqs:eu-west-1:${HOME}:queue`;
    await sns.send(new SubscribeCommand({ TopicArn: arn, Protocol: "sqs", Endpoint }));
    const Message = JSON.stringify({ default: "for all", sqs: "for queues" });
    await sns.send(new PublishCommand({ TopicArn: arn, Message, MessageStructure: "json" }));
    expect(sandbox().world.sns.messages(arn)[0]?.deliveries[0]?.body).to.equal("for queues");
    const missing = sns.send(
      new PublishCommand({ TopicArn: arn, Message: "{}", MessageStructure: "json" }),
    );
    expect((await failureOf(missing)).code).to.equal("InvalidParameterException");
  });

  it("takes the good entries of a batch and names the others", async () => {
    const arn = await create("batch");
    const answer = await sandbox()
      .sns()
      .send(
        new PublishBatchCommand({
          TopicArn: arn,
          PublishBatchRequestEntries: [
            { Id: "good", Message: "text" },
            { Id: "bad", Message: "text", Subject: "two\nlines" },
          ],
        }),
      );
    expect(answer.Successful?.map(({ Id }) => Id)).to.deep.equal(["good"]);
    expect(answer.Failed?.map(({ Id, Code }) => [Id, Code])).to.deep.equal([
      ["bad", "InvalidParameter"],
    ]);
  });

  it("lets another account publish only where the topic's policy says so", async () => {
    const arn = await create("shared");
    const vault = sandbox().sns("vault", { region: "eu-west-1" });
    const publish = () => vault.send(new PublishCommand({ TopicArn: arn, Message: "text" }));
    expect(await failureOf(publish())).to.include({
      code: "AuthorizationErrorException",
      status: 403,
    });
    const Statement = {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::222222222222:root" },
      Action: "SNS:Publish",
      Resource: arn,
    };
    const put = (statement: object) =>
      sandbox()
        .sns()
        .send(
          new SetTopicAttributesCommand({
            TopicArn: arn,
            AttributeName: "Policy",
            AttributeValue: JSON.stringify({ Version: "2012-10-17", Statement: statement }),
          }),
        );
    await put(Statement);
    expect((await publish()).MessageId).to.match(/^[0-9a-f-]{36}$/);
    const outOfScope = await failureOf(put({ ...Statement, Action: "s3:GetObject" }));
    expect(outOfScope.message).to.equal(
      "Invalid parameter: Policy statement action out of service scope!",
    );
  });

  it("lets a service into an encrypted topic only through the key's policy", async () => {
    const policy = (...services: string[]) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: `arn:aws:iam::${HOME}:root` },
            Action: "kms:*",
            Resource: "*",
          },
          ...services.map((Service) => ({
            Effect: "Allow",
            Principal: { Service },
            Action: ["kms:GenerateDataKey*", "kms:Decrypt"],
            Resource: "*",
          })),
        ],
      });
    const key = async (Policy: string) =>
      (await sandbox().kms().send(new CreateKeyCommand({ Policy }))).KeyMetadata?.KeyId ?? "";
    const outcome = async (name: string, KmsMasterKeyId: string) => {
      const arn = `arn:aws:sns:eu-west-1:${HOME}:${name}`;
      const Policy = JSON.stringify({
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Principal: { Service: "s3.amazonaws.com" },
          Action: "SNS:Publish",
          Resource: arn,
        },
      });
      await create(name, { KmsMasterKeyId, Policy });
      return sandbox().world.sns.tryPublishAsService({
        service: "s3.amazonaws.com",
        topicArn: arn,
        region: "eu-west-1",
        message: "text",
        conditionKeys: {},
      })?.code;
    };
    expect(await outcome("closed", await key(policy()))).to.equal("KMSAccessDenied");
    expect(await outcome("managed", "alias/aws/sns")).to.equal("KMSAccessDenied");
    expect(await outcome("open", await key(policy("s3.amazonaws.com")))).to.equal(undefined);
    expect(await outcome("gone", "11111111-2222-3333-4444-555555555555")).to.equal("KMSNotFound");
  });

  it("keeps what tools set on every topic: the log of deliveries and their retries", async () => {
    const sns = sandbox().sns();
    const TopicArn = await create("logged");
    const set = (AttributeName: string, AttributeValue: string) =>
      sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));
    await set("SQSSuccessFeedbackSampleRate", "0");
    await set("LambdaFailureFeedbackRoleArn", `arn:aws:iam::${HOME}:role/log`);
    await set(
      "DeliveryPolicy",
      JSON.stringify({ http: { defaultHealthyRetryPolicy: { numRetries: 9 } } }),
    );
    const { Attributes = {} } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(Attributes).to.include({
      SQSSuccessFeedbackSampleRate: "0",
      LambdaFailureFeedbackRoleArn: `arn:aws:iam::${HOME}:role/log`,
    });
    const effective = JSON.parse(Attributes["EffectiveDeliveryPolicy"] ?? "") as {
      http: { defaultHealthyRetryPolicy: object };
    };
    expect(effective.http.defaultHealthyRetryPolicy).to.include({
      numRetries: 9,
      minDelayTarget: 20,
    });
    for (const [name, value] of [
      ["SQSSuccessFeedbackSampleRate", "101"],
      ["LambdaFailureFeedbackRoleArn", "log"],
      ["DeliveryPolicy", "{}"],
    ] as const) {
      expect((await failureOf(set(name, value))).code, name).to.equal("InvalidParameterException");
    }
  });

  it("refuses by name what it does not do", async () => {
    expect((await failureOf(create("queue.fifo"))).code).to.equal("NotImplemented");
    const arn = await create("plain");
    const failure = await failureOf(
      sandbox()
        .sns()
        .send(new SubscribeCommand({ TopicArn: arn, Protocol: "sms", Endpoint: "+15550100" })),
    );
    expect(failure.code).to.equal("NotImplemented");
  });
});
