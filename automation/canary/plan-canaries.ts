/**
 * Which canaries show that the rules of a source work: as few as reach each rule, since every one of them stays locked. Pure.
 */

import type { RuleOutputs } from "../../components/promise/outputs";
import type { Drift } from "../judge/outcome";
import { placements } from "../judge/placement";
import { isUnread } from "../judge/unread";
import { canaryKey } from "./canary-key";

/** One object that is to be written. */
export interface PlannedCanary {
  /** Of the object. */
  readonly key: string;
  /** Those that the rule's filter asks for. */
  readonly tags: Readonly<Record<string, string>>;
  /** Names of the rules that take it. */
  readonly rules: readonly string[];
  /** Names of the vaults that they fill. */
  readonly vaults: readonly string[];
}

/** Why a rule gets no canary. */
export type NoCanaryReason =
  | "chained"
  | "deployed-disabled"
  | "not-in-force"
  | "overlaid"
  | "kms-not-taken"
  | "prefix-too-long";

/** A rule that no canary is written for. */
export interface RuleWithoutCanary {
  /** Its name. */
  readonly rule: string;
  /** Name of the vault that it fills. */
  readonly vault: string;
  /** Why there is none. */
  readonly reason: NoCanaryReason;
}

export interface CanaryPlan {
  readonly canaries: readonly PlannedCanary[];
  readonly without: readonly RuleWithoutCanary[];
}

export interface PlanFacts {
  readonly rules: readonly RuleOutputs[];
  /** The source's, against the promise. */
  readonly drift: readonly Drift[];
  /** The source is itself a vault: nobody but replication writes there, and what it writes is not passed on by live rules. */
  readonly isChained: boolean;
  /** The source encrypts with SSE-KMS what comes without a wish. */
  readonly isUnderKms: boolean;
  /** AWS's, where it is known. */
  readonly nowEpochMs: number;
  /** Eight characters, new for each canary. */
  readonly random: () => string;
}

export function planCanaries(facts: PlanFacts): CanaryPlan {
  const { drift, isChained, isUnderKms, nowEpochMs, random, rules } = facts;
  const canaries: PlannedCanary[] = [];
  const without: RuleWithoutCanary[] = [];
  for (const rule of rules) {
    if (canaries.some((canary) => canary.rules.includes(rule.name))) continue;
    const leave = (reason: NoCanaryReason): void => {
      without.push({ rule: rule.name, vault: rule.vault, reason });
    };
    if (isChained) {
      leave("chained");
      continue;
    }
    if (rule.status !== "Enabled") {
      leave("deployed-disabled");
      continue;
    }
    if (!isInForce(rule, drift)) {
      leave("not-in-force");
      continue;
    }
    const key = canaryKey(rule.prefix ?? "", nowEpochMs, random());
    if (Buffer.byteLength(key) > KEY_MAX_BYTES) {
      leave("prefix-too-long");
      continue;
    }
    const tags = rule.tags ?? {};
    const placed = placements(key, { tags, isUnderKms }, rules);
    const own = placed.find(({ vault }) => vault === rule.vault);
    if (own?.rule.name !== rule.name) {
      leave("overlaid");
      continue;
    }
    if (own.state === "kms-not-taken") {
      leave("kms-not-taken");
      continue;
    }
    const wanted = placed.filter(
      (one) => one.state === "wanted" && (one === own || isInForce(one.rule, drift)),
    );
    canaries.push({
      key,
      tags,
      rules: wanted.map((one) => one.rule.name),
      vaults: wanted.map(({ vault }) => vault),
    });
  }
  return { canaries, without };
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const KEY_MAX_BYTES = 1024;

/** Members of a rule that decide whether it takes a version at all, and where to. */
const DECIDING = ["status", "prefix", "tags", "not", "destinationBucketArn"];

/** Whether S3 has the rule as deployed, as far as taking the canary depends on it. */
function isInForce({ name }: RuleOutputs, drift: readonly Drift[]): boolean {
  const path = `rules["${name}"]`;
  const stops = new Set(["versioning", "replication", path]);
  for (const member of DECIDING) stops.add(`${path}.${member}`);
  return !drift.some((one) => one.side === "source" && stops.has(one.path) && !isUnread(one.found));
}
