import { ListRolesCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  GetBucketVersioningCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { CreateTopicCommand } from "@aws-sdk/client-sns";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { AccountsInvalid, ControlPoliciesInvalid, parseAccounts, startSandbox } from "../src";
import { failureOf } from "./helpers/aws-failure";
import { useSandbox } from "./helpers/sandbox";
import { sendRaw } from "./helpers/signed-request";

/** Service and resource control policies of the organization, set from outside, through the official SDK. */

const statement = (Effect: string, Action: string | string[], rest: object = {}) => ({
  Version: "2012-10-17",
  Statement: [{ Effect, Action, Resource: "*", ...rest }],
});
const scp = (Action: string | string[], rest: object = {}) => statement("Deny", Action, rest);
const rcp = (Action: string | string[], rest: object = {}) =>
  statement("Deny", Action, { Principal: "*", ...rest });

const HOME = "111111111111";
const AWAY = "222222222222";
const ADMIN = `arn:aws:iam::${HOME}:user/admin`;

describe("Accounts that start under an organization's policies", () => {
  const sandbox = useSandbox({
    organizationId: "o-records0001",
    accounts: [
      {
        name: "source",
        accountId: HOME,
        region: "eu-west-1",
        serviceControlPolicies: [scp("s3:CreateBucket"), JSON.stringify(scp("iam:*"))],
      },
      {
        name: "vault",
        accountId: AWAY,
        region: "eu-central-1",
        serviceControlPolicies: [statement("Allow", ["s3:*", "sts:*"])],
        resourceControlPolicies: [rcp("s3:GetBucketVersioning")],
      },
    ],
  });

  it("a Deny binds the administrator, and AWS's text says what denied", async () => {
    const { code, message } = await failureOf(
      sandbox()
        .s3("source")
        .send(new CreateBucketCommand({ Bucket: "scp-denied" })),
    );
    expect(code).to.equal("AccessDenied");
    expect(message).to.equal(
      `User: ${ADMIN} is not authorized to perform: s3:CreateBucket on resource: "arn:aws:s3:::scp-denied" with an explicit deny in a service control policy`,
    );
  });

  it("a document may be JSON text, and each of the list counts", async () => {
    const { message } = await failureOf(sandbox().iam("source").send(new ListRolesCommand({})));
    expect(message).to.match(/with an explicit deny in a service control policy$/);
  });

  it("FullAWSAccess stays beside documents that only deny", async () => {
    await sandbox().s3("source").send(new ListBucketsCommand({}));
  });

  it("a document with an Allow is a list of what is allowed, in the place of FullAWSAccess", async () => {
    await sandbox().s3("vault").send(new ListBucketsCommand({}));
    const { message } = await failureOf(sandbox().iam("vault").send(new ListRolesCommand({})));
    expect(message).to.equal(
      `User: arn:aws:iam::${AWAY}:user/admin is not authorized to perform: iam:ListRoles on resource: arn:aws:iam::${AWAY}:role/ because no service control policy allows the iam:ListRoles action`,
    );
  });

  it("a resource control policy denies the owner too", async () => {
    const s3 = sandbox().s3("vault");
    await s3.send(new CreateBucketCommand({ Bucket: "rcp-vault" }));
    const { message } = await failureOf(
      s3.send(new GetBucketVersioningCommand({ Bucket: "rcp-vault" })),
    );
    expect(message).to.match(
      /perform: s3:GetBucketVersioning on resource: "arn:aws:s3:::rcp-vault" with an explicit deny in a resource control policy$/,
    );
  });

  it("asking who one is needs no permission, so nothing can deny it", async () => {
    await sandbox().sts("source").send(new GetCallerIdentityCommand({}));
  });

  it("the organization has the id that it was given", () => {
    expect(sandbox().organization.id).to.equal("o-records0001");
  });
});

describe("An organization's policies that change while the sandbox runs", () => {
  const sandbox = useSandbox();
  const Bucket = "shared-records";

  before(async () => {
    const s3 = sandbox().s3("source");
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: {} }));
    const policy = statement("Allow", "s3:GetBucketVersioning", {
      Principal: "*",
      Resource: `arn:aws:s3:::${Bucket}`,
    });
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }));
  });
  afterEach(() => {
    for (const account of [HOME, AWAY]) sandbox().organization.setControlPolicies(account, {});
  });

  const read = (account: string) =>
    sandbox().s3(account, { region: "eu-west-1" }).send(new GetBucketVersioningCommand({ Bucket }));
  const readAsNobody = async () =>
    (await sendRaw(sandbox(), { method: "GET", target: `/${Bucket}?versioning` })).statusCode;

  it("are set by account name or id, count at once, and can be read back", async () => {
    const { organization } = sandbox();
    const policies = { serviceControlPolicies: [scp("s3:ListAllMyBuckets")] };
    organization.setControlPolicies("source", policies);
    expect(organization.controlPolicies(HOME)).to.deep.include(policies);
    await failureOf(sandbox().s3("source").send(new ListBucketsCommand({})));
    organization.setControlPolicies(HOME, {});
    await sandbox().s3("source").send(new ListBucketsCommand({}));
  });

  it("a resource control policy binds principals of other accounts and nobody in particular", async () => {
    await read("vault");
    expect(await readAsNobody()).to.equal(200);
    sandbox().organization.setControlPolicies("source", {
      resourceControlPolicies: [rcp("s3:GetBucketVersioning")],
    });
    expect((await failureOf(read("vault"))).code).to.equal("AccessDenied");
    expect(await readAsNobody()).to.equal(403);
  });

  it("a data perimeter by aws:PrincipalOrgID lets the organization in, and nobody else", async () => {
    const { organization } = sandbox();
    organization.setControlPolicies("source", {
      resourceControlPolicies: [
        rcp("s3:*", {
          Condition: {
            StringNotEqualsIfExists: { "aws:PrincipalOrgID": organization.id },
            BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
          },
        }),
      ],
    });
    await read("vault");
    expect(await readAsNobody()).to.equal(403);
  });

  it("a perimeter by aws:ResourceOrgID and aws:ResourceAccount keeps principals to some resources", async () => {
    const { organization } = sandbox();
    const foreign = (Condition: object) => ({
      serviceControlPolicies: [scp("s3:*", { Condition })],
    });
    const sameOrganization = { "aws:ResourceOrgID": organization.id };
    organization.setControlPolicies("vault", foreign({ StringNotEquals: sameOrganization }));
    await read("vault");
    organization.setControlPolicies(
      "vault",
      foreign({ StringNotEquals: { "aws:ResourceAccount": AWAY } }),
    );
    expect((await failureOf(read("vault"))).code).to.equal("AccessDenied");
  });

  it("a resource control policy does not reach services that have none", async () => {
    sandbox().organization.setControlPolicies("source", {
      resourceControlPolicies: [rcp(["sns:*", "s3:*"])],
    });
    await sandbox()
      .sns("source")
      .send(new CreateTopicCommand({ Name: "unreached" }));
    await failureOf(read("source"));
  });

  it("the admin endpoint shows, sets and takes them away", async () => {
    const policies = { serviceControlPolicies: [scp("s3:ListAllMyBuckets")] };
    expect(await ask("PUT", "vault", policies)).to.deep.equal({ status: 200, value: policies });
    await failureOf(sandbox().s3("vault").send(new ListBucketsCommand({})));
    expect(await ask("GET", AWAY)).to.deep.equal({ status: 200, value: policies });
    expect(await ask("DELETE", "vault")).to.deep.equal({ status: 200, value: {} });
    await sandbox().s3("vault").send(new ListBucketsCommand({}));
  });

  it("the admin endpoint names every mistake and changes nothing", async () => {
    const wrong = {
      serviceControlPolicies: [scp("s3:*"), "{", rcp("s3:*")],
      resourceControlPolicies: [
        statement("Allow", "*", { Principal: "*" }),
        statement("Deny", "s3:*", { Principal: { AWS: AWAY } }),
      ],
    };
    const { status, value } = await ask("PUT", "vault", wrong);
    expect(status).to.equal(400);
    const { problems } = (value as { error: { problems: { path: string }[] } }).error;
    expect(problems.map(({ path }) => path)).to.deep.equal([
      "serviceControlPolicies[1]",
      "serviceControlPolicies[2]",
      "resourceControlPolicies[0]",
      "resourceControlPolicies[1]",
    ]);
    await sandbox().s3("vault").send(new ListBucketsCommand({}));
    expect((await ask("PUT", "vault", { serviceControlPolicy: [] })).status).to.equal(400);
    expect((await ask("GET", "nobody")).status).to.equal(404);
    expect((await ask("POST", "vault", {})).status).to.equal(405);
  });

  async function ask(method: string, account: string, body?: object) {
    const target = `/_lockstep/accounts/${account}/policies`;
    const answer = await sendRaw(sandbox(), {
      method,
      target,
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, value: JSON.parse(answer.body) as unknown };
  }
});

