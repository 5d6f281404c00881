import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { CreateRoleCommand, GetRoleCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { failureOf } from "./helpers/aws-failure";
import { useSandbox, useSandboxWithManualClock, START_EPOCH_MS } from "./helpers/sandbox";
import { send, sendRaw, type RawCall } from "./helpers/signed-request";

const DAY_MS = 24 * 60 * 60 * 1000;

describe("The admin endpoint", () => {
  const sandbox = useSandboxWithManualClock();

  beforeEach(() => ask("POST", "/reset", { seed: 1 }));

  it("says what there is", async () => {
    const { value } = await ask("GET", "");
    expect(value).to.deep.equal({
      resources: [
        "clock",
        "faults",
        "requests",
        "messages",
        "accounts",
        "accounts/*/policies",
        "seed",
        "reset",
      ],
    });
  });

  it("shows the time and moves it, running what falls due", async () => {
    const { clock } = sandbox();
    const startEpochMs = clock.nowEpochMs();
    const due: number[] = [];
    clock.schedule(1000, () => due.push(clock.nowEpochMs()));
    expect((await ask("GET", "/clock")).value).to.deep.equal({
      epochMs: startEpochMs,
      time: new Date(startEpochMs).toISOString(),
    });
    const moved = await ask("POST", "/clock", { advanceMs: 5000 });
    expect(moved.value).to.include({ epochMs: startEpochMs + 5000 });
    expect(due).to.deep.equal([startEpochMs + 1000]);
    const target = new Date(startEpochMs + DAY_MS).toISOString();
    expect((await ask("POST", "/clock", { setTo: target })).value).to.include({ time: target });
    const later = startEpochMs + 2 * DAY_MS;
    expect((await ask("POST", "/clock", { setTo: later })).value).to.include({ epochMs: later });
  });

  it("lets credentials expire by moving the clock", async () => {
    const trust = {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { AWS: "111111111111" }, Action: "sts:AssumeRole" },
      ],
    };
    const AssumeRolePolicyDocument = JSON.stringify(trust);
    const command = new CreateRoleCommand({ RoleName: "reader", AssumeRolePolicyDocument });
    const { Role } = await sandbox().iam().send(command);
    const { Credentials } = await sandbox()
      .sts()
      .send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "test" }));
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken,
    };
    await ask("POST", "/clock", { advanceMs: 3600 * 1000 });
    const client = sandbox().s3("source", { credentials });
    expect((await failureOf(client.send(new ListBucketsCommand()))).code).to.equal("ExpiredToken");
  });

  for (const wrong of [{}, { advanceMs: -1 }, { advanceMs: 1, setTo: 1 }, { setTo: "tomorrow" }]) {
    it(`refuses to move the clock by ${JSON.stringify(wrong)}`, async () => {
      const { statusCode, value } = await ask("POST", "/clock", wrong);
      expect(statusCode).to.equal(400);
      expect(value).to.have.nested.property("error.code", "InvalidRequest");
    });
  }

  it("refuses to set the clock back", async () => {
    const { statusCode, value } = await ask("POST", "/clock", { setTo: START_EPOCH_MS - 1 });
    expect(statusCode).to.equal(400);
    expect(value).to.have.nested.property("error.message").that.contains("only moves forward");
  });

  it("adds faults, lists them with their counts, replaces them and takes them away", async () => {
    const throttle = { effect: "throttle", operation: "ListBuckets", first: 1 };
    const fail = { effect: "internal-error", operation: "ListBuckets" };
    await ask("POST", "/faults", { faults: [throttle] });
    await ask("POST", "/faults", { faults: [fail] });
    const codes: string[] = [];
    for (let count = 0; count < 2; count++) {
      codes.push((await failureOf(sandbox().s3().send(new ListBucketsCommand()))).code);
    }
    expect(codes).to.deep.equal(["SlowDown", "InternalError"]);
    expect((await ask("GET", "/faults")).value).to.deep.equal({
      faults: [
        { ...throttle, matchedCount: 2, hitCount: 1 },
        { ...fail, matchedCount: 1, hitCount: 1 },
      ],
    });
    await ask("PUT", "/faults", { faults: [throttle] });
    expect((await ask("GET", "/faults")).value).to.deep.equal({
      faults: [{ ...throttle, matchedCount: 0, hitCount: 0 }],
    });
    await ask("DELETE", "/faults");
    await sandbox().s3().send(new ListBucketsCommand());
  });

  it("tells every mistake in faults and takes none of them", async () => {
    const { statusCode, value } = await ask("POST", "/faults", {
      faults: [{ effect: "throttle" }, { effect: "explode", account: "nobody" }],
    });
    expect(statusCode).to.equal(400);
    const { error } = value as { error: { problems: { path: string }[] } };
    expect(error.problems.map(({ path }) => path)).to.deep.equal([
      "faults[1].effect",
      "faults[1].account",
    ]);
    await sandbox().s3().send(new ListBucketsCommand());
  });

  it("shows the last requests", async () => {
    await sandbox()
      .s3()
      .send(new CreateBucketCommand({ Bucket: "logged" }));
    await sandbox()
      .s3()
      .send(new PutObjectCommand({ Bucket: "logged", Key: "a b", Body: "x" }));
    const stranger = sandbox().s3("vault", { region: "eu-west-1" });
    await failureOf(stranger.send(new GetObjectCommand({ Bucket: "logged", Key: "c" })));
    const { value } = await ask("GET", "/requests?limit=2");
    const { requests } = value as { requests: object[] };
    expect(requests).to.have.length(2);
    expect(requests[0]).to.include({
      operation: "PutObject",
      accountId: "111111111111",
      principalArn: "arn:aws:iam::111111111111:user/admin",
      bucket: "logged",
      key: "a b",
      statusCode: 200,
    });
    expect(requests[1]).to.include({
      operation: "GetObject",
      accountId: "222222222222",
      statusCode: 403,
      errorCode: "AccessDenied",
    });
  });

  it("shows accounts and seed", async () => {
    const { accounts } = (await ask("GET", "/accounts")).value as { accounts: object[] };
    expect(accounts).to.deep.equal([sandbox().account("source"), sandbox().account("vault")]);
    expect((await ask("GET", "/seed")).value).to.deep.equal({ seed: 1 });
  });

  it("empties the world: the same seed gives the same keys again, another one others", async () => {
    await sandbox()
      .s3()
      .send(new CreateBucketCommand({ Bucket: "gone-soon" }));
    await ask("POST", "/faults", { faults: [{ effect: "throttle" }] });
    const { accessKeyId } = sandbox().account("source");
    const again = await ask("POST", "/reset");
    expect(again.value).to.have.nested.property("accounts[0].accessKeyId", accessKeyId);
    const { Buckets } = await sandbox().s3().send(new ListBucketsCommand());
    expect(Buckets ?? []).to.deep.equal([]);
    const other = await ask("POST", "/reset", { seed: 2 });
    expect(other.value).to.include({ seed: 2 });
    expect(other.value)
      .to.have.nested.property("accounts[0].accessKeyId")
      .that.does.not.equal(accessKeyId);
  });

  it("answers what it does not have with 404 and 405", async () => {
    expect((await ask("GET", "/buckets")).statusCode).to.equal(404);
    expect((await ask("GET", "/toString")).statusCode).to.equal(404);
    expect((await ask("DELETE", "/clock")).statusCode).to.equal(405);
    const raw = { method: "POST", target: "/_lockstep/clock", body: "{" };
    expect((await sendRaw(sandbox(), raw)).statusCode).to.equal(400);
  });

  it("keeps out web pages: other hosts' names and requests with an origin", async () => {
    const target = "/_lockstep/accounts";
    const page = { method: "GET", target, headers: { origin: "http://example.com" } };
    expect((await sendRaw(sandbox(), page)).statusCode).to.equal(403);
    const rebound = { method: "GET", target, headers: { host: "evil.example.com" } };
    expect((await sendRaw(sandbox(), rebound)).statusCode).to.equal(403);
  });

  async function ask(method: string, path: string, body?: object) {
    const answer = await sendRaw(sandbox(), {
      method,
      target: `/_lockstep${path}`,
      ...(body && { body: JSON.stringify(body) }),
    });
    expect(answer.headers["content-type"]).to.equal("application/json");
    return { statusCode: answer.statusCode, value: JSON.parse(answer.body) as unknown };
  }
});

