import * as pulumi from "@pulumi/pulumi";
import * as s3 from "@pulumi/aws/s3";
import type { Provider } from "@pulumi/aws/provider";
import { type AccountOptions, childOptions } from "./component-options";
import type { RuleConfig } from "./config/types";
import { type ReplicationDestination, replicationRule } from "./replication-rules";
import { ArgumentProblems } from "./validation";

export interface ReplicationConfigurationArgs {
  /** The source bucket, versioned already. */
  bucketName: pulumi.Input<string>;
  roleArn: pulumi.Input<string>;
  /** What each rule's `vault` stands for. */
  destinations: Record<string, ReplicationDestination>;
  /**
   * All rules of the bucket. S3 keeps one configuration per bucket: rules that are not listed here are removed.
   */
  rules: RuleConfig[];
}

/**
 * The replication rules of the source bucket.
 *
 * On destroy the rules go: live replication stops, and what was replicated stays in the vaults.
 */
export class ReplicationConfiguration extends pulumi.ComponentResource {
  static readonly pulumiType = "lockstep:index:ReplicationConfiguration";

  constructor(name: string, args: ReplicationConfigurationArgs, opts: AccountOptions<Provider>) {
    super(ReplicationConfiguration.pulumiType, name, {}, opts);
    const problems = new ArgumentProblems();
    if (args.rules.length === 0) problems.add("rules", "expected at least one rule");
    const rules = args.rules.flatMap((rule, index) => {
      const destination = args.destinations[rule.vault];
      if (destination !== undefined) return [replicationRule(rule, destination)];
      problems.add(
        `rules[${index}].vault`,
        `expected one of the destinations, got "${rule.vault}"`,
      );
      return [];
    });
    problems.throwIfAny("ReplicationConfiguration");

    new s3.BucketReplicationConfig(
      `${name}-rules`,
      { bucket: args.bucketName, role: args.roleArn, rules },
      childOptions(this, opts),
    );
    this.registerOutputs({});
  }
}
