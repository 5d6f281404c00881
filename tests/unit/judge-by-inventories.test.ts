/** What is left to a look in full once inventories were asked: what is newer, told in two ways or not at all, and the first of the rest. */

import { expect } from "chai";
import type { Candidate, VaultAnswer } from "../../automation/look/inventory-answers";
import { judgeByInventories, type LeftInFull } from "../../automation/look/judge-by-inventories";
import { JudgedVersions } from "../../automation/look/judged-versions";
import type { Inventories } from "../../automation/look/read-inventories";
import type { DeployedPromise } from "../../automation/promise/deployed-promise";
import type { ListedVersion } from "../../automation/proof/source-versions";
import { SpilledList } from "../../automation/spill/spilled-list";
import { DAY_MS, NOW, RULE, VAULT, VERSION } from "../helpers/judged-world";

const CREATED = NOW - DAY_MS / 2;
const FACTS = {
  replicationStatus: "COMPLETED",
  encryption: "SSE-S3",
  lockMode: undefined,
  retainUntilEpochMs: undefined,
  isOnLegalHold: false,
  isOnEventHold: false,
};

function candidate(place: number, more: Partial<Candidate> = {}): Candidate {
  return { place, isInSource: true, atVault: "absent", source: FACTS, ...more };
}

/** By place: what was found, as `kind/code`. */
interface Judged extends LeftInFull {
  readonly codes: readonly string[];
}

function judge(
  answer: Partial<{ candidates: readonly Candidate[]; doubled: readonly number[] }>,
  world: {
    readonly versions?: readonly Partial<ListedVersion>[];
    readonly created?: { readonly source?: number; readonly vault?: number };
    readonly isReached?: boolean;
  } = {},
): Judged {
  const { created = {}, isReached = true, versions = [{}, {}, {}] } = world;
  const listed = new SpilledList<ListedVersion>();
  for (const [index, version] of versions.entries()) {
    listed.push({ ...VERSION, key: `k${index}`, ...version });
  }
  const candidates = new SpilledList<Candidate>();
  for (const one of answer.candidates ?? []) candidates.push(one);
  const told: VaultAnswer = {
    versionsCount: versions.length,
    candidates,
    doubled: new Set(answer.doubled),
  };
  const inventory = (createdEpochMs = CREATED) => ({ createdEpochMs });
  const judged = new JudgedVersions(listed);
  const left = judgeByInventories(judged, {
    promise: {
      source: {},
      rules: [RULE],
      vaults: new Map([["primary", VAULT]]),
    } as never as DeployedPromise,
    listed,
    inventories: {
      source: inventory(created.source),
      vaults: new Map(isReached ? [["primary", inventory(created.vault)]] : []),
    } as never as Inventories,
    answers: { vaults: new Map([["primary", told]]), goneCount: 0, gone: [] },
    nowEpochMs: NOW,
    emit: () => undefined,
    signal: new AbortController().signal,
  });
  const codes = [...judged].map(({ outcomes }) =>
    outcomes.map(({ code, kind }) => `${kind}/${code}`).join(" "),
  );
  return { ...left, codes };
}

const leftOf = ({ again, newer }: LeftInFull) => ({ again: [...again], newer: [...newer] });

