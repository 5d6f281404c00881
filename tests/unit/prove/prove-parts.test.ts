import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readLine } from "../../../automation/evidence/lines";
import type { JudgedVersion } from "../../../automation/look/look";
import { answerOf } from "../../../automation/look/replica-answers";
import type { VersionHead } from "../../../automation/look/version-head";
import { shownConfig } from "../../../automation/prove/gathering";
import { addLines, lineTexts } from "../../../automation/prove/lines-file";
import { notProven, untriedWords } from "../../../automation/prove/not-proven";
import { OutFile } from "../../../automation/prove/out-file";
import type { LockstepConfig } from "../../../components/config/types";
import { SOUGHT } from "../../helpers/signed-trail";

const HEAD: VersionHead = {
  versionId: "v1",
  sizeBytes: 3,
  etag: '"abc"',
  checksums: { ChecksumCRC64NVME: "AAAAAAAAAAA=" },
  replicationStatus: "REPLICA",
  encryption: "AES256",
  lockMode: "COMPLIANCE",
  retainUntilEpochMs: Date.UTC(2033, 0, 1),
  isOnLegalHold: false,
  lastModifiedEpochMs: 0,
  answeredEpochMs: Date.UTC(2026, 10, 30),
  requestId: "REQUEST1",
};

function judged(key: string, versionId: string, ...vaults: string[]): JudgedVersion {
  const version = {
    ...{ key, versionId, etag: "", sizeBytes: 3, lastModifiedEpochMs: 0 },
    ...{ isDeleteMarker: false, isLatest: true },
  } as unknown as JudgedVersion["version"];
  return {
    version,
    outcomes: vaults.map((vault) => ({ key, versionId, vault, kind: "proven", code: "checksum" })),
    answers: vaults.map((vault) => ({ vault, said: answerOf(HEAD) })),
  };
}

describe("the lines of a look", () => {
  const namesOf = (texts: Iterable<string>): readonly string[] =>
    [...texts].map((text, index) => {
      expect(text.at(-1)).to.equal("\n");
      const line = readLine(Buffer.from(text.slice(0, -1)), index + 1);
      return `${line.key} ${line.versionId} ${line.vault ?? ""}`;
    });

  it("are in the order of a bundle, whatever the order of versions and vaults of a key is", () => {
    const texts = lineTexts("records", [
      judged("a", "v9", "second", "first"),
      judged("a", "v1", "second", "first"),
      judged("b", "v2", "first"),
      judged("b", "v1", "first"),
    ]);
    expect(namesOf(texts)).to.deep.equal([
      ...["a v1 first", "a v1 second", "a v9 first", "a v9 second"],
      ...["b v1 first", "b v2 first"],
    ]);
    expect([...lineTexts("records", [])]).to.deep.equal([]);
  });

  it("say what the vault said of the replica, and nothing of one that nobody saw", () => {
    const one = judged("a", "v1", "first", "second");
    const [seen = "", unseen = ""] = lineTexts("records", [
      { ...one, answers: one.answers?.slice(0, 1) ?? [] },
    ]);
    expect((JSON.parse(seen) as { replica: object }).replica).to.deep.equal({
      answeredAt: "2026-11-30T00:00:00.000Z",
      checksums: { CRC64NVME: "AAAAAAAAAAA=" },
      etag: "abc",
      lockMode: "COMPLIANCE",
      lockedUntil: "2033-01-01T00:00:00.000Z",
      replicationStatus: "REPLICA",
      requestId: "REQUEST1",
      sizeBytes: 3,
    });
    expect(JSON.parse(unseen)).to.not.have.property("replica");
  });

  it("call nothing a lock that has a mode or a date alone", () => {
    for (const lock of [
      { retainUntilEpochMs: undefined },
      { lockMode: undefined },
      { retainUntilEpochMs: Number.NaN },
    ]) {
      const answer = answerOf({ ...HEAD, ...lock });
      expect(answer).to.not.have.any.keys("lockMode", "lockedUntil");
    }
  });
});

