/** Lifecycle rules by what they take away: their names, and what they do not take, have no meaning here. Pure. */

import type { LifecycleRule, LifecycleRuleFilter, Tag } from "@aws-sdk/client-s3";
import { canonicalJson } from "../../components/promise/canonical-json";
import type {
  LifecycleActionOutputs,
  LifecycleRuleOutputs,
} from "../../components/promise/outputs";

/** Live rules that take versions away and were not deployed. */
export function rulesBeside(
  deployed: readonly LifecycleRuleOutputs[],
  live: readonly LifecycleRule[],
): readonly LifecycleRule[] {
  const known = new Set(deployed.map(canonicalJson));
  return live.filter((rule) => takesAway(rule) && !known.has(canonicalJson(ruleOutputs(rule))));
}

/** Whether a lifecycle rule deletes, hides or moves versions; uploads that were never finished are none. */
function takesAway(rule: LifecycleRule): boolean {
  if (rule.Status !== "Enabled") return false;
  return [
    rule.Expiration,
    rule.NoncurrentVersionExpiration,
    rule.Transitions,
    rule.NoncurrentVersionTransitions,
  ].some((action) => action !== undefined);
}

/** A rule as S3 gives it back, in the words of the outputs. */
function ruleOutputs(rule: LifecycleRule): LifecycleRuleOutputs {
  const { Expiration, NoncurrentVersionExpiration, NoncurrentVersionTransitions, Transitions } =
    rule;
  return {
    ...filterOutputs(rule),
    ...(Expiration && { expiration: actionOutputs(Expiration) }),
    ...(NoncurrentVersionExpiration && {
      noncurrentVersionExpiration: actionOutputs(NoncurrentVersionExpiration),
    }),
    ...(Transitions && { transitions: Transitions.map(actionOutputs) }),
    ...(NoncurrentVersionTransitions && {
      noncurrentVersionTransitions: NoncurrentVersionTransitions.map(actionOutputs),
    }),
  };
}

/** An empty prefix is none. What a filter joins by `And`, and a rule of the first version's prefix, mean the same. */
function filterOutputs({ Filter, Prefix: oldPrefix }: LifecycleRule): LifecycleRuleOutputs {
  const filter: LifecycleRuleFilter & { Tags?: Tag[] | undefined } = { ...Filter, ...Filter?.And };
  const { ObjectSizeGreaterThan, ObjectSizeLessThan, Prefix = oldPrefix, Tag, Tags } = filter;
  const tags = [...(Tags ?? []), ...(Tag === undefined ? [] : [Tag])];
  return {
    ...(Prefix && { prefix: Prefix }),
    ...(tags.length > 0 && {
      tags: Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value])),
    }),
    ...(ObjectSizeGreaterThan !== undefined && { objectSizeGreaterThan: ObjectSizeGreaterThan }),
    ...(ObjectSizeLessThan !== undefined && { objectSizeLessThan: ObjectSizeLessThan }),
  };
}

function actionOutputs(action: {
  readonly Days?: number | undefined;
  readonly NoncurrentDays?: number | undefined;
  readonly Date?: Date | undefined;
  readonly NewerNoncurrentVersions?: number | undefined;
  readonly ExpiredObjectDeleteMarker?: boolean | undefined;
  readonly StorageClass?: string | undefined;
}): LifecycleActionOutputs {
  const days = action.Days ?? action.NoncurrentDays;
  return {
    ...(days !== undefined && { days }),
    ...(action.Date && { date: action.Date.toISOString() }),
    ...(action.NewerNoncurrentVersions !== undefined && {
      newerNoncurrentVersions: action.NewerNoncurrentVersions,
    }),
    ...(action.ExpiredObjectDeleteMarker === true && { expiredObjectDeleteMarker: true }),
    ...(action.StorageClass && { storageClass: action.StorageClass }),
  };
}
