import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  TagRoleCommand,
} from "@aws-sdk/client-iam";
import { CreateBucketCommand, ListBucketsCommand } from "@aws-sdk/client-s3";
import {
  AssumeRoleCommand,
  DecodeAuthorizationMessageCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  type Credentials,
} from "@aws-sdk/client-sts";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { useSandboxWithManualClock, type Keys } from "../helpers/sandbox";

/** What sessions carry: tags, source identities, policies, and how they come together in a chain. */

const HOME = "111111111111";
const SESSION_ACTIONS = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];

describe("Sessions of STS", () => {
  const sandbox = useSandboxWithManualClock();

  const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
  const allow = (Action: string | readonly string[], rest: object = {}) => ({
    Effect: "Allow",
    Action,
    Resource: "*",
    ...rest,
  });
  const trust = (Action: string | readonly string[], Condition?: object) =>
    document({ Effect: "Allow", Principal: { AWS: HOME }, Action, Condition });

  async function createRole(RoleName: string, trusted: string, rights: object): Promise<string> {
    const iam = sandbox().iam();
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trusted }),
    );
    const PolicyDocument = document(rights);
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument }));
    return Role?.Arn ?? "";
  }

  async function createUser(UserName: string, rights: object): Promise<Keys> {
    const iam = sandbox().iam();
    await iam.send(new CreateUserCommand({ UserName }));
    const PolicyDocument = document(rights);
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "own", PolicyDocument }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    return {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    };
  }

  const keysOf = (credentials: Credentials | undefined): Keys => ({
    accessKeyId: credentials?.AccessKeyId ?? "",
    secretAccessKey: credentials?.SecretAccessKey ?? "",
    sessionToken: credentials?.SessionToken,
  });

  async function assume(RoleArn: string, rest: object = {}, credentials?: Keys) {
    const sts = sandbox().sts("source", credentials && { credentials });
    const answer = await sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: "session", ...rest }),
    );
    return { answer, keys: keysOf(answer.Credentials) };
  }

  const list = (credentials: Keys) =>
    sandbox().s3("source", { credentials }).send(new ListBucketsCommand({}));
  const Tags = [{ Key: "team", Value: "records" }];

  it("tags need sts:TagSession of the trust policy and of the caller", async () => {
    const rights = allow("s3:ListAllMyBuckets");
    const untagged = await createRole("untagged", trust("sts:AssumeRole"), rights);
    const text = `sts:TagSession on resource: ${untagged}`;
    expect((await failureOf(assume(untagged, { Tags }))).message).to.include(text);
    const tagged = await createRole("tagged", trust(SESSION_ACTIONS), rights);
    const caller = await createUser("may-assume", allow("sts:AssumeRole"));
    await assume(tagged, {}, caller);
    expect(await failureOf(assume(tagged, { Tags }, caller))).to.include({ code: "AccessDenied" });
    await assume(tagged, { Tags });
  });

  it("tags of a session are aws:PrincipalTag, and come before those of its role", async () => {
    const Condition = { StringEquals: { "aws:PrincipalTag/team": "records" } };
    const rights = allow("s3:ListAllMyBuckets", { Condition });
    const arn = await createRole("by-tag", trust(SESSION_ACTIONS), rights);
    const ofRole = [{ Key: "Team", Value: "other" }];
    await sandbox()
      .iam()
      .send(new TagRoleCommand({ RoleName: "by-tag", Tags: ofRole }));
    await failureOf(list((await assume(arn)).keys));
    await list((await assume(arn, { Tags })).keys);
  });

  it("trust policies see aws:RequestTag, aws:TagKeys and sts:TransitiveTagKeys", async () => {
    const arn = await createRole(
      "asks-for-tags",
      trust(SESSION_ACTIONS, {
        StringEquals: { "aws:RequestTag/team": "records" },
        "ForAllValues:StringEquals": { "aws:TagKeys": ["team", "cost"] },
        "ForAnyValue:StringEquals": { "sts:TransitiveTagKeys": "team" },
      }),
      allow("s3:*"),
    );
    const TransitiveTagKeys = ["team"];
    await assume(arn, { Tags, TransitiveTagKeys });
    const more = [...Tags, { Key: "rank", Value: "1" }];
    for (const wrong of [
      {},
      { Tags },
      { Tags: more, TransitiveTagKeys },
      { Tags: [{ Key: "team", Value: "other" }], TransitiveTagKeys },
    ]) {
      expect((await failureOf(assume(arn, wrong))).code, JSON.stringify(wrong)).to.equal(
        "AccessDenied",
      );
    }
  });

  it("transitive tags go on through a chain, the others end, and none can be replaced", async () => {
    const first = await createRole("first", trust(SESSION_ACTIONS), allow("sts:*"));
    const bySecond = allow("s3:ListAllMyBuckets", {
      Condition: {
        StringEquals: { "aws:PrincipalTag/team": "records" },
        Null: { "aws:PrincipalTag/rank": "true" },
      },
    });
    const second = await createRole("second", trust(SESSION_ACTIONS), bySecond);
    const { keys } = await assume(first, {
      Tags: [...Tags, { Key: "rank", Value: "1" }],
      TransitiveTagKeys: ["TEAM"],
    });
    await list((await assume(second, {}, keys)).keys);
    const again = { Tags: [{ Key: "Team", Value: "other" }] };
    expect(await failureOf(assume(second, again, keys))).to.include({
      code: "InvalidParameterValue",
      message:
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    });
  });

  it("tags have limits, in AWS's words", async () => {
    const arn = await createRole("limited", trust(SESSION_ACTIONS), allow("s3:*"));
    const many = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: "" }));
    const cases: readonly (readonly [object, string])[] = [
      [
        { Tags: many },
        "Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50",
      ],
      [
        { Tags: [{ Key: "", Value: "" }] },
        "'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1",
      ],
      [{ Tags: [{ Key: "k".repeat(129), Value: "" }] }, "less than or equal to 128"],
      [{ Tags: [{ Key: "k", Value: "v".repeat(257) }] }, "less than or equal to 256"],
      [{ Tags: [{ Key: "k", Value: "<" }] }, "regular expression pattern"],
      [
        { Tags: [...Tags, { Key: "TEAM", Value: "" }] },
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
      ],
      [
        { Tags, TransitiveTagKeys: ["rank"] },
        "The specified transitive tag key must be included in the requested tags.",
      ],
    ];
    for (const [rest, text] of cases) {
      expect((await failureOf(assume(arn, rest))).message).to.include(text);
    }
    await assume(arn, { Tags: many.slice(1) });
    const large = many.slice(1).map(({ Key }) => ({ Key, Value: "v".repeat(200) }));
    expect((await failureOf(assume(arn, { Tags: large }))).code).to.equal(
      "PackedPolicyTooLargeException",
    );
    const { answer } = await assume(arn, { Tags, Policy: document(allow("s3:*")) });
    expect(answer.PackedPolicySize).to.be.within(1, 99);
    expect((await assume(arn)).answer.PackedPolicySize).to.equal(undefined);
  });

  it("a source identity needs sts:SetSourceIdentity, is seen by policies, and stays", async () => {
    const plain = await createRole("plain", trust("sts:AssumeRole"), allow("sts:*"));
    const SourceIdentity = "ann";
    expect((await failureOf(assume(plain, { SourceIdentity }))).message).to.include(
      "sts:SetSourceIdentity",
    );
    const asks = { StringEquals: { "sts:SourceIdentity": "ann" } };
    const first = await createRole("of-ann", trust(SESSION_ACTIONS, asks), allow("sts:*"));
    expect((await failureOf(assume(first, { SourceIdentity: "bob" }))).code).to.equal(
      "AccessDenied",
    );
    const { answer, keys } = await assume(first, { SourceIdentity });
    expect(answer.SourceIdentity).to.equal("ann");
    const Condition = { StringEquals: { "aws:SourceIdentity": "ann" } };
    const byAnn = allow("s3:ListAllMyBuckets", { Condition });
    const second = await createRole("after-ann", trust(SESSION_ACTIONS), byAnn);
    const chained = await assume(second, {}, keys);
    expect(chained.answer.SourceIdentity).to.equal("ann");
    await list(chained.keys);
    // Whoever is assumed further on must let it be set as well.
    expect((await failureOf(assume(plain, {}, keys))).message).to.include("sts:SetSourceIdentity");
    await failureOf(assume(second, { SourceIdentity: "bob" }, keys));
  });

  it("names, external ids and source identities have characters and lengths", async () => {
    const arn = await createRole("spelled", trust(SESSION_ACTIONS), allow("s3:*"));
    const cases: readonly (readonly [object, string])[] = [
      [{ RoleSessionName: "a" }, "'roleSessionName'"],
      [{ RoleSessionName: "a".repeat(65) }, "'roleSessionName'"],
      [{ ExternalId: "a" }, "'externalId'"],
      [{ ExternalId: "a b" }, "'externalId'"],
      [{ ExternalId: "a".repeat(1225) }, "'externalId'"],
      [{ SourceIdentity: "a" }, "'sourceIdentity'"],
      [{ SourceIdentity: "a:b" }, "'sourceIdentity'"],
      [{ DurationSeconds: 43_201 }, "'durationSeconds'"],
    ];
    for (const [rest, member] of cases) {
      expect(await failureOf(assume(arn, rest)))
        .to.have.property("message")
        .that.includes(member);
    }
    await assume(arn, { ExternalId: "a".repeat(1224), RoleSessionName: "a".repeat(64) });
  });

  it("a chain of roles has an hour at most", async () => {
    const first = await createRole("hour-1", trust("sts:AssumeRole"), allow("sts:*"));
    const second = await createRole("hour-2", trust("sts:AssumeRole"), allow("s3:*"));
    const { keys } = await assume(first);
    await assume(second, { DurationSeconds: 3600 }, keys);
    expect((await failureOf(assume(second, { DurationSeconds: 3601 }, keys))).message).to.equal(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
    );
  });

  it("a federated user has what the user's and the session's policies allow", async () => {
    const user = await createUser("broker", allow(["s3:*", "iam:*", "sts:GetFederationToken"]));
    const sts = sandbox().sts("source", { credentials: user });
    const federate = async (rest: object = {}) => {
      const answer = await sts.send(new GetFederationTokenCommand({ Name: "app-1", ...rest }));
      return { answer, keys: keysOf(answer.Credentials) };
    };
    const Policy = document(allow(["s3:ListAllMyBuckets", "iam:*"]));
    const { answer, keys } = await federate({ Policy });
    expect(answer.FederatedUser).to.deep.equal({
      FederatedUserId: `${HOME}:app-1`,
      Arn: `arn:aws:sts::${HOME}:federated-user/app-1`,
    });
    await list(keys);
    const create = new CreateBucketCommand({ Bucket: "federated" });
    const refused = sandbox().s3("source", { credentials: keys }).send(create);
    expect((await failureOf(refused)).message).to.match(
      /^User: arn:aws:sts::111111111111:federated-user\/app-1 .* because no session policy allows the s3:CreateBucket action$/,
    );
    await failureOf(list((await federate()).keys));
    const iam = sandbox().iam("source", { credentials: keys });
    expect((await failureOf(iam.send(new ListRolesCommand({})))).code).to.equal(
      "InvalidClientTokenId",
    );
    const asApp = sandbox().sts("source", { credentials: keys });
    const { Arn } = await asApp.send(new GetCallerIdentityCommand({}));
    expect(Arn).to.equal(`arn:aws:sts::${HOME}:federated-user/app-1`);
    expect((await failureOf(asApp.send(new GetSessionTokenCommand({})))).code).to.equal(
      "AccessDenied",
    );
    const tagging = await failureOf(federate({ Tags }));
    expect(tagging.message).to.include("sts:TagSession");
  });

  it("a user's session calls other services, but not IAM", async () => {
    const { Credentials } = await sandbox().sts().send(new GetSessionTokenCommand({}));
    const credentials = keysOf(Credentials);
    await list(credentials);
    const iam = sandbox().iam("source", { credentials });
    expect((await failureOf(iam.send(new ListRolesCommand({})))).code).to.equal(
      "InvalidClientTokenId",
    );
    const sts = sandbox().sts("source", { credentials });
    for (const call of [
      sts.send(new GetFederationTokenCommand({ Name: "app-1" })),
      sts.send(new GetSessionTokenCommand({})),
    ]) {
      expect((await failureOf(call)).message).to.match(/with session credentials$/);
    }
  });

  it("no encoded message is one of the sandbox's", async () => {
    const command = new DecodeAuthorizationMessageCommand({ EncodedMessage: "abc" });
    expect((await failureOf(sandbox().sts().send(command))).code).to.equal(
      "InvalidAuthorizationMessageException",
    );
  });
});
