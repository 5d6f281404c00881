/**
 * Lifecycle rules of an adopted vault that take versions away, as they were when it was adopted. Whatever comes to them later
 * was not deployed. Pure.
 */

import type {
  LifecycleActionOutputs,
  LifecycleRuleOutputs,
  VaultOutputs,
} from "../promise/outputs";

/** What an earlier deployment said of a vault's guard. */
export type PreviousGuard = Pick<VaultOutputs, "name" | "bucketName" | "guard">;

/**
 * The rules that an adopted vault is held against: what an earlier deployment of the same bucket wrote down, else what is found.
 * A rule that was added since does not become a deployed one by the next `up`.
 */
export function deployedLifecycleRules(
  vault: Pick<VaultOutputs, "name" | "bucketName">,
  previous: readonly PreviousGuard[],
  found: readonly LifecycleRuleOutputs[],
): LifecycleRuleOutputs[] {
  const before = previous.find(
    ({ bucketName, name }) => name === vault.name && bucketName === vault.bucketName,
  )?.guard;
  return before?.existing === true && before.lifecycleRules !== undefined
    ? before.lifecycleRules
    : [...found];
}

/**
 * A rule as CloudFormation has it, which says in members of its own what S3's API says in a filter and in lists.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-rule.html
 */
export interface CloudFormationRule {
  readonly status?: string;
  readonly prefix?: string;
  readonly tagFilters?: readonly { readonly key: string; readonly value: string }[];
  /** Numbers as text. */
  readonly objectSizeGreaterThan?: string | number;
  readonly objectSizeLessThan?: string | number;
  readonly expirationInDays?: number;
  readonly expirationDate?: string;
  readonly expiredObjectDeleteMarker?: boolean;
  readonly noncurrentVersionExpirationInDays?: number;
  readonly noncurrentVersionExpiration?: CloudFormationAction;
  readonly transition?: CloudFormationAction;
  readonly transitions?: readonly CloudFormationAction[];
  readonly noncurrentVersionTransition?: CloudFormationAction;
  readonly noncurrentVersionTransitions?: readonly CloudFormationAction[];
}

interface CloudFormationAction {
  readonly noncurrentDays?: number;
  readonly newerNoncurrentVersions?: number;
  readonly transitionInDays?: number;
  readonly transitionDate?: string;
  readonly storageClass?: string;
}

/** Those that are in force and take versions away, in the words of the outputs. */
export function takingRules(rules: readonly CloudFormationRule[]): LifecycleRuleOutputs[] {
  return rules
    .filter(({ status }) => status === "Enabled")
    .flatMap((rule) => {
      const actions = actionsOf(rule);
      return Object.keys(actions).length === 0 ? [] : [{ ...filterOf(rule), ...actions }];
    });
}

function filterOf(rule: CloudFormationRule): LifecycleRuleOutputs {
  const { objectSizeGreaterThan, objectSizeLessThan, prefix, tagFilters = [] } = rule;
  return {
    ...(prefix && { prefix }),
    ...(tagFilters.length > 0 && {
      tags: Object.fromEntries(tagFilters.map(({ key, value }) => [key, value])),
    }),
    ...(objectSizeGreaterThan !== undefined && {
      objectSizeGreaterThan: Number(objectSizeGreaterThan),
    }),
    ...(objectSizeLessThan !== undefined && { objectSizeLessThan: Number(objectSizeLessThan) }),
  };
}

function actionsOf(rule: CloudFormationRule): LifecycleRuleOutputs {
  const expiration: LifecycleActionOutputs = {
    ...(rule.expirationInDays !== undefined && { days: rule.expirationInDays }),
    ...(rule.expirationDate !== undefined && { date: isoDate(rule.expirationDate) }),
    ...(rule.expiredObjectDeleteMarker === true && { expiredObjectDeleteMarker: true }),
  };
  const noncurrent =
    rule.noncurrentVersionExpiration ??
    (rule.noncurrentVersionExpirationInDays === undefined
      ? undefined
      : { noncurrentDays: rule.noncurrentVersionExpirationInDays });
  const transitions = rule.transitions ?? (rule.transition ? [rule.transition] : []);
  const later =
    rule.noncurrentVersionTransitions ??
    (rule.noncurrentVersionTransition ? [rule.noncurrentVersionTransition] : []);
  return {
    ...(Object.keys(expiration).length > 0 && { expiration }),
    ...(noncurrent && { noncurrentVersionExpiration: actionOf(noncurrent) }),
    ...(transitions.length > 0 && { transitions: transitions.map(actionOf) }),
    ...(later.length > 0 && { noncurrentVersionTransitions: later.map(actionOf) }),
  };
}

function actionOf(action: CloudFormationAction): LifecycleActionOutputs {
  const { newerNoncurrentVersions, noncurrentDays, storageClass, transitionDate } = action;
  const days = noncurrentDays ?? action.transitionInDays;
  return {
    ...(days !== undefined && { days }),
    ...(transitionDate !== undefined && { date: isoDate(transitionDate) }),
    ...(newerNoncurrentVersions !== undefined && { newerNoncurrentVersions }),
    ...(storageClass !== undefined && { storageClass }),
  };
}

function isoDate(text: string): string {
  return new Date(text).toISOString();
}
