import { expect } from "chai";
import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreateAccountAliasCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  DetachRolePolicyCommand,
  GetAccountSummaryCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  ListAccountAliasesCommand,
  ListMFADevicesCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ListAttachedRolePoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListInstanceProfilesForRoleCommand,
  ListPoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { failureOf } from "../helpers/aws-failure";
import { useSandbox } from "../helpers/sandbox";

/** IAM through the official SDK. */

const HOME = "111111111111";
const S3_TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
});
const trustOf = (principal: string) =>
  S3_TRUST.replace('"Service":"s3.amazonaws.com"', `"AWS":"${principal}"`);
const READ = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:Get*", Resource: "arn:aws:s3:::records/*" }],
});

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

describe("IAM managed policies", () => {
  const sandbox = useSandbox();
  const iam = () => sandbox().iam("source");
  const create = (PolicyName: string) =>
    iam().send(new CreatePolicyCommand({ PolicyName, PolicyDocument: READ }));
  const arnOf = (name: string) => `arn:aws:iam::${HOME}:policy/${name}`;

  it("have versions, of which one is the default", async () => {
    await create("versioned");
    const PolicyArn = arnOf("versioned");
    const second = await iam().send(
      new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: READ, SetAsDefault: true }),
    );
    expect(second.PolicyVersion).to.include({ VersionId: "v2", IsDefaultVersion: true });
    const { Policy } = await iam().send(new GetPolicyCommand({ PolicyArn }));
    expect(Policy).to.include({ DefaultVersionId: "v2", AttachmentCount: 0 });
    const version = await iam().send(new GetPolicyVersionCommand({ PolicyArn, VersionId: "v1" }));
    expect(decodeURIComponent(version.PolicyVersion?.Document ?? "")).to.equal(READ);
    const inUse = await failureOf(
      iam().send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: "v2" })),
    );
    expect(inUse.message).to.equal("Cannot delete the default version of a policy.");
    expect(
      (await failureOf(iam().send(new DeletePolicyCommand({ PolicyArn })))).message,
    ).to.contain("This policy has more than one version.");
    await iam().send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: "v1" }));
    await iam().send(new DeletePolicyCommand({ PolicyArn }));
    expect((await failureOf(iam().send(new GetPolicyCommand({ PolicyArn })))).message).to.equal(
      `Policy ${PolicyArn} was not found.`,
    );
  });

  it("have five versions at most", async () => {
    await create("five");
    const PolicyArn = arnOf("five");
    const another = () =>
      iam().send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: READ }));
    for (let count = 2; count <= 5; count++) await another();
    expect((await failureOf(another())).code).to.equal("LimitExceededException");
  });

  it("cannot be deleted while attached, and say to whom", async () => {
    await create("used");
    const PolicyArn = arnOf("used");
    await iam().send(
      new CreateRoleCommand({ RoleName: "user-of", AssumeRolePolicyDocument: S3_TRUST }),
    );
    await iam().send(new AttachRolePolicyCommand({ RoleName: "user-of", PolicyArn }));
    expect(await failureOf(iam().send(new DeletePolicyCommand({ PolicyArn })))).to.include({
      code: "DeleteConflictException",
      message: "Cannot delete a policy attached to entities.",
    });
    const entities = await iam().send(new ListEntitiesForPolicyCommand({ PolicyArn }));
    expect(entities.PolicyRoles?.map((role) => role.RoleName)).to.deep.equal(["user-of"]);
    const attached = await iam().send(
      new ListPoliciesCommand({ Scope: "Local", OnlyAttached: true }),
    );
    expect(attached.Policies?.map((policy) => policy.Arn)).to.deep.equal([PolicyArn]);
  });

  it("a name is taken once", async () => {
    await create("once");
    expect((await failureOf(create("once"))).message).to.equal(
      "A policy called once already exists. Duplicate names are not allowed.",
    );
  });

  it("those of AWS cannot be changed", async () => {
    const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
    const error = await failureOf(iam().send(new DeletePolicyCommand({ PolicyArn })));
    expect(error.status).to.equal(403);
  });
});

describe("IAM users and access", () => {
  const sandbox = useSandbox();
  const iam = () => sandbox().iam("source");

  async function newUser(UserName: string, policy?: string) {
    await iam().send(new CreateUserCommand({ UserName }));
    if (policy !== undefined) {
      await iam().send(
        new PutUserPolicyCommand({ UserName, PolicyName: "own", PolicyDocument: policy }),
      );
    }
    const { AccessKey } = await iam().send(new CreateAccessKeyCommand({ UserName }));
    return {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    };
  }

  it("a user is somebody, and needs permissions", async () => {
    const credentials = await newUser("ann");
    const identity = await sandbox()
      .sts("source", { credentials })
      .send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).to.equal(`arn:aws:iam::${HOME}:user/ann`);
    const error = await failureOf(
      sandbox()
        .iam("source", { credentials })
        .send(new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument: S3_TRUST })),
    );
    expect(error.code).to.equal("AccessDenied");
    expect(error.status).to.equal(403);
    expect(error.message).to.equal(
      `User: arn:aws:iam::${HOME}:user/ann is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::${HOME}:role/r because no identity-based policy allows the iam:CreateRole action`,
    );
  });

  it("an explicit deny is named as such", async () => {
    const credentials = await newUser(
      "denied",
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"iam:GetUser","Resource":"*"}]}',
    );
    const error = await failureOf(
      sandbox().iam("source", { credentials }).send(new GetUserCommand({})),
    );
    expect(error.message).to.match(/with an explicit deny in an identity-based policy$/);
  });

  it("tags at creation need the permission to tag", async () => {
    const credentials = await newUser(
      "untagged",
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:CreateRole","Resource":"*"}]}',
    );
    const create = (rest: object) =>
      sandbox()
        .iam("source", { credentials })
        .send(
          new CreateRoleCommand({
            RoleName: "by-untagged",
            AssumeRolePolicyDocument: S3_TRUST,
            ...rest,
          }),
        );
    const error = await failureOf(create({ Tags: [{ Key: "a", Value: "b" }] }));
    expect(error.message).to.contain("is not authorized to perform: iam:TagRole");
    await create({});
  });

  it("a delegated administrator can be held to a boundary", async () => {
    const boundary = "arn:aws:iam::aws:policy/PowerUserAccess";
    const credentials = await newUser(
      "delegate",
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: ["iam:CreateRole", "iam:PutRolePolicy"],
            Resource: "*",
            Condition: { StringEquals: { "iam:PermissionsBoundary": boundary } },
          },
        ],
      }),
    );
    const client = sandbox().iam("source", { credentials });
    const create = (RoleName: string, PermissionsBoundary?: string) =>
      client.send(
        new CreateRoleCommand({
          RoleName,
          AssumeRolePolicyDocument: S3_TRUST,
          PermissionsBoundary,
        }),
      );
    expect((await failureOf(create("unbounded"))).code).to.equal("AccessDenied");
    await create("bounded", boundary);
    const put = (RoleName: string) =>
      client.send(new PutRolePolicyCommand({ RoleName, PolicyName: "read", PolicyDocument: READ }));
    await put("bounded");
    await iam().send(
      new CreateRoleCommand({ RoleName: "unbounded", AssumeRolePolicyDocument: S3_TRUST }),
    );
    expect((await failureOf(put("unbounded"))).code).to.equal("AccessDenied");
  });

  it("GetUser without a name is the caller", async () => {
    const { User } = await iam().send(new GetUserCommand({}));
    expect(User?.UserName).to.equal("admin");
  });

  it("an inactive key does not open", async () => {
    const credentials = await newUser("paused");
    const { accessKeyId } = credentials;
    await iam().send(
      new UpdateAccessKeyCommand({
        UserName: "paused",
        AccessKeyId: accessKeyId,
        Status: "Inactive",
      }),
    );
    const error = await failureOf(
      sandbox().sts("source", { credentials }).send(new GetCallerIdentityCommand({})),
    );
    expect(error.code).to.equal("InvalidClientTokenId");
  });

  it("a user with keys or policies cannot be deleted; two keys are the limit", async () => {
    await newUser("full", READ);
    await iam().send(new CreateAccessKeyCommand({ UserName: "full" }));
    const third = iam().send(new CreateAccessKeyCommand({ UserName: "full" }));
    expect(await failureOf(third)).to.include({
      code: "LimitExceededException",
      message: "Cannot exceed quota for AccessKeysPerUser: 2",
    });
    const remove = await failureOf(iam().send(new DeleteUserCommand({ UserName: "full" })));
    expect(remove.code).to.equal("DeleteConflictException");
  });

  it("a user has no passwords, devices, SSH keys or certificates, as tools ask before they delete one", async () => {
    await newUser("plain");
    const UserName = "plain";
    expect((await iam().send(new ListSSHPublicKeysCommand({ UserName }))).SSHPublicKeys).to.be
      .empty;
    expect((await iam().send(new ListMFADevicesCommand({ UserName }))).MFADevices).to.be.empty;
    const { Certificates } = await iam().send(new ListSigningCertificatesCommand({ UserName }));
    expect(Certificates).to.be.empty;
    const profile = await failureOf(iam().send(new DeleteLoginProfileCommand({ UserName })));
    expect(profile).to.include({ code: "NoSuchEntityException", status: 404 });
    const stranger = new ListSSHPublicKeysCommand({ UserName: "nobody" });
    expect((await failureOf(iam().send(stranger))).code).to.equal("NoSuchEntityException");
  });

  it("an account has an alias, and a summary of what is in it", async () => {
    const client = sandbox().iam("vault");
    await client.send(new CreateAccountAliasCommand({ AccountAlias: "acme-records" }));
    const aliases = await client.send(new ListAccountAliasesCommand({}));
    expect(aliases.AccountAliases).to.deep.equal(["acme-records"]);
    const { SummaryMap } = await client.send(new GetAccountSummaryCommand({}));
    expect(SummaryMap).to.include({ Users: 1, Roles: 0, AttachedPoliciesPerRoleQuota: 10 });
  });

  it("simulations answer as requests are decided", async () => {
    await newUser("simulated", READ);
    const { EvaluationResults } = await iam().send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: `arn:aws:iam::${HOME}:user/simulated`,
        ActionNames: ["s3:GetObject", "s3:PutObject"],
        ResourceArns: ["arn:aws:s3:::records/x"],
      }),
    );
    expect(EvaluationResults?.map((result) => result.EvalDecision)).to.deep.equal([
      "allowed",
      "implicitDeny",
    ]);
    const custom = await iam().send(
      new SimulateCustomPolicyCommand({
        PolicyInputList: [READ, READ.replace("Allow", "Deny")],
        ActionNames: ["s3:GetObject"],
        ResourceArns: ["arn:aws:s3:::records/x"],
      }),
    );
    expect(custom.EvaluationResults?.[0]?.EvalDecision).to.equal("explicitDeny");
  });
});
