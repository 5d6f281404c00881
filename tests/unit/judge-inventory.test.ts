/** What inventories tell of one version: a source that writes its own inventory makes nothing milder by it. */

import { expect } from "chai";
import fc from "fast-check";
import {
  isRightAtVault,
  judgeByInventory,
  type InventoryFacts,
  type InventoryReplica,
} from "../../automation/judge/judge-inventory";
import { planListed } from "../../automation/judge/judge-listed";
import { DAY_MS, NOW, RULE, VAULT, VERSION } from "../helpers/judged-world";

const TIMES = { nowEpochMs: NOW, vaultCreatedAt: "2026-07-29T12:00:00.000Z" };
const SOURCE: InventoryFacts = {
  replicationStatus: "COMPLETED",
  encryption: "SSE-S3",
  lockMode: undefined,
  retainUntilEpochMs: undefined,
  isOnLegalHold: false,
  isOnEventHold: false,
};
const REPLICA: InventoryReplica = {
  ...SOURCE,
  replicationStatus: "REPLICA",
  lockMode: "GOVERNANCE",
  retainUntilEpochMs: NOW + 60 * DAY_MS,
  sizeBytes: VERSION.sizeBytes,
  etag: VERSION.etag,
  storageClass: "STANDARD",
};
const FORGED: Readonly<Record<string, Partial<InventoryFacts>>> = {
  "sse-c": { encryption: "SSE-C" },
  "kms-not-taken": { encryption: "SSE-KMS" },
  replica: { replicationStatus: "REPLICA" },
};

function judge(
  said: Partial<InventoryFacts>,
  replica: Partial<InventoryReplica> | "absent",
  version: Partial<typeof VERSION> = {},
) {
  const promise = { source: {}, rules: [RULE] };
  const listed = { ...VERSION, ...version };
  const [expectation] = planListed(listed, promise).expected;
  if (expectation === undefined) throw new Error("not promised");
  const found = replica === "absent" ? replica : { ...REPLICA, ...replica };
  const source = { ...SOURCE, ...said };
  return {
    ...judgeByInventory(listed, expectation, source, found, VAULT, promise, TIMES),
    isRightAtVault: isRightAtVault(listed, expectation, found, VAULT, TIMES),
  };
}

const codeOf = ({ code, kind }: ReturnType<typeof judge>): string => `${kind}/${code}`;

describe("a version by inventories", () => {
  it("is missing where the vault's has it not, whatever the source's says of why", () => {
    expect(judge({}, "absent").cause).to.equal(
      "not in the vault's inventory of 2026-07-29T12:00:00.000Z",
    );
    for (const [code, said] of Object.entries(FORGED)) {
      const found = judge(said, "absent");
      expect(codeOf(found), code).to.equal("failed/missing");
      expect(found.cause, code).to.match(/only the source's inventory says why, which excuses/);
      expect(found.isRightAtVault, code).to.equal(false);
    }
    expect(judge({ encryption: "SSE-C" }, "absent").cause).to.contain("under a customer's key");
  });

  it("is archived where the source lists it so", () => {
    expect(codeOf(judge({}, "absent", { storageClass: "GLACIER" }))).to.equal(
      "unprotected/archived",
    );
  });

  it("is wrong where the vault's tells so, whatever the source's says of itself", () => {
    const other = '"0123456789abcdef0123456789abcdef"';
    for (const [wrong, code] of [
      [{ lockMode: undefined }, "failed/lock-weaker"],
      [{ retainUntilEpochMs: NOW + DAY_MS }, "failed/lock-weaker"],
      [{ replicationStatus: undefined }, "failed/not-replica"],
      [{ sizeBytes: 4 }, "failed/content"],
      [{ etag: other }, "failed/content"],
    ] as const) {
      for (const [name, said] of Object.entries(FORGED)) {
        const found = judge(said, wrong);
        // Said to be under KMS its key is wrong beside.
        const told = name === "kms-not-taken" && "etag" in wrong ? "failed/wrong-key" : code;
        expect(codeOf(found), `${name} ${JSON.stringify(wrong)}`).to.equal(told);
        expect(found.isRightAtVault).to.equal(false);
      }
    }
  });

  it("may be under a customer's key where both say so", () => {
    const encryption = "SSE-C";
    expect(codeOf(judge({ encryption }, { encryption }))).to.equal("unverifiable/sse-c");
    expect(codeOf(judge({}, { encryption }))).to.equal("failed/wrong-key");
  });

  it("is told to be right but for what the source's says", () => {
    for (const said of [
      FORGED["sse-c"],
      { lockMode: "COMPLIANCE", retainUntilEpochMs: NOW + DAY_MS },
      { lockMode: "GOVERNANCE", retainUntilEpochMs: NOW + 100 * DAY_MS },
      { isOnLegalHold: true },
      { isOnEventHold: true },
    ]) {
      const found = judge(said ?? {}, {});
      expect(found.kind, JSON.stringify(said)).to.be.oneOf(["failed", "unverifiable"]);
      expect(found.isRightAtVault, JSON.stringify(said)).to.equal(true);
    }
  });

  it("never comes out of a failure by what the source's says", () => {
    const some = <Value>(...values: readonly Value[]) => fc.constantFrom(...values);
    const facts = {
      encryption: some(undefined, "SSE-S3", "SSE-KMS", "DSSE-KMS", "NOT-SSE"),
      lockMode: some(undefined, "GOVERNANCE", "COMPLIANCE"),
      retainUntilEpochMs: some(undefined, NOW - DAY_MS, NOW + DAY_MS, NOW + 60 * DAY_MS),
      isOnLegalHold: fc.boolean(),
      isOnEventHold: fc.boolean(),
    };
    const status = some(undefined, "COMPLETED", "FAILED", "PENDING", "REPLICA");
    const said = fc.record({
      ...facts,
      encryption: fc.oneof(facts.encryption, fc.constant("SSE-C")),
      replicationStatus: status,
    });
    const replica = fc.oneof(
      fc.constant("absent" as const),
      fc.record({
        ...facts,
        replicationStatus: status,
        sizeBytes: some(VERSION.sizeBytes, 4),
        etag: some(VERSION.etag, '"0123456789abcdef0123456789abcdef"', '"0-2"'),
        storageClass: some("STANDARD", "GLACIER"),
      }),
    );
    fc.assert(
      fc.property(said, replica, (forged, found) => {
        const { kind } = judge({}, found);
        if (kind === "failed") expect(codeOf(judge(forged, found))).to.match(/^failed/);
      }),
      { numRuns: 3_000 },
    );
  });
});
