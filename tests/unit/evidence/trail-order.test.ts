/** In which order a bundle has the files of a trail and their facts says nothing: both programs that check take each. */

import { createHash } from "node:crypto";
import { expect } from "chai";
import { checkEvidence } from "../../../automation/evidence/check-evidence";
import type { SoughtEvent, TrailFacts } from "../../../automation/trail/fields";
import type { DigestFile } from "../../../automation/trail/verify-digest";
import {
  BundleFolder,
  KEYS,
  loadScript,
  type CheckWithScript,
  type WishedTrail,
} from "../../helpers/evidence-bundles";
import { digest, EVENT, KEY, logOf, SOUGHT } from "../../helpers/signed-trail";

const [{ publicKey }] = KEYS;

/** Two events, each in a log file that a digest of its own lists, the later of which names the earlier one before it. */
function twoEvents(): WishedTrail {
  const files = new Map<string, Uint8Array>();
  let previous: DigestFile | undefined;
  const made = ["09", "10"].map((hour, index) => {
    const [requestId, eventID] = [`REQUEST${index}`, `event-${index}`];
    const event = { ...EVENT, requestID: requestId, eventID };
    const text = logOf(event);
    const logs = [{ key: `${hour}.json.gz`, text }];
    previous = digest({ hour, logs, ...(previous && { previous }) });
    const { bytes, signature } = previous;
    const [file, log] = [`trail/digests/000${index + 1}.json`, `trail/logs/000${index + 3}.json`];
    files.set(file, bytes).set(log, Buffer.from(text));
    const told: SoughtEvent = {
      sought: { ...SOUGHT, requestId },
      outcome: "signed",
      says: "It is there.",
      digest: file,
      log,
      event,
    };
    const entry: TrailFacts["digests"][number] = {
      file,
      signature,
      region: "eu-central-1",
      fingerprint: KEY.fingerprint,
      publicKey: KEY.der.toString("base64"),
    };
    return { entry, told };
  });
  return {
    facts: {
      trails: ["arn:aws:cloudtrail:eu-west-1:222222222222:trail/audit"],
      digests: made.map(({ entry }) => entry),
      events: made.map(({ told }) => told),
    },
    files,
  };
}

describe("the files of a trail in a bundle", () => {
  let folder: BundleFolder;
  let script: CheckWithScript;
  before(async () => {
    folder = new BundleFolder();
    script = await loadScript(folder);
  });
  after(() => folder.remove());

  /** Both programs have to say the same of it. */
  async function problemOf(trail: WishedTrail): Promise<string> {
    const { path } = await folder.bundle({ trail });
    const found = await checkEvidence(path, { publicKey });
    expect(script(path, publicKey).sound, "the script").to.equal(found.sound);
    return found.sound ? "none" : found.problem.code;
  }

  it("are the same evidence in whichever order they, their digests and their events come", async () => {
    const { facts, files } = twoEvents();
    const reversed = <Value>(values: readonly Value[]): Value[] => [...values].reverse();
    expect(new Set([...files.values()].map((bytes) => sha256(bytes))).size).to.equal(4);
    for (const [why, trail] of Object.entries<WishedTrail>({
      "as they are": { facts, files },
      files: { facts, files: new Map(reversed([...files])) },
      digests: { facts: { ...facts, digests: reversed(facts.digests) }, files },
      events: { facts: { ...facts, events: reversed(facts.events) }, files },
    })) {
      expect(await problemOf(trail), why).to.equal("none");
    }
  });
});

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
