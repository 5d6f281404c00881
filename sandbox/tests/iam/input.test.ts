import type { IAMClient } from "@aws-sdk/client-iam";
import {
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  GetUserCommand,
  ListRolesCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  PutUserPolicyCommand,
  TagUserCommand,
  UntagUserCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { useSandbox } from "../helpers/sandbox";

const ONE = "1 validation error detected: Value at";
const FAILED = "failed to satisfy constraint: Member must";

describe("IAM's checks of an input", () => {
  const sandbox = useSandbox();
  let iam: IAMClient;

  before(async () => {
    iam = sandbox().iam();
    await iam.send(new CreateUserCommand({ UserName: "tagged" }));
  });

  async function refusal(call: Promise<unknown>): Promise<string[]> {
    try {
      await call;
    } catch (error) {
      if (error instanceof Error) return [error.name, error.message];
    }
    throw new Error("It was answered as a success.");
  }

  it("come before the existence of what is named", async () => {
    const UserName = "missing";
    expect(
      await refusal(iam.send(new ListUserTagsCommand({ UserName, MaxItems: 0 }))),
    ).to.deep.equal([
      "ValidationError",
      `${ONE} 'maxItems' ${FAILED} have value greater than or equal to 1`,
    ]);
    expect(
      await refusal(iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: "short" }))),
    ).to.deep.equal([
      "ValidationError",
      `${ONE} 'accessKeyId' ${FAILED} have length greater than or equal to 16`,
    ]);
    expect(
      await refusal(
        iam.send(
          new PutUserPolicyCommand({ UserName, PolicyName: "p", PolicyDocument: '{"é": 1}' }),
        ),
      ),
    ).to.deep.equal([
      "ValidationError",
      "The specified value for policyDocument is invalid. It must contain only printable ASCII characters.",
    ]);
    expect(
      await refusal(iam.send(new TagUserCommand({ UserName, Tags: [{ Key: "a(b", Value: "" }] }))),
    ).to.deep.equal([
      "ValidationError",
      `${ONE} 'tags.1.member.key' ${FAILED} satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+`,
    ]);
  });

  it("allow longer names to look for than to make", async () => {
    const longName = "a".repeat(65);
    expect(await refusal(iam.send(new CreateUserCommand({ UserName: longName })))).to.deep.equal([
      "ValidationError",
      `${ONE} 'userName' ${FAILED} have length less than or equal to 64`,
    ]);
    expect((await refusal(iam.send(new GetUserCommand({ UserName: longName }))))[0]).to.equal(
      "NoSuchEntityException",
    );
    expect(
      (await refusal(iam.send(new GetUserCommand({ UserName: "a".repeat(129) }))))[1],
    ).to.equal(`${ONE} 'userName' ${FAILED} have length less than or equal to 128`);
  });

  it("name paths and prefixes that cannot be", async () => {
    const rule = "contain only alphanumeric characters and/or / characters.";
    expect(
      (await refusal(iam.send(new CreateUserCommand({ UserName: "u", Path: "x" }))))[1],
    ).to.equal(`The specified value for path is invalid. It must begin and end with / and ${rule}`);
    for (const command of [
      new ListUsersCommand({ PathPrefix: "x" }),
      new ListRolesCommand({ PathPrefix: "x" }),
    ]) {
      const call = command instanceof ListUsersCommand ? iam.send(command) : iam.send(command);
      expect((await refusal(call))[1]).to.equal(
        `The specified value for pathPrefix is invalid. It must begin with the / character and ${rule}`,
      );
    }
  });

  it("tell a trust policy's mistakes otherwise than a permissions policy's", async () => {
    const documents: [string, string, string][] = [
      ["{", "This policy contains invalid Json", "Syntax errors in policy."],
      [
        '{"Version":"2020-01-01","Statement":[]}',
        "The policy must contain a valid version string",
        "Syntax errors in policy.",
      ],
      [
        '{"Version":"2012-10-17"}',
        "Could not parse the policy: Statement is empty!",
        "Syntax errors in policy.",
      ],
    ];
    for (const [document, ofTrust, ofPermissions] of documents) {
      const role = new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument: document });
      expect(await refusal(iam.send(role))).to.deep.equal([
        "MalformedPolicyDocumentException",
        ofTrust,
      ]);
      const inline = new PutUserPolicyCommand({
        UserName: "tagged",
        PolicyName: "p",
        PolicyDocument: document,
      });
      expect(await refusal(iam.send(inline))).to.deep.equal([
        "MalformedPolicyDocumentException",
        ofPermissions,
      ]);
    }
  });

  it("take tag keys in any case for the same", async () => {
    const UserName = "tagged";
    const tag = (...Tags: { Key: string; Value: string }[]): Promise<unknown> =>
      iam.send(new TagUserCommand({ UserName, Tags }));
    for (const Key of ["a", "A"]) {
      expect(await refusal(tag({ Key: "a", Value: "1" }, { Key, Value: "2" }))).to.deep.equal([
        "InvalidInputException",
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
      ]);
    }
    await tag({ Key: "env", Value: "1" });
    await tag({ Key: "ENV", Value: "2" });
    const { Tags } = await iam.send(new ListUserTagsCommand({ UserName }));
    expect(Tags).to.deep.equal([{ Key: "ENV", Value: "2" }]);
    await iam.send(new UntagUserCommand({ UserName, TagKeys: ["Env"] }));
    expect((await iam.send(new ListUserTagsCommand({ UserName }))).Tags).to.deep.equal([]);
  });
});
