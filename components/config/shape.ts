/** The shape of the config as it is written: keys, types and grammar of single values, by zod. */

import { inspect } from "node:util";
import { z } from "zod";
import { LOCK_STAGES, STORAGE_CLASSES } from "./types";
import {
  bucketNameProblem,
  isAccountId,
  isRegion,
  parseDurationDays,
  parseKeyArn,
  parseRoleArn,
} from "./values";

/** A value as it is shown in a message: short, on one line. */
export function show(value: unknown): string {
  const written =
    typeof value === "string"
      ? JSON.stringify(value)
      : inspect(value, { compact: true, depth: 1, breakLength: Infinity });
  return written.length > 60 ? `${written.slice(0, 57)}...` : written;
}

/** What a message says when a value is missing or of the wrong type. */
function expected(what: string): (issue: { input?: unknown }) => string {
  return ({ input }) =>
    input === undefined ? `is missing: expected ${what}` : `expected ${what}, got ${show(input)}`;
}

function text(what: string) {
  return z.string({ error: expected(what) });
}

function flag(what: string) {
  return z.boolean({ error: expected(`true or false (${what})`) });
}

function oneOf<const Values extends readonly string[]>(values: Values) {
  return z.enum(values, {
    error: expected(`one of ${values.map((value) => `"${value}"`).join(", ")}`),
  });
}

function refined(what: string, good: (value: string) => boolean) {
  return text(what).refine(good, {
    error: (issue) => `expected ${what}, got ${show(issue.input)}`,
  });
}

const accountId = refined(
  'an account id of twelve digits in quotes, as in "111111111111"',
  isAccountId,
);
const region = refined('the name of a Region, as in "eu-west-1"', isRegion);
const bucketName = text("the name of a bucket").superRefine((value, context) => {
  const problem = bucketNameProblem(value);
  if (problem !== undefined)
    context.addIssue({ code: "custom", message: `${problem} in ${show(value)}` });
});
const roleArn = refined(
  'the ARN of a role, as in "arn:aws:iam::222222222222:role/lockstep-deploy"',
  (value) => parseRoleArn(value) !== undefined,
);
const retention = text('a retention, as in "30 days" or "1 year"').superRefine((value, context) => {
  const parsed = parseDurationDays(value);
  if ("problem" in parsed)
    context.addIssue({ code: "custom", message: `${parsed.problem}, got ${show(value)}` });
});
const profile = text("the name of a profile in the AWS config file").min(1, {
  error: "expected a profile's name, got an empty one",
});
const storageClass = oneOf(STORAGE_CLASSES);

const access = {
  accountId,
  region,
  profile: profile.optional(),
  assumeRoleArn: roleArn.optional(),
};

export const sourceShape = z.strictObject(
  {
    ...access,
    bucket: z.strictObject(
      { name: bucketName, existing: flag("whether the bucket is there already").default(false) },
      { error: expected("{ name, existing }") },
    ),
  },
  { error: expected("the source account: accountId, region, bucket") },
);

const vaultName = refined(
  "a name of 1 to 32 lower-case letters, digits and hyphens that starts with a letter",
  (value) => /^[a-z][a-z0-9-]{0,31}$/.test(value),
);

export const vaultShape = z.strictObject(
  {
    name: vaultName,
    ...access,
    bucket: z.strictObject({ name: bucketName }, { error: expected("{ name }") }),
    lock: z
      .strictObject(
        { stage: oneOf(LOCK_STAGES).default("pilot"), retention: retention.optional() },
        { error: expected("{ stage, retention }") },
      )
      .default({ stage: "pilot" }),
    storageClass: storageClass.optional(),
    encryption: z
      .strictObject(
        {
          kms: refined(
            '"create", "none", or the ARN of a KMS key (not of an alias)',
            (value) => value === "create" || value === "none" || parseKeyArn(value) !== undefined,
          ).default("none"),
        },
        { error: expected("{ kms }") },
      )
      .default({ kms: "none" }),
  },
  { error: expected("a vault: name, accountId, region, bucket") },
);

