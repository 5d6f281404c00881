/** What listings alone tell of a version: where it is promised, whether it is there, and what they cannot decide. */

import type { S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { RuleOutputs } from "../../components/promise/outputs";
import type { VaultPromise } from "../../automation/judge/facts";
import {
  judgeListed,
  planListed,
  type AtVault,
  type ListedFacts,
} from "../../automation/judge/judge-listed";
import { findCovers } from "../../automation/look/covers";
import { joinListings } from "../../automation/look/join-listings";
import type { LookOptions } from "../../automation/look/look";
import { lookAtPromise } from "../../automation/look/look-at-promise";
import { formVerdict } from "../../automation/judge/verdict";
import { RULE, VAULT, VERSION } from "../helpers/judged-world";
import { listedBucket, refused } from "../helpers/listed-buckets";
import { judged, lookOf } from "../helpers/looks";
import { lookAtWorld } from "../helpers/made-up-world";

const HERE = { sizeBytes: VERSION.sizeBytes, etag: VERSION.etag, storageClass: "STANDARD" };
const OTHER_MD5 = '"0cc175b9c0f1b6a831c399e269772661"';

interface Case {
  rules?: readonly RuleOutputs[];
  version?: Partial<typeof VERSION>;
  found?: AtVault | Partial<typeof HERE>;
  vault?: Partial<VaultPromise>;
  facts?: ListedFacts;
}

function codeOf({ facts, found = HERE, rules = [RULE], vault, version }: Case): string {
  const listed = { ...VERSION, ...version };
  const { expected, outcomes } = planListed(listed, { source: {}, rules });
  const at = typeof found === "string" ? found : { ...HERE, ...found };
  return [
    ...outcomes,
    ...expected.map((one) => judgeListed(listed, one, at, { ...VAULT, ...vault }, facts)),
  ]
    .map(({ code, kind }) => `${kind}/${code}`)
    .join(" ");
}

const TAGGED: RuleOutputs = { ...RULE, name: "tagged", priority: 2, tags: { keep: "yes" } };
const REFUSED = { code: "no-right", cause: "HTTP 403" } as const;
const OFF = { status: "Disabled" } as const;

describe("a version by listings alone", () => {
  const cases: readonly (readonly [what: string, told: string, of: Case])[] = [
    ["there, as its source", "proven/etag", {}],
    ["there, and no longer at the source", "proven/etag", { facts: { isGone: true } }],
    ["a delete marker", "not-applicable/delete-marker", { version: { isDeleteMarker: true } }],
    ["of no rule", "not-applicable/out-of-scope", { rules: [{ ...RULE, prefix: "other/" }] }],
    ["of a rule that is off", "unprotected/rule-disabled", { rules: [{ ...RULE, ...OFF }] }],
    ["not there", "failed/missing", { found: "absent" }],
    ["not there, and new", "unverifiable/too-new", { found: "absent", facts: { isNew: true } }],
    ["at neither side", "unverifiable/gone", { found: "absent", facts: { isGone: true } }],
    ["at a vault that nobody could list", "unverifiable/no-right", { found: "unlisted" }],
    [
      "archived and not there",
      "unprotected/archived",
      { version: { storageClass: "GLACIER" }, found: "absent" },
    ],
    ["archived and there", "proven/etag", { version: { storageClass: "GLACIER" } }],
    ["of another size", "failed/content", { found: { sizeBytes: 4 } }],
    ["with another MD5", "unverifiable/etag-differs", { found: { etag: OTHER_MD5 } }],
    ["uploaded in parts", "proven/size", { found: { etag: '"abc-2"' } }],
    ["uploaded in parts at the source", "proven/size", { version: { etag: '"abc-2"' } }],
    [
      "under the vault's key",
      "proven/size",
      { found: { etag: OTHER_MD5 }, vault: { kmsKeyArn: "arn:key" } },
    ],
    [
      "of a rule that takes KMS",
      "proven/size",
      { found: { etag: OTHER_MD5 }, rules: [{ ...RULE, sseKmsEncryptedObjects: true }] },
    ],
    ["in another class", "failed/wrong-class", { vault: { storageClass: "GLACIER_IR" } }],
    ["in any class where none is promised", "proven/etag", { found: { storageClass: "GLACIER" } }],
    [
      "in another class of a bucket whose lifecycle is its own",
      "proven/etag",
      { vault: { storageClass: "GLACIER_IR", guard: { existing: true } as never } },
    ],
    ["owned by somebody else", "failed/wrong-owner", { facts: { foreignOwnerId: "eve" } }],
    // Tags decide, and a listing tells none.
    ["there, which only tags may want", "proven/etag", { rules: [TAGGED] }],
    [
      "not there, which tags may want",
      "unverifiable/tags-unread",
      { rules: [TAGGED], found: "absent" },
    ],
    [
      "different, which tags may want",
      "unverifiable/tags-unread",
      { rules: [TAGGED], found: { sizeBytes: 4 } },
    ],
    // Whoever administers the source may forbid to read them.
    [
      "not there, whose tags may not be read",
      "unverifiable/no-right",
      { rules: [TAGGED], found: "absent", facts: { tagsProblem: REFUSED } },
    ],
    [
      "different, whose tags may not be read",
      "unverifiable/no-right",
      { rules: [TAGGED], found: { sizeBytes: 4 }, facts: { tagsProblem: REFUSED } },
    ],
    [
      "there, whose tags may not be read",
      "proven/etag",
      { rules: [TAGGED], facts: { tagsProblem: REFUSED } },
    ],
    [
      "not there, wanted by key as well, whose tags may not be read",
      "failed/missing",
      { rules: [TAGGED, RULE], found: "absent", facts: { tagsProblem: REFUSED } },
    ],
    [
      "not there, wanted by key as well",
      "failed/missing",
      { rules: [TAGGED, RULE], found: "absent" },
    ],
    [
      "not there, of a rule that is off and one with tags",
      "unverifiable/tags-unread",
      { rules: [TAGGED, { ...RULE, ...OFF }], found: "absent" },
    ],
    [
      "not there, of a rule with tags that is off",
      "unverifiable/tags-unread",
      { rules: [{ ...TAGGED, ...OFF }], found: "absent" },
    ],
    [
      "in the class of the one rule or of the other",
      "proven/etag",
      {
        rules: [
          { ...TAGGED, storageClass: "STANDARD" },
          { ...RULE, storageClass: "GLACIER_IR" },
        ],
      },
    ],
    [
      "in the class of a rule with tags that comes second",
      "failed/wrong-class",
      {
        rules: [
          { ...TAGGED, priority: 0, storageClass: "STANDARD" },
          { ...RULE, storageClass: "GLACIER_IR" },
        ],
      },
    ],
    [
      "at each of two vaults",
      "proven/etag proven/etag",
      { rules: [RULE, { ...RULE, vault: "second" }] },
    ],
  ];
  for (const [what, told, of] of cases) {
    it(`${what}: ${told}`, () => {
      expect(codeOf(of)).to.equal(told);
    });
  }
});

describe("a look by listings", () => {
  it("needs no right to a HEAD, and says that owners are unknown where the bucket does not tell its own", async () => {
    const { options } = lookAtWorld({ versionsCount: 10, lossOf: () => undefined });
    for (const s3 of [options.clients.source.s3, options.clients.vaults.get("primary")?.s3]) {
      if (s3 === undefined) throw new Error("no vault");
      const send = s3.send.bind(s3) as (command: object) => Promise<unknown>;
      Object.assign(s3, {
        headObject: () => Promise.reject(refused()),
        send: (command: object) =>
          command.constructor.name === "GetBucketAclCommand"
            ? Promise.reject(refused())
            : send(command),
      });
    }
    const look = await lookAtPromise({ ...options, level: { level: "listing" } });
    const { clean, doesNotProve, proves, proven } = formVerdict({ look, guard: [] });
    expect({ clean, proven }).to.deep.equal({ clean: true, proven: 10 });
    expect(doesNotProve).to.include("owner");
    expect(proves).to.not.include("owner");
    expect(proves).to.include("guard");
  });

  it("says nothing of a guard that nobody looked at, of one vault or of all", async () => {
    const { options } = lookAtWorld({ versionsCount: 3, lossOf: () => undefined });
    const look = await lookAtPromise({ ...options, level: { level: "listing" } });
    expect(formVerdict({ look }).doesNotProve).to.include("guard");
    const partly = formVerdict({ look, guard: [], isGuardKnown: false });
    expect(partly.doesNotProve).to.include("guard");
    expect(formVerdict({ look, guard: [] }).proves).to.include.members(["guard", "owner"]);
  });
});

/** A bucket that is asked for versions as well. */
function answering(s3: S3Client, answer: () => Promise<unknown>): S3Client {
  const send = s3.send.bind(s3) as (command: object) => Promise<unknown>;
  return Object.assign(s3, {
    send: (command: object) =>
      command.constructor.name === "HeadObjectCommand" ? answer() : send(command),
  });
}

describe("what lies on top at a vault", () => {
  /** The vault has something on top of `a`; the source had not when it was listed, and may have by now. */
  async function coversOf(
    isMarker: boolean,
    isAtSourceNow: boolean,
    byListings: boolean,
    answer: () => Promise<unknown> = () => Promise.reject(new Error("asked")),
  ) {
    const { promise } = lookOf([]);
    const rules = [{ ...RULE, deleteMarkerReplication: true }];
    const outputs = promise.vaults.get("primary");
    const data = { key: "a", versionId: "version-of-a" };
    const top = { key: "a", versionId: "top", isMarker };
    const clientsOf = (entries: Parameters<typeof listedBucket>[0]["entries"]) =>
      ({
        source: { s3: listedBucket({ entries }) },
        vaults: new Map([
          ["primary", { outputs, s3: answering(listedBucket({ entries: [top, data] }), answer) }],
        ]),
      }) as unknown as LookOptions["clients"];
    const { signal } = new AbortController();
    const { vaults } = await joinListings(promise, { clients: clientsOf([data]), signal });
    const covers = await findCovers([judged("a", "proven")], vaults, {
      clients: clientsOf(isAtSourceNow ? [top, data] : [data]),
      concurrency: 1,
      signal,
      promise: { ...promise, rules },
      byListings,
    } as unknown as Parameters<typeof findCovers>[2]);
    return [...covers].map(({ what }) => what);
  }

  it("is no delete marker that came to the source meanwhile, at any level", async () => {
    for (const byListings of [true, false]) {
      expect(await coversOf(true, true, byListings)).to.deep.equal([]);
      expect(await coversOf(true, false, byListings)).to.deep.equal(["delete-marker"]);
    }
  });

  it("is by listings no version that came to the source meanwhile, for which nobody is asked", async () => {
    expect(await coversOf(false, true, true)).to.deep.equal([]);
  });

  it("is no replica of a version that the source has deleted since, or that another source has", async () => {
    for (const byListings of [true, false]) {
      const answer = (ReplicationStatus?: string) => () =>
        Promise.resolve({ VersionId: "top", ReplicationStatus, $metadata: {} });
      expect(await coversOf(false, false, byListings, answer("REPLICA"))).to.deep.equal([]);
      expect(await coversOf(false, false, byListings, answer())).to.deep.equal(["foreign-version"]);
    }
  });

  it("is by listings a version of which nobody knows whose it is, where the vault lets nobody look", async () => {
    const refuse = () => Promise.reject(refused());
    expect(await coversOf(false, false, true, refuse)).to.deep.equal(["unknown-version"]);
    expect(await coversOf(false, false, false, refuse)).to.deep.equal(["foreign-version"]);
  });
});
