import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  ListOpenIDConnectProvidersCommand,
  ListOpenIDConnectProviderTagsCommand,
  PutRolePolicyCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from "@aws-sdk/client-iam";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import {
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
} from "@aws-sdk/client-sts";
import { expect } from "chai";
import { expectAwsError } from "../expect-aws-error";
import { START_EPOCH_MS, useSandboxWithManualClock } from "../helpers/sandbox";

/** Identity providers of IAM, and roles that are taken on with their tokens, through the official SDK. */

const ISSUER = "https://token.actions.githubusercontent.com";
const NAME = "token.actions.githubusercontent.com";
const HOME = "111111111111";
const PROVIDER = `arn:aws:iam::${HOME}:oidc-provider/${NAME}`;
const ROLE = `arn:aws:iam::${HOME}:role/plan`;
const SUBJECT = "repo:acme/records:pull_request";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const curve = generateKeyPairSync("ec", { namedCurve: "P-256" });
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 });

const KEYS = {
  keys: [
    { ...rsa.publicKey.export({ format: "jwk" }), kid: "rsa", alg: "RS256", use: "sig" },
    { ...curve.publicKey.export({ format: "jwk" }), kid: "curve", alg: "ES256", use: "sig" },
  ],
};

const NOW_EPOCH_SECONDS = START_EPOCH_MS / 1000;

interface Signer {
  readonly alg: string;
  readonly kid: string;
  readonly key: KeyObject;
}

const RSA: Signer = { alg: "RS256", kid: "rsa", key: rsa.privateKey };

/** A token as GitHub makes it. */
function token(claims: object = {}, { alg, key, kid }: Signer = RSA): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const content = [
    part({ typ: "JWT", alg, kid }),
    part({
      iss: ISSUER,
      aud: "sts.amazonaws.com",
      sub: SUBJECT,
      iat: NOW_EPOCH_SECONDS,
      exp: NOW_EPOCH_SECONDS + 300,
      ...claims,
    }),
  ].join(".");
  const signature = sign("sha256", Buffer.from(content), { key, dsaEncoding: "ieee-p1363" });
  return `${content}.${signature.toString("base64url")}`;
}

