/* Wall time of the demo after set-up, with 2,000 and with 20,000 files. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { printTable } from "./table";

const FILE_COUNTS = [2_000, 20_000];

function makeFiles(folder: string, count: number): void {
  for (let index = 0; index < count; index++) {
    const directory = join(folder, `part ${Math.floor(index / 500)}`);
    if (index % 500 === 0) mkdirSync(directory);
    writeFileSync(
      join(directory, `record-${index}-é.txt`),
      `record ${index}\n`.repeat(1 + (index % 300)),
    );
  }
}

const rows: [string, Record<string, number>][] = [];
for (const count of FILE_COUNTS) {
  const folder = mkdtempSync(join(tmpdir(), "lockstep-bench-demo-"));
  const data = join(folder, "data");
  mkdirSync(data);
  makeFiles(data, count);
  const startedAt = performance.now();
  const { status } = spawnSync(
    process.execPath,
    [resolve(__dirname, "../scripts/lockstep.mjs"), "demo", "--yes", "--data", data, "-C", folder],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  if (status !== 0) throw new Error(`The demo of ${count} files ended with ${status}.`);
  rows.push([`${count} files`, { seconds: (performance.now() - startedAt) / 1000 }]);
  rmSync(folder, { recursive: true });
}
printTable(rows.reverse());
