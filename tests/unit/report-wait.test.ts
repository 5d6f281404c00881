/** A report that is not there, or not whole, once its job is over: how long it is waited for, and what is told. */

import type { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { readJobFiles } from "../../automation/backfill/job-files";
import type { Clock } from "../../automation/clock";
import type { LockstepEvent } from "../../automation/events";
import { SpilledList } from "../../automation/spill/spilled-list";
import { ObjectsInMemory } from "../helpers/inventory-files";
import { md5Of } from "../helpers/operations-files";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BASE = "reports/job-j";
const PART = `${BASE}/results/part.csv`;
const CSV = "b,k,v1,succeeded,200,,Successful\n";
const MANIFEST = JSON.stringify({
  Format: "Report_CSV_20180820",
  Results: [
    { TaskExecutionStatus: "succeeded", Bucket: "ops", MD5Checksum: md5Of(CSV), Key: PART },
  ],
});
const FILES: Readonly<Record<string, string>> = {
  [`${BASE}/manifest.json`]: MANIFEST,
  [`${BASE}/manifest.json.md5`]: md5Of(MANIFEST),
  [PART]: CSV,
};

describe("the wait for a report", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-report-wait-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** @param appear seconds after which each file is there; default: at once */
  async function read(appear: Readonly<Record<string, number>>) {
    const objects = new Map<string, Buffer>();
    const bucket = new ObjectsInMemory(objects);
    let nowMs = 0;
    const put = (): void => {
      for (const [key, text] of Object.entries(FILES)) {
        if ((appear[key] ?? 0) * 1000 <= nowMs) objects.set(key, Buffer.from(text));
      }
    };
    put();
    const clock: Clock = {
      nowEpochMs: () => nowMs,
      sleep: (durationMs) => {
        nowMs += durationMs;
        put();
        return Promise.resolve();
      },
    };
    const events: LockstepEvent[] = [];
    const s3 = {
      send: ({ input }: GetObjectCommand) => Promise.resolve().then(() => bucket.get(input)),
    } as unknown as S3Client;
    const { problems, report } = await readJobFiles({
      s3,
      clock,
      emit: (event) => void events.push(event),
      signal: new AbortController().signal,
      job: {
        jobId: "j",
        status: "Complete",
        totalCount: 1,
        succeededCount: 1,
        failedCount: 0,
        failureReasons: [],
      },
      operations: { bucketName: "ops", reportPrefix: "reports" },
      reportsFolder: folder,
      readManifest: () => Promise.resolve(new SpilledList()),
    });
    const waits = events.filter(({ type }) => type === "report-wait");
    return { problems, rows: report?.rows.length, seconds: nowMs / 1000, waits };
  }
  const wait = (key: string, atMostSeconds: number) => ({
    type: "report-wait",
    jobId: "j",
    key,
    atMostSeconds,
  });

  it("is none where it is there", async () => {
    const found = await read({});
    expect(found).to.deep.equal({ problems: [], rows: 1, seconds: 0, waits: [] });
  });

  for (const name of ["manifest.json", "manifest.json.md5"]) {
    it(`is five minutes for its ${name}, told once`, async () => {
      const key = `${BASE}/${name}`;
      const found = await read({ [key]: 200 });
      expect(found).to.deep.include({ problems: [], rows: 1, waits: [wait(key, 300)] });
      expect(found.seconds).to.be.within(200, 230);
      const never = await read({ [key]: Infinity });
      expect(never).to.deep.equal({
        problems: [`the report of the job j cannot be read: There is no ${key} in ops.`],
        rows: undefined,
        seconds: 300,
        waits: [wait(key, 300)],
      });
    });
  }

  it("is some seconds for a part, also behind a manifest.json that was late", async () => {
    const words = `the report of the job j cannot be read: There is no ${PART} in ops.`;
    expect(await read({ [PART]: Infinity })).to.deep.equal({
      problems: [words],
      rows: undefined,
      seconds: 10,
      waits: [wait(PART, 10)],
    });
    const index = `${BASE}/manifest.json`;
    const late = await read({ [index]: 299, [PART]: 305 });
    expect(late).to.deep.include({ problems: [], rows: 1 });
    expect(late.waits).to.deep.equal([wait(index, 300), wait(PART, 10)]);
  });
});
