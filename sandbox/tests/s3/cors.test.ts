import { CreateBucketCommand, PutBucketCorsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { useSandbox } from "../helpers/sandbox";
import { send, sendRaw, type RawAnswer } from "../helpers/signed-request";

const PAGE = "https://page.test";
const VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";
const NOT_ALLOWED =
  "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.";

describe("S3 CORS", () => {
  const sandbox = useSandbox();

  before(async () => {
    const s3 = sandbox().s3();
    const CreateBucketConfiguration = { LocationConstraint: "eu-west-1" } as const;
    for (const Bucket of ["cors", "no-cors"]) {
      await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    }
    await s3.send(new PutObjectCommand({ Bucket: "cors", Key: "key", Body: "content" }));
    await s3.send(
      new PutBucketCorsCommand({
        Bucket: "cors",
        CORSConfiguration: {
          CORSRules: [
            {
              AllowedOrigins: [PAGE, "http://*.wild.test"],
              AllowedMethods: ["GET", "PUT"],
              AllowedHeaders: ["X-Amz-*"],
              ExposeHeaders: ["ETag", "x-amz-request-id"],
              MaxAgeSeconds: 3000,
            },
            { AllowedOrigins: ["*"], AllowedMethods: ["HEAD"] },
          ],
        },
      }),
    );
  });

  const options = (target: string, headers: Record<string, string>): Promise<RawAnswer> =>
    sendRaw(sandbox(), { method: "OPTIONS", target, headers });

  function access(answer: RawAnswer): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(answer.headers).filter(([name]) => /^access-control|^vary$/.test(name)),
    );
  }

  it("answers a preflight with what the first rule that fits allows", async () => {
    const answer = await options("/cors/key", {
      origin: PAGE,
      "access-control-request-method": "PUT",
      "access-control-request-headers": "x-amz-date, X-Amz-Meta-A",
    });
    expect([answer.statusCode, answer.body]).to.deep.equal([200, ""]);
    expect(access(answer)).to.deep.equal({
      "access-control-allow-origin": PAGE,
      "access-control-allow-methods": "GET, PUT",
      "access-control-allow-headers": "x-amz-date, x-amz-meta-a",
      "access-control-expose-headers": "ETag, x-amz-request-id",
      "access-control-max-age": "3000",
      "access-control-allow-credentials": "true",
      vary: VARY,
    });
    const anywhere = await options("/cors/key", {
      origin: "http://elsewhere.test",
      "access-control-request-method": "HEAD",
    });
    expect(access(anywhere)).to.deep.equal({
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "HEAD",
      vary: VARY,
    });
  });

  const method = { "access-control-request-method": "PUT" };
  const refusals: Record<string, [string, Record<string, string>, unknown[]]> = {
    "without an origin": [
      "/cors/key",
      method,
      [400, "BadRequest", "Insufficient information. Origin request header needed."],
    ],
    "for a bucket that is not there": [
      "/no-such-bucket/key",
      { origin: PAGE },
      [403, "AccessForbidden", "CORSResponse: Bucket not found", "OPTIONS", "BUCKET"],
    ],
    "for a bucket without rules": [
      "/no-cors/key",
      { origin: PAGE, ...method },
      [
        403,
        "AccessForbidden",
        "CORSResponse: CORS is not enabled for this bucket.",
        "PUT",
        "BUCKET",
      ],
    ],
    "from another origin": [
      "/cors/key",
      { origin: "https://wild.test", ...method },
      [403, "AccessForbidden", NOT_ALLOWED, "PUT", "OBJECT"],
    ],
    "for a header that no rule allows": [
      "/cors",
      { origin: "http://a.wild.test", ...method, "access-control-request-headers": "range" },
      [403, "AccessForbidden", NOT_ALLOWED, "PUT", "BUCKET"],
    ],
    "for a method that S3 does not have": [
      "/cors/key",
      { origin: PAGE, "access-control-request-method": "PATCH" },
      [400, "BadRequest", "Invalid Access-Control-Request-Method: PATCH"],
    ],
  };
  for (const [reason, [target, headers, expected]] of Object.entries(refusals)) {
    it(`refuses a preflight ${reason}`, async () => {
      const answer = await options(target, headers);
      const detail = ["Method", "ResourceType"]
        .map((name) => new RegExp(`<${name}>(.*)</${name}>`).exec(answer.body)?.[1])
        .filter((value) => value !== undefined);
      expect([answer.statusCode, answer.code, answer.message, ...detail]).to.deep.equal(expected);
    });
  }

  it("adds its headers to the answer of a request, refused or not, that a rule fits", async () => {
    const get = (target: string, headers: Record<string, string>) =>
      send(sandbox(), { method: "GET", target, headers });
    const answer = await get("/cors/key", { origin: PAGE });
    expect(answer.body).to.equal("content");
    expect(access(answer)).to.deep.equal({
      "access-control-allow-origin": PAGE,
      "access-control-allow-methods": "GET, PUT",
      "access-control-expose-headers": "ETag, x-amz-request-id",
      "access-control-max-age": "3000",
      "access-control-allow-credentials": "true",
      vary: VARY,
    });
    const missing = await get("/cors/missing", { origin: PAGE });
    expect(missing.statusCode).to.equal(404);
    expect(missing.headers["access-control-allow-origin"]).to.equal(PAGE);
    expect(access(await get("/cors/key", { origin: "https://other.test" }))).to.deep.equal({});
    expect(access(await get("/cors/key", {}))).to.deep.equal({});
  });
});
