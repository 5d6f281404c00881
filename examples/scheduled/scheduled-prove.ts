/*
 * `lockstep prove` once a month in an account of its own: bundles of evidence, each following the one before, kept beside the vaults. A
 * verdict that is not clean, and a bundle that could not be kept, are told to a topic of SNS.
 */
import { scheduledBuild, type ScheduledBuildArgs } from "./scheduled-build";

/** What evidence once a month needs. */
export interface ScheduledProveArgs extends ScheduledBuildArgs {
  /** ARN of the key that signs, of KMS, in a vault's account: `ECC_NIST_P256`, `SIGN_VERIFY`. */
  readonly evidenceKeyArn: string;
  /**
   * ARNs of the roles, by the profiles that the stack file names: `lockstep policies --operator` writes their policies. The one of the key's
   * account needs `kms:GetPublicKey` and `kms:Sign` of the key too.
   */
  readonly proveRoleArns: Readonly<Record<string, string>>;
  /** As EventBridge Scheduler writes it. Default: the first of each month at 05:17 UTC. */
  readonly schedule?: string;
}

/** Declares the build, its schedule and the topic; the Pulumi program that calls it may export what it returns. */
export function scheduledProve(name: string, args: ScheduledProveArgs) {
  const { evidenceKeyArn, proveRoleArns: roleArns, schedule = "cron(17 5 1 * ? *)" } = args;
  const commands = [
    `npx lockstep prove --stack $STACK --out evidence.tar --key kms:${evidenceKeyArn} --no-refusals --non-interactive --json > prove.ndjson || (cat prove.ndjson && exit 1)`,
    // The file goes with the build: what is not beside a vault is nowhere, and with `keep: false` nothing warns of it.
    `cat prove.ndjson && ! grep EvidenceNotKept prove.ndjson && grep --quiet '"kept":\\[{' prove.ndjson`,
  ];
  return scheduledBuild(name, args, { commands, roleArns, schedule });
}
