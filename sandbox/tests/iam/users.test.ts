/** Users of IAM and what they may do, through the official SDK. */

import { expect } from "chai";
import {
  CreateAccessKeyCommand,
  CreateAccountAliasCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  GetAccountSummaryCommand,
  GetUserCommand,
  ListAccountAliasesCommand,
  ListMFADevicesCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { failureOf } from "../helpers/aws-failure";
import { useSandbox } from "../helpers/sandbox";
import { S3_TRUST, READ } from "./policies";

/** IAM through the official SDK. */

const HOME = "111111111111";

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
