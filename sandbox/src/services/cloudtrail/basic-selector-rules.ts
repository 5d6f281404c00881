import type { DataResource, EventSelector } from "@aws-sdk/client-cloudtrail";
import { invalidSelectors } from "./errors";

/** Cannot be raised. Source: CloudTrail User Guide, "Quotas in AWS CloudTrail". */
const SELECTORS_QUOTA = 5;
const RESOURCES_QUOTA = 250;

const READ_WRITE_TYPES = ["All", "ReadOnly", "WriteOnly"];
const DATA_TYPES: Readonly<Record<string, RegExp>> = {
  // All buckets, or a bucket with a prefix, which may be empty; the slash after the bucket is asked for.
  "AWS::S3::Object": /^arn:aws:s3(:::([a-z\d][a-z\d.-]+\/.*)?)?$/,
  "AWS::Lambda::Function": /^arn:aws:lambda(:.+)?$/,
  "AWS::DynamoDB::Table": /^arn:aws:dynamodb(:.+)?$/,
};
const EXCLUDABLE_SOURCES = ["kms.amazonaws.com", "rdsdata.amazonaws.com"];

/**
 * @returns the selectors with every member in its default
 * @throws AwsError InvalidEventSelectorsException
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html
 */
export function checkBasicSelectors(selectors: readonly EventSelector[]): readonly EventSelector[] {
  if (selectors.length < 1 || selectors.length > SELECTORS_QUOTA) {
    throw invalidSelectors(`A trail has 1 to ${SELECTORS_QUOTA} event selectors.`);
  }
  const whole = selectors.map(wholeSelector);
  const resourcesCount = whole
    .flatMap(({ DataResources }) => DataResources ?? [])
    .reduce((count, { Values }) => count + (Values ?? []).length, 0);
  if (resourcesCount > RESOURCES_QUOTA) {
    throw invalidSelectors(
      `The event selectors of a trail have at most ${RESOURCES_QUOTA} data resources.`,
    );
  }
  return whole;
}

function wholeSelector(given: EventSelector): EventSelector {
  const selector = {
    ReadWriteType: given.ReadWriteType ?? "All",
    IncludeManagementEvents: given.IncludeManagementEvents ?? true,
    DataResources: given.DataResources ?? [],
    ExcludeManagementEventSources: given.ExcludeManagementEventSources ?? [],
  } satisfies EventSelector;
  if (!READ_WRITE_TYPES.includes(selector.ReadWriteType)) {
    throw invalidSelectors(`Value ${selector.ReadWriteType} for ReadWriteType is invalid.`);
  }
  if (!selector.IncludeManagementEvents && selector.DataResources.length === 0) {
    throw invalidSelectors("An event selector must include management events or data resources.");
  }
  for (const source of selector.ExcludeManagementEventSources) {
    if (EXCLUDABLE_SOURCES.includes(source) && selector.IncludeManagementEvents) continue;
    throw invalidSelectors(`Value ${source} for ExcludeManagementEventSources is invalid.`);
  }
  for (const resource of selector.DataResources) checkResource(resource);
  return selector;
}

function checkResource({ Type: type, Values: values }: DataResource): void {
  const form = DATA_TYPES[type ?? ""];
  if (form === undefined)
    throw invalidSelectors(`Value ${type} for DataResources.Type is invalid.`);
  for (const value of values ?? []) {
    if (form.test(value)) continue;
    throw invalidSelectors(`Value ${value} for DataResources.Values is invalid.`);
  }
}
