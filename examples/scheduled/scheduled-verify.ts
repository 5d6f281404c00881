/* `lockstep verify` once a day in an account of its own: a verdict that is not clean is told to a topic of SNS. */
import { scheduledBuild, type ScheduledBuildArgs } from "./scheduled-build";

/** What a look once a day needs. */
export interface ScheduledVerifyArgs extends ScheduledBuildArgs {
  /** ARNs of the roles that may only look, by the profiles that the stack file names: `lockstep policies --operator` writes their policies. */
  readonly verifyRoleArns: Readonly<Record<string, string>>;
  /** As EventBridge Scheduler writes it. Default: each night at 03:17 UTC. */
  readonly schedule?: string;
}

/** Declares the build, its schedule and the topic; the Pulumi program that calls it may export what it returns. */
export function scheduledVerify(name: string, args: ScheduledVerifyArgs) {
  const { schedule = "cron(17 3 * * ? *)", verifyRoleArns: roleArns } = args;
  const commands = ["npx lockstep verify --stack $STACK --since 26h --rpo 15m --non-interactive"];
  return scheduledBuild(name, args, { commands, roleArns, schedule });
}
