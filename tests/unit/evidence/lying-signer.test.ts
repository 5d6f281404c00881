/**
 * Bundles that a lying signer can make: each is signed anew with the right key, over files that are not what they should be. The product
 * and the script that an auditor reads have to say the same of each.
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { canonicalText } from "../../../automation/evidence/canonical";
import { checkEvidence } from "../../../automation/evidence/check-evidence";
import { containerOf } from "../../../automation/evidence/container";
import { lineText } from "../../../automation/evidence/lines";
import { FILES } from "../../../automation/evidence/statement";
import {
  BundleFolder,
  CHECKER,
  KEYS,
  loadScript,
  provenLine,
  soundOf,
  subjectsAnew,
  type CheckWithScript,
  type TestStatement,
} from "../../helpers/evidence-bundles";
import {
  BUCKET,
  digest,
  digestKey,
  EVENT,
  logOf,
  signedTrail,
  SOUGHT,
  type MadeDigest,
} from "../../helpers/signed-trail";

const [{ publicKey }] = KEYS;
const MIB = 1024 * 1024;

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Edit = (value: never) => unknown;

describe("two programs that check", function () {
  this.timeout(600_000);
  let folder: BundleFolder;
  let script: CheckWithScript;
  let path: string;
  let withTrail: string;
  let second: string;
  before(async () => {
    folder = new BundleFolder();
    script = await loadScript(folder);
    const refusals = { attempts: [{ outcome: "refused", shows: "nothing" }] };
    const jobFiles = { "0001-manifest.csv": "acme-records,a.csv\n" };
    path = (await folder.bundle({ jobFiles, refusals })).path;
    withTrail = (await folder.bundle({ trail: signedTrail() })).path;
    second = (await folder.bundle({ previous: path, lines: [provenLine({ key: "z" })] })).path;
  });
  after(() => folder.remove());

  /** Both programs have to say the same. */
  async function problemOf(bundle: string, why: string): Promise<string> {
    const found = await checkEvidence(bundle, { publicKey });
    const problem = found.sound ? "none" : found.problem.code;
    expect(script(bundle, publicKey).sound, `the script, ${why} (${problem})`).to.equal(
      found.sound,
    );
    return problem;
  }

  /** Of a bundle with one JSON file changed, whose statement says what the signer likes. */
  function problemWith(
    bundle: string,
    [name, edit]: readonly [name: string, edit: Edit],
    why: string,
    sign: (statement: TestStatement) => void = () => undefined,
  ): Promise<string> {
    const change = (files: Map<string, Buffer>): void => {
      const value = JSON.parse(files.get(name)?.toString() ?? "") as never;
      files.set(name, Buffer.from(`${canonicalText(edit(value))}\n`));
    };
    return folder
      .changed(bundle, change, (statement, files) => {
        subjectsAnew(statement, files);
        sign(statement);
      })
      .then((file) => problemOf(file, why));
  }

  /** A bundle with a trail of one event, of a digest and a log file as they are wished. */
  async function problemOfTrail(
    why: string,
    { edit, log, made = {} }: { edit?: Edit; log?: string | Buffer; made?: MadeDigest } = {},
  ): Promise<string> {
    const text = log ?? logOf(EVENT);
    const file = digest({ logs: [{ key: "a.json.gz", text }], ...made });
    const change = (files: Map<string, Buffer>): void => {
      files.set("trail/digests/0001.json", Buffer.from(file.bytes));
      files.set("trail/logs/0002.json", Buffer.from(text));
      const facts = JSON.parse(files.get(FILES.trail)?.toString() ?? "") as {
        digests: { signature: string }[];
      };
      for (const one of facts.digests) one.signature = file.signature;
      const told = edit === undefined ? facts : edit(facts as never);
      files.set(FILES.trail, Buffer.from(`${canonicalText(told)}\n`));
    };
    return problemOf(await folder.changed(withTrail, change, subjectsAnew), why);
  }

  it("are the product, and a script of less than 300 lines, that needs nothing but Node", () => {
    const text = readFileSync(CHECKER, "utf8");
    expect(text.split("\n").length - 1).to.be.below(300);
    const needed = [...text.matchAll(/ from "([^"]+)"|import\(|require\(/g)];
    expect(needed.map(([, name]) => name)).to.deep.equal(["node:crypto", "node:fs"]);
  });

  it("agree on events that are not of the request that was looked for, or there for two", async () => {
    interface Told {
      events: { sought: object; outcome: string; event?: object }[];
    }
    const first = (change: (event: Told["events"][number]) => object[]) => (facts: Told) => ({
      ...facts,
      events: facts.events.flatMap((one, index) => (index === 0 ? change(one) : [one])),
    });
    const sought = (requestId: string) => ({ ...SOUGHT, requestId });
    const problem = (why: string, change: (event: Told["events"][number]) => object[]) =>
      problemOfTrail(why, { edit: first(change) });
    expect(await problem("as it is", (one) => [one])).to.equal("none");
    for (const [why, change] of Object.entries<(one: Told["events"][number]) => object[]>({
      "another request": (one) => [{ ...one, sought: sought("INVENTED") }],
      "one event for two requests": (one) => [one, { ...one, sought: sought("INVENTED") }],
      "a request twice": (one) => [one, one],
      "a request twice, once open": (one) => [
        one,
        { sought: SOUGHT, outcome: "not-yet", says: "Too early." },
      ],
    })) {
      expect(await problem(why, change), why).to.equal("trail");
    }
    // Two records of one id in a log file: whoever has the key may sign that.
    const twin = { ...EVENT, requestID: "TWIN" };
    const twins = first((one) => [one, { ...one, sought: sought("TWIN"), event: twin }]);
    expect(await problemOfTrail("one id", { edit: twins, log: logOf(EVENT, twin) })).to.equal(
      "trail",
    );
    const other = { ...twin, eventID: "e-2" };
    const two = first((one) => [one, { ...one, sought: sought("TWIN"), event: other }]);
    expect(await problemOfTrail("two ids", { edit: two, log: logOf(EVENT, other) })).to.equal(
      "none",
    );
  });

  it("agree on digests and log files that are none of CloudTrail's, whoever signed them", async () => {
    const marked = Buffer.from(`\ufeff${logOf(EVENT)}`);
    expect(await problemOfTrail("a log file with a BOM", { log: marked })).to.equal("trail");
    const broken = Buffer.concat([Buffer.from(logOf(EVENT).slice(0, -1)), Buffer.from(',"a":"')]);
    const notUtf8 = Buffer.concat([broken, Buffer.of(0xff), Buffer.from('"}')]);
    expect(await problemOfTrail("no UTF-8", { log: notUtf8 })).to.equal("trail");
    const [large] = [logOf(EVENT).replace('"e-1"', '"e-1","more":1e999')];
    const edit = (facts: { events: object[] }) => ({
      ...facts,
      events: facts.events.map((one, index) =>
        index === 0 ? { ...one, event: { ...EVENT, more: null } } : one,
      ),
    });
    expect(await problemOfTrail("a number that is none", { log: large, edit })).to.equal("trail");
    const own = JSON.parse(logOf(EVENT).replace('"e-1"', '"e-1","__proto__":{"a":1}')) as {
      Records: object[];
    };
    const shown = (facts: { events: object[] }) => ({
      ...facts,
      events: facts.events.map((one, index) =>
        index === 0 ? { ...one, event: own.Records[0] } : one,
      ),
    });
    expect(await problemOfTrail("an odd name", { log: JSON.stringify(own), edit: shown })).to.equal(
      "none",
    );
    const logFile = {
      ...{ s3Bucket: "b", s3Object: "k", hashAlgorithm: "SHA-256" },
      hashValue: createHash("sha256").update(logOf(EVENT)).digest("hex"),
    };
    for (const [change, problem] of [
      [{}, "none"],
      [{ logFiles: [logFile] }, "none"],
      [{ awsAccountId: undefined }, "none"],
      [{ digestStartTime: "2026-13-45T99:99:99Z" }, "none"],
      [{ previousDigestSignature: undefined }, "none"],
      [{ previousDigestS3Bucket: 1, previousDigestS3Object: ["a"] }, "none"],
      [{ previousDigestS3Bucket: undefined, previousDigestHashValue: [[1]] }, "none"],
      // It names itself.
      [{ previousDigestS3Bucket: BUCKET, previousDigestS3Object: digestKey("09") }, "trail"],
      [
        { previousDigestS3Bucket: [], previousDigestS3Object: `${BUCKET}/${digestKey("09")}` },
        "trail",
      ],
      [{ digestSignatureAlgorithm: "SHA1withRSA" }, "trail"],
      [{ digestSignatureAlgorithm: undefined }, "trail"],
      [{ logFiles: [{ ...logFile, hashAlgorithm: "MD5" }] }, "trail"],
      [{ logFiles: [{ ...logFile, hashAlgorithm: undefined }] }, "trail"],
      [{ logFiles: [logFile, { ...logFile, hashValue: 1 }] }, "trail"],
      [{ logFiles: [logFile, null] }, "trail"],
      [{ digestEndTime: ["2026-11-30T09:00:00Z"] }, "trail"],
      [{ digestS3Bucket: ["logs"] }, "trail"],
      [{ digestS3Object: 1 }, "trail"],
      [{ previousDigestSignature: ["null"] }, "trail"],
      [{ digestPublicKeyFingerprint: "0" }, "trail"],
    ] as const) {
      const why = JSON.stringify(change);
      expect(await problemOfTrail(why, { made: { change } }), why).to.equal(problem);
    }
    const { bytes } = digest({ logs: [{ key: "a.json.gz", text: logOf(EVENT) }] });
    const files = new Map([["trail/digests/0001.json", Buffer.from(`\ufeff${String(bytes)}`)]]);
    const change = (all: Map<string, Buffer>): void => {
      for (const [name, content] of files) all.set(name, content);
    };
    const bundle = await folder.changed(withTrail, change, subjectsAnew);
    expect(await problemOf(bundle, "a digest with a BOM")).to.equal("trail");
  });

  it("agree on facts of a trail, each member of which is another thing, or one more", async () => {
    const problems = new Set<string>();
    const value = { ...signedTrail().facts } as unknown as Json;
    for (const [why, changed] of othersOf(JSON.parse(canonicalText(value)) as Json)) {
      problems.add(await problemWith(withTrail, [FILES.trail, () => changed], why));
    }
    expect([...problems].sort()).to.deep.equal(["none", "trail"]);
    const outcome = (facts: { events: object[] }) => ({
      ...facts,
      events: facts.events.map((one, index) => (index === 1 ? { ...one, outcome: "proven" } : one)),
    });
    expect(await problemWith(withTrail, [FILES.trail, outcome], "no outcome")).to.equal("trail");
  });

  it("agree on findings, jobs and refusals, each member of which is another thing, or one more", async () => {
    for (const [name, problem] of [
      [FILES.findings, "files"],
      [FILES.jobs, "jobs"],
      [FILES.refusals, "files"],
    ] as const) {
      const problems = new Set<string>();
      const read = await jsonIn(path, name);
      for (const [why, changed] of othersOf(read)) {
        problems.add(await problemWith(path, [name, () => changed], `${name}: ${why}`));
      }
      expect([...problems], name).to.include(problem);
    }
  });

  it("agree on promises, and on what is signed of them", async () => {
    const name = "promises/0001.json";
    const problems = new Set<string>();
    for (const [why, changed] of othersOf(await jsonIn(path, name))) {
      // The statement says of it whatever it would have to, were it one.
      const sign = (statement: TestStatement): void => {
        const { source, vaults } = (changed ?? {}) as Record<string, unknown>;
        const sources = (statement.predicate["environment"]?.["sources"] ?? []) as object[];
        const promiseDigest = createHash("sha256").update(canonicalText(changed)).digest("hex");
        const held = Array.isArray(vaults) ? (vaults as unknown[]) : [];
        Object.assign(sources[0] ?? {}, {
          promiseDigest,
          bucket: placeOf(source),
          vaults: held.map(placeOf),
        });
      };
      problems.add(await problemWith(path, [name, () => changed], why, sign));
    }
    // With another vault or mode the lines are not as is promised.
    expect([...problems].sort()).to.deep.equal(["lines", "none", "promise"]);
  });

  it("agree on statements, each member of which is another thing, or one more", async () => {
    const problems = new Set<string>();
    let statement: TestStatement | undefined;
    await folder.changed(
      second,
      () => undefined,
      (found) => void (statement = structuredClone(found)),
    );
    for (const [why, changed] of othersOf(statement as unknown as Json)) {
      const file = await folder.changed(
        second,
        () => undefined,
        (found) => {
          for (const member of Object.keys(found)) delete found[member];
          Object.assign(found, changed);
        },
      );
      problems.add(await problemOf(file, why));
    }
    expect([...problems]).to.include.members(["none", "statement"]);
    const file = await folder.changed(
      path,
      () => undefined,
      ({ predicate }) => void Object.assign(predicate, { madeAt: "1969-12-31T23:00:00.000Z" }),
    );
    expect(await problemOf(file, "a clock that is wrong")).to.equal("none");
  });

  it("agree on lines, each member of which is another thing, or one more, and on how long they are", async () => {
    const withLines = async (lines: readonly string[], why: string): Promise<string> => {
      const text = lines.map((line) => `${line}\n`).join("");
      const change = (files: Map<string, Buffer>) => void files.set(FILES.lines, Buffer.from(text));
      return problemOf(await folder.changed(path, change, subjectsAnew), why);
    };
    const line = JSON.parse(lineText(provenLine({ key: "a.csv" }))) as Json;
    const problems = new Set<string>();
    for (const [why, changed] of othersOf(line)) {
      problems.add(await withLines([canonicalText(changed)], why));
    }
    expect([...problems].sort()).to.include.members(["lines", "tree"]);
    const keyed = (key: string): string => lineText(provenLine({ key }));
    const half = keyed("half").replace("half", "\\ud800");
    expect(await withLines([half], "half a character")).to.equal("lines");
    expect(await withLines([keyed("\uffff"), half], "two")).to.equal("lines");
    // Longer than any, and shorter than the pieces in which files are read.
    expect(await withLines([keyed("a"), keyed("b".repeat(66_000))], "too long")).to.equal("lines");
    let deep = "[]";
    for (let depth = 0; depth < 7_000; depth++) deep = `[${deep}]`;
    const nested = lineText(provenLine({ key: "a" })).replace("{", `{"a":${deep},`);
    expect(await withLines([nested], "nested")).to.equal("lines");
  });

  it("agree on which file comes first, and on names as long as they may be", async () => {
    const moved = await folder.changed(
      path,
      (files) => {
        const findings = files.get(FILES.findings) ?? Buffer.alloc(0);
        files.delete(FILES.findings);
        files.set(FILES.lines, Buffer.alloc(0));
        files.set(FILES.findings, findings);
      },
      (statement, files) => {
        subjectsAnew(statement, files);
        const root = createHash("sha256").digest("hex");
        Object.assign(statement.predicate["tree"] ?? {}, { sizeCount: 0, root, peaks: [] });
        const [source] = statement.predicate["verdict"]?.["sources"] as object[];
        Object.assign(source ?? {}, { lineCount: 0, provenCount: 0, versionCount: 0, vaults: {} });
      },
    );
    expect(await problemOf(moved, "no lines, and before the findings")).to.equal("container");
    const long = `facts/${"a".repeat(94)}`;
    const named = await folder.changed(
      path,
      (files) => void files.set(long, Buffer.from("x")),
      subjectsAnew,
    );
    expect(await problemOf(named, "a name of 100 characters")).to.equal("none");
  });

  it("read no file whole that is larger than any, by what its header says", async () => {
    const { envelope } = await soundOf(path);
    for (const name of [FILES.statement, FILES.trail, "trail/logs/0002.json", "facts/x.json"]) {
      const header = await headerOf(name, 64 * MIB + 1);
      const first =
        name === FILES.statement
          ? []
          : [await headerOf(FILES.statement, envelope.length), envelope];
      const padding = Buffer.alloc((512 - (envelope.length % 512)) % 512);
      const bundle = folder.file(
        Buffer.concat([...first, ...(first.length > 0 ? [padding] : []), header]),
      );
      const found = await checkEvidence(bundle, { publicKey });
      expect(found.sound ? "none" : found.problem.code, name).to.equal("files");
      expect(script(bundle, publicKey).why, name).to.include("larger than any");
    }
  });

  async function jsonIn(bundle: string, name: string): Promise<Json> {
    let found: Json = null;
    await folder.changed(bundle, (files) => {
      found = JSON.parse(files.get(name)?.toString() ?? "null") as Json;
    });
    return found;
  }
});

