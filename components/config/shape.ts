/** The shape of the config as it is written: sections and their keys. Single values are in `value-shapes.ts`. */

import { z } from "zod";
import { ACCEPTABLE_CODES, LOCK_STAGES, SIDES } from "./closed-lists";
import { PRICE_KEYS, pricesShape } from "./prices";
import { priority, ruleShape } from "./rule";
import {
  accountId,
  boundaryArn,
  bucketName,
  expected,
  flag,
  keyArn,
  kmsChoice,
  maybeSecret,
  oneOf,
  partName,
  profile,
  refined,
  region,
  resourceTags,
  retention,
  roleArn,
  rolePath,
  storageClass,
  text,
  wholeNumber,
} from "./value-shapes";

const access = {
  accountId: accountId.describe(
    "Twelve digits in quotes; checked against the credentials before anything is made.",
  ),
  region: region.describe("Region of the bucket."),
  profile: profile
    .optional()
    .describe("Profile of the AWS config file. Default: the credentials of the environment."),
  assumeRoleArn: roleArn
    .optional()
    .describe("Role to assume in the account. Not together with profile."),
};

const encryption = z.strictObject(
  { kms: kmsChoice.default("none") },
  { error: expected("{ kms }") },
);

const sourceBucket = z.strictObject(
  {
    name: bucketName,
    existing: flag(
      "true attaches to a bucket that is there, false makes it. Default: false.",
    ).default(false),
    encryption: encryption.optional(),
    objectLock: z
      .strictObject(
        { mode: oneOf(["GOVERNANCE", "COMPLIANCE"]), retention },
        { error: expected("{ mode, retention }") },
      )
      .optional()
      .describe(
        "Object Lock with a default retention on the source itself; never comes off again. Default: none.",
      ),
  },
  { error: expected("{ name, existing, encryption, objectLock }") },
);

const tags = resourceTags
  .optional()
  .describe("Tags of what is made in the account for it. Default: none.");

/** Of a source, also of one that is a vault of this config. */
const madeForSource = {
  tags,
  roles: z
    .strictObject(
      {
        permissionsBoundary: boundaryArn
          .optional()
          .describe("ARN of the policy that bounds each role that is made. Default: none."),
        path: rolePath
          .optional()
          .describe(
            "Path of each role that is made, part of its ARN, which the vaults' policies name. Default: /.",
          ),
        tags: resourceTags
          .optional()
          .describe("Tags of each role that is made, beside those of the source."),
      },
      { error: expected("{ permissionsBoundary, path, tags }") },
    )
    .optional()
    .describe("What the roles that are made in the source's account have. Default: nothing."),
};

const sourceMembers = {
  ...access,
  bucket: sourceBucket,
  ...madeForSource,
  kmsKeyArns: z
    .array(keyArn, { error: expected("a list of key ARNs") })
    .default([])
    .describe(
      "Keys that versions of the bucket are under. Default: any key of the account, through S3 and for this bucket only.",
    ),
  replicationRoleArn: roleArn
    .optional()
    .describe("A role that replicates the bucket already. Default: a role of our own."),
};

/** `lockstep:source`: the one source. */
export const sourceShape = z.strictObject(sourceMembers, {
  error: expected("the source account: accountId, region, bucket"),
});

/** An entry of `lockstep:sources`: as the one source, with a name. */
export const fleetSourceShape = z.strictObject(
  { name: partName, ...sourceMembers },
  { error: expected("a source: name, accountId, region, bucket") },
);

/** An entry of `lockstep:sources` whose bucket is a vault of this config. */
export const chainedSourceShape = z.strictObject(
  {
    name: partName,
    bucket: z.strictObject(
      { vault: text("the name of a vault") },
      { error: expected("{ vault }") },
    ),
    profile: profile.optional(),
    assumeRoleArn: roleArn.optional(),
    replicationRoleArn: roleArn.optional(),
    ...madeForSource,
  },
  { error: expected("a chained source: name, bucket: { vault }") },
);

