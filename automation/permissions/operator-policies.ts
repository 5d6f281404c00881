import type { LockstepConfig } from "../../components/config/types";
import {
  oneOrMore,
  type PolicyDocument,
  policyDocument,
} from "../../components/policy-documents/policy-document";
import { type OperatorFacts, operatorFacts } from "./operator-facts";
import { OPERATOR_COMMANDS, type OperatorCommand, type OperatorRow } from "./operator-row";
import { alsoForCanary, CANARY_ROWS } from "./rows/canary";
import { ATHENA_REPORT_ROWS, ATHENA_ROWS } from "./rows/athena";
import { alsoForProve, EVIDENCE_ROWS } from "./rows/evidence";
import { SOURCE_CHECKSUM_ROWS, VAULT_CHECKSUM_ROWS } from "./rows/checksum";
import { SOURCE_INVENTORY_ROWS, VAULT_INVENTORY_ROWS } from "./rows/inventory";
import { KEY_ROWS, SOURCE_KEY_ROWS, VAULT_KEY_ROWS } from "./rows/keys";
import { MONITORING_ROWS } from "./rows/monitoring";
import { SLACK_ROWS } from "./rows/slack";
import { SOURCE_ROWS } from "./rows/source";
import { VAULT_ROWS } from "./rows/vault";

/** What somebody has to be allowed in one account to run one command. */
export interface OperatorPolicy {
  /** Of `lockstep`. */
  readonly command: OperatorCommand;
  /** Twelve digits. */
  readonly accountId: string;
  /** An identity policy: of a role or a user. */
  readonly document: PolicyDocument;
}

/** Every row; those of keys once for each side, since one account may be both. */
export const OPERATOR_ROWS: readonly OperatorRow[] = [
  ...SOURCE_ROWS,
  ...keyRowsOf("source"),
  ...SOURCE_KEY_ROWS,
  ...SOURCE_INVENTORY_ROWS,
  ...SOURCE_CHECKSUM_ROWS,
  ...MONITORING_ROWS,
  ...SLACK_ROWS,
  ...VAULT_ROWS,
  ...keyRowsOf("vault"),
  ...VAULT_KEY_ROWS,
  ...VAULT_INVENTORY_ROWS,
  ...ATHENA_ROWS,
  ...ATHENA_REPORT_ROWS,
  ...VAULT_CHECKSUM_ROWS,
  ...CANARY_ROWS,
  ...EVIDENCE_ROWS,
].map((row) => alsoForProve(alsoForCanary(row)));

function keyRowsOf(side: OperatorRow["side"]): readonly OperatorRow[] {
  const prefix = side === "source" ? "Source" : "Vault";
  return KEY_ROWS.map((row) => ({ ...row, side, sid: `${row.sid}Of${prefix}` }));
}

/**
 * The least that each command needs in each account of a config, one policy for each. The preview's is the policy of a plan role:
 * it changes nothing. Pure.
 */
export function operatorPolicies(config: LockstepConfig): readonly OperatorPolicy[] {
  const facts = operatorFacts(config);
  const accountIds = [...new Set(facts.map(({ accountId }) => accountId))];
  return commandsOf(config).flatMap((command) =>
    accountIds
      .map((accountId) => ({
        command,
        accountId,
        document: documentOf(
          command,
          facts.filter((one) => one.accountId === accountId),
        ),
      }))
      .filter(({ document }) => document.Statement.length > 0),
  );
}

/** What a stack of this config can be asked to do: that of one team, of both sides, or one that looks into two teams' stacks. */
function commandsOf({ side, sourceStack, vaultStack }: LockstepConfig): readonly OperatorCommand[] {
  const isLooking = sourceStack !== undefined && vaultStack !== undefined;
  return OPERATOR_COMMANDS.filter((command) => {
    if (isLooking) return !["preview", "up", "destroy"].includes(command);
    if (["approve", "backfill", "prove", "relock"].includes(command)) return side === "both";
    return command !== "verify" || side !== "source";
  });
}

function documentOf(command: OperatorCommand, facts: readonly OperatorFacts[]): PolicyDocument {
  return policyDocument(
    ...OPERATOR_ROWS.map(({ actions, ofProviders, resources, sid, side }) => {
      const of = facts.filter((one) => one.side === side);
      const named = [...new Set(of.flatMap(resources))];
      const allowed = [...(actions[command] ?? []), ...(ofProviders?.[command] ?? [])];
      if (named.length === 0 || allowed.length === 0) return undefined;
      return {
        Sid: sid,
        Effect: "Allow" as const,
        Action: oneOrMore([...new Set(allowed)].sort()),
        Resource: oneOrMore(named),
      };
    }),
  );
}
