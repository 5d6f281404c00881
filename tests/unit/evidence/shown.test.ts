/** Lines that are shown without their bundle: in one text, of one review, each once, and under a whole statement. */

import { expect } from "chai";
import { canonicalText } from "../../../automation/evidence/canonical";
import { localSigner, opened, sealed } from "../../../automation/evidence/envelope";
import type { EvidenceLineFields } from "../../../automation/evidence/fields";
import { GrowingTree, leafHash, type Tracked } from "../../../automation/evidence/merkle";
import { checkShown, showLines } from "../../../automation/evidence/shown-lines";
import { SHOWN_MAX_BYTES, shownFile } from "../../../automation/evidence/shown-text";
import { isLockstepError } from "../../../automation/errors";
import {
  BundleFolder,
  KEYS,
  promiseText,
  provenLine,
  soundOf,
  type BundleWish,
} from "../../helpers/evidence-bundles";
import { signedTrail } from "../../helpers/signed-trail";

const [{ privateKey, publicKey }] = KEYS;

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
/** A statement, to be changed. */
type Loose = Record<string, never>;

describe("lines that are shown without their bundle", () => {
  let folder: BundleFolder;
  let june: string;
  let july: string;
  let envelope: Buffer;
  let lines: readonly EvidenceLineFields[];
  before(async () => {
    folder = new BundleFolder();
    const versions = ["v1", "v2", "v3"].map((versionId) => provenLine({ key: "a.csv", versionId }));
    june = (await folder.bundle({ lines: versions, madeAt: "2026-06-30T06:00:00.000Z" })).path;
    const later = [
      provenLine({ key: "a.csv", kind: "failed", code: "missing" }),
      ...versions.slice(1),
    ];
    july = (
      await folder.bundle({ lines: later, previous: june, madeAt: "2026-07-31T06:00:00.000Z" })
    ).path;
    ({ envelope } = await soundOf(july));
    ({ lines } = await showLines(july, publicKey, { key: "a.csv" }));
  });
  after(() => folder.remove());

  const problemOf = (text: string | Buffer, asked = {}): string => {
    const { problem, sound } = checkShown(Buffer.from(text), publicKey, asked);
    expect(sound).to.equal(problem === undefined);
    return problem?.code ?? "none";
  };
  const problemOfLines = (shown: readonly EvidenceLineFields[]): string =>
    problemOf(shownFile(envelope, shown));

  it("are those of a review, all or some of them, in their order", () => {
    expect(lines.map(({ index }) => index)).to.deep.equal([3, 4, 5]);
    expect(problemOfLines(lines)).to.equal("none");
    expect(problemOfLines(lines.slice(1, 2))).to.equal("none");
    const { meaning, sources } = checkShown(Buffer.from(shownFile(envelope, lines)), publicKey);
    expect(sources).to.equal(undefined);
    expect(meaning.slice(2)).to.deep.equal(lines.map(({ line }) => `Said: ${line}`));
  });

  it("are none of an earlier review, which is in the same tree, under the later one's date", async () => {
    const earlier = (await showLines(june, publicKey, { key: "a.csv" })).lines;
    const tree = new GrowingTree();
    const tracked = [...earlier, ...lines].map(({ line }) => {
      const way: Tracked = { path: [] };
      tree.append(leafHash(Buffer.from(line)), way);
      return way;
    });
    tree.close();
    const inBoth = [...earlier, ...lines].map(({ line }, index) => ({
      line,
      index,
      path: tracked[index]?.path.map((hash) => hash.toString("hex")) ?? [],
    }));
    expect(inBoth.slice(3)).to.deep.equal(lines);
    // Each is in the signed tree; "a.csv" was proven in June, and is missing in July.
    expect(problemOfLines(inBoth.slice(0, 1))).to.equal("lines");
    expect(problemOfLines(inBoth.slice(2, 4))).to.equal("lines");
    const { problem } = checkShown(Buffer.from(shownFile(envelope, inBoth.slice(0, 1))), publicKey);
    expect(problem?.message).to.include("an earlier review");
  });

  it("are there, each once and in order, and in the tree", () => {
    const [first, second, third] = lines as [
      EvidenceLineFields,
      EvidenceLineFields,
      EvidenceLineFields,
    ];
    expect(problemOfLines([])).to.equal("lines");
    expect(problemOfLines([first, first])).to.equal("lines");
    expect(problemOfLines([second, first])).to.equal("lines");
    expect(problemOfLines([first, third, second])).to.equal("lines");
    expect(problemOfLines([{ ...first, index: 4 }])).to.equal("tree");
    expect(problemOfLines([{ ...first, index: 99 }])).to.equal("tree");
    expect(problemOfLines([{ ...first, path: second.path }])).to.equal("tree");
    expect(problemOfLines([{ ...first, line: second.line }])).to.equal("tree");
    expect(problemOfLines([{ ...first, line: "{}" }])).to.equal("lines");
    const long = first.line.replace("a.csv", "a".repeat(66_000));
    expect(problemOfLines([{ ...first, line: long }])).to.equal("lines");
  });

  it("have one text", () => {
    const text = shownFile(envelope, lines);
    const value = JSON.parse(text) as { envelope: string; lines: object[] };
    const [first] = value.lines;
    for (const [name, other] of Object.entries({
      "no end of line": text.trimEnd(),
      "two of them": `${text}\n`,
      blanks: `${JSON.stringify(value, null, 1)}\n`,
      "a blank": text.replace('"lines":[', '"lines": ['),
      "another order": `${JSON.stringify({ lines: value.lines, envelope: value.envelope })}\n`,
      "a further member": `${canonicalText({ ...value, more: 1 } as Json)}\n`,
      "a further member before": `${canonicalText({ ...value, aa: 1 } as Json)}\n`,
      "a further member of a line": `${canonicalText({ ...value, lines: [{ ...first, more: 1 }] } as Json)}\n`,
      "an index as a fraction": text.replace('"index":3', '"index":3.0'),
      "an index below nothing": text.replace('"index":3', '"index":-3'),
      "an index as text": text.replace('"index":3', '"index":"3"'),
      "no line but a list": `${canonicalText({ ...value, lines: [[]] } as Json)}\n`,
      "two commas": text.replace('},{"index"', '},,{"index"'),
      "no comma": text.replace('},{"index"', '}{"index"'),
      "a comma first": text.replace('"lines":[', '"lines":[,'),
      "a comma last": text.replace("]}]}\n", "]},]}\n"),
      "an escape more": text.replace("a.csv", "\\u0061.csv"),
      "an escape more in the envelope": text.replace("payloadType", "p\\u0061yloadType"),
      "a hash in capitals": text.replace(/"path":\["[0-9a-f]*[a-f]/, (found) => {
        const at = '"path":["'.length;
        return found.slice(0, at) + found.slice(at).toUpperCase();
      }),
      "a mark of the order of bytes": `\ufeff${text}`,
      "an envelope of another kind": text.replace('"envelope":"', '"envelope":["'),
      "a list": "[]\n",
      "an object": "{}\n",
      nothing: "",
    })) {
      expect(other, name).to.not.equal(text);
      expect(problemOf(other), name).to.equal("container");
    }
    const bytes = Buffer.from(text);
    bytes[text.indexOf("a.csv")] = 0xff;
    expect(problemOf(bytes), "no UTF-8").to.equal("container");
    expect(problemOf(text.replace("a.csv", "\\ud800")), "half a character").to.equal("container");
    expect(problemOf(Buffer.alloc(SHOWN_MAX_BYTES + 1, text))).to.equal("container");
  });

  it("are signed before any of them is read, and cost no more than their bytes", () => {
    const others = localSigner(KEYS[1].privateKey);
    const list = Buffer.alloc(48 * 1024 * 1024, "[],").toString("latin1");
    const spelt = JSON.stringify(envelope.toString());
    const started = process.cpuUsage();
    for (const nested of [
      `{"envelope":${spelt},"lines":[${list}[]]}\n`,
      `{"envelope":[${list}[]],"lines":[]}\n`,
      `{"envelope":${spelt},"lines":[{"index":3,"line":[${list}[]],"path":[]}]}\n`,
    ]) {
      expect(problemOf(nested)).to.equal("container");
    }
    const { system, user } = process.cpuUsage(started);
    // As JSON each is half a minute, and gigabytes.
    expect((system + user) / 1e6).to.be.below(6);
    expect(others.keyId).to.not.equal(localSigner(privateKey).keyId);
    const unsigned = spelt.replace(localSigner(privateKey).keyId, others.keyId);
    expect(problemOf(`{"envelope":${unsigned},"lines":[nothing]}\n`)).to.equal("signature");
  });

  it("are under a statement that is whole, with every member of its kind and none more", async () => {
    const statement = opened(envelope, publicKey).statement as Json;
    const problemOfStatement = async (changed: Json): Promise<string> =>
      problemOf(shownFile(await sealed(changed, localSigner(privateKey)), lines.slice(0, 1)));
    expect(await problemOfStatement(statement)).to.equal("none");
    const edited = (edit: (one: Loose) => unknown): Promise<string> => {
      const copy = structuredClone(statement) as unknown as Loose;
      edit(copy);
      return problemOfStatement(copy as unknown as Json);
    };
    interface Told {
      subject: { name: string }[];
      predicate: {
        chain: { previous: { tree: { root: string } } };
        verdict: { clean: unknown; sources: { lineCount: number; provenCount: number }[] };
        environment: { sources: object[] };
        tree: { root: string; sizeCount: number };
      };
    }
    const first = ({ verdict: { sources } }: Told["predicate"]) =>
      sources[0] ?? { lineCount: 0, provenCount: 0 };
    const told = (edit: (one: Told) => unknown) => edited((one) => edit(one as unknown as Told));
    for (const [why, problem] of [
      ["a verdict of words", await told(({ predicate }) => (predicate.verdict = "clean" as never))],
      ["no subject", await edited((one) => Reflect.deleteProperty(one, "subject"))],
      ["a subject of nothing", await told((one) => (one.subject = []))],
      ["a file twice", await told((one) => one.subject.push(...one.subject.slice(0, 1)))],
      ["no file of lines", await told((one) => void (one.subject = one.subject.slice(0, -1)))],
      ["more lines", await told(({ predicate }) => first(predicate).lineCount++)],
      ["more proven", await told(({ predicate }) => first(predicate).provenCount++)],
      ["no source", await told(({ predicate }) => (predicate.environment.sources = []))],
      [
        "an earlier tree",
        await told((one) => void (one.predicate.chain.previous.tree.root = "0".repeat(64))),
      ],
    ] as const) {
      expect(problem, why).to.equal("statement");
    }
    // A root that is another than the peaks make, with nothing else to tell.
    const found = await told(({ predicate }) => (predicate.tree.root = "0".repeat(64)));
    expect(found).to.equal("statement");
  });

  it("refuse each member of a statement that is gone, another thing or one more", async () => {
    const statement = opened(envelope, publicKey).statement as Json;
    const passed: string[] = [];
    for (const [why, changed] of spoiltOf(statement)) {
      const file = shownFile(await sealed(changed, localSigner(privateKey)), lines.slice(0, 1));
      if (problemOf(file) === "none") passed.push(why);
    }
    // Without the files nobody knows which of these there are: what a lock says beside, words, tools, files that a bundle may have.
    const open = [
      /^(an odd )?one more in \.predicate\.environment\.sources\.0\.vaults\.0\.lock$/,
      /^one more in \.predicate\.tools$/,
      /^gone: \.predicate\.(tools\.\w+|notProven\.\d+)$/,
      /^gone: \.predicate\.environment\.sources\.0\.vaults\.0$/,
      /^gone: \.predicate\.verdict\.sources\.0\.vaults\.primary\.locks\.COMPLIANCE$/,
    ];
    const names = (statement as { subject: { name: string }[] }).subject.map(({ name }) => name);
    const isOpen = (why: string): boolean =>
      open.some((one) => one.test(why)) ||
      ["readme.txt", "jobs.json", "facts/config.json"].some(
        (name) => why === `gone: .subject.${names.indexOf(name)}`,
      );
    expect(passed.filter((why) => !isOpen(why))).to.deep.equal([]);
    expect(passed).to.have.length.greaterThan(0);
  });

  it("are shown of every bundle that is sound, whatever its names are and whatever is in it", async () => {
    const oddPromise = promiseText().replace('"name":"primary"', '"name":"__proto__"');
    const odd = { source: "__proto__", vault: "__proto__", key: "a.csv" };
    for (const wish of [
      { lines: [], findings: [{ disagreements: ["one"] }] },
      { lines: [provenLine({ key: "a.csv", vault: undefined as never, kind: "not-applicable" })] },
      { lines: [provenLine(odd)], findings: [{ source: "__proto__" }], promises: [oddPromise] },
      { trail: signedTrail(), refusals: { attempts: [{ outcome: "accepted", shows: "nothing" }] } },
      { jobFiles: { "0001-report.csv": "a,b\n" }, promises: [promiseText("b", "GOVERNANCE")] },
    ] satisfies BundleWish[]) {
      const { path } = await folder.bundle(wish);
      const found = await showLines(path, publicKey, { key: "a.csv" });
      if (!found.check.sound) throw new Error(found.check.problem.message);
      const text = shownFile(found.check.evidence.envelope, found.lines);
      expect(problemOf(text), JSON.stringify(wish)).to.equal(
        found.lines.length > 0 ? "none" : "lines",
      );
    }
  });

  it("are not written where they are more than a file takes", () => {
    const [line] = lines as [EvidenceLineFields];
    const large = { ...line, line: "a".repeat(SHOWN_MAX_BYTES) };
    let thrown: unknown;
    try {
      shownFile(envelope, [large]);
    } catch (error) {
      thrown = error;
    }
    expect(isLockstepError(thrown) && thrown.problems[0]?.path).to.equal("--out");
  });

  it("are of the stack, the bucket and the time that were asked for", () => {
    const text = shownFile(envelope, lines);
    for (const [asked, problem] of [
      [{ stack: "dev", bucket: "acme-records", notBefore: "2026-07-31T06:00:00.000Z" }, "none"],
      [{ stack: "prod" }, "other"],
      [{ bucket: "acme-other" }, "other"],
      [{ notBefore: "2026-07-31T06:00:00.001Z" }, "other"],
    ] as const) {
      expect(problemOf(text, asked), JSON.stringify(asked)).to.equal(problem);
    }
  });
});

/** The same with each member gone, of another type, or with one beside it. */
function* spoiltOf(value: Json, at = ""): Generator<readonly [why: string, changed: Json]> {
  if (typeof value !== "object" || value === null) return;
  for (const name of Object.keys(value)) {
    const path = `${at}.${name}`;
    const with_ = (member: Json): Json =>
      Array.isArray(value)
        ? value.map((one, index) => (String(index) === name ? member : one))
        : { ...value, [name]: member };
    const without = Array.isArray(value)
      ? value.filter((_one, index) => String(index) !== name)
      : Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
    yield [`gone: ${path}`, without];
    const member = (value as Record<string, Json>)[name] as Json;
    yield [`another thing: ${path}`, with_(typeof member === "boolean" ? 1 : true)];
    for (const [why, changed] of spoiltOf(member, path)) yield [why, with_(changed)];
  }
  if (Array.isArray(value)) return;
  yield [`one more in ${at}`, { ...value, zz: "1" }];
  // As JSON has it: a member of its own.
  const odd = JSON.parse(
    `${JSON.stringify(value).slice(0, -1)},"__proto__":{}}`.replace("{,", "{"),
  ) as Json;
  yield [`an odd one more in ${at}`, odd];
}
