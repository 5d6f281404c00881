/** The causes of a report beside what whoever has the source can make up. */

import { expect } from "chai";
import type { FailureCodes } from "../../automation/look/look";
import { Causes, firstCauses } from "../../automation/report/causes";
import { reportMarkdown } from "../../automation/report/markdown";
import { summarizeLook } from "../../automation/report/summarize-look";
import type { Outcome } from "../../automation/judge/outcome";
import { judged, lookOf } from "../helpers/looks";
import { reportOf } from "../helpers/reports";

const WORDS = "as the job's report at the source tells it";

function outcome(more: Partial<Outcome> = {}): Outcome {
  return { key: "k", versionId: "v", vault: "primary", kind: "failed", code: "missing", ...more };
}

/** One code for each version. */
function codesOf(codeAt: (index: number) => string): FailureCodes {
  return { get: (name) => codeAt(Number(/key-(\d+)$/.exec(name)?.[1])) };
}

describe("the causes of a report, where a source makes up codes", () => {
  it("count what no page of AWS has as one, and never lose what S3 itself told", () => {
    const versions = [
      ...Array.from({ length: 2_000 }, (_, index) => judged(`key-${index}`, "missing")),
      judged("archived", "archived"),
    ];
    const { byCause, causes } = summarizeLook(
      lookOf(versions),
      codesOf((index) => `Code${index}`),
    );
    expect(causes.map((one) => [one.outcome, one.failureCode, one.versions])).to.deep.equal([
      ["failed/missing", "(another code)", 2_000],
      ["unprotected/archived", undefined, 1],
    ]);
    expect(byCause.isLowerBound).to.equal(undefined);
    expect(byCause.groups.map(({ name }) => name)).to.deep.equal([
      "failed/missing (another code)",
      "unprotected/archived",
    ]);
  });

  it("keep what S3 itself told beside thirty causes with codes that are known", () => {
    const { promise } = lookOf([]);
    const [vault] = promise.vaults.values();
    if (vault === undefined) throw new Error("no vault");
    const names = Array.from({ length: 40 }, (_, index) => `vault-${index}`);
    const vaults = new Map(names.map((name) => [name, { ...vault, name }]));
    const causes = new Causes({ ...promise, vaults });
    for (const name of names) {
      for (let count = 0; count < 2; count++) {
        causes.add(outcome({ vault: name }), 1, "DstPutObjectNotPermitted");
      }
    }
    causes.add(outcome({ code: "content" }), 1);
    const told = causes.told();
    expect(told).to.have.length(31);
    expect(told.at(-1)?.outcome).to.equal("failed/content");
    const first = firstCauses(told, 12);
    expect(first).to.have.length(12);
    expect(first.at(-1)?.outcome).to.equal("failed/content");
    expect(firstCauses(told.slice(0, 12), 12)).to.deep.equal(told.slice(0, 12));
  });

  it("have places for both where there are many of both", () => {
    const causes = new Causes(lookOf([]).promise);
    for (let index = 0; index < 20; index++) {
      causes.add(outcome({ vault: `v${index}`, code: "content" }), 1);
      for (let count = 0; count < 2; count++) {
        causes.add(outcome({ vault: `v${index}` }), 1, "DstBucketNotFound");
      }
    }
    const first = firstCauses(causes.told(), 12);
    const coded = first.filter(({ failureCode }) => failureCode !== undefined);
    expect([first.length, coded.length]).to.deep.equal([12, 6]);
  });

  it("name a single code that no page of AWS has, in a whole sentence", () => {
    const whatOf = (...codes: string[]) => {
      const causes = new Causes(lookOf([]).promise);
      for (const code of codes) causes.add(outcome(), 1, code);
      return causes.told()[0];
    };
    const missing = "the version is promised and not at the vault";
    expect(whatOf("NeverHeardOf", "NeverHeardOf")).to.deep.include({
      failureCode: "NeverHeardOf",
      what: `${missing}; the reason is NeverHeardOf, a code that no page of AWS has, ${WORDS}`,
    });
    expect(whatOf("NeverHeardOf", "NorThis", "NorThis")).to.deep.include({
      failureCode: "(another code)",
      versions: 3,
      what: `${missing}; the reason is a code that no page of AWS has, ${WORDS}`,
    });
  });
});

