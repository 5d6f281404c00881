/** What is put aside until it is read again. */

import { existsSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { JudgedVersions } from "../../automation/look/judged-versions";
import type { JudgedVersion } from "../../automation/look/look";
import type { ListedVersion } from "../../automation/proof/source-versions";
import { LatestList } from "../../automation/spill/latest-list";
import { NameMap } from "../../automation/spill/name-map";
import { Numbers } from "../../automation/spill/numbers";
import { firstOf, mapped } from "../../automation/spill/sequence";
import { SpillFile } from "../../automation/spill/spill-file";
import { SpilledList } from "../../automation/spill/spilled-list";
import { VERSION } from "../helpers/judged-world";
import { judged, OUTCOMES } from "../helpers/looks";

const spillFiles = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith("lockstep-spill-"));

/** Undefined for one that was closed meanwhile, as the listing of open files is itself. */
function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

describe("bytes that are put aside", () => {
  it("are read as they were, from memory and from the file, which has no name", () => {
    const before = spillFiles();
    const file = new SpillFile(64);
    const texts = Array.from({ length: 50 }, (_, index) => `text ${index} ${"x".repeat(index)}`);
    const starts = texts.map((text) => file.append(Buffer.from(text)));
    expect(file.sizeBytes).to.equal(texts.join("").length);
    for (const [index, text] of texts.entries()) {
      expect(file.read(starts[index] ?? 0, text.length).toString()).to.equal(text);
    }
    expect(spillFiles()).to.deep.equal(before);
  });

  it("are nobody else's to read, where /proc tells of open files", function () {
    const folder = "/proc/self/fd";
    if (!existsSync(folder)) return;
    const file = new SpillFile(1);
    for (const text of ["one", "two"]) file.append(Buffer.from(text));
    const modes = readdirSync(folder).flatMap((name) => {
      const path = join(folder, name);
      const target = linkOf(path);
      return target?.includes("lockstep-spill-") === true ? [statSync(path).mode & 0o777] : [];
    });
    expect(modes).not.to.deep.equal([]);
    expect(new Set(modes)).to.deep.equal(new Set([0o600]));
    expect(file.read(0, 3).toString()).to.equal("one");
  });

  it("are an error by its name where there is no place for them", () => {
    const { TMPDIR } = process.env;
    process.env["TMPDIR"] = "/nowhere/at/all";
    try {
      const file = new SpillFile(1);
      file.append(Buffer.from("one"));
      expect(() => file.append(Buffer.from("two")))
        .to.throw(/nowhere/)
        .with.property("code", "TemporaryFolderUnusable");
    } finally {
      if (TMPDIR === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = TMPDIR;
    }
  });
});

describe("a list that is put aside", () => {
  for (const keptBytes of [1, 1_000_000]) {
    it(`has each item at its place, also with ${keptBytes} bytes in memory`, () => {
      const list = new SpilledList<{ readonly name: string }>(undefined, keptBytes);
      const all = Array.from({ length: 1_500 }, (_, index) => ({
        name: `item ${index} \u{1f600}`,
      }));
      for (const item of all) list.push(item);
      expect(list.length).to.equal(1_500);
      for (const index of [0, 255, 256, 1_499, 700, 3]) {
        expect(list.at(index)).to.deep.equal(all[index]);
      }
      expect(list.at(1_500)).to.equal(undefined);
      expect([...list]).to.deep.equal(all);
      expect([...list]).to.deep.equal(all);
      expect([...mapped(list, ({ name }) => name)]).to.deep.equal(all.map(({ name }) => name));
      expect(firstOf(list, 2)).to.deep.equal(all.slice(0, 2));
      expect(firstOf(list, 0)).to.deep.equal([]);
    });
  }

  it("is empty at first", () => {
    expect([...new SpilledList()]).to.deep.equal([]);
    expect(new SpilledList().at(0)).to.equal(undefined);
  });
});

describe("numbers of names", () => {
  it("are those that were set last, of as many names as there are", () => {
    const map = new NameMap();
    const count = 5_000;
    for (let index = 0; index < count; index++) map.set(`name ${index}`, index);
    for (let index = 0; index < count; index++) {
      expect(map.get(`name ${index}`)).to.equal(index);
    }
    expect(map.size).to.equal(count);
    expect(map.set("name 7", 0)).to.equal(7);
    expect(map.set("new", 1)).to.equal(undefined);
    expect([map.get("name 7"), map.has("name 7"), map.has("none"), map.get("none")]).to.deep.equal([
      0,
      true,
      false,
      undefined,
    ]);
    expect(map.size).to.equal(count + 1);
  });

  it("are not there before they are set", () => {
    const numbers = new Numbers();
    numbers.set(100_000, -5);
    expect([numbers.get(100_000), numbers.get(0), numbers.get(1_000_000)]).to.deep.equal([
      -5,
      NaN,
      NaN,
    ]);
  });
});

describe("the latest item of each name", () => {
  interface Item {
    readonly name: string;
    readonly at: number;
  }
  const listOf = () => new LatestList<Item>(({ name }) => name, 64);

  it("is the one that was given last, in the order of giving, and none once it is taken back", () => {
    const items = listOf();
    for (let at = 0; at < 2_000; at++) items.set({ name: `n${at % 700}`, at });
    expect(items.length).to.equal(700);
    expect([...items].map(({ at }) => at)).to.deep.equal(
      Array.from({ length: 700 }, (_, index) => 1_300 + index),
    );
    items.delete("n0");
    items.delete("n0");
    items.delete("nobody");
    expect([items.length, items.has("n0"), items.has("n1")]).to.deep.equal([699, false, true]);
    expect([...items].some(({ name }) => name === "n0")).to.equal(false);
    items.set({ name: "n0", at: -1 });
    expect(items.length).to.equal(700);
    expect([...items].at(-1)).to.deep.equal({ name: "n0", at: -1 });
  });

  it("is none at first", () => {
    expect([...listOf()]).to.deep.equal([]);
    expect(listOf().has("n0")).to.equal(false);
  });
});

describe("judged versions", () => {
  const all: readonly JudgedVersion[] = [
    ...Object.keys(OUTCOMES).map((kind) => judged(kind, kind as keyof typeof OUTCOMES)),
    judged(
      "two",
      { primary: "proven", second: "missing" },
      {
        sourceStatus: "FAILED",
        hasPendingAnnotations: true,
        delivery: {
          rules: new Map([["second", "all"]]),
          isUnderKms: true,
          lock: { mode: "COMPLIANCE", retainUntilEpochMs: 7 },
        },
      },
    ),
    { version: { ...VERSION, key: "none" }, outcomes: [] },
  ];
  const listed = (versions: readonly JudgedVersion[]): SpilledList<ListedVersion> => {
    const list = new SpilledList<ListedVersion>();
    for (const { version } of versions) list.push(version);
    return list;
  };
  const text = (versions: Iterable<JudgedVersion>): string =>
    JSON.stringify(
      [...versions].map(({ delivery, hasPendingAnnotations, outcomes, sourceStatus, version }) => ({
        version,
        sourceStatus,
        hasPendingAnnotations,
        outcomes,
        delivery: delivery && { ...delivery, rules: [...delivery.rules] },
      })),
    );

  it("are what they were, to the order of their members, in the order of the listing", () => {
    const store = new JudgedVersions(listed(all));
    for (const index of [...all.keys()].reverse()) store.set(index, all[index] as JudgedVersion);
    expect(text(store)).to.equal(text(all));
    expect(store.length).to.equal(all.length);
  });

  it("are what was found last, where no two findings are alike and memory is short too", () => {
    const many = Array.from({ length: 6_000 }, (_, index) => {
      const one = judged(`k${index}`, "missing");
      return { ...one, outcomes: one.outcomes.map((each) => ({ ...each, cause: `why ${index}` })) };
    });
    const store = new JudgedVersions(listed(many), 1_000);
    for (const [index, one] of many.entries()) store.set(index, { ...one, outcomes: [] });
    for (const [index, one] of many.entries()) store.set(index, one);
    expect(text(store)).to.equal(text(many));
  });

  it("are left out where nothing was found of them", () => {
    const store = new JudgedVersions(listed(all));
    store.set(1, all[1] as JudgedVersion);
    expect(text(store)).to.equal(text(all.slice(1, 2)));
  });
});
