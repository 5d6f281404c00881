/** Which word of which job still explains what is missing at a vault. */

import { expect } from "chai";
import type { EarlierReport } from "../../automation/backfill/hard-deleted";
import type { ReportRow } from "../../automation/backfill/report";
import { toldCodes } from "../../automation/backfill/told-codes";
import type { Outcome } from "../../automation/judge/outcome";
import { versionName } from "../../automation/proof/source-versions";
import { toldFailure } from "../../automation/report/told-failure";
import { judged, lookOf } from "../helpers/looks";

const SOURCE = "source";
const REFUSED = "DstPutObjectNotPermitted";

function row(key: string, errorCode = "", bucket = SOURCE): ReportRow {
  const succeeded = errorCode === "";
  const versionId = `version-of-${key}`;
  return { bucket, key, versionId, succeeded, httpStatus: 200, errorCode, message: "" };
}

/** By its rows; of the vaults a and b, unless others are named. */
function report(rows: readonly ReportRow[], more: Partial<EarlierReport> = {}): EarlierReport {
  return { jobId: "job", rows, vaultBuckets: ["vault-a", "vault-b"], ...more };
}

const nameOf = (key: string): string => versionName({ key, versionId: `version-of-${key}` });

describe("the codes that reports of jobs tell", () => {
  it("are the latest job's, of this bucket", () => {
    const codes = toldCodes(
      [
        report([row("a", "Later"), row("b", "Foreign", "other")]),
        report([row("a", "Earlier"), row("b", "Earlier")]),
      ],
      SOURCE,
    );
    expect(codes.get(nameOf("a"), "vault-a")).to.equal("Later");
    expect(codes.get(nameOf("b"), "vault-a")).to.equal("Earlier");
    expect(codes.get(nameOf("c"), "vault-a")).to.equal(undefined);
  });

  it("are outdated by a later success, and by no earlier one", () => {
    const codes = toldCodes(
      [
        report([row("back", REFUSED), row("right")]),
        report([row("back"), row("right", REFUSED)]),
        report([row("right", "Earlier")]),
      ],
      SOURCE,
    );
    expect(codes.get(nameOf("right"), "vault-a")).to.equal(undefined);
    expect(codes.get(nameOf("back"), "vault-a")).to.equal(REFUSED);
  });

  it("are of the vaults that the job was for, and of these alone", () => {
    const codes = toldCodes(
      [
        report([row("k", "OfB")], { vaultBuckets: ["vault-b"] }),
        report([row("k", "OfBoth"), row("l", "OfBoth")]),
      ],
      SOURCE,
    );
    expect(codes.get(nameOf("k"), "vault-b")).to.equal("OfB");
    expect(codes.bucketsOf?.(nameOf("k"), "vault-b")).to.deep.equal(["vault-b"]);
    expect(codes.get(nameOf("k"), "vault-a")).to.equal("OfBoth");
    expect(codes.bucketsOf?.(nameOf("k"), "vault-a")).to.deep.equal(["vault-a", "vault-b"]);
    expect(codes.get(nameOf("k"), "vault-c")).to.equal(undefined);
    expect(codes.bucketsOf?.(nameOf("k"), "vault-c")).to.deep.equal(["vault-c"]);
  });

  it("are outdated at a vault where nothing was missing after a later job", () => {
    const codes = toldCodes(
      [
        report([row("k", REFUSED)], { cleanSince: new Set(["vault-a"]) }),
        report([row("l", REFUSED)], { cleanSince: new Set(["vault-a", "vault-b"]) }),
      ],
      SOURCE,
    );
    expect(codes.get(nameOf("k"), "vault-a")).to.equal(undefined);
    expect(codes.get(nameOf("k"), "vault-b")).to.equal(REFUSED);
    expect(codes.bucketsOf?.(nameOf("k"), "vault-b")).to.deep.equal(["vault-b"]);
    expect(codes.get(nameOf("l"), "vault-b")).to.equal(undefined);
  });
});

describe("why a version is missing, as a job told it", () => {
  const { promise } = lookOf([]);
  const [primary] = promise.vaults.values();
  if (primary === undefined) throw new Error("no vault");
  const vaults = new Map(
    ["a", "b", "c"].map((name) => [name, { ...primary, name, bucketName: `vault-${name}` }]),
  );
  type At = Parameters<typeof judged>[1];
  const failureOf = (at: At, code: string, sourceStatus?: string, vault = "a") => {
    const one = judged("k", at, sourceStatus === undefined ? {} : { sourceStatus });
    const outcome = one.outcomes.find((found) => found.vault === vault);
    if (outcome === undefined) throw new Error(`no outcome at ${vault}`);
    const codes = toldCodes([report([row("k", code)])], SOURCE);
    return toldFailure(one, outcome, codes, { vaults });
  };

  it("is outdated once the source calls the version replicated", () => {
    for (const status of ["COMPLETED", "COMPLETE"]) {
      expect(failureOf({ a: "missing" }, REFUSED, status)).to.equal(undefined);
    }
    for (const status of ["FAILED", "PENDING", undefined]) {
      expect(failureOf({ a: "missing" }, REFUSED, status)).to.deep.equal({ code: REFUSED });
    }
  });

  it("stays where the task ended before replication began, since that leaves the source's status as it was", () => {
    for (const code of ["InitiateReplicationNotPermitted", "SrcObjectNotEligible"]) {
      expect(failureOf({ a: "missing" }, code, "COMPLETED")).to.deep.equal({ code });
    }
    expect(failureOf({ a: "missing" }, "DstObjectHardDeleted", "COMPLETED")).to.deep.equal({
      code: "DstObjectHardDeleted",
    });
  });

  it("is at one of several vaults where more than one lacks the version", () => {
    expect(failureOf({ a: "missing", b: "missing" }, REFUSED)).to.deep.equal({
      code: REFUSED,
      atOneOf: ["a", "b"],
    });
    // What has arrived elsewhere, and where the job did not go, is out of the question.
    expect(failureOf({ a: "missing", b: "proven" }, REFUSED)).to.deep.equal({ code: REFUSED });
    expect(failureOf({ a: "missing", c: "missing" }, REFUSED)).to.deep.equal({ code: REFUSED });
    expect(failureOf({ a: "missing", c: "missing" }, REFUSED, undefined, "c")).to.equal(undefined);
    // What is wrong at the source is wrong for each of them.
    const atSource = "SrcGetTaggingNotPermitted";
    expect(failureOf({ a: "missing", b: "missing" }, atSource)).to.deep.equal({ code: atSource });
  });

  it("is nothing beside what is there, and what was deleted at the vault has the code that says so", () => {
    expect(failureOf({ a: "proven" }, REFUSED)).to.equal(undefined);
    expect(failureOf({ a: "archived" }, REFUSED)).to.equal(undefined);
    const overwritten = { ...judged("k", "missing").outcomes[0], vault: "a", code: "overwritten" };
    const codes = toldCodes([report([row("k", REFUSED)])], SOURCE);
    expect(toldFailure(judged("k", "missing"), overwritten as Outcome, codes, { vaults })).to.equal(
      undefined,
    );
    expect(failureOf({ a: "deletedAtVault" }, "")).to.deep.equal({ code: "DstObjectHardDeleted" });
    const one = judged("k", "missing");
    const [outcome] = one.outcomes;
    if (outcome === undefined) throw new Error("no outcome");
    expect(toldFailure(one, outcome, undefined, { vaults })).to.equal(undefined);
  });
});
