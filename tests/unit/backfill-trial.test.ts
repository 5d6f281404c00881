/** Which version is tried before a job, whether one is, and that the plan stays the same once it has arrived. */

import type { S3ControlClient } from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import { jobDescription, type JobIntent } from "../../automation/backfill/intent";
import {
  recordKey,
  sortFiles,
  type Ledger,
  type LedgerEntry,
} from "../../automation/backfill/ledger";
import { BACKFILL, RELOCK, TRIAL } from "../../automation/backfill/job-kind";
import { makePlan } from "../../automation/backfill/plan";
import { jobPrice } from "../../automation/backfill/price";
import {
  chooseTrial,
  hasArrived,
  knownTrial,
  missingVaults,
  wasShown,
} from "../../automation/backfill/trial/choose";
import { trialProblems } from "../../automation/backfill/trial/judge";
import { TrialRecords } from "../../automation/backfill/trial/records";
import type { Outcome } from "../../automation/judge/outcome";
import type { JudgedVersion, Look } from "../../automation/look/look";
import { versionName } from "../../automation/proof/source-versions";
import { mapped } from "../../automation/spill/sequence";
import type { DeployedPromise } from "../../automation/promise/deployed-promise";
import type { LockstepOutputs } from "../../components/promise/outputs";

const DAY_MS = 86_400_000;
const HASH = "0123456789abcdef";
const INTENT: JobIntent = {
  accountId: "111111111111",
  region: "eu-west-1",
  sourceBucketArn: "arn:aws:s3:::source",
  operationsBucketArn: "arn:aws:s3:::operations",
  manifestPrefix: "manifests",
  reportPrefix: "reports",
  roleArn: "arn:aws:iam::111111111111:role/batch",
  sequence: 1,
  reportScope: "AllTasks",
  priority: 10,
  replicationStatuses: [],
};

const vault = (name: string) => ({
  name,
  accountId: "222222222222",
  bucketName: `${name}-vault`,
  lock: { mode: "GOVERNANCE", retentionDays: 30 },
});
const promise = {
  digest: "d",
  source: { accountId: "111111111111", bucketName: "source" },
  vaults: new Map([vault("near"), vault("far")].map((one) => [one.name, one])),
} as unknown as DeployedPromise;

type Finding = Pick<Outcome, "vault" | "kind" | "code" | "cause">;
const missing = (name: string): Finding => ({ vault: name, kind: "failed", code: "missing" });
const proven = (name: string): Finding => ({ vault: name, kind: "proven", code: "checksum" });

function version(
  key: string,
  findings: readonly Finding[],
  change: {
    readonly sizeBytes?: number;
    readonly day?: number;
    readonly storageClass?: string;
    readonly sourceStatus?: string;
    readonly delivery?: JudgedVersion["delivery"];
  } = {},
): JudgedVersion {
  const { day = 1, delivery, sizeBytes = 10, sourceStatus, storageClass = "STANDARD" } = change;
  const id = { key, versionId: `v-${key}` };
  return {
    version: {
      ...id,
      isDeleteMarker: false,
      sizeBytes,
      etag: "e",
      storageClass,
      lastModifiedEpochMs: day * DAY_MS,
    },
    ...(sourceStatus === undefined ? {} : { sourceStatus }),
    outcomes: findings.map((one) => ({ ...id, ...one })),
    ...(delivery === undefined ? {} : { delivery }),
  };
}

const lookOf = (...versions: readonly JudgedVersion[]): Look =>
  ({ promise, versions, drift: [], covers: [], ownVaults: [], listings: new Map() }) as Look;
const rowsOf = ({ versions }: Look) => mapped(versions, ({ version }) => version);
const chosen = (...versions: readonly JudgedVersion[]): string | undefined => {
  const look = lookOf(...versions);
  return chooseTrial(look, rowsOf(look))?.version.key;
};

const BOTH = [missing("near"), missing("far")];

