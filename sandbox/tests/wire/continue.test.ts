/**
 * `Expect: 100-continue`: "If the message is rejected based on the headers, the body of the message is not sent."
 * Evidence: documented.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonRequestHeaders.html
 */

import { request as httpRequest } from "node:http";
import { CreateBucketCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { useSandbox } from "../helpers/sandbox";
import { sha256, signed, type RawCall, type Signing } from "../helpers/signed-request";

const BODY = "x".repeat(1000);

describe("a client that waits for 100 Continue", () => {
  const sandbox = useSandbox();
  const target = "/continued/k";

  before(async () => {
    const s3 = sandbox().s3();
    await s3.send(
      new CreateBucketCommand({
        Bucket: "continued",
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
  });

  /** Sends the body only when it is told to. */
  async function put(
    more: Partial<RawCall> = {},
    signing: Signing = {},
  ): Promise<{ statusCode: number; isContinued: boolean; body: string }> {
    const { hostname, port } = new URL(sandbox().endpoint);
    const call = { method: "PUT", target, headers: { expect: "100-continue" }, ...more };
    const { headers } = await signed(sandbox(), call, { payloadHash: sha256(BODY), ...signing });
    return new Promise((resolve, reject) => {
      let isContinued = false;
      const length = { "content-length": String(BODY.length) };
      const outgoing = httpRequest(
        {
          hostname,
          port,
          method: call.method,
          path: call.target,
          headers: { ...headers, ...length },
        },
        (incoming) => {
          let body = "";
          incoming.setEncoding("utf8").on("data", (text: string) => (body += text));
          incoming.on("end", () => {
            resolve({ statusCode: incoming.statusCode ?? 0, isContinued, body });
            outgoing.destroy();
          });
        },
      );
      outgoing.on("continue", () => {
        isContinued = true;
        outgoing.end(BODY);
      });
      outgoing.on("error", reject);
      outgoing.flushHeaders();
    });
  }

  it("is told to go on, and its object is stored", async () => {
    expect(await put()).to.include({ statusCode: 200, isContinued: true });
    const got = await sandbox()
      .s3()
      .send(new GetObjectCommand({ Bucket: "continued", Key: "k" }));
    expect(await got.Body?.transformToString()).to.equal(BODY);
  });

  it("is refused before it sends anything: by policy, by key, by signature and by time", async () => {
    const { region, accessKeyId } = sandbox().account("source");
    const keys = { accessKeyId, secretAccessKey: "wrong" };
    const signedEpochMs = sandbox().world.clock.nowEpochMs() - 3_600_000;
    for (const [signing, code] of [
      [{ account: "vault", region }, "AccessDenied"],
      [{ keys: { ...keys, accessKeyId: "AKIANOBODY0000000000" } }, "InvalidAccessKeyId"],
      [{ keys }, "SignatureDoesNotMatch"],
      [{ signedEpochMs }, "RequestTimeTooSkewed"],
    ] as const) {
      const answer = await put({}, signing);
      expect(answer).to.include({ statusCode: 403, isContinued: false });
      expect(answer.body).to.include(`<Code>${code}</Code>`);
    }
  });

  it("is logged once, refused or not", async () => {
    const before = sandbox().requests.length;
    await put();
    await put({}, { account: "vault", region: "eu-west-1" });
    const logged = sandbox().requests.slice(before);
    expect(logged.map(({ statusCode }) => statusCode)).to.deep.equal([200, 403]);
    expect(logged[1]).to.include({ operation: "PutObject", errorCode: "AccessDenied" });
  });

  it("sends its body where something else is wrong", async () => {
    const nowhere = await put({ target: "/no-such-bucket/k" });
    expect(nowhere).to.include({ statusCode: 404, isContinued: true });
  });
});
