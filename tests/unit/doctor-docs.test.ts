import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { doctorMarkdown } from "../helpers/doctor-table";

describe("docs/doctor.md", () => {
  it("has every kind of finding, as the doctor tells them", () => {
    const written = readFileSync(join(__dirname, "..", "..", "docs", "doctor.md"), "utf8");
    expect(written, "run `npm run docs:doctor`").to.equal(doctorMarkdown());
  });
});
