/** What the ledger asks of S3, and what it makes of each answer. Against the sandbox: tests/integration/ledger.test.ts. */

import { expect } from "chai";
import {
  clientRequestToken,
  foreignPart,
  intentFrame,
  jobDescription,
  type JobIntent,
} from "../../automation/backfill/intent";
import {
  Ledger,
  parseRecord,
  recordKey,
  sortFiles,
  type LedgerRecord,
} from "../../automation/backfill/ledger";
import type { LockstepOutputs } from "../../components/promise/outputs";
import { MemoryBucket, refusal } from "../helpers/memory-bucket";

const FRAME = {
  accountId: "111111111111",
  region: "eu-west-1",
  sourceBucketArn: "arn:aws:s3:::src",
  operationsBucketArn: "arn:aws:s3:::ops",
  manifestPrefix: "manifests",
  reportPrefix: "reports",
  roleArn: "arn:aws:iam::111111111111:role/batch",
};
const INTENT: JobIntent = {
  ...FRAME,
  sequence: 1,
  reportScope: "AllTasks",
  priority: 10,
  replicationStatuses: ["NONE", "FAILED"],
};
const SHA256 = "0123456789abcdef".repeat(4);
const MANIFEST = {
  key: `manifests/own/${SHA256}.csv`,
  etag: "0123456789abcdef".repeat(2),
  versionsCount: 1,
  sha256: SHA256,
};
const RECORD: LedgerRecord = {
  version: 1,
  intent: { ...INTENT, replicationStatuses: ["NONE", "FAILED"] },
  state: "created",
  jobId: "job-1",
};
const KEY = "ledger/backfill-000001.json";

describe("a record of the ledger", () => {
  it("keeps why a job failed, and nothing that is no reason", () => {
    const failureReasons = [{ code: "InvalidManifest", reason: "not a CSV" }];
    const text = (reasons: unknown): string =>
      JSON.stringify({ ...RECORD, state: "settled", outcome: "failed", failureReasons: reasons });
    expect(parseRecord(text(failureReasons), 1, FRAME))
      .to.have.nested.property("record.failureReasons")
      .that.deep.equals(failureReasons);
    for (const reasons of [[{ code: 1, reason: "a" }], [{ code: "a" }], "a"]) {
      expect(parseRecord(text(reasons), 1, FRAME)).to.have.property("why");
    }
  });
});

