import type { z } from "zod";
import type { CheckFailure } from "./model";
import { propertyPath, UNKNOWN } from "./values";

/**
 * What is wrong with properties, by path. Values that are not known yet are taken to be right; a name that is not in the
 * schema is refused, so that nothing is silently left out.
 */
export function strictIssues(
  schema: z.ZodType,
  properties: unknown,
  owner: string,
): CheckFailure[] {
  const result = schema.safeParse(properties);
  if (result.success) return [];
  return result.error.issues.flatMap((issue): CheckFailure[] => {
    const path = issue.path.map((segment) =>
      typeof segment === "symbol" ? String(segment) : segment,
    );
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        property: propertyPath([...path, key]),
        reason: `${owner} does not act on the property ${propertyPath([...path, key])}`,
      }));
    }
    if (isUnknownAt(properties, path)) return [];
    return [{ property: propertyPath(path), reason: `${propertyPath(path)}: ${issue.message}` }];
  });
}

function isUnknownAt(properties: unknown, path: readonly (string | number)[]): boolean {
  let value = properties;
  for (const segment of path) {
    if (value === UNKNOWN) return true;
    value = (value as Record<string | number, unknown> | undefined)?.[segment];
  }
  return value === UNKNOWN;
}
