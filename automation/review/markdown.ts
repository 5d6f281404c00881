import type { PropertyChange } from "../stack/property-changes";
import { code, COMMENT_CHARACTERS, plain, tableOf } from "./markdown-text";
import { fixedDifferenceUsd } from "./price";
import type { PriceLine } from "./price-line";
import type { Review } from "./review";
import type { PlannedChange } from "../stack/planned-changes";
import { counted } from "../words";
import { type Risk, RISKS } from "./risk";

/** So many rows are shown of each table; the rest is counted. */
const SHOWN_ROWS = 100;
/** Of `preview`: what has all. */
const ALL = "--json";

/** The line that a workflow finds its own comment by, one for each stack. */
export function markdownMarker(stack: string): string {
  return `<!-- lockstep-preview: ${stack.replaceAll(/[^\w./-]/g, "_")} -->`;
}

/** A review as one comment of a pull request. No text of AWS's or of the config is markup in it. Pure. */
export function reviewMarkdown(review: Review): string {
  const head = [
    markdownMarker(review.stack),
    `### Lockstep preview of ${code(review.stack)}`,
    headline(review),
    ...section("Risks", riskTable(review)),
    ...section("Policies", policyTable(review)),
    ...section("Price a month", priceText(review.prices)),
  ];
  const whole = [...head, ...changesText(review)].join("\n\n");
  if (whole.length <= COMMENT_CHARACTERS) return `${whole}\n`;
  const short = head.join("\n\n").slice(0, COMMENT_CHARACTERS);
  return `${short}\n\nThe changes are too many for a comment: see the output of \`lockstep preview --json\`.\n`;
}

function headline({ policies, risks, summary }: Review): string {
  const errors = (items: readonly { readonly severity: string }[]): number =>
    items.filter(({ severity }) => severity === "error").length;
  const changes = Object.entries(summary)
    .filter(([operation]) => operation !== "same")
    .map(([operation, count]) => `${count} ${operation}`)
    .join(", ");
  return [
    `**${changes === "" ? "No changes" : changes}.**`,
    risks.length === 0
      ? "No change costs data or protection."
      : `**${counted(risks.length, "risk")}**, ${errors(risks)} of severity error.`,
    ...(policies.length === 0
      ? []
      : [
          `**${counted(policies.length, "policy finding")}**, ${errors(policies)} of severity error.`,
        ]),
  ].join(" ");
}

function section(title: string, text: string): readonly string[] {
  return text === "" ? [] : [`#### ${title}`, text];
}

function riskTable({ file, risks }: Review): string {
  return tableOf(
    ["", "What happens", "Bucket or resource", "Account", "Old", "New", "Where it is said"],
    risks.map((risk) => [
      risk.severity,
      `${plain(sentenceOf(risk))} ${plain(RISKS[risk.id].why)}`,
      code(risk.resource),
      risk.account === undefined ? "" : code(placeWords(risk)),
      valueCode(risk, "old"),
      valueCode(risk, "new"),
      `${code(`${file}:${risk.line}`)}`,
    ]),
    SHOWN_ROWS,
    ALL,
  );
}

function sentenceOf({ id, words }: Risk): string {
  return `${id}: ${words}.`;
}

function policyTable({ file, policies }: Review): string {
  return tableOf(
    ["", "Policy", "Resource", "What is wrong", "What to do", "Where it is said"],
    policies.map((finding) => [
      finding.severity,
      code(finding.ruleId),
      code(finding.resourceName),
      // A rule of somebody's own may write several lines.
      plain(finding.message.replaceAll(/\s*\n\s*/g, " ")),
      plain(finding.fix),
      code(`${file}:${finding.line}`),
    ]),
    SHOWN_ROWS,
    ALL,
  );
}

function priceText(lines: readonly PriceLine[]): string {
  if (lines.length === 0) return "";
  const rows = lines.map((line) => [plain(line.what), code(line.resource), priceWords(line)]);
  const sum = fixedDifferenceUsd(lines);
  return [
    tableOf(["What", "Where", "Difference"], rows, SHOWN_ROWS, ALL),
    `Fixed: **${signed(sum)}** a month. List prices without free tiers, of keys, alarms and dashboards in us-east-1; what is charged by use is not in the sum.`,
  ].join("\n\n");
}

function priceWords(line: PriceLine): string {
  switch (line.kind) {
    case "fixed":
      return signed(line.differenceUsdPerMonth);
    case "per-unit":
      return `USD ${line.oldUsd} &rarr; USD ${line.newUsd} for each ${plain(line.unit)}`;
    case "not-priced":
      return `not priced: ${plain(line.why)}`;
  }
}

function signed(usd: number): string {
  return `${usd < 0 ? "-" : "+"}USD ${Math.abs(usd).toFixed(2)}`;
}

/** Each resource that changes, and each value that differs, folded away. */
function changesText({ planned }: Review): readonly string[] {
  const rows = planned
    .filter(({ resourceType }) => !resourceType.startsWith("pulumi:"))
    .flatMap((change) => {
      const what = [
        change.action,
        code(change.physicalName ?? change.name),
        code(placeWords(change)),
      ];
      const [first, ...others] = change.changes ?? [];
      const type = code(change.resourceType);
      return [
        [...what, type, ...valueCells(first)],
        ...others.map((other) => ["", "", "", "", ...valueCells(other)]),
      ];
    });
  if (rows.length === 0) return [];
  return [
    "<details><summary>All changes</summary>",
    tableOf(
      ["", "Resource", "Account, Region", "Type", "Property", "Old", "New"],
      rows,
      SHOWN_ROWS,
      ALL,
    ),
    "</details>",
  ];
}

function valueCells(change: PropertyChange | undefined): readonly string[] {
  if (change === undefined) return ["", "", ""];
  return [code(change.path), valueCode(change, "old"), valueCode(change, "new")];
}

function valueCode(
  values: { readonly old?: unknown; readonly new?: unknown },
  side: "old" | "new",
) {
  const value = values[side];
  if (value === undefined) return "";
  return code(typeof value === "string" ? value : JSON.stringify(value));
}

function placeWords({ account, region }: Pick<PlannedChange, "account" | "region">): string {
  return [account, region].filter((part) => part !== undefined).join(", ");
}
