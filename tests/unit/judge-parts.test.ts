/** The parts of the judge, each by itself: places, contents, what lies on top, counts. */

import { expect } from "chai";
import { compareContent, hasMd5Etag } from "../../automation/judge/content";
import { coveringEntries } from "../../automation/judge/on-top";
import { isUnderKms, keyProblem } from "../../automation/judge/key";
import type { Outcome } from "../../automation/judge/outcome";
import { needsTags, placements, rulesForKey } from "../../automation/judge/placement";
import { VaultTally, worstOf } from "../../automation/judge/tally";
import type { VersionHead } from "../../automation/look/version-head";
import type { RuleOutputs } from "../../components/promise/outputs";
import { RULE, SOURCE_HEAD, VERSION } from "../helpers/judged-world";

const rule = (name: string, more: Partial<RuleOutputs> = {}): RuleOutputs => ({
  ...RULE,
  name,
  ...more,
});

describe("where a version has to be", () => {
  const placed = (rules: readonly RuleOutputs[], isUnderKms = false, key = "records/a") =>
    placements(key, { tags: { keep: "yes" }, isUnderKms }, rules).map(
      ({ rule: { name }, state, vault }) => `${vault}: ${name} ${state}`,
    );

  it("is decided by the enabled rule of the highest priority, wherever it stands, for each vault", () => {
    const rules = [
      rule("low"),
      rule("off", { priority: 9, status: "Disabled" }),
      rule("high", { priority: 5 }),
      rule("middle", { priority: 3 }),
      rule("away", { vault: "second" }),
    ];
    expect(placed(rules)).to.deep.equal(["primary: high wanted", "second: away wanted"]);
  });

  it("is nowhere but named when each rule is off, by the highest of them", () => {
    const off = { status: "Disabled" } as const;
    expect(placed([rule("a", off), rule("b", { ...off, priority: 2 })])).to.deep.equal([
      "primary: b rule-disabled",
    ]);
  });

  it("is decided for a version under KMS by the rules that take it", () => {
    const takes = { sseKmsEncryptedObjects: true };
    const rules = [rule("high", { priority: 5 }), rule("takes", takes)];
    expect(placed(rules, true)).to.deep.equal(["primary: takes wanted"]);
    expect(placed(rules, false)).to.deep.equal(["primary: high wanted"]);
    expect(placed([rule("a"), rule("b", { priority: 2 })], true)).to.deep.equal([
      "primary: b kms-not-taken",
    ]);
    expect(
      placed([rule("a", { ...takes, status: "Disabled", priority: 9 }), rule("b")], true),
    ).to.deep.equal(["primary: b kms-not-taken"]);
  });

  it("needs the whole prefix and every tag", () => {
    const all = { prefix: "records/", tags: { keep: "yes" } };
    expect(placed([rule("a", all)])).to.have.length(1);
    expect(placed([rule("a", all)], false, "other/records/")).to.deep.equal([]);
    expect(placed([rule("a", { tags: { keep: "yes", more: "" } })])).to.deep.equal([]);
    expect(placed([rule("a", { tags: { keep: "no" } })])).to.deep.equal([]);
  });

  it("needs tags only where a rule for the key asks for some", () => {
    const rules = [
      rule("a", { prefix: "a/", tags: { k: "v" } }),
      rule("b"),
      rule("c", { tags: {} }),
    ];
    expect(rulesForKey("b/1", rules).map(({ name }) => name)).to.deep.equal(["b", "c"]);
    expect([needsTags("a/1", rules), needsTags("b/1", rules)]).to.deep.equal([true, false]);
  });
});

describe("whether two contents are equal", () => {
  const head = (more: Partial<VersionHead>): VersionHead => ({ ...SOURCE_HEAD, ...more });
  const compare = (one: Partial<VersionHead>, other: Partial<VersionHead>) =>
    compareContent(head(one), head(other));
  const KMS = { encryption: "aws:kms", etag: '"one"' };

  it("is told by a checksum of the same kind, and by none of parts against one of the whole", () => {
    const other = { ...KMS, etag: '"other"' };
    const sha = (ChecksumSHA256: string) => ({ checksums: { ChecksumSHA256 } });
    expect(compare({ ...KMS, ...sha("x") }, { ...other, ...sha("x") })).to.equal("checksum");
    expect(compare({ ...KMS, ...sha("x") }, { ...other, ...sha("y") })).to.equal(undefined);
    expect(compare({ ...KMS, ...sha("x-2") }, { ...other, ...sha("y") })).to.equal("size");
    expect(compare({ ...KMS, ...sha("x-12") }, { ...other, ...sha("y") })).to.equal("size");
    expect(compare({ ...KMS, ...sha("x-12") }, { ...other, ...sha("y-12") })).to.equal(undefined);
    expect(compare({ ...KMS, ...sha("x-2y") }, { ...other, ...sha("y") })).to.equal(undefined);
    expect(compare({ ...KMS, ...sha("x") }, { ...other, checksums: {} })).to.equal("size");
    const two = { checksums: { ChecksumCRC32: "1", ChecksumSHA256: "x" } };
    const differing = { checksums: { ChecksumCRC32: "1", ChecksumSHA256: "y" } };
    expect(compare({ ...KMS, ...two }, { ...other, ...differing })).to.equal(undefined);
  });

  it("is told by size alone where no ETag is an MD5 of both", () => {
    expect(compare(KMS, {})).to.equal("size");
    expect(compare({}, KMS)).to.equal("size");
    expect(compare({}, { etag: `"${"0".repeat(32)}"` })).to.equal(undefined);
    expect(compare(KMS, { ...KMS, etag: '"other"', sizeBytes: 4 })).to.equal(undefined);
    expect(compare({ ...KMS, etag: "" }, { ...KMS, etag: "" })).to.equal("size");
    expect(compare(KMS, KMS)).to.equal("etag");
  });

  it("takes an ETag for an MD5 only under S3's own keys and in one piece", () => {
    const md5 = "900150983cd24fb0d6963f7d28e17f72";
    const isMd5 = (etag: string, encryption?: string) => hasMd5Etag({ etag, encryption });
    for (const etag of [md5, `"${md5}"`]) {
      expect([isMd5(etag), isMd5(etag, "AES256"), isMd5(etag, "aws:kms")]).to.deep.equal([
        true,
        true,
        false,
      ]);
    }
    for (const etag of [`"${md5}-2"`, `x${md5}`, `${md5}x`, md5.slice(1), "", `"${md5}"x`]) {
      expect(isMd5(etag), etag).to.equal(false);
    }
  });
});

