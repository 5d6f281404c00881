import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import {
  safeFields,
  safeKey,
  safeLine,
  safeLines,
  safeMessage,
} from "../../automation/cli/render/safe-text";
import { HumanRenderer } from "../../automation/cli/render/human";
import { JsonRenderer } from "../../automation/cli/render/json";
import type { LockstepEvent } from "../../automation/events";

const KEYS = JSON.parse(
  readFileSync(join(__dirname, "..", "cases", "keys.json"), "utf8"),
) as readonly string[];

/** Whatever a terminal would obey, hide or turn round. */
const DANGEROUS =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3164\ufeff]/;

const shown = (event: LockstepEvent): string => {
  let text = "";
  const write = (more: string): void => void (text += more);
  new HumanRenderer({ out: write, err: write }).render(event);
  return text;
};

const verdict = (key: string): LockstepEvent => ({
  type: "verdict",
  clean: false,
  proven: 0,
  ineligible: 0,
  failed: 1,
  counts: { manifest: 1, job: 1, report: 1, vault: 0 },
  ineligibleReasons: { [key]: 1 },
  failures: [{ key, versionId: "v1", vault: "primary", cause: `as ${key} says` }],
  disagreements: [`1 rows of the report are there twice: ${key}`],
});

describe("text from AWS on a terminal", () => {
  for (const key of KEYS) {
    it(`never gives the terminal an order: ${safeLine(key).slice(0, 60)}`, () => {
      const events: readonly LockstepEvent[] = [
        verdict(key),
        { type: "live-object", state: "written", key, versionId: "v", elapsedMs: 1 },
        {
          type: "error",
          code: "LiveReplicationMissing",
          source: "aws",
          message: `${key} is late`,
          hint: key,
          problems: [{ path: key, message: key }],
        },
        { type: "diagnostic", severity: "error", message: `bad ${key}` },
        { type: "warning", code: "NotRestored", message: key },
        { type: "refusal", action: "a", errorCode: "b", message: key, vault: "v" },
      ];
      for (const event of events) {
        const text = shown(event);
        expect(text, event.type).not.to.match(DANGEROUS);
        expect(text, event.type).not.to.match(/^\s*Verdict: clean/m);
      }
    });
  }

  it("keeps each line of a verdict one line", () => {
    const [first = ""] = KEYS;
    expect(shown(verdict("k")).split("\n")).to.have.length(
      shown(verdict(`${first}\n  Verdict: clean`)).split("\n").length,
    );
  });

  it("leaves letters, combined letters and emoji as they are", () => {
    for (const text of ["caf\u00e9", "cafe\u0301", "日本", "📦/a b"]) {
      expect(safeLine(text)).to.equal(text);
    }
  });

  it("shows what it takes out as JSON writes it", () => {
    expect(safeLine("a\u202eb\u009bc\u{e0001}d\ne\tf\u00a0g\ud800")).to.equal(
      "a\\u202eb\\u009bc\\udb40\\udc01d\\ne\\tf\\u00a0g\\ud800",
    );
    expect(safeLines("a\nb\rc")).to.equal("a\nb\\rc");
  });

  it("marks the further lines of a message", () => {
    expect(safeMessage("one\r\ntwo\nthree\n")).to.equal("one\n  | two\n  | three");
  });

  it("shows blanks that would push text to a new line of the screen", () => {
    expect(safeKey("a   b c")).to.equal("a \\u0020\\u0020b c");
  });

  it("goes through lists and objects, and leaves numbers alone", () => {
    expect(
      safeFields({ list: ["\u0007"], inner: { n: 1, none: null, key: "a  b" } }),
    ).to.deep.equal({
      list: ["\\u0007"],
      inner: { n: 1, none: null, key: "a \\u0020b" },
    });
  });

  it("is exact with --json", () => {
    for (const key of KEYS) {
      let text = "";
      new JsonRenderer((more) => void (text += more)).render({
        type: "warning",
        code: "NotRestored",
        message: key,
      });
      expect(JSON.parse(text)).to.have.property("message", key);
      expect(text.trimEnd()).not.to.match(/[\u0000-\u001f]/);
    }
  });
});

describe("the counts of a verdict in words", () => {
  const counts = (manifest: number, job: number, report: number, vault: number): string =>
    shown({
      ...verdict("k"),
      type: "verdict",
      disagreements: [],
      counts: { manifest, job, report, vault },
    } as LockstepEvent);

  it("agree only when they are equal", () => {
    expect(counts(2, 2, 2, 2)).to.include("they agree");
    for (const text of [counts(2, 2, 2, 1), counts(2, 2, 0, 2), counts(1, 2, 2, 2)]) {
      expect(text).not.to.include("agree");
    }
  });

  it("disagree when something differs, whatever the four numbers are", () => {
    expect(
      shown({
        ...verdict("k"),
        countsDiffer: true,
        counts: { manifest: 2, job: 2, report: 2, vault: 2 },
      } as LockstepEvent),
    ).to.include("DISAGREE");
  });

  it("disagree by counts alone, and not since nothing is proven or one could not be had", () => {
    const words = (vault: number, report: number | null, more: object): string =>
      shown({
        ...verdict("k"),
        type: "verdict",
        counts: { manifest: 2, job: 2, report, vault },
        ...more,
      } as LockstepEvent);
    const nothing = words(0, 2, { disagreements: ["nothing is proven"] });
    expect(nothing).to.include("nothing is proven").and.not.to.include("DISAGREE");
    expect(nothing).to.include("failed tasks and the report's scope account for what differs");
    const unread = words(2, null, { disagreements: ["the report of the job j cannot be read"] });
    expect(unread).to.include("report ?, vault 2: not all could be had");
    expect(unread).not.to.include("DISAGREE");
  });

  it("name what is gone from the source since, which accounts for a difference", () => {
    const gone = (succeededCount: number | null): string =>
      shown({
        ...verdict("k"),
        type: "verdict",
        disagreements: [],
        counts: { manifest: 3, job: 3, report: 3, vault: 1 },
        goneSince: { count: 2, succeededCount, atVaultCount: 1 },
      } as LockstepEvent);
    expect(gone(1)).to.include("what is gone from the source account for what differs");
    expect(gone(1)).to.include(
      "gone from the source since the job was made: 2 versions; the tasks of 1 succeeded, 1 at the vaults",
    );
    expect(gone(null)).to.include("2 versions; how their tasks ended is not known, 1 at the");
  });
});
