/**
 * The local providers of a clone, whose sources are TypeScript. Compiled once per content: a plugin is started for every
 * provider of every command, and then loads no compiler. What is published is compiled already and never comes here.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Compiles what the providers are made of into a folder below `target`, unless it is there already, and answers that folder.
 * @param source the folder of the sandbox's sources
 */
export async function compiledProviders(source: string, target: string): Promise<string> {
  const files = await sourceFiles(source);
  const compiled = join(target, await digest(source, files));
  if (!existsSync(compiled)) await compile(source, files, compiled);
  return compiled;
}

/** What the providers are made of, relative to the folder of the sandbox. */
async function sourceFiles(source: string): Promise<string[]> {
  const files = await readdir(join(source, "providers"), { recursive: true });
  const data = await readdir(join(source, "cfn"));
  return [
    join("time", "clock.ts"),
    ...files
      .filter((file) => file.endsWith(".ts") && !/^(install|compile-sources)\./.test(file))
      .map((file) => join("providers", file)),
    ...data.map((file) => join("cfn", file)),
  ].sort();
}

async function digest(source: string, files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(await readFile(join(source, file)));
  return hash.digest("hex").slice(0, 16);
}

async function compile(source: string, files: readonly string[], target: string): Promise<void> {
  const { default: typescript } = await import("typescript");
  // Made beside and renamed, so that no engine meets half of it.
  const unfinished = `${target}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  for (const file of files) {
    const output = join(unfinished, file.replace(/\.ts$/, ".js"));
    await mkdir(dirname(output), { recursive: true });
    if (!file.endsWith(".ts")) {
      await copyFile(join(source, file), output);
      continue;
    }
    const { outputText } = typescript.transpileModule(await readFile(join(source, file), "utf8"), {
      fileName: file,
      compilerOptions: {
        target: typescript.ScriptTarget.ES2022,
        module: typescript.ModuleKind.CommonJS,
        esModuleInterop: true,
      },
    });
    await writeFile(output, outputText);
  }
  try {
    await rename(unfinished, target);
  } catch (error) {
    // Another process may have finished the same content meanwhile.
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
}
