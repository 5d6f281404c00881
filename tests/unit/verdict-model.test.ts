/**
 * Random worlds (rules, vaults, locks, keys, deletions, re-tagging, drift), judged by the product and by an oracle that is
 * written apart from it and knows only the promise and what lies at the vaults.
 */

import fc from "fast-check";
import { expect } from "chai";
import type { RuleOutputs } from "../../components/promise/outputs";
import { judgeReplica, planVersion } from "../../automation/judge/judge-version";
import { formVerdict } from "../../automation/judge/verdict";
import { sourceDrift } from "../../automation/judge/drift";
import type { JudgedVersion, Look } from "../../automation/look/look";
import type { VersionHead } from "../../automation/look/version-head";
import { DAY_MS, NOW, REPLICA_HEAD, SOURCE_HEAD, VERSION } from "../helpers/judged-world";
import { lookOf } from "../helpers/looks";

const VAULTS = ["primary", "second"] as const;
const KEY = (vault: string): string => `arn:aws:kms:eu-central-1:222222222222:key/${vault}`;

interface Bytes {
  body: string;
  mode: "GOVERNANCE" | "COMPLIANCE" | undefined;
  /** Days from now; the promise is 30 days from five days ago. */
  lockedForDays: number;
  key: string | undefined;
  isReplica: boolean;
  tag: string;
}

interface World {
  vaults: readonly { isCompliance: boolean; hasKey: boolean }[];
  rules: readonly {
    vault: number;
    isEnabled: boolean;
    prefix: string;
    tag: string | undefined;
    takesKms: boolean;
  }[];
  /** Which of the rules the source's administrator has changed. */
  drifted: readonly boolean[];
  versions: readonly {
    key: string;
    tag: string;
    body: string;
    isUnderKms: boolean;
    isMarker: boolean;
    status: string | undefined;
    /** What lies at each vault. */
    at: readonly (Bytes | undefined)[];
  }[];
}

const bytes: fc.Arbitrary<Bytes> = fc.record({
  body: fc.constantFrom("a", "a", "a", "bb"),
  mode: fc.constantFrom("COMPLIANCE", "COMPLIANCE", "GOVERNANCE", undefined),
  lockedForDays: fc.constantFrom(30, 25, 24, 1, -1),
  key: fc.constantFrom(undefined, KEY("primary"), KEY("second"), "arn:attacker"),
  isReplica: fc.constantFrom(true, true, true, false),
  tag: fc.constantFrom("yes", "yes", "no"),
});

/** What replication would have brought, so that clean worlds are not rare. */
const right: Bytes = {
  body: "a",
  mode: "COMPLIANCE",
  lockedForDays: 25,
  key: undefined,
  isReplica: true,
  tag: "yes",
};

