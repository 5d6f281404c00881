/* Writes components/package/schema.json. */
import { writeFileSync } from "node:fs";
import { inferPackageSchema, SCHEMA_FILE } from "./infer-package-schema";

writeFileSync(SCHEMA_FILE, inferPackageSchema());
