/*
 * A small web service around one environment.
 *
 *     npm ci --prefix examples/service
 *     node -r ./scripts/typescript.cjs examples/service/server.ts FOLDER STACK [PORT]
 */
import { serve } from "@hono/node-server";
import { isLockstepError, openEnvironment } from "../../automation";
import { createApp } from "./app";
import { BackfillDesk } from "./backfill-desk";

async function main(cwd: string, stack: string, port: number): Promise<void> {
  const desk = new BackfillDesk(await openEnvironment({ cwd, stack }));
  const { fetch } = createApp(desk);
  const server = serve({ fetch, hostname: "127.0.0.1", port }, ({ port: taken }) => {
    process.stdout.write(
      `http://127.0.0.1:${taken}/ is for this machine alone: it asks nobody who they are, and who opens it can approve.\n`,
    );
  });
  server.on("error", fail);

  const stop = (): void => {
    process.stderr.write("Ending. A job is left as it is; the next start carries on with it.\n");
    desk
      .close()
      .then(() => {
        server.close();
        // Streams of events would never end, and browsers keep connections for later.
        if ("closeAllConnections" in server) server.closeAllConnections();
      })
      .catch(fail);
  };
  // The second time they end the process at once.
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, stop);
}

function fail(error: unknown): void {
  process.stderr.write(
    isLockstepError(error)
      ? `${error.code}: ${error.message}\nhint: ${error.hint}\n`
      : `${String(error)}\n`,
  );
  process.exitCode = 1;
}

const [folder = ".", stackName = "dev", portText = "8080"] = process.argv.slice(2);
main(folder, stackName, Number(portText)).catch(fail);
