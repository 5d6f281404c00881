import { delimiter, dirname, resolve } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation";

/**
 * The real Pulumi engine for tests: the one that `LOCKSTEP_PULUMI` names (its executable), else the one on PATH.
 * @throws Error of the Automation API when there is none
 */
export async function pulumiCommand(): Promise<PulumiCommand> {
  const named = process.env["LOCKSTEP_PULUMI"];
  if (named !== undefined && named !== "") {
    // The Automation API finds an engine on PATH, or as `bin/pulumi` under a folder, which this may not be.
    const folder = dirname(resolve(named));
    const path = process.env["PATH"] ?? "";
    if (!path.split(delimiter).includes(folder)) {
      process.env["PATH"] = `${folder}${delimiter}${path}`;
    }
  }
  return PulumiCommand.get({ skipVersionCheck: true });
}
