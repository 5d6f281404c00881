import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { LockstepConfig } from "../../../components/config/types";
import { organizationPoliciesOf } from "../../../components/organization-policies";
import { CONTROL_POLICY_MAX_CHARACTERS } from "../../../components/policy-documents";
import { LockstepError } from "../../errors";
import type { Session } from "../../events";
import { readStackConfig } from "../../stack/workspace";
import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { stackAddress } from "./stack-command";

/**
 * `lockstep policies`: what the organization should set on the vault accounts, made from the config alone. Files hold the
 * shortest form, since AWS counts every character of what the CLI and SDKs hand in.
 */
export const policies: CommandHandler = async (context) => {
  const address = await stackAddress(context);
  const config = await readStackConfig(address);
  if (config.side === "source") {
    throw new LockstepError(
      "ConfigInvalid",
      "This stack is of side source: the organization's policies are about vaults.",
      { hint: "Run it with the config of the vaults' team." },
    );
  }
  warn(config, context);
  const { resourceControlPolicy, serviceControlPolicy } = organizationPoliciesOf(config);
  const { outDir } = context.flags;
  for (const [kind, document] of [
    ["service-control-policy", serviceControlPolicy],
    ["resource-control-policy", resourceControlPolicy],
  ] as const) {
    const text = JSON.stringify(document);
    const written =
      outDir === undefined
        ? undefined
        : join(resolve(context.folder, outDir), `${address.stack}-${kind}.json`);
    if (written !== undefined) {
      await mkdir(resolve(context.folder, outDir ?? ""), { recursive: true });
      await writeFile(written, text);
    }
    context.emit({
      type: "organization-policy",
      kind,
      document,
      characters: text.length,
      ...(written !== undefined && { path: written }),
    });
    if (text.length > CONTROL_POLICY_MAX_CHARACTERS) {
      context.emit({
        type: "warning",
        code: "PolicyTooLong",
        message: `the ${kind} has ${text.length} characters, and AWS takes ${CONTROL_POLICY_MAX_CHARACTERS}: spread the vaults over several stacks.`,
      });
    }
  }
  return EXIT.ok;
};

function warn(config: LockstepConfig, { emit }: Pick<Session, "emit">): void {
  for (const { breakGlassRoleArn, name } of config.vaults) {
    if (breakGlassRoleArn !== undefined) continue;
    emit({
      type: "warning",
      code: "NoBreakGlassRole",
      message: `vault "${name}" has no breakGlassRoleArn: changes of its configuration and key are not refused.`,
    });
  }
  for (const { bucket, chainedFrom, name, replicationRoleArn } of config.sources) {
    if (!bucket.existing || chainedFrom !== undefined || replicationRoleArn !== undefined) continue;
    emit({
      type: "warning",
      code: "ReplicationRoleAssumed",
      message:
        `source "${name}": ${bucket.name} was there before; if it has replication rules of others, their role replicates and ` +
        "has to be named as replicationRoleArn, or the resource control policy refuses it.",
    });
  }
}
