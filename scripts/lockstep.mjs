// `node scripts/lockstep.mjs <command>`: sets up what is missing, then runs the CLI in this very process, so that there is
// no second Node to be stopped.
import { join } from "node:path";
import { ensureDependencies, requireSupportedNode, root } from "./machine.mjs";

requireSupportedNode();
await ensureDependencies();

// Only now: it needs the dependencies.
const { typescriptRequire } = await import("./typescript.mjs");
const { main } = typescriptRequire()(join(root, "automation", "cli", "main.ts"));
await main(process.argv.slice(2));
