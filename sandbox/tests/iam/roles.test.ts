/** Roles of IAM through the official SDK. */

import { expect } from "chai";
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  CreateVirtualMFADeviceCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import { failureOf } from "../helpers/aws-failure";
import { useSandbox } from "../helpers/sandbox";
import { S3_TRUST, trustOf, READ } from "./policies";

/** IAM through the official SDK. */

const HOME = "111111111111";

describe("IAM roles", () => {
  const sandbox = useSandbox();
  const iam = () => sandbox().iam("source");
  const createRole = (RoleName: string, rest: object = {}) =>
    iam().send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: S3_TRUST, ...rest }));

  it("a role is made, read, listed and deleted", async () => {
    const { Role } = await createRole("plain", { Path: "/lockstep/", Description: "Reads" });
    expect(Role?.Arn).to.equal(`arn:aws:iam::${HOME}:role/lockstep/plain`);
    expect(Role?.RoleId).to.match(/^AROA[A-Z2-7]{17}$/);
    const read = await iam().send(new GetRoleCommand({ RoleName: "plain" }));
    expect(read.Role).to.include({ Description: "Reads", MaxSessionDuration: 3600 });
    expect(decodeURIComponent(read.Role?.AssumeRolePolicyDocument ?? "")).to.equal(S3_TRUST);
    const list = await iam().send(new ListRolesCommand({ PathPrefix: "/lockstep/" }));
    expect(list.Roles?.map((role) => role.RoleName)).to.deep.equal(["plain"]);
    await iam().send(new DeleteRoleCommand({ RoleName: "plain" }));
    const missing = await failureOf(iam().send(new GetRoleCommand({ RoleName: "plain" })));
    expect(missing).to.include({
      code: "NoSuchEntityException",
      message: "The role with name plain cannot be found.",
    });
    expect(missing.status).to.equal(404);
  });

  it("a name is taken, whatever its case", async () => {
    await createRole("taken");
    const error = await failureOf(createRole("Taken"));
    expect(error).to.include({
      code: "EntityAlreadyExistsException",
      message: "Role with name Taken already exists.",
    });
  });

  it("a role made again has a new unique id", async () => {
    const first = await createRole("again");
    await iam().send(new DeleteRoleCommand({ RoleName: "again" }));
    const second = await createRole("again");
    expect(second.Role?.RoleId).not.to.equal(first.Role?.RoleId);
  });

  it("a trust policy is checked", async () => {
    const refused = async (document: string) =>
      (await failureOf(createRole("untrusted", { AssumeRolePolicyDocument: document }))).message;
    expect(await refused("{")).to.equal("This policy contains invalid Json");
    expect(await refused(READ)).to.equal("Missing required field Principal");
    expect(await refused(S3_TRUST.replace("sts:AssumeRole", "s3:GetObject"))).to.equal(
      "AssumeRole policy may only specify STS AssumeRole actions.",
    );
    expect(await refused(trustOf(`arn:aws:iam::${HOME}:role/missing`))).to.equal(
      `Invalid principal in policy: "AWS":"arn:aws:iam::${HOME}:role/missing"`,
    );
  });

  it("names, paths and durations are checked", async () => {
    const name = await failureOf(createRole("a b"));
    expect(name.code).to.equal("ValidationError");
    expect(name.message).to.equal(
      "The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
    );
    const path = await failureOf(createRole("pathless", { Path: "no-slash" }));
    expect(path.message).to.equal(
      "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.",
    );
    const short = await failureOf(createRole("short", { MaxSessionDuration: 3599 }));
    expect(short.message).to.contain("greater than or equal to 3600");
  });

  it("a role with policies cannot be deleted", async () => {
    await createRole("busy");
    await iam().send(
      new PutRolePolicyCommand({ RoleName: "busy", PolicyName: "read", PolicyDocument: READ }),
    );
    const PolicyArn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    await iam().send(new AttachRolePolicyCommand({ RoleName: "busy", PolicyArn }));
    const remove = () => iam().send(new DeleteRoleCommand({ RoleName: "busy" }));
    expect(await failureOf(remove())).to.include({
      code: "DeleteConflictException",
      message: "Cannot delete entity, must detach all policies first.",
    });
    await iam().send(new DetachRolePolicyCommand({ RoleName: "busy", PolicyArn }));
    expect((await failureOf(remove())).message).to.equal(
      "Cannot delete entity, must delete policies first.",
    );
    await iam().send(new DeleteRolePolicyCommand({ RoleName: "busy", PolicyName: "read" }));
    await remove();
  });

  it("inline policies are kept as they are written", async () => {
    await createRole("inline");
    const PolicyDocument = JSON.stringify(JSON.parse(READ), undefined, 2);
    await iam().send(
      new PutRolePolicyCommand({ RoleName: "inline", PolicyName: "read", PolicyDocument }),
    );
    const read = await iam().send(
      new GetRolePolicyCommand({ RoleName: "inline", PolicyName: "read" }),
    );
    expect(read.PolicyDocument)
      .to.match(/^%7B%0A/)
      .and.to.contain("%2A");
    expect(decodeURIComponent(read.PolicyDocument ?? "")).to.equal(PolicyDocument);
    const list = await iam().send(new ListRolePoliciesCommand({ RoleName: "inline" }));
    expect(list.PolicyNames).to.deep.equal(["read"]);
    const missing = await failureOf(
      iam().send(new GetRolePolicyCommand({ RoleName: "inline", PolicyName: "write" })),
    );
    expect(missing.message).to.equal("The role policy with name write cannot be found.");
  });

  it("inline policies are checked and limited in size", async () => {
    await createRole("limited");
    const put = (PolicyDocument: string) =>
      iam().send(
        new PutRolePolicyCommand({ RoleName: "limited", PolicyName: "p", PolicyDocument }),
      );
    expect(await failureOf(put(S3_TRUST))).to.include({
      code: "MalformedPolicyDocumentException",
      message: "Policy document should not specify a principal.",
    });
    expect(
      (await failureOf(put(READ.replace("arn:aws:s3:::records/*", "records")))).message,
    ).to.equal('Resource records must be in ARN format or "*".');
    const large = READ.replace("records", "r".repeat(10_240));
    expect(await failureOf(put(large))).to.include({
      code: "LimitExceededException",
      message: "Maximum policy size of 10240 bytes exceeded for role limited",
    });
  });

  it("policies of AWS are attached, unknown ones are not", async () => {
    await createRole("attached");
    const attach = (PolicyArn: string) =>
      iam().send(new AttachRolePolicyCommand({ RoleName: "attached", PolicyArn }));
    await attach("arn:aws:iam::aws:policy/AdministratorAccess");
    await attach("arn:aws:iam::aws:policy/AdministratorAccess");
    const list = await iam().send(new ListAttachedRolePoliciesCommand({ RoleName: "attached" }));
    expect(list.AttachedPolicies?.map((policy) => policy.PolicyName)).to.deep.equal([
      "AdministratorAccess",
    ]);
    const arn = `arn:aws:iam::${HOME}:policy/missing`;
    expect((await failureOf(attach(arn))).message).to.equal(
      `Policy ${arn} does not exist or is not attachable.`,
    );
  });

  it("description, duration, trust, tags and boundary change", async () => {
    await createRole("changing", { Tags: [{ Key: "team", Value: "red" }] });
    const RoleName = "changing";
    const PermissionsBoundary = "arn:aws:iam::aws:policy/PowerUserAccess";
    await iam().send(
      new UpdateRoleCommand({ RoleName, Description: "New", MaxSessionDuration: 7200 }),
    );
    await iam().send(
      new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trustOf(HOME) }),
    );
    await iam().send(new TagRoleCommand({ RoleName, Tags: [{ Key: "keep", Value: "yes" }] }));
    await iam().send(new UntagRoleCommand({ RoleName, TagKeys: ["team"] }));
    await iam().send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }));
    const { Role } = await iam().send(new GetRoleCommand({ RoleName }));
    expect(Role).to.include({ Description: "New", MaxSessionDuration: 7200 });
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")).to.equal(trustOf(HOME));
    expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).to.equal(PermissionsBoundary);
    const tags = await iam().send(new ListRoleTagsCommand({ RoleName }));
    expect(tags.Tags).to.deep.equal([{ Key: "keep", Value: "yes" }]);
    await iam().send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
    const after = await iam().send(new GetRoleCommand({ RoleName }));
    expect(after.Role?.PermissionsBoundary).to.equal(undefined);
  });

  it("has no instance profiles", async () => {
    await createRole("profiled");
    const list = await iam().send(new ListInstanceProfilesForRoleCommand({ RoleName: "profiled" }));
    expect(list.InstanceProfiles ?? []).to.deep.equal([]);
  });

  it("lists come in pages", async () => {
    for (const name of ["p1", "p2", "p3"]) await createRole(name, { Path: "/pages/" });
    const first = await iam().send(new ListRolesCommand({ PathPrefix: "/pages/", MaxItems: 2 }));
    expect(first.IsTruncated).to.equal(true);
    const second = await iam().send(
      new ListRolesCommand({ PathPrefix: "/pages/", MaxItems: 2, Marker: first.Marker }),
    );
    expect(second.Roles?.map((role) => role.RoleName)).to.deep.equal(["p3"]);
    expect(second.IsTruncated).to.equal(false);
  });

  it("each account has its own", async () => {
    await createRole("mine");
    const other = await failureOf(
      sandbox()
        .iam("vault")
        .send(new GetRoleCommand({ RoleName: "mine" })),
    );
    expect(other.code).to.equal("NoSuchEntityException");
  });

  it("what is not there is refused by name", async () => {
    const error = await failureOf(
      iam().send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "phone" })),
    );
    expect(error.code).to.equal("NotImplemented");
    expect(error.message).to.contain("CreateVirtualMFADevice");
  });
});
