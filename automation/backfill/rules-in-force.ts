/** A job follows the live rules: it is not made where they would let it fail or do wrong. */
import { LockstepError } from "../errors";
import { missingVersions } from "../judge/verdict";
import type { Look } from "../look/look";
import type { LiveRule } from "../rules/live-rules";
import { driftInTheWay } from "./choice";

/**
 * A job without an enabled rule fails after it was paid for.
 * @throws LockstepError `RulesDisabled`
 */
export function requireEnabledRule(rules: readonly LiveRule[]): void {
  if (rules.some((rule) => rule.isEnabled && rule.vault !== undefined)) return;
  const names = rules.map((rule) => rule.id).join(", ");
  throw new LockstepError(
    "RulesDisabled",
    `No replication rule is enabled (${names || "there is none"}), so the job would fail.`,
    {
      hint: "Set `status: Enabled` for the rule under lockstep:rules and run `lockstep up` before the backfill.",
    },
  );
}

/**
 * A job would bring what is missing by rules that are not the promised ones: elsewhere, under another key, or not at all.
 * @throws LockstepError `RulesDrifted`, with each difference
 */
export function requireDeliverable(look: Look): void {
  const drift = driftInTheWay(missingVersions(look), look.promise.rules, look.drift);
  if (drift.length === 0) return;
  throw new LockstepError(
    "RulesDrifted",
    "The source is not as it was deployed, so a job would not bring what is missing as promised.",
    {
      problems: drift.map(({ expected, found, path, resource }) => ({
        path: `${resource} ${path}`,
        message: `is ${JSON.stringify(found)}, deployed was ${JSON.stringify(expected)}`,
      })),
      hint: "Run `lockstep up`, which restores what is its own, and take away by hand a rule of others that sends to a vault. Then run the backfill again.",
    },
  );
}
