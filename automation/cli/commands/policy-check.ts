import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { readProgram } from "../../../policy/read/read-program";
import { inputChecked, tellPolicies } from "../../policy/hold-against";
import type { CommandHandler } from "../command";
import { policyExit, readPolicySettings, readTextFile } from "./policy-settings";

/** `lockstep policy check FILE`: any program's preview or state against the policy pack. Asks neither AWS nor an engine. */
export const policyCheck: CommandHandler = async (context) => {
  const { file = "-" } = context.flags;
  const settings = await readPolicySettings(context);
  const named = file === "-" ? "standard input" : file;
  const content =
    file === "-"
      ? await text(process.stdin)
      : await readTextFile(resolve(context.folder, file), file, "file");
  const resources = inputChecked(
    () => readProgram(content, named),
    "Write it with `pulumi preview --json > FILE` or `pulumi stack export > FILE`.",
  );
  return policyExit(tellPolicies(resources, settings ?? {}, context));
};