export const vaultShape = z.strictObject(
  {
    name: partName,
    ...access,
    bucket: z.strictObject(
      { name: bucketName, existing: flag("whether the bucket is there already").default(false) },
      { error: expected("{ name, existing }") },
    ),
    lock: z
      .strictObject(
        {
          stage: oneOf(LOCK_STAGES)
            .default("pilot")
            .describe(
              "pilot: GOVERNANCE for 1 day. governance: GOVERNANCE for the retention. compliance: COMPLIANCE, which nobody can undo. Default: pilot.",
            ),
          retention: retention
            .optional()
            .describe(
              'Days or years (365 days each), as in "30 days". Default: 1 day for pilot, 30 days for governance, none for compliance.',
            ),
          maximumRetention: retention
            .optional()
            .describe(
              "Replicas that come locked for longer are refused. Days or years. Default: 10 years, or longer where the vault's or a source's retention is.",
            ),
          minimumRetention: retention
            .optional()
            .describe(
              "Replicas that come locked for less are refused, and have no copy at all. Days or years. Default: none, they are accepted and named.",
            ),
          acknowledgement: text("the acknowledgement of stage compliance")
            .optional()
            .describe(
              "For compliance alone, exactly BUCKET: COMPLIANCE for N days. Nobody can delete a version before its date.",
            ),
        },
        {
          error: expected(
            "{ stage, retention, maximumRetention, minimumRetention, acknowledgement }",
          ),
        },
      )
      .default({ stage: "pilot" }),
    breakGlassRoleArn: roleArn
      .optional()
      .describe(
        "The one role that may still change the vault's policy, lock, versioning, lifecycle, encryption and key. Default: none, not locked down.",
      ),
    refusalsRoleArn: roleArn
      .optional()
      .describe(
        "A role of the vault's account that refusals are tried as too, assumed by who reaches the vault. Default: tried as who reaches the vault alone.",
      ),
    relock: flag(
      "Whether locks may be extended by jobs (`lockstep relock`): makes the one role that may. Default: false, and nobody may bypass.",
    ).optional(),
    storageClass: storageClass
      .optional()
      .describe("Class of the replicas. Default: that of the source version."),
    tags,
    encryption: encryption.default({ kms: "none" }),
  },
  { error: expected("a vault: name, accountId, region, bucket") },
);

const slackChannel = z.strictObject(
  {
    workspaceId: refined('the id of a Slack workspace, as in "T07EA123LEP"', (value) =>
      /^[0-9A-Z]{1,255}$/.test(value),
    ),
    channelId: refined('the id of a Slack channel, as in "C07EZ1ABC23"', (value) =>
      /^[A-Za-z0-9]{1,255}$/.test(value),
    ),
  },
  { error: expected("{ workspaceId, channelId }") },
);

export const monitoringShape = z.strictObject(
  {
    subscribers: z
      .strictObject(
        {
          emails: z
            .array(
              refined("an e-mail address", (value) => /^[^\s@]+@[^\s@]+$/.test(value)),
              { error: expected("a list of e-mail addresses") },
            )
            .default([]),
          webhooks: z
            .array(maybeSecret('an address that starts with "https://"', isHttpsUrl), {
              error: expected("a list of HTTPS addresses"),
            })
            .default([]),
          slack: z.array(slackChannel, { error: expected("a list of Slack channels") }).default([]),
        },
        { error: expected("{ emails, webhooks, slack }") },
      )
      .default({ emails: [], webhooks: [], slack: [] }),
    // S3 promises nothing without Replication Time Control; with it, 15 minutes.
    replicationLatencySeconds: wholeNumber(1, 604_800, "whole seconds")
      .default(900)
      .describe("Alarm when replicas arrive later. Seconds. Default: 900."),
    bytesPendingReplication: wholeNumber(1, Number.MAX_SAFE_INTEGER, "whole bytes")
      .default(10 * 1024 ** 3)
      .describe("Alarm when more waits. Bytes. Default: 10 GiB."),
    operationsPendingReplication: wholeNumber(1, Number.MAX_SAFE_INTEGER)
      .default(10_000)
      .describe("Alarm when more operations wait. Default: 10,000."),
    // CloudWatch looks back seven days at most with periods of an hour.
    noReplicationHours: wholeNumber(1, 168, "whole hours")
      .optional()
      .describe(
        "Tells when nothing was replicated for so long after something was. Hours. Default: no such alarm.",
      ),
    dashboard: flag("Whether a CloudWatch dashboard is made. Default: true.").default(true),
  },
  { error: expected("{ subscribers, replicationLatencySeconds, ... }, or {} for the defaults") },
);

function isHttpsUrl(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === "https:";
}

