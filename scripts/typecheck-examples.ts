// `npm run typecheck:examples`: `examples/service` against the public types that `npm run api:check` has written, with the packages
// that its tests run with. Against the sources it would take the compiler ten times as long.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { testTool } from "../tests/helpers/test-tool";

const ROOT = join(__dirname, "..");
const SERVICE = join("examples", "service");
const TYPES = join(ROOT, ".cache", "types");

async function main(): Promise<number> {
  const packages = dirname(dirname(await testTool("example-service")));
  if (!existsSync(join(TYPES, "automation", "index.d.ts"))) {
    const code = compile(join(ROOT, "tsconfig.api.json"));
    if (code !== 0) return code;
  }
  // Beside the types, so that what it imports of Lockstep by its place is these.
  const copy = join(TYPES, SERVICE);
  rmSync(copy, { recursive: true, force: true });
  cpSync(join(ROOT, SERVICE), copy, {
    recursive: true,
    filter: (path) => !path.includes("node_modules"),
  });
  const config = {
    extends: join(ROOT, SERVICE, "tsconfig.json"),
    compilerOptions: {
      rootDir: "/",
      paths: {
        hono: [join(packages, "hono")],
        "hono/streaming": [join(packages, "hono", "dist", "types", "helper", "streaming")],
        "@hono/node-server": [join(packages, "@hono", "node-server")],
      },
    },
    include: ["*.ts"],
    exclude: [],
  };
  const file = join(copy, "tsconfig.check.json");
  writeFileSync(file, JSON.stringify(config));
  return compile(file);
}

function compile(project: string): number {
  const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const { error, status } = spawnSync(process.execPath, [tsc, "-p", project], { stdio: "inherit" });
  if (error !== undefined) throw error;
  return status ?? 1;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  },
);
