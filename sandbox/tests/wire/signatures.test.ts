import { CreateBucketCommand, ListBucketsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { ListUsersCommand } from "@aws-sdk/client-iam";
import { ListKeysCommand } from "@aws-sdk/client-kms";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { useSandboxWithManualClock } from "../helpers/sandbox";
import { presignedTarget, send, sendRaw, signed } from "../helpers/signed-request";

const MINUTE_MS = 60_000;

async function errorOf(promise: Promise<unknown>): Promise<{ name: string; message: string }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("It was answered as a success.");
}

describe("signatures", () => {
  const sandbox = useSandboxWithManualClock();
  const wrongSecret = () => ({
    accessKeyId: sandbox().account("source").accessKeyId,
    secretAccessKey: "wrong",
  });
  const unknownKey = { accessKeyId: "AKIANOBODY0000000000", secretAccessKey: "any" };

  before(async () => {
    const s3 = sandbox().s3();
    await s3.send(
      new CreateBucketCommand({
        Bucket: "signed",
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    await s3.send(new PutObjectCommand({ Bucket: "signed", Key: "key", Body: "content" }));
  });

  it("refuses a wrong secret in S3's words", async () => {
    const error = await errorOf(
      sandbox().s3("source", { credentials: wrongSecret() }).send(new ListBucketsCommand({})),
    );
    expect(error.name).to.equal("SignatureDoesNotMatch");
    expect(error.message).to.match(/^The request signature we calculated does not match/);
  });

  it("refuses a wrong secret in the words of query and JSON services", async () => {
    const credentials = wrongSecret();
    const iam = sandbox().iam("source", { credentials }).send(new ListUsersCommand({}));
    expect((await errorOf(iam)).name).to.equal("SignatureDoesNotMatch");
    const kms = sandbox().kms("source", { credentials }).send(new ListKeysCommand({}));
    expect((await errorOf(kms)).name).to.equal("InvalidSignatureException");
  });

  it("refuses an unknown access key in each service's words", async () => {
    const credentials = unknownKey;
    const s3 = sandbox().s3("source", { credentials }).send(new ListBucketsCommand({}));
    expect((await errorOf(s3)).name).to.equal("InvalidAccessKeyId");
    const sts = sandbox().sts("source", { credentials }).send(new GetCallerIdentityCommand({}));
    expect((await errorOf(sts)).name).to.equal("InvalidClientTokenId");
    const kms = sandbox().kms("source", { credentials }).send(new ListKeysCommand({}));
    expect((await errorOf(kms)).name).to.equal("UnrecognizedClientException");
  });

  it("refuses a session token that the key does not have", async () => {
    const { accessKeyId, secretAccessKey } = sandbox().account("source");
    const credentials = { accessKeyId, secretAccessKey, sessionToken: "made up" };
    const s3 = sandbox().s3("source", { credentials }).send(new ListBucketsCommand({}));
    expect((await errorOf(s3)).name).to.equal("InvalidToken");
  });

  it("accepts a signature 15 minutes old and refuses an older one", async () => {
    const nowEpochMs = sandbox().clock.nowEpochMs();
    const call = { method: "GET", target: "/signed/key" };
    const young = await send(sandbox(), call, { signedEpochMs: nowEpochMs - 15 * MINUTE_MS });
    expect(young.statusCode).to.equal(200);
    const old = await send(sandbox(), call, { signedEpochMs: nowEpochMs - 16 * MINUTE_MS });
    expect([old.statusCode, old.code]).to.deep.equal([403, "RequestTimeTooSkewed"]);
    expect(old.body).to.include("<MaxAllowedSkewMilliseconds>900000<");
  });

  it("refuses a header of AWS's that the signature does not cover", async () => {
    const call = await signed(sandbox(), { method: "PUT", target: "/signed/key" });
    const headers = { ...call.headers, "x-amz-acl": "public-read" };
    const answer = await sendRaw(sandbox(), { ...call, headers });
    expect([answer.statusCode, answer.code]).to.deep.equal([403, "AccessDenied"]);
    expect(answer.message).to.match(/headers present in the request which were not signed/);
  });

  it("refuses a signature that does not cover the host", async () => {
    const call = await signed(sandbox(), { method: "GET", target: "/signed/key" });
    const authorization = (call.headers?.["authorization"] ?? "").replace("=host;", "=");
    const answer = await sendRaw(sandbox(), {
      ...call,
      headers: { ...call.headers, authorization },
    });
    expect(answer.statusCode).to.equal(400);
    expect(answer.message).to.match(/'Host' or ':authority' must be a 'SignedHeader'/);
  });

  it("takes UTF-8 in metadata, as SDKs for Go send it", async () => {
    const text = "Voil\u00e0  tout";
    const name = "x-amz-meta-french";
    const call = { method: "PUT", target: "/signed/french", headers: { [name]: text } };
    const inText = await signed(sandbox(), call);
    // Node writes the characters of a header as bytes.
    const sent = Buffer.from(text, "utf8").toString("latin1");
    const answer = await sendRaw(sandbox(), {
      ...inText,
      headers: { ...inText.headers, [name]: sent },
    });
    expect(answer.statusCode).to.equal(200);
  });

  it("refuses a path other than the signed one", async () => {
    const call = await signed(sandbox(), { method: "GET", target: "/signed/other" });
    const answer = await sendRaw(sandbox(), { ...call, target: "/signed/key" });
    expect([answer.statusCode, answer.code]).to.deep.equal([403, "SignatureDoesNotMatch"]);
  });

  it("names what is wrong with a malformed credential", async () => {
    const authorization =
      "AWS4-HMAC-SHA256 Credential=AKIA/20260730, SignedHeaders=host, Signature=00";
    const answer = await sendRaw(sandbox(), {
      method: "GET",
      target: "/",
      headers: { authorization },
    });
    expect([answer.statusCode, answer.code]).to.deep.equal([400, "AuthorizationHeaderMalformed"]);
  });

  it("lets anonymous requests reach S3 and nothing else", async () => {
    const s3 = await sendRaw(sandbox(), { method: "GET", target: "/signed/key" });
    expect([s3.statusCode, s3.code, s3.message]).to.deep.equal([
      403,
      "AccessDenied",
      "Access Denied",
    ]);
    const sts = await sendRaw(sandbox(), {
      method: "POST",
      target: "/",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "Action=GetCallerIdentity&Version=2011-06-15",
    });
    expect([sts.statusCode, sts.code]).to.deep.equal([403, "MissingAuthenticationToken"]);
  });

  describe("presigned URLs", () => {
    it("are served until they expire", async () => {
      const call = { method: "GET", target: "/signed/key" };
      const signedEpochMs = sandbox().clock.nowEpochMs();
      const target = await presignedTarget(sandbox(), call, 3600, { signedEpochMs });
      const answer = await sendRaw(sandbox(), { ...call, target });
      expect([answer.statusCode, answer.body]).to.deep.equal([200, "content"]);
      const expired = await presignedTarget(sandbox(), call, 60, {
        signedEpochMs: signedEpochMs - 2 * MINUTE_MS,
      });
      const refused = await sendRaw(sandbox(), { ...call, target: expired });
      expect([refused.statusCode, refused.code, refused.message]).to.deep.equal([
        403,
        "AccessDenied",
        "Request has expired",
      ]);
    });

    it("are bound to their method", async () => {
      const target = await presignedTarget(sandbox(), { method: "GET", target: "/signed/key" }, 60);
      const answer = await sendRaw(sandbox(), { method: "DELETE", target });
      expect(answer.code).to.equal("SignatureDoesNotMatch");
    });

    it("last a week at most", async () => {
      const target = await presignedTarget(sandbox(), { method: "GET", target: "/signed/key" }, 60);
      const answer = await sendRaw(sandbox(), {
        method: "GET",
        target: target.replace("X-Amz-Expires=60", "X-Amz-Expires=604801"),
      });
      expect(answer.code).to.equal("AuthorizationQueryParametersError");
    });
  });
});
