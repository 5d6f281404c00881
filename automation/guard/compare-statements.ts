/** Holds the statements of a live policy against the deployed ones, by their meaning. Pure. */

import type { PolicyStatement } from "../../components/policy-documents/policy-document";
import { concerns, isAboutRole, meaningOf, type ReadStatement } from "./statement";
import { ALLOWS, withoutStatement } from "./what-it-allows";

/** One statement that is not as deployed: taken away, changed, or added. */
export interface StatementDifference {
  readonly expected: ReadStatement | null;
  readonly found: ReadStatement | null;
  readonly allows: string;
  /** Whether it is a statement beside ours. */
  readonly isTheirs: boolean;
}

export interface StatementRules {
  /** Actions without which replication stops. */
  readonly replicationActions: readonly string[];
  /** Whether statements of others belong there: in the policy of a bucket that was there before. */
  readonly theirsMayStay: boolean;
  /** Whether it is the policy of the operations bucket beside a vault. */
  readonly isBeside?: boolean;
}

export function compareStatements(
  deployed: readonly PolicyStatement[],
  live: readonly ReadStatement[],
  rules: StatementRules,
): readonly StatementDifference[] {
  const liveMeanings = new Set(live.map(meaningOf));
  const deployedMeanings = new Set(deployed.map(meaningOf));
  const lost = deployed.filter((statement) => !liveMeanings.has(meaningOf(statement)));
  const others = live.filter((statement) => !deployedMeanings.has(meaningOf(statement)));
  const lostSids = new Set(lost.map(({ Sid }) => Sid));
  // One that has our Sid stands in the place of ours: told once, with it.
  const added = others.filter(({ Sid }) => Sid === undefined || !lostSids.has(Sid));
  return [
    ...lost.map((expected) => ({
      expected,
      found: others.find(({ Sid }) => Sid === expected.Sid) ?? null,
      allows: withoutStatement(expected.Sid, rules.isBeside),
      isTheirs: false,
    })),
    ...added.flatMap((found): StatementDifference[] => {
      const stops = stopsReplication(found, deployed, rules.replicationActions);
      if (rules.theirsMayStay && !stops) return [];
      const allows = stops
        ? ALLOWS.stopsReplication
        : found.Effect === "Deny"
          ? ALLOWS.foreignDeny
          : ALLOWS.foreignAllow;
      return [{ expected: null, found, allows, isTheirs: true }];
    }),
  ];
}

/**
 * Whether a Deny of others hits the replication roles: it names an action of replication, and what it leaves out by
 * `aws:PrincipalArn` are not these roles. One with other conditions (without TLS, from other networks) is not counted:
 * whether S3 meets them when it replicates cannot be seen here, and a policy that was there before often has such.
 */
function stopsReplication(
  statement: ReadStatement,
  deployed: readonly PolicyStatement[],
  replicationActions: readonly string[],
): boolean {
  if (statement.Effect !== "Deny") return false;
  if (!replicationActions.some((action) => concerns(statement, action))) return false;
  return replicationRolesOf(deployed).some((role) => isAboutRole(statement, role));
}

/** The roles that the deployed statements let replicate. */
function replicationRolesOf(deployed: readonly PolicyStatement[]): readonly string[] {
  return deployed
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Condition }) => Condition?.["ArnEquals"]?.["aws:PrincipalArn"] ?? [])
    .flat();
}
