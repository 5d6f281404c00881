/* Writes sandbox/COVERAGE.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { coverageMarkdown, coverageMistakes } from "../sandbox/src/coverage/coverage";

const mistakes = coverageMistakes();
if (mistakes.length > 0) throw new Error(mistakes.join("\n"));
writeFileSync(join(__dirname, "../sandbox/COVERAGE.md"), coverageMarkdown());