describe("ledger: what it asks of S3", () => {
  let bucket: MemoryBucket;
  let ledger: Ledger;
  beforeEach(() => {
    bucket = new MemoryBucket();
    ledger = new Ledger(bucket.client, "ops", "ledger/", FRAME);
  });
  const { signal } = new AbortController();
  const put = (key: string, record: unknown) => bucket.put(key, JSON.stringify(record));
  const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      (answer) => expect.fail(`answered ${JSON.stringify(answer)}`),
      (error: unknown) => error,
    );

  it("writes an intent where there is none yet, in lines that a person can read", async () => {
    const entry = await ledger.intend(INTENT, signal);
    const record = { version: 1, intent: INTENT, state: "intended" };
    expect(entry).to.deep.equal({ key: KEY, etag: '"1"', record });
    expect(bucket.sent).to.deep.equal([
      {
        name: "PutObjectCommand",
        input: {
          Bucket: "ops",
          Key: KEY,
          Body: `${JSON.stringify(record, undefined, 2)}\n`,
          ContentType: "application/json",
          IfNoneMatch: "*",
        },
        signal,
      },
    ]);
  });

  it("keeps the statuses of an intent apart from the caller's list", async () => {
    const statuses: ("NONE" | "FAILED")[] = ["NONE"];
    const { record } = await ledger.intend({ ...INTENT, replicationStatuses: statuses });
    statuses.push("FAILED");
    expect(record.intent.replicationStatuses).to.deep.equal(["NONE"]);
  });

  it("writes the record of a job that runs with its id", async () => {
    const { record } = await ledger.adopt(INTENT, "job-1", signal);
    expect(record).to.deep.equal({ version: 1, intent: INTENT, state: "created", jobId: "job-1" });
    expect(bucket.sent.map((one) => one.signal)).to.deep.equal([signal]);
  });

  it("changes what it has read, and nothing else", async () => {
    const entry = await ledger.intend(INTENT);
    const changed = await ledger.update(entry, { state: "created", jobId: "job-1" }, signal);
    expect(changed).to.deep.equal({ key: KEY, etag: '"2"', record: RECORD });
    expect(bucket.sent[1]).to.deep.equal({
      name: "PutObjectCommand",
      input: {
        Bucket: "ops",
        Key: KEY,
        Body: `${JSON.stringify(RECORD, undefined, 2)}\n`,
        ContentType: "application/json",
        IfMatch: '"1"',
      },
      signal,
    });
  });

  it("reads what another desk wrote first", async () => {
    const etag = put(KEY, RECORD);
    expect(await ledger.intend(INTENT, signal)).to.deep.equal({ key: KEY, etag, record: RECORD });
    expect(bucket.sent[1]).to.deep.equal({
      name: "GetObjectCommand",
      input: { Bucket: "ops", Key: KEY },
      signal,
    });
  });

  for (const status of [409, 412]) {
    it(`takes ${status} for another run at work, and says how to go on`, async () => {
      const entry = await ledger.intend(INTENT);
      bucket.beforePut = () => {
        throw refusal("Refused", status);
      };
      const update = await errorOf(ledger.update(entry, { state: "created" }));
      bucket.put(KEY, "theirs");
      const intend = await errorOf(ledger.intend(INTENT));
      for (const error of [update, intend]) {
        expect(error).to.deep.include({
          code: "LedgerConflict",
          message: "Another run of Lockstep works on the same backfill at this moment.",
          hint: "Let it finish, or run the command again: it carries on with the same job.",
        });
        expect(error).to.have.nested.property("cause.name", "Refused");
      }
    });
  }

  for (const status of [403, 404, 500]) {
    it(`hands on ${status} as it is, and does not read`, async () => {
      const entry = await ledger.intend(INTENT);
      bucket.beforePut = () => {
        throw refusal("Refused", status);
      };
      expect(await errorOf(ledger.update(entry, { state: "intended" }))).to.have.property(
        "name",
        "Refused",
      );
      expect(await errorOf(ledger.intend(INTENT))).to.have.property("name", "Refused");
      expect(bucket.sent.map(({ name }) => name)).not.to.include("GetObjectCommand");
    });
  }

  it("hands on what is no answer of S3 as it is", async () => {
    const error = new Error("socket hang up");
    bucket.beforePut = () => {
      throw error;
    };
    expect(await errorOf(ledger.intend(INTENT))).to.equal(error);
  });

  it("takes a change for made only when all of it is there", async () => {
    const entry = await ledger.intend(INTENT);
    const etag = put(KEY, { ...RECORD, planHash: "theirs", vaultBuckets: ["one", "two"] });
    const change = { state: "created", jobId: "job-1", vaultBuckets: ["one", "two"] } as const;
    const same = { ...change, vaultBuckets: [...change.vaultBuckets] };
    expect((await ledger.update(entry, same, signal)).etag).to.equal(etag);
    expect(bucket.sent.map((one) => one.signal)).to.deep.equal([undefined, signal, signal]);
    for (const other of [
      { ...same, planHash: "mine" },
      { ...same, vaultBuckets: ["one"] },
    ]) {
      expect(await errorOf(ledger.update(entry, other))).to.have.property("code", "LedgerConflict");
    }
    put(KEY, "no record");
    expect(await errorOf(ledger.update(entry, same))).to.have.property("code", "LedgerConflict");
  });

  it("reads every page of its own folder, the latest record first", async () => {
    bucket.pageLength = 2;
    for (const sequence of [1, 2, 3, 4, 5]) {
      put(recordKey("ledger/", sequence), { ...RECORD, intent: { ...INTENT, sequence } });
    }
    put("elsewhere/backfill-000006.json", RECORD);
    const { aside, entries, nextSequence } = await ledger.open(signal);
    expect(entries.map(({ record }) => record.intent.sequence)).to.deep.equal([5, 4, 3, 2, 1]);
    expect({ aside, nextSequence }).to.deep.equal({ aside: [], nextSequence: 6 });
    const lists = bucket.sent.filter(({ name }) => name === "ListObjectsV2Command");
    expect(lists.map(({ input }) => input)).to.deep.equal(
      [undefined, "2", "4"].map((ContinuationToken) => ({
        Bucket: "ops",
        Prefix: "ledger/",
        ContinuationToken,
      })),
    );
    expect(bucket.sent.every((one) => one.signal === signal)).to.equal(true);
  });

  it("reads the fifty latest records and no more", async () => {
    for (let sequence = 1; sequence <= 51; sequence++) {
      put(recordKey("ledger/", sequence), { ...RECORD, intent: { ...INTENT, sequence } });
    }
    const { entries, nextSequence } = await ledger.open();
    expect(entries).to.have.length(50);
    expect([entries.at(-1)?.record.intent.sequence, nextSequence]).to.deep.equal([2, 52]);
  });

  it("sets aside what is none of its records, by name or by content", async () => {
    put(KEY, RECORD);
    put("ledger/backfill-000002.json", {});
    put("ledger/notes", {});
    const { aside, entries } = await ledger.open();
    expect(entries.map(({ key }) => key)).to.deep.equal([KEY]);
    expect(aside.map(({ key }) => key)).to.deep.equal([
      "ledger/notes",
      "ledger/backfill-000002.json",
    ]);
  });

  it("does not read a file that is larger than a record can be, and lets go of it", async () => {
    let destroyedCount = 0;
    const sized = (ContentLength: number) => (output: object) =>
      "Body" in output
        ? {
            ...output,
            ContentLength,
            Body: { ...(output.Body as object), destroy: () => destroyedCount++ },
          }
        : output;
    put(KEY, RECORD);
    bucket.answer = sized(65_536);
    expect((await ledger.open()).entries).to.have.length(1);
    bucket.answer = sized(65_537);
    expect(await ledger.open()).to.deep.equal({
      entries: [],
      aside: [{ key: KEY, why: "it has 65537 bytes" }],
      nextSequence: 2,
    });
    expect(destroyedCount).to.equal(1);
  });

  it("goes by what is there where S3's answer lacks members", async () => {
    put(KEY, RECORD);
    bucket.answer = (output) =>
      "Contents" in output ? { Contents: [{}, ...(output.Contents as object[])] } : {};
    expect(await ledger.open()).to.deep.equal({
      entries: [],
      aside: [{ key: KEY, why: "it is not JSON: written half-way, or not by Lockstep" }],
      nextSequence: 2,
    });
    expect((await ledger.intend({ ...INTENT, sequence: 2 })).etag).to.equal("");
    bucket.answer = () => ({});
    expect(await ledger.open()).to.deep.equal({ entries: [], aside: [], nextSequence: 1 });
    bucket.answer = (output) =>
      "Body" in output ? { Body: output.Body, Contents: undefined } : output;
    expect((await ledger.open()).entries[0]?.etag).to.equal("");
    for (const Body of [undefined, {}]) {
      bucket.answer = (output) => ("Body" in output ? { ContentLength: 70_000, Body } : output);
      expect((await ledger.open()).aside[0]?.why).to.equal("it has 70000 bytes");
    }
  });
});

