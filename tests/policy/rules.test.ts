import { expect } from "chai";
import { checkProgram, POLICY_RULES, type PolicyFinding } from "../../policy";
import { BUCKET_CASES } from "./cases-buckets";
import { PAIR_CASES } from "./cases-pairs";
import { RIGHTS_CASES } from "./cases-rights";
import { RULE_CASES } from "./cases-rules";
import type { CasesOfRule, RuleCase } from "./rule-cases";

const CASES: Readonly<Record<string, CasesOfRule>> = {
  ...BUCKET_CASES,
  ...PAIR_CASES,
  ...RIGHTS_CASES,
  ...RULE_CASES,
};

function findingsOf(ruleId: string, { config, resources, settings }: RuleCase): PolicyFinding[] {
  return checkProgram(resources, config ?? { [ruleId]: settings }).filter(
    (finding) => finding.ruleId === ruleId,
  );
}

describe("policy rules", () => {
  it("have cases that pass, that fail and that are not known yet", () => {
    const without = POLICY_RULES.filter(({ id }) => {
      const cases = CASES[id];
      return cases === undefined || Object.values(cases).some((list) => list.length === 0);
    });
    expect(without.map(({ id }) => id)).to.deep.equal([]);
  });

  it("are those that the cases are about", () => {
    const ids = POLICY_RULES.map(({ id }) => id);
    expect(Object.keys(CASES)).to.have.members(ids);
    expect(new Set(ids).size).to.equal(ids.length);
  });

  for (const [id, { fail, pass, unknown }] of Object.entries(CASES)) {
    describe(id, () => {
      for (const passing of pass) {
        it(`is kept: ${passing.title}`, () => {
          expect(findingsOf(id, passing)).to.deep.equal([]);
        });
      }

      for (const failing of fail) {
        it(`is violated: ${failing.title}`, () => {
          const findings = findingsOf(id, failing);
          expect(findings.map(({ resourceName }) => resourceName)).to.deep.equal([failing.at]);
          expect(findings[0]?.severity).to.equal(failing.severity);
          expect(findings[0]?.message).to.match(failing.message);
          expect(findings[0]?.fix).not.to.equal("");
        });
      }

      for (const untold of unknown) {
        it(`says nothing of what is not known yet: ${untold.title}`, () => {
          const told = findingsOf(id, untold).filter(({ severity }) => severity !== "info");
          expect(told).to.deep.equal([]);
        });
      }
    });
  }
});
