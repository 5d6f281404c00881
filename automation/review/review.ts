import type { LockstepConfig } from "../../components/config/types";
import type { LeftVault } from "../stack/vaults-left-behind";
import { configLine } from "./config-line";
import { configPlace } from "./config-place";
import type { BucketAtRisk } from "./buckets-at-risk";
import { findRisks } from "./find-risks";
import { priceLines, type RuleRegions } from "./price";
import type { PriceLine } from "./price-line";
import type { PlannedChange } from "../stack/planned-changes";
import type { RiskFields } from "./risk";
import { BASE_REGION } from "../prices/region-prices";

/** What a policy found, as a review shows it. */
export interface ReviewedPolicy {
  /** Of the rule. Stable. */
  readonly ruleId: string;
  /** `error` fails the command. */
  readonly severity: "error" | "warning" | "info";
  /** Of the resource that has to change. */
  readonly urn: string;
  /** Pulumi's type of it. */
  readonly resourceType: string;
  /** Pulumi's name of it. */
  readonly resourceName: string;
  /** What is wrong, in words. */
  readonly message: string;
  /** What to do, in words. */
  readonly fix: string;
}

/** A policy's finding with the line of the stack file that its resource comes from. */
export type PolicyOnLine = ReviewedPolicy & {
  /** From 1. */
  readonly line: number;
};

/** All that a preview comes to, for whoever reviews it. */
export interface Review {
  /** Its short name. */
  readonly stack: string;
  /** Of the stack, from the repository's root, with slashes. */
  readonly file: string;
  /** In the order of the plan. */
  readonly planned: readonly PlannedChange[];
  /** How many resources, by Pulumi's word for what becomes of them. */
  readonly summary: Readonly<Record<string, number>>;
  /** What costs data or protection; errors first. */
  readonly risks: readonly RiskFields[];
  /** What policies found. */
  readonly policies: readonly PolicyOnLine[];
  /** What happens to the bill. */
  readonly prices: readonly PriceLine[];
}

/** What a review is made of. */
export interface ReviewFacts {
  /** Its short name. */
  readonly stack: string;
  /** Of the stack, from the repository's root, with slashes. */
  readonly file: string;
  /** Text of that file. */
  readonly stackFile: string;
  /** As that file says it. */
  readonly config: LockstepConfig;
  /** As the preview told it; `keepingPlan` keeps that. */
  readonly planned: readonly PlannedChange[];
  /** As `previewStack` answers it. */
  readonly summary: Readonly<Record<string, number>>;
  /** As `vaultsLeftBehind` answers it. */
  readonly leftBehind: readonly LeftVault[];
  /** As `bucketsAtRisk` answers it. */
  readonly atRisk: readonly BucketAtRisk[];
  /** What policies found. */
  readonly policies: readonly ReviewedPolicy[];
}

/** Puts together what a preview told. Pure. */
export function reviewOf({ atRisk, config, leftBehind, stackFile, ...facts }: ReviewFacts): Review {
  const lineOf = (subject: Parameters<typeof configPlace>[0]): number =>
    configLine(stackFile, configPlace(subject, config));
  const { file, planned, policies, stack, summary } = facts;
  return {
    stack,
    file,
    planned,
    summary,
    risks: findRisks(planned, leftBehind, atRisk).map((risk) => ({ ...risk, line: lineOf(risk) })),
    policies: policies.map((finding) => ({ ...finding, line: lineOf({ urn: finding.urn }) })),
    prices: priceLines(planned, (rule) => regionsOf(config, rule)),
  };
}

/** Where the sides of a rule are, as the config says it. */
function regionsOf({ rules, sources, vaults }: LockstepConfig, name: string): RuleRegions {
  const rule = rules.find((one) => one.name === name);
  const vault = vaults.find((one) => one.name === rule?.vault);
  const source = sources.find((one) => rule?.source === undefined || one.name === rule.source);
  return { source: source?.region ?? BASE_REGION, vault: vault?.region ?? BASE_REGION };
}
