/** HEADs that are prepared once for a bucket say what the SDK says, of every version and in every trouble. */

import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import fc from "fast-check";
import { getEventListeners } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "lockstep-sandbox";
import { accountClients, type AccountClients } from "../../automation/aws/aws-clients";
import { sendHead } from "../../automation/aws/head-object";
import type { HeadTarget } from "../../automation/aws/head-route";
import { OwnBucketsClient } from "../../automation/aws/own-buckets-client";
import { awsFailure } from "../../automation/errors";
import { findVersion, headVersion } from "../../automation/look/version-head";
import { tamperWith } from "../helpers/tampered-clients";

const BUCKET = "heads-records";
const SOURCE = { accountId: "111111111111", region: "eu-west-1", profile: "source" };
const ROLE = "arn:aws:iam::111111111111:role/reader";

const HOUR_MS = 3_600_000;

/** What two answers to the same question differ in, and how long was waited between attempts. */
const NO_IDS = { requestId: "", extendedRequestId: "", totalRetryDelay: 0 };

interface SentRequest {
  readonly operation?: string;
}

describe("HEADs prepared once for a bucket", function () {
  this.timeout(120_000);
  let folder: string;
  let sandbox: Sandbox;
  let configFile: string;
  let clients: AccountClients;
  let requests: SentRequest[] = [];
  let onRequest: (request: SentRequest) => void = () => undefined;
  const made: AccountClients[] = [];

  const clientsOf = async (access: Parameters<typeof accountClients>[0]) => {
    const account = await accountClients(access, { configFile, variables: {} });
    made.push(account);
    return account;
  };
  const ownClient = ({ s3 }: AccountClients): OwnBucketsClient => {
    if (s3 instanceof OwnBucketsClient) return s3;
    throw new Error("accountClients made another client");
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-heads-"));
    sandbox = await startSandbox({
      log: (entry) => {
        requests.push(entry);
        onRequest(entry);
      },
    });
    ({ configFile } = await sandbox.writeAwsConfig(folder));
    clients = await clientsOf(SOURCE);
    await clients.s3.send(
      new CreateBucketCommand({
        Bucket: BUCKET,
        ObjectLockEnabledForBucket: true,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await clients.s3.send(
      new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration }),
    );
  });
  after(async () => {
    for (const account of made) account.destroy();
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    requests = [];
  });
  afterEach(() => sandbox.faults.clear());

  async function put(key: string, more: Partial<PutObjectCommandInput> = {}): Promise<HeadTarget> {
    const { VersionId } = await clients.s3.send(
      new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: "content", ...more }),
    );
    if (VersionId === undefined) throw new Error("no version");
    return { bucket: BUCKET, key, versionId: VersionId };
  }

  /** What comes of a HEAD, but for the ids of its request. */
  async function outcomeOf(head: Promise<object>): Promise<unknown> {
    try {
      const found = structuredClone(await head) as { output: { $metadata: object } };
      delete (found as { answeredEpochMs?: number }).answeredEpochMs;
      Object.assign(found.output.$metadata, NO_IDS);
      return found;
    } catch (error) {
      const { name, message, constructor } = error as Error;
      const { $fault, $metadata } = error as { $fault?: unknown; $metadata?: object };
      return {
        ...{ name, message, class: constructor.name, $fault },
        $metadata: { ...$metadata, ...NO_IDS },
        failure: { ...awsFailure(error), requestId: "" },
      };
    }
  }

  /** By the prepared way and by the SDK's own; each of a fault's hits has to be told for each of them. */
  async function bothWays(
    target: HeadTarget,
    account = clients,
    prepare: () => void = () => undefined,
  ): Promise<unknown> {
    const s3 = ownClient(account);
    let commandsCount = 0;
    const send = s3.send.bind(s3);
    prepare();
    s3.send = ((...given: Parameters<typeof send>) => {
      commandsCount++;
      return send(...given);
    }) as typeof s3.send;
    const prepared = await outcomeOf(s3.headObject(target));
    s3.send = send;
    expect(commandsCount, "commands, of which one prepares").to.be.at.most(1);
    prepare();
    const whole = await outcomeOf(sendHead(s3, target, undefined));
    expect(prepared, JSON.stringify(target)).to.deep.equal(whole);
    return prepared;
  }

  const failureOf = async (...given: Parameters<typeof bothWays>) => {
    const { failure } = (await bothWays(...given)) as { failure: { httpStatus: number } };
    return failure;
  };

  it("say the same of keys with whatever characters", async () => {
    const odd = [
      ...[
        " ",
        "+",
        "a b+c",
        "100%",
        "%20",
        "%2F",
        "a//b",
        "//",
        "/",
        "/a",
        "a/",
        "a/./b",
        "a/../b",
      ],
      ...[
        "..",
        ".",
        "é",
        "日本語/キー",
        "🙂",
        'quo"te',
        "apo'strophe",
        "new\nline",
        "tab\t",
        "!*'()~",
      ],
      ...["a?b=c", "a#b", "a&b", "a=b", "a;b", "a:b", "a@b", "[a]", "{b}", "a\\b", "^`|<>,$"],
      ...["k".repeat(1024), "é".repeat(512), "key", "x/key"],
    ];
    for (const key of odd) {
      const target = await put(key);
      requests = [];
      expect(await bothWays(target)).to.have.nested.property("output.ContentLength", 7);
      expect(headsCount(), `HEADs of ${key}, one each way`).to.equal(2);
    }
    const keys = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(keys, async (key) => {
        // S3 takes no key that XML could not name even in an escaped form.
        fc.pre(!key.includes("\0"));
        await bothWays(await put(key));
      }),
      { numRuns: 40 },
    );
  });

  it("say the same of whatever a version may have", async () => {
    const rich = await put("rich", {
      Metadata: { owner: "records", "X-Mixed": "Case", list: "a,b , c" },
      Tagging: "class=legal&year=2026",
      ContentType: "text/plain; charset=utf-8",
      ContentLanguage: "de, en",
      CacheControl: "max-age=60",
      ContentDisposition: 'attachment; filename="a,b.txt"',
      Expires: new Date("2031-01-01T00:00:00Z"),
      WebsiteRedirectLocation: "/elsewhere",
      ObjectLockMode: "GOVERNANCE",
      ObjectLockRetainUntilDate: new Date(sandbox.world.clock.nowEpochMs() + 48 * HOUR_MS),
      ObjectLockLegalHoldStatus: "ON",
      ChecksumAlgorithm: "SHA256",
      ServerSideEncryption: "aws:kms",
    });
    const { output } = (await bothWays(rich)) as { output: Record<string, unknown> };
    expect(output).to.include({ ObjectLockMode: "GOVERNANCE", ObjectLockLegalHoldStatus: "ON" });
    expect(output).to.include({ TagCount: 2, ServerSideEncryption: "aws:kms" });
    expect(output["ChecksumSHA256"]).to.be.a("string");
    for (const ChecksumAlgorithm of ["CRC32", "CRC32C", "CRC64NVME", "SHA1"] as const) {
      await bothWays(await put(`checksum/${ChecksumAlgorithm}`, { ChecksumAlgorithm }));
    }
    await bothWays(await put("archived", { StorageClass: "GLACIER" }));
    await bothWays({ bucket: BUCKET, key: "rich" });
  });

  it("fail alike: missing, marked as deleted, under a customer's key, in another Region, not ours", async () => {
    const target = await put("failing");
    const statusOf = async (of: HeadTarget, account = clients) =>
      (await failureOf(of, account)).httpStatus;
    requests = [];
    expect(await statusOf({ ...target, key: "never" })).to.equal(404);
    expect(headsCount(), "HEADs of a version that is missing, one each way").to.equal(2);
    expect(await statusOf({ bucket: "heads-nowhere", key: "a" })).to.equal(404);
    expect(await statusOf({ ...target, versionId: "no-version-id" })).to.equal(400);
    const { VersionId } = await clients.s3.send(
      new DeleteObjectCommand({ Bucket: BUCKET, Key: "failing" }),
    );
    if (VersionId === undefined) throw new Error("no marker");
    expect(await statusOf({ ...target, versionId: VersionId })).to.equal(405);
    // New buckets refuse it unless told otherwise.
    await clients.s3.send(
      new PutBucketEncryptionCommand({
        Bucket: BUCKET,
        ServerSideEncryptionConfiguration: {
          Rules: [
            {
              ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" },
              BlockedEncryptionTypes: { EncryptionType: ["NONE"] },
            },
          ],
        },
      }),
    );
    const sealed = await put("sealed", {
      SSECustomerAlgorithm: "AES256",
      SSECustomerKey: "k".repeat(32),
    });
    expect(await statusOf(sealed)).to.equal(400);
    const { key, versionId = "" } = sealed;
    const found = await findVersion(clients.s3, BUCKET, { key, versionId });
    expect(found).to.include({ unreadable: "sse-c" });
    const elsewhere = await clientsOf({ ...SOURCE, region: "eu-central-1" });
    expect(await statusOf(target, elsewhere)).to.equal(301);
    const stranger = await clientsOf({ ...SOURCE, profile: "vault", accountId: "222222222222" });
    const { name, message } = (await bothWays(target, stranger)) as Error;
    expect({ name, message }).to.deep.equal({
      name: "LockstepError",
      message: `The bucket ${BUCKET} belongs to another account than 222222222222.`,
    });
  });

  it("fail alike where a policy denies", async () => {
    const target = await put("denied/a");
    const Statement = [
      {
        Effect: "Deny",
        Principal: "*",
        Action: ["s3:GetObject", "s3:GetObjectVersion"],
        Resource: `arn:aws:s3:::${BUCKET}/denied/*`,
      },
    ];
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    await clients.s3.send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy }));
    expect(await failureOf(target)).to.deep.include({
      httpStatus: 403,
      request: { operation: "HeadObject", ...target },
    });
  });

  it("are tried again after throttling, an error of the server and a reset, and give up alike", async () => {
    const target = await put("trouble/a");
    for (const effect of [
      "throttle",
      "internal-error",
      "service-unavailable",
      "reset-before",
    ] as const) {
      requests = [];
      const prepare = () => {
        sandbox.faults.clear();
        sandbox.faults.add({ effect, operation: "HeadObject", first: 2 });
      };
      const { output } = (await bothWays(target, clients, prepare).catch((error: unknown) => {
        throw new Error(effect, { cause: error });
      })) as { output: { $metadata: { attempts: number } } };
      expect(output.$metadata.attempts, effect).to.equal(3);
      // A connection that is reset leaves no line.
      if (effect !== "reset-before") expect(headsCount(), effect).to.equal(6);
    }
    sandbox.faults.add({ effect: "internal-error", operation: "HeadObject" });
    expect(await failureOf(target)).to.have.property("httpStatus", 500);
  });

  it("correct a clock that is wrong", async () => {
    const target = await put("clock/a");
    const account = await clientsOf(SOURCE);
    sandbox.faults.add({ effect: "clock-skew", skewMs: HOUR_MS, operation: "HeadObject" });
    const heads = await Promise.all(
      Array.from({ length: 20 }, () => ownClient(account).headObject(target)),
    );
    expect(heads.map(({ output }) => output.VersionId)).to.deep.equal(
      heads.map(() => target.versionId),
    );
    // Refused once at the most, each; the rest of the way by the server's clock.
    expect(headsCount()).to.be.within(20, 40);
    requests = [];
    await ownClient(account).headObject(target);
    expect(headsCount()).to.equal(1);
  });

  it("get credentials anew when theirs have expired before their time, and once for all", async () => {
    const target = await put("role/a");
    await makeRole();
    const account = await clientsOf({ ...SOURCE, assumeRoleArn: ROLE });
    const look = () =>
      headVersion(account.s3, BUCKET, { key: "role/a", versionId: target.versionId ?? "" });
    await look();
    requests = [];
    sandbox.faults.add({ effect: "expired-credentials", bucket: BUCKET });
    onRequest = ({ operation }) => {
      if (operation === "AssumeRole") sandbox.faults.clear();
    };
    const heads = await Promise.all(Array.from({ length: 10 }, look));
    expect(heads.map(({ versionId }) => versionId)).to.deep.equal(
      heads.map(() => target.versionId),
    );
    expect(requests.filter(({ operation }) => operation === "AssumeRole")).to.have.length(1);
    onRequest = () => undefined;
    sandbox.faults.add({ effect: "expired-credentials", bucket: BUCKET });
    const error: unknown = await look().catch((reason: unknown) => reason);
    expect(error).to.have.property("code", "CredentialsUnusable");
  });

  it("stop when they are told to, and leave nobody listening", async () => {
    const target = await put("stopped/a");
    const account = await clientsOf(SOURCE);
    const { signal, stop } = stopper();
    await ownClient(account).headObject(target, signal);
    await new Promise(setImmediate);
    expect(getEventListeners(signal, "abort")).to.have.length(0);
    sandbox.faults.add({ effect: "time-out", operation: "HeadObject" });
    const hanging = ownClient(account).headObject(target, signal);
    stop();
    const error: unknown = await hanging.catch((reason: unknown) => reason);
    expect(error).to.have.property("name", "AbortError");
  });

  it("go the SDK's whole way once somebody has put middleware into the client", async () => {
    const target = await put("tampered/a");
    const account = await clientsOf(SOURCE);
    const s3 = ownClient(account);
    await s3.headObject(target);
    let seenCount = 0;
    tamperWith(s3, "HeadObjectCommand", () => void seenCount++);
    await s3.headObject(target);
    expect(seenCount).to.equal(1);
  });

  function headsCount(): number {
    return requests.filter(({ operation }) => operation === "HeadObject").length;
  }

  function stopper() {
    const controller = new AbortController();
    return { signal: controller.signal, stop: () => controller.abort() };
  }

  async function makeRole(): Promise<void> {
    const iam = new IAMClient({
      region: SOURCE.region,
      endpoint: sandbox.endpoint,
      credentials: clients.s3.config.credentials,
    });
    const document = (statement: object) =>
      JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
    const RoleName = "reader";
    await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: document({
          Principal: { AWS: `arn:aws:iam::${SOURCE.accountId}:root` },
          Action: "sts:AssumeRole",
        }),
      }),
    );
    const PolicyDocument = document({ Action: "s3:*", Resource: "*" });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "read", PolicyDocument }));
    iam.destroy();
  }
});
