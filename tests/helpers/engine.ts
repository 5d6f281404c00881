import { delimiter, dirname, isAbsolute, resolve } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { systemClock } from "../../automation/clock";
import { findEngine } from "../../automation/engine/find-engine";
import { useOwnConnections } from "../../automation/engine/own-connections";

/**
 * The real Pulumi engine for tests, found and if need be obtained as the command line does.
 * @throws LockstepError `EngineUnavailable`
 */
export async function pulumiCommand(): Promise<PulumiCommand> {
  useOwnConnections();
  const { path } = await findEngine({
    emit: () => undefined,
    signal: new AbortController().signal,
    clock: systemClock,
  });
  // The Automation API finds an engine on PATH, or as `bin/pulumi` under a folder, which this may not be.
  const folder = dirname(resolve(path));
  const search = process.env["PATH"] ?? "";
  if (isAbsolute(path) && !search.split(delimiter).includes(folder)) {
    process.env["PATH"] = `${folder}${delimiter}${search}`;
  }
  return PulumiCommand.get({ skipVersionCheck: true });
}
