import type { Random } from "../../../values/random";

/** The id of a rule that was put without one: 48 characters, the base64 of a UUID, as those seen of AWS are. */
export function newRuleId(random: Random): string {
  return Buffer.from(random.uuid()).toString("base64");
}