describe("what a bundle does not prove", () => {
  const NOTHING = {
    ...{ verdicts: [], guardUnknown: [], jobProblems: [], untried: undefined, isFirst: false },
    trail: undefined,
  };

  it("names the signer's word, what was not tried, and what the look cannot speak of, each once", () => {
    const verdict = { doesNotProve: ["annotations", "share-of-sample"] } as never;
    const texts = notProven({
      ...NOTHING,
      verdicts: [{ source: "records", verdict }],
      guardUnknown: ["primary"],
      jobProblems: ["a report", "a report"],
      isFirst: true,
    });
    expect(texts.filter((text) => text.includes("signer is right"))).to.have.length(1);
    expect(texts.filter((text) => text.includes("nobody tried"))).to.have.length(1);
    expect(texts.filter((text) => text.includes("first of its chain"))).to.have.length(1);
    expect(texts).to.include(
      'of source "records", annotations, that is: Each copy has its source\'s annotations',
    );
    expect(texts.join()).to.not.include("share-of-sample");
    expect(texts).to.include('the protections of the vault "primary": nobody looked');
    expect(texts.filter((text) => text === "a report")).to.have.length(1);
  });

  it("says of which versions alone something is not proven, where the others are", () => {
    const excused = { configuration: 3, level: 0, objective: 0, unproven: ["presence"] };
    const verdict = { doesNotProve: ["presence", "owner"], excused } as never;
    const texts = notProven({ ...NOTHING, verdicts: [{ source: "records", verdict }] });
    expect(texts).to.include.members([
      'of source "records", presence of 3 versions that the configuration accepts, that is: Every promised version has a copy at each vault that it is promised at, by its key',
      'of source "records", owner, that is: The vault\'s account owns each copy',
    ]);
  });

  it("names each attempt that nobody made where others were", () => {
    const one = { vault: "primary", accountId: "222222222222", principal: "arn:a", target: "t" };
    const untried = untriedWords([
      {
        ...one,
        attempt: "delete-key",
        outcome: "not-tried",
        why: "nothing-there",
        shows: "nothing",
        says: "No key.",
      },
      {
        ...one,
        attempt: "delete",
        outcome: "refused",
        why: "not-allowed",
        shows: "nothing",
        says: "It shows nothing.",
      },
      {
        ...one,
        attempt: "bypass",
        outcome: "refused",
        why: "object-lock",
        shows: "lock",
        says: "It holds.",
      },
      {
        ...one,
        attempt: "policy",
        outcome: "accepted",
        why: "allowed",
        shows: "nothing",
        says: "NOT refused.",
      },
    ]);
    const texts = notProven({ ...NOTHING, untried });
    expect(texts.filter((text) => text.includes('at vault "primary"'))).to.deep.equal([
      'not tried: to schedule the deletion of the vault\'s key in 30 days, at vault "primary" as arn:a: No key',
      'by a refusal that shows nothing: to delete the canary by its version id, at vault "primary" as arn:a: It shows nothing',
    ]);
    expect(texts.join()).to.not.include("nobody tried");
  });
});

describe("what a bundle does not prove of a trail", () => {
  const holes = (trail: Parameters<typeof notProven>[0]["trail"]) =>
    notProven({
      ...{ verdicts: [], guardUnknown: [], jobProblems: [], untried: [], isFirst: false },
      trail,
    }).filter((text) => text.startsWith("events of a trail"));
  const EVENTS = "events of a trail with AWS's signed digests";

  it("is all of it where nobody looked, or there was nothing to look for", () => {
    expect(holes(undefined)).to.deep.equal([`${EVENTS}: none is in it`]);
    expect(holes([])).to.deep.equal([`${EVENTS}: there was no attempt to look for`]);
  });

  it("is each event that is not signed, by the reason", () => {
    const event = (outcome: "not-yet" | "signed" | "not-found", says: string) => ({
      ...{ sought: SOUGHT, outcome, says },
    });
    expect(holes([event("signed", "It is there.")])).to.deep.equal([]);
    const [early, lost] = [event("not-yet", "Too early."), event("not-found", "In none.")];
    expect(holes([early, event("signed", "x"), early, lost])).to.deep.equal([
      `${EVENTS}, of 2 attempts: Too early`,
      `${EVENTS}, of 1 attempts: In none`,
    ]);
  });
});

describe("the config of a bundle", () => {
  it("has everything but the addresses of webhooks, which carry passwords", () => {
    const subscribers = {
      emails: ["records@example.com"],
      webhooks: ["https://example.com/hook?token=hunter2", { secure: "v1:cipher" }],
      slack: [],
    };
    const monitoring = { subscribers, dashboard: true };
    const shown = shownConfig({ side: "both", monitoring } as unknown as LockstepConfig);
    expect(JSON.stringify(shown)).to.not.match(/hunter2|cipher/);
    expect(shown).to.deep.equal({
      side: "both",
      monitoring: {
        ...monitoring,
        subscribers: { ...subscribers, webhooks: ["(not shown)", "(not shown)"] },
      },
    });
    expect(shownConfig({ side: "both" } as unknown as LockstepConfig)).to.deep.equal({
      side: "both",
    });
  });
});

describe("the file of a bundle", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lockstep-out-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is there once it is whole, and not before", async () => {
    const out = await OutFile.open(join(folder, "a.tar"));
    await addLines(out.partPath, "records", [judged("a", "v1", "first")]);
    expect(readdirSync(folder)).to.not.include("a.tar");
    await out.finish();
    await out.discard();
    expect(readdirSync(folder)).to.deep.equal(["a.tar"]);
    expect(readFileSync(out.path, "utf8")).to.include('"key":"a"');
  });

  it("leaves nothing when it is discarded, and takes no place that was taken meanwhile", async () => {
    const path = join(folder, "a.tar");
    await (await OutFile.open(path)).discard();
    expect(readdirSync(folder)).to.deep.equal([]);
    const out = await OutFile.open(path);
    writeFileSync(path, "theirs");
    const error = await out.finish().catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: "ConfigInvalid" });
    await out.discard();
    expect(readFileSync(path, "utf8")).to.equal("theirs");
    expect(readdirSync(folder)).to.deep.equal(["a.tar"]);
  });
});
