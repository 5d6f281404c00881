import { expect } from "chai";
import { parseConfig } from "../../components/config";
import { problemsOf, wholeConfig } from "./whole-config";

const withEvidence = (evidence: unknown) => ({ ...wholeConfig(), evidence });

describe("config: lockstep:evidence", () => {
  it("is absent unless it is said, and has defaults for what is left out", () => {
    expect(parseConfig(wholeConfig())).not.to.have.property("evidence");
    expect(parseConfig(withEvidence({})).evidence).to.deep.equal({ keep: true, lock: false });
    expect(parseConfig(withEvidence({ keep: false, lock: true })).evidence).to.deep.equal({
      keep: false,
      lock: true,
    });
  });

  it("names what it does not take, each by its path, and what was meant", () => {
    const problems = problemsOf(withEvidence({ keep: "yes", lock: 1, locks: true }));
    expect(problems.map(({ path }) => path)).to.have.members([
      "evidence.keep",
      "evidence.lock",
      "evidence.locks",
    ]);
    expect(problems.map(({ message }) => message).join("\n")).to.include('did you mean "lock"?');
    expect(problemsOf(withEvidence(true)).map(({ path }) => path)).to.deep.equal(["evidence"]);
  });
});
