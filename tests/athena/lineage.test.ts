/**
 * `lineage --engine athena` over reports that the sandbox's jobs have left, on the sandbox's Athena: what goes to and fro. That its statements are right
 * is shown on the engine that Athena is made of (`reports.test.ts`).
 */

import { AthenaClient } from "@aws-sdk/client-athena";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { S3Client } from "@aws-sdk/client-s3";
import { S3ControlClient } from "@aws-sdk/client-s3-control";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { expect } from "chai";
import type { Clock } from "../../automation/clock";
import { operatorPolicies } from "../../automation/permissions/operator-policies";
import { ATHENA_REPORT_ROWS } from "../../automation/permissions/rows/athena";
import { BUCKET, csvOf, LineageWorld, PLACE } from "./lineage-world";

const ODD_KEYS = [
  'both",",key',
  "new\nline",
  "plus+key %41",
  "back\\slash",
  "'; DROP TABLE x; --",
  "é/世界/🎉",
  `${"long/".repeat(204)}ends`,
];

describe("a lineage that Athena reads", function () {
  this.timeout(180_000);
  let world: LineageWorld;
  let jobIds: readonly string[];
  beforeEach(async () => {
    world = await LineageWorld.make(["a", "b", ...ODD_KEYS]);
    jobIds = await world.backfillTwice();
    expect(jobIds).to.have.length(2);
  });
  afterEach(() => world?.close());

  const warnings = (): readonly string[] =>
    world.stack.told("warning").map(({ code, message }) => `${code}: ${message}`);

  it("is the one that this machine reads, of each key, and leaves nothing", async () => {
    for (const key of ["a", ...ODD_KEYS]) {
      world.stack.events.length = 0;
      const here = await world.here(key);
      const toldHere = world.stack.told("job-report");
      world.stack.events.length = 0;
      expect(await world.byAthena(key)).to.deep.equal(here);
      expect(here[0]?.attempts.map(({ outcome }) => outcome)).to.deep.equal([
        "failed",
        "succeeded",
      ]);
      expect(world.stack.told("job-report")).to.deep.equal(toldHere);
      expect(toldHere.map(({ jobId, tasksCount }) => [jobId, tasksCount])).to.deep.equal(
        jobIds.map((jobId) => [jobId, 9]),
      );
    }
    const [plan] = world.stack.told("athena-plan");
    // Two questions of 10 MB at least.
    expect(plan).to.deep.include({
      source: "source",
      vaults: [],
      chargedBytes: 20_000_000,
      broughtBytes: 0,
      othersUsd: 0,
      budgetUsd: null,
    });
    expect(plan?.reports).to.deep.include({ region: "eu-west-1", jobsCount: 2 });
    expect(plan?.usd).to.be.closeTo(0.0001, 1e-9);
    const answered = world.stack.told("athena-answered");
    expect(answered.map(({ question, source }) => [question, source])).to.deep.equal([
      ["report_counts", "source"],
      ["reported", "source"],
    ]);
    expect(answered.every(({ scannedBytes }) => scannedBytes > 0)).to.equal(true);
    expect(world.asked[0]?.code).to.equal("ask-athena");
    expect(world.asked[0]?.text).to.equal(
      "Ask Athena for at most USD 0.0001, of the reports of 2 jobs, in the account of source source?",
    );
    expect(warnings()).to.deep.equal([]);
    expect(world.stack.told("note")).to.deep.equal([]);
    expect(await world.keysLeft()).to.deep.equal([]);
    expect(await world.tablesLeft()).to.deep.equal([]);
  });

  it("has what refusals said, with the two codes in either order, as this machine reads it", async () => {
    const [first = ""] = jobIds;
    const bucket = world.stack.outputs.source.bucketName;
    const [{ versionId = "" } = {}] = await world.here("a");
    const rows = [
      [bucket, "a", versionId, "failed", "AccessDenied", "403", `Denied, by "policy", é`],
      ...Array.from({ length: 8 }, (_, index) => [
        ...[bucket, `other${index}`, "", "failed", "404", index < 5 ? "NoSuchKey" : "no code!"],
        "gone",
      ]),
    ];
    await world.forge(first, [{ status: "failed", text: csvOf(rows) }]);
    const here = await world.here("a");
    world.stack.events.length = 0;
    expect(await world.byAthena("a")).to.deep.equal(here);
    expect(here[0]?.attempts[0]).to.deep.equal({
      jobId: first,
      outcome: "failed",
      errorCode: "AccessDenied",
      message: `Denied, by "policy", é`,
    });
    expect(world.stack.told("job-report")[0]?.outcomes).to.deep.equal([
      { status: "failed", httpStatus: 404, errorCode: "NoSuchKey", tasksCount: 5 },
      { status: "failed", httpStatus: 404, errorCode: "(another code)", tasksCount: 3 },
      { status: "failed", httpStatus: 403, errorCode: "AccessDenied", tasksCount: 1 },
    ]);
  });

  it("takes the rights that `lockstep policies --operator` tells, and each of them", async () => {
    const { allow, clients, policy } = await operatorOf(world);
    for (const { sid } of ATHENA_REPORT_ROWS) {
      // The sandbox's Athena does not ask where the bucket of reports is.
      if (sid === "FindReportsForAthena") continue;
      await allow(policy.filter(({ Sid }) => Sid !== sid));
      const error: unknown = await world
        .byAthena("a", {}, { clients })
        .catch((failure: unknown) => failure);
      expect(error, sid).to.be.an("error");
    }
    const left = await world.keysLeft();
    await allow(policy);
    world.stack.events.length = 0;
    expect((await world.byAthena("a", {}, { clients }))[0]?.attempts).to.have.length(2);
    expect(warnings()).to.deep.equal([]);
    expect(await world.keysLeft()).to.deep.equal(left);
    expect(await world.tablesLeft()).to.deep.equal([]);
  });

  it("that was killed is taken away by the next one of the same source, a day later", async () => {
    const athena = new AthenaClient(world.sourceSettings);
    const s3 = new S3Client({ ...world.sourceSettings, forcePathStyle: true });
    const isGone = () => world.stack.told("athena-answered").length > 0;
    for (const client of [athena, s3] as unknown as readonly S3Client[]) {
      client.middlewareStack.add(
        (next) => (args) => (isGone() ? Promise.reject(new Error("gone")) : next(args)),
        { step: "initialize" },
      );
    }
    const error: unknown = await world
      .byAthena("a", {}, { clients: world.clientsWith({ athena, s3 }) })
      .catch(String);
    expect(error).to.contain("gone");
    const keys = await world.keysLeft();
    const name = keys[0]?.split("/")[1] ?? "";
    expect((await world.tablesLeft()).toSorted()).to.deep.equal([`${name}_job_0`, `${name}_job_1`]);
    world.stack.events.length = 0;
    expect(await world.byAthena("a")).to.have.length(1);
    expect(await world.tablesLeft()).to.have.length(2);
    expect(world.stack.told("note")[0]?.message).to.contain(
      "At source source another look is under way",
    );
    world.sandbox.world.clock.advance(25 * 60 * 60 * 1000);
    world.stack.events.length = 0;
    expect(await world.byAthena("a")).to.have.length(1);
    expect(world.stack.told("note").map(({ message }) => message)).to.deep.equal([
      `At source source what 1 look had left for Athena was taken away: s3://${BUCKET}/looks/${name}/`,
    ]);
    expect(await world.keysLeft()).to.deep.equal([]);
    expect(await world.tablesLeft()).to.deep.equal([]);
  });

  it("makes nothing before somebody has agreed, nor beyond the budget", async () => {
    const before = await world.queriesCount();
    const declined = await world.refusalOf({ confirm: () => Promise.resolve(false) });
    expect(declined.code).to.equal("Declined");
    expect(declined.hint).to.contain("Without --engine athena reports are read on this machine.");
    const budget = await world.refusalOf({ budgetUsd: 0.000_09 });
    expect(budget.code).to.equal("BudgetExceeded");
    expect(budget.hint).to.contain("`lockstep:backfill` athenaBudgetUsd");
    expect(world.asked).to.deep.equal([]);
    expect(await world.queriesCount()).to.equal(before);
    expect(await world.byAthena("a", { budgetUsd: 1 })).to.have.length(1);
  });

  it("knows nothing of a job whose report is altered, cut off or not there, and goes on with the others", async () => {
    const [first = "", second = ""] = jobIds;
    const [part = ""] = await world.partsOf(first);
    const bytes = await world.read(part);
    const altered = Buffer.from(bytes.toString().replace("failed", "lailed"));
    for (const spoiled of [altered, bytes.subarray(0, -9), undefined]) {
      if (spoiled !== undefined) await world.write(part, spoiled);
      else await world.take(part);
      world.stack.events.length = 0;
      const [line] = await world.byAthena("a");
      expect(line?.attempts.map(({ jobId }) => jobId)).to.deep.equal([second]);
      expect(warnings()).to.have.length(1);
      expect(warnings()[0])
        .to.contain(`ReportUnreadable: what the job ${first} did is not known`)
        .and.to.contain(part);
      expect(await world.here("a")).to.deep.equal([line]);
    }
    await world.write(part, bytes);
    expect((await world.byAthena("a"))[0]?.attempts).to.have.length(2);
  });

  it("knows nothing of a job of which Athena has seen other tasks than there were, or rows that are none", async () => {
    const [first = "", second = ""] = jobIds;
    const bucket = world.stack.outputs.source.bucketName;
    const row = [bucket, "a", "v1", "failed", "403", "AccessDenied", "m"];
    const others = Array.from({ length: 8 }, (_, index) => [
      ...row.slice(0, 2),
      `${index}`,
      ...row.slice(3),
    ]);
    const reports: Record<string, readonly (readonly string[])[]> = {
      "8 of 9 tasks of the job": others,
      "10 of 9 tasks of the job": [...others, row, [...row.slice(0, 2), "v2", ...row.slice(3)]],
      "Athena reads 1 row of the report of the job": [...others, row.slice(0, 6)],
      // A line break ends a row to Athena: https://docs.aws.amazon.com/athena/latest/ug/csv-serde.html
      "Athena reads 1 row": [...others, [...row.slice(0, 6), "one\nline more"]],
    };
    for (const [message, rows] of Object.entries(reports)) {
      await world.forge(first, [{ status: "failed", text: csvOf(rows) }]);
      world.stack.events.length = 0;
      const lines = await world.byAthena("a");
      expect(lines.flatMap(({ attempts }) => attempts.map(({ jobId }) => jobId))).to.deep.equal([
        second,
      ]);
      expect(warnings()).to.have.length(1);
      expect(warnings()[0]).to.contain(message).and.to.contain("without --engine athena");
      expect(world.stack.told("job-report").map(({ jobId }) => jobId)).to.deep.equal([second]);
    }
  });

  it("reads here what S3 does not tell the MD5 of, and leaves it out where it is another", async () => {
    const [first = ""] = jobIds;
    const [part = ""] = await world.partsOf(first);
    const bytes = await world.read(part);
    const here = await world.here("a");
    await world.writeInParts(part, bytes);
    world.stack.events.length = 0;
    expect(await world.byAthena("a")).to.deep.equal(here);
    expect(world.stack.told("athena-plan")[0]?.broughtBytes).to.equal(bytes.length);
    expect(warnings()).to.deep.equal([]);
    await world.writeInParts(part, Buffer.from(bytes.toString().replace("403", "404")));
    expect((await world.byAthena("a"))[0]?.attempts).to.have.length(1);
    expect(warnings().join()).to.contain(`${part} has the MD5`);
    await world.archive(part);
    expect((await world.byAthena("a"))[0]?.attempts).to.have.length(1);
    expect(warnings().join()).to.contain("is archived (GLACIER)");
  });

  it("says where nobody tells any more how many tasks there should be, and goes by the ledger's count where that was whole", async () => {
    const s3control = forgetfulOf(world);
    const clients = world.clientsWith({ s3control });
    expect((await world.byAthena("a", {}, { clients }))[0]?.attempts).to.have.length(2);
    const counted = world.stack.told("note").length;
    const [first = ""] = jobIds;
    await world.forgetProgress();
    world.stack.events.length = 0;
    expect((await world.byAthena("a", {}, { clients }))[0]?.attempts).to.have.length(2);
    expect(counted).to.equal(0);
    expect(world.stack.told("note").map(({ message }) => message)).to.deep.equal([
      "How many tasks the reports of 2 jobs of source source should tell nobody tells any more: rows that Athena left out would not be missed",
    ]);
    // What has bytes has a row, whoever counts.
    await world.forge(first, [{ status: "failed", text: "\n" }]);
    expect((await world.byAthena("a", {}, { clients }))[0]?.attempts).to.have.length(1);
  });

  it("asks nobody where no report has a row", async () => {
    for (const jobId of jobIds) await world.forge(jobId, []);
    const before = await world.queriesCount();
    const [line] = await world.byAthena("a", { confirm: () => expect.fail("it asked") });
    expect(line?.attempts).to.deep.equal([]);
    expect(warnings()).to.have.length(2);
    expect(await world.queriesCount()).to.equal(before);
  });

  it("tells why Athena gives no answer, and takes away what it had put there", async () => {
    const error = await world.refusalOf({ place: { ...PLACE, database: "nowhere" } });
    expect(error.code).to.equal("AthenaQueryFailed");
    expect(error.message).to.contain("nowhere");
    expect(error.hint).to.contain("lockstep:backfill");
  });

  it("takes no answer where somebody touched a report, or what Athena was told of it, meanwhile", async () => {
    const [first = "", second = ""] = jobIds;
    const [part = ""] = await world.partsOf(first);
    const [other = ""] = await world.partsOf(second);
    const bytes = await world.read(part);
    const touches: Record<string, () => Promise<unknown>> = {
      // The same bytes are another version.
      [part]: () => world.write(part, bytes),
      "job_0/symlink.txt": async () => {
        const [link = ""] = (await world.keysLeft()).filter((key) =>
          key.endsWith("job_0/symlink.txt"),
        );
        // As many tasks, of which none has failed.
        await world.write(link, `s3://${world.operations}/${other}\n`, BUCKET);
      },
    };
    for (const [name, touch] of Object.entries(touches)) {
      let isTouched = false;
      const touching: Clock = {
        ...world.clock,
        sleep: async (durationMs, signal) => {
          if (world.stack.told("athena-answered").length === 1 && !isTouched) {
            isTouched = true;
            await touch();
          }
          return world.clock.sleep(durationMs, signal);
        },
      };
      const error = await world.refusalOf({}, { clock: touching });
      expect(isTouched, name).to.equal(true);
      expect(error.code, name).to.equal("AthenaQueryFailed");
      expect(error.message).to.contain("While Athena was asked").and.contain(name);
    }
  });

  it("stops what it has begun when it is stopped, and leaves nothing", async () => {
    const stop = new AbortController();
    const stopping: Clock = {
      ...world.clock,
      sleep: (durationMs, signal) => {
        if (world.stack.told("athena-answered").length === 1) stop.abort();
        return world.clock.sleep(durationMs, signal);
      },
    };
    const error = await world.refusalOf({}, { clock: stopping, signal: stop.signal });
    expect(error.code).to.equal("Aborted");
  });
});