describe("what inventories leave to a look in full", () => {
  it("is nothing where they show all as plainly right", () => {
    const judged = judge({});
    expect(judged.codes).to.deep.equal(Array(3).fill("proven/etag"));
    expect(leftOf(judged)).to.deep.equal({ again: [], newer: [] });
  });

  it("is what they show as anything but right, as long as it is not many", () => {
    const judged = judge({ candidates: [candidate(1)] });
    expect(judged.codes).to.deep.equal(["proven/etag", "failed/missing", "proven/etag"]);
    expect(leftOf(judged)).to.deep.equal({ again: [1], newer: [] });
    const versions = Array.from({ length: 10_001 }, () => ({}));
    const many = judge({ candidates: versions.map((_, place) => candidate(place)) }, { versions });
    expect(many.again).to.have.length(10_000);
    expect(many.again.at(-1)).to.equal(9_999);
    expect(many.codes.at(-1)).to.equal("failed/missing");
  });

  it("is what is missing before all else, and last what only the source's inventory says otherwise of", () => {
    const replica = {
      ...FACTS,
      ...{ replicationStatus: "REPLICA", lockMode: "COMPLIANCE", retainUntilEpochMs: NOW * 2 },
      ...{ sizeBytes: VERSION.sizeBytes, etag: VERSION.etag, storageClass: "STANDARD" },
    };
    const there = { atVault: "there", replica } as const;
    const forged = [
      { ...FACTS, encryption: "SSE-C" },
      { ...FACTS, lockMode: "COMPLIANCE", retainUntilEpochMs: NOW * 3 },
      { ...FACTS, isOnLegalHold: true },
      { ...FACTS, checksumAlgorithm: "SHA1" },
    ];
    const versions = Array.from({ length: 10_010 }, () => ({}));
    const candidates = versions.map((_, place) => {
      const source = forged[place % forged.length] ?? FACTS;
      if (place === 10_008) return candidate(place, { source: { ...FACTS, encryption: "SSE-C" } });
      if (place === 10_009) {
        return candidate(place, { ...there, replica: { ...replica, lockMode: undefined } });
      }
      const checksumAlgorithm = place % forged.length === 3 ? "CRC64NVME" : undefined;
      return candidate(place, { ...there, source, replica: { ...replica, checksumAlgorithm } });
    });
    const judged = judge({ candidates }, { versions });
    expect(judged.codes.slice(10_008)).to.deep.equal(["failed/missing", "failed/lock-weaker"]);
    expect([...judged.again]).to.deep.equal([
      ...Array.from({ length: 9_998 }, (_, place) => place),
      10_008,
      10_009,
    ]);
    // Of those that are not right at their vaults what is missing comes first.
    const weak = { ...there, replica: { ...replica, lockMode: undefined } };
    const wrong = versions.map((_, place) => candidate(place, place < 10_009 ? weak : {}));
    expect([...judge({ candidates: wrong }, { versions }).again].slice(-2)).to.deep.equal([
      9_998, 10_009,
    ]);
  });

  it("is what S3 keeps a checksum of another kind of, as long as it is not many: by itself it is no loss", () => {
    const replica = {
      ...FACTS,
      ...{ replicationStatus: "REPLICA", lockMode: "COMPLIANCE", retainUntilEpochMs: NOW * 2 },
      ...{ sizeBytes: VERSION.sizeBytes, etag: VERSION.etag, storageClass: "STANDARD" },
    };
    const withAlgorithms = (place: number, one?: string, other?: string) =>
      candidate(place, {
        atVault: "there",
        source: { ...FACTS, checksumAlgorithm: one },
        replica: { ...replica, checksumAlgorithm: other },
      });
    const judged = judge({
      candidates: [
        withAlgorithms(0, "SHA256", "SHA256"),
        withAlgorithms(1, "SHA256", "CRC64NVME"),
        withAlgorithms(2, "SHA256"),
      ],
    });
    expect(judged.codes).to.deep.equal(Array(3).fill("proven/etag"));
    expect(leftOf(judged)).to.deep.equal({ again: [1], newer: [] });
  });

  it("is what one of them has twice, whether it is right or not", () => {
    const judged = judge({ candidates: [candidate(2)], doubled: [0, 2] });
    expect(leftOf(judged)).to.deep.equal({ again: [], newer: [0, 2] });
  });

  it("is what the source's has not as it is listed, or the vault's as another", () => {
    const judged = judge({
      candidates: [candidate(0, { isInSource: false }), candidate(1, { atVault: "other" })],
    });
    expect(leftOf(judged)).to.deep.equal({ again: [], newer: [0, 1] });
  });

  it("is what is as new as the older of them, within the second that listings tell", () => {
    const versions = [-1_001, -1_000, -999, 0].map((ms) => ({ lastModifiedEpochMs: CREATED + ms }));
    for (const created of [{ source: NOW }, { vault: NOW }, {}]) {
      expect(leftOf(judge({}, { versions, created })), JSON.stringify(created)).to.deep.equal({
        again: [],
        newer: [2, 3],
      });
    }
  });

  it("is nothing that is promised nowhere, and a vault that nobody can reach is told", () => {
    const marker = judge({}, { versions: [{ isDeleteMarker: true, lastModifiedEpochMs: NOW }] });
    expect(leftOf(marker)).to.deep.equal({ again: [], newer: [] });
    const unreached = judge({}, { isReached: false });
    expect(unreached.codes).to.deep.equal(Array(3).fill("unverifiable/no-right"));
  });
});
