/* Writes docs/events.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventsMarkdown } from "../tests/helpers/event-docs";

writeFileSync(join(__dirname, "../docs/events.md"), eventsMarkdown());