describe("the causes of a report, with several vaults", () => {
  const look = () => {
    const one = lookOf([judged("key-1", { a: "missing", b: "missing" })]);
    const [vault] = one.promise.vaults.values();
    if (vault === undefined) throw new Error("no vault");
    const vaults = new Map(
      ["a", "b"].map((name) => [
        name,
        { ...vault, name, bucketName: `vault-${name}`, bucketArn: `arn:aws:s3:::vault-${name}` },
      ]),
    );
    return { ...one, promise: { ...one.promise, vaults } };
  };
  const toldOf = (code: string, ...buckets: string[]): FailureCodes => ({
    get: (_, bucket) => (buckets.includes(bucket) ? code : undefined),
    bucketsOf: () => buckets,
  });

  it("say that one of them refused where nobody can say which, and name no statement", () => {
    const { causes } = summarizeLook(
      look(),
      toldOf("DstPutTaggingNotPermitted", "vault-a", "vault-b"),
    );
    expect(causes.map(({ atOneOf, vault }) => [vault, atOneOf])).to.deep.equal([
      ["a", ["a", "b"]],
      ["b", ["a", "b"]],
    ]);
    for (const cause of causes) {
      expect(cause).not.to.have.any.keys("patch", "patches");
      expect(cause.what).to.equal(
        `S3 may not write tags at the vault (at one of the vaults a, b), ${WORDS}`,
      );
      expect(cause.fix).to.match(
        /^find out which of the vaults a, b refuses, with `lockstep doctor`/,
      );
      expect(cause.fix).to.contain("s3:ReplicateTags");
    }
  });

  it("give a code to the vault alone that the job was for", () => {
    const { causes } = summarizeLook(look(), toldOf("DstPutTaggingNotPermitted", "vault-b"));
    expect(causes.map((one) => [one.vault, one.failureCode, one.patches?.[0]?.on])).to.deep.equal([
      ["a", undefined, undefined],
      ["b", "DstPutTaggingNotPermitted", "arn:aws:s3:::vault-b"],
    ]);
  });

  it("have the source's statement for each of them, where it is the source that refused", () => {
    const codes = toldOf("SrcGetTaggingNotPermitted", "vault-a", "vault-b");
    const { causes } = summarizeLook(look(), codes);
    expect(causes.map(({ atOneOf, patch }) => [atOneOf, patch?.["Action"]])).to.deep.equal([
      [undefined, "s3:GetObjectVersionTagging"],
      [undefined, "s3:GetObjectVersionTagging"],
    ]);
  });
});

describe("the causes of a report, where the source says that a version was replicated", () => {
  it("are the picture of a deletion, and no refusal of long ago", () => {
    const one = judged("key-1", "missing", { sourceStatus: "COMPLETED" });
    const [cause] = summarizeLook(
      lookOf([one]),
      codesOf(() => "DstPutObjectNotPermitted"),
    ).causes;
    expect(cause).to.deep.include({ outcome: "failed/missing", rerun: "yes" });
    expect(cause).not.to.have.any.keys("failureCode", "patch", "patches", "toldBy");
    expect(cause?.fix).to.contain("deleted at the vault by its version id");
  });

  it("say so beside a code that still stands, too", () => {
    const one = judged("key-1", "missing", { sourceStatus: "COMPLETED" });
    const code = "InitiateReplicationNotPermitted";
    const [cause] = summarizeLook(
      lookOf([one]),
      codesOf(() => code),
    ).causes;
    expect(cause?.failureCode).to.equal(code);
    expect(cause?.fix).to.match(/^add the statement to the policy of the job's role/);
    expect(cause?.fix).to.contain("deleted at the vault by its version id");
  });
});

describe("the statements of a cause", () => {
  it("are told in Markdown each with the policy that it belongs to", () => {
    const text = reportMarkdown(
      reportOf({
        look: lookOf([judged("key-1", "missing")]),
        codes: codesOf(() => "DstPutTaggingNotPermitted"),
      }),
    );
    expect(text).to.match(
      /statement of the bucket policy \(arn:aws:s3:::vault, account 222222222222\)/,
    );
    expect(text).to.match(
      /statement of the role.{1,6}s own policy \(arn:.*role.*r, account 111111111111\)/,
    );
  });
});
