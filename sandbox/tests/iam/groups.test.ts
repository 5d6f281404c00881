import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  DeleteGroupPolicyCommand,
  DeleteUserCommand,
  DetachGroupPolicyCommand,
  GetGroupCommand,
  GetGroupPolicyCommand,
  ListAttachedGroupPoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListGroupPoliciesCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  PutGroupPolicyCommand,
  RemoveUserFromGroupCommand,
} from "@aws-sdk/client-iam";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { useSandboxWithManualClock, type Keys } from "../helpers/sandbox";

const HOME = "111111111111";
const READ_S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";

describe("Groups of IAM", () => {
  const sandbox = useSandboxWithManualClock();
  const iam = () => sandbox().iam();
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource: "*" },
  });

  async function member(UserName: string, GroupName: string): Promise<Keys> {
    await iam().send(new CreateUserCommand({ UserName }));
    await iam().send(new AddUserToGroupCommand({ UserName, GroupName }));
    const { AccessKey } = await iam().send(new CreateAccessKeyCommand({ UserName }));
    return {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    };
  }

  const list = (credentials: Keys) =>
    sandbox().s3("source", { credentials }).send(new ListBucketsCommand({}));

  it("are made, found, and listed by path", async () => {
    const { Group } = await iam().send(
      new CreateGroupCommand({ GroupName: "auditors", Path: "/records/" }),
    );
    expect(Group?.Arn).to.equal(`arn:aws:iam::${HOME}:group/records/auditors`);
    expect(Group?.GroupId).to.match(/^AGPA/);
    const again = new CreateGroupCommand({ GroupName: "Auditors" });
    expect(await failureOf(iam().send(again))).to.include({
      code: "EntityAlreadyExistsException",
      message: "Group with name Auditors already exists.",
    });
    const { Groups } = await iam().send(new ListGroupsCommand({ PathPrefix: "/records/" }));
    expect(Groups?.map(({ GroupName }) => GroupName)).to.deep.equal(["auditors"]);
    const missing = iam().send(new GetGroupCommand({ GroupName: "nobody" }));
    expect(await failureOf(missing)).to.include({
      code: "NoSuchEntityException",
      message: "The group with name nobody cannot be found.",
    });
  });

  it("give their members inline and attached policies, for as long as they are members", async () => {
    const GroupName = "readers";
    await iam().send(new CreateGroupCommand({ GroupName }));
    const keys = await member("reader", GroupName);
    await failureOf(list(keys));

    await iam().send(new PutGroupPolicyCommand({ GroupName, PolicyName: "own", PolicyDocument }));
    await list(keys);
    const shown = await iam().send(new GetGroupPolicyCommand({ GroupName, PolicyName: "own" }));
    expect(shown.GroupName).to.equal(GroupName);
    expect(decodeURIComponent(shown.PolicyDocument ?? "")).to.equal(PolicyDocument);
    await iam().send(new DeleteGroupPolicyCommand({ GroupName, PolicyName: "own" }));
    const inline = await iam().send(new ListGroupPoliciesCommand({ GroupName }));
    expect(inline.PolicyNames).to.deep.equal([]);
    await failureOf(list(keys));

    await iam().send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: READ_S3 }));
    await list(keys);
    const attached = await iam().send(new ListAttachedGroupPoliciesCommand({ GroupName }));
    expect(attached.AttachedPolicies?.map((one) => one.PolicyArn)).to.deep.equal([READ_S3]);
    const entities = await iam().send(new ListEntitiesForPolicyCommand({ PolicyArn: READ_S3 }));
    expect(entities.PolicyGroups?.map((one) => one.GroupName)).to.deep.equal([GroupName]);

    const membership = { GroupName, UserName: "reader" };
    await iam().send(new RemoveUserFromGroupCommand(membership));
    await failureOf(list(keys));
    const twice = iam().send(new RemoveUserFromGroupCommand(membership));
    expect((await failureOf(twice)).code).to.equal("NoSuchEntityException");
  });

  it("know their members, and users their groups", async () => {
    const GroupName = "writers";
    await iam().send(new CreateGroupCommand({ GroupName }));
    for (const name of ["ann", "bob", "cat"]) await member(name, GroupName);
    const first = await iam().send(new GetGroupCommand({ GroupName, MaxItems: 2 }));
    expect(first.Users?.map(({ UserName }) => UserName)).to.deep.equal(["ann", "bob"]);
    const { Marker } = first;
    const second = await iam().send(new GetGroupCommand({ GroupName, MaxItems: 2, Marker }));
    expect(second.Users?.map(({ UserName }) => UserName)).to.deep.equal(["cat"]);
    const { Groups } = await iam().send(new ListGroupsForUserCommand({ UserName: "ann" }));
    expect(Groups?.map((group) => group.GroupName)).to.deep.equal([GroupName]);
  });

  it("are deleted when they are empty, and a user when it is in none", async () => {
    const GroupName = "leavers";
    await iam().send(new CreateGroupCommand({ GroupName }));
    await iam().send(new CreateUserCommand({ UserName: "leaver" }));
    await iam().send(new AddUserToGroupCommand({ GroupName, UserName: "leaver" }));
    const remove = () => iam().send(new DeleteGroupCommand({ GroupName }));
    expect((await failureOf(remove())).message).to.equal(
      "Cannot delete entity, must remove users from group first.",
    );
    const removeUser = () => iam().send(new DeleteUserCommand({ UserName: "leaver" }));
    expect((await failureOf(removeUser())).code).to.equal("DeleteConflictException");
    await iam().send(new RemoveUserFromGroupCommand({ GroupName, UserName: "leaver" }));
    await removeUser();
    await iam().send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: READ_S3 }));
    expect((await failureOf(remove())).message).to.match(/must detach all policies first/);
    await iam().send(new DetachGroupPolicyCommand({ GroupName, PolicyArn: READ_S3 }));
    await remove();
    expect((await failureOf(remove())).code).to.equal("NoSuchEntityException");
  });

  it("are ten at most for a user", async () => {
    await iam().send(new CreateUserCommand({ UserName: "joiner" }));
    const join = async (index: number) => {
      const GroupName = `group-${index}`;
      await iam().send(new CreateGroupCommand({ GroupName }));
      await iam().send(new AddUserToGroupCommand({ GroupName, UserName: "joiner" }));
    };
    for (let index = 0; index < 10; index++) await join(index);
    expect((await failureOf(join(10))).message).to.equal(
      "Cannot exceed quota for GroupsPerUser: 10",
    );
    await iam().send(new AddUserToGroupCommand({ GroupName: "group-0", UserName: "joiner" }));
  });
});
