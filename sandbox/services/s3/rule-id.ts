import type { Random } from "../../random";

const LENGTH = 48;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** The id of a rule that was put without one. AWS says only that it makes one; its form is assumed. */
export function newRuleId(random: Random): string {
  return random.string(LENGTH, ALPHABET);
}
