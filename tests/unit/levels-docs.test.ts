/** `docs/levels.md` is what the table of levels makes of it. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { levelsMarkdown } from "../helpers/levels-docs";

describe("docs/levels.md", () => {
  it("is as the table of levels", () => {
    const written = readFileSync(join(__dirname, "..", "..", "docs", "levels.md"), "utf8");
    expect(written, "run `npm run docs:levels`").to.equal(levelsMarkdown());
  });
});
