/** Signals of the library's calls: each has its own, and many share one without a warning. */

import { getEventListeners } from "node:events";
import { expect } from "chai";
import { accountClients, callerIdentity } from "../../automation/aws/aws-clients";
import { systemClock } from "../../automation/clock";
import { runChild } from "../../automation/engine/child-process";
import type { Engine } from "../../automation/engine/find-engine";
import { engineRunner, withSignal } from "../../automation/stack/workspace";
import { ACCOUNTS } from "../helpers/engine-project";
import { startSandbox } from "lockstep-sandbox";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

describe("a signal of the library", function () {
  this.timeout(120_000);

  it("is shared by many requests, waits and programs without a warning, and none goes on listening", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lockstep-signals-"));
    const { accountId, profile, region } = ACCOUNTS.source;
    const sandbox = await startSandbox({ accounts: [{ name: profile, accountId, region }] });
    const warnings: Error[] = [];
    const keep = (warning: Error): void => void warnings.push(warning);
    process.on("warning", keep);
    const { configFile } = await sandbox.writeAwsConfig(folder);
    const clients = await accountClients(ACCOUNTS.source, { configFile, variables: {} });
    const { signal } = new AbortController();
    try {
      const many = Array.from({ length: 25 });
      await Promise.all([
        ...many.map(() => callerIdentity(clients, signal)),
        ...many.map(() => systemClock.sleep(5, signal)),
        ...many.slice(0, 12).map(() => runChild(process.execPath, ["-e", ""], { signal })),
      ]);
      // A warning is told in a later turn.
      await systemClock.sleep(1);
    } finally {
      clients.destroy();
      await sandbox.close();
      process.off("warning", keep);
      await rm(folder, { recursive: true, force: true });
    }
    expect(warnings).to.deep.equal([]);
    expect(getEventListeners(signal, "abort")).to.deep.equal([]);
  });

  describe("of a call on an opened stack", () => {
    // Stands for the engine: what ends it is seen, and nothing else is asked.
    const engine: Engine = { path: process.execPath, version: "3.0.0", origin: "env" };
    const forever = ["-e", "setInterval(() => {}, 1000)", "--"];
    const runForever = (run: ReturnType<typeof engineRunner>): Promise<unknown> =>
      run(forever, tmpdir(), {}).catch((error: unknown) => error);

    it("ends it, though the stack was opened with another", async () => {
      const opening = new AbortController();
      const call = new AbortController();
      const run = engineRunner(engine, opening.signal);
      const ended = withSignal(call.signal, () => runForever(run));
      call.abort();
      expect(await ended).to.include({ code: "Aborted" });
      expect(opening.signal.aborted).to.equal(false);
    });

    it("lets it work, though the one of the opening was given since", async () => {
      const opening = new AbortController();
      const run = engineRunner(engine, opening.signal);
      opening.abort();
      const call = new AbortController();
      const result = await withSignal(call.signal, () => run(["-e", "", "--"], tmpdir(), {}));
      expect(result).to.include({ code: 0 });
      expect(await runForever(run)).to.include({ code: "Aborted" });
    });
  });
});
