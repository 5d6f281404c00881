/** Both packages as a user has them: packed, and installed into a folder that knows nothing of this repository. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

export const ROOT = join(__dirname, "..", "..");

export interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The files that npm would publish, built and packed into a folder of their own. */
export class Tarballs {
  private constructor(
    readonly folder: string,
    readonly product: string,
    readonly sandbox: string,
  ) {}

  static async pack(): Promise<Tarballs> {
    const folder = await mkdtemp(join(tmpdir(), "lockstep-pack-"));
    // Its `prepack` builds both.
    for (const workspace of [
      ["--include-workspace-root", "--workspaces=false"],
      ["--workspace=sandbox", "--ignore-scripts"],
    ]) {
      await npm(ROOT, ["pack", "--pack-destination", folder, ...workspace]);
    }
    const names = await readdir(folder);
    const named = (pattern: RegExp): string => {
      const name = names.find((one) => pattern.test(one));
      if (name === undefined) throw new Error(`npm pack made ${names.join(", ")}.`);
      return join(folder, name);
    };
    return new Tarballs(folder, named(/^lockstep-\d/), named(/^lockstep-sandbox-\d/));
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** A project of a user. */
export class Installed {
  private constructor(readonly folder: string) {}

  /** In a folder whose name has spaces and letters beyond ASCII. @param packages as `npm install` takes them */
  static async with(packages: readonly string[]): Promise<Installed> {
    const folder = join(await mkdtemp(join(tmpdir(), "lockstep-user-")), "records – prüfung");
    await mkdir(folder);
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: "user", private: true }));
    // What is in npm's cache is not asked for again.
    await npm(folder, ["install", "--no-audit", "--no-fund", "--prefer-offline", ...packages]);
    return new Installed(folder);
  }

  path(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  write(name: string, text: string): Promise<void> {
    return writeFile(this.path(name), text);
  }

  run(program: string, args: readonly string[], environment?: NodeJS.ProcessEnv): Promise<Run> {
    return run(program, args, this.folder, environment);
  }

  /** Every file of a package with its size and time. */
  async filesOf(name: string): Promise<readonly string[]> {
    const folder = this.path("node_modules", name);
    const files = await readdir(folder, { recursive: true });
    const lines = files.map(async (file) => {
      const { mtimeMs, size } = await stat(join(folder, file));
      return `${file} ${size} ${mtimeMs}`;
    });
    return (await Promise.all(lines)).sort();
  }

  remove(): Promise<void> {
    return rm(dirname(this.folder), { recursive: true, force: true });
  }
}

async function npm(folder: string, args: readonly string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await run("npm", args, folder);
  if (exitCode !== 0) throw new Error(`npm ${args.join(" ")}: ${stdout}${stderr}`);
}

function run(
  program: string,
  args: readonly string[],
  cwd: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<Run> {
  const env = { ...ownEnvironment(), ...environment };
  return new Promise((resolve) => {
    execFile(program, [...args], { cwd, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const code = error?.code;
      const exitCode = error === null ? 0 : typeof code === "number" ? code : 1;
      resolve({ exitCode, stdout, stderr });
    });
  });
}

/** Without what `npm run` and this repository put there. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const search = (process.env["PATH"] ?? "").split(delimiter);
  return {
    ...Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_|^TSX_/i.test(name)),
    ),
    PATH: search.filter((folder) => !folder.includes("node_modules")).join(delimiter),
    NO_COLOR: "1",
  };
}
