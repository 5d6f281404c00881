import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { LockstepConfig } from "../../../components/config/types";
import { organizationPoliciesOf } from "../../../components/organization-policies";
import { CONTROL_POLICY_MAX_CHARACTERS } from "../../../components/policy-documents";
import { LockstepError } from "../../errors";
import type { Session } from "../../events";
import { readStackConfig } from "../../stack/stack-config";
import { operatorPolicies } from "../../permissions/operator-policies";
import type { CommandContext, CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { environmentOf } from "./environment";

/**
 * `lockstep policies`: what the organization should set on the vault accounts, made from the config alone. Files hold the
 * shortest form, since AWS counts every character of what the CLI and SDKs hand in.
 */
export const policies: CommandHandler = async (context) => {
  const { cwd: folder, stack } = await environmentOf(context);
  const config = await readStackConfig({ folder, stack });
  if (context.flags.operator === true) {
    await tellOperatorPolicies(config, stack, context);
    return EXIT.ok;
  }
  if (config.side === "source") {
    throw new LockstepError(
      "ConfigInvalid",
      "This stack is of side source: the organization's policies are about vaults.",
      { hint: "Run it with the config of the vaults' team." },
    );
  }
  warn(config, context);
  const { resourceControlPolicy, serviceControlPolicy } = organizationPoliciesOf(config);
  for (const [kind, document] of [
    ["service-control-policy", serviceControlPolicy],
    ["resource-control-policy", resourceControlPolicy],
  ] as const) {
    const text = JSON.stringify(document);
    const written = await writeOut(text, `${stack}-${kind}.json`, context);
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

/** Writes into the folder of `--out-dir`, which is made where it is not there. Undefined without the option. */
async function writeOut(
  text: string,
  name: string,
  { flags: { outDir }, folder }: CommandContext,
): Promise<string | undefined> {
  if (outDir === undefined) return undefined;
  const path = join(resolve(folder, outDir), name);
  await mkdir(resolve(folder, outDir), { recursive: true });
  await writeFile(path, text);
  return path;
}

/** What somebody has to be allowed to run each command. */
async function tellOperatorPolicies(
  config: LockstepConfig,
  stack: string,
  context: CommandContext,
): Promise<void> {
  for (const { accountId, command, document } of operatorPolicies(config)) {
    const text = JSON.stringify(document);
    const name = command.replaceAll(" --", "-");
    const path = await writeOut(text, `${stack}-${name}-${accountId}.json`, context);
    context.emit({
      type: "operator-policy",
      command,
      accountId,
      document,
      characters: text.length,
      ...(path !== undefined && { path }),
    });
  }
  if ((config.monitoring?.subscribers.slack.length ?? 0) > 0) {
    context.emit({
      type: "warning",
      code: "OperatorPolicyUnproven",
      message:
        "what Slack channels take stands in the statements as AWS documents it, and was not tried: the sandbox has no AWS Chatbot.",
    });
  }
  for (const { bucket, name, replicationRoleArn } of config.side === "vaults"
    ? []
    : config.sources) {
    if (!bucket.existing || replicationRoleArn !== undefined) continue;
    context.emit({
      type: "warning",
      code: "ReplicationRoleAssumed",
      message:
        `source "${name}": ${bucket.name} was there before; if it has replication rules of others, their role gets our policy and ` +
        "is passed to S3: name it as replicationRoleArn to have it in these policies.",
    });
  }
}

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
