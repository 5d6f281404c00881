import { expect } from "chai";
import { verdictLines } from "../../automation/cli/render/verdict-words";
import type { VerdictFields } from "../../automation/events";
import { formVerdict } from "../../automation/judge/verdict";
import { judged, lookOf } from "../helpers/looks";

function shown(verdict: VerdictFields): string {
  return verdictLines(verdict).join("\n");
}

describe("a verdict for people", () => {
  it("keeps what nobody has to protect apart from what nothing protects", () => {
    const text = shown(
      formVerdict({
        look: lookOf([judged("a", "marker"), judged("b", "archived")]),
      }),
    );
    expect(text).to.match(/^ +not applicable +1 +\(1 delete marker\)$/m);
    expect(text).to.match(/^ +unprotected +1 +\(1 archived\)$/m);
    expect(text).to.contain("primary: 0 proven, 1 unprotected (archived)");
  });

  it("counts what was not judged by its tags, beside a clean verdict as well", () => {
    const { outcomes, ...one } = judged("b", "noRight");
    const unread = outcomes.map((outcome) => ({ ...outcome, code: "tags-unread" as const }));
    const look = lookOf([judged("a", "proven"), { ...one, outcomes: unread }], {
      level: "listing",
    });
    const verdict = formVerdict({ look });
    expect(verdict).to.deep.include({ clean: true, unverifiable: 1, failures: [] });
    expect(shown(verdict)).to.match(
      /^ +tags: 1 version not judged, since only a rule .*--level full/m,
    );
  });

  it("names the first hundred that stand in its way, and where the others are", () => {
    const versions = Array.from({ length: 150 }, (_, index) => judged(`k${index}`, "missing"));
    const lines = shown(formVerdict({ look: lookOf(versions) })).split("\n");
    expect(lines.filter((line) => / in primary: /.test(line))).to.have.length(100);
    expect(lines.join("\n")).to.contain("--details FILE");
  });
});
