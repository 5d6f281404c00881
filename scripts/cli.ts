/* Writes docs/cli.md, and the README's table of commands. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cliMarkdown, commandRows } from "../tests/helpers/cli-table";

const ROOT = join(__dirname, "..");
const README = join(ROOT, "README.md");

writeFileSync(join(ROOT, "docs/cli.md"), cliMarkdown());
const table = [["command", ""], ["---", "---"], ...commandRows()]
  .map((cells) => `| ${cells.join(" | ")} |`)
  .join("\n");
const text = readFileSync(README, "utf8");
writeFileSync(
  README,
  text.replace(
    /(<!-- commands: npm run docs:cli -->\n)[^]*?(\n<!-- -->)/,
    (_all, before: string, after: string) => `${before}\n${table}\n${after}`,
  ),
);
