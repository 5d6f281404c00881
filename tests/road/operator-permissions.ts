/** Stacks that an operator drives with exactly the rights that `operatorPolicies` names, and what was asked for meanwhile. */

import { PutRolePolicyCommand, IAMClient } from "@aws-sdk/client-iam";
import type { OperatorCommand } from "../../automation/permissions/operator-row";
import { operatorPolicies } from "../../automation/permissions/operator-policies";
import { parseConfig } from "../../components/config";
import type { PolicyStatement } from "../../components/policy-documents/policy-document";
import { ACCOUNTS } from "../helpers/engine-project";
import { type AccountName, makeRole, Road, type RoadRun } from "../helpers/road";
import { type Layout, STACK } from "./operator-layouts";

const ROLE = "operator";

/** One question to AWS's authorization, and its answer. */
interface Asked {
  readonly accountId: string | undefined;
  readonly action: string;
  readonly resource: string;
  readonly isAllowed: boolean;
}

/** A statement of a policy, and in which account it is. */
export interface OperatorStatement {
  readonly account: AccountName;
  readonly statement: PolicyStatement;
}

/** What is taken away, by the statement's Sid. */
export interface TakenAway {
  readonly account: AccountName;
  readonly sid: string | undefined;
}

/** How a command is run. */
export interface OperatorRun {
  /** What stands after its name, and further flags. */
  readonly args?: readonly string[];
  readonly stack?: string;
  readonly without?: TakenAway;
}

export class Operator {
  readonly #asked: Asked[] = [];
  #layout: Layout = {};

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
    { args = [], stack = STACK, without }: OperatorRun = {},
  ): Promise<RoadRun> {
    const statements = statementsOf(command, this.#layout[stack] ?? {});
    for (const account of ACCOUNT_NAMES) {
      const left = statements
        .filter((one) => one.account === account)
        .map(({ statement }) => statement)
        .filter(({ Sid }) => without?.account !== account || without.sid !== Sid);
      await this.allow(account, left);
    }
    this.#asked.length = 0;
    const flags = ["up", "backfill", "cancel", "destroy"].includes(command) ? ["--yes"] : [];
    return this.road.run(command, stack, ...flags, ...args);
  }

  /** What the last command asked for and was refused, each once. */
  get refused(): readonly string[] {
    const refused = this.#asked.filter(({ isAllowed }) => !isAllowed);
    return [...new Set(refused.map(({ action, resource }) => `${action} ${resource}`))];
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

  /** Of each statement of a command, the actions that its last run did not ask for. */
  unused(command: OperatorCommand, stack = STACK): readonly string[] {
    return statementsOf(command, this.#layout[stack] ?? {}).flatMap(({ account, statement }) =>
      [statement.Action].flat().flatMap((action) => {
        const isUsed = this.#asked.some(
          (asked) =>
            asked.accountId === ACCOUNTS[account].accountId &&
            allows({ ...statement, Action: action }, asked),
        );
        return isUsed ? [] : [`${statement.Sid ?? ""} ${action}`];
      }),
    );
  }

  private async allow(account: AccountName, statements: readonly PolicyStatement[]): Promise<void> {
    const iam = new IAMClient(this.road.project.clientOptions(account));
    const NOTHING = { Sid: "Nothing", Effect: "Deny", Action: "iam:CreateUser", Resource: "*" };
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: ROLE,
        PolicyName: "everything",
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

const ACCOUNT_NAMES = Object.keys(ACCOUNTS) as AccountName[];

/** The statements of a command's policies for the sections of a stack file, each with its account. */
export function statementsOf(
  command: OperatorCommand,
  sections: object,
): readonly OperatorStatement[] {
  return operatorPolicies(parseConfig(sections))
    .filter((policy) => policy.command === command)
    .flatMap(({ accountId, document }) =>
      ACCOUNT_NAMES.filter((account) => ACCOUNTS[account].accountId === accountId).flatMap(
        (account) => document.Statement.map((statement) => ({ account, statement })),
      ),
    );
}

function allows({ Action, Resource = [] }: PolicyStatement, { action, resource }: Asked): boolean {
  const isNamed = [Action].flat().some((one) => one.toLowerCase() === action.toLowerCase());
  return isNamed && [Resource].flat().some((pattern) => matches(pattern, resource));
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}
