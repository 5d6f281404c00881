/**
 * Which statements are taken away, on which stack, and in how many files: the files `operator-statements-*.test.ts` are named after it,
 * and `tests/unit/operator-tried.test.ts` holds it against the rows that the document is made of.
 */

import { operatorPolicies, OPERATOR_ROWS } from "../../automation/permissions/operator-policies";
import type { OperatorCommand } from "../../automation/permissions/operator-row";
import { parseConfig } from "../../components/config";
import type { PolicyStatement } from "../../components/policy-documents/policy-document";
import { ACCOUNTS } from "../helpers/engine-project";
import type { AccountName } from "../helpers/road";
import { type Layout, RELOCKED, STACK, twoAccounts, WATCHED } from "./operator-layouts";

/** A statement of a policy, and in which account it is. */
export interface OperatorStatement {
  readonly account: AccountName;
  readonly statement: PolicyStatement;
}

/** What is taken away, by the statement's Sid. */
export interface TakenAway {
  readonly account: AccountName;
  readonly sid: string;
}

/** Statements of a command that are taken away one by one. */
export interface Trial {
  readonly command: OperatorCommand;
  readonly layout: Layout;
  /** How many files share them, so that none takes long. */
  readonly partsCount: number;
  /** Absent: all of them. */
  readonly takes?: (one: OperatorStatement) => boolean;
}

const LAYOUT = twoAccounts();

/** By what the files are called after. */
export const TRIALS = {
  preview: { command: "preview", layout: LAYOUT, partsCount: 2 },
  "up-first": { command: "up", layout: LAYOUT, partsCount: 1, takes: isOfFirstUp },
  "up-source": { command: "up", layout: LAYOUT, partsCount: 2, takes: isLaterIn("source") },
  "up-vault": { command: "up", layout: LAYOUT, partsCount: 2, takes: isLaterIn("vault") },
  backfill: { command: "backfill", layout: LAYOUT, partsCount: 1 },
  verify: { command: "verify", layout: LAYOUT, partsCount: 1, takes: isOfEachLook },
  prove: { command: "prove", layout: RELOCKED, partsCount: 1, takes: isOfProve },
  relock: { command: "relock", layout: RELOCKED, partsCount: 1 },
  doctor: { command: "doctor", layout: WATCHED, partsCount: 1 },
  canary: { command: "doctor --canary", layout: WATCHED, partsCount: 1, takes: isOfCanary },
  destroy: { command: "destroy", layout: LAYOUT, partsCount: 3 },
} as const satisfies Readonly<Record<string, Trial>>;

/** Rows of other stacks, and the file that tries them, with one command where all go on without it. */
export const TRIED_ELSEWHERE: Readonly<Record<string, string>> = {
  DeclareSourceInventory: "operator-layout-fleet.test.ts",
  DeclareVaultInventory: "operator-layout-fleet.test.ts",
  LookAtAdoptedVaults: "operator-layout-given.test.ts",
  LookAtBreakGlass: "operator-statements-doctor.test.ts",
  LookAtGivenKeys: "operator-layout-given.test.ts",
  LookAtPolicyOfOthers: "operator-layout-given.test.ts",
  LookAtChecksumRole: "operator-layout-checksums.test.ts",
  LookAtRelockRole: "operator-layout-relock.test.ts",
  LookAtRulesOfOthers: "operator-layout-given.test.ts",
  LookAtSourceInventory: "operator-layout-fleet.test.ts",
  LookAtVaultInventory: "operator-layout-fleet.test.ts",
  MakeChecksumRole: "operator-layout-checksums.test.ts",
  MakeRelockRole: "operator-layout-relock.test.ts",
  RemoveChecksumRole: "operator-layout-checksums.test.ts",
  RemoveRelockRole: "operator-layout-relock.test.ts",
  LeaveRulesToOthers: "operator-layout-given.test.ts",
};

/**
 * Rows of a level of `verify`, or of an engine, which its own road asks for; without them it is not reached. That of a report:
 * `operator-permissions.test.ts`; those of Athena: `tests/athena/looks.test.ts`, of reports `tests/athena/lineage.test.ts`.
 */
