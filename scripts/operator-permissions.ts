/* Writes docs/operator-permissions.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { operatorPermissionsMarkdown } from "../automation/permissions/operator-document";

writeFileSync(join(__dirname, "../docs/operator-permissions.md"), operatorPermissionsMarkdown());
