/* Writes docs/policies.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { policiesMarkdown } from "../tests/helpers/policy-table";

writeFileSync(join(__dirname, "../docs/policies.md"), policiesMarkdown());
