/* Writes docs/doctor.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { doctorMarkdown } from "../tests/helpers/doctor-table";

writeFileSync(join(__dirname, "../docs/doctor.md"), doctorMarkdown());
