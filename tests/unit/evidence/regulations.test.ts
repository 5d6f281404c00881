import { expect } from "chai";
import { checkEvidence } from "../../../automation/evidence/check-evidence";
import { evidenceFields } from "../../../automation/evidence/evidence-fields";
import { evidenceHtml } from "../../../automation/evidence/html";
import { REGULATIONS } from "../../../automation/evidence/regulations";
import { BundleFolder, KEYS, promiseText } from "../../helpers/evidence-bundles";

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

  async function pageOf(mode: string): Promise<string> {
    const { path } = await folder.bundle({ promises: [promiseText("acme-records", mode)] });
    const check = await checkEvidence(path, { publicKey: KEYS[0].publicKey });
    return evidenceHtml(evidenceFields(check, false), "a.tar");
  }

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

  it("is not met by what is not in COMPLIANCE mode, where the rule is about that", async () => {
    const page = await pageOf("GOVERNANCE");
    const lacking = page.split("Nothing for what is not in COMPLIANCE mode").length - 1;
    expect(lacking).to.equal(REGULATIONS.filter(({ needsCompliance }) => needsCompliance).length);
    expect(lacking).to.be.above(0);
  });

  it("is never claimed to be met", () => {
    for (const row of REGULATIONS) {
      expect(`${row.bundleHas ?? ""} ${row.firmMust}`, row.paragraph).not.to.match(
        /\b(complies|compliant|satisf|fulfil|is met|meets the rule\b(?! itself))/i,
      );
    }
  });
});
