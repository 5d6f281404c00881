/** A stack that an operator drives with exactly the rights that `operatorPolicies` names, and what was asked for meanwhile. */

import { PutRolePolicyCommand, IAMClient } from "@aws-sdk/client-iam";
import type { OperatorCommand } from "../../automation/permissions/operator-row";
import { operatorPolicies } from "../../automation/permissions/operator-policies";
import { parseConfig } from "../../components/config";
import type { PolicyStatement } from "../../components/policy-documents/policy-document";
import { ACCOUNTS } from "../helpers/engine-project";
import { type AccountName, makeRole, Road, type RoadRun } from "../helpers/road";

const ROLE = "operator";
const STACK = "dev";

/** One question to AWS's authorization, and its answer. */
interface Asked {
  readonly accountId: string | undefined;
  readonly action: string;
  readonly resource: string;
  readonly isAllowed: boolean;
}

const sections = {
  source: {
    ...ACCOUNTS.source,
    profile: "operator-source",
    bucket: {
      name: "operated-records",
      encryption: { kms: "create" },
      objectLock: { mode: "GOVERNANCE", retention: "1 day" },
    },
  },
  vaults: [
    {
      name: "primary",
      ...ACCOUNTS.vault,
      profile: "operator-vault",
      bucket: { name: "operated-vault" },
      lock: { stage: "pilot" },
      encryption: { kms: "create" },
    },
  ],
  rules: [{ name: "all", vault: "primary", metrics: true }],
  monitoring: { subscribers: { emails: ["records@example.com"] }, dashboard: true },
};

export class Operator {
  readonly #asked: Asked[] = [];

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
  static async start(): Promise<Operator> {
    const road = await Road.start();
    const operator = new Operator(road);
    for (const account of ["source", "vault"] as const) {
      await makeRole(road, account, ROLE);
      await road.addRoleProfile(`operator-${account}`, account, ROLE);
    }
    await road.writeStack(STACK, sections);
    return operator;
  }

  /** The statements of a command's policies, each with its account. */
  static statementsOf(
    command: OperatorCommand,
  ): readonly { readonly account: AccountName; readonly statement: PolicyStatement }[] {
    return operatorPolicies(parseConfig(sections))
      .filter((policy) => policy.command === command)
      .flatMap(({ accountId, document }) =>
        document.Statement.map((statement) => ({
          account:
            accountId === ACCOUNTS.source.accountId ? ("source" as const) : ("vault" as const),
          statement,
        })),
      );
  }

  /** Runs a command with its policies alone, or with all of their statements but one. */
  async run(
    command: OperatorCommand,
    without?: { readonly account: AccountName; readonly sid: string },
  ): Promise<RoadRun> {
    for (const account of ["source", "vault"] as const) {
      const left = Operator.statementsOf(command)
        .filter((one) => one.account === account)
        .map(({ statement }) => statement)
        .filter(({ Sid }) => without?.account !== account || without.sid !== Sid);
      await this.allow(account, left);
    }
    this.#asked.length = 0;
    const flags = ["up", "backfill", "destroy"].includes(command) ? ["--yes"] : [];
    return this.road.run(command, STACK, ...flags);
  }

  /** What the last command asked for and was refused, each once. */
  get refused(): readonly string[] {
    const refused = this.#asked.filter(({ isAllowed }) => !isAllowed);
    return [...new Set(refused.map(({ action, resource }) => `${action} ${resource}`))];
  }

  /** Statements of a command that allowed nothing by themselves in its last run. */
  idle(command: OperatorCommand): readonly string[] {
    const statements = Operator.statementsOf(command);
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

function allows({ Action, Resource = [] }: PolicyStatement, { action, resource }: Asked): boolean {
  const isNamed = [Action].flat().some((one) => one.toLowerCase() === action.toLowerCase());
  return isNamed && [Resource].flat().some((pattern) => matches(pattern, resource));
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}
