/** Makes a fact of an attempt: what was asked, what came of it, and what that means. Pure. */

import type { Answer } from "./ask-aws";
import type { AcceptedWhy, Attempt, NotTriedWhy, RefusalFact } from "./fields";
import { shownBy, whyRefused } from "./why-refused";
import { acceptanceSays, refusalSays } from "./words";

/** What an attempt is about. */
export type AttemptOn = Pick<
  RefusalFact,
  "vault" | "accountId" | "attempt" | "principal" | "target" | "versionId"
>;

/**
 * @param acceptedWhy what it would mean that it was accepted
 * @param undone what was put back after an acceptance, in a sentence
 */
export function answeredFact(
  on: AttemptOn,
  { outcome, ...answer }: Answer,
  { acceptedWhy = "allowed", undone }: { acceptedWhy?: AcceptedWhy; undone?: string } = {},
): RefusalFact {
  switch (outcome) {
    case "accepted": {
      const says = acceptanceSays(on.attempt, acceptedWhy);
      return {
        ...on,
        outcome,
        why: acceptedWhy,
        shows: "nothing",
        says: undone === undefined ? says : `${says} ${undone}`,
        ...answer,
      };
    }
    case "refused": {
      const why = whyRefused({ code: answer.code ?? "", message: answer.message ?? "" });
      return { ...on, outcome, why, shows: shownBy(why), says: refusalSays(why), ...answer };
    }
    case "failed":
      return {
        ...notTried(on, "failed", "AWS answered neither yes nor no: it shows nothing."),
        ...answer,
      };
  }
}

/** @param says why, for people */
export function notTried(on: AttemptOn, why: NotTriedWhy, says: string): RefusalFact {
  return { ...on, outcome: "not-tried", why, shows: "nothing", says };
}

/** The attempt that an object, the vault or its key is the target of. */
export function isOnCanary(attempt: Attempt): boolean {
  return attempt === "shorten" || attempt === "delete" || attempt === "bypass";
}
