/** Under which names and addresses the sandbox answers, and what it is asked as a proxy. */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateBucketCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { startTestSandbox, useSandbox } from "../helpers/sandbox";
import { send, sendRaw, signed } from "../helpers/signed-request";

describe("hosts", () => {
  const sandbox = useSandbox();
  const port = () => new URL(sandbox().endpoint).port;
  const jobs = "/v20180820/jobs";
  const account = { "x-amz-account-id": "111111111111" };

  before(() =>
    sandbox()
      .s3()
      .send(
        new CreateBucketCommand({
          Bucket: "with.dots",
          CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        }),
      ),
  );

  it("is there in IPv6 too", async () => {
    const { region, ...credentials } = sandbox().account("source");
    const client = new S3Client({ endpoint: `http://[::1]:${port()}`, region, credentials });
    try {
      const { Buckets } = await client.send(new ListBucketsCommand({}));
      expect(Buckets?.map(({ Name }) => Name)).to.deep.equal(["with.dots"]);
    } finally {
      client.destroy();
    }
  });

  it("is not half there where the port is taken in IPv6", async () => {
    const other = createServer();
    await listening(other, "::1");
    const taken = (other.address() as AddressInfo).port;
    try {
      const started = await startTestSandbox({ port: taken }).then(
        (wrong) => wrong.close().then(() => "started"),
        (error: NodeJS.ErrnoException) => error.code,
      );
      expect(started).to.equal("EADDRINUSE");
      // Nor is the half that was free kept.
      const free = createServer();
      await listening(free, "127.0.0.1", taken);
      free.close();
    } finally {
      other.close();
    }
  });

  for (const host of [
    "with.dots.localhost",
    "with.dots.s3.localhost",
    "with.dots.127.0.0.1",
    "with.dots.s3.127.0.0.1",
  ]) {
    it(`finds a bucket with dots in ${host}, asked directly or as a proxy`, async () => {
      const headers = { host: `${host}:${port()}` };
      const call = await signed(sandbox(), { method: "GET", target: "/?location", headers });
      for (const target of [call.target, `http://${headers.host}${call.target}`]) {
        const answer = await sendRaw(sandbox(), { ...call, target });
        expect([target, answer.statusCode]).to.deep.equal([target, 200]);
        expect(answer.body).to.include("eu-west-1");
      }
    });
  }

  for (const host of ["s3.localhost", "s3.127.0.0.1", "localhost", "[::1]"]) {
    it(`finds a bucket with dots in the path at ${host}`, async () => {
      const headers = { host: `${host}:${port()}` };
      const answer = await send(sandbox(), {
        method: "GET",
        target: "/with.dots?location",
        headers,
      });
      expect(answer.statusCode).to.equal(200);
      expect(answer.body).to.include("eu-west-1");
    });
  }

  for (const host of [
    "111111111111.localhost",
    "111111111111.127.0.0.1",
    "localhost",
    "111111111111.s3-control.eu-west-1.amazonaws.com",
  ]) {
    it(`is S3 Control at ${host}`, async () => {
      const headers = { host: `${host}:${port()}`, ...account };
      const answer = await send(sandbox(), { method: "GET", target: jobs, headers });
      expect(answer.statusCode).to.equal(200);
      expect(answer.body).to.include("<ListJobsResult");
    });
  }

  it("passes nothing on as a proxy, and says how to go round it", async () => {
    for (const host of [
      "example.com",
      `127.0.0.1:${Number(port()) - 1}`,
      "amazonaws.com.example",
    ]) {
      const target = `http://${host}/with.dots`;
      const answer = await sendRaw(sandbox(), { method: "PUT", target, body: "x".repeat(100_000) });
      expect([answer.statusCode, answer.code]).to.deep.equal([502, undefined]);
      expect(answer.body).to.include(host).and.to.include("NO_PROXY");
    }
    const target = "http://s3.eu-west-1.amazonaws.com/with.dots";
    expect((await sendRaw(sandbox(), { method: "GET", target })).code).to.equal("AccessDenied");
  });
});

function listening(server: Server, host: string, port = 0): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
}
