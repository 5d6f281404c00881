import type {
  AdvancedEventSelector,
  AdvancedFieldSelector,
  DataResource,
  EventSelector,
} from "@aws-sdk/client-cloudtrail";
import type { Trail } from "../services/cloudtrail/model";
import type { EventKind } from "./event-names";

/** What selectors can ask of an event. */
export interface SelectedEvent extends EventKind {
  /** Of a data event: its object, or what the ARNs of its objects begin with. */
  readonly resourceArn?: string;
  /** The caller's. */
  readonly userArn: string;
}

/** Whether a trail that logs the Region takes an event. One selector that does is enough. */
export function selects(trail: Pick<Trail, "selectors">, event: SelectedEvent): boolean {
  const { selectors } = trail;
  return selectors.kind === "basic"
    ? selectors.selectors.some((selector) => selectsBasic(selector, event))
    : selectors.selectors.some((selector) => selectsAdvanced(selector, event));
}

function selectsBasic(selector: EventSelector, event: SelectedEvent): boolean {
  const { ReadWriteType: type } = selector;
  if (type === "ReadOnly" && !event.isReadOnly) return false;
  if (type === "WriteOnly" && event.isReadOnly) return false;
  if (event.category === "Management") {
    const isExcluded = selector.ExcludeManagementEventSources?.includes(event.source) === true;
    return selector.IncludeManagementEvents === true && !isExcluded;
  }
  return (selector.DataResources ?? []).some((resource) => holds(resource, event));
}

/** The value `arn:aws:s3` holds every object of every bucket. */
function holds(
  { Type: type, Values: values }: DataResource,
  { resourceArn }: SelectedEvent,
): boolean {
  if (type !== "AWS::S3::Object" || resourceArn === undefined) return false;
  return (values ?? []).some((value) => resourceArn.startsWith(value));
}

function selectsAdvanced(selector: AdvancedEventSelector, event: SelectedEvent): boolean {
  return (selector.FieldSelectors ?? []).every((field) =>
    passes(field, valueOf(field.Field, event)),
  );
}

function valueOf(field: string | undefined, event: SelectedEvent): string | undefined {
  switch (field) {
    case "eventCategory":
      return event.category;
    case "readOnly":
      return String(event.isReadOnly);
    case "eventName":
      return event.name;
    case "eventSource":
      return event.source;
    case "eventType":
      return "AwsApiCall";
    case "resources.type":
      return event.category === "Data" ? "AWS::S3::Object" : undefined;
    case "resources.ARN":
      return event.resourceArn;
    case "userIdentity.arn":
      return event.userArn;
    default:
      return undefined;
  }
}

/**
 * Operators that select are joined by "or", those that leave out by "and".
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html
 */
function passes(field: AdvancedFieldSelector, value: string | undefined): boolean {
  const selecting = [
    ...(field.Equals ?? []).map((one) => value === one),
    ...(field.StartsWith ?? []).map((one) => value?.startsWith(one) === true),
    ...(field.EndsWith ?? []).map((one) => value?.endsWith(one) === true),
  ];
  const isLeftOut =
    (field.NotEquals ?? []).some((one) => value === one) ||
    (field.NotStartsWith ?? []).some((one) => value?.startsWith(one) === true) ||
    (field.NotEndsWith ?? []).some((one) => value?.endsWith(one) === true);
  return !isLeftOut && (selecting.length === 0 || selecting.includes(true));
}
