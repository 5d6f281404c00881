import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";

const ROOT = join(__dirname, "..", "..");

const read = (file: string) =>
  JSON.parse(readFileSync(join(ROOT, file), "utf8")) as { version: string; license: string };

describe("policy-pack/", () => {
  it("has the version that is told beside each violation: the package's own", () => {
    const { license, version } = read("package.json");
    expect(read("policy-pack/package.json")).to.include({ version, license });
  });
});
