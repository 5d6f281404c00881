// `node scripts/lockstep.mjs <command>`: sets up what is missing, then runs the CLI in this very process, so that there is
// no second Node to be stopped.
import { ensureDependencies, launch } from "./machine.mjs";

launch.requireSupportedNode();
await ensureDependencies();

// Only now: its loader is one of the dependencies.
await launch.load("automation/cli/main").main(process.argv.slice(2));