const priority = z
  .int({ error: expected("a whole number from 0 to 2147483647") })
  .min(0, { error: expected("a whole number from 0 to 2147483647") })
  .max(2_147_483_647, { error: expected("a whole number from 0 to 2147483647") });

const tagKey = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const tagValue = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;
const tagText = "a text in quotes of letters, digits, spaces and _ . : / = + - @";

export const ruleShape = z.strictObject(
  {
    name: refined("a rule's name of 1 to 255 printable ASCII characters", (value) =>
      /^[\x20-\x7e]{1,255}$/.test(value),
    ),
    status: oneOf(["Enabled", "Disabled"]).default("Enabled"),
    priority: priority.optional(),
    filter: z
      .strictObject(
        {
          prefix: refined(
            'a key prefix of at most 1024 bytes that does not start with "/" ("records/", not "/records/": S3 keys have no leading slash)',
            (value) => Buffer.byteLength(value) <= 1024 && !value.startsWith("/"),
          ).optional(),
          tags: z
            .record(
              z
                .string()
                .regex(tagKey, { error: `expected a tag key of 1 to 128 characters: ${tagText}` }),
              refined(`a tag value of at most 256 characters: ${tagText}`, (value) =>
                tagValue.test(value),
              ),
              { error: expected('tags, as in { keep: "yes" }') },
            )
            .refine((tags) => Object.keys(tags).length > 0, {
              error: "expected at least one tag; leave tags out to match any",
            })
            .optional(),
        },
        { error: expected("{ prefix, tags }, or {} for the whole bucket") },
      )
      .default({}),
    vault: text("the name of a vault"),
    storageClass: storageClass.optional(),
    deleteMarkers: flag("whether delete markers are replicated").default(false),
    replicationTimeControl: flag("S3 Replication Time Control").default(false),
    metrics: flag("replication metrics and events").default(false),
  },
  { error: expected("a rule: name, vault and what it matches") },
);

export const backfillShape = z.strictObject(
  {
    budgetUsd: z
      .number({ error: expected("an amount in US dollars") })
      .positive({ error: expected("an amount above 0 US dollars; leave it out for no limit") })
      .optional(),
    report: oneOf(["all-tasks", "failed-tasks-only"]).default("all-tasks"),
    priority: priority.default(10),
  },
  { error: expected("{ budgetUsd, report, priority }") },
);

const section = (what: string) =>
  z.unknown().refine((value) => value !== undefined, { error: `is missing: expected ${what}` });

/** The four sections. Each is read apart, so that a mistake in one does not hide those in another. */
export const rootShape = z.strictObject(
  {
    source: section("the source account: accountId, region, bucket"),
    vaults: z.array(z.unknown(), { error: expected("a list of vaults") }).min(1, {
      error: "expected at least one vault: without one there is nowhere to keep a copy",
    }),
    rules: z.array(z.unknown(), { error: expected("a list of rules") }).min(1, {
      error:
        "expected at least one rule: without one nothing is replicated, and a backfill would fail",
    }),
    backfill: z.unknown().optional(),
  },
  { error: expected("a config with source, vaults and rules") },
);

/** Every key the config knows, by the place it stands at: what `did you mean` chooses from. */
export const KNOWN_KEYS: readonly { place: RegExp; keys: readonly string[] }[] = [
  { place: /^$/, keys: Object.keys(rootShape.shape) },
  { place: /^source$/, keys: Object.keys(sourceShape.shape) },
  { place: /^source\.bucket$/, keys: ["name", "existing"] },
  { place: /^vaults\[\d+\]$/, keys: Object.keys(vaultShape.shape) },
  { place: /^vaults\[\d+\]\.bucket$/, keys: ["name"] },
  { place: /^vaults\[\d+\]\.lock$/, keys: ["stage", "retention"] },
  { place: /^vaults\[\d+\]\.encryption$/, keys: ["kms"] },
  { place: /^rules\[\d+\]$/, keys: Object.keys(ruleShape.shape) },
  { place: /^rules\[\d+\]\.filter$/, keys: ["prefix", "tags"] },
  { place: /^backfill$/, keys: Object.keys(backfillShape.shape) },
];
