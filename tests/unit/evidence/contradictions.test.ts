/** What a signer can say, and what contradicts it in the same bundle: both programs have to see it. */

import { expect } from "chai";
import { checkEvidence } from "../../../automation/evidence/check-evidence";
import { lineText, type EvidenceLine } from "../../../automation/evidence/lines";
import { GrowingTree, leafHash, rootOf } from "../../../automation/evidence/merkle";
import { FILES } from "../../../automation/evidence/statement";
import {
  BundleFolder,
  KEYS,
  loadScript,
  promiseText,
  provenLine,
  REPLICA,
  subjectsAnew,
  type CheckWithScript,
} from "../../helpers/evidence-bundles";

const [{ publicKey }] = KEYS;

describe("a bundle that its own signer contradicts", () => {
  let folder: BundleFolder;
  let script: CheckWithScript;
  before(async () => {
    folder = new BundleFolder();
    script = await loadScript(folder);
  });
  after(() => folder.remove());

  async function problemOf(path: string): Promise<string> {
    const found = await checkEvidence(path, { publicKey });
    expect(script(path, publicKey).sound, "the script").to.equal(found.sound);
    return found.sound ? "none" : found.problem.code;
  }

  it("calls nothing proven that is not said to be locked as is promised where it is", async () => {
    const { lockedUntil, lockMode, ...unlocked } = REPLICA;
    const { path: compliance } = await folder.bundle();
    const { path: governance } = await folder.bundle({
      promises: [promiseText("acme-records", "GOVERNANCE")],
    });
    const told = async (path: string, line: Partial<EvidenceLine>): Promise<string> =>
      problemOf(
        await folder.changed(
          path,
          (files) => {
            const text = lineText(provenLine({ key: "a.csv", ...line }));
            files.set(FILES.lines, Buffer.from(`${text}\n`));
          },
          subjectsAnew,
        ),
      );
    const weaker = { ...unlocked, lockMode: "GOVERNANCE", lockedUntil };
    // What is signed of the lines is not what they come to by now, which is told later.
    expect(await told(compliance, { replica: { ...unlocked, lockMode, lockedUntil } })).to.equal(
      "none",
    );
    expect(await told(compliance, { replica: weaker })).to.equal("lines");
    expect(await told(governance, { replica: weaker })).to.equal("tree");
    expect(await told(governance, {})).to.equal("none");
    for (const path of [compliance, governance]) {
      expect(await told(path, { replica: unlocked })).to.equal("lines");
      expect(await told(path, { replica: undefined })).to.equal("lines");
      expect(await told(path, { vault: "secondary" })).to.equal("lines");
      expect(await told(path, { vault: undefined })).to.equal("lines");
      const odd = { ...unlocked, lockMode: "SOMETHING", lockedUntil };
      expect(await told(path, { replica: odd })).to.equal("lines");
    }
    const failed = { kind: "failed", code: "lock-weaker" } as const;
    expect(await told(compliance, { ...failed, replica: weaker })).to.equal("tree");
  });

  it("goes on with trees as large as a number may be", async () => {
    for (const sizeCount of [2 ** 48 - 1, 2 ** 49 - 1, 2 ** 52 - 1, 2 ** 53 - 2, 2 ** 53 - 1]) {
      const peaks = [...sizeCount.toString(2).replaceAll("0", "")].map((_, index) =>
        leafHash(Buffer.of(index)),
      );
      const before = { sizeCount, peaks };
      const hex = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString("hex"));
      const tree = new GrowingTree(before);
      const root = rootOf(peaks).toString("hex");
      tree.append(leafHash(Buffer.from(lineText(provenLine({ key: "a.csv" })))));
      const told = await folder.changed(
        (await folder.bundle()).path,
        () => undefined,
        ({ predicate }) => {
          const statementDigest = "0".repeat(64);
          predicate["chain"] = {
            sequence: 2,
            previous: { statementDigest, tree: { sizeCount, root, peaks: hex(peaks) } },
          };
          const grown = { sizeCount: tree.sizeCount, peaks: hex(tree.peaks) };
          predicate["tree"] = { ...grown, root: tree.close().root.toString("hex") };
        },
      );
      const isTooLarge = sizeCount === 2 ** 53 - 1;
      expect(await problemOf(told), String(sizeCount)).to.equal(isTooLarge ? "statement" : "none");
    }
  });
});
