import type { LifecycleRule } from "@aws-sdk/client-s3";
import { invalidRequest, malformedXml } from "../errors";

/**
 * The two forms of lifecycle rules: with a prefix of the rule itself ("V1", the first API) and with a filter ("V2"). One
 * configuration has one form, which its first rule decides. Texts are those seen of AWS.
 */

/** @throws AwsError `MalformedXML`, `InvalidRequest` */
export function checkLifecycleForms(rules: readonly LifecycleRule[]): void {
  const isFirstForm = rules[0]?.Prefix !== undefined;
  for (const rule of rules) {
    if ((rule.Prefix === undefined) === (rule.Filter === undefined)) throw malformedXml();
    if (isFirstForm && rule.Filter !== undefined) {
      throw invalidRequest("Filter element can only be used in Lifecycle V2.");
    }
    if (!isFirstForm && rule.Prefix !== undefined) {
      throw invalidRequest(
        "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.",
      );
    }
    if (isFirstForm && keepsNewerVersions(rule)) {
      throw invalidRequest("NewerNoncurrentVersions element can only be used in Lifecycle V2.");
    }
  }
  if (isFirstForm) refuseOverlaps(rules);
}

function keepsNewerVersions(rule: LifecycleRule): boolean {
  return [rule.NoncurrentVersionExpiration, ...(rule.NoncurrentVersionTransitions ?? [])].some(
    (action) => action?.NewerNoncurrentVersions !== undefined,
  );
}

/** In the first form two rules may not do the same to one object; in the second S3 decides which one does. */
function refuseOverlaps(rules: readonly LifecycleRule[]): void {
  const earlierPrefixes = new Map<string, string[]>();
  for (const rule of rules) {
    const prefix = rule.Prefix ?? "";
    for (const action of actionTypes(rule)) {
      const known = earlierPrefixes.get(action) ?? [];
      const other = known.find((one) => one.startsWith(prefix) || prefix.startsWith(one));
      if (other !== undefined) {
        throw invalidRequest(
          `Found overlapping prefixes '${other}' and '${prefix}' for same action type '${action}'`,
        );
      }
      earlierPrefixes.set(action, [...known, prefix]);
    }
  }
}

function actionTypes(rule: LifecycleRule): string[] {
  const found: Record<string, boolean> = {
    Expiration: rule.Expiration !== undefined,
    Transition: (rule.Transitions ?? []).length > 0,
    NoncurrentVersionExpiration: rule.NoncurrentVersionExpiration !== undefined,
    NoncurrentVersionTransition: (rule.NoncurrentVersionTransitions ?? []).length > 0,
    AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload !== undefined,
  };
  return Object.keys(found).filter((action) => found[action] === true);
}
