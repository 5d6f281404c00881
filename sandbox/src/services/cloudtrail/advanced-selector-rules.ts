import type { AdvancedEventSelector, AdvancedFieldSelector } from "@aws-sdk/client-cloudtrail";
import { invalidSelectors, notImplemented } from "./errors";

/** The operators of a field selector. */
const OPERATORS = [
  "Equals",
  "StartsWith",
  "EndsWith",
  "NotEquals",
  "NotStartsWith",
  "NotEndsWith",
] as const;

/** Source: CloudTrail User Guide, "Quotas in AWS CloudTrail". */
const CONDITIONS_QUOTA = 500;
const NAME_CHARACTERS = 1000;

/** What a trail may ask of an event, by category. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Management: ["eventCategory", "readOnly", "eventSource"],
  Data: [
    "eventCategory",
    "readOnly",
    "eventName",
    "eventSource",
    "eventType",
    "resources.type",
    "resources.ARN",
    "userIdentity.arn",
  ],
};
/** Taken with `Equals` alone, and one value. */
const SINGLE_FIELDS = ["eventCategory", "readOnly", "resources.type"];
const EXCLUDABLE_SOURCES = ["kms.amazonaws.com", "rdsdata.amazonaws.com"];

/**
 * @throws AwsError InvalidEventSelectorsException; NotImplemented for network activity
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
 */
export function checkAdvancedSelectors(
  selectors: readonly AdvancedEventSelector[],
): readonly AdvancedEventSelector[] {
  if (selectors.length === 0) {
    throw invalidSelectors("There must be at least one advanced event selector.");
  }
  for (const selector of selectors) checkSelector(selector);
  const conditionsCount = selectors
    .flatMap(({ FieldSelectors }) => FieldSelectors ?? [])
    .flatMap((field) => OPERATORS.map((operator) => (field[operator] ?? []).length))
    .reduce((sum, count) => sum + count, 0);
  if (conditionsCount > CONDITIONS_QUOTA) {
    throw invalidSelectors(
      `The advanced event selectors of a trail have at most ${CONDITIONS_QUOTA} conditions.`,
    );
  }
  return selectors;
}

function checkSelector({ FieldSelectors: given, Name: name }: AdvancedEventSelector): void {
  const fields = given ?? [];
  if ((name ?? "").length > NAME_CHARACTERS) {
    throw invalidSelectors(`A selector's name has at most ${NAME_CHARACTERS} characters.`);
  }
  for (const field of fields) checkField(field);
  const names = fields.map(({ Field }) => Field ?? "");
  if (new Set(names).size < names.length) {
    throw invalidSelectors("A field may be used once in each advanced event selector.");
  }
  const category = onlyValue(fields, "eventCategory");
  if (category === "NetworkActivity") throw notImplemented("the event category NetworkActivity");
  const allowed = FIELDS[category ?? ""];
  if (allowed === undefined) {
    throw invalidSelectors("eventCategory must be set to Equals Management or Data.");
  }
  const strange = names.find((one) => !allowed.includes(one));
  if (strange !== undefined) {
    throw invalidSelectors(`Field ${strange} is not supported for the category ${category}.`);
  }
  if (category === "Data" && onlyValue(fields, "resources.type") === undefined) {
    throw invalidSelectors("resources.type must be set to Equals for the category Data.");
  }
  if (category === "Management") checkSources(fields);
}

function checkField(field: AdvancedFieldSelector): void {
  const name = field.Field ?? "";
  const used = OPERATORS.filter((operator) => (field[operator] ?? []).length > 0);
  if (used.length === 0) throw invalidSelectors(`Field ${name} has no operator.`);
  if (!SINGLE_FIELDS.includes(name)) return;
  if (used.join() !== "Equals" || field.Equals?.length !== 1) {
    throw invalidSelectors(`Field ${name} takes Equals with one value.`);
  }
  if (name === "readOnly" && !["true", "false"].includes(field.Equals[0] ?? "")) {
    throw invalidSelectors("Field readOnly takes true or false.");
  }
}

/** Of management events, the loudest sources alone can be left out. */
function checkSources(fields: readonly AdvancedFieldSelector[]): void {
  const sources = fields.find(({ Field }) => Field === "eventSource");
  if (sources === undefined) return;
  const { NotEquals: excluded = [] } = sources;
  const isExclusion = OPERATORS.every(
    (operator) => operator === "NotEquals" || (sources[operator] ?? []).length === 0,
  );
  if (isExclusion && excluded.every((source) => EXCLUDABLE_SOURCES.includes(source))) return;
  throw invalidSelectors(`Field eventSource takes NotEquals ${EXCLUDABLE_SOURCES.join(" or ")}.`);
}

function onlyValue(fields: readonly AdvancedFieldSelector[], name: string): string | undefined {
  return fields.find(({ Field }) => Field === name)?.Equals?.[0];
}
