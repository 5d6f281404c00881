/** What attempts that have to be refused came to, in words for a reader: nothing that they do not show. Pure. */

import { ATTEMPTS, type Shows } from "../refusals/fields";
import { TRIED } from "../refusals/words";
import { count, counted } from "../words";
import type { ToldAttempt } from "./facts";
import type { AttemptCounts } from "./verdict";

/** What refused, as in `3 by Object Lock itself`. */
const SHOWN: Readonly<Record<Exclude<Shows, "nothing">, string>> = {
  lock: "by Object Lock itself",
  guard: "by a policy of the vault or its key, which shows nothing of the lock",
  organization: "by a policy of the organization, which shows nothing of the vault's own",
};

/** Sentences: all of them together, and each. */
export function attemptWords(
  { accepted, "not-tried": notTried, refused }: AttemptCounts,
  attempts: readonly ToldAttempt[],
): readonly string[] {
  const { nothing, ...shown } = refused;
  const shownCount = Object.values(shown).reduce((sum, one) => sum + one, 0);
  if (accepted + nothing + shownCount === 0) {
    return [NOBODY, ...attempts.map(oneAttempt)];
  }
  const parts = [
    ...(accepted === 0 ? [] : [`${count(accepted)} ACCEPTED: what was tried there can be done`]),
    ...Object.entries(SHOWN).flatMap(([shows, words]) => {
      const many = shown[shows as keyof typeof SHOWN];
      return many === 0 ? [] : [`${count(many)} refused ${words}`];
    }),
    ...(nothing === 0
      ? []
      : [`${count(nothing)} refused in a way that shows nothing of the vault`]),
    ...(notTried === 0 ? [] : [`${count(notTried)} not tried`]),
  ];
  const all = counted(attempts.length, "attempt");
  return [`Of ${all} at what has to be refused: ${parts.join("; ")}.`, ...attempts.map(oneAttempt)];
}

const NOBODY = "Nobody tried whether what has to be refused is refused.";

const OUTCOMES = { accepted: "ACCEPTED", refused: "refused", "not-tried": "not tried" } as const;

function oneAttempt(told: ToldAttempt): string {
  const { attempt, code, date, message, outcome, principal, requestId, says, vault } = told;
  const name = ATTEMPTS.find((known) => known === attempt);
  const answer = [
    ...(code === undefined ? [] : [` with ${code}`]),
    ...(message === undefined ? [] : [` (${message})`]),
    ...(date === undefined ? [] : [` at ${date}`]),
    ...(requestId === undefined ? [] : [`, request ${requestId}`]),
  ].join("");
  const who = principal || "nobody that is known";
  return `Tried at vault "${vault}" as ${who}, ${name === undefined ? attempt : TRIED[name]}: ${OUTCOMES[outcome]}${answer}. ${says}`;
}
