import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of this package: a clone's, or the one that it is installed in. What is built lies deeper than its sources. */
export const PACKAGE_ROOT = nearestPackage(__dirname);

/** How this installation's command line is called. A clone runs from its sources. */
export const COMMAND = __filename.endsWith(".ts") ? "npm run -s lockstep --" : "npx lockstep";

/** The version that package.json names. */
export function packageVersion(): string {
  const file = join(PACKAGE_ROOT, "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

function nearestPackage(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error(`There is no package.json above ${__dirname}.`);
  return nearestPackage(parent);
}