describe("ledger: a job without its id", () => {
  it("is found by a description that begins as all of ours do and ends in the token", () => {
    expect(jobDescription({ ...INTENT, sequence: 7 })).to.equal(
      `lockstep backfill 7 ${clientRequestToken({ ...INTENT, sequence: 7 })}`,
    );
  });
});

describe("ledger: names of records", () => {
  const sorted = (...names: string[]) =>
    sortFiles(
      names.map((name) => `p/${name}`),
      "p/",
    );

  it("have six digits or more, and list in order", () => {
    expect(recordKey("p/", 7)).to.equal("p/backfill-000007.json");
    expect(recordKey("", 1_234_567)).to.equal("backfill-1234567.json");
  });

  it("are one number's only name", () => {
    for (const name of [
      "backfill-1.json",
      "backfill-0000001.json",
      "backfill-000001.json.bak",
      "old-backfill-000001.json",
      "old/backfill-000001.json",
      "backfill-000001xjson",
      "backfill-00000a.json",
    ]) {
      expect(sorted(name), name).to.deep.equal({
        numbers: [],
        aside: [{ key: `p/${name}`, why: "its name is none of a record" }],
      });
    }
  });

  it("run up to a thousand more than there are files, from one", () => {
    const far = [{ key: "p/backfill-001002.json", why: "no job has come to that number" }];
    expect(sorted("backfill-001002.json")).to.deep.equal({ numbers: [], aside: far });
    expect(sorted("backfill-001001.json").numbers).to.deep.equal([
      { key: "p/backfill-001001.json", sequence: 1001 },
    ]);
    expect(sorted("backfill-001002.json", "backfill-000003.json", "x").numbers).to.deep.equal([
      { key: "p/backfill-001002.json", sequence: 1002 },
      { key: "p/backfill-000003.json", sequence: 3 },
    ]);
    expect(sorted("backfill-000000.json").aside[0]?.why).to.equal("no job has come to that number");
  });
});

