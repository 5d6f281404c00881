import { expect } from "chai";
import {
  type LockedReplica,
  overLockDays,
  planRelock,
  raisedCount,
  type RelockRules,
  withVersions,
} from "../../automation/relock/plan";
import { RelockOutcomes } from "../../automation/relock/outcomes";
import { relockFloorDays, relockLimitsOf } from "../../components/vault/relock-limits";

const DAY_MS = 86_400_000;
/** Six hours into a day. */
const NOW = Date.UTC(2026, 10, 29, 6);
const MIDNIGHT = Date.UTC(2026, 10, 29);

const RULES: RelockRules = {
  nowEpochMs: NOW,
  withinDays: undefined,
  retentionDays: 30,
  floorDays: 1,
  maximumDays: 365,
  modes: ["GOVERNANCE", "COMPLIANCE"],
};

let count = 0;
/** A replica that is locked for so many days yet, and should be for so many. */
function replica(
  lockedDays: number | undefined,
  wantedDays: number,
  change: Partial<LockedReplica> & { readonly wantedMode?: string } = {},
): LockedReplica {
  const { wantedMode = "GOVERNANCE", ...others } = change;
  return {
    key: `k${++count}`,
    versionId: "v",
    isWeaker: true,
    lockMode: lockedDays === undefined ? undefined : "GOVERNANCE",
    lockedUntilEpochMs: lockedDays === undefined ? undefined : NOW + lockedDays * DAY_MS,
    wanted: { mode: wantedMode, untilEpochMs: NOW + wantedDays * DAY_MS },
    ...others,
  };
}

describe("the plan of locks that are extended", () => {
  it("has one job for each day and mode, until the day's end, and never before a version's own date", () => {
    const wanted = [3, 3.5, 3.9, 10].map((days) => replica(1, days));
    const { cannot, enoughAlready, jobs } = planRelock(wanted, RULES);
    expect([cannot.length, enoughAlready.length]).to.deep.equal([0, 0]);
    expect(jobs.map(({ untilEpochMs }) => (untilEpochMs - MIDNIGHT) / DAY_MS)).to.deep.equal([
      4, 5, 11,
    ]);
    expect(jobs.map(({ versions }) => versions.length)).to.deep.equal([2, 1, 1]);
    for (const { untilEpochMs, versions } of jobs) {
      for (const { ownUntilEpochMs } of versions) {
        expect(ownUntilEpochMs).to.be.at.most(untilEpochMs);
      }
    }
    expect(jobs.map(overLockDays)).to.deep.equal([1, 1, 1]);
  });

  it("leaves a date at midnight as it is", () => {
    const [job] = planRelock([replica(1, 0.75)], { ...RULES, floorDays: 0 }).jobs;
    expect(job?.untilEpochMs).to.equal(MIDNIGHT + 2 * DAY_MS);
    const exact = { mode: "GOVERNANCE", untilEpochMs: MIDNIGHT + 5 * DAY_MS };
    const [kept] = planRelock([replica(1, 0, { wanted: exact })], RULES).jobs;
    expect(kept?.untilEpochMs).to.equal(MIDNIGHT + 5 * DAY_MS);
  });

  it("never shortens: what is locked for longer keeps its date where only its mode is weaker", () => {
    const [job] = planRelock([replica(100, 30, { wantedMode: "COMPLIANCE" })], RULES).jobs;
    expect(job?.mode).to.equal("COMPLIANCE");
    expect(job?.untilEpochMs).to.be.at.least(NOW + 100 * DAY_MS);
    expect([...(job?.versions ?? [])][0]).to.include({ isRaised: true });
  });

  it("keeps COMPLIANCE where a version has it already", () => {
    const found = replica(1, 30, { lockMode: "COMPLIANCE" });
    const [job] = planRelock([found], RULES).jobs;
    expect(job).to.include({ mode: "COMPLIANCE" });
    expect([...(job?.versions ?? [])][0]).to.include({ isRaised: false });
  });

  it("raises no mode of a lock that is over, or of none", () => {
    const over = [-1, undefined].map((days) => replica(days, 30, { wantedMode: "COMPLIANCE" }));
    const [job] = planRelock(over, RULES).jobs;
    expect([...(job?.versions ?? [])].map(({ isRaised }) => isRaised)).to.deep.equal([
      false,
      false,
    ]);
  });

  it("locks for no less than the floor, and shows by how much that is longer", () => {
    const [job] = planRelock([replica(1, 5)], { ...RULES, floorDays: 30 }).jobs;
    expect(job?.untilEpochMs).to.equal(MIDNIGHT + 31 * DAY_MS);
    expect(job && overLockDays(job)).to.equal(26);
  });

  it("gives the whole day up where it would be past the maximum", () => {
    const rules = { ...RULES, maximumDays: 30, floorDays: 30 };
    const [job] = planRelock([replica(1, 30)], rules).jobs;
    expect(job?.untilEpochMs).to.equal(NOW + 30 * DAY_MS);
    const above = planRelock([replica(1, 30.1)], rules);
    expect(above.jobs).to.deep.equal([]);
    expect([...above.cannot][0]?.why).to.match(/for more than 30 days$/);
    // AWS tells its time in whole seconds.
    const rounded = replica(1, 0, {
      wanted: { mode: "GOVERNANCE", untilEpochMs: NOW + 30 * DAY_MS + 999 },
    });
    expect(planRelock([rounded], rules).jobs).to.have.length(1);
  });

  it("names what the role may not lock as it has to be", () => {
    const { cannot, jobs } = planRelock([replica(1, 30)], { ...RULES, modes: ["COMPLIANCE"] });
    expect(jobs).to.deep.equal([]);
    expect([...cannot][0]?.why).to.equal("the relock role locks in COMPLIANCE mode alone");
  });

  it("renews what ends soon or is over, at the edge and below, only where that is asked for", () => {
    const kept = [-1, 6.9, 7, 7.1].map((days) => replica(days, 1, { isWeaker: false }));
    expect(planRelock(kept, RULES).enoughAlready).to.have.length(4);
    const { enoughAlready, jobs } = planRelock(kept, { ...RULES, withinDays: 7 });
    expect([...enoughAlready]).to.deep.equal([kept[3]]);
    expect(jobs.map(({ untilEpochMs }) => untilEpochMs)).to.deep.equal([MIDNIGHT + 31 * DAY_MS]);
    expect(jobs[0]?.versions).to.have.length(3);
    // One that is locked for longer than a renewed one would be has enough.
    expect(
      planRelock([kept[3] as LockedReplica], { ...RULES, withinDays: 90 }).jobs,
    ).to.have.length(1);
    const long = replica(40, 1, { isWeaker: false });
    const { enoughAlready: longEnough } = planRelock([long], { ...RULES, withinDays: 90 });
    expect([...longEnough]).to.deep.equal([long]);
  });
});