describe("A description of accounts", () => {
  const account = { name: "a", accountId: HOME, region: "eu-west-1" };

  it("is refused with every mistake in its policies, each with its path", async () => {
    const accounts = [
      account,
      {
        name: "b",
        accountId: "2222",
        region: "eu-west-1",
        serviceControlPolicies: [{ Version: "2012-10-17" }],
        resourceControlPolicies: [
          rcp("s3:*"),
          rcp("s3:*", { Principal: { AWS: "*" } }),
          scp("s3:*"),
        ],
      },
    ];
    const failure = await startSandbox({ accounts }).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(AccountsInvalid);
    expect((failure as AccountsInvalid).problems.map(({ path }) => path)).to.deep.equal([
      "accounts[1].accountId",
      "accounts[1].serviceControlPolicies[0]",
      "accounts[1].resourceControlPolicies[2]",
    ]);
  });

  it("of a file is refused for wrong members", () => {
    const raw = {
      accounts: [
        { ...account, policies: [] },
        { name: "b", accountId: 2 },
      ],
    };
    let failure: unknown;
    try {
      parseAccounts(raw);
    } catch (error) {
      failure = error;
    }
    expect((failure as AccountsInvalid).problems).to.deep.equal([
      { path: "accounts[0].policies", message: "is not known" },
      { path: "accounts[1].accountId", message: "expected twelve digits, in quotes" },
      { path: "accounts[1].region", message: "expected a text" },
    ]);
  });

  it("has policies of 5,120 characters at most", async () => {
    const sandbox = await startSandbox({ accounts: [account] });
    try {
      const sized = (characters: number) => {
        const empty = JSON.stringify(scp("s3:"));
        return { serviceControlPolicies: [scp(`s3:${"x".repeat(characters - empty.length)}`)] };
      };
      sandbox.organization.setControlPolicies("a", sized(5120));
      expect(() => sandbox.organization.setControlPolicies("a", sized(5121)))
        .to.throw(ControlPoliciesInvalid)
        .with.property("message")
        .that.includes("has 5121 characters, and 5120 are allowed");
    } finally {
      await sandbox.close();
    }
  });

  it("draws the organization's id from the seed, and refuses one that is none", async () => {
    const ids: string[] = [];
    for (const seed of [1, 1, 2]) {
      const sandbox = await startSandbox({ seed });
      ids.push(sandbox.organization.id);
      await sandbox.close();
    }
    expect(ids[0])
      .to.match(/^o-[a-z0-9]{10}$/)
      .and.to.equal(ids[1]);
    expect(ids[2]).not.to.equal(ids[0]);
    const failure = await startSandbox({ organizationId: "acme" }).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(RangeError);
  });
});
