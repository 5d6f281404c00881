import type { PropertyChange } from "../stack/property-changes";
import type { PlannedChange } from "../stack/planned-changes";
import type { FoundRisk } from "./risk";

const STATEMENT =
  /^(policy|policyDocument|keyPolicy|assumeRolePolicy|assumeRolePolicyDocument)\.Statement(?:\[(.*?)\])?(.*)$/;

/** What a change of a policy costs: of a bucket, a key, a role, or of who may take on a role. Pure. */
export function statementRisks({ changes = [] }: PlannedChange): readonly FoundRisk[] {
  const risks = changes.flatMap((change) => {
    const [, document, sid, inside] = STATEMENT.exec(change.path) ?? [];
    if (document === undefined) return [];
    return [statementRisk(sid ?? "", inside !== "", change)];
  });
  return onceEach(risks.filter((risk) => risk !== undefined));
}

function statementRisk(
  sid: string,
  isInside: boolean,
  change: PropertyChange,
): FoundRisk | undefined {
  const named = sid === "" ? "a statement of its policy" : `statement ${sid} of its policy`;
  if (isInside || sid === "") {
    return { id: "StatementChanges", words: `${named} changes`, ...change };
  }
  const effect = effectOf(change.old) ?? effectOf(change.new);
  const isGone = change.new === undefined;
  if (effect === "Deny") {
    return isGone ? { id: "DenyRemoved", words: `${named}, a Deny, goes`, ...change } : undefined;
  }
  return isGone
    ? { id: "AllowRemoved", words: `${named}, an Allow, goes`, ...change }
    : { id: "AllowAdded", words: `${named} is new, and allows`, ...change };
}

function effectOf(statement: unknown): unknown {
  return typeof statement === "object" && statement !== null && "Effect" in statement
    ? statement.Effect
    : undefined;
}

/** Several values of one statement are one change of it. */
function onceEach(risks: readonly FoundRisk[]): readonly FoundRisk[] {
  const told = new Set<string>();
  return risks.filter((risk) => {
    if (risk.id !== "StatementChanges") return true;
    if (told.has(risk.words)) return false;
    told.add(risk.words);
    return true;
  });
}
