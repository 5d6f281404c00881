/**
 * No change of a bundle passes, in either program that checks it. `LOCKSTEP_TEST_MUTATIONS=10000` tries so many; CI takes a few
 * hundred.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import { heldAgainst, type AskedEvidence } from "../../../automation/evidence/asked";
import { checkEvidence, type SoundEvidence } from "../../../automation/evidence/check-evidence";
import { evidenceFields } from "../../../automation/evidence/evidence-fields";
import {
  BundleFolder,
  KEYS,
  loadScript,
  promiseText,
  provenLine,
  soundOf,
  type BundleWish,
  type CheckWithScript,
} from "../../helpers/evidence-bundles";
import { MUTATIONS, type OtherBundles } from "../../helpers/evidence-mutations";
import { signedTrail } from "../../helpers/signed-trail";

const RUNS = Number(process.env["LOCKSTEP_TEST_MUTATIONS"] ?? 300);
const [{ publicKey }] = KEYS;
const MADE_AT = "2026-11-30T06:00:00.000Z";

const LINES = ["a.csv", "b.csv", "c/ä.csv", "d.csv", "e 😀.csv"].map((key, index) =>
  provenLine(index === 1 ? { key, kind: "failed", code: "missing" } : { key }),
);

describe("changes of a bundle", () => {
  let folder: BundleFolder;
  let script: CheckWithScript;
  let earlierPath: string;
  let earlier: SoundEvidence;
  let foreignPath: string;
  let bundlePath: string;
  let others: OtherBundles;
  before(async () => {
    folder = new BundleFolder();
    script = await loadScript(folder);
    const wish: BundleWish = {
      lines: LINES,
      jobFiles: { "0001-report.csv": "a,b\n" },
      refusals: { attempts: [{ outcome: "accepted", shows: "nothing" }] },
      trail: signedTrail(),
    };
    const madeAt = "2026-10-31T06:00:00.000Z";
    earlierPath = (await folder.bundle({ ...wish, lines: LINES.slice(0, 3), madeAt })).path;
    earlier = await soundOf(earlierPath);
    const previous = earlierPath;
    bundlePath = (await folder.bundle({ ...wish, previous, madeAt: MADE_AT })).path;
    foreignPath = (
      await folder.bundle({
        ...wish,
        lines: LINES.slice(1),
        stack: "prod",
        promises: [promiseText("acme-other")],
      })
    ).path;
    const byAnotherKey = (await folder.bundle({ ...wish, key: KEYS[1] })).path;
    others = {
      earlier: readFileSync(earlierPath),
      foreign: readFileSync(foreignPath),
      byAnotherKey: readFileSync(byAnotherKey),
    };
  });
  after(() => folder.remove());

  /** With the bundle before it at hand. @throws AssertionError where one of the two finds it sound */
  async function expectNotFollowing(bytes: Buffer, name: string): Promise<void> {
    const path = `${folder.path}/changed.tar`;
    writeFileSync(path, bytes);
    const found = await checkEvidence(path, { publicKey, previous: earlier });
    expect(found.sound, `${name}, by the product`).to.equal(false);
    expect(script(path, publicKey, earlierPath).sound, `${name}, by the script`).to.equal(false);
  }

  /** With it, and by itself: most who check have nothing but the bundle. */
  async function expectRefused(bytes: Buffer, name: string): Promise<void> {
    await expectNotFollowing(bytes, name);
    const path = `${folder.path}/changed.tar`;
    const found = await checkEvidence(path, { publicKey });
    expect(found.sound, `${name} alone, by the product`).to.equal(false);
    expect(script(path, publicKey).sound, `${name} alone, by the script`).to.equal(false);
  }

  it("are looked for in a bundle that is sound", async () => {
    const found = await checkEvidence(bundlePath, { publicKey, previous: earlier });
    expect(found.sound).to.equal(true);
    expect(script(bundlePath, publicKey, earlierPath).sound).to.equal(true);
  });

  for (const [name, mutate] of Object.entries(MUTATIONS)) {
    it(`do not pass: ${name}`, async function () {
      this.timeout(20_000 + RUNS * 100);
      const bundle = readFileSync(bundlePath);
      let triedCount = 0;
      await fc.assert(
        fc.asyncProperty(fc.infiniteStream(fc.nat()), async (numbers) => {
          const draw = (limit: number): number => (numbers.next().value ?? 0) % limit;
          const changed = mutate(bundle, draw, others);
          if (changed === undefined || changed.equals(bundle)) return;
          triedCount++;
          await expectRefused(changed, name);
        }),
        { numRuns: Math.ceil(RUNS / Object.keys(MUTATIONS).length) },
      );
      // What an encoding has nothing to change in (base64 that needs no padding) is not tried.
      if (!name.startsWith("base64")) expect(triedCount).to.be.greaterThan(0);
    });
  }

  it("do not pass: a whole one of another environment, or an older one, in its place", async () => {
    await expectNotFollowing(others.foreign, "foreign");
    await expectNotFollowing(others.earlier, "earlier");
  });

  it("are none where it is a whole other one, which a reader knows by what it has to be of", async () => {
    const fields = async (path: string, asked: AskedEvidence) =>
      heldAgainst(evidenceFields(await checkEvidence(path, { publicKey }), false), asked);
    const asked = { stack: "dev", bucket: "acme-records", notBefore: MADE_AT };
    expect(await fields(bundlePath, asked)).to.include({ sound: true });
    for (const [path, one] of [
      [foreignPath, { stack: asked.stack }],
      [foreignPath, { bucket: asked.bucket }],
      [earlierPath, { notBefore: asked.notBefore }],
    ] as const) {
      expect(await fields(path, {})).to.include({ sound: true });
      const { problem, sound } = await fields(path, one);
      expect({ sound, code: problem?.code }).to.deep.equal({ sound: false, code: "other" });
    }
  });
});
