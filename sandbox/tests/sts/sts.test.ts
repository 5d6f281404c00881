import { expect } from "chai";
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  CreateAccessKeyCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetUserCommand,
  ListRolesCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  AssumeRoleCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  GetWebIdentityTokenCommand,
} from "@aws-sdk/client-sts";
import { failureOf } from "../helpers/aws-failure";
import { useSandboxWithManualClock } from "../helpers/sandbox";
import type { Keys } from "../helpers/sandbox";

/** STS through the official SDK, with time that the test moves. */

const HOME = "111111111111";
const AWAY = "222222222222";
const READ_IAM = "arn:aws:iam::aws:policy/IAMReadOnlyAccess";

describe("STS", () => {
  const sandbox = useSandboxWithManualClock();

  async function createRole(account: string, RoleName: string, trust: object, rest: object = {}) {
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", ...trust }],
    });
    const iam = sandbox().iam(account);
    const command = new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, ...rest });
    const { Role } = await iam.send(command);
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: READ_IAM }));
    return Role?.Arn ?? "";
  }

  async function createUser(UserName: string, document?: object): Promise<Keys> {
    const iam = sandbox().iam("source");
    await iam.send(new CreateUserCommand({ UserName }));
    if (document !== undefined) {
      const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: document });
      await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "own", PolicyDocument }));
    }
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    return {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    };
  }

  async function assume(RoleArn: string, rest: object = {}, caller?: Keys) {
    const sts = sandbox().sts("source", caller && { credentials: caller });
    const answer = await sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: "session", ...rest }),
    );
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken } = answer.Credentials ?? {};
    const keys: Keys = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    };
    return { answer, keys };
  }

  it("GetCallerIdentity says who calls", async () => {
    const identity = await sandbox().sts("vault").send(new GetCallerIdentityCommand({}));
    expect(identity.Account).to.equal(AWAY);
    expect(identity.Arn).to.equal(`arn:aws:iam::${AWAY}:user/admin`);
    expect(identity.UserId).to.match(/^AIDA/);
  });

  it("a role of the own account is assumed when its trust delegates and an identity policy allows", async () => {
    const arn = await createRole("source", "near", { Principal: { AWS: HOME } });
    const { answer, keys } = await assume(arn);
    expect(keys.accessKeyId).to.match(/^ASIA/);
    expect(answer.AssumedRoleUser?.Arn).to.equal(`arn:aws:sts::${HOME}:assumed-role/near/session`);
    expect(answer.Credentials?.Expiration?.getTime()).to.equal(
      sandbox().clock.nowEpochMs() + 3_600_000,
    );
    const identity = await sandbox()
      .sts("source", { credentials: keys })
      .send(new GetCallerIdentityCommand({}));
    expect(identity.UserId).to.match(/^AROA[A-Z2-7]{17}:session$/);
    const nobody = await createUser("nobody");
    expect(await failureOf(assume(arn, {}, nobody))).to.include({
      code: "AccessDenied",
      message: `User: arn:aws:iam::${HOME}:user/nobody is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
    });
  });

  it("a trust that names the user needs no identity policy", async () => {
    const named = await createUser("named");
    const arn = await createRole("source", "direct", {
      Principal: { AWS: `arn:aws:iam::${HOME}:user/named` },
    });
    await assume(arn, {}, named);
  });

  it("a role of another account needs both sides", async () => {
    const arn = await createRole("vault", "deploy", { Principal: { AWS: HOME } });
    const { keys } = await assume(arn);
    const iam = sandbox().iam("vault", { credentials: keys });
    const { Roles } = await iam.send(new ListRolesCommand({}));
    expect(Roles?.map((role) => role.Arn)).to.include(arn);
    const allowed = await createUser("allowed", {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Resource: arn,
    });
    await assume(arn, {}, allowed);
    const closed = await createRole("vault", "closed", { Principal: { AWS: AWAY } });
    expect((await failureOf(assume(closed))).code).to.equal("AccessDenied");
  });

  it("a role that does not exist is denied, not missing", async () => {
    const error = await failureOf(assume(`arn:aws:iam::${AWAY}:role/nothing`));
    expect(error.code).to.equal("AccessDenied");
  });

  it("a role for a service is not for users", async () => {
    const arn = await createRole("source", "service", {
      Principal: { Service: "s3.amazonaws.com" },
    });
    expect((await failureOf(assume(arn))).code).to.equal("AccessDenied");
    const session = sandbox().world.iam.assumeRoleForService(arn, "s3.amazonaws.com", "replica");
    expect(session.arn).to.equal(`arn:aws:sts::${HOME}:assumed-role/service/replica`);
    expect(() =>
      sandbox().world.iam.assumeRoleForService(arn, "batchoperations.s3.amazonaws.com", "job"),
    ).to.throw("is not authorized to perform: sts:AssumeRole");
    const { Role } = await sandbox()
      .iam("source")
      .send(new GetRoleCommand({ RoleName: "service" }));
    expect(Role?.RoleLastUsed?.Region).to.equal("eu-west-1");
  });

  it("an external id is asked for by a condition", async () => {
    const arn = await createRole("vault", "external", {
      Principal: { AWS: HOME },
      Condition: { StringEquals: { "sts:ExternalId": "42" } },
    });
    expect((await failureOf(assume(arn))).code).to.equal("AccessDenied");
    await assume(arn, { ExternalId: "42" });
  });

  it("a session ends by the clock", async () => {
    const arn = await createRole("source", "ending", { Principal: { AWS: HOME } });
    const { keys } = await assume(arn, { DurationSeconds: 900 });
    const call = () =>
      sandbox().sts("source", { credentials: keys }).send(new GetCallerIdentityCommand({}));
    sandbox().clock.advance(899_000);
    await call();
    sandbox().clock.advance(1000);
    expect((await failureOf(call())).code).to.match(/^ExpiredToken/);
  });

  it("a session policy narrows", async () => {
    const arn = await createRole("source", "narrow", { Principal: { AWS: HOME } });
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "iam:GetRole", Resource: "*" }],
    });
    const { keys } = await assume(arn, { Policy });
    const iam = sandbox().iam("source", { credentials: keys });
    await iam.send(new GetRoleCommand({ RoleName: "narrow" }));
    const error = await failureOf(iam.send(new ListRolesCommand({})));
    expect(error.message).to.match(/because no session policy allows the iam:ListRoles action$/);
  });

  it("a session loses what its role loses, and everything with its role", async () => {
    const arn = await createRole("source", "losing", { Principal: { AWS: HOME } });
    const { keys } = await assume(arn);
    const iam = sandbox().iam("source", { credentials: keys });
    const RoleName = "losing";
    await iam.send(new GetUserCommand({ UserName: "admin" }));
    const admin = sandbox().iam("source");
    await admin.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: READ_IAM }));
    const read = () => iam.send(new GetUserCommand({ UserName: "admin" }));
    expect((await failureOf(read())).code).to.equal("AccessDenied");
    await admin.send(new DeleteRoleCommand({ RoleName }));
    await createRole("source", RoleName, { Principal: { AWS: HOME } });
    expect((await failureOf(read())).code).to.equal("AccessDenied");
  });

  it("durations and names have limits", async () => {
    const arn = await createRole("source", "limits", { Principal: { AWS: HOME } });
    expect((await failureOf(assume(arn, { DurationSeconds: 899 }))).message).to.contain(
      "greater than or equal to 900",
    );
    expect((await failureOf(assume(arn, { DurationSeconds: 3601 }))).message).to.equal(
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
    expect((await failureOf(assume(arn, { RoleSessionName: "a b" }))).message).to.contain(
      "at 'roleSessionName'",
    );
    const long = await createRole(
      "source",
      "long",
      { Principal: { AWS: HOME } },
      { MaxSessionDuration: 43_200 },
    );
    const { answer } = await assume(long, { DurationSeconds: 43_200 });
    expect(answer.Credentials?.Expiration?.getTime()).to.equal(
      sandbox().clock.nowEpochMs() + 43_200_000,
    );
  });

  it("devices are refused by name", async () => {
    const arn = await createRole("source", "with-device", { Principal: { AWS: HOME } });
    const error = await failureOf(assume(arn, { SerialNumber: "GAHT12345678", TokenCode: "1" }));
    expect(error.code).to.equal("NotImplemented");
    expect(error.message).to.contain("MFA devices of AssumeRole");
  });

  it("GetSessionToken gives the same user for a time", async () => {
    const { Credentials } = await sandbox().sts("source").send(new GetSessionTokenCommand({}));
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken,
    };
    const sts = sandbox().sts("source", { credentials });
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
    expect(Arn).to.equal(`arn:aws:iam::${HOME}:user/admin`);
  });

  it("GetAccessKeyInfo says whose a key is", async () => {
    const { accessKeyId } = sandbox().account("vault");
    const { Account } = await sandbox()
      .sts("source")
      .send(new GetAccessKeyInfoCommand({ AccessKeyId: accessKeyId }));
    expect(Account).to.equal(AWAY);
  });

  it("what is not there is refused by name", async () => {
    const error = await failureOf(
      sandbox()
        .sts("source")
        .send(new GetWebIdentityTokenCommand({ Audience: ["a"], SigningAlgorithm: "RS256" })),
    );
    expect(error.code).to.equal("NotImplemented");
    expect(error.message).to.contain("GetWebIdentityToken");
  });
});
