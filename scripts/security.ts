/* Writes docs/security.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { securityMarkdown } from "../tests/helpers/security-table";

writeFileSync(join(__dirname, "../docs/security.md"), securityMarkdown());
