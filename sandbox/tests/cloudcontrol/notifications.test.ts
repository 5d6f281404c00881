import { expect } from "chai";
import {
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  UpdateResourceCommand,
  type ProgressEvent,
} from "@aws-sdk/client-cloudcontrol";
import { failureOf } from "../helpers/aws-failure";
import { useSandboxWithManualClock } from "../helpers/sandbox";

describe("Cloud Control: topics, their policies and rules", () => {
  const sandbox = useSandboxWithManualClock();
  const client = () => sandbox().cloudcontrol();

  async function finished(begun: ProgressEvent | undefined): Promise<string> {
    sandbox().clock.advance(10_000);
    const { ProgressEvent: event } = await client().send(
      new GetResourceRequestStatusCommand({ RequestToken: begun?.RequestToken }),
    );
    expect(event?.OperationStatus, event?.StatusMessage).to.equal("SUCCESS");
    return event?.Identifier ?? "";
  }

  async function create(TypeName: string, desired: object): Promise<string> {
    const DesiredState = JSON.stringify(desired);
    const answer = await client().send(new CreateResourceCommand({ TypeName, DesiredState }));
    return finished(answer.ProgressEvent);
  }

  async function read(TypeName: string, Identifier: string): Promise<Record<string, unknown>> {
    const answer = await client().send(new GetResourceCommand({ TypeName, Identifier }));
    return JSON.parse(answer.ResourceDescription?.Properties ?? "") as Record<string, unknown>;
  }

  async function update(TypeName: string, Identifier: string, patch: object[]): Promise<void> {
    const PatchDocument = JSON.stringify(patch);
    const command = new UpdateResourceCommand({ TypeName, Identifier, PatchDocument });
    await finished((await client().send(command)).ProgressEvent);
  }

  async function remove(TypeName: string, Identifier: string): Promise<void> {
    const answer = await client().send(new DeleteResourceCommand({ TypeName, Identifier }));
    await finished(answer.ProgressEvent);
    const gone = await failureOf(read(TypeName, Identifier));
    expect(gone.code).to.equal("ResourceNotFoundException");
  }

  it("make, read, change and delete a topic, its policy and a rule to it", async () => {
    const Subscription = [{ Protocol: "email", Endpoint: "ops@example.com" }];
    const topic = await create("AWS::SNS::Topic", { TopicName: "failures", Subscription });
    expect(await read("AWS::SNS::Topic", topic)).to.deep.include({
      TopicArn: topic,
      TopicName: "failures",
      Subscription,
    });
    await update("AWS::SNS::Topic", topic, [
      { op: "add", path: "/DisplayName", value: "Failures" },
      { op: "add", path: "/Tags", value: [{ Key: "a", Value: "b" }] },
    ]);
    expect(await read("AWS::SNS::Topic", topic)).to.deep.include({
      DisplayName: "Failures",
      Tags: [{ Key: "a", Value: "b" }],
    });

    const PolicyDocument = {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sns:Publish",
          Resource: topic,
        },
      ],
    };
    const policy = await create("AWS::SNS::TopicPolicy", { PolicyDocument, Topics: [topic] });
    expect(await read("AWS::SNS::TopicPolicy", policy)).to.deep.include({ PolicyDocument });

    const EventPattern = { source: ["app"] };
    const rule = await create("AWS::Events::Rule", {
      Name: "app",
      EventPattern,
      Targets: [{ Id: "topic", Arn: topic }],
    });
    expect(await read("AWS::Events::Rule", rule)).to.deep.include({
      EventPattern,
      State: "ENABLED",
      Targets: [{ Id: "topic", Arn: topic }],
    });
    await update("AWS::Events::Rule", rule, [{ op: "replace", path: "/State", value: "DISABLED" }]);
    expect(await read("AWS::Events::Rule", rule)).to.include({ State: "DISABLED" });

    await remove("AWS::Events::Rule", rule);
    await remove("AWS::SNS::TopicPolicy", policy);
    await remove("AWS::SNS::Topic", topic);
  });
});
