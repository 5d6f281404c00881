import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { FINDING_KINDS } from "../../automation/doctor/kinds";
import { doctorMarkdown } from "../helpers/doctor-table";

const TESTS = join(__dirname, "..");

/** The tests that look with the doctor, or at what it says. */
function textOfTests(): string {
  const files = ["unit", "road"].flatMap((folder) =>
    readdirSync(join(TESTS, folder)).map((file) => join(TESTS, folder, file)),
  );
  return files
    .filter((file) =>
      /(doctor|preflight|perimeter|operator|break-glass|inventory)[\w.-]*\.ts$/.test(file),
    )
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
}

describe("docs/doctor.md", () => {
  it("has every kind of finding, as the doctor tells them", () => {
    const written = readFileSync(join(TESTS, "..", "docs", "doctor.md"), "utf8");
    expect(written, "run `npm run docs:doctor`").to.equal(doctorMarkdown());
  });

  it("has no kind that no test expects", () => {
    const text = textOfTests();
    const unexpected = Object.keys(FINDING_KINDS).filter(
      (id) => !new RegExp(`["'\`/ ]${id}["'\`/ ]`).test(text),
    );
    expect(unexpected).to.deep.equal([]);
  });
});