describe("the key of a replica", () => {
  const plain = { encryption: "AES256" };
  const kms = (kmsKeyArn?: string) => ({ encryption: "aws:kms", kmsKeyArn });

  it("is one of KMS in both of its modes", () => {
    const under = ["aws:kms", "aws:kms:dsse", "AES256", "SSE-C", undefined].map((encryption) =>
      isUnderKms({ encryption }),
    );
    expect(under).to.deep.equal([true, true, false, false, false]);
  });

  it("may be the rule's or the vault's where nobody knows the source's any more", () => {
    const promised = [{ replicaKmsKeyId: "rule" }, { kmsKeyArn: "vault" }] as const;
    expect(keyProblem(undefined, kms("rule"), ...promised)).to.equal(undefined);
    expect(keyProblem(undefined, kms("vault"), ...promised)).to.equal(undefined);
    expect(keyProblem(undefined, kms("theirs"), ...promised)).to.equal(
      "under the key theirs, rule or vault is promised",
    );
    expect(keyProblem(undefined, plain, ...promised)).to.equal(undefined);
  });

  it("is nobody's where none is promised", () => {
    for (const source of [undefined, plain, kms("source")]) {
      expect(keyProblem(source, kms("theirs"), {}, {})).to.equal(
        "under the key theirs, no KMS key is promised",
      );
    }
    expect(keyProblem(plain, kms(), {}, {})).to.equal(
      "under the key (not told), no KMS key is promised",
    );
  });

  it("is S3's own for a source from before S3 encrypted everything, but at a vault with a key", () => {
    const before = { encryption: undefined };
    expect(keyProblem(before, plain, {}, {})).to.equal(undefined);
    expect(keyProblem(before, plain, {}, { kmsKeyArn: "vault" })).to.equal(
      "under AES256, vault is promised",
    );
  });
});

describe("what lies on top", () => {
  const entry = (versionId: string, isDeleteMarker = false) => ({
    ...VERSION,
    versionId,
    isDeleteMarker,
  });
  const top = (entries: ReturnType<typeof entry>[], ...atSource: string[]) =>
    coveringEntries(entries, ({ versionId }) => atSource.includes(versionId)).map(
      ({ versionId }) => versionId,
    );

  it("is what is newer than the newest version that the source has, markers of it included", () => {
    expect(top([entry("x"), entry("m", true), entry("a"), entry("y")], "m", "a")).to.deep.equal([
      "x",
      "m",
    ]);
    expect(top([entry("a"), entry("y")], "a")).to.deep.equal([]);
    expect(top([entry("x"), entry("y")])).to.deep.equal(["x", "y"]);
  });
});

describe("the counts of a vault", () => {
  const outcome = (kind: string, code: string, vault?: string): Outcome =>
    ({ key: "k", versionId: "v", kind, code, ...(vault && { vault }) }) as Outcome;
  const ORDER = ["failed", "unverifiable", "lapsed", "unprotected", "proven", "not-applicable"];

  it("take the worst of a version's outcomes, wherever it stands", () => {
    ORDER.forEach((kind, index) => {
      const outcomes = ORDER.slice(index).map((one) => outcome(one, "x"));
      expect(worstOf(outcomes)?.kind).to.equal(kind);
      expect(worstOf(outcomes.toReversed())?.kind).to.equal(kind);
    });
    expect(worstOf([])).to.equal(undefined);
  });

  it("count each kind, each code but what is proven, and what is proven by size alone", () => {
    const outcomes = [
      ...ORDER.map((kind) => outcome(kind, "x", "one")),
      outcome("failed", "x", "one"),
      outcome("proven", "size", "one"),
      outcome("proven", "etag", "one"),
      outcome("failed", "size", "one"),
      outcome("not-applicable", "y", "one"),
      outcome("failed", "x", "nobody's"),
      outcome("failed", "x"),
    ];
    const onTop = new Map([["one", { foreignVersions: 1, deleteMarkers: 2 }]]);
    const tally = new VaultTally(["two", "one"], onTop);
    for (const one of outcomes) tally.add(one);
    expect(tally.counts).to.deep.equal([
      {
        vault: "two",
        proven: 0,
        provenBySize: 0,
        notApplicable: 0,
        unprotected: 0,
        lapsed: 0,
        failed: 0,
        unverifiable: 0,
        codes: {},
        onTop: { foreignVersions: 0, deleteMarkers: 0 },
      },
      {
        vault: "one",
        proven: 3,
        provenBySize: 1,
        notApplicable: 2,
        unprotected: 1,
        lapsed: 1,
        failed: 3,
        unverifiable: 1,
        codes: {
          "failed/x": 2,
          "unverifiable/x": 1,
          "lapsed/x": 1,
          "unprotected/x": 1,
          "not-applicable/x": 1,
          "failed/size": 1,
          "not-applicable/y": 1,
        },
        onTop: { foreignVersions: 1, deleteMarkers: 2 },
      },
    ]);
  });
});
