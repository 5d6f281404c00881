/** Stacks that an operator drives with exactly the rights that `operatorPolicies` names, and what was asked for meanwhile. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PutRolePolicyCommand, IAMClient } from "@aws-sdk/client-iam";
import type { OperatorCommand } from "../../automation/permissions/operator-row";
import type { PolicyStatement } from "../../components/policy-documents/policy-document";
import { ACCOUNTS } from "../helpers/engine-project";
import { KEYS } from "../helpers/evidence-bundles";
import { type AccountName, makeRole, Road, type RoadRun } from "../helpers/road";
import { type Layout, STACK } from "./operator-layouts";
import { type OperatorStatement, statementsOf, type TakenAway } from "./operator-tried";

const ROLE = "operator";

/** One question to AWS's authorization, and its answer. */
interface Asked {
  readonly accountId: string | undefined;
  readonly action: string;
  readonly resource: string;
  readonly isAllowed: boolean;
}

const FLAGS: Partial<Record<OperatorCommand, readonly string[]>> = {
  up: ["--yes"],
  backfill: ["--yes"],
  cancel: ["--yes"],
  relock: ["--yes"],
  "doctor --canary": ["--yes", "--canary-timeout", "60"],
  destroy: ["--yes"],
};

/** How a command is run. */
export interface OperatorRun {
  /** Another one, with the rights of this. */
  readonly instead?: string;
  /** What stands after its name, and further flags. */
  readonly args?: readonly string[];
  readonly stack?: string;
  readonly without?: TakenAway;
  /** Statements of another config, beside the command's own. */
  readonly also?: readonly OperatorStatement[];
}

export class Operator {
  readonly #asked: Asked[] = [];
  /** By command and stack, what all its runs asked for and were allowed. */
  readonly #allowed = new Map<string, Asked[]>();
  #layout: Layout = {};
  #provedCount = 0;

  private constructor(readonly road: Road) {
    const { world } = road.project.sandbox;
    const decide = world.decide.bind(world);
    world.decide = (principal, need) => {
      const decision = decide(principal, need);
      if (principal.principalArn.endsWith(`:role/${ROLE}`)) {
        const { action, resource } = need;
        const { accountId } = principal;
        this.#asked.push({ accountId, action, resource, isAllowed: decision.allowed });
      }
      return decision;
    };
  }

  /** Nothing is deployed; the operator has no rights yet. */
  static async start(layout: Layout = {}): Promise<Operator> {
    const road = await Road.start();
    const operator = new Operator(road);
    for (const account of ACCOUNT_NAMES) {
      await makeRole(road, account, ROLE);
      await road.addRoleProfile(`operator-${account}`, account, ROLE);
    }
    await operator.write(layout);
    return operator;
  }

  /** Writes the stack files. */
  async write(layout: Layout): Promise<void> {
    this.#layout = layout;
    for (const [stack, sections] of Object.entries(layout)) {
      await this.road.writeStack(stack, sections);
    }
  }

  /** Runs a command with its policies alone, or with all of their statements but one. */
  async run(
    command: OperatorCommand,
    { also = [], args = [], instead = command, stack = STACK, without }: OperatorRun = {},
  ): Promise<RoadRun> {
    const statements = statementsOf(command, this.#layout[stack] ?? {});
    for (const account of ACCOUNT_NAMES) {
      const besides = also.filter((one) => one.account === account);
      await this.allow(
        account,
        "besides",
        besides.map(({ statement: { Sid: _, ...statement } }) => statement),
      );
      const left = statements
        .filter((one) => one.account === account)
        .map(({ statement }) => statement)
        .filter(({ Sid }) => without?.account !== account || without.sid !== Sid);
      await this.allow(account, "everything", left);
    }
    this.#asked.length = 0;
    const [name = "", ...options] = instead.split(" ");
    const flags = command === "prove" ? await this.#proveFlags() : (FLAGS[command] ?? []);
    const run = await this.road.run(name, stack, ...options, ...flags, ...args);
    const allowed = this.#asked.filter(({ isAllowed }) => isAllowed);
    const key = `${command} ${stack}`;
    this.#allowed.set(key, [...(this.#allowed.get(key) ?? []), ...allowed]);
    return run;
  }

  /** A key, and a file that is not there yet. */
  async #proveFlags(): Promise<readonly string[]> {
    const key = join(this.road.project.folder, "private.pem");
    await writeFile(key, KEYS[0].privatePem);
    return ["--key", key, "--out", `${++this.#provedCount}.tar`];
  }