describe("the version that is tried before a job", () => {
  it("is missing at the most vaults, of the oldest, and small", () => {
    expect(
      chosen(version("one", [missing("near")], { sizeBytes: 1 }), version("two", BOTH)),
    ).to.equal("two");
    expect(
      chosen(version("a", BOTH, { sizeBytes: 9 }), version("b", BOTH, { sizeBytes: 8 })),
    ).to.equal("b");
    const old = Array.from({ length: 16 }, (_, day) => version(`old-${day}`, BOTH, { day }));
    expect(chosen(version("new", BOTH, { day: 99, sizeBytes: 1 }), ...old)).to.equal("old-0");
  });

  it("is the same in whatever order they are listed", () => {
    const versions = ["a", "b", "c"].map((key) => version(key, BOTH));
    expect(chosen(...versions)).to.equal("a");
    expect(chosen(...versions.toReversed())).to.equal("a");
  });

  it("is none that shows nothing of the others", () => {
    const weak = { mode: "GOVERNANCE", retainUntilEpochMs: DAY_MS };
    const delivery = { rules: new Map<string, string>(), isUnderKms: false };
    for (const [why, odd] of Object.entries({
      "it is archived": version("odd", BOTH, { storageClass: "GLACIER" }),
      "it would arrive locked weaker": version("odd", BOTH, {
        delivery: { ...delivery, lock: weak },
      }),
      "it is wrong at another vault": version("odd", [
        missing("near"),
        { vault: "far", kind: "failed", code: "lock-weaker" },
      ]),
      "nobody can look at another vault": version("odd", [
        missing("near"),
        { vault: "far", kind: "unverifiable", code: "no-right" },
      ]),
      "it is missing nowhere": version("odd", [proven("near")]),
    })) {
      expect(chosen(odd), why).to.equal(undefined);
      expect(chosen(odd, version("good", [missing("near")])), why).to.equal("good");
    }
    const late = { mode: "GOVERNANCE", retainUntilEpochMs: 100 * DAY_MS };
    const locked = version("locked", BOTH, { delivery: { ...delivery, lock: late } });
    expect(chosen(locked)).to.equal("locked");
  });

  it("is one that replication has refused before only where there is no other", () => {
    const refused = version("refused", BOTH, { sourceStatus: "FAILED" });
    expect(chosen(refused, version("good", BOTH, { sizeBytes: 99 }))).to.equal("good");
    expect(chosen(refused)).to.equal("refused");
  });

  it("is one of the manifest, and none that was set apart", () => {
    const look = lookOf(version("a", BOTH), version("b", BOTH));
    expect(chooseTrial(look, [{ key: "b", versionId: "v-b" }])?.version.key).to.equal("b");
    const setApart = new Set([versionName({ key: "a", versionId: "v-a" })]);
    expect(chooseTrial({ ...look, setApart }, rowsOf(look))?.version.key).to.equal("b");
  });
});