const athenaShape = z.strictObject(
  {
    workgroup: refined(
      "the name of a work group of Athena",
      (value) => /^[a-zA-Z0-9._-]{1,128}$/.test(value),
      "^[a-zA-Z0-9._-]{1,128}$",
    )
      .default("primary")
      .describe(
        "Whose limits hold; one that does not override where answers are written. Default: primary.",
      ),
    database: refined(
      "the name of a database: small letters, digits, underscores",
      (value) => /^[a-z_][a-z0-9_]{0,127}$/.test(value),
      "^[a-z_][a-z0-9_]{0,127}$",
    )
      .default("default")
      .describe(
        "Of the Data Catalog of the account, and no link to another account's; there already. Tables in it are made for a look and taken away. Default: default.",
      ),
    location: refined(
      "a place in S3 that ends in a slash, of letters, digits and . _ - = in its names, as in s3://bucket/prefix/",
      (value) => /^s3:\/\/[a-z0-9][a-z0-9.-]+\/(?:[A-Za-z0-9_.=-]+\/)*$/.test(value),
    ).describe(
      "Where what is asked of lies for the time of a look: a bucket of the same account and Region, of this stack none, whose versions stay; of a vault's account one that nobody of the source may write into. Without versioning, or with a lifecycle rule for noncurrent versions, which deletes them; with no rule that archives.",
    ),
    usdPerTbScanned: z
      .number({ error: expected("an amount in US dollars") })
      .positive({ error: expected("an amount above 0 US dollars") })
      .optional()
      .describe("US dollars for 10^12 bytes scanned. Default: the list price."),
  },
  { error: expected("{ workgroup, database, location, usdPerTbScanned }") },
);

/** Of the accounts of a verdict, or of reports. */
function athenaPlaces(whose: "source" | "vault", command: string) {
  return z
    .record(z.string(), athenaShape, {
      error: expected(`the Athena of each ${whose}'s account, by the ${whose}'s name`),
    })
    .optional()
    .describe(
      `By the ${whose}'s name: the Athena of its account, for \`${command}\`. Default: none.`,
    );
}

function athenaBudget(what: string) {
  return z
    .number({ error: expected("an amount in US dollars") })
    .positive({ error: expected("an amount above 0 US dollars; leave it out for no limit") })
    .optional()
    .describe(
      `${what} by Athena that costs more, all sources of a command together, or in a Region whose price is not known, is not begun. US dollars. Default: no limit.`,
    );
}

export const backfillShape = z.strictObject(
  {
    budgetUsd: z
      .number({ error: expected("an amount in US dollars") })
      .positive({ error: expected("an amount above 0 US dollars; leave it out for no limit") })
      .optional()
      .describe("A plan that costs more is not started. US dollars. Default: no limit."),
    report: oneOf(["all-tasks", "failed-tasks-only"])
      .default("all-tasks")
      .describe("Which rows the completion report has. A verdict needs all. Default: all-tasks."),
    priority: priority
      .default(10)
      .describe("Larger runs first among the account's batch jobs. Default: 10."),
    trial: flag(
      "Whether one version is brought by a job of its own, and looked at in the vaults, before a job of several may run; once for each promise. Default: true.",
    ).optional(),
    prices: pricesShape,
    athena: athenaPlaces("source", "lineage --engine athena"),
    athenaBudgetUsd: athenaBudget("A reading of reports"),
  },
  { error: expected("{ budgetUsd, report, priority, trial, prices, athena, athenaBudgetUsd }") },
);

export const verdictShape = z.strictObject(
  {
    accept: z
      .array(oneOf(ACCEPTABLE_CODES), { error: expected("a list of reasons, as in [archived]") })
      .default([])
      .describe(
        "Reasons for having no copy, or no lock any more, with which a verdict is clean all the same; they are counted. Default: none.",
      ),
    athena: athenaPlaces("vault", "verify --level inventory --engine athena"),
    athenaBudgetUsd: athenaBudget("A look"),
    checksums: flag(
      "Whether jobs may read source and vaults to compare their content (`lockstep verify --level checksum`): makes the roles that read, one for each source and each vault. Default: false, and no role of ours may read what is in a vault.",
    ).optional(),
  },
  { error: expected("{ accept, athena, athenaBudgetUsd, checksums }") },
);

export const inventoryShape = z.strictObject(
  {
    format: oneOf(["CSV", "Parquet"])
      .default("Parquet")
      .describe("Of its files. Default: Parquet."),
    frequency: oneOf(["Daily", "Weekly"])
      .default("Daily")
      .describe("How often S3 makes one; weekly ones on Sundays (UTC). Default: Daily."),
  },
  { error: expected("{ format, frequency }, or {} for the defaults") },
);

export const evidenceShape = z.strictObject(
  {
    keep: flag(
      "Whether `lockstep prove` keeps each bundle beside the vaults too, in their operations buckets. Default: true.",
    ).default(true),
    lock: flag(
      "Whether what is kept is locked as the vault locks its replicas, which costs as much for as long. Default: false, and the bucket's policy keeps it.",
    ).default(false),
  },
  { error: expected("{ keep, lock }") },
);

