import type { PolicyResource } from "../resource";
import {
  at,
  isRecord,
  listAt,
  numberAt,
  type PropertyRecord,
  textAt,
  UNKNOWN,
  type Unknown,
} from "../values";
import type { Bucket } from "./bucket";
import { aspectOf } from "./bucket-aspects";
import type { Program } from "./program";

/** An enabled lifecycle rule, as far as it ends something. */
export interface Expiry {
  readonly resource: PolicyResource;
  /** As in `Rule clean-up`, or by its place. */
  readonly label: string;
  /** When a current version gets a delete marker on top. */
  readonly currentDays: number | undefined | Unknown;
  /** True: at a date, for whatever age. */
  readonly hasDate: boolean;
  /** When a version is removed after another has taken its place. */
  readonly noncurrentDays: number | undefined | Unknown;
}

/** What ends by itself in a bucket; none where nothing is known. */
export function expiriesOf(program: Program, bucket: Bucket): readonly Expiry[] {
  const aspect = aspectOf(program, bucket, "aws:s3:BucketLifecycleConfiguration", {
    aws: "lifecycleRules",
    native: "lifecycleConfiguration",
  });
  if (aspect === undefined || aspect === UNKNOWN) return [];
  const rules = isRecord(aspect.value) ? listAt(aspect.value, "rules") : listAt(aspect.value);
  if (rules === UNKNOWN) return [];
  return rules.flatMap((rule, index) => {
    if (!isRecord(rule) || rule["status"] === "Disabled" || rule["enabled"] === false) return [];
    const id = at(rule, "id");
    return [
      {
        resource: aspect.resource,
        label: typeof id === "string" ? `Rule ${id}` : `Rule ${index + 1}`,
        currentDays: daysAt(rule, ["expiration", "days"], ["expirationInDays"]),
        hasDate: hasDate(rule, ["expiration", "date"]) || hasDate(rule, ["expirationDate"]),
        noncurrentDays: daysAt(
          rule,
          ["noncurrentVersionExpiration", "noncurrentDays"],
          ["noncurrentVersionExpiration", "days"],
          ["noncurrentVersionExpirationInDays"],
        ),
      },
    ];
  });
}

/** What the provider `aws` reads back has an empty text for what is not set; a block that is not known may have none. */
function hasDate(rule: PropertyRecord, path: readonly string[]): boolean {
  return typeof textAt(rule, ...path) === "string";
}

/** The provider `aws` writes 0 for what is not set. */
function daysAt(rule: PropertyRecord, ...paths: readonly (readonly string[])[]) {
  return paths
    .map((path) => numberAt(rule, ...path))
    .find((days) => days !== undefined && days !== 0);
}
