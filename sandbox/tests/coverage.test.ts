import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { coverageMarkdown, coverageMistakes } from "../src/coverage/coverage";

describe("sandbox/COVERAGE.md", () => {
  it("has a note for every operation that is served, and none for others", () => {
    expect(coverageMistakes()).to.deep.equal([]);
  });

  it("is what `npm run docs:coverage` writes", () => {
    const written = readFileSync(join(__dirname, "../COVERAGE.md"), "utf8");
    expect(written, "run `npm run docs:coverage`").to.equal(coverageMarkdown());
  });
});