/** A role of the source's account, and what the config's policy allows for `lineage` there. */
async function operatorOf(world: LineageWorld) {
  const { config, outputs } = world.stack;
  const { backfill, rules, source, vaults } = config;
  const { accountId } = outputs.source;
  const found = operatorPolicies({
    ...{ side: "both", isFleet: false, sources: [source], vaults, rules },
    backfill: { ...backfill, athena: { source: PLACE } },
  }).find((one) => one.command === "lineage" && one.accountId === accountId);
  if (found === undefined) throw new Error("no policy");
  const iam = new IAMClient(world.sourceSettings);
  const RoleName = "reader";
  const policyText = (Statement: readonly object[]): string =>
    JSON.stringify({ Version: "2012-10-17", Statement });
  const Principal = { AWS: `arn:aws:iam::${accountId}:root` };
  const AssumeRolePolicyDocument = policyText([
    { Effect: "Allow", Principal, Action: "sts:AssumeRole" },
  ]);
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const { Credentials: keys } = await world.stack.clients.source.sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${accountId}:role/${RoleName}`,
      RoleSessionName: "lineage",
    }),
  );
  const credentials = {
    accessKeyId: keys?.AccessKeyId ?? "",
    secretAccessKey: keys?.SecretAccessKey ?? "",
    sessionToken: keys?.SessionToken ?? "",
  };
  const settings = { ...world.sourceSettings, credentials };
  return {
    policy: found.document.Statement,
    allow: async (statements: readonly object[]): Promise<void> => {
      const PolicyDocument = policyText(statements);
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "rights", PolicyDocument }));
    },
    clients: world.clientsWith({
      s3: new S3Client({ ...settings, forcePathStyle: true }),
      s3control: new S3ControlClient({ ...settings, ...world.withoutAccountHost }),
      athena: new AthenaClient(settings),
    }),
  };
}

/** A client to which AWS tells of no job any more. */
function forgetfulOf({ sourceSettings, withoutAccountHost }: LineageWorld): S3ControlClient {
  const client = new S3ControlClient({ ...sourceSettings, ...withoutAccountHost });
  client.middlewareStack.add(
    (next, context) => (args) =>
      context["commandName"] === "DescribeJobCommand"
        ? Promise.reject(
            Object.assign(new Error("no such job"), {
              name: "NoSuchJobException",
              $metadata: { httpStatusCode: 404 },
            }),
          )
        : next(args),
    { step: "initialize" },
  );
  return client;
}
