import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { eventsMarkdown } from "../helpers/event-docs";

describe("docs/events.md", function () {
  // The compiler reads the types.
  this.timeout(120_000);

  it("has every event and field, as the types and their comments say", () => {
    const written = readFileSync(join(__dirname, "..", "..", "docs", "events.md"), "utf8");
    expect(written, "run `npm run docs:events`").to.equal(eventsMarkdown());
    expect(written).not.to.match(/\| +\|$/m);
  });
});
