/** `npm run test:aws`: see `command.ts`. */

import { setTimeout as delay } from "node:timers/promises";
import { trialCommand } from "./command";

trialCommand(process.argv.slice(2), {
  pass: (durationMs) => delay(durationMs),
  intervalMs: 5_000,
  deadlineMs: 60 * 60_000,
  print: (line) => void process.stdout.write(`${line}\n`),
  say: (line) => void process.stderr.write(`${line}\n`),
}).then(
  (exitCode) => (process.exitCode = exitCode),
  (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${text}\n`);
    process.exitCode = 1;
  },
);
