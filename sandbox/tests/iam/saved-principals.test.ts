/**
 * Whom a saved policy of a resource goes on naming, when users and roles are deleted and made again.
 * Evidence: IAM User Guide, "AWS JSON policy elements: Principal"; re:Post, "iam-resource-policy-format". That the id of one
 * who is gone is refused was seen on AWS (ministryofjustice/analytical-platform 4932), as was that of one who is there taken.
 */

import {
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateKeyCommand, GetKeyPolicyCommand, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  HeadBucketCommand,
  PutBucketPolicyCommand,
} from "@aws-sdk/client-s3";
import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  SetTopicAttributesCommand,
} from "@aws-sdk/client-sns";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { useSandbox } from "../helpers/sandbox";
import { trustOf } from "./policies";

const HOME = "111111111111";
const ROOT = `arn:aws:iam::${HOME}:root`;

describe("principals of saved policies", () => {
  const sandbox = useSandbox();
  const Bucket = "saved-principals";
  const iam = () => sandbox().iam("source");

  before(async () => {
    const CreateBucketConfiguration = { LocationConstraint: "eu-west-1" } as const;
    await sandbox()
      .s3("source")
      .send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  });

  async function createRole(RoleName: string, trusted = ROOT): Promise<[arn: string, id: string]> {
    const AssumeRolePolicyDocument = trustOf(trusted);
    const { Role } = await iam().send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }),
    );
    return [Role?.Arn ?? "", Role?.RoleId ?? ""];
  }

  const statement = (AWS: string, Action: string, Resource: string) => ({
    Effect: "Allow",
    Principal: { AWS },
    Action,
    Resource,
  });
  const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
  const ofBucket = (AWS: string) =>
    document(statement(AWS, "s3:ListBucket", `arn:aws:s3:::${Bucket}`));
  const putOfBucket = (AWS: string) =>
    sandbox()
      .s3("source")
      .send(new PutBucketPolicyCommand({ Bucket, Policy: ofBucket(AWS) }));
  const bucketPolicy = async () =>
    (await sandbox().s3("source").send(new GetBucketPolicyCommand({ Bucket }))).Policy;

  async function canList(RoleArn: string): Promise<boolean> {
    const { Credentials } = await sandbox()
      .sts("source")
      .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "lister" }));
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    };
    try {
      await sandbox().s3("source", { credentials }).send(new HeadBucketCommand({ Bucket }));
      return true;
    } catch (error) {
      expect(error).to.have.nested.property("$metadata.httpStatusCode", 403);
      return false;
    }
  }

  it("a role that is made again is not the one that a bucket's policy names, until the policy is put again", async () => {
    const [arn, id] = await createRole("again");
    await putOfBucket(arn);
    expect(await canList(arn)).to.equal(true);
    expect(await bucketPolicy()).to.equal(ofBucket(arn));
    await iam().send(new DeleteRoleCommand({ RoleName: "again" }));
    expect(await bucketPolicy()).to.equal(ofBucket(id));
    await createRole("again");
    expect(await bucketPolicy()).to.equal(ofBucket(id));
    expect(await canList(arn)).to.equal(false);
    await putOfBucket(arn);
    expect(await canList(arn)).to.equal(true);
    expect(await bucketPolicy()).to.equal(ofBucket(arn));
  });

  it("a policy that was read with the id of one who is gone cannot be put", async () => {
    const [, id] = await createRole("gone");
    await iam().send(new DeleteRoleCommand({ RoleName: "gone" }));
    expect(await failureOf(putOfBucket(id))).to.include({
      code: "MalformedPolicy",
      message: "Invalid principal in policy",
      status: 400,
    });
    expect((await failureOf(createRole("trusts-gone", id))).message).to.equal(
      `Invalid principal in policy: "AWS":"${id}"`,
    );
    const Policy = document(statement(ROOT, "kms:*", "*"), statement(id, "kms:Decrypt", "*"));
    const kms = sandbox().kms("source");
    expect(await failureOf(kms.send(new CreateKeyCommand({ Policy })))).to.include({
      code: "MalformedPolicyDocumentException",
      message: "Policy contains a statement with one or more invalid principals.",
    });
    const sns = sandbox().sns("source");
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "topic" }));
    const AttributeValue = document(statement(id, "SNS:Publish", TopicArn ?? ""));
    const topic = { TopicArn, AttributeName: "Policy", AttributeValue };
    expect(await failureOf(sns.send(new SetTopicAttributesCommand(topic)))).to.include({
      code: "InvalidParameterException",
      status: 400,
    });
  });

  it("one who is there may be named by its id, and is shown by its ARN", async () => {
    const [arn, id] = await createRole("by-id");
    await putOfBucket(id);
    expect(await bucketPolicy()).to.equal(ofBucket(arn));
    expect(await canList(arn)).to.equal(true);
    const { User } = await iam().send(new CreateUserCommand({ UserName: "by-id" }));
    await iam().send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: "by-id",
        PolicyDocument: trustOf(User?.UserId ?? ""),
      }),
    );
    const { Role } = await iam().send(new GetRoleCommand({ RoleName: "by-id" }));
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")).to.equal(
      trustOf(User?.Arn ?? ""),
    );
    const kms = sandbox().kms("source");
    const keyPolicy = (AWS: string) =>
      document(statement(ROOT, "kms:*", "*"), statement(AWS, "kms:Decrypt", "*"));
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const key = { KeyId: KeyMetadata?.KeyId, PolicyName: "default" };
    await kms.send(new PutKeyPolicyCommand({ ...key, Policy: keyPolicy(id) }));
    const { Policy } = await kms.send(new GetKeyPolicyCommand(key));
    expect(Policy).to.equal(keyPolicy(arn));
    const sns = sandbox().sns("source");
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "by-id" }));
    const topicPolicy = (AWS: string) => document(statement(AWS, "SNS:Publish", TopicArn ?? ""));
    const AttributeValue = topicPolicy(id);
    await sns.send(
      new SetTopicAttributesCommand({ TopicArn, AttributeName: "Policy", AttributeValue }),
    );
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(Attributes?.["Policy"]).to.equal(topicPolicy(arn));
  });

  it("a session's role has to be there, its name and that of a federated user do not", async () => {
    await createRole("of-sessions");
    const session = `arn:aws:sts::${HOME}:assumed-role/of-sessions/anything`;
    await putOfBucket(session);
    expect(await bucketPolicy()).to.equal(ofBucket(session));
    await putOfBucket(`arn:aws:sts::${HOME}:federated-user/nobody`);
    for (const one of [
      `arn:aws:sts::${HOME}:assumed-role/no-such-role/anything`,
      "arn:aws:sts::222222222222:assumed-role/of-sessions/anything",
    ]) {
      expect(await failureOf(putOfBucket(one)), one).to.include({ code: "MalformedPolicy" });
    }
    await putOfBucket("arn:aws:sts::999999999999:assumed-role/strange/anything");
  });
});
