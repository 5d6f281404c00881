// `npm run build`: what is published of both packages, or of those that are named (`sandbox`, `product`). The product's types
// need the sandbox's.
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root, runProgram } from "./machine.mjs";

/** Each with its compiler project, and with the files that are read as they are. */
const PACKAGES = {
  sandbox: {
    project: join("sandbox", "tsconfig.json"),
    target: join("sandbox", "dist"),
    copies: { [join("sandbox", "src", "cfn")]: "cfn" },
  },
  product: {
    project: "tsconfig.build.json",
    target: "dist",
    copies: {
      [join("components", "package", "schema.json")]: join("components", "package", "schema.json"),
      [join("automation", "engine", "install-in-child.mjs")]: join(
        "automation",
        "engine",
        "install-in-child.mjs",
      ),
      [join("automation", "analysis", "questions")]: join("automation", "analysis", "questions"),
    },
  },
};

const named = process.argv.slice(2);
const unknown = named.filter((name) => PACKAGES[name] === undefined);
if (unknown.length > 0) {
  const names = Object.keys(PACKAGES).join(", ");
  process.stderr.write(`expected any of ${names}, got ${unknown.join(", ")}\n`);
  process.exit(2);
}
for (const name of named.length > 0 ? named : Object.keys(PACKAGES)) await build(PACKAGES[name]);

async function build({ project, target, copies }) {
  // What a source that is gone has left there would be published.
  rmSync(join(root, target), { recursive: true, force: true });
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  // npm shows what a script prints in its own output, which `npm pack --json` fills with data.
  const code = await runProgram(process.execPath, [compiler, "-p", project], {
    stdio: ["ignore", 2, 2],
  });
  if (code !== 0) process.exit(code);
  for (const [from, to] of Object.entries(copies)) {
    cpSync(join(root, from), join(root, target, to), { recursive: true });
  }
}
