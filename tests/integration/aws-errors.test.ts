import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { DescribeJobCommand } from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import { accountClients, type AccountClients } from "../../automation/aws/aws-clients";
import { explained } from "../../automation/errors";
import { startSandbox, type Sandbox } from "lockstep-sandbox";

describe("errors of AWS, in words", () => {
  let folder: string;
  let sandbox: Sandbox;
  let clients: AccountClients;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-errors-"));
    sandbox = await startSandbox();
    const [account] = sandbox.accounts;
    if (account === undefined) throw new Error("no account");
    const { configFile } = await sandbox.writeAwsConfig(folder);
    const { accountId, name: profile, region } = account;
    clients = await accountClients({ accountId, region, profile }, { configFile, variables: {} });
  });
  after(async () => {
    clients.destroy();
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  });

  const words = async (request: Promise<unknown>): Promise<string> => {
    const error = explained(await request.catch((thrown: unknown) => thrown));
    expect(error).to.have.property("code", "AwsRefused");
    return (error as Error).message;
  };

  it("name operation, key, version and bucket of a HEAD, whose answer has no text", async () => {
    const target = { Bucket: "no-such-bucket-here", Key: "a/b", VersionId: "v1" };
    expect(await words(clients.s3.send(new HeadObjectCommand(target)))).to.match(
      /^HeadObject of a\/b \(version v1\) in no-such-bucket-here: (NotFound|Not Found) \(HTTP 404, request \S+\)$/,
    );
  });

  it("say what AWS says where it says something", async () => {
    const target = { Bucket: "no-such-bucket-here", Key: "k" };
    expect(await words(clients.s3.send(new GetObjectCommand(target)))).to.match(
      /^GetObject of k in no-such-bucket-here: NoSuchBucket: The specified bucket .* \(HTTP 404, request \S+\)$/,
    );
    expect(
      await words(clients.s3.send(new ListObjectsV2Command({ Bucket: target.Bucket }))),
    ).to.match(/^ListObjectsV2 on no-such-bucket-here: NoSuchBucket/);
  });

  it("name the job", async () => {
    const JobId = "00000000-0000-4000-8000-000000000000";
    const request = new DescribeJobCommand({ AccountId: "111111111111", JobId });
    expect(await words(clients.s3control.send(request))).to.match(
      new RegExp(`^DescribeJob of job ${JobId}: .*request \\S+\\)$`),
    );
  });

  it("are never the SDK's word for nothing", () => {
    const nothing = Object.assign(new Error("UnknownError"), {
      name: "Unknown",
      $metadata: { httpStatusCode: 403, requestId: "4A7B" },
    });
    expect(explained(nothing)).to.have.property("message", "Forbidden (HTTP 403, request 4A7B)");
    const numbered = Object.assign(new Error("UnknownError"), {
      name: "400",
      $metadata: { httpStatusCode: 400 },
    });
    expect(explained(numbered)).to.have.property("message", "Bad Request (HTTP 400)");
  });
});
