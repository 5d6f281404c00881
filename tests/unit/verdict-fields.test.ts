/** What a verdict tells of its look and its job beside versions. */

import { expect } from "chai";
import { formVerdict, isAnyMissing } from "../../automation/judge/verdict";
import type { JobAgreement } from "../../automation/judge/verdict";
import type { Look } from "../../automation/look/look";
import { versionName } from "../../automation/proof/source-versions";
import { judged, lookOf } from "../helpers/looks";

const PROVEN = judged("a", "proven");
const verdictOf = (more: Partial<Look>, versions = [PROVEN]) =>
  formVerdict({ look: lookOf(versions, more), guard: [] });

describe("a verdict tells", () => {
  it("since when was looked in full, by which jobs and by which inventories", () => {
    const { checksums, inventory, since } = verdictOf({
      since: { fromEpochMs: Date.UTC(2026, 10, 30), inFullCount: 2 },
      checksums: { note: "jobs" } as unknown as NonNullable<Look["checksums"]>,
      inventory: { note: "inventories" } as unknown as NonNullable<Look["inventory"]>,
    });
    expect(since).to.deep.equal({ from: "2026-11-30T00:00:00.000Z", inFullCount: 2 });
    expect(checksums).to.deep.equal({ note: "jobs" });
    expect(inventory).to.deep.equal({ note: "inventories" });
    expect(verdictOf({})).to.not.have.any.keys("since", "checksums", "inventory", "sample");
  });

  it("of a sample what was drawn and was still promised when it was looked at", () => {
    const sample = { seed: "s", sizeCount: 3, populationCount: 5, inQuestionCount: 0 };
    const versions = [
      judged("a", "proven", { isSampled: true }),
      judged("b", "outOfScope", { isSampled: true }),
      judged("c", "missing", { isSampled: true }),
      judged("d", "outOfScope"),
      judged("e", "missing"),
    ];
    const told = verdictOf({ level: "sample", sample }, versions).sample;
    expect(told).to.deep.include({ sizeCount: 2, populationCount: 4, wrongCount: 1, seed: "s" });
    expect(told).to.not.have.property("inQuestionCount");
    expect(told?.maxShareWrong).to.be.within(0.25, 0.99);
    const inQuestion = { ...sample, inQuestionCount: 7 };
    expect(verdictOf({ level: "sample", sample: inQuestion }, versions).sample).to.deep.include({
      inQuestionCount: 7,
      maxShareWrong: 1,
    });
  });

  it("that counts of its job differ, and nothing of it where they do not", () => {
    const job = (countsDiffer: boolean): JobAgreement => ({
      jobId: "job",
      counts: { manifest: 1, job: 1, report: 1, vault: 1 },
      disagreements: countsDiffer ? ["manifest 1, job 2"] : [],
      countsDiffer,
    });
    const look = lookOf([PROVEN]);
    expect(formVerdict({ look, guard: [], job: job(true) }).countsDiffer).to.equal(true);
    expect(formVerdict({ look, guard: [], job: job(false) })).to.not.have.property("countsDiffer");
    expect(formVerdict({ look, guard: [] })).to.not.have.property("countsDiffer");
  });

  it("how much lies on top at each vault, of each kind", () => {
    const covers = ["foreign-version", "unknown-version", "unknown-version", "delete-marker"].map(
      (what, index) => ({ vault: "primary", key: "a", versionId: `${index}`, what }),
    ) as unknown as Look["covers"];
    const [vault] = verdictOf({ covers }).vaults ?? [];
    const onTop = { foreignVersions: 1, unknownVersions: 2, deleteMarkers: 1 };
    expect(vault?.onTop).to.deep.equal(onTop);
  });
});

describe("what a job could bring", () => {
  it("is what is missing and not set apart", () => {
    const missing = judged("b", "missing");
    expect(isAnyMissing(lookOf([PROVEN]))).to.equal(false);
    expect(isAnyMissing(lookOf([PROVEN, missing]))).to.equal(true);
    const setApart = new Map([[versionName(missing.version), {}]]);
    const look = lookOf([missing], { setApart } as unknown as Partial<Look>);
    expect(isAnyMissing(look)).to.equal(false);
  });
});
