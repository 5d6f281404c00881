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
import type { LookedAt, Report, SourceReport } from "./fields";
import { patchesOf } from "./patch-words";
import { recoveryPointWords } from "../levels/level-words";
import { count } from "../words";
import { visible, withoutMarkup } from "./shown-text";
import {
  acceptedAt,
  acceptedWords,
  headline,
  lookWords,
  lossWords,
  problemsOf,
  proofWords,
  RERUN_WORDS,
  shown,
} from "./words";

interface Case {
  readonly name: string;
  /** What is wrong, a line each. Empty: nothing. */
  readonly failures?: readonly string[];
  /** What is to be known of it though it does not fail for it, a line each. */
  readonly notes?: readonly string[];
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
  return {
    name,
    cases: [
      ...(verdict.vaults ?? []).map((vault) => ({
        name: `every version in vault ${vault.vault}`,
        failures: vaultFailures(vault, verdict, looked),
        notes: acceptedWords(looked?.accepted.filter((one) => one.vault === vault.vault) ?? []),
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
      ...lookCases(verdict),
      ...proofWords(verdict).doesNotProve.map((what) => ({
        name: `not proven: ${what}`,
        skipped: "it was not looked at",
      })),
    ],
  };
}

/** How much was looked at, where there is more to say than a level, and whether the recovery point objective is met. */
function lookCases(verdict: VerdictFields): readonly Case[] {
  const { level = "full", recoveryPoint } = verdict;
  const notes = lookWords(verdict);
  return [
    ...(notes.length === 0 ? [] : [{ name: `looked at by level ${level}`, notes }]),
    ...(recoveryPoint === undefined
      ? []
      : [
          {
            name: "the recovery point objective is met",
            failures: recoveryPoint.met ? [] : [recoveryPointWords(recoveryPoint)],
          },
        ]),
  ];
}

/** As many as a verdict names; where there are so many, not all of them are known. */
const NAMED_LIMIT = 100;

function vaultFailures(
  counts: VaultCounts,
  { failures }: VerdictFields,
  looked: LookedAt | undefined,
): readonly string[] {
  const { failed, lapsed, unprotected, unverifiable, vault } = counts;
  const accepted = acceptedAt(looked, vault);
  const open = failed + lapsed + unprotected + unverifiable - accepted;
  const isNamed = failures.some((one) => one.vault === vault);
  // Where nothing tells what is accepted: that is not among the failures of a verdict.
  const isOpen = looked === undefined ? isNamed || failures.length >= NAMED_LIMIT : open > 0;
  if (open === 0 || !isOpen) return [];
  const ofThese = accepted === 0 ? "" : `; ${count(accepted)} of these accepted`;
  return [
    `${count(failed)} failed, ${count(unverifiable)} unverifiable, ${count(unprotected)} unprotected, ${count(lapsed)} lapsed${ofThese}`,
    ...(looked?.causes
      .filter((cause) => cause.vault === vault)
      .map(
        ({ account, failureCode, fix, outcome, patches, rerun, versions, what }) =>
          `${count(versions)} x ${failureCode ?? outcome}: ${what}. In account ${account}: ${fix}.` +
          patchesOf({ patches })
            .map(({ statement, where }) => ` Statement ${where}: ${JSON.stringify(statement)}.`)
            .join("") +
          ` Does a further run help? ${RERUN_WORDS[rerun]}`,
      ) ?? []),
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
  const notes = linesOf(one.notes ?? []);
  const output = notes === "" ? [] : [`      <system-out>${notes}</system-out>`];
  if (first === undefined) {
    return output.length === 0 ? [`${open}/>`] : [`${open}>`, ...output, `    </testcase>`];
  }
  return [
    `${open}>`,
    `      <failure${attributes({ message: first, type: "verdict" })}>${linesOf([first, ...rest])}</failure>`,
    ...output,
    `    </testcase>`,
  ];
}

/** Whatever is in a line, it is one. */
function linesOf(lines: readonly string[]): string {
  return lines.map(escaped).join("\n");
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