describe("AssumeRoleWithWebIdentity", () => {
  const sandbox = useSandboxWithManualClock({
    settings: { identityProviderKeys: { [ISSUER]: KEYS } },
  });

  async function makeRole(name: string, statement: object): Promise<void> {
    const document = (fields: object) =>
      JSON.stringify({ Version: "2012-10-17", Statement: [fields] });
    await sandbox()
      .iam("source")
      .send(
        new CreateRoleCommand({
          RoleName: name,
          AssumeRolePolicyDocument: document({
            Effect: "Allow",
            Principal: { Federated: PROVIDER },
            Action: "sts:AssumeRoleWithWebIdentity",
            ...statement,
          }),
        }),
      );
    await sandbox()
      .iam("source")
      .send(
        new PutRolePolicyCommand({
          RoleName: name,
          PolicyName: "list",
          PolicyDocument: document({
            Effect: "Allow",
            Action: "s3:ListAllMyBuckets",
            Resource: "*",
            Condition: { StringEquals: { "aws:FederatedProvider": PROVIDER } },
          }),
        }),
      );
  }

  /** Nobody signs: the SDK needs no credentials for it. */
  function assume(WebIdentityToken: string, rest: object = {}) {
    const sts = new STSClient({
      endpoint: sandbox().endpoint,
      region: "eu-west-1",
      maxAttempts: 1,
      credentials: () => Promise.reject(new Error("asked for credentials")),
    });
    return sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: ROLE,
        RoleSessionName: "pull-request-7",
        WebIdentityToken,
        ...rest,
      }),
    );
  }

  before(async () => {
    await sandbox()
      .iam("source")
      .send(
        new CreateOpenIDConnectProviderCommand({
          Url: ISSUER,
          ClientIDList: ["sts.amazonaws.com"],
        }),
      );
    await makeRole("plan", {
      Condition: {
        StringEquals: { [`${NAME}:aud`]: "sts.amazonaws.com" },
        StringLike: { [`${NAME}:sub`]: "repo:acme/records:*" },
      },
    });
  });

  it("hands out a session of the role for a token that its trust policy lets in", async () => {
    const answer = await assume(token());
    expect(answer).to.deep.include({
      SubjectFromWebIdentityToken: SUBJECT,
      Audience: "sts.amazonaws.com",
      Provider: PROVIDER,
    });
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken } = answer.Credentials ?? {};
    const credentials = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    };
    const sts = sandbox().sts("source", { credentials });
    expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).to.equal(
      `arn:aws:sts::${HOME}:assumed-role/plan/pull-request-7`,
    );
    await sandbox().s3("source", { credentials }).send(new ListBucketsCommand({}));
  });

  it("takes a signature of an elliptic curve too", async () => {
    const signer = { alg: "ES256", kid: "curve", key: curve.privateKey };
    expect((await assume(token({}, signer))).AssumedRoleUser?.Arn).to.contain("/pull-request-7");
  });

  it("refuses whoever the trust policy leaves out, without saying why", async () => {
    const message = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
    const denied = { name: "AccessDenied", status: 403, message };
    await expectAwsError(assume(token({ sub: "repo:other/records:pull_request" })), denied);
    const RoleArn = `arn:aws:iam::${HOME}:role/none`;
    await expectAwsError(assume(token(), { RoleArn }), denied);
  });

  it("refuses a role that trusts an account or a service only", async () => {
    await makeRole("account", {
      Principal: { AWS: `arn:aws:iam::${HOME}:root` },
      Action: "sts:AssumeRole*",
    });
    await expectAwsError(assume(token(), { RoleArn: `arn:aws:iam::${HOME}:role/account` }), {
      name: "AccessDenied",
      status: 403,
    });
  });

  it("refuses a token that is over, in the words of its times", async () => {
    await expectAwsError(assume(token({ exp: NOW_EPOCH_SECONDS })), {
      name: "ExpiredTokenException",
      status: 400,
      message: `Token expired: current date/time ${NOW_EPOCH_SECONDS} must be before the expiration date/time${NOW_EPOCH_SECONDS}`,
    });
    await assume(token({ exp: NOW_EPOCH_SECONDS + 1 }));
  });

  const INVALID: readonly (readonly [string, () => string, string | RegExp])[] = [
    ["that is none", () => "a.b", /not a valid JWT/],
    [
      "without a signature's algorithm",
      () => token({}, { ...RSA, alg: "none" }),
      /not a valid JWT/,
    ],
    ["of another audience", () => token({ aud: "acme" }), "Incorrect token audience"],
    [
      "of a provider that the account does not have",
      () => token({ iss: "https://gitlab.com" }),
      "No OpenIDConnect provider found in your account for https://gitlab.com",
    ],
    [
      "that another key signed",
      () => token({}, { ...RSA, key: stranger.privateKey }),
      "Invalid token signature",
    ],
    [
      "that names a key which the provider does not have",
      () => token({}, { ...RSA, kid: "old" }),
      /^Couldn't retrieve verification key from your identity provider,/,
    ],
    ["without a subject", () => token({ sub: undefined }), "Missing a required claim: sub"],
    [
      "whose claims were changed after it was signed",
      () => {
        const [, payload] = token({ sub: "repo:acme/records:other" }).split(".");
        const [header, , signature] = token().split(".");
        return [header, payload, signature].join(".");
      },
      "Invalid token signature",
    ],
  ];
  for (const [title, made, message] of INVALID) {
    it(`refuses a token ${title}`, async () => {
      const error = await expectAwsError(assume(made()), {
        name: "InvalidIdentityTokenException",
        status: 400,
      });
      if (typeof message === "string") expect(error.message).to.equal(message);
      else expect(error.message).to.match(message);
    });
  }

  it("takes the party that a token is for, where it names one, for its audience", async () => {
    const iam = sandbox().iam("source");
    await iam.send(
      new AddClientIDToOpenIDConnectProviderCommand({
        OpenIDConnectProviderArn: PROVIDER,
        ClientID: "acme-app",
      }),
    );
    await makeRole("party", {
      Condition: {
        StringEquals: { [`${NAME}:aud`]: "acme-app", [`${NAME}:oaud`]: "sts.amazonaws.com" },
      },
    });
    const RoleArn = `arn:aws:iam::${HOME}:role/party`;
    expect((await assume(token({ azp: "acme-app" }), { RoleArn })).Audience).to.equal("acme-app");
    await expectAwsError(assume(token(), { RoleArn }), { name: "AccessDenied", status: 403 });
  });

  it("holds the session to the role's longest time", async () => {
    await expectAwsError(assume(token(), { DurationSeconds: 3601 }), {
      name: "ValidationError",
      status: 400,
      message: "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    });
    await expectAwsError(assume(token(), { DurationSeconds: 899 }), {
      name: "ValidationError",
      status: 400,
    });
  });

  it("takes no other request without a signature", async () => {
    const body = "Action=GetCallerIdentity&Version=2011-06-15";
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      host: "sts.amazonaws.com",
    };
    const answer = await fetch(sandbox().endpoint, { method: "POST", body, headers });
    expect(answer.status).to.equal(403);
    expect(await answer.text()).to.contain("MissingAuthenticationToken");
  });
});

