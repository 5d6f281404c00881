import { z } from "zod";
import { defineRule } from "../define-rule";
import type { Bucket } from "../program/bucket";
import { isCovered } from "../program/policy-documents";
import type { Program } from "../program/program";
import {
  type Replication,
  replicationsOf,
  type ReplicationRule,
  rulesOf,
} from "../program/replications";
import {
  filterOf,
  hasTimeControl,
  isEnabled,
  mayOverlap,
  priorityOf,
  replicatesDeleteMarkers,
} from "../program/rule-facts";
import type { PolicyViolation } from "../rule";
import { at, textAt, UNKNOWN } from "../values";

/**
 * Priorities of the rules of one source.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationRule.html
 */
export const rulePriorities = defineRule({
  id: "rule-priorities",
  title: "Each rule of a source has a priority of its own, and no two fight over an object",
  severity: "error",
  rationale:
    "S3 refuses two rules of the same priority. Of two rules that match an object and send it to the same vault, only the one with the larger priority works: the other's storage class, key or owner is not used.",
  fix: "Give each rule another priority, and filters that do not overlap where they fill the same vault.",
  references: {},
  settings: {},
  check: (program) =>
    replicationsOf(program).flatMap((replication): PolicyViolation[] => {
      const { resource, rules } = replication;
      if (rules === UNKNOWN) return [];
      return rules.flatMap((second, index) =>
        rules.slice(0, index).flatMap((first): PolicyViolation[] => {
          const [one, other] = [priorityOf(first), priorityOf(second)];
          if (typeof one === "number" && one === other) {
            return [
              {
                resource,
                message: `${first.label} and ${second.label} both have priority ${one}.`,
              },
            ];
          }
          return overlap(replication, first, second);
        }),
      );
    }),
});

function overlap(
  { resource }: Replication,
  first: ReplicationRule,
  second: ReplicationRule,
): PolicyViolation[] {
  if (isEnabled(first) !== true || isEnabled(second) !== true) return [];
  const [one, other] = [first, second].map(({ props }) => textAt(props, "destination", "bucket"));
  if (one === undefined || one === UNKNOWN || one !== other) return [];
  if (!mayOverlap(filterOf(first), filterOf(second))) return [];
  const message = `${first.label} and ${second.label} match the same objects for the same vault: the one with the larger priority wins.`;
  return [{ resource, severity: "warning", message }];
}

/**
 * Delete markers and filters by tags.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteMarkerReplication.html
 */
export const deleteMarkersWithTags = defineRule({
  id: "delete-markers-with-tags",
  title: "A rule that filters by tags replicates no delete markers",
  severity: "error",
  rationale:
    "A delete marker has no tags. S3 refuses a rule that filters by tags and replicates delete markers.",
  fix: 'Set deleteMarkerReplication.status to "Disabled", or filter by prefix alone.',
  references: {},
  settings: {},
  check: (program) =>
    rulesOf(program).flatMap(([rule, { resource }]) => {
      const { tags } = filterOf(rule);
      if (tags === UNKNOWN || tags.size === 0 || replicatesDeleteMarkers(rule) !== true) return [];
      return [
        { resource, message: `${rule.label} filters by tags and replicates delete markers.` },
      ];
    }),
});

/**
 * A member that S3 no longer takes.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ExistingObjectReplication.html
 */
export const noExistingObjectReplication = defineRule({
  id: "no-existing-object-replication",
  title: "No rule asks for existingObjectReplication",
  severity: "error",
  rationale:
    "S3 does not support it any more: the configuration is refused. Nothing that was there before a rule comes along by the rule; an S3 Batch Replication job brings it.",
  fix: "Take existingObjectReplication out, and run an S3 Batch Replication job for what is there already.",
  references: {},
  settings: {},
  check: (program) =>
    rulesOf(program).flatMap(([rule, { resource }]) => {
      const member = at(rule.props, "existingObjectReplication");
      if (member === undefined || member === UNKNOWN) return [];
      return [{ resource, message: `${rule.label} has existingObjectReplication.` }];
    }),
});

/**
 * Replicas as a source.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html
 */
export const noChainedReplicas = defineRule({
  id: "no-chained-replicas",
  title: "No vault is itself a source, unless that is declared",
  severity: "error",
  rationale:
    "S3 replicates no replicas by a rule: the second vault stays empty, without a word, until a batch job fills it. Whoever knows that declares the chain and runs the job.",
  fix: "Add a second destination to the first source; or declare the chain in this rule's setting `declared`, and fill the second hop with S3 Batch Replication jobs.",
  references: { nist80053: ["CP-9"] },
  settings: {
    declared: z
      .array(z.string().min(1))
      .default([])
      .describe("Names of buckets that are vault and source; * stands for any characters."),
  },
  check: (program, { declared }) => {
    return replicationsOf(program).flatMap((replication): PolicyViolation[] => {
      const { resource, source } = replication;
      if (source === undefined || !goesFurther(program, replication, source)) return [];
      const names = [source.name, source.resource?.name].filter((name) => name !== undefined);
      if (declared.some((pattern) => names.some((name) => isCovered(name, pattern)))) return [];
      return [
        {
          resource,
          message: `Its source ${names[0] ?? ""} is a vault of another replication: replicas in it go no further.`,
        },
      ];
    });
  },
});

/** Whether a source is a vault, and has a destination beside the sources that fill it: two-way replication is no chain. */
function goesFurther(program: Program, { rules }: Replication, source: Bucket): boolean {
  const feeders = new Set(
    replicationsOf(program)
      .filter(
        (other) =>
          other.rules !== UNKNOWN &&
          other.rules.some(({ destinations }) => destinations.includes(source)),
      )
      .map((other) => other.source),
  );
  if (feeders.size === 0 || rules === UNKNOWN) return false;
  return rules.some(({ destinations, props }) =>
    destinations.length === 0
      ? typeof at(props, "destination", "bucket") === "string"
      : destinations.some((bucket) => !feeders.has(bucket)),
  );
}

/**
 * Replication Time Control, which is paid for.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html
 */
export const timeControlWhenAsked = defineRule({
  id: "time-control-when-asked",
  title: "Replication Time Control is on only where it was asked for",
  severity: "info",
  rationale:
    "It promises 15 minutes for most versions and costs extra for each gigabyte. It does not cover delete markers, nor what a batch job brings.",
  fix: "Take replicationTime out of the rule, or name the rule in this rule's setting `allowed`. Metrics alone are cheaper.",
  references: {},
  settings: {
    allowed: z
      .array(z.string().min(1))
      .default([])
      .describe("Ids of rules that may have it; * stands for any characters."),
  },
  check: (program, { allowed }) =>
    rulesOf(program).flatMap(([rule, { resource }]) => {
      if (hasTimeControl(rule) !== true || isEnabled(rule) === false) return [];
      const id = at(rule.props, "id");
      const isAllowed =
        id === UNKNOWN || (typeof id === "string" && allowed.some((one) => isCovered(id, one)));
      return isAllowed
        ? []
        : [{ resource, message: `${rule.label} has Replication Time Control.` }];
    }),
});
