import type {
  BucketLifecycleConfiguration,
  LifecycleRule,
  LifecycleRuleFilter,
  NoncurrentVersionTransition,
  Transition,
} from "@aws-sdk/client-s3";
import type {
  CfnBucket,
  CfnLifecycleRule,
  CfnNoncurrentTransition,
  CfnTransition,
} from "./s3-bucket-shapes";

type CfnLifecycle = NonNullable<CfnBucket["LifecycleConfiguration"]>;

/** CloudFormation's lifecycle rules as S3's. */
export function lifecycleToS3(lifecycle: CfnLifecycle): BucketLifecycleConfiguration {
  return { Rules: lifecycle.Rules.map(ruleToS3) };
}

/** S3's lifecycle rules as CloudFormation's; the older singular properties are never read back. */
export function lifecycleFromS3(
  rules: readonly LifecycleRule[],
  minimumSize: string | undefined,
): CfnLifecycle {
  return {
    Rules: rules.map(ruleFromS3),
    TransitionDefaultMinimumObjectSize:
      minimumSize as CfnLifecycle["TransitionDefaultMinimumObjectSize"],
  };
}

function ruleToS3(rule: CfnLifecycleRule): LifecycleRule {
  const transitions = [...(rule.Transitions ?? []), ...present(rule.Transition)];
  const noncurrent = [
    ...(rule.NoncurrentVersionTransitions ?? []),
    ...present(rule.NoncurrentVersionTransition),
  ];
  const expires =
    rule.ExpirationInDays !== undefined ||
    rule.ExpirationDate !== undefined ||
    rule.ExpiredObjectDeleteMarker !== undefined;
  const noncurrentDays =
    rule.NoncurrentVersionExpiration?.NoncurrentDays ?? rule.NoncurrentVersionExpirationInDays;
  return {
    ID: rule.Id,
    Status: rule.Status,
    Filter: filterToS3(rule),
    Expiration: expires
      ? {
          Days: rule.ExpirationInDays,
          Date: dateToS3(rule.ExpirationDate),
          ExpiredObjectDeleteMarker: rule.ExpiredObjectDeleteMarker,
        }
      : undefined,
    Transitions: transitions.length > 0 ? transitions.map(transitionToS3) : undefined,
    NoncurrentVersionTransitions:
      noncurrent.length > 0 ? noncurrent.map(noncurrentToS3) : undefined,
    NoncurrentVersionExpiration:
      noncurrentDays === undefined
        ? undefined
        : {
            NoncurrentDays: noncurrentDays,
            NewerNoncurrentVersions: rule.NoncurrentVersionExpiration?.NewerNoncurrentVersions,
          },
    AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload,
  };
}

const present = <Item>(item: Item | undefined): Item[] => (item === undefined ? [] : [item]);

const dateToS3 = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(Date.parse(text));

const sizeToS3 = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text);

function filterToS3(rule: CfnLifecycleRule): LifecycleRuleFilter {
  const conditions = {
    Prefix: rule.Prefix,
    ObjectSizeGreaterThan: sizeToS3(rule.ObjectSizeGreaterThan),
    ObjectSizeLessThan: sizeToS3(rule.ObjectSizeLessThan),
  };
  const tags = rule.TagFilters ?? [];
  const count = Object.values(conditions).filter((value) => value !== undefined).length;
  if (count + tags.length > 1)
    return { And: { ...conditions, Tags: tags.length ? tags : undefined } };
  if (tags.length === 1) return { Tag: tags[0] };
  return count === 0 ? { Prefix: "" } : conditions;
}

function ruleFromS3(rule: LifecycleRule): CfnLifecycleRule {
  const filter = { ...rule.Filter, ...rule.Filter?.And };
  const tags = [...(filter.Tags ?? []), ...present(rule.Filter?.Tag)];
  const prefix = rule.Prefix ?? filter.Prefix;
  return {
    Id: rule.ID,
    Status: rule.Status ?? "Disabled",
    Prefix: prefix === "" ? undefined : prefix,
    TagFilters:
      tags.length > 0
        ? tags.map((tag) => ({ Key: tag.Key ?? "", Value: tag.Value ?? "" }))
        : undefined,
    ObjectSizeGreaterThan: filter.ObjectSizeGreaterThan?.toString(),
    ObjectSizeLessThan: filter.ObjectSizeLessThan?.toString(),
    ExpirationInDays: rule.Expiration?.Days,
    ExpirationDate: rule.Expiration?.Date?.toISOString(),
    ExpiredObjectDeleteMarker: rule.Expiration?.ExpiredObjectDeleteMarker,
    Transitions: rule.Transitions?.map(transitionFromS3),
    NoncurrentVersionTransitions: rule.NoncurrentVersionTransitions?.map(noncurrentFromS3),
    NoncurrentVersionExpiration:
      rule.NoncurrentVersionExpiration?.NoncurrentDays === undefined
        ? undefined
        : {
            NoncurrentDays: rule.NoncurrentVersionExpiration.NoncurrentDays,
            NewerNoncurrentVersions: rule.NoncurrentVersionExpiration.NewerNoncurrentVersions,
          },
    AbortIncompleteMultipartUpload:
      rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation === undefined
        ? undefined
        : { DaysAfterInitiation: rule.AbortIncompleteMultipartUpload.DaysAfterInitiation },
  };
}

// CloudFormation takes the older spelling `Glacier` as well.
const storageClass = (name: string): string => (name === "Glacier" ? "GLACIER" : name);

const transitionToS3 = (transition: CfnTransition): Transition => ({
  StorageClass: storageClass(transition.StorageClass) as Transition["StorageClass"],
  Days: transition.TransitionInDays,
  Date: dateToS3(transition.TransitionDate),
});

const transitionFromS3 = (transition: Transition): CfnTransition => ({
  StorageClass: transition.StorageClass ?? "",
  TransitionInDays: transition.Days,
  TransitionDate: transition.Date?.toISOString(),
});

const noncurrentToS3 = (transition: CfnNoncurrentTransition): NoncurrentVersionTransition => ({
  StorageClass: storageClass(
    transition.StorageClass,
  ) as NoncurrentVersionTransition["StorageClass"],
  NoncurrentDays: transition.TransitionInDays,
  NewerNoncurrentVersions: transition.NewerNoncurrentVersions,
});

const noncurrentFromS3 = (transition: NoncurrentVersionTransition): CfnNoncurrentTransition => ({
  StorageClass: transition.StorageClass ?? "",
  TransitionInDays: transition.NoncurrentDays ?? 0,
  NewerNoncurrentVersions: transition.NewerNoncurrentVersions,
});