describe("a trial", () => {
  const entry = (record: object): LedgerEntry =>
    ({ key: "k", etag: "e", record: { intent: {}, ...record } }) as unknown as LedgerEntry;
  const trial = { jobId: "job", key: "a", versionId: "v-a" };
  const known = (state: string, ...findings: readonly Finding[]) => {
    const look = lookOf(version("a", findings));
    return knownTrial(entry({ state, intent: { trial } }), look, rowsOf(look))?.state;
  };

  it("has arrived where the vaults say so, whatever its record says", () => {
    expect(known("settled", proven("near"), proven("far"))).to.equal("arrived");
    expect(known("settled", proven("near"), missing("far"))).to.equal("failed");
    expect(known("intended", ...BOTH)).to.equal("open");
    expect(known("settled", { vault: "near", kind: "failed", code: "lock-weaker" })).to.equal(
      undefined,
    );
    const look = lookOf(version("b", BOTH));
    expect(knownTrial(entry({ state: "created", intent: { trial } }), look, [])).to.equal(
      undefined,
    );
    expect(knownTrial(undefined, look, [])).to.equal(undefined);
    expect(
      hasArrived(version("a", [proven("near"), { vault: "far", kind: "lapsed", code: "lapsed" }])),
    ).to.equal(true);
    expect(hasArrived(version("a", []))).to.equal(false);
    expect(missingVaults(version("a", BOTH))).to.deep.equal(["near", "far"]);
  });

  it("is not needed once one of the same promise ended clean, unless the vaults lack it", () => {
    const clean = { state: "settled", outcome: "clean", promiseDigest: "d" };
    const arrived = lookOf(version("a", [proven("near")]));
    expect(wasShown("d", [entry(clean)], arrived)).to.equal(true);
    expect(wasShown("d", [entry({ ...clean, intent: { trial } })], arrived)).to.equal(true);
    expect(
      wasShown("d", [entry({ ...clean, intent: { trial } })], lookOf(version("a", BOTH))),
    ).to.equal(false);
    expect(wasShown("other", [entry(clean)], arrived)).to.equal(false);
    expect(wasShown("d", [entry({ ...clean, outcome: "not-clean" })], arrived)).to.equal(false);
    expect(wasShown("d", [entry({ ...clean, promiseDigest: undefined })], arrived)).to.equal(false);
  });

  it("names account, vault, cause and fix of what is wrong", () => {
    const files = { manifest: undefined, report: { rows: [] }, problems: ["the report is torn"] };
    const weaker: Finding = {
      vault: "far",
      kind: "failed",
      code: "lock-weaker",
      cause: "locked for a day at the vault",
    };
    const problems = trialProblems(version("a", [proven("near"), weaker]), files, promise);
    expect(problems.map(({ message, path }) => [path, message])).to.deep.equal([
      ["account 222222222222, vault far (far-vault)", "locked for a day at the vault"],
      ["account 111111111111, operations bucket of source", "the report is torn"],
    ]);
    expect(problems[0]?.fix).to.contain("lockstep relock");
    const whole = { ...files, problems: [] };
    expect(trialProblems(version("a", [proven("near")]), whole, promise)).to.deep.equal([]);
    expect(trialProblems(version("a", []), whole, promise)).to.have.length(1);
  });

  it("costs a line of the plan, whose hash stays the same once it is paid", () => {
    const region = "eu-west-1";
    const price = jobPrice({ region, manifestBy: "own", tasksCount: 2, listedCount: 0 });
    const ofTrial = jobPrice({ region, manifestBy: "own", tasksCount: 1, listedCount: 0 });
    const facts = {
      jobId: "j",
      manifestEtag: "e",
      manifestBy: "own" as const,
      extraObjects: 0,
      objects: 2,
      sizeBytes: 5,
      archived: { versions: 0, sizeBytes: 0, share: 0 },
      weakerLocked: { toArrive: 0, atVaults: 0 },
      price,
      vaults: ["near"],
      budgetUsd: undefined,
    };
    const { version: tried } = version("a", BOTH);
    const planned = { version: tried, vaults: ["near", "far"], price: ofTrial };
    const before = makePlan({ ...facts, trial: planned });
    const after = makePlan({ ...facts, trial: { ...planned, price: undefined } });
    expect(before.priceUsd.lines.at(-1)).to.deep.equal({
      what: "trial job",
      vault: null,
      usd: ofTrial.total,
    });
    expect(before.priceUsd.total).to.equal(price.total + ofTrial.total);
    expect(after.priceUsd).to.deep.equal({ lines: price.lines, total: price.total });
    expect(after.planHash).to.equal(before.planHash);
    const none = makePlan(facts);
    const other = makePlan({ ...facts, trial: { ...planned, version: { ...tried, key: "b" } } });
    expect(new Set([none, before, other].map(({ planHash }) => planHash)).size).to.equal(3);
  });

  it("is approved by the word of AWS on its own job, once that was let run", async () => {
    const intent: JobIntent = { ...INTENT, trial: { jobId: "main", key: "a", versionId: "v" } };
    const record = { version: 1, intent, state: "created", jobId: "own" };
    const isApproved = (job: Record<string, unknown>): Promise<boolean> =>
      new TrialRecords({
        emit: () => undefined,
        signal: new AbortController().signal,
        outputs: { operations: {}, source: {} } as LockstepOutputs,
        s3control: {
          send: () => Promise.resolve({ Job: { JobId: "own", ...job } }),
        } as unknown as S3ControlClient,
        trialLedger: {
          open: () => Promise.resolve({ entries: [{ key: "k", etag: "e", record }] }),
        } as unknown as Ledger,
      }).isApproved("main", HASH);
    const approved = {
      Description: jobDescription(intent),
      Status: "Active",
      StatusUpdateReason: `Plan ${HASH} approved in lockstep`,
    };
    expect(await isApproved(approved)).to.equal(true);
    expect(await isApproved({ ...approved, Status: "Complete" })).to.equal(true);
    expect(await isApproved({ ...approved, Status: "Suspended" })).to.equal(false);
    expect(await isApproved({ ...approved, Description: "lockstep trial of others" })).to.equal(
      false,
    );
    expect(await isApproved({ ...approved, StatusUpdateReason: "Approved" })).to.equal(false);
    const other = `Plan ${HASH.replace("0", "1")} approved in lockstep`;
    expect(await isApproved({ ...approved, StatusUpdateReason: other })).to.equal(false);
  });

  it("has its records beside the jobs', which are no files of others there", () => {
    const keys = [BACKFILL, TRIAL, RELOCK].map((kind) => recordKey("l/", 1, kind));
    for (const [kind, own] of [
      [BACKFILL, 0],
      [TRIAL, 1],
    ] as const) {
      const { aside, numbers } = sortFiles(keys, "l/", kind);
      expect(numbers.map(({ key }) => key)).to.deep.equal([keys[own]]);
      expect(aside.map(({ key }) => key)).to.deep.equal(["l/relock-000001.json"]);
    }
    const ofRelock = sortFiles(keys, "l/", RELOCK).aside.map(({ key }) => key);
    expect(ofRelock).to.deep.equal(keys.slice(0, 2));
  });
});
