import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { cliMarkdown, commandRows } from "../helpers/cli-table";

const read = (name: string): string => readFileSync(join(__dirname, "..", "..", name), "utf8");

describe("what is written of the command line", () => {
  it("is docs/cli.md, as the command table has it", () => {
    expect(read("docs/cli.md"), "run `npm run docs:cli`").to.equal(cliMarkdown());
  });

  it("is a row for each command in the README", () => {
    const [, section = ""] =
      /<!-- commands: npm run docs:cli -->\n([^]*?)<!-- -->/.exec(read("README.md")) ?? [];
    const rows = section
      .split("\n")
      .filter((line) => line.startsWith("| `"))
      .map((line) =>
        line
          .split(/(?<!\\)\|/)
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    expect(rows, "run `npm run docs:cli`").to.deep.equal(commandRows());
  });
});