  /** What the last command asked for and was refused, each once. */
  get refused(): readonly string[] {
    const refused = this.#asked.filter(({ isAllowed }) => !isAllowed);
    return [...new Set(refused.map(({ action, resource }) => `${action} ${resource}`))];
  }

  /** What the last command asked for and was refused, of what a statement that was taken away allows. */
  missing(command: OperatorCommand, { account, sid }: TakenAway, stack = STACK): readonly string[] {
    const statements = statementsOf(command, this.#layout[stack] ?? {})
      .filter((one) => one.account === account && one.statement.Sid === sid)
      .map(({ statement }) => statement);
    const { accountId } = ACCOUNTS[account];
    const missing = this.#asked.filter(
      (asked) =>
        !asked.isAllowed &&
        asked.accountId === accountId &&
        statements.some((statement) => allows(statement, asked)),
    );
    return [...new Set(missing.map(({ action, resource }) => `${action} ${resource}`))];
  }

  /** Statements of a command that allowed nothing by themselves in its last run. */
  idle(command: OperatorCommand, stack = STACK): readonly string[] {
    const statements = statementsOf(command, this.#layout[stack] ?? {});
    return statements
      .filter(({ account, statement }) => {
        const others = statements.filter(
          (other) => other.account === account && other.statement.Sid !== statement.Sid,
        );
        return !this.#asked.some(
          (asked) =>
            asked.accountId === ACCOUNTS[account].accountId &&
            allows(statement, asked) &&
            !others.some((other) => allows(other.statement, asked)),
        );
      })
      .map(({ account, statement: { Sid } }) => `${account} ${Sid}`);
  }

  /** Of each statement of a command, the actions that none of its runs asked for: `source KeepLedger s3:PutObject`. */
  unused(command: OperatorCommand, stack = STACK): readonly string[] {
    const allowed = this.#allowed.get(`${command} ${stack}`) ?? [];
    return statementsOf(command, this.#layout[stack] ?? {}).flatMap(({ account, statement }) => {
      const here = allowed.filter(({ accountId }) => accountId === ACCOUNTS[account].accountId);
      return [statement.Action]
        .flat()
        .filter((Action) => !here.some((asked) => allows({ ...statement, Action }, asked)))
        .map((action) => `${account} ${statement.Sid} ${action}`);
    });
  }

  private async allow(
    account: AccountName,
    PolicyName: string,
    statements: readonly Omit<PolicyStatement, "Sid">[],
  ): Promise<void> {
    const iam = new IAMClient(this.road.project.clientOptions(account));
    const NOTHING = { Sid: "Nothing", Effect: "Deny", Action: "iam:CreateUser", Resource: "*" };
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: ROLE,
        PolicyName,
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: statements.length === 0 ? [NOTHING] : statements,
        }),
      }),
    );
  }

  close(): Promise<void> {
    return this.road.close();
  }
}

/** A statement that is needed where nothing was lost and nothing is missing; the others are tried in `operator-statements.ts`. */
export function isNeeded(named: string): boolean {
  return !/ (Restore|ReadLedger|Read(Source|Vault)Inventories$|ReadReplicationMetrics$|LookAtPolicyOfOthers$)/.test(
    named,
  );
}

const ACCOUNT_NAMES = Object.keys(ACCOUNTS) as AccountName[];

function allows({ Action, Resource = [] }: PolicyStatement, { action, resource }: Asked): boolean {
  const isNamed = [Action].flat().some((one) => one.toLowerCase() === action.toLowerCase());
  return isNamed && [Resource].flat().some((pattern) => matches(pattern, resource));
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}