export const OF_LEVELS = [
  "ReadReplicationMetrics",
  "ReadSourceInventories",
  "ReadVaultInventories",
  "HandSourceChecksumRoleToS3",
  "KeepSourceChecksumLedger",
  "FindSourceChecksumJobs",
  "FollowSourceChecksumJobs",
  "HandVaultChecksumRoleToS3",
  "KeepVaultChecksumLedger",
  "EncryptVaultChecksumLedger",
  "FindVaultChecksumJobs",
  "FollowVaultChecksumJobs",
  "AskAthena",
  "DefineTables",
  "FindAthenasFiles",
  "PutAthenasFiles",
  "FindInventoriesForAthena",
  "AskAthenaOfReports",
  "DefineTablesOfReports",
  "FindAthenasFilesOfReports",
  "PutAthenasFilesOfReports",
  "FindReportsForAthena",
] as const;

/**
 * Commands on batch jobs, in the order in which `operator-jobs.test.ts` tries all their statements: what is cancelled has no priority,
 * and what is approved runs.
 */
export const JOBS_COMMANDS = ["jobs", "watch", "lineage", "priority", "cancel", "approve"] as const;

/**
 * Their rows at a vault whose locks are extended, or that jobs read, which the stack of `operator-jobs.test.ts` has none of, and the file that takes
 * them away.
 */
export const JOBS_IN_VAULTS: Readonly<Record<string, string>> = {
  FindRelockJobs: "operator-layout-relock.test.ts",
  FollowRelockJobs: "operator-layout-relock.test.ts",
  FollowVaultJobs: "operator-layout-checksums.test.ts",
  ListVaultJobs: "operator-layout-checksums.test.ts",
};

export type TrialName = keyof typeof TRIALS;

/** `up` goes on without it; only the first one asks for it. */
function isOfFirstUp({ statement }: OperatorStatement): boolean {
  return OPERATOR_ROWS.some(
    ({ goesOn, sid }) => sid === statement.Sid && goesOn?.includes("up") === true,
  );
}

function isOfEachLook({ statement }: OperatorStatement): boolean {
  return !(OF_LEVELS as readonly string[]).includes(statement.Sid);
}

function isLaterIn(account: AccountName): (one: OperatorStatement) => boolean {
  return (one) => one.account === account && !isOfFirstUp(one);
}

/** Those of `verify` are tried with it. */
function isOfProve({ statement }: OperatorStatement): boolean {
  return OPERATOR_ROWS.some(
    ({ actions, sid }) => sid === statement.Sid && actions.verify === undefined,
  );
}

/** The doctor's own are tried with the doctor. */
function isOfCanary({ statement }: OperatorStatement): boolean {
  return OPERATOR_ROWS.some(
    ({ actions, sid }) => sid === statement.Sid && actions.doctor === undefined,
  );
}

/** The statements of a part of a trial. @param part from 1 */
export function triedStatements(name: TrialName, part: number): readonly OperatorStatement[] {
  const { command, layout, partsCount, takes }: Trial = TRIALS[name];
  const all = statementsOf(command, layout[STACK] ?? {}).filter((one) => takes?.(one) ?? true);
  const count = Math.ceil(all.length / partsCount);
  return all.slice((part - 1) * count, part * count);
}

/** The files that try everything. */
export function triedFiles(): readonly string[] {
  return (Object.keys(TRIALS) as TrialName[]).flatMap((name) => {
    const { partsCount } = TRIALS[name];
    return Array.from({ length: partsCount }, (_, index) => {
      const part = partsCount === 1 ? "" : `-${index + 1}`;
      return `operator-statements-${name}${part}.test.ts`;
    });
  });
}

/** What a file of that name tries. */
export function triedIn(file: string): { readonly name: TrialName; readonly part: number } {
  const [, name = "", part = "1"] =
    /operator-statements-([a-z-]+?)(?:-(\d+))?\.test\.ts$/.exec(file) ?? [];
  if (!(name in TRIALS)) throw new Error(`expected the name of a trial in ${file}`);
  return { name: name as TrialName, part: Number(part) };
}

/** The statements of a command's policies for the sections of a stack file, each with its account. */
export function statementsOf(
  command: OperatorCommand,
  sections: object,
): readonly OperatorStatement[] {
  return operatorPolicies(parseConfig(sections))
    .filter((policy) => policy.command === command)
    .flatMap(({ accountId, document }) =>
      (Object.keys(ACCOUNTS) as AccountName[])
        .filter((account) => ACCOUNTS[account].accountId === accountId)
        .flatMap((account) => document.Statement.map((statement) => ({ account, statement }))),
    );
}
