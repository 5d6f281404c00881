import { expect } from "chai";
import { startSandbox, type Sandbox } from "../../src";
import { AwsError } from "../../src/world/aws-error";
import type { Principal } from "../../src/authorization/model";
import { ManualClock } from "../../src/time/clock";
import type { ServiceName } from "../../src/world/service-name";
import { SERVICES, type Service } from "../../src/pipeline/services";
import { serviceModel } from "../../src/protocols/service-models";
import type { Shape } from "../../src/protocols/shapes";
import { START_EPOCH_MS } from "../helpers/sandbox";

/**
 * Whoever has no rights gets nothing: each operation of each service is called, on things that exist, by a user of the
 * same account without policies and by one of another account with all rights of its own.
 */

const HOME = "111111111111";
const REGION = "eu-west-1";
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: { AWS: HOME }, Action: "sts:AssumeRole" },
});
const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "s3:*", Resource: "*" },
});

/** What AWS answers to whoever has credentials, or to nobody without rights of the account's own. */
const FREE = new Set(["sts:GetCallerIdentity", "sts:GetSessionToken"]);

/** What nobody needs credentials for: who asks shows a token (sts/web-identity.test.ts). */
const OF_ANYBODY = new Set(["sts:AssumeRoleWithWebIdentity"]);

const DENIED = /^(AccessDenied|AccessDeniedException|AuthorizationError): /;

/** Some answer another account as if the thing were not there. */
const FOREIGN_DENIED =
  /^(AccessDenied|AccessDeniedException|AuthorizationError|NotFound|NotFoundException|MethodNotAllowed): /;

/** Services whose resources can be named by another account's callers. */
const OF_RESOURCES = new Set<ServiceName>(["s3", "kms", "sns", "s3control"]);

/** What is done in the caller's own account, whatever the input names. */
const OF_OWN_ACCOUNT =
  /^(s3:(CreateBucket|ListBuckets)|kms:(CreateKey|ListKeys|ListAliases|GenerateRandom|ListRetirableGrants|DeleteAlias|CreateAlias|UpdateAlias)|sns:(CreateTopic|ListTopics|ListSubscriptions))$/;

const TRAIL_ARN = `arn:aws:cloudtrail:${REGION}:${HOME}:trail/thing`;
const JOB_ID = "00e123a4-c0d8-41f4-a0eb-b46f9ba5b07c";

/** Members that AWS checks before it looks at rights, by operation. */
const SPECIAL: Readonly<Record<string, object>> = {
  "s3:DeleteObjects": { Delete: { Objects: [{ Key: "thing" }], Quiet: false } },
  "s3:PostObject": { Bucket: "things", Key: "thing", Body: Buffer.from("x") },
  "s3control:CreateJob": {
    ClientRequestToken: "token",
    Operation: { S3ReplicateObject: {} },
    Report: { Enabled: false },
    Priority: 1,
    ManifestGenerator: {
      S3JobManifestGenerator: { SourceBucket: "arn:aws:s3:::things", EnableManifestOutput: false },
    },
  },
  "s3control:ListTagsForResource": { ResourceArn: "arn:aws:s3:::things" },
  "s3control:TagResource": {
    ResourceArn: "arn:aws:s3:::things",
    Tags: [{ Key: "a", Value: "b" }],
  },
  "s3control:UntagResource": { ResourceArn: "arn:aws:s3:::things", TagKeys: ["a"] },
  "iam:CreateOpenIDConnectProvider": { Url: "https://forge.example" },
  "iam:UpdateAccessKey": { Status: "Inactive" },
  "iam:UpdateSigningCertificate": { Status: "Inactive" },
  "eventbridge:PutTargets": { Targets: [{ Id: "a", Arn: `arn:aws:sns:${REGION}:${HOME}:thing` }] },
  "eventbridge:PutEvents": { Entries: [{ Source: "a", DetailType: "b", Detail: "{}" }] },
  "cloudtrail:CreateTrail": { Name: "other", S3BucketName: "things" },
  "cloudtrail:PutEventSelectors": {
    EventSelectors: [{ ReadWriteType: "All", IncludeManagementEvents: true }],
  },
  "cloudwatch:DeleteAlarms": { AlarmNames: ["thing"] },
  "cloudwatch:EnableAlarmActions": { AlarmNames: ["thing"] },
  "cloudwatch:DisableAlarmActions": { AlarmNames: ["thing"] },
  "cloudwatch:DeleteDashboards": { DashboardNames: ["thing"] },
};

