/* Writes components/package/rule.ts, and then components/package/schema.json. */
import { writeFileSync } from "node:fs";
import { inferPackageSchema, SCHEMA_FILE } from "./infer-package-schema";
import { packageRule, RULE_FILE } from "./package-rule";

async function main(): Promise<void> {
  writeFileSync(RULE_FILE, await packageRule());
  writeFileSync(SCHEMA_FILE, inferPackageSchema());
}

void main();