describe("ledger: what is a record", () => {
  const parse = (record: unknown, frame = FRAME) =>
    parseRecord(typeof record === "string" ? record : JSON.stringify(record), 1, frame);
  const whyOf = (record: unknown): string => {
    const parsed = parse(record);
    return "why" in parsed ? parsed.why : "a record";
  };
  const withManifest = (manifest: object, more: object = {}) => ({
    ...RECORD,
    intent: { ...RECORD.intent, ...more, manifest: { ...MANIFEST, ...manifest } },
  });

  it("is read with each member that it may have", () => {
    const whole = {
      ...withManifest({}),
      planHash: "hash",
      vaultBuckets: ["vault"],
      outcome: "clean",
      state: "settled",
    };
    expect(parse(whole)).to.deep.equal({ record: whole });
    for (const state of ["intended", "created", "approved", "settled"]) {
      expect(whyOf({ ...RECORD, state })).to.equal("a record");
    }
    for (const outcome of ["clean", "not-clean", "nothing-to-do", "failed", "cancelled"]) {
      expect(whyOf({ ...RECORD, outcome })).to.equal("a record");
    }
    const { intent } = RECORD;
    for (const change of [
      { reportScope: "FailedTasksOnly" },
      { replicationStatuses: ["NONE", "FAILED", "COMPLETED", "REPLICA"] },
    ]) {
      expect(whyOf({ ...RECORD, intent: { ...intent, ...change } })).to.equal("a record");
    }
  });

  it("names what it is not, by its path", () => {
    const path = (record: unknown) => /^it is no record: (\S*) \S/.exec(whyOf(record))?.[1];
    expect(whyOf("{")).to.equal("it is not JSON: written half-way, or not by Lockstep");
    expect(whyOf(null)).to.match(/^it is no record: {2}\S/);
    for (const [member, value] of [
      ["version", 2],
      ["state", "done"],
      ["outcome", "fine"],
      ["planHash", 1],
      ["vaultBuckets", "vault"],
      ["jobId", 1],
    ] as const) {
      expect(path({ ...RECORD, [member]: value })).to.equal(member);
    }
    expect(path({ ...RECORD, vaultBuckets: [1] })).to.equal("vaultBuckets.0");
    for (const [member, value] of [
      ...Object.keys(INTENT).map((name) => [name, undefined] as const),
      ["sequence", 0],
      ["sequence", 1.5],
      ["priority", 1.5],
      ["reportScope", "None"],
      ["manifest", {}],
    ] as const) {
      const found = path({ ...RECORD, intent: { ...RECORD.intent, [member]: value } });
      expect(found, member).to.match(new RegExp(`^intent\\.${member}(\\.key)?$`));
    }
    expect(
      path({ ...RECORD, intent: { ...RECORD.intent, replicationStatuses: ["PENDING"] } }),
    ).to.equal("intent.replicationStatuses.0");
  });

  it("names its job by an id that can be part of a folder's name", () => {
    for (const jobId of ["a-_Z9", "a".repeat(36)]) {
      expect(whyOf({ ...RECORD, jobId }), jobId).to.equal("a record");
    }
    for (const jobId of ["abcd", "a".repeat(37), "../../etc", "abcde/", "/abcde", "abcde.", ""]) {
      expect(whyOf({ ...RECORD, jobId }), jobId).to.match(/^it is no record: jobId /);
    }
  });

  it("has a manifest of ours alone, by ETag, count, digest and key", () => {
    for (const etag of [MANIFEST.etag, `${MANIFEST.etag}-2`, `${MANIFEST.etag}-10000`]) {
      expect(whyOf(withManifest({ etag })), etag).to.equal("a record");
    }
    const md5 = MANIFEST.etag;
    const wrong = {
      etag: ["", md5.slice(1), `${md5}a`, `x${md5}`, `${md5}-`, `${md5}-x`, `"${md5}"`],
      sha256: [SHA256.slice(1), `${SHA256}a`, `${SHA256.slice(1)}g`, SHA256.toUpperCase()],
      versionsCount: [0, 1.5, -1],
    };
    for (const [member, values] of Object.entries(wrong)) {
      for (const value of values) {
        expect(whyOf(withManifest({ [member]: value })), String(value)).to.match(
          new RegExp(`^it is no record: intent\\.manifest\\.${member} `),
        );
      }
    }
    for (const key of [`own/${SHA256}.csv`, `manifests/own/${"0".repeat(64)}.csv`, "theirs.csv"]) {
      expect(whyOf(withManifest({ key }))).to.equal(`its manifest ${key} is none of ours`);
    }
  });

  it("has the number that its name has", () => {
    expect(whyOf({ ...RECORD, intent: { ...INTENT, sequence: 2 } })).to.equal(
      "it says that it is number 2",
    );
  });

  for (const name of Object.keys(FRAME) as (keyof typeof FRAME)[]) {
    it(`is none of this stack's with another ${name}`, () => {
      const words = `its ${name} is theirs, not ${FRAME[name]}`;
      expect(foreignPart({ ...FRAME, [name]: "theirs" }, FRAME)).to.equal(words);
      expect(whyOf({ ...RECORD, intent: { ...RECORD.intent, [name]: "theirs" } })).to.equal(
        `not of this stack: ${words}`,
      );
    });
  }

  it("has what all jobs of one source have in common, as the stack's outputs say it", () => {
    expect(foreignPart(FRAME, { ...FRAME })).to.equal(undefined);
    const outputs = {
      batchRoleArn: FRAME.roleArn,
      source: {
        accountId: FRAME.accountId,
        region: FRAME.region,
        bucketArn: FRAME.sourceBucketArn,
      },
      operations: {
        bucketArn: FRAME.operationsBucketArn,
        manifestPrefix: FRAME.manifestPrefix,
        reportPrefix: FRAME.reportPrefix,
      },
    } as LockstepOutputs;
    expect(intentFrame(outputs)).to.deep.equal(FRAME);
  });
});
