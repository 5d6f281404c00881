/** Rows of ours in a file that the engine reads. What it makes of odd keys is tried with the questions to inventories. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { field, writeRows } from "../../automation/analysis/row-file";
import { isLockstepError } from "../../automation/errors";

const COLUMNS = { place: "INTEGER", key: "VARCHAR", until: "DOUBLE" } as const;

describe("rows in a file", () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-rows-"));
    path = join(folder, "rows.csv");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = (lines: Iterable<string>, signal = new AbortController().signal) =>
    writeRows(path, COLUMNS, lines, signal);

  it("have nothing in a field that could end it", async () => {
    const keys = ["plain/é 🎉.json", 'a,b"c\nd\\e%', ""];
    await write(keys.map((key, place) => `${place},${field(key)},\n`));
    expect(await readFile(path, "utf8")).to.equal(
      "0,plain/é 🎉.json,\n1,a%2Cb%22c%0Ad%5Ce%25,\n2,,\n",
    );
  });

  it("are all there, however many", async () => {
    const count = 100_000;
    const lines = function* (): Generator<string> {
      for (let place = 0; place < count; place++) yield `${place},key/${place}/ü€🎉,${place}\n`;
    };
    await write(lines());
    expect(await readFile(path, "utf8")).to.equal([...lines()].join(""));
  });

  it("are whole, however long", async () => {
    const long = [`0,${"€".repeat(700_000)},\n`, "1,short,\n", `2,${"a".repeat(1_100_000)},\n`];
    await write(["3,first,\n", ...long]);
    expect((await readFile(path, "utf8")) === ["3,first,\n", ...long].join("")).to.equal(true);
  });

  it("end where the look is stopped, and at a place that cannot be written to", async () => {
    const stop = new AbortController();
    const endless = function* (): Generator<string> {
      for (let place = 0; ; place++) {
        if (place === 1_000) stop.abort();
        yield "0,key,0\n";
      }
    };
    const stopped: unknown = await write(endless(), stop.signal).catch((error: unknown) => error);
    expect(isLockstepError(stopped) && stopped.code).to.equal("Aborted");
    await writeFile(path, "somebody's");
    const taken: unknown = await write([]).catch((error: unknown) => error);
    expect(isLockstepError(taken) && taken.code).to.equal("TemporaryFolderUnusable");
    expect(await readFile(path, "utf8")).to.equal("somebody's");
  });
});
