import * as pulumi from "@pulumi/pulumi";
import * as s3 from "@pulumi/aws/s3";
import type { Provider } from "@pulumi/aws/provider";
import type { input } from "@pulumi/aws/types";
import { type AccountOptions, childOptions, KEEP_ON_DESTROY } from "../component-options";
import type { RuleConfig } from "../config/types";
import type { RuleConflict } from "./existing-source";
import { type ReplicationDestination, replicationRule } from "./declared-rules";
import { type Transform, transformed } from "../transform";
import { ArgumentProblems } from "../validation";

/** What `ReplicationConfiguration` is given. */
export interface ReplicationConfigurationArgs {
  /** The source bucket, versioned already. */
  bucketName: pulumi.Input<string>;
  /** The one role of all rules, those of others included. */
  roleArn: pulumi.Input<string>;
  /** What each rule's `vault` stands for. */
  destinations: Record<string, ReplicationDestination>;
  /** Our rules. Their names are their ids in S3. */
  rules: RuleConfig[];
  /**
   * Rules of others that the bucket has, as `findExistingSource` reads them. S3 keeps one configuration per bucket: what is
   * listed neither here nor in `rules` is removed.
   * @default none
   */
  otherRules?: readonly input.s3.BucketReplicationConfigRule[];
  /** Why rules of others cannot stay as they are beside ours, as `findExistingSource` tells. @default none */
  conflicts?: readonly RuleConflict[];
  /**
   * Leaves only the rules of others: what is done before a stack is taken down that shares the configuration with them.
   * @default false
   */
  detached?: boolean;
  /** Changes the configuration before it is declared. Our rules have to stay as they are. */
  transform?: Transform<s3.BucketReplicationConfigArgs>;
}

/**
 * The replication rules of the source bucket.
 *
 * On destroy the rules go: live replication stops, and what was replicated stays in the vaults. Where the bucket has rules
 * of others too, the whole configuration stays, since S3 could only remove all of it; `lockstep destroy` takes out ours before.
 */
export class ReplicationConfiguration extends pulumi.ComponentResource {
  /** Type of the component in Pulumi's state. */
  static readonly pulumiType = "lockstep:index:ReplicationConfiguration";

  constructor(name: string, args: ReplicationConfigurationArgs, opts: AccountOptions<Provider>) {
    super(ReplicationConfiguration.pulumiType, name, {}, opts);
    const { otherRules = [] } = args;
    throwIfInexpressible(name, args.conflicts ?? []);
    const ours = args.detached === true ? [] : checkedRules(name, args);
    const config = transformed(
      "transform.replicationConfiguration",
      args.transform,
      { bucket: args.bucketName, role: args.roleArn, rules: [...ours, ...otherRules] },
      `${name}-rules`,
      (changed) => ruleProblems(changed, ours),
    );
    new s3.BucketReplicationConfig(`${name}-rules`, config, {
      ...childOptions(this, opts),
      ...(otherRules.length > 0 ? KEEP_ON_DESTROY : {}),
    });
    this.registerOutputs({});
  }
}

/** Rules of others are never written with less than they had, not even to take ours away. */
function throwIfInexpressible(name: string, conflicts: readonly RuleConflict[]): void {
  const problems = new ArgumentProblems("ReplicationConfiguration", name);
  for (const { ours, reason } of conflicts) {
    if (ours === undefined) problems.add("otherRules", reason);
  }
  problems.throwIfAny();
}

/** @throws ArgumentsError with everything that is wrong. */
function checkedRules(
  name: string,
  args: ReplicationConfigurationArgs,
): input.s3.BucketReplicationConfigRule[] {
  const problems = new ArgumentProblems("ReplicationConfiguration", name);
  if (args.rules.length === 0) problems.add("rules", "expected at least one rule");
  const rules = args.rules.flatMap((rule, index) => {
    for (const { ours, reason } of args.conflicts ?? []) {
      if (ours?.name === rule.name && ours.member === "name") {
        problems.add(`rules[${index}].name`, reason);
      }
    }
    for (const { id, priority } of args.otherRules ?? []) {
      if (priority !== rule.priority) continue;
      problems.add(
        `rules[${index}].priority`,
        `expected a priority that no rule of the bucket has, got ${rule.priority}, which its rule "${String(id)}" has; change it (larger wins among rules to one bucket)`,
      );
    }
    const destination = args.destinations[rule.vault];
    if (destination !== undefined) return [replicationRule(rule, destination)];
    problems.add(`rules[${index}].vault`, `expected one of the destinations, got "${rule.vault}"`);
    return [];
  });
  problems.throwIfAny();
  return rules;
}

/** Each of our rules is still there, the very object that we made. */
function ruleProblems(
  changed: s3.BucketReplicationConfigArgs,
  ours: readonly input.s3.BucketReplicationConfigRule[],
): { path: string; reason: string }[] {
  const rules: unknown = changed.rules;
  return ours
    .filter((rule) => !Array.isArray(rules) || !rules.includes(rule))
    .map((rule) => ({
      path: "rules",
      reason: `expected the rule "${String(rule.id)}" unchanged; add rules beside it, or change it in the config`,
    }));
}
