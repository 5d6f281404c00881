/** Single values of the config as they are written, by zod: each says what it expects when it meets something else. */

import { inspect } from "node:util";
import { z } from "zod";
import { STORAGE_CLASSES } from "./closed-lists";
import {
  bucketNameProblem,
  isAccountId,
  isRegion,
  KEY_ARN_PATTERN,
  parseDurationDays,
  parseKeyArn,
  parsePolicyArn,
  parseRoleArn,
  POLICY_ARN_PATTERN,
  REGION_PATTERN,
  ROLE_ARN_PATTERN,
} from "./values";

/** A value as it is shown in a message: short, on one line. */
function show(value: unknown): string {
  const written =
    typeof value === "string"
      ? JSON.stringify(value)
      : inspect(value, { compact: true, depth: 1, breakLength: Infinity });
  return written.length > 60 ? `${written.slice(0, 57)}...` : written;
}

/** What a message says when a value is missing or of the wrong type. */
export function expected(what: string): (issue: { input?: unknown }) => string {
  return ({ input }) =>
    input === undefined ? `is missing: expected ${what}` : `expected ${what}, got ${show(input)}`;
}

export function text(what: string) {
  return z.string({ error: expected(what) }).describe(what);
}

export function flag(what: string) {
  return z.boolean({ error: expected(`true or false (${what})`) }).describe(what);
}

export function oneOf<const Values extends readonly string[]>(values: Values) {
  return z.enum(values, {
    error: expected(`one of ${values.map((value) => `"${value}"`).join(", ")}`),
  });
}

/** @param pattern the grammar for editors, where an expression says it; what counts is `good` */
export function refined(what: string, good: (value: string) => boolean, pattern?: string) {
  const refinedText = text(what).refine(good, {
    error: (issue) => `expected ${what}, got ${show(issue.input)}`,
  });
  return refinedText.meta({ description: what, ...(pattern === undefined ? {} : { pattern }) });
}

export const accountId = refined(
  'an account id of twelve digits in quotes, as in "111111111111"',
  isAccountId,
  "^\\d{12}$",
);
export const region = refined('the name of a Region, as in "eu-west-1"', isRegion, REGION_PATTERN);
export const bucketName = text("the name of a bucket")
  .superRefine((value, context) => {
    const problem = bucketNameProblem(value);
    if (problem !== undefined)
      context.addIssue({ code: "custom", message: `${problem} in ${show(value)}` });
  })
  .meta({ description: "the name of a bucket", pattern: "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$" });
export const roleArn = refined(
  'the ARN of a role, as in "arn:aws:iam::222222222222:role/lockstep-deploy"',
  (value) => parseRoleArn(value) !== undefined,
  ROLE_ARN_PATTERN,
);
export const retention = text('a retention, as in "30 days" or "1 year"')
  .superRefine((value, context) => {
    const parsed = parseDurationDays(value);
    if ("problem" in parsed)
      context.addIssue({ code: "custom", message: `${parsed.problem}, got ${show(value)}` });
  })
  .meta({
    description: 'Whole days or years (365 days each), as in "30 days" or "1 year".',
    pattern: "^[1-9]\\d* (day|days|year|years)$",
  });
export const profile = text("the name of a profile in the AWS config file").min(1, {
  error: "expected a profile's name, got an empty one",
});
export const storageClass = oneOf(STORAGE_CLASSES);

export const keyArn = refined(
  "the ARN of a KMS key (not of an alias: an alias can be pointed at another key later)",
  (value) => parseKeyArn(value) !== undefined,
  KEY_ARN_PATTERN,
);
export const kmsChoice = refined(
  '"create", "none", or the ARN of a KMS key (not of an alias)',
  (value) => value === "create" || value === "none" || parseKeyArn(value) !== undefined,
  `^(create|none)$|${KEY_ARN_PATTERN}`,
);

export const boundaryArn = refined(
  'the ARN of a managed policy, as in "arn:aws:iam::111111111111:policy/boundary"',
  (value) => parsePolicyArn(value) !== undefined,
  POLICY_ARN_PATTERN,
);

/**
 * A path of IAM: starts and ends in a slash.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
 */
export const rolePath = refined(
  'a path of at most 512 characters between slashes, as in "/lockstep/"',
  (value) => /^\/(?:[\x21-\x7e]+\/)?$/.test(value) && value.length <= 512,
  "^/([\\x21-\\x7e]+/)?$",
);

/** A whole number within bounds, both included. */
export function wholeNumber(minimum: number, maximum: number, what = "a whole number") {
  const error = expected(`${what} from ${minimum} to ${maximum}`);
  return z.int({ error }).min(minimum, { error }).max(maximum, { error });
}

/** The name of a source or a vault: part of resource names. */
export const partName = refined(
  "a name of 1 to 32 lower-case letters, digits and hyphens that starts with a letter",
  (value) => /^[a-z][a-z0-9-]{0,31}$/.test(value),
  "^[a-z][a-z0-9-]{0,31}$",
);

const tagKey = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const tagValue = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;
const tagText = "a text in quotes of letters, digits, spaces and _ . : / = + - @";

/**
 * Tags of resources. AWS keeps keys that start with `aws:` for itself, and takes at most fifty.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html
 */
export const resourceTags = z
  .record(
    z
      .string()
      .regex(tagKey, { error: `expected a tag key of 1 to 128 characters: ${tagText}` })
      .refine((key) => !key.startsWith("aws:"), {
        error: 'expected a tag key that does not start with "aws:", which AWS keeps for itself',
      }),
    refined(`a tag value of at most 256 characters: ${tagText}`, (value) => tagValue.test(value)),
    { error: expected('tags, as in { team: "records" }') },
  )
  .refine((tags) => Object.keys(tags).length <= 50, {
    error: "expected at most 50 tags, which is all that AWS takes",
  });

/** Tags of a filter. An object has at most ten tags, so no more can match. */
export const tagFilter = z
  .record(
    z.string().regex(tagKey, { error: `expected a tag key of 1 to 128 characters: ${tagText}` }),
    refined(`a tag value of at most 256 characters: ${tagText}`, (value) => tagValue.test(value)),
    { error: expected('tags, as in { keep: "yes" }') },
  )
  .refine((tags) => Object.keys(tags).length > 0, {
    error: "expected at least one tag; leave tags out to match any",
  })
  .refine((tags) => Object.keys(tags).length <= 10, {
    error: "expected at most 10 tags, which is all that an object can have",
  });

/** A text that may be kept encrypted in the stack file (`pulumi config set --secret --path`). */
export function maybeSecret(what: string, good: (value: string) => boolean) {
  return z.union([refined(what, good), z.strictObject({ secure: z.string() })], {
    error: expected(`${what}, or a secret of Pulumi`),
  });
}
