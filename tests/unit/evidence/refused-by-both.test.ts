/**
 * More bundles that are not sound, whoever signed them: both programs that check have to refuse each, and what is like it and allowed
 * they have to take.
 */

import { sign } from "node:crypto";
import { readdirSync, readlinkSync, realpathSync } from "node:fs";
import { expect } from "chai";
import { canonicalText } from "../../../automation/evidence/canonical";
import { checkEvidence } from "../../../automation/evidence/check-evidence";
import { keyIdOf } from "../../../automation/evidence/key";
import { lineText } from "../../../automation/evidence/lines";
import { GrowingTree, leafHash, rootOf } from "../../../automation/evidence/merkle";
import { canonicalSignature } from "../../../automation/evidence/signature";
import { FILES } from "../../../automation/evidence/statement";
import {
  BundleFolder,
  KEYS,
  loadScript,
  provenLine,
  soundOf,
  subjectsAnew,
  type CheckWithScript,
  type TestStatement,
} from "../../helpers/evidence-bundles";
import { eventually } from "../../helpers/eventually";
import { digest, EVENT, logOf, signedTrail } from "../../helpers/signed-trail";

const [{ privateKey, publicKey }] = KEYS;

describe("a bundle that is refused by both programs", () => {
  let folder: BundleFolder;
  let script: CheckWithScript;
  let path: string;
  before(async () => {
    folder = new BundleFolder();
    script = await loadScript(folder);
    path = (await folder.bundle()).path;
  });
  after(() => folder.remove());

  /** Both programs have to say the same. */
  async function problemOf(bundle: string, previous?: string): Promise<string> {
    const before = previous === undefined ? undefined : await soundOf(previous);
    const found = await checkEvidence(bundle, { publicKey, previous: before });
    expect(script(bundle, publicKey, previous).sound, "the script").to.equal(found.sound);
    return found.sound ? "none" : found.problem.code;
  }

  it("has no file at all", async () => {
    expect(await problemOf(folder.file(Buffer.alloc(1024)))).to.equal("container");
  });

  it("has a statement in another text than it may have, rightly signed", async () => {
    const statementIn = async (write: (statement: TestStatement) => string): Promise<string> => {
      let text = "";
      await folder.changed(
        path,
        () => undefined,
        (statement) => void (text = write(statement)),
      );
      const envelope = envelopeOf(Buffer.from(text));
      return problemOf(
        await folder.changed(path, (files) => void files.set(FILES.statement, envelope)),
      );
    };
    expect(await statementIn((statement) => canonicalText(statement))).to.equal("none");
    expect(await statementIn((statement) => JSON.stringify(statement, null, 1))).to.equal(
      "envelope",
    );
    expect(await statementIn(() => "no JSON")).to.equal("envelope");
  });

  it("has JSON that is nested deeper than a hundred times", async () => {
    const withConfig = async (text: string): Promise<string> =>
      problemOf(
        await folder.changed(
          path,
          (files) => void files.set("facts/config.json", Buffer.from(`${text}\n`)),
          subjectsAnew,
        ),
      );
    const lists = (count: number) => `${"[".repeat(count)}${"]".repeat(count)}`;
    const objects = (count: number) => `${'{"a":'.repeat(count - 1)}{}${"}".repeat(count - 1)}`;
    for (const nested of [lists, objects]) {
      expect(await withConfig(nested(100))).to.equal("none");
      expect(await withConfig(nested(101))).to.equal("files");
    }
  });

  it("says that it follows another one, but not as the next, or not with its tree", async () => {
    const line = provenLine({ key: "z" });
    const second = (await folder.bundle({ previous: path, lines: [line] })).path;
    const resigned = (edit: (predicate: TestStatement["predicate"]) => void) =>
      folder.changed(
        second,
        () => undefined,
        ({ predicate }) => edit(predicate),
      );
    expect(await problemOf(await resigned(() => undefined), path)).to.equal("none");
    const later = await resigned(({ chain }) => void Object.assign(chain ?? {}, { sequence: 3 }));
    expect(await problemOf(later), "by itself").to.equal("none");
    expect(await problemOf(later, path), "one is left out").to.equal("chain");
    const other = leafHash(Buffer.from("another line"));
    const forked = await resigned((predicate) => {
      const tree = new GrowingTree({ sizeCount: 1, peaks: [other] });
      const fields = () => ({
        sizeCount: tree.sizeCount,
        root: rootOf(tree.peaks).toString("hex"),
        peaks: tree.peaks.map((peak) => peak.toString("hex")),
      });
      Object.assign(predicate["chain"]?.["previous"] ?? {}, { tree: fields() });
      tree.append(leafHash(Buffer.from(lineText(line))));
      Object.assign(predicate, { tree: fields() });
    });
    expect(await problemOf(forked), "by itself").to.equal("none");
    expect(await problemOf(forked, path), "of other lines").to.equal("chain");
  });

  it("shows an event of a trail that has no id, though the log file has it so", async () => {
    const trail = (await folder.bundle({ trail: signedTrail() })).path;
    const problemWith = async (eventID: unknown): Promise<string> => {
      const event = { ...EVENT, eventID };
      const text = logOf(event);
      const { bytes, signature } = digest({ logs: [{ key: "a.json.gz", text }] });
      const change = (files: Map<string, Buffer>): void => {
        const facts = JSON.parse(files.get(FILES.trail)?.toString() ?? "") as {
          digests: object[];
          events: object[];
        };
        Object.assign(facts.digests[0] ?? {}, { signature });
        Object.assign(facts.events[0] ?? {}, { event });
        files.set(FILES.trail, Buffer.from(`${canonicalText(facts)}\n`));
        files.set("trail/digests/0001.json", Buffer.from(bytes));
        files.set("trail/logs/0002.json", Buffer.from(text));
      };
      return problemOf(await folder.changed(trail, change, subjectsAnew));
    };
    expect(await problemWith("e-1")).to.equal("none");
    for (const eventID of [undefined, 1, null, ["e-1"]]) {
      expect(await problemWith(eventID), JSON.stringify(eventID)).to.equal("trail");
    }
  });

  it("is not left open by the product", async function () {
    // Elsewhere nobody tells which files a process has open.
    if (process.platform !== "linux") this.skip();
    const other = (await folder.bundle({ key: KEYS[1] })).path;
    const found = await checkEvidence(other, { publicKey });
    expect(found.sound).to.equal(false);
    await eventually(async () => {
      expect(openFiles()).to.not.include(realpathSync(other));
      return Promise.resolve();
    });
  });
});

/** What is signed, is signed as DSSE says it. @see https://github.com/secure-systems-lab/dsse/blob/master/protocol.md */
function envelopeOf(payload: Buffer): Buffer {
  const payloadType = "application/vnd.in-toto+json";
  const start = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `;
  const signed = Buffer.concat([Buffer.from(start), payload]);
  const sig = canonicalSignature(sign("sha256", signed, privateKey)).toString("base64");
  const signatures = [{ keyid: keyIdOf(publicKey), sig }];
  const text = canonicalText({ payload: payload.toString("base64"), payloadType, signatures });
  return Buffer.from(`${text}\n`);
}

/** Paths of the files that this process has open. */
function openFiles(): readonly string[] {
  return readdirSync("/proc/self/fd").flatMap((name) => {
    try {
      return [readlinkSync(`/proc/self/fd/${name}`)];
    } catch {
      // The folder itself was open while it was read.
      return [];
    }
  });
}
