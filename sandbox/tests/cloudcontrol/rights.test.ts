import type { CloudControlClient } from "@aws-sdk/client-cloudcontrol";
import {
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  ListResourcesCommand,
  UpdateResourceCommand,
  type ProgressEvent,
} from "@aws-sdk/client-cloudcontrol";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  GetRoleCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { useSandboxWithManualClock } from "../helpers/sandbox";

const DELAY_MS = 10;

describe("Cloud Control under the caller's rights", () => {
  const sandbox = useSandboxWithManualClock({ settings: { cloudControlDelayMs: DELAY_MS } });

  /** A client of a user who may do these actions and no other. */
  async function clientOf(userName: string, actions: string[]): Promise<CloudControlClient> {
    const iam = sandbox().iam("vault");
    await iam.send(new CreateUserCommand({ UserName: userName }));
    await iam.send(
      new PutUserPolicyCommand({
        UserName: userName,
        PolicyName: "rights",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }],
        }),
      }),
    );
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: userName }));
    return sandbox().cloudcontrol("vault", {
      credentials: {
        accessKeyId: key?.AccessKeyId ?? "",
        secretAccessKey: key?.SecretAccessKey ?? "",
      },
    });
  }

  async function finished(
    client: CloudControlClient,
    event: ProgressEvent | undefined,
  ): Promise<ProgressEvent> {
    sandbox().clock.advance(DELAY_MS);
    const answer = await client.send(
      new GetResourceRequestStatusCommand({ RequestToken: event?.RequestToken }),
    );
    return answer.ProgressEvent ?? {};
  }

  async function create(
    client: CloudControlClient,
    typeName: string,
    model: object,
  ): Promise<ProgressEvent> {
    const { ProgressEvent: event } = await client.send(
      new CreateResourceCommand({ TypeName: typeName, DesiredState: JSON.stringify(model) }),
    );
    return finished(client, event);
  }

  async function bucketNames(): Promise<(string | undefined)[]> {
    const { Buckets: buckets = [] } = await sandbox().s3("vault").send(new ListBucketsCommand({}));
    return buckets.map((bucket) => bucket.Name);
  }

  it("refuses who may not use Cloud Control, in IAM's words", async () => {
    const client = await clientOf("outsider", ["s3:*"]);
    try {
      await create(client, "AWS::S3::Bucket", {});
    } catch (error) {
      expect((error as Error).name).to.equal("AccessDeniedException");
      expect((error as Error).message).to.equal(
        "User: arn:aws:iam::222222222222:user/outsider is not authorized to perform: cloudformation:CreateResource on resource: arn:aws:cloudformation:eu-central-1:222222222222:resource/* because no identity-based policy allows the cloudformation:CreateResource action",
      );
      return;
    }
    throw new Error("expected a refusal");
  });

  it("fails with AccessDenied what the caller may not do in the service itself", async () => {
    const client = await clientOf("no-create", ["cloudformation:*", "s3:Get*", "s3:ListBucket"]);
    const event = await create(client, "AWS::S3::Bucket", { BucketName: "not-mine-to-make" });
    expect(event).to.include({ OperationStatus: "FAILED", ErrorCode: "AccessDenied" });
    expect(event.StatusMessage).to.contain("s3:CreateBucket");
  });

  it("takes the bucket away again when a later step is denied", async () => {
    const client = await clientOf("no-tags", [
      "cloudformation:*",
      "s3:CreateBucket",
      "s3:DeleteBucket",
    ]);
    const event = await create(client, "AWS::S3::Bucket", {
      BucketName: "half-made",
      Tags: [{ Key: "a", Value: "b" }],
    });
    expect(event).to.include({ OperationStatus: "FAILED", ErrorCode: "AccessDenied" });
    expect(event.StatusMessage).to.contain("s3:PutBucketTagging");
    expect(await bucketNames()).to.not.include("half-made");
  });

  it("says so when what was begun cannot be taken away", async () => {
    const client = await clientOf("no-delete", ["cloudformation:*", "s3:CreateBucket"]);
    const event = await create(client, "AWS::S3::Bucket", {
      BucketName: "left-behind",
      Tags: [{ Key: "a", Value: "b" }],
    });
    expect(event.OperationStatus).to.equal("FAILED");
    expect(event.StatusMessage).to.contain("s3:PutBucketTagging");
    expect(event.StatusMessage).to.contain("left-behind was created and could not be deleted");
    expect(await bucketNames()).to.include("left-behind");
  });

  it("gives a role's session length back its default, and does not make up a description", async () => {
    const client = sandbox().cloudcontrol("vault");
    const trust = {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    };
    const role = { RoleName: "hourly", AssumeRolePolicyDocument: trust, MaxSessionDuration: 7200 };
    expect((await create(client, "AWS::IAM::Role", role)).OperationStatus).to.equal("SUCCESS");
    const resource = { TypeName: "AWS::IAM::Role", Identifier: "hourly" };
    const patch = [{ op: "remove", path: "/MaxSessionDuration" }];
    const input = { ...resource, PatchDocument: JSON.stringify(patch) };
    const { ProgressEvent: event } = await client.send(new UpdateResourceCommand(input));
    const updated = await finished(client, event);
    const model = JSON.parse(updated.ResourceModel ?? "") as object;
    expect(model).to.include({ MaxSessionDuration: 3600 }).and.not.have.property("Description");
  });

  it("makes roles with their policies that IAM shows", async () => {
    const client = sandbox().cloudcontrol("vault");
    const trust = {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    };
    const document = (action: string) => ({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: action, Resource: "*" }],
    });
    const role = {
      RoleName: "copier",
      AssumeRolePolicyDocument: trust,
      Policies: [{ PolicyName: "read", PolicyDocument: document("s3:GetObject") }],
      Tags: [{ Key: "team", Value: "records" }],
    };
    const made = await create(client, "AWS::IAM::Role", role);
    expect(made.OperationStatus, made.StatusMessage).to.equal("SUCCESS");
    const shown = await sandbox()
      .iam("vault")
      .send(new GetRoleCommand({ RoleName: "copier" }));
    expect(shown.Role?.Arn).to.equal("arn:aws:iam::222222222222:role/copier");

    const inline = {
      RoleName: "copier",
      PolicyName: "write",
      PolicyDocument: document("s3:PutObject"),
    };
    const added = await create(client, "AWS::IAM::RolePolicy", inline);
    expect(added).to.include({ OperationStatus: "SUCCESS", Identifier: "write|copier" });

    const policy = await create(client, "AWS::IAM::ManagedPolicy", {
      ManagedPolicyName: "tagger",
      PolicyDocument: document("s3:PutObjectTagging"),
      Roles: ["copier"],
    });
    expect(policy.OperationStatus, policy.StatusMessage).to.equal("SUCCESS");

    const { ResourceDescription: found } = await client.send(
      new GetResourceCommand({ TypeName: "AWS::IAM::Role", Identifier: "copier" }),
    );
    const model = JSON.parse(found?.Properties ?? "") as typeof role & object;
    expect(model).to.deep.include({ RoleName: "copier", AssumeRolePolicyDocument: trust });
    expect(model).to.have.deep.property("ManagedPolicyArns", [
      "arn:aws:iam::222222222222:policy/tagger",
    ]);
    expect(model.Policies.map((each) => each.PolicyName)).to.have.members(["read", "write"]);

    const { ResourceDescriptions: listed = [] } = await client.send(
      new ListResourcesCommand({
        TypeName: "AWS::IAM::RolePolicy",
        ResourceModel: JSON.stringify({ RoleName: "copier" }),
      }),
    );
    expect(listed.map((each) => each.Identifier)).to.include("write|copier");

    const { ProgressEvent: changing } = await client.send(
      new UpdateResourceCommand({
        TypeName: "AWS::IAM::Role",
        Identifier: "copier",
        PatchDocument: JSON.stringify([{ op: "add", path: "/Description", value: "copies" }]),
      }),
    );
    const changed = await finished(client, changing);
    expect(changed.OperationStatus, changed.StatusMessage).to.equal("SUCCESS");

    for (const [typeName, identifier] of [
      ["AWS::IAM::Role", "copier"],
      ["AWS::IAM::ManagedPolicy", policy.Identifier],
    ]) {
      const { ProgressEvent: event } = await client.send(
        new DeleteResourceCommand({ TypeName: typeName, Identifier: identifier }),
      );
      const gone = await finished(client, event);
      expect(gone.OperationStatus, gone.StatusMessage).to.equal("SUCCESS");
    }
  });
});
