import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { ListUsersCommand } from "@aws-sdk/client-iam";
import { ListKeysCommand } from "@aws-sdk/client-kms";
import { ListJobsCommand } from "@aws-sdk/client-s3-control";
import { ListResourceRequestsCommand } from "@aws-sdk/client-cloudcontrol";
import { expect } from "chai";
import { startTestSandbox, useSandbox } from "../helpers/sandbox";
import { send, sendRaw, signed } from "../helpers/signed-request";

describe("routes", () => {
  const sandbox = useSandbox();

  before(async () => {
    await sandbox()
      .s3()
      .send(
        new CreateBucketCommand({
          Bucket: "routes",
          CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        }),
      );
  });

  it("tell all six services apart on one port", async () => {
    const identity = await sandbox().sts("vault").send(new GetCallerIdentityCommand({}));
    expect(identity.Account).to.equal("222222222222");
    await sandbox().iam().send(new ListUsersCommand({}));
    await sandbox().kms().send(new ListKeysCommand({}));
    await sandbox().cloudcontrol().send(new ListResourceRequestsCommand({}));
    await sandbox()
      .s3control()
      .send(new ListJobsCommand({ AccountId: "111111111111" }));
    const served = sandbox().requests.map(({ service }) => service);
    expect(served).to.include.members(["s3", "s3control", "iam", "sts", "kms", "cloudcontrol"]);
  });

  for (const key of [
    "with space",
    "plus+sign",
    "percent%41",
    "/leading//double/",
    "dots/../and/./.",
    "\u00e9\u00df\u{1f600}\u4e2d",
    "query?&=#hash",
    "quote'\"<>&*()!~",
    "line\nbreak",
  ]) {
    it(`keep the key ${JSON.stringify(key)} byte for byte`, async () => {
      const s3 = sandbox().s3();
      const object = { Bucket: "routes", Key: key };
      await s3.send(new PutObjectCommand({ ...object, Body: key }));
      const { Body } = await s3.send(new GetObjectCommand(object));
      expect(await Body?.transformToString()).to.equal(key);
      const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: "routes" }));
      expect(Contents?.map(({ Key }) => Key)).to.deep.equal([key]);
      await s3.send(new DeleteObjectCommand(object));
    });
  }

  for (const host of [
    "routes.s3.eu-west-1.amazonaws.com",
    "routes.s3.amazonaws.com",
    "routes.s3.dualstack.eu-west-1.amazonaws.com",
    "routes.localhost:4566",
    "routes.s3.localhost",
    "routes.127.0.0.1.nip.io",
  ]) {
    it(`find the bucket in the host ${host}`, async () => {
      const answer = await send(sandbox(), {
        method: "GET",
        target: "/?location",
        headers: { host },
      });
      expect(answer.body).to.match(/<LocationConstraint xmlns="[^"]*">eu-west-1</);
    });
  }

  for (const host of ["s3.eu-west-1.amazonaws.com", "localhost", "127.0.0.1", "my-container"]) {
    it(`find the bucket in the path at the host ${host}`, async () => {
      const answer = await send(sandbox(), {
        method: "GET",
        target: "/routes?location",
        headers: { host },
      });
      expect(answer.statusCode).to.equal(200);
    });
  }

  it("take S3 Control's account id in a host for no bucket", async () => {
    const answer = await send(sandbox(), {
      method: "GET",
      target: "/v20180820/jobs",
      headers: { host: "111111111111.localhost", "x-amz-account-id": "111111111111" },
    });
    expect(answer.statusCode).to.equal(200);
    expect(answer.body).to.include("<ListJobsResult");
  });

  it("accept a request sent as to a proxy", async () => {
    const call = await signed(sandbox(), { method: "GET", target: "/routes?location" });
    const target = `${sandbox().endpoint}${call.target}`;
    expect((await sendRaw(sandbox(), { ...call, target })).statusCode).to.equal(200);
  });

  it("answer a known operation that is not served with NotImplemented by name", async () => {
    const answer = await send(sandbox(), { method: "GET", target: "/routes/key?torrent" });
    expect([answer.statusCode, answer.code]).to.deep.equal([501, "NotImplemented"]);
    expect(answer.message).to.include("GetObjectTorrent");
  });

  it("answer a service that is not served with NotImplemented by name", async () => {
    const answer = await send(
      sandbox(),
      {
        method: "POST",
        target: "/",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: "Action=DescribeInstances&Version=2016-11-15",
      },
      { service: "ec2" },
    );
    expect([answer.statusCode, answer.code]).to.deep.equal([501, "NotImplemented"]);
    expect(answer.message).to.include("ec2");
  });

  it("never take a sub-resource request of another kind for a plain one", async () => {
    const s3 = sandbox().s3();
    await s3.send(new PutObjectCommand({ Bucket: "routes", Key: "kept", Body: "kept" }));
    const call = async (method: string, target: string, body?: string): Promise<void> => {
      const answer = await send(sandbox(), { method, target, body });
      expect([answer.statusCode, answer.code]).to.deep.equal([405, "MethodNotAllowed"]);
    };
    await call("DELETE", "/routes/kept?policy");
    await call("PUT", "/routes/kept?uploadId=without-a-part", "overwritten");
    await call("POST", "/routes/kept");
    await s3.send(new GetObjectCommand({ Bucket: "routes", Key: "kept" }));
    await s3.send(new DeleteObjectCommand({ Bucket: "routes", Key: "kept" }));
  });

  it("survive an answer that no header can hold", async () => {
    const strict = await startTestSandbox({ onDefect: () => undefined });
    try {
      const Bucket = "headers";
      await strict.s3("vault").send(
        new CreateBucketCommand({
          Bucket,
          CreateBucketConfiguration: { LocationConstraint: "eu-central-1" },
        }),
      );
      await strict.s3("vault").send(new PutObjectCommand({ Bucket, Key: "key", Body: "" }));
      const target = "/headers/key?response-content-disposition=a%0Ab";
      const answer = await send(strict, { method: "GET", target }, { account: "vault" });
      expect(answer.statusCode).to.be.at.least(400);
      await strict.s3("vault").send(new GetObjectCommand({ Bucket, Key: "key" }));
    } finally {
      await strict.close();
    }
  });

  it("refuse an escape that is no UTF-8", async () => {
    const answer = await sendRaw(sandbox(), { method: "GET", target: "/routes/%ff" });
    expect([answer.statusCode, answer.code]).to.deep.equal([400, "InvalidURI"]);
  });

  it("take a target with the package that botocore puts before CloudTrail's", async () => {
    for (const prefix of ["", "com.amazonaws.cloudtrail.v20131101."]) {
      const call = {
        method: "POST",
        target: "/",
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": `${prefix}CloudTrail_20131101.ListTrails`,
        },
        body: "{}",
      };
      const answer = await send(sandbox(), call, { service: "cloudtrail" });
      expect([answer.statusCode, answer.body]).to.deep.equal([200, '{"Trails":[]}']);
      // Without a signature the target alone says whose words the refusal is in.
      const unsigned = await sendRaw(sandbox(), call);
      expect(unsigned.statusCode).to.equal(400);
      expect(unsigned.body).to.contain("MissingAuthenticationTokenException");
    }
  });

  it("refuse an unknown action of a query service", async () => {
    const answer = await send(
      sandbox(),
      {
        method: "POST",
        target: "/",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: "Action=MakeTea&Version=2011-06-15",
      },
      { service: "sts" },
    );
    expect([answer.code, answer.message]).to.deep.equal([
      "InvalidAction",
      "Could not find operation MakeTea for version 2011-06-15",
    ]);
  });

  describe("to a bucket in another Region", () => {
    it("are redirected, with the bucket's Region in a header", async () => {
      const call = { method: "GET", target: "/routes?versioning" };
      const answer = await send(sandbox(), call, { region: "eu-central-1" });
      expect([answer.statusCode, answer.code]).to.deep.equal([301, "PermanentRedirect"]);
      expect(answer.headers["x-amz-bucket-region"]).to.equal("eu-west-1");
    });

    it("name the right Region when the host is the right endpoint", async () => {
      const headers = { host: "routes.s3.eu-west-1.amazonaws.com" };
      const call = { method: "GET", target: "/?versioning", headers };
      const answer = await send(sandbox(), call, { region: "us-east-1" });
      expect([answer.statusCode, answer.code]).to.deep.equal([400, "AuthorizationHeaderMalformed"]);
      expect(answer.message).to.equal(
        "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'",
      );
    });

    it("tell the Region to HeadBucket without a body", async () => {
      const call = { method: "HEAD", target: "/routes" };
      const answer = await send(sandbox(), call, { region: "eu-central-1" });
      expect([answer.statusCode, answer.body]).to.deep.equal([301, ""]);
      expect(answer.headers["x-amz-bucket-region"]).to.equal("eu-west-1");
    });

    it("are followed by an SDK that is told to", async () => {
      const client = sandbox().s3("source", { region: "eu-central-1", maxAttempts: 3 });
      client.config.followRegionRedirects = true;
      const { BucketRegion } = await sandbox()
        .s3()
        .send(new HeadBucketCommand({ Bucket: "routes" }));
      expect(BucketRegion).to.equal("eu-west-1");
      const { LocationConstraint } = await client.send(
        new GetBucketLocationCommand({ Bucket: "routes" }),
      );
      expect(LocationConstraint).to.equal("eu-west-1");
    });
  });
});
