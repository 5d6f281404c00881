import { expect } from "chai";
import { checkEvidence } from "../../../automation/evidence/check-evidence";
import { evidenceFields } from "../../../automation/evidence/evidence-fields";
import { evidenceHtml } from "../../../automation/evidence/html";
import { REGULATIONS } from "../../../automation/evidence/regulations";
import type { EvidenceFields } from "../../../automation/evidence/fields";
import {
  BundleFolder,
  KEYS,
  promiseText,
  provenLine,
  REPLICA,
  type BundleWish,
} from "../../helpers/evidence-bundles";

const PARAGRAPHS = [
  "17 CFR 240.17a-4(f)(2)(i)(B)",
  "17 CFR 240.17a-4(f)(2)(ii)",
  "17 CFR 240.17a-4(f)(2)(iii)",
  "17 CFR 240.17a-4(f)(2)(iv)",
  "17 CFR 240.17a-4(f)(2)(v)",
  "17 CFR 240.17a-4(f)(3)(i)-(ii)",
  "17 CFR 240.17a-4(f)(3)(iii)",
  "17 CFR 240.17a-4(f)(3)(iv)",
  "17 CFR 240.17a-4(f)(3)(v)",
  "FINRA Rule 4511(c)",
  "17 CFR 1.31(c)",
  "17 CFR 1.31(d)",
];

describe("what rules on the keeping of records ask", () => {
  const folder = new BundleFolder();
  after(() => folder.remove());

  async function fieldsOf(wish: BundleWish): Promise<EvidenceFields> {
    const { path } = await folder.bundle(wish);
    return evidenceFields(await checkEvidence(path, { publicKey: KEYS[0].publicKey }), false);
  }
  const locked = (lockMode: string) =>
    provenLine({ key: "a", replica: { ...REPLICA, lockMode } as never });
  const wishOf = (mode: string): BundleWish => ({
    promises: [promiseText("acme-records", mode)],
    lines: [locked(mode)],
  });
  const pageOf = async (mode: string): Promise<string> =>
    evidenceHtml(await fieldsOf(wishOf(mode)), "a.tar");

  it("is told of each paragraph once, in the order of the rules", () => {
    expect(REGULATIONS.map(({ paragraph }) => paragraph)).to.deep.equal(PARAGRAPHS);
  });

  it("is on the page with what the firm has to do, and where nothing in a bundle speaks to it, that too", async () => {
    const page = await pageOf("COMPLIANCE");
    const rows = page.split("<tr>").slice(1);
    for (const { asks, bundleHas, firmMust, paragraph } of REGULATIONS) {
      const row = rows.find((one) => one.includes(`>${paragraph}<`)) ?? "";
      const told = row.replaceAll("&#39;", "'");
      for (const text of [asks, bundleHas ?? ">Nothing.<", firmMust]) {
        expect(told, paragraph).to.contain(text);
      }
    }
  });

  it("has nothing from vaults that are not in COMPLIANCE mode, and says what is lacking, on the page and as JSON", async () => {
    const page = await pageOf("GOVERNANCE");
    const lacking = page.split("nothing here counts for what is not in COMPLIANCE mode").length - 1;
    const speaking = REGULATIONS.filter(({ bundleHas }) => bundleHas !== null);
    expect(lacking).to.equal(speaking.length);
    const { regulations = [] } = await fieldsOf(wishOf("GOVERNANCE"));
    expect(regulations.filter(({ bundleHas }) => bundleHas !== null)).to.deep.equal([]);
    expect(regulations.filter((row) => row.lacking.length > 0)).to.have.length(speaking.length);
    const { regulations: whole = [] } = await fieldsOf(wishOf("COMPLIANCE"));
    expect(whole.flatMap((row) => row.lacking)).to.deep.equal([]);
    expect(whole.map(({ bundleHas }) => bundleHas)).to.deep.equal(
      REGULATIONS.map(({ bundleHas }) => bundleHas),
    );
  });

  it("names all that keeps a bundle from speaking to it", async () => {
    const wish = wishOf("COMPLIANCE");
    const lackingIn = async (more: BundleWish): Promise<string> =>
      (await fieldsOf({ ...wish, ...more })).regulations?.[0]?.lacking.join(" ") ?? "";
    const open = provenLine({ key: "x", kind: "unprotected", code: "archived" });
    const lines = [locked("COMPLIANCE"), open];
    expect(await lackingIn({ lines })).to.equal("Lacking: 1 line wrong or open.");
    expect(await lackingIn({ lines, findings: [{ accept: ["archived"] }] })).to.contain(
      "1 line accepted by the configuration",
    );
    expect(await lackingIn({ lines: [] })).to.contain("no copy is proven");
    expect(await lackingIn({ guardLosses: [{}] })).to.contain("1 of the vaults' protections");
    expect(await lackingIn({ guardUnknown: ["primary"] })).to.contain("protections of 1 vault.");
    const refusals = { attempts: [{ outcome: "accepted", shows: "nothing" }] };
    expect(await lackingIn({ refusals })).to.contain("1 attempt that had to be refused");
    expect(await lackingIn({ madeAt: "2999-01-01T00:00:00.000Z" })).to.contain(
      "locks that were over",
    );
  });

  it("is never claimed to be met", () => {
    for (const row of REGULATIONS) {
      expect(`${row.bundleHas ?? ""} ${row.firmMust}`, row.paragraph).not.to.match(
        /\b(complies|compliant|satisf|fulfil|is met|meets the rule\b(?! itself))/i,
      );
    }
  });
});
