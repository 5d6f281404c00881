/** How a job went on, as the ledger keeps it: few samples, whatever the job took. */

import { expect } from "chai";
import { ProgressSeries, progressSchema } from "../../automation/backfill/progress";
import { parseRecord } from "../../automation/backfill/ledger";
import { jobHistory } from "../../automation/report/job-history";

const seriesOf = (looks: number) => {
  const series = new ProgressSeries();
  for (let index = 0; index < looks; index++) {
    series.add(index * 1_000, {
      doneCount: index * 10,
      failedCount: index,
      totalCount: 99_990,
    });
  }
  return series.record;
};

describe("the progress of a job", () => {
  it("is nothing where nothing was seen", () => {
    expect(seriesOf(0)).to.equal(undefined);
  });

  it("keeps each of few looks", () => {
    expect(seriesOf(3)).to.deep.equal({
      totalCount: 99_990,
      samples: [
        [0, 0, 0],
        [1_000, 10, 1],
        [2_000, 20, 2],
      ],
    });
  });

  for (const looks of [199, 200, 201, 10_000]) {
    it(`thins ${looks} looks, from the first to the last`, () => {
      const record = seriesOf(looks);
      expect(progressSchema.safeParse(record).success).to.equal(true);
      const samples = record?.samples ?? [];
      expect(samples.length).to.be.within(100, 200);
      expect(samples[0]).to.deep.equal([0, 0, 0]);
      expect(samples.at(-1)?.[0]).to.equal((looks - 1) * 1_000);
      const times = samples.map(([epochMs]) => epochMs);
      expect(times).to.deep.equal([...new Set(times)].sort((one, other) => one - other));
    });
  }

  it("is told with its rate, and as not known of earlier records", () => {
    type Entry = Parameters<typeof jobHistory>[0];
    const record = {
      intent: { sequence: 1 },
      state: "settled",
      jobId: "job-1",
    };
    const entry = { record } as unknown as Entry;
    expect(jobHistory(entry)).to.deep.include({
      samples: [],
      totalCount: null,
      tasksPerSecond: null,
    });
    const known = {
      record: { ...record, progress: seriesOf(3) },
    } as unknown as Entry;
    expect(jobHistory(known)).to.deep.include({
      totalCount: 99_990,
      tasksPerSecond: 10,
    });
    expect(jobHistory(known).samples[1]).to.deep.equal({
      at: "1970-01-01T00:00:01.000Z",
      doneCount: 10,
      failedCount: 1,
    });
  });

  it("is told with no more than the beginning of what a record says of its approval", () => {
    const record = {
      intent: { sequence: 1 },
      state: "settled",
      approvedAt: "9".repeat(20_000),
      approvedBy: "a".repeat(20_000),
    };
    const told = jobHistory({ record } as unknown as Parameters<typeof jobHistory>[0]);
    expect([told.approvedAt, told.approvedBy]).to.deep.equal([
      `${"9".repeat(300)}…`,
      `${"a".repeat(300)}…`,
    ]);
  });

  it("sets a record aside that has too many", () => {
    const samples = Array.from({ length: 201 }, () => [0, 0, 0]);
    const text = JSON.stringify({
      version: 1,
      progress: { totalCount: 1, samples },
    });
    const frame = {} as Parameters<typeof parseRecord>[2];
    expect(parseRecord(text, 1, frame)).to.have.property("why");
    expect(progressSchema.safeParse({ totalCount: 1, samples }).success).to.equal(false);
  });
});
