/** `npm run docs:config-schema`: writes the JSON Schema of a stack file. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { stackFileSchema } from "../components/config/json-schema";

const file = join(__dirname, "..", "docs", "config.schema.json");
void format(JSON.stringify(stackFileSchema()), { parser: "json", printWidth: 100 }).then((text) =>
  writeFileSync(file, text),
);
