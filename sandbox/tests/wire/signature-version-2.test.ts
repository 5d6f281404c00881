import { createHmac } from "node:crypto";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { START_EPOCH_MS, useSandboxWithManualClock, type Keys } from "../helpers/sandbox";
import { sendRaw, type RawAnswer } from "../helpers/signed-request";

const HOUR_S = 3600;
const BUCKET = "old-signatures";

/** The SDK for JavaScript has no Version 2 any more; boto3 and the AWS CLI presign with it. */
function signature(keys: Keys, stringToSign: string): string {
  return createHmac("sha1", keys.secretAccessKey).update(stringToSign).digest("base64");
}

describe("Signature Version 2", () => {
  const sandbox = useSandboxWithManualClock();
  const endSeconds = START_EPOCH_MS / 1000 + HOUR_S;

  before(async () => {
    for (const [region, name] of [
      ["eu-west-1", BUCKET],
      ["eu-central-1", "new-region"],
    ] as const) {
      await sandbox()
        .s3("source", { region })
        .send(
          new CreateBucketCommand({
            Bucket: name,
            CreateBucketConfiguration: { LocationConstraint: region },
          }),
        );
    }
    await sandbox()
      .s3()
      .send(new PutObjectCommand({ Bucket: BUCKET, Key: "a key", Body: "text" }));
  });

  interface Presigned {
    readonly method?: string;
    readonly bucket?: string;
    readonly resource?: string;
    readonly query?: string;
    readonly amzHeaders?: string;
    readonly keys?: Keys;
    readonly body?: string;
  }

  /** As boto3 does: the sub-resource is signed decoded and sent encoded. */
  async function presigned(wanted: Presigned): Promise<RawAnswer> {
    const { method = "GET", bucket = BUCKET, resource = "", query = "", body } = wanted;
    const keys = wanted.keys ?? sandbox().account("source");
    const path = `/${bucket}/a%20key`;
    const text = `${method}\n\n\n${endSeconds}\n${wanted.amzHeaders ?? ""}${path}${resource}`;
    const signed = encodeURIComponent(signature(keys, text));
    const target = `${path}?${query}AWSAccessKeyId=${keys.accessKeyId}&Signature=${signed}&Expires=${endSeconds}`;
    return sendRaw(sandbox(), { method, target, body });
  }

  it("reads and writes by presigned URL in Regions of before 2014", async () => {
    expect(await presigned({})).to.include({ statusCode: 200, body: "text" });
    const disposition = "attachment; filename=foo.txt;";
    const named = await presigned({
      query: `response-content-disposition=${encodeURIComponent(disposition)}&`,
      resource: `?response-content-disposition=${disposition}`,
    });
    expect(named.headers["content-disposition"]).to.equal(disposition);
    // Given back as it was asked for, though the first of December 2024 was a Sunday.
    const expires = "Thu, 01 Dec 2024 16:00:00 GMT";
    const aged = await presigned({
      query: `response-expires=${encodeURIComponent(expires)}&`,
      resource: `?response-expires=${expires}`,
    });
    expect(aged.headers["expires"]).to.equal(expires);
    const put = await presigned({
      method: "PUT",
      query: "x-amz-meta-by=boto3&",
      amzHeaders: "x-amz-meta-by:boto3\n",
      body: "new",
    });
    expect(put.statusCode).to.equal(200);
    const { Metadata } = await sandbox()
      .s3()
      .send(new GetObjectCommand({ Bucket: BUCKET, Key: "a key" }));
    expect(Metadata).to.deep.equal({ by: "boto3" });
  });

  it("signs in the header too, within a quarter of an hour", async () => {
    const keys = sandbox().account("source");
    const call = (date: string): Promise<RawAnswer> => {
      const text = `GET\n\n\n${date}\n/${BUCKET}/a%20key`;
      const authorization = `AWS ${keys.accessKeyId}:${signature(keys, text)}`;
      return sendRaw(sandbox(), {
        method: "GET",
        target: `/${BUCKET}/a%20key`,
        headers: { date, authorization },
      });
    };
    expect(await call(new Date(START_EPOCH_MS).toUTCString())).to.include({ statusCode: 200 });
    const late = new Date(START_EPOCH_MS - 16 * 60_000).toUTCString();
    expect(await call(late)).to.include({ statusCode: 403, code: "RequestTimeTooSkewed" });
  });

  it("is refused where the Region is newer, when it does not match and for KMS keys", async () => {
    expect(await presigned({ bucket: "new-region" })).to.include({
      statusCode: 400,
      code: "InvalidRequest",
      message:
        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
    });
    const unsigned = await presigned({ query: "response-content-type=text/html&" });
    expect(unsigned).to.include({ statusCode: 403, code: "SignatureDoesNotMatch" });
    const kms = await presigned({
      method: "PUT",
      query: "x-amz-server-side-encryption=aws:kms&",
      amzHeaders: "x-amz-server-side-encryption:aws:kms\n",
    });
    expect(kms).to.include({
      statusCode: 400,
      code: "InvalidArgument",
      message:
        "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.",
    });
  });

  it("takes the token of a session among the parameters, and tells the version to policies", async () => {
    const allow = (Action: string, more: object) =>
      JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, ...more }] });
    const trust = allow("sts:AssumeRole", { Principal: { AWS: "111111111111" } });
    const RoleName = "old-signer";
    const { Role } = await sandbox()
      .iam()
      .send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
    const policy = allow("s3:GetObject", {
      Resource: "*",
      Condition: { StringEquals: { "s3:signatureversion": "AWS" } },
    });
    await sandbox()
      .iam()
      .send(new PutRolePolicyCommand({ RoleName, PolicyName: "p", PolicyDocument: policy }));
    const { Credentials } = await sandbox()
      .sts()
      .send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "session" }));
    const keys = {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
    };
    const token = Credentials?.SessionToken ?? "";
    const answer = await presigned({
      keys,
      query: `x-amz-security-token=${encodeURIComponent(token)}&`,
      amzHeaders: `x-amz-security-token:${token}\n`,
    });
    expect(answer.statusCode).to.equal(200);
    expect(await presigned({ keys })).to.include({ code: "InvalidAccessKeyId" });
  });

  it("ends with its URL's time", async () => {
    sandbox().clock.advance((HOUR_S + 1) * 1000);
    const answer = await presigned({});
    expect(answer).to.include({ statusCode: 403, message: "Request has expired" });
  });
});