describe("OpenID Connect providers", () => {
  const sandbox = useSandboxWithManualClock();
  const OpenIDConnectProviderArn = PROVIDER;
  const THUMBPRINT = "6938fd4d98bab03faadb97b34396831e3780aea1";

  it("are made, shown without a scheme, listed and tagged", async () => {
    const iam = sandbox().iam("source");
    const made = await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: ISSUER,
        ClientIDList: ["sts.amazonaws.com"],
        ThumbprintList: [THUMBPRINT],
        Tags: [{ Key: "team", Value: "records" }],
      }),
    );
    expect(made.OpenIDConnectProviderArn).to.equal(PROVIDER);
    const shown = await iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
    expect(shown).to.deep.include({
      Url: NAME,
      ClientIDList: ["sts.amazonaws.com"],
      ThumbprintList: [THUMBPRINT],
      CreateDate: new Date(START_EPOCH_MS),
    });
    const { OpenIDConnectProviderList } = await iam.send(new ListOpenIDConnectProvidersCommand({}));
    expect(OpenIDConnectProviderList).to.deep.equal([{ Arn: PROVIDER }]);
    const tags = async () =>
      (await iam.send(new ListOpenIDConnectProviderTagsCommand({ OpenIDConnectProviderArn }))).Tags;
    const Tags = [{ Key: "stage", Value: "dev" }];
    await iam.send(new TagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, Tags }));
    await iam.send(
      new UntagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, TagKeys: ["team"] }),
    );
    expect(await tags()).to.deep.equal(Tags);
  });

  it("are there once for each URL and account", async () => {
    await expectAwsError(
      sandbox()
        .iam("source")
        .send(new CreateOpenIDConnectProviderCommand({ Url: ISSUER })),
      {
        name: "EntityAlreadyExistsException",
        status: 409,
        message: `Provider with url ${ISSUER} already exists.`,
      },
    );
    await sandbox()
      .iam("vault")
      .send(new CreateOpenIDConnectProviderCommand({ Url: ISSUER }));
  });

  it("change in clients and thumbprints", async () => {
    const iam = sandbox().iam("source");
    const ClientID = "acme";
    await iam.send(
      new AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID }),
    );
    await iam.send(
      new RemoveClientIDFromOpenIDConnectProviderCommand({
        OpenIDConnectProviderArn,
        ClientID: "sts.amazonaws.com",
      }),
    );
    const ThumbprintList = ["f".repeat(40)];
    await iam.send(
      new UpdateOpenIDConnectProviderThumbprintCommand({
        OpenIDConnectProviderArn,
        ThumbprintList,
      }),
    );
    expect(
      await iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn })),
    ).to.deep.include({ ClientIDList: [ClientID], ThumbprintList });
  });

  it("are refused with a URL that is none of a provider, or too many clients", async () => {
    const iam = sandbox().iam("source");
    for (const Url of ["http://a.example", "https://a.example:8443", "https://a.example/?x=1"]) {
      await expectAwsError(iam.send(new CreateOpenIDConnectProviderCommand({ Url })), {
        name: "InvalidInputException",
        status: 400,
      });
    }
    const ClientIDList = Array.from({ length: 101 }, (_, index) => `client-${index}`);
    await expectAwsError(
      iam.send(new CreateOpenIDConnectProviderCommand({ Url: "https://a.example", ClientIDList })),
      { name: "LimitExceededException", status: 409 },
    );
  });

  it("go, and are not found then", async () => {
    const iam = sandbox().iam("source");
    await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
    await expectAwsError(
      iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn })),
      {
        name: "NoSuchEntityException",
        status: 404,
        message: `OpenIDConnect Provider not found for arn ${PROVIDER}`,
      },
    );
  });
});
