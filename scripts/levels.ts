/* Writes docs/levels.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { levelsMarkdown } from "../tests/helpers/levels-docs";

writeFileSync(join(__dirname, "../docs/levels.md"), levelsMarkdown());
