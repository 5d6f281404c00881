import { expect } from "chai";
import { ManualClock } from "../src";
import { START_EPOCH_MS, startTestSandbox, type TestSandbox } from "./helpers/sandbox";
import { send, type RawAnswer, type RawCall, type Signing } from "./helpers/signed-request";

const ROLE = "arn:aws:iam::111111111111:role/replication";
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com", AWS: "111111111111" },
      Action: "sts:AssumeRole",
    },
  ],
});
const RIGHTS = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: ["s3:*", "kms:*"], Resource: "*" }],
});
const REPLICATION = `<ReplicationConfiguration><Role>${ROLE}</Role><Rule><Status>Enabled</Status><Prefix></Prefix><Destination><Bucket>arn:aws:s3:::copies</Bucket></Destination></Rule></ReplicationConfiguration>`;
const RESOURCE = {
  TypeName: "AWS::S3::Bucket",
  DesiredState: JSON.stringify({ Tags: [{ Key: "a", Value: "1" }] }),
};

interface Step {
  readonly call: RawCall;
  readonly signing?: Signing;
  /** How far the clock is moved afterwards, in milliseconds. */
  readonly advanceMs?: number;
}

const s3 = (method: string, target: string, body?: string): Step => ({
  call: { method, target, body, headers: { host: "s3.eu-west-1.amazonaws.com" } },
});

function query(service: string, parameters: Record<string, string>): Step {
  const body = new URLSearchParams(parameters).toString();
  const headers = {
    host: `${service}.amazonaws.com`,
    "content-type": "application/x-www-form-urlencoded",
  };
  return { call: { method: "POST", target: "/", body, headers }, signing: { service } };
}

function json(service: string, target: string, input: object, advanceMs = 0): Step {
  const headers = {
    host: `${service}.eu-west-1.amazonaws.com`,
    "content-type": `application/x-amz-json-1.${service === "kms" ? 1 : 0}`,
    "x-amz-target": target,
  };
  const call = { method: "POST", target: "/", body: JSON.stringify(input), headers };
  return { call, signing: { service }, advanceMs };
}

const IRELAND =
  "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";
const ENABLED = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";

/** A bit of everything that draws ids, keys, orders or errors. */
const STEPS: readonly Step[] = [
  s3("PUT", "/records", IRELAND),
  s3("PUT", "/copies", IRELAND),
  s3("PUT", "/records?versioning", ENABLED),
  s3("PUT", "/copies?versioning", ENABLED),
  query("iam", {
    Action: "CreateRole",
    Version: "2010-05-08",
    RoleName: "replication",
    AssumeRolePolicyDocument: TRUST,
  }),
  query("iam", {
    Action: "PutRolePolicy",
    Version: "2010-05-08",
    RoleName: "replication",
    PolicyName: "rights",
    PolicyDocument: RIGHTS,
  }),
  s3("PUT", "/records?replication", REPLICATION),
  s3("GET", "/records?replication"),
  ...["b", "a", "%C3%A4%20c"].map((key) => s3("PUT", `/records/${key}`, `body of ${key}`)),
  { ...s3("DELETE", "/records/a"), advanceMs: 60_000 },
  s3("GET", "/copies?versions"),
  s3("POST", "/records/large?uploads"),
  query("iam", { Action: "GetRole", Version: "2010-05-08", RoleName: "nobody" }),
  query("iam", {
    Action: "CreateUser",
    Version: "2010-05-08",
    UserName: "somebody",
  }),
  query("iam", { Action: "CreateAccessKey", Version: "2010-05-08", UserName: "somebody" }),
  query("sts", {
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: ROLE,
    RoleSessionName: "test",
  }),
  json("kms", "TrentService.CreateKey", {}),
  json("kms", "TrentService.GenerateRandom", { NumberOfBytes: 32 }),
  json("cloudcontrolapi", "CloudApiService.CreateResource", RESOURCE, 5000),
  json("cloudcontrolapi", "CloudApiService.ListResourceRequests", {}),
  s3("GET", "/"),
  s3("GET", "/no-such-bucket"),
  ...Array.from({ length: 20 }, () => s3("HEAD", "/records/b")),
];

async function answersOf(seed: number): Promise<RawAnswer[]> {
  const clock = new ManualClock(START_EPOCH_MS);
  const sandbox = await startTestSandbox({
    seed,
    clock,
    faults: [{ effect: "throttle", operation: "HeadObject", probability: 0.5 }],
  });
  try {
    const answers: RawAnswer[] = [];
    for (const step of STEPS) answers.push(await answerOf(sandbox, clock, step));
    return answers;
  } finally {
    await sandbox.close();
  }
}

async function answerOf(
  sandbox: TestSandbox,
  clock: ManualClock,
  { call, signing, advanceMs = 0 }: Step,
): Promise<RawAnswer> {
  const answer = await send(sandbox, call, signing);
  clock.advance(advanceMs);
  return answer;
}

describe("The seed", () => {
  let first: RawAnswer[];
  before(async () => {
    first = await answersOf(7);
  });

  it("repeats a run: the same requests are answered the same, byte for byte", async () => {
    const second = await answersOf(7);
    expect(second).to.deep.equal(first);
  });

  it("is behind what a run draws: with another one every id is another", async () => {
    const other = await answersOf(8);
    const id = (answer: RawAnswer): unknown =>
      answer.headers["x-amz-request-id"] ?? answer.headers["x-amzn-requestid"];
    const same = first.filter((answer, index) => id(answer) === id(other[index] ?? answer));
    expect(same).to.deep.equal([]);
    for (const pattern of [
      /<VersionId>(.*?)<\/VersionId>/,
      /<UploadId>(.*?)<\/UploadId>/,
      /<RoleId>(.*?)<\/RoleId>/,
      /<AccessKeyId>(.*?)<\/AccessKeyId>/,
      /"KeyId":"(.*?)"/,
      /"Plaintext":"(.*?)"/,
      /"RequestToken":"(.*?)"/,
    ]) {
      const found = (answers: RawAnswer[]) =>
        answers.flatMap(({ body }) => pattern.exec(body)?.[1] ?? []);
      expect(found(first), String(pattern)).not.to.deep.equal([]);
      expect(found(other), String(pattern)).not.to.deep.equal(found(first));
    }
  });

  it("is refused when the generator cannot tell it from another", async () => {
    for (const seed of [-1, 0.5, 2 ** 32, Number.NaN]) {
      const error = await startTestSandbox({ seed }).catch((reason: unknown) => reason);
      expect(error, String(seed)).to.be.instanceOf(RangeError);
    }
  });

  it("says which requests a fault with a probability hits", () => {
    const codes = first.slice(-20).map(({ statusCode }) => statusCode);
    expect(new Set(codes)).to.deep.equal(new Set([200, 503]));
  });

  it("is met by requests that mean something: each step is answered as it is meant to be", () => {
    const refused = first.slice(0, -20).filter(({ statusCode }) => statusCode >= 300);
    expect(refused.map(({ statusCode }) => statusCode)).to.deep.equal([404, 404]);
    const versions = first.find(({ body }) => body.includes("<ListVersionsResult"));
    expect(versions?.body).to.contain("<Key>b</Key>");
  });
});
