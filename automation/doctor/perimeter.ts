/**
 * Denials that leave out the roles that S3 replicates and backfills with: "perimeter" statements which let in one's own network,
 * organization or principals alone. Neither `CreateJob` nor a rule's PUT notices them; each task fails, and no message of AWS names
 * the statement. Pure.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
 */

import { exceptedRoles, type ReadStatement } from "../guard/statement";
import { type Answer, bringsLock, conditionKeys, LOCK_KEY, refuses, type RoleNeed } from "./deny";

/** One statement, and one role that it leaves out. */
export interface LeftOut {
  /** As the statement has it; undefined when it has none. */
  readonly sid: string | undefined;
  /** Its number in the policy, from 1. */
  readonly position: number;
  readonly roleArn: string;
  readonly actions: readonly string[];
  /** It does not depend on anything that cannot be seen from here. */
  readonly isCertain: boolean;
  /** Condition keys that decide it, in lower case; none: it refuses whatever the request has. */
  readonly keys: readonly string[];
  /** Principals that an exception of the statement spares already. */
  readonly spared: readonly string[];
}

/** The statements of one policy that leave roles out, for what they need there. */
export function leftOut(
  statements: readonly ReadStatement[],
  needs: readonly RoleNeed[],
): readonly LeftOut[] {
  return statements.flatMap((statement, index) =>
    [...new Set(needs.map(({ roleArn }) => roleArn))].flatMap((roleArn): LeftOut[] => {
      const keys = conditionKeys(statement);
      // Which locks a vault takes is of single versions, and every vault of ours says it.
      const isOfLocks = keys.some((key) => LOCK_KEY.test(key));
      const answers = needs
        .filter((need) => need.roleArn === roleArn)
        .map((need) => ({ need, answer: refuses(statement, need) }));
      const refusedWith = (wanted: Answer): string[] => [
        ...new Set(
          answers.flatMap(({ answer, need }) => {
            if (answer === "unknown" && isOfLocks && bringsLock(need.action)) return [];
            return answer === wanted ? need.action : [];
          }),
        ),
      ];
      const certain = refusedWith("yes");
      const actions = certain.length > 0 ? certain : refusedWith("unknown");
      if (actions.length === 0) return [];
      return [
        {
          sid: statement.Sid,
          position: index + 1,
          roleArn,
          actions,
          isCertain: certain.length > 0,
          keys,
          spared: exceptedRoles(statement),
        },
      ];
    }),
  );
}

/** What is in the way, and the exception that lets the roles through. One text for each statement. */
export function perimeterTexts(policyOf: string, found: readonly LeftOut[]): readonly string[] {
  const positions = [...new Set(found.map(({ position }) => position))];
  return positions.map((position) => {
    const those = found.filter((one) => one.position === position);
    const [{ keys, sid, spared }] = those as [LeftOut, ...LeftOut[]];
    const roles = [...new Set(those.map(({ roleArn }) => roleArn))];
    const actions = [...new Set(those.flatMap((one) => one.actions))];
    const name =
      sid === undefined ? `statement ${position}, which has no Sid,` : `statement ${sid}`;
    const verb = those.some(({ isCertain }) => isCertain) ? "denies" : "may deny";
    const why = keys.length === 0 ? "" : ` (it is decided by ${keys.join(", ")})`;
    const exception = JSON.stringify({ ArnNotLike: { "aws:PrincipalArn": [...spared, ...roles] } });
    return `${name} of the policy of ${policyOf} ${verb} ${actions.join(", ")} to ${roles.join(" and ")}${why}: what is written would not be replicated, and a backfill's job would fail after its fee. Its Condition has to say: ${exception}`;
  });
}
