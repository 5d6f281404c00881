import { expect } from "chai";
import { useSandboxWithManualClock } from "../helpers/sandbox";
import { presignedTarget, sendRaw } from "../helpers/signed-request";

const SCOPE = "20260730/eu-west-1/s3/aws4_request";
const MINUTE_MS = 60_000;

/** The text of an XML element. */
function plain(text = ""): string {
  return text
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">");
}

describe("the form of a signature", () => {
  const sandbox = useSandboxWithManualClock();

  async function answerTo(authorization: string, target = "/"): Promise<string[]> {
    const answer = await sendRaw(sandbox(), { method: "GET", target, headers: { authorization } });
    return [String(answer.statusCode), answer.code ?? "", plain(answer.message)];
  }

  function header(credential: string): string {
    return `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=host,Signature=00`;
  }

  it("is refused with S3's words for each mistake in the header", async () => {
    expect(await answerTo("nonsense")).to.deep.equal([
      "400",
      "InvalidArgument",
      "Authorization header is invalid -- one and only one ' ' (space) required",
    ]);
    expect(await answerTo("Bearer token")).to.deep.equal([
      "400",
      "InvalidArgument",
      "Unsupported Authorization Type",
    ]);
    expect(await answerTo(header(`AKIA/${SCOPE}`), "/?X-Amz-Algorithm=x")).to.deep.equal([
      "400",
      "InvalidArgument",
      "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
    ]);
    const malformed: [string, string][] = [
      [
        `AWS4-HMAC-SHA256 Credential=AKIA/${SCOPE},Signature=00`,
        "the authorization header requires three components: Credential, SignedHeaders, and Signature.",
      ],
      [
        `AWS4-HMAC-SHA256 Credential=AKIA/${SCOPE},SignedHeaders-host,Signature=00`,
        'the authorization component "SignedHeaders-host" is malformed.',
      ],
      [
        `AWS4-HMAC-SHA256 Credential=AKIA/${SCOPE},Headers=host,Signature=00`,
        "missing SignedHeaders.",
      ],
      [
        header("AKIA/20260730/eu-west-1/s3"),
        'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
      ],
      [
        header("AKIA/20260730/eu-west-1/s3/aws5_request"),
        'incorrect terminal "aws5_request". This endpoint uses "aws4_request".',
      ],
      [
        header("AKIA/2026/eu-west-1/s3/aws4_request"),
        'incorrect date format "2026". This date in the credential must be in the format "yyyyMMdd".',
      ],
    ];
    for (const [authorization, reason] of malformed) {
      expect(await answerTo(authorization)).to.deep.equal([
        "400",
        "AuthorizationHeaderMalformed",
        `The authorization header is malformed; ${reason}`,
      ]);
    }
  });

  it("is refused with S3's words for each mistake in the query", async () => {
    const target = await presignedTarget(sandbox(), { method: "GET", target: "/b/k" }, 60);
    const mistakes: [RegExp, string, string][] = [
      [
        /AWS4-HMAC-SHA256/,
        "AWS4-SHA256",
        'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"',
      ],
      [
        /aws4_request/,
        "aws5_request",
        'Error parsing the X-Amz-Credential parameter; incorrect terminal "aws5_request". This endpoint uses "aws4_request".',
      ],
      [
        /%2F20260730%2F/,
        "%2F20060102%2F",
        'Invalid credential date "20060102". This date is not the same as X-Amz-Date: "20260730".',
      ],
      [
        /&X-Amz-Expires=60/,
        "",
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
      ],
    ];
    for (const [part, replacement, message] of mistakes) {
      const answer = await sendRaw(sandbox(), {
        method: "GET",
        target: target.replace(part, replacement),
      });
      expect([answer.statusCode, answer.code, plain(answer.message)]).to.deep.equal([
        400,
        "AuthorizationQueryParametersError",
        message,
      ]);
    }
  });

  it("matters after the age and the token of a presigned URL", async () => {
    const call = { method: "GET", target: "/b/k" };
    const target = await presignedTarget(sandbox(), call, 60, {
      signedEpochMs: sandbox().clock.nowEpochMs() - 2 * MINUTE_MS,
    });
    const expired = await sendRaw(sandbox(), { ...call, target: `${target}&changed=yes` });
    expect([expired.statusCode, expired.message]).to.deep.equal([403, "Request has expired"]);
    const young = await presignedTarget(sandbox(), call, 60);
    const token = await sendRaw(sandbox(), {
      ...call,
      target: `${young}&X-Amz-Security-Token=made-up`,
    });
    expect([token.statusCode, token.code]).to.deep.equal([400, "InvalidToken"]);
  });

  it("is refused in IAM's words", async () => {
    const { accessKeyId } = sandbox().account("source");
    const refused = async (
      authorization: string,
      headers: Record<string, string> = {},
    ): Promise<[number, string | undefined, string | undefined]> => {
      const answer = await sendRaw(sandbox(), {
        method: "POST",
        target: "/",
        headers: { authorization, "content-type": "application/x-www-form-urlencoded", ...headers },
        body: "Action=ListUsers&Version=2010-05-08",
      });
      return [answer.statusCode, answer.code, plain(answer.message)];
    };
    expect(await refused("nonsense")).to.deep.equal([
      403,
      "MissingAuthenticationToken",
      "Request is missing Authentication Token",
    ]);
    expect(await refused("AWS AKIA:00")).to.deep.equal([
      400,
      "IncompleteSignature",
      "AWS Signature Version 2 is not supported.",
    ]);
    expect(await refused(header("AKIA/iam"))).to.deep.equal([
      400,
      "IncompleteSignature",
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIA/iam'",
    ]);
    expect(await refused(header("AKIA/20260730/us-east-1/iam/aws5_request"))).to.deep.equal([
      403,
      "SignatureDoesNotMatch",
      "Credential should be scoped with a valid terminator: 'aws4_request'.",
    ]);
    const iamHeader = header(`${accessKeyId}/20260730/us-east-1/iam/aws4_request`);
    expect(await refused(iamHeader, { "x-amz-date": "03032006" })).to.deep.equal([
      400,
      "IncompleteSignature",
      "Date must be in ISO-8601 'basic format'. Got '03032006'. See http://en.wikipedia.org/wiki/ISO_8601",
    ]);
    expect(await refused(iamHeader, { "x-amz-date": "20260729T000000Z" })).to.deep.equal([
      400,
      "SignatureDoesNotMatch",
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.",
    ]);
  });

  it("needs no expiry in a query to IAM", async () => {
    const call = { method: "GET", target: "/?Action=ListUsers&Version=2010-05-08" };
    const target = await presignedTarget(sandbox(), call, 60, { service: "iam" });
    const answer = await sendRaw(sandbox(), {
      ...call,
      target: target.replace("&X-Amz-Expires=60", ""),
    });
    // Signed with it, so that nothing but the signature is wrong now.
    expect(answer.code).to.equal("SignatureDoesNotMatch");
  });
});
