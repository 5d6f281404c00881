/** The table of warnings: each code with what it says. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Listener } from "../../automation";
import { WARNINGS } from "../../automation/warning-codes";

const FOLDER = join(__dirname, "..", "..", "automation");

describe("warnings", () => {
  it("say what they are about", () => {
    for (const [code, what] of Object.entries(WARNINGS)) {
      expect(what, code)
        .to.match(/^[A-Z`][^\n]*\.$/)
        .and.to.have.length.above(10);
    }
  });

  it("are in the order of their names", () => {
    const codes = Object.keys(WARNINGS);
    expect(codes).to.deep.equal([...codes].sort());
  });

  it("have codes of the table alone, which the compiler holds", () => {
    const told: object[] = [];
    const emit: Listener = (event) => void told.push(event);
    emit({ type: "warning", code: "PolicyRefuses", message: "in the table" });
    // @ts-expect-error No such code.
    emit({ type: "warning", code: "NotInTheTable", message: "not in the table" });
    expect(told).to.have.length(2);
  });

  it("are told somewhere, each of them", () => {
    const texts = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts") && path !== "warning-codes.ts")
      .map((path) => readFileSync(join(FOLDER, path), "utf8"));
    const untold = Object.keys(WARNINGS).filter(
      (code) => !texts.some((text) => text.includes(`"${code}"`)),
    );
    expect(untold).to.deep.equal([]);
  });
});
