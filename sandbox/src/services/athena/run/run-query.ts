import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Foundation } from "../../../world/foundation";
import { runDefinition } from "../catalog/run-definition";
import { runSelect } from "../engine/select";
import type { CatalogDatabase } from "../catalog/tables";
import type { QueryEnd, QueryExecution } from "../model";
import { Caller } from "./caller";
import { QueryFailed, tooManyBytes } from "./failure";
import { resultLine, writeOutput } from "./output";

/**
 * Runs a query to its end, and writes its result.
 * @returns how it ended when it did not succeed
 */
export async function runQuery(
  world: Foundation,
  databases: Map<string, CatalogDatabase>,
  execution: QueryExecution,
): Promise<QueryEnd | undefined> {
  const caller = new Caller(world, execution);
  try {
    if (execution.statement.kind === "select") {
      await select(world, databases, execution, caller);
    } else {
      const lines = runDefinition(world, databases, execution, caller);
      execution.columns = lines.columns;
      const body = Buffer.from(lines.rows.map((row) => `${row.join("\t")}\n`).join(""));
      execution.outputRows = lines.rows.length;
      execution.outputBytes = body.length;
      writeOutput(caller, execution, body);
    }
    return undefined;
  } catch (error) {
    if (error instanceof QueryFailed) return error.end;
    throw error;
  }
}

async function select(
  world: Foundation,
  databases: ReadonlyMap<string, CatalogDatabase>,
  execution: QueryExecution,
  caller: Caller,
): Promise<void> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "lockstep-athena-")));
  try {
    const request = {
      query: execution.query,
      databaseName: execution.databaseName,
      databases,
      caller,
      folder,
      nowEpochMs: world.clock.nowEpochMs(),
      onBytes(bytes: number) {
        execution.scannedBytes = bytes;
        if (bytes > (execution.bytesCutoff ?? Infinity)) throw tooManyBytes();
      },
      onStart(interrupt: () => void) {
        // It may have been stopped before there was anything to end.
        if (execution.state === "RUNNING") execution.cancel = interrupt;
        else interrupt();
      },
    };
    await runSelect(request, async ({ columns, rows }) => {
      const lines = [resultLine(columns.map(({ name }) => name))];
      let count = 0;
      for await (const chunk of rows) {
        lines.push(chunk.map(resultLine).join(""));
        count += chunk.length;
      }
      // It may have been stopped meanwhile.
      if (execution.state !== "RUNNING") return;
      const body = Buffer.from(lines.join(""));
      execution.columns = columns;
      execution.outputRows = count;
      execution.outputBytes = body.length;
      writeOutput(caller, execution, body);
    });
  } finally {
    execution.cancel = undefined;
    await rm(folder, { recursive: true, force: true });
  }
}
