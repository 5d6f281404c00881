/* Time from starting `lockstep sandbox` as a process to its line with the endpoint, five times. */
import { startSandboxProcess } from "./servers";
import { printTable } from "./table";

async function main(): Promise<void> {
  const rows: [string, Record<string, number>][] = [];
  for (let run = 1; run <= 5; run++) {
    const startedAt = performance.now();
    const server = await startSandboxProcess();
    rows.push([`run ${run}`, { milliseconds: performance.now() - startedAt }]);
    server.stop();
  }
  printTable(rows);
}

void main();
