import type { EvidenceCheck } from "./check-evidence";
import type { EvidenceFields } from "./fields";
import { meaningOf } from "./meaning";
import { regulationRows } from "./regulation-rows";

/** What an event says of a check. @param isFollowing it was held against the bundle before it. Pure. */
export function evidenceFields(check: EvidenceCheck, isFollowing: boolean): EvidenceFields {
  if (!check.sound) return { sound: false, problem: check.problem, meaning: [] };
  const { evidence } = check;
  const { attempts, keyId, madeAt, notProven, previous, sequence, sources } = evidence;
  const { stack, statementDigest, tools, trail, tree, verdict } = evidence;
  return {
    ...{ sound: true, keyId, statementDigest, stack, madeAt, sequence, previous },
    ...(isFollowing && { isFollowing }),
    ...{ tree, sources, verdict, attempts, notProven, tools },
    ...(trail && { trail }),
    regulations: regulationRows(evidence),
    meaning: meaningOf(evidence, isFollowing),
  };
}
