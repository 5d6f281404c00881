/**
 * Bundles are read as they come: `LOCKSTEP_TEST_LINES=1000000` checks so many lines in programs that may have 256 MiB of heap; CI
 * takes 20,000, with 64 MiB.
 */

import { spawnSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { expect } from "chai";
import { localSigner } from "../../../automation/evidence/envelope";
import { lineText } from "../../../automation/evidence/lines";
import { writeEvidence } from "../../../automation/evidence/write-evidence";
import {
  BundleFolder,
  CHECKER,
  KEYS,
  promiseText,
  provenLine,
} from "../../helpers/evidence-bundles";

const LINES = Number(process.env["LOCKSTEP_TEST_LINES"] ?? 20_000);
const HEAP_MIB = LINES > 100_000 ? 256 : 64;

function* lineTexts(): Generator<string> {
  for (let index = 0; index < LINES; index++) {
    const key = `records/2026/${String(index).padStart(9, "0")}.csv`;
    yield `${lineText(provenLine({ key, versionId: `v${index}` }))}\n`;
  }
}

describe("a large bundle", function () {
  this.timeout(60_000 + LINES);
  let folder: BundleFolder;
  let bundle: string;
  before(async () => {
    folder = new BundleFolder();
    const linesPath = folder.next("ndjson");
    await pipeline(lineTexts(), createWriteStream(linesPath));
    bundle = folder.next("tar");
    const input = {
      madeAt: "2026-11-30T06:00:00.000Z",
      stack: "dev",
      notProven: [],
      tools: {},
      findings: {
        guard: { checked: [], unknown: [], losses: [] },
        sources: [
          {
            source: "records",
            accept: [],
            disagreements: [],
            drift: [],
            onTop: { count: 0, first: [] },
          },
        ],
      },
      promises: [promiseText()],
      facts: new Map(),
      copies: new Map(),
      linesPath,
    };
    await writeEvidence(bundle, input, localSigner(KEYS[0].privateKey));
  });
  after(() => folder.remove());

  const programs: Readonly<Record<string, () => readonly string[]>> = {
    "the script": () => [CHECKER, bundle, folder.publicKeyPath],
    "the product": () => [
      join(__dirname, "..", "..", "..", "scripts", "lockstep.mjs"),
      ...["evidence", "check", bundle, "--public-key", folder.publicKeyPath],
    ],
  };
  for (const [name, args] of Object.entries(programs)) {
    it(`is checked by ${name} in ${HEAP_MIB} MiB of heap`, () => {
      const { status, stderr } = spawnSync(process.execPath, args(), {
        encoding: "utf8",
        env: { ...process.env, NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}` },
      });
      expect(stderr).to.equal("");
      expect(status).to.equal(0);
    });
  }
});