const worlds: fc.Arbitrary<World> = fc.record({
  vaults: fc.array(fc.record({ isCompliance: fc.boolean(), hasKey: fc.boolean() }), {
    minLength: 2,
    maxLength: 2,
  }),
  rules: fc.array(
    fc.record({
      vault: fc.nat(1),
      isEnabled: fc.constantFrom(true, true, true, false),
      prefix: fc.constantFrom("", "", "p/"),
      tag: fc.constantFrom(undefined, undefined, "yes"),
      takesKms: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  drifted: fc.oneof(
    { weight: 4, arbitrary: fc.constant([false, false, false]) },
    { weight: 1, arbitrary: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }) },
  ),
  versions: fc.array(
    fc.record({
      key: fc.constantFrom("p/one", "two", "p/three"),
      tag: fc.constantFrom("yes", "yes", "no"),
      body: fc.constant("a"),
      isUnderKms: fc.constantFrom(false, false, true),
      isMarker: fc.constantFrom(false, false, false, true),
      status: fc.constantFrom("COMPLETED", "FAILED", "PENDING", undefined),
      at: fc.array(
        fc.oneof(
          { weight: 5, arbitrary: fc.constant(right) },
          { weight: 2, arbitrary: bytes },
          { weight: 1, arbitrary: fc.constant(undefined) },
        ),
        { minLength: 2, maxLength: 2 },
      ),
    }),
    { maxLength: 4 },
  ),
});

/** Deployed five days ago; every version is older than that. */
const SINCE_DAYS = -5;

/** The oracle: is everything that is promised rightly there, and nothing different from what was deployed? */
function oracle(world: World): boolean {
  if (world.rules.some((_rule, index) => world.drifted[index] === true)) return false;
  let proven = 0;
  let promised = 0;
  for (const version of world.versions) {
    if (version.isMarker) continue;
    for (const [index, vault] of world.vaults.entries()) {
      const rules = world.rules.filter(
        (rule) =>
          rule.vault === index &&
          version.key.startsWith(rule.prefix) &&
          (rule.tag === undefined || rule.tag === version.tag),
      );
      if (rules.length === 0) continue;
      promised++;
      const there = version.at[index];
      if (there === undefined || !rules.some(({ isEnabled }) => isEnabled)) return false;
      const key = vault.hasKey ? KEY(VAULTS[index] ?? "") : undefined;
      const isRightKey = version.isUnderKms
        ? there.key !== undefined && there.key === key
        : there.key === undefined || there.key === key;
      const isRight =
        there.body === version.body &&
        there.isReplica &&
        there.tag === version.tag &&
        isRightKey &&
        (there.mode === "COMPLIANCE" || (there.mode === "GOVERNANCE" && !vault.isCompliance)) &&
        there.lockedForDays >= 30 + SINCE_DAYS;
      if (!isRight) return false;
      proven++;
    }
  }
  return promised === 0 ? world.versions.length === 0 || heldAtVaults(world) === 0 : proven > 0;
}

function heldAtVaults(world: World): number {
  const used = new Set(world.rules.map(({ vault }) => vault));
  return world.versions
    .filter(({ isMarker }) => !isMarker)
    .flatMap(({ at }) => at.filter((there, index) => there !== undefined && used.has(index)))
    .length;
}

/** The same world as facts for the product. */
function look(world: World): Look {
  const rules = world.rules.map((rule, index): RuleOutputs => ({
    name: `rule-${index}`,
    status: rule.isEnabled ? "Enabled" : "Disabled",
    priority: index + 1,
    prefix: rule.prefix,
    ...(rule.tag === undefined ? {} : { tags: { keep: rule.tag } }),
    vault: VAULTS[rule.vault] ?? "",
    sseKmsEncryptedObjects: rule.takesKms,
  }));
  const base = lookOf([]);
  const [model] = base.promise.vaults.values();
  if (model === undefined) throw new Error("no vault");
  const used = new Set(rules.map(({ vault }) => vault));
  const vaults = new Map(
    VAULTS.filter((name) => used.has(name)).map((name) => {
      const { hasKey = false, isCompliance = false } = world.vaults[VAULTS.indexOf(name)] ?? {};
      return [
        name as string,
        {
          ...model,
          name,
          bucketArn: `arn:aws:s3:::${name}`,
          ...(hasKey ? { kmsKeyArn: KEY(name) } : {}),
          lock: {
            mode: isCompliance ? ("COMPLIANCE" as const) : ("GOVERNANCE" as const),
            retentionDays: 30,
            since: new Date(NOW + SINCE_DAYS * DAY_MS).toISOString(),
          },
        },
      ];
    }),
  );
  const promise = { ...base.promise, rules, vaults };
  const versions = world.versions.map((one, index): JudgedVersion => {
    const version = {
      ...VERSION,
      key: one.key,
      versionId: `v${index}`,
      isDeleteMarker: one.isMarker,
      sizeBytes: one.body.length,
      lastModifiedEpochMs: NOW - 100 * DAY_MS,
    };
    const kms = (key: string): Partial<VersionHead> => ({ encryption: "aws:kms", kmsKeyArn: key });
    const head = {
      versionId: version.versionId,
      sizeBytes: one.body.length,
      etag: `"${one.body}"`,
    };
    const source = {
      version,
      tags: { keep: one.tag },
      ...(one.isMarker
        ? {}
        : {
            head: {
              ...SOURCE_HEAD,
              ...head,
              ...(one.isUnderKms ? kms("theirs") : {}),
              replicationStatus: one.status,
            },
          }),
    };
    const { expected, outcomes } = planVersion(source, promise);
    const judged = expected.map((expectation) => {
      const { vault } = expectation.placement;
      const there = one.at[VAULTS.indexOf(vault as (typeof VAULTS)[number])];
      const facts = vaults.get(vault);
      if (facts === undefined) throw new Error(vault);
      if (there === undefined) {
        const gone = { unreadable: "missing", cause: "HTTP 404" } as const;
        return judgeReplica(source, expectation, { head: gone }, facts);
      }
      const replica: VersionHead = {
        ...REPLICA_HEAD,
        ...head,
        sizeBytes: there.body.length,
        etag: `"${there.body}"`,
        ...(there.key === undefined ? {} : kms(there.key)),
        replicationStatus: there.isReplica ? "REPLICA" : undefined,
        lockMode: there.mode,
        retainUntilEpochMs:
          there.mode === undefined ? undefined : NOW + there.lockedForDays * DAY_MS,
      };
      const tags = { source: { keep: one.tag }, vault: { keep: there.tag } };
      return judgeReplica(source, expectation, { head: replica, tags }, facts);
    });
    return { version, outcomes: [...outcomes, ...judged] };
  });
  return {
    ...base,
    promise,
    versions,
    ownVaults: [...vaults.keys()],
    listings: new Map(
      [...vaults.keys()].map((name) => [name, { versionsCount: heldAtVaults(world) }]),
    ),
    drift: sourceDrift(promise, { versioning: "Enabled", replication: liveRules(world, promise) }),
  };
}

/** The source's configuration; a drifted rule is narrowed, which makes what it takes no smaller. */
function liveRules(world: World, { rules, source, vaults }: Look["promise"]) {
  return {
    Role: source.replicationRoleArn,
    Rules: rules.map((rule, index) => {
      const vault = vaults.get(rule.vault);
      const prefix = world.drifted[index] === true ? "nothing/" : (rule.prefix ?? "");
      const tags = Object.entries(rule.tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
      const takesKms = rule.sseKmsEncryptedObjects === true;
      return {
        ID: rule.name,
        Status: rule.status,
        Priority: rule.priority,
        Filter: tags.length === 0 ? { Prefix: prefix } : { And: { Prefix: prefix, Tags: tags } },
        DeleteMarkerReplication: { Status: "Disabled" as const },
        ...(takesKms && {
          SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" as const } },
        }),
        Destination: {
          Bucket: vault?.bucketArn,
          Account: vault?.accountId,
          ...(takesKms &&
            vault?.kmsKeyArn !== undefined && {
              EncryptionConfiguration: { ReplicaKmsKeyID: vault.kmsKeyArn },
            }),
        },
      };
    }),
  };
}

describe("the verdict in random worlds", function () {
  this.timeout(60_000);

  it("is clean exactly where an oracle that knows only promise and vaults says so", () => {
    let cleanCount = 0;
    let count = 0;
    fc.assert(
      fc.property(worlds, (world) => {
        const wanted = oracle(world);
        const { clean, ...verdict } = formVerdict({ look: look(world) });
        expect(clean, JSON.stringify(verdict)).to.equal(wanted);
        count++;
        if (clean) cleanCount++;
      }),
      { numRuns: 10_000, seed: 20_261_128 },
    );
    // Neither answer is rare, or the agreement would say little.
    expect(cleanCount / count).to.be.within(0.1, 0.9);
  });
});
