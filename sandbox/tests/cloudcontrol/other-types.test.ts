import { CreateUserCommand, ListEntitiesForPolicyCommand } from "@aws-sdk/client-iam";
import { GetTopicAttributesCommand, SetTopicAttributesCommand } from "@aws-sdk/client-sns";
import { expect } from "chai";
import { CloudControl } from "../helpers/cloud-control";
import { useSandboxWithManualClock } from "../helpers/sandbox";

const HOME = "111111111111";

describe("Cloud Control: policies of users, delivery logs of topics", () => {
  const sandbox = useSandboxWithManualClock();
  const control = new CloudControl(
    () => sandbox().cloudcontrol(),
    () => sandbox().clock,
  );

  describe("AWS::IAM::ManagedPolicy", () => {
    const TYPE = "AWS::IAM::ManagedPolicy";
    const PolicyDocument = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
    };

    before(async () => {
      for (const UserName of ["ada", "ben"]) {
        await sandbox().iam().send(new CreateUserCommand({ UserName }));
      }
    });

    it("is attached to users, and follows a patch", async () => {
      const { Identifier: PolicyArn = "" } = await control.create(TYPE, {
        ManagedPolicyName: "readers",
        PolicyDocument,
        Users: ["ada"],
      });
      const users = async () =>
        (
          await sandbox().iam().send(new ListEntitiesForPolicyCommand({ PolicyArn }))
        ).PolicyUsers?.map(({ UserName }) => UserName);
      expect(await users()).to.deep.equal(["ada"]);
      const patch = [{ op: "replace", path: "/Users/0", value: "ben" }];
      expect((await control.update(TYPE, PolicyArn, patch)).OperationStatus).to.equal("SUCCESS");
      expect(await users()).to.deep.equal(["ben"]);
      expect(await control.read(TYPE, PolicyArn)).to.deep.include({
        Users: ["ben"],
        AttachmentCount: 1,
      });
      expect((await control.remove(TYPE, PolicyArn)).OperationStatus).to.equal("SUCCESS");
    });

    it("leaves nothing behind when one of its users is not there", async () => {
      const event = await control.create(TYPE, {
        ManagedPolicyName: "half-made",
        PolicyDocument,
        Users: ["ada", "nobody"],
      });
      expect(event).to.include({ OperationStatus: "FAILED", ErrorCode: "NotFound" });
      expect(await control.identifiers(TYPE)).to.not.include(
        `arn:aws:iam::${HOME}:policy/half-made`,
      );
    });
  });

  it("AWS::SNS::Topic has its delivery logs, drift of them is seen and put right", async () => {
    const TYPE = "AWS::SNS::Topic";
    const role = `arn:aws:iam::${HOME}:role/log`;
    const DeliveryStatusLogging = [
      { Protocol: "sqs", SuccessFeedbackRoleArn: role, SuccessFeedbackSampleRate: "50" },
      { Protocol: "http/s", FailureFeedbackRoleArn: role },
    ];
    const { Identifier: TopicArn = "" } = await control.create(TYPE, {
      TopicName: "logged",
      DeliveryStatusLogging,
    });
    const { Attributes } = await sandbox().sns().send(new GetTopicAttributesCommand({ TopicArn }));
    expect(Attributes).to.include({
      SQSSuccessFeedbackSampleRate: "50",
      HTTPFailureFeedbackRoleArn: role,
    });
    await sandbox()
      .sns()
      .send(
        new SetTopicAttributesCommand({
          TopicArn,
          AttributeName: "LambdaFailureFeedbackRoleArn",
          AttributeValue: role,
        }),
      );
    const drifted = await control.read(TYPE, TopicArn);
    expect(drifted["DeliveryStatusLogging"]).to.have.deep.members([
      ...DeliveryStatusLogging,
      { Protocol: "lambda", FailureFeedbackRoleArn: role },
    ]);
    await control.update(TYPE, TopicArn, [
      { op: "replace", path: "/DeliveryStatusLogging", value: [DeliveryStatusLogging[1]] },
    ]);
    const read = await control.read(TYPE, TopicArn);
    expect(read["DeliveryStatusLogging"]).to.deep.equal([DeliveryStatusLogging[1]]);
  });
});
