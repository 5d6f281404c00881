import type { LockstepConfig } from "../../components/config/types";
import type { LeftVault } from "../stack/vaults-left-behind";
import { configLine } from "./config-line";
import { configPlace } from "./config-place";
import { findRisks } from "./find-risks";
import { priceLines } from "./price";
import type { PriceLine } from "./price-line";
import type { PlannedChange } from "../stack/planned-changes";
import type { RiskFields } from "./risk";

/** What a policy found, as a review shows it. */
export interface ReviewedPolicy {
  /** Of the rule; stable. */
  readonly ruleId: string;
  readonly severity: "error" | "warning" | "info";
  readonly urn: string;
  readonly resourceType: string;
  readonly resourceName: string;
  readonly message: string;
  readonly fix: string;
}

/** A policy's finding with the line of the stack file that its resource comes from, from 1. */
export type PolicyOnLine = ReviewedPolicy & { readonly line: number };

/** All that a preview comes to, for whoever reviews it. */
export interface Review {
  readonly stack: string;
  /** Of the stack, from the repository's root, with slashes. */
  readonly file: string;
  readonly planned: readonly PlannedChange[];
  /** How many resources, by Pulumi's word for what becomes of them. */
  readonly summary: Readonly<Record<string, number>>;
  readonly risks: readonly RiskFields[];
  readonly policies: readonly PolicyOnLine[];
  readonly prices: readonly PriceLine[];
}

export interface ReviewFacts extends Pick<Review, "stack" | "file" | "planned" | "summary"> {
  readonly config: LockstepConfig;
  /** Text of the stack file. */
  readonly stackFile: string;
  readonly leftBehind: readonly LeftVault[];
  readonly policies: readonly ReviewedPolicy[];
}

/** Puts together what a preview told. Pure. */
export function reviewOf({ config, leftBehind, stackFile, ...facts }: ReviewFacts): Review {
  const lineOf = (subject: Parameters<typeof configPlace>[0]): number =>
    configLine(stackFile, configPlace(subject, config));
  const { file, planned, policies, stack, summary } = facts;
  return {
    stack,
    file,
    planned,
    summary,
    risks: findRisks(planned, leftBehind).map((risk) => ({ ...risk, line: lineOf(risk) })),
    policies: policies.map((finding) => ({ ...finding, line: lineOf({ urn: finding.urn }) })),
    prices: priceLines(planned),
  };
}