describe("The clock of a sandbox that was given none", () => {
  const defects: unknown[] = [];
  const sandbox = useSandbox({ onDefect: (error) => defects.push(error) });

  it("is moved by the admin endpoint and goes on from there", async () => {
    const startEpochMs = sandbox().world.clock.nowEpochMs();
    const body = JSON.stringify({ advanceMs: 365 * DAY_MS });
    await sendRaw(sandbox(), { method: "POST", target: "/_lockstep/clock", body });
    const nowEpochMs = sandbox().world.clock.nowEpochMs();
    expect(nowEpochMs - startEpochMs).to.be.within(365 * DAY_MS, 366 * DAY_MS);
    await sandbox().s3().send(new ListBucketsCommand());
  });

  it("tells of an error in what it runs, and the sandbox goes on", async () => {
    const failure = new Error("broken");
    sandbox().world.clock.schedule(1000, () => {
      throw failure;
    });
    const body = JSON.stringify({ advanceMs: 1000 });
    const moved = await sendRaw(sandbox(), { method: "POST", target: "/_lockstep/clock", body });
    expect(moved.statusCode).to.equal(200);
    expect(defects).to.deep.equal([failure]);
    await sandbox().s3().send(new ListBucketsCommand());
  });
});

describe("AWS clients and the admin endpoint", () => {
  const sandbox = useSandbox();
  const clockCall: RawCall = { method: "GET", target: "/_lockstep/clock" };

  it("never meet: a signed request goes to S3, which has no such bucket", async () => {
    const { statusCode, body } = await send(sandbox(), clockCall);
    expect(statusCode).to.be.oneOf([400, 404]);
    expect(body).to.match(/<Code>(NoSuchBucket|InvalidBucketName)<\/Code>/);
  });

  it("never meet: a bucket in the host's name is S3's, whatever the key", async () => {
    const host = "public-bucket.localhost";
    const { body } = await sendRaw(sandbox(), { ...clockCall, headers: { host } });
    expect(body).to.match(/<Code>NoSuchBucket<\/Code>/);
  });

  it("never meet: a name that only begins alike is a bucket's", async () => {
    const { body } = await sendRaw(sandbox(), { method: "GET", target: "/_lockstepped/clock" });
    expect(body).to.match(/<Code>/);
  });

  it("never meet: no bucket can be made with its name", async () => {
    const create = new CreateBucketCommand({ Bucket: "_lockstep" });
    expect((await failureOf(sandbox().s3().send(create))).code).to.equal("InvalidBucketName");
  });

  it("see nothing of it in other services", async () => {
    const missing = sandbox()
      .iam()
      .send(new GetRoleCommand({ RoleName: "_lockstep" }));
    expect((await failureOf(missing)).code).to.equal("NoSuchEntityException");
  });
});
