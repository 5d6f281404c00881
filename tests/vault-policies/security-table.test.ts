import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { securityMarkdown } from "../helpers/security-table";

describe("docs/security.md", () => {
  it("is what `npm run docs:security` writes", () => {
    const written = readFileSync(join(__dirname, "../../docs/security.md"), "utf8");
    expect(written, "run `npm run docs:security`").to.equal(securityMarkdown());
  });
});