/** The header of a file of so many bytes, which do not follow. */
async function headerOf(name: string, sizeBytes: number): Promise<Buffer> {
  for await (const piece of containerOf([{ name, sizeBytes, content: [] }])) return piece;
  throw new Error("no header");
}

function placeOf(value: unknown): object {
  const { accountId, bucketName, lock, name, region } = (value ?? {}) as Record<string, unknown>;
  return { accountId, bucketName, lock, name, region };
}

/** A value with one member of it, at any depth, gone, or another thing, or with one more. */
function* othersOf(value: Json, at = ""): Generator<readonly [why: string, changed: Json]> {
  for (const other of [null, 1, "x", [], {}] as Json[]) {
    if (canonicalText(other) !== canonicalText(value)) {
      yield [`${at} is ${canonicalText(other)}`, other];
    }
  }
  if (value === null || typeof value !== "object") return;
  if (Array.isArray(value)) {
    yield [`${at} has one more`, [...value, 1]];
    // The first ones stand for all.
    for (const [index, member] of value.slice(0, 2).entries()) {
      for (const [why, changed] of othersOf(member, `${at}/${index}`)) {
        yield [why, value.with(index, changed)];
      }
    }
    return;
  }
  yield [`${at} has more`, { ...value, more: "x" }];
  yield [`${at} has an odd member`, JSON.parse(`{"__proto__":{},${canonicalText(value).slice(1)}`)];
  yield [`${at} is a list`, [value]];
  for (const [name, member] of Object.entries(value)) {
    const { [name]: gone, ...rest } = value;
    yield [`${at}/${name} is gone, ${typeof gone}`, rest];
    for (const [why, changed] of othersOf(member, `${at}/${name}`)) {
      yield [why, { ...value, [name]: changed }];
    }
  }
}
