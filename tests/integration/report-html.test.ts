/** The page of a report as HTML validates it: not in each time zone, since the validator takes seconds. */

import { expect } from "chai";
import { HtmlValidate } from "html-validate/node";
import { reportHtml } from "../../automation/report/html";
import { judged, lookOf } from "../helpers/looks";
import { fullReport, reportOf } from "../helpers/reports";

describe("the page of a report", function () {
  this.timeout(60_000);
  const validator = new HtmlValidate({
    extends: ["html-validate:standard", "html-validate:a11y"],
  });

  for (const [name, report] of Object.entries({
    "all that there is": fullReport(),
    "a clean verdict": reportOf({ look: lookOf([judged("a", "proven")]) }),
    "an empty source": reportOf({ look: lookOf([]) }),
  })) {
    it(`is valid HTML, and reachable for everybody: ${name}`, async () => {
      const { results } = await validator.validateString(await reportHtml(report));
      const found = results.flatMap(({ messages }) =>
        messages.map(({ line, message, ruleId }) => `${ruleId}, line ${line}: ${message}`),
      );
      expect(found).to.deep.equal([]);
    });
  }
});