describe("Every operation of every service", () => {
  let sandbox: Sandbox;
  let admin: Principal;
  let nobody: Principal;
  let stranger: Principal;
  let samples: Readonly<Record<string, unknown>>;

  const call = (principal: Principal, service: ServiceName, operation: string, input: object) =>
    sandbox.world.invoke({ service, operation, input, principal, region: REGION });

  before(async () => {
    sandbox = await startSandbox({ clock: new ManualClock(START_EPOCH_MS) });
    const [ours, theirs] = sandbox.accounts.map(
      ({ accessKeyId }) => sandbox.world.iam.credential(accessKeyId)?.principal,
    );
    if (ours === undefined || theirs === undefined) throw new Error("both have administrators");
    [admin, stranger] = [ours, theirs];
    samples = makeThings();
    const user = sandbox.world.iam.addUser({ accountId: HOME, name: "nobody", path: "/" });
    nobody = sandbox.world.iam.createAccessKey(user).principal;
  });
  after(() => sandbox.close());

  /** One of each kind of thing, and the inputs that name them. */
  function makeThings(): Readonly<Record<string, unknown>> {
    const make = <Output>(service: ServiceName, operation: string, input: object): Output =>
      call(admin, service, operation, input) as Output;
    const Bucket = "things";
    const CreateBucketConfiguration = { LocationConstraint: REGION };
    make("s3", "CreateBucket", {
      Bucket,
      CreateBucketConfiguration,
      ObjectLockEnabledForBucket: true,
    });
    make("s3", "PutObject", { Bucket, Key: "thing", Body: Buffer.from("thing") });
    const upload = make<{ UploadId: string }>("s3", "CreateMultipartUpload", {
      Bucket,
      Key: "parts",
    });
    make("iam", "CreateRole", { RoleName: "thing", AssumeRolePolicyDocument: TRUST });
    make("iam", "CreateUser", { UserName: "thing" });
    const { AccessKey } = make<{ AccessKey: { AccessKeyId: string } }>("iam", "CreateAccessKey", {
      UserName: "thing",
    });
    const { Policy } = make<{ Policy: { Arn: string } }>("iam", "CreatePolicy", {
      PolicyName: "thing",
      PolicyDocument: POLICY,
    });
    const { KeyMetadata } = make<{ KeyMetadata: { KeyId: string; Arn: string } }>(
      "kms",
      "CreateKey",
      {},
    );
    const { CiphertextBlob } = make<{ CiphertextBlob: Uint8Array }>("kms", "Encrypt", {
      KeyId: KeyMetadata.KeyId,
      Plaintext: Buffer.from("x"),
    });
    const { GrantId } = make<{ GrantId: string }>("kms", "CreateGrant", {
      KeyId: KeyMetadata.KeyId,
      GranteePrincipal: `arn:aws:iam::${HOME}:user/thing`,
      Operations: ["Encrypt"],
    });
    make("kms", "CreateAlias", { AliasName: "alias/thing", TargetKeyId: KeyMetadata.KeyId });
    const { TopicArn } = make<{ TopicArn: string }>("sns", "CreateTopic", { Name: "thing" });
    const { SubscriptionArn } = make<{ SubscriptionArn: string }>("sns", "Subscribe", {
      TopicArn,
      Protocol: "email",
      Endpoint: "a@example.com",
      ReturnSubscriptionArn: true,
    });
    make("s3", "PutBucketPolicy", {
      Bucket,
      Policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Principal: { Service: "cloudtrail.amazonaws.com" },
          Action: ["s3:GetBucketAcl", "s3:PutObject"],
          Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
        },
      }),
    });
    make("cloudtrail", "CreateTrail", { Name: "thing", S3BucketName: Bucket });
    const { RuleArn } = make<{ RuleArn: string }>("eventbridge", "PutRule", {
      Name: "thing",
      EventPattern: '{"source":["aws.s3"]}',
    });
    return {
      Bucket,
      Key: "thing",
      UploadId: upload.UploadId,
      CopySource: "things/thing",
      RoleName: "thing",
      RoleArn: `arn:aws:iam::${HOME}:role/thing`,
      UserName: "thing",
      OpenIDConnectProviderArn: `arn:aws:iam::${HOME}:oidc-provider/forge.example`,
      AccessKeyId: AccessKey.AccessKeyId,
      PolicyArn: Policy.Arn,
      PolicySourceArn: `arn:aws:iam::${HOME}:user/thing`,
      KeyId: KeyMetadata.Arn,
      GrantId,
      TargetKeyId: KeyMetadata.KeyId,
      DestinationKeyId: KeyMetadata.KeyId,
      AliasName: "alias/thing",
      CiphertextBlob,
      TopicArn,
      SubscriptionArn,
      RuleArn,
      AlarmArn: `arn:aws:cloudwatch:${REGION}:${HOME}:alarm:thing`,
      AlarmName: "thing",
      DashboardName: "thing",
      Rule: "thing",
      TrailName: "thing",
      ResourceId: TRAIL_ARN,
      ResourceIdList: [TRAIL_ARN],
      JobId: JOB_ID,
      AccountId: HOME,
      PolicyName: "thing",
      PartNumber: 1,
      TypeName: "AWS::S3::Bucket",
      Identifier: "things",
      DesiredState: "{}",
      PatchDocument: "[]",
    };
  }

  for (const [service, { operations }] of Object.entries(SERVICES) as [ServiceName, Service][]) {
    for (const operation of Object.keys(operations)) {
      const name = `${service}:${operation}`;
      if (OF_ANYBODY.has(name)) continue;
      if (FREE.has(name)) {
        it(`${name} is free to whoever has credentials`, () => {
          expect(outcomeOf(nobody, service, operation)).to.equal("allowed");
        });
        continue;
      }
      it(`${name} is denied to a user without policies`, () => {
        expect(outcomeOf(nobody, service, operation)).to.match(DENIED);
      });
      if (!OF_RESOURCES.has(service) || OF_OWN_ACCOUNT.test(name)) continue;
      it(`${name} is denied to another account's administrator`, () => {
        expect(outcomeOf(stranger, service, operation)).to.match(FOREIGN_DENIED);
      });
    }
  }

  function outcomeOf(principal: Principal, service: ServiceName, operation: string): string {
    try {
      const answer = call(principal, service, operation, inputOf(service, operation));
      // DeleteObjects succeeds and says of each key what became of it.
      const { Errors = [] } = (answer ?? {}) as { Errors?: { Code: string; Message: string }[] };
      const [error] = Errors;
      return error === undefined ? "allowed" : `${error.Code}: ${error.Message}`;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return `${error.code}: ${error.message}`;
    }
  }

  /** The required members, and whatever names a thing that is there. */
  function inputOf(service: ServiceName, operation: string): object {
    const shape = serviceModel(service).operations.get(operation)?.input;
    const special = SPECIAL[`${service}:${operation}`] ?? {};
    if (shape?.kind !== "structure") return special;
    const input: Record<string, unknown> = {};
    for (const member of shape.members) {
      if (samples[member.name] !== undefined) input[member.name] = samples[member.name];
      else if (member.required) input[member.name] = filler(member.shape);
    }
    const resourceArn = {
      sns: samples["TopicArn"],
      eventbridge: samples["RuleArn"],
      cloudwatch: samples["AlarmArn"],
    };
    if (service in resourceArn && "ResourceARN" in input)
      input["ResourceARN"] = resourceArn[service as "sns"];
    if (service in resourceArn && "ResourceArn" in input)
      input["ResourceArn"] = resourceArn[service as "sns"];
    return { ...input, ...special };
  }
});

function filler(shape: Shape): unknown {
  switch (shape.kind) {
    case "list":
      return [];
    case "structure":
    case "map":
      return {};
    case "number":
      return 1;
    case "boolean":
      return true;
    case "blob":
      return Buffer.from("x");
    default:
      return "thing";
  }
}