const NO_VAULT = "expected at least one vault: without one there is nowhere to keep a copy";
const NO_SOURCE = "expected at least one source: without one there is nothing to copy";
const NO_RULE =
  "expected at least one rule: without one nothing is replicated, and a backfill would fail";

const list = (what: string, empty: string) =>
  z.array(z.unknown(), { error: expected(what) }).min(1, { error: empty });

const stackName = (example: string) =>
  refined(
    `the whole name of a stack, as in acme/lockstep/${example}`,
    (value) => value.split("/").length === 3 && !value.split("/").includes(""),
  );

/** The sections. Each is read apart, so that a mistake in one does not hide those in another. */
export const rootShape = z.strictObject(
  {
    side: oneOf(SIDES)
      .default("both")
      .describe(
        "Which accounts this stack works in: both, or those of one of two teams. Default: both.",
      ),
    source: z.unknown().optional(),
    sources: list("a list of sources", NO_SOURCE).optional(),
    vaults: list("a list of vaults", NO_VAULT),
    rules: list("a list of rules", NO_RULE),
    vaultStack: stackName("vaults-prod").optional(),
    sourceStack: stackName("source-prod")
      .optional()
      .describe(
        "With side both and vaultStack: this stack declares nothing, and backfill and verify look into both teams' stacks.",
      ),
    monitoring: z.unknown().optional(),
    backfill: z.unknown().optional(),
    inventory: z.unknown().optional(),
    evidence: z.unknown().optional(),
    verdict: z.unknown().optional(),
  },
  { error: expected("a config with source, vaults and rules") },
);

/** Every key the config knows, by the place it stands at: what `did you mean` chooses from. */
export const KNOWN_KEYS: readonly { place: RegExp; keys: readonly string[] }[] = [
  { place: /^$/, keys: Object.keys(rootShape.shape) },
  { place: /^source$/, keys: Object.keys(sourceShape.shape) },
  { place: /^sources\[\d+\]$/, keys: Object.keys(fleetSourceShape.shape) },
  { place: /^sources?(\[\d+\])?\.bucket$/, keys: [...Object.keys(sourceBucket.shape), "vault"] },
  { place: /^vaults\[\d+\]$/, keys: Object.keys(vaultShape.shape) },
  { place: /^vaults\[\d+\]\.bucket$/, keys: ["name", "existing"] },
  {
    place: /^vaults\[\d+\]\.lock$/,
    keys: ["stage", "retention", "maximumRetention", "minimumRetention", "acknowledgement"],
  },
  { place: /\.encryption$/, keys: ["kms"] },
  { place: /\.objectLock$/, keys: ["mode", "retention"] },
  { place: /\.roles$/, keys: ["permissionsBoundary", "path", "tags"] },
  { place: /^rules\[\d+\]$/, keys: Object.keys(ruleShape.shape) },
  { place: /^rules\[\d+\]\.filter$/, keys: ["prefix", "tags"] },
  { place: /^monitoring$/, keys: Object.keys(monitoringShape.shape) },
  { place: /^monitoring\.subscribers$/, keys: ["emails", "webhooks", "slack"] },
  { place: /^backfill$/, keys: Object.keys(backfillShape.shape) },
  { place: /^backfill\.prices\["[\w-]+"\]$/, keys: PRICE_KEYS },
  { place: /^inventory$/, keys: Object.keys(inventoryShape.shape) },
  { place: /^evidence$/, keys: Object.keys(evidenceShape.shape) },
  { place: /^verdict$/, keys: Object.keys(verdictShape.shape) },
  {
    place: /^(verdict|backfill)\.athena(\.\w+|\["[^"]+"\])$/,
    keys: Object.keys(athenaShape.shape),
  },
];

/** Keys that S3 has, or that we had, and what to write in their place. */
export const REPLACED_KEYS: readonly { place: RegExp; key: string; message: string }[] = [
  {
    place: /^rules\[\d+\]$/,
    key: "deleteMarkers",
    message: "is called deleteMarkerReplication, as in S3: rename it",
  },
  {
    place: /^rules\[\d+\]$/,
    key: "existingObjectReplication",
    message:
      "is not taken by S3 any more: leave it out, and bring what is already there along with `lockstep backfill`",
  },
  {
    place: /^(source|sources\[\d+\]|vaults\[\d+\])$/,
    key: "externalId",
    message:
      "belongs into the AWS config file, which every tool reads: write a profile with role_arn, external_id and source_profile there, and name it in `profile` in place of assumeRoleArn",
  },
];
