import { messageOf } from "../errors";
import { ask } from "../guard/ask";

/** What was asked for; or why it could not be read, in a sentence. */
export type Asked<Value> = { readonly value: Value } | { readonly unread: string };

/**
 * Asks AWS for something of a trail. A trail is no part of the promise, and whoever may write into its bucket decides what lies there: what
 * AWS answers, or does not answer, is told, and ends nothing.
 * @param absentCodes what AWS answers when there is none: undefined then
 * @throws what came of it where the signal was given
 */
export async function asked<Value>(
  action: string,
  absentCodes: readonly string[],
  signal: AbortSignal | undefined,
  read: () => Promise<Value>,
): Promise<Asked<Value | undefined>> {
  try {
    const fact = await ask(action, absentCodes, read);
    if (!("unreadable" in fact)) return fact;
    return { unread: `The trail may not be read: needs ${action} (${fact.unreadable}).` };
  } catch (error) {
    if (signal?.aborted === true) throw error;
    return { unread: `The trail cannot be read: ${action}: ${messageOf(error)}` };
  }
}
