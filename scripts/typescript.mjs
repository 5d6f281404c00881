// Lets this very process load our TypeScript, so that there is no second Node to be started and stopped.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "./machine.mjs";

/** Answers a `require` that takes the project's TypeScript files. */
export function typescriptRequire() {
  hideSdkVersionWarning();
  const require = createRequire(import.meta.url);
  const { REGISTER_INSTANCE, register } = require("ts-node");
  // Pulumi's way to run a plugin has registered one that checks all types, the AWS SDKs' too: ten seconds at every start.
  process[REGISTER_INSTANCE]?.enabled(false);
  // Paths are told apart relative to `cwd`: so our own files compile also when this project lies under a node_modules.
  const service = register({
    transpileOnly: true,
    cwd: root,
    projectSearchDir: root,
    project: join(root, "tsconfig.json"),
  });
  keepCompiled(service, require("typescript").version);
  return require;
}

/** The AWS SDK warns on Node 20 about releases to come; our versions are pinned. Only this one warning is left out. */
function hideSdkVersionWarning() {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (warning, ...rest) => {
    if (String(warning).startsWith("NodeVersionSupportWarning")) return;
    emitWarning(warning, ...rest);
  };
}

/** Keeps what ts-node compiled, by content: most of the start of a command would be spent on compiling it again. */
function keepCompiled(service, compilerVersion) {
  const folder = join(root, "node_modules", ".cache", "lockstep", "compiled");
  try {
    mkdirSync(folder, { recursive: true });
  } catch {
    // An installed package may lie where its user cannot write. It then starts slower.
    return;
  }
  const compile = service.compile.bind(service);
  service.compile = (code, fileName, ...rest) => {
    const name = createHash("sha256")
      .update(`${compilerVersion}\0${fileName}\0${code}`)
      .digest("hex");
    const file = join(folder, `${name}.js`);
    try {
      return readFileSync(file, "utf8");
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
    const compiled = compile(code, fileName, ...rest);
    writeFileSync(`${file}.${process.pid}`, compiled);
    renameSync(`${file}.${process.pid}`, file);
    return compiled;
  };
}
