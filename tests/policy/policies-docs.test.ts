import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { policiesMarkdown } from "../helpers/policy-table";

describe("docs/policies.md", () => {
  it("has every rule, as the pack has it", () => {
    const written = readFileSync(join(__dirname, "..", "..", "docs", "policies.md"), "utf8");
    expect(written, "run `npm run docs:policies`").to.equal(policiesMarkdown());
  });
});
