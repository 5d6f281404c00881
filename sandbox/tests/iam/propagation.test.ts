import {
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
} from "@aws-sdk/client-s3";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { useSandboxWithManualClock } from "../helpers/sandbox";

const DELAY_MS = 10_000;

describe("The setting iamPropagationDelayMs", () => {
  const sandbox = useSandboxWithManualClock({ settings: { iamPropagationDelayMs: DELAY_MS } });
  let made = 0;

  it("leaves the administrators of the accounts as they are", async () => {
    await sandbox().s3().send(new ListBucketsCommand());
  });

  it("keeps a new role from being assumed, though it is there already", async () => {
    const RoleName = await newRole();
    await sandbox().iam().send(new GetRoleCommand({ RoleName }));
    expect((await failureOf(assume(RoleName))).code).to.equal("AccessDenied");
    sandbox().clock.advance(DELAY_MS - 1);
    expect((await failureOf(assume(RoleName))).code).to.equal("AccessDenied");
    sandbox().clock.advance(1);
    await assume(RoleName);
  });

  it("keeps a new policy from allowing, and a removed one from being missed", async () => {
    const RoleName = await newRole();
    sandbox().clock.advance(DELAY_MS);
    const client = await clientOf(RoleName);
    const allowed = async () => {
      try {
        await client.send(new ListBucketsCommand());
        return true;
      } catch (error) {
        if (error instanceof Error && error.name === "AccessDenied") return false;
        throw error;
      }
    };
    const PolicyName = "list";
    const PolicyDocument = policy({ Effect: "Allow", Action: "s3:*", Resource: "*" });
    await sandbox().iam().send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
    expect(await allowed()).to.equal(false);
    sandbox().clock.advance(DELAY_MS);
    expect(await allowed()).to.equal(true);
    await sandbox().iam().send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    expect(await allowed()).to.equal(true);
    sandbox().clock.advance(DELAY_MS);
    expect(await allowed()).to.equal(false);
  });

  it("keeps a change of trust from being seen", async () => {
    const RoleName = await newRole();
    sandbox().clock.advance(DELAY_MS);
    const PolicyDocument = trust({ Service: "s3.amazonaws.com" });
    await sandbox().iam().send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    await assume(RoleName);
    sandbox().clock.advance(DELAY_MS);
    expect((await failureOf(assume(RoleName))).code).to.equal("AccessDenied");
  });

  it("keeps a bucket policy from naming a role that is too new", async () => {
    const RoleName = await newRole();
    const Bucket = "guarded";
    await sandbox().s3().send(new CreateBucketCommand({ Bucket }));
    const Policy = policy({
      Effect: "Allow",
      Principal: { AWS: arn(RoleName) },
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${Bucket}/*`,
    });
    const put = () => sandbox().s3().send(new PutBucketPolicyCommand({ Bucket, Policy }));
    const early = await failureOf(put());
    expect(early).to.include({ code: "MalformedPolicy" });
    expect(early.message).to.include("Invalid principal in policy");
    sandbox().clock.advance(DELAY_MS);
    await put();
  });

  const arn = (roleName: string): string => `arn:aws:iam::111111111111:role/${roleName}`;
  const policy = (statement: object): string =>
    JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const trust = (principal: object): string =>
    policy({ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" });

  async function newRole(): Promise<string> {
    const RoleName = `reader-${made++}`;
    const AssumeRolePolicyDocument = trust({ AWS: "111111111111" });
    await sandbox().iam().send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    return RoleName;
  }

  function assume(roleName: string) {
    const command = new AssumeRoleCommand({ RoleArn: arn(roleName), RoleSessionName: "test" });
    return sandbox().sts().send(command);
  }

  async function clientOf(roleName: string) {
    const { Credentials } = await assume(roleName);
    return sandbox().s3("source", {
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? "",
        secretAccessKey: Credentials?.SecretAccessKey ?? "",
        sessionToken: Credentials?.SessionToken,
      },
    });
  }
});
