import { StopLoggingCommand } from "@aws-sdk/client-cloudtrail";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand, DecryptCommand, EncryptCommand } from "@aws-sdk/client-kms";
import { DeleteObjectCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { useSandboxWithManualClock } from "../helpers/sandbox";
import { HOUR_MS, SOURCE, VAULT } from "./trail-files";
import { BUCKET, TwoTrails } from "./two-trails";

const Bucket = BUCKET;

describe("Callers in the events of a trail", () => {
  const sandbox = useSandboxWithManualClock();
  const s3 = () => sandbox().s3();
  let trails: TwoTrails;
  let VersionId: string | undefined;

  before(async () => {
    trails = await TwoTrails.start(sandbox());
    VersionId = trails.versionId;
  });

  it("name the session of a role, and its issuer", async () => {
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Principal: { AWS: SOURCE }, Action: "sts:AssumeRole" },
    });
    const { Role } = await sandbox()
      .iam()
      .send(new CreateRoleCommand({ RoleName: "reader", AssumeRolePolicyDocument }));
    const { Credentials } = await sandbox()
      .sts()
      .send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "night" }));
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken,
    };
    const issuedAt = new Date(sandbox().clock.nowEpochMs());
    const reader = sandbox().s3("source", { credentials });
    const failure = await failureOf(reader.send(new GetObjectCommand({ Bucket, Key: "a/b c" })));
    const read = await trails.lastOwn("GetObject");
    expect(read).to.include({ errorCode: "AccessDenied", errorMessage: failure.message });
    expect(read.userIdentity).to.deep.include({
      type: "AssumedRole",
      arn: `arn:aws:sts::${SOURCE}:assumed-role/reader/night`,
      accessKeyId: credentials.accessKeyId,
      sessionContext: {
        sessionIssuer: {
          type: "Role",
          principalId: Role?.RoleId,
          arn: Role?.Arn,
          accountId: SOURCE,
          userName: "reader",
        },
        attributes: {
          creationDate: issuedAt.toISOString().replace(/\.\d+/, ""),
          mfaAuthenticated: "false",
        },
      },
    });
    const assumed = await trails.lastOwn("AssumeRole");
    expect(assumed.resources).to.deep.equal([
      { accountId: SOURCE, type: "AWS::IAM::Role", ARN: Role?.Arn },
    ]);
    expect(JSON.stringify(assumed)).to.not.contain(credentials.secretAccessKey);
  });

  it("have a copy for the caller's account and one for the owner's, who is told less of the caller", async () => {
    const stranger = sandbox().s3("vault", { region: "eu-west-1" });
    await failureOf(stranger.send(new DeleteObjectCommand({ Bucket, Key: "a/b c", VersionId })));
    const { own, theirs } = await trails.last("DeleteObject");
    expect(own?.errorCode).to.equal("AccessDenied");
    expect(own?.recipientAccountId).to.equal(SOURCE);
    expect(own?.userIdentity).to.have.all.keys("type", "principalId", "accountId");
    expect(own?.userIdentity).to.include({ type: "AWSAccount", accountId: VAULT });
    expect(own?.resources?.[1]).to.include({ accountId: SOURCE });
    expect(theirs?.recipientAccountId).to.equal(VAULT);
    expect(theirs?.userIdentity).to.include({ type: "IAMUser", userName: "admin" });
    // Whose the bucket is, a caller that is refused is not told.
    expect(theirs?.resources?.[1]).to.include({ accountId: "" });
    expect(own?.sharedEventID).to.match(/^[\da-f-]{36}$/);
    expect(theirs?.sharedEventID).to.equal(own?.sharedEventID);
    expect(theirs?.eventID).to.not.equal(own?.eventID);
    expect(theirs?.requestID).to.equal(own?.requestID);
  });

  it("of a key of another account are told to both", async () => {
    const { KeyMetadata } = await sandbox().kms().send(new CreateKeyCommand({}));
    const theirs = sandbox().kms("vault", { region: "eu-west-1" });
    await failureOf(
      theirs.send(new EncryptCommand({ KeyId: KeyMetadata?.Arn, Plaintext: Buffer.from("x") })),
    );
    const events = await trails.last("Encrypt");
    for (const event of [events.own, events.theirs]) {
      expect(event).to.include({ errorCode: "AccessDenied", readOnly: true });
      expect(event?.resources?.[0]).to.include({ accountId: SOURCE, ARN: KeyMetadata?.Arn });
    }
    const odd = sandbox()
      .kms()
      .send(new DecryptCommand({ CiphertextBlob: Buffer.from("x") }));
    expect((await failureOf(odd)).code).to.equal((await trails.lastOwn("Decrypt")).errorCode);
  });

  it("tell of whoever has no credentials, and not of whoever has wrong ones", async () => {
    const answer = await fetch(`${sandbox().endpoint}/${Bucket}/open`);
    expect(answer.status).to.equal(403);
    const anonymous = await trails.lastOwn("GetObject");
    expect(anonymous).to.include({ errorCode: "AccessDenied", recipientAccountId: SOURCE });
    expect(anonymous.requestID).to.equal(answer.headers.get("x-amz-request-id"));
    expect(anonymous.userIdentity).to.deep.equal({
      type: "AWSAccount",
      principalId: "",
      accountId: "ANONYMOUS_PRINCIPAL",
    });
    expect(anonymous.additionalEventData).to.not.have.property("SignatureVersion");
    const { accessKeyId } = sandbox().account("source");
    const liar = sandbox().s3("source", {
      credentials: { accessKeyId, secretAccessKey: "wrong" },
    });
    const failure = await failureOf(liar.send(new GetObjectCommand({ Bucket, Key: "secret" })));
    expect(failure.code).to.equal("SignatureDoesNotMatch");
    expect((await trails.lastOwn("GetObject")).requestID).to.equal(anonymous.requestID);
  });

  it("end with the call that stops the trail", async () => {
    const role = sandbox()
      .iam()
      .send(new PutRolePolicyCommand({ RoleName: "none", PolicyName: "x", PolicyDocument: "{}" }));
    await failureOf(role);
    await sandbox()
      .cloudtrail()
      .send(new StopLoggingCommand({ Name: "source-trail" }));
    await s3().send(new GetObjectCommand({ Bucket, Key: "a/b c" }));
    sandbox().clock.advance(HOUR_MS);
    const events = await trails.own.events();
    const ofRegion = events.filter(({ awsRegion }) => awsRegion === "eu-west-1");
    expect(ofRegion.at(-1)).to.include({ eventName: "StopLogging", readOnly: false });
    expect(events.findLast(({ eventName }) => eventName === "PutRolePolicy")).to.include({
      errorCode: "NoSuchEntity",
    });
  });
});
