/**
 * A report as JUnit XML, as Jenkins and GitLab read it: a suite for each source and one for the guard, a case for each vault and each
 * check. Only elements and attributes that both know are used.
 * @see https://docs.gitlab.com/ci/testing/unit_test_reports/
 * @see https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
 *
 * Pure.
 */
import type { VaultCounts } from "../judge/outcome";
import type { VerdictFields } from "../events";
import type { CauseFields, Report, SourceReport } from "./fields";
import { count } from "../words";
import { visible, withoutMarkup } from "./shown-text";
import { headline, lossWords, problemsOf, proofWords, RERUN_WORDS, shown } from "./words";

interface Case {
  readonly name: string;
  /** What is wrong, a line each. Empty: nothing. */
  readonly failures?: readonly string[];
  /** Why nobody looked. */
  readonly skipped?: string;
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

/** Writes it. */
export function reportJunit(report: Report): string {
  const suites = [...report.sources.map(sourceSuite), guardSuite(report)].filter(
    ({ cases }) => cases.length > 0,
  );
  const all = suites.flatMap(({ cases }) => cases);
  const lines = [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites${attributes({ name: `lockstep ${report.stack}: ${headline(report)}`, ...sums(all) })}>`,
    ...suites.flatMap((suite) => suiteLines(suite, report)),
    `</testsuites>`,
  ];
  return `${lines.join("\n")}\n`;
}

function sourceSuite(source: SourceReport): Suite {
  const { looked, verdict } = source;
  const name = `source ${source.source}`;
  if (verdict === undefined) {
    return {
      name,
      cases: [{ name: "a verdict", failures: problemsOf(source) }],
    };
  }
  const causes = looked?.causes ?? [];
  return {
    name,
    cases: [
      ...(verdict.vaults ?? []).map((vault) => ({
        name: `every version in vault ${vault.vault}`,
        failures: vaultFailures(vault, verdict, causes),
      })),
      {
        name: "nothing lies on top of promised versions",
        failures: onTopWords(verdict),
      },
      {
        name: "live settings are as deployed",
        failures: (verdict.drift ?? []).map(
          ({ expected, found, path, resource }) =>
            `${path} of ${resource} is ${shown(found)}, ${shown(expected)} is deployed`,
        ),
      },
      { name: "the counts agree", failures: verdict.disagreements },
      ...proofWords(verdict).doesNotProve.map((what) => ({
        name: `not proven: ${what}`,
        skipped: "it was not looked at",
      })),
    ],
  };
}

/** As many as a verdict names; where there are so many, not all of them are known. */
const NAMED_LIMIT = 100;

function vaultFailures(
  counts: VaultCounts,
  { failures }: VerdictFields,
  causes: readonly CauseFields[],
): readonly string[] {
  const { failed, lapsed, unprotected, unverifiable, vault } = counts;
  const open = failed + lapsed + unprotected + unverifiable;
  const isNamed = failures.some((one) => one.vault === vault);
  // What the configuration accepts is not among the failures of a verdict.
  if (open === 0 || (!isNamed && failures.length < NAMED_LIMIT)) return [];
  return [
    `${count(failed)} failed, ${count(unverifiable)} unverifiable, ${count(unprotected)} unprotected, ${count(lapsed)} lapsed`,
    ...causes
      .filter((cause) => cause.vault === vault)
      .map(
        ({ account, failureCode, fix, outcome, patch, rerun, versions, what }) =>
          `${count(versions)} x ${failureCode ?? outcome}: ${what}. In account ${account}: ${fix}.` +
          (patch === undefined ? "" : ` Missing statement: ${JSON.stringify(patch)}.`) +
          ` Does a further run help? ${RERUN_WORDS[rerun]}`,
      ),
    ...failures
      .filter((one) => one.vault === vault)
      .map(({ cause, key, versionId }) => `${key} ${versionId}: ${cause}`),
  ];
}

function onTopWords({ onTop = [] }: VerdictFields): readonly string[] {
  return onTop.map(
    ({ key, vault, versionId, what }) =>
      `${what.replaceAll("-", " ")} ${versionId} of ${key} in ${vault}`,
  );
}

function guardSuite({ guard: { checked, losses, unknown } }: Report): Suite {
  const others = [...new Set(losses.map(({ vault }) => vault))].filter(
    (vault) => !checked.includes(vault) && !unknown.includes(vault),
  );
  const lossesOf = (vault: string) => losses.filter((loss) => loss.vault === vault).map(lossWords);
  return {
    name: "the vaults' guard",
    cases: [
      ...[...checked, ...others].map((vault) => ({
        name: `guard of vault ${vault}`,
        failures: lossesOf(vault),
      })),
      ...unknown.map((vault) => ({
        name: `guard of vault ${vault}`,
        ...(lossesOf(vault).length > 0
          ? { failures: lossesOf(vault) }
          : {
              skipped: "another team's vault, or deployed by an earlier version",
            }),
      })),
    ],
  };
}

function suiteLines({ cases, name }: Suite, { madeAt, stack }: Report): readonly string[] {
  const timestamp = madeAt.replace(/\.\d+Z$/, "");
  return [
    `  <testsuite${attributes({ name, timestamp, ...sums(cases), skipped: cases.filter(isSkipped).length })}>`,
    ...cases.flatMap((one) => caseLines(one, `lockstep.${stack}.${name}`)),
    `  </testsuite>`,
  ];
}

function caseLines(one: Case, classname: string): readonly string[] {
  const open = `    <testcase${attributes({ classname, name: one.name })}`;
  const [first, ...rest] = one.failures ?? [];
  if (one.skipped !== undefined) {
    return [
      `${open}>`,
      `      <skipped${attributes({ message: one.skipped })}/>`,
      `    </testcase>`,
    ];
  }
  if (first === undefined) return [`${open}/>`];
  const text = [first, ...rest].map(escaped).join("\n");
  return [
    `${open}>`,
    `      <failure${attributes({ message: first, type: "verdict" })}>${text}</failure>`,
    `    </testcase>`,
  ];
}

function isSkipped({ skipped }: Case): boolean {
  return skipped !== undefined;
}

function sums(cases: readonly Case[]) {
  const failures = cases.filter((one) => (one.failures ?? []).length > 0).length;
  return { tests: cases.length, failures, errors: 0 };
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join("");
}

/** One line of a text: what XML 1.0 cannot hold at all, and what would hide, turn or end it, is written as JSON writes it. */
function escaped(line: string): string {
  return withoutMarkup(visible(line));
}