describe("versions of a planned job", () => {
  const [job] = planRelock(
    Array.from({ length: 3_000 }, (_, index) =>
      replica(index % 2 === 0 ? 1 : undefined, 30, { wantedMode: "COMPLIANCE" }),
    ),
    RULES,
  ).jobs;

  it("are as many as there are, in their order, wherever they are kept", () => {
    if (job === undefined) throw new Error("no job");
    const keys = [...job.versions].map(({ key }) => Number(key.slice(1)));
    expect(keys).to.have.length(3_000);
    expect(keys).to.deep.equal(keys.toSorted((one, other) => one - other));
    expect(raisedCount(job)).to.equal(1_500);
  });

  it("can be left out, and leave the job as it was", () => {
    if (job === undefined) throw new Error("no job");
    const kept = withVersions(job, ({ isRaised }) => !isRaised);
    expect(kept).to.include({ mode: job.mode, untilEpochMs: job.untilEpochMs });
    expect([kept.versions.length, raisedCount(kept)]).to.deep.equal([1_500, 0]);
    expect(job.versions.length).to.equal(3_000);
  });
});

describe("what became of locks", () => {
  const version = (key: string) => ({ key, versionId: "v" });
  const failure = (key: string, why: string) => ({ ...version(key), why });

  it("is what was told last of each version, at each vault for itself", () => {
    const outcomes = new RelockOutcomes();
    outcomes.fail("one", failure("a", "first"));
    outcomes.fail("one", failure("a", "second"));
    outcomes.fail("two", failure("a", "elsewhere"));
    outcomes.extend("one", version("b"));
    outcomes.extend("one", version("b"));
    expect([outcomes.extendedCount, outcomes.failedCount]).to.deep.equal([1, 2]);
    expect(outcomes.failures(10)).to.deep.equal([
      { ...failure("a", "second"), vault: "one" },
      { ...failure("a", "elsewhere"), vault: "two" },
    ]);
    expect(outcomes.failures(1)).to.have.length(1);
    expect(outcomes.isExtended("one", version("b"))).to.equal(true);
    expect(outcomes.isExtended("two", version("b"))).to.equal(false);
    outcomes.extend("one", version("a"));
    outcomes.fail("one", failure("b", "after all"));
    expect([outcomes.extendedCount, outcomes.failedCount]).to.deep.equal([1, 2]);
    expect(outcomes.failures(10).map(({ why }) => why)).to.deep.equal(["elsewhere", "after all"]);
    expect(outcomes.isExtended("one", version("b"))).to.equal(false);
  });
});

describe("the limits of a relock role", () => {
  const vault = { accountId: "222222222222", region: "eu-central-1" };
  const roleArn = "arn:aws:iam::222222222222:role/lockstep-relock-acme-vault";

  it("let it bypass at stage compliance alone, down to seven days less than the vault's retention", () => {
    expect(
      relockLimitsOf(vault, "acme-vault", { stage: "compliance", retentionDays: 30 }),
    ).to.deep.equal({ roleArn, modes: ["COMPLIANCE"], mayBypass: true, minimumDays: 23 });
    expect(
      relockLimitsOf(vault, "acme-vault", { stage: "governance", retentionDays: 30 }),
    ).to.deep.equal({
      roleArn,
      modes: ["GOVERNANCE", "COMPLIANCE"],
      mayBypass: false,
      minimumDays: 1,
    });
    expect(relockLimitsOf(vault, "acme-vault", { stage: "pilot" })).to.include({
      mayBypass: false,
      minimumDays: 1,
    });
    expect(
      relockLimitsOf(vault, "acme-vault", { stage: "compliance", retentionDays: 8 }),
    ).to.include({ minimumDays: 1 });
  });

  it("have the config's own floor where it has one", () => {
    const lock = { stage: "compliance", retentionDays: 30, minimumRetentionDays: 20 } as const;
    expect(relockFloorDays(lock)).to.equal(20);
    expect(relockLimitsOf(vault, "acme-vault", lock)).to.include({ minimumDays: 13 });
    expect(relockFloorDays({ stage: "governance", retentionDays: 30 })).to.equal(1);
    expect(relockFloorDays({ stage: "compliance", retentionDays: 30 })).to.equal(30);
  });
});
