/** Asks AWS for one setting, where an absent one and a refusal are answers, too. */

import { awsFailure } from "../errors";
import type { Fact } from "./facts";

/**
 * An absent setting is undefined, a refusal is told.
 * @param absentCodes what AWS answers when there is none
 * @throws what is no answer: no network, an aborted signal, a server's fault
 */
export async function ask<Value>(
  action: string,
  absentCodes: string | readonly string[] | undefined,
  read: () => Promise<Value>,
): Promise<Fact<Value | undefined>> {
  try {
    return { value: await read() };
  } catch (error) {
    const failure = awsFailure(error);
    if (failure !== undefined && [absentCodes].flat().includes(failure.code)) {
      return { value: undefined };
    }
    const isRefusal = failure?.httpStatus === 403 || failure?.code === "AccessDeniedException";
    const isBroken = error instanceof SyntaxError;
    if (!isRefusal && !isBroken) throw error;
    return { unreadable: failure?.code ?? "not JSON", action };
  }
}

export function orElse<Value>(fact: Fact<Value | undefined>, none: Value): Fact<Value> {
  if ("unreadable" in fact) return fact;
  return { value: fact.value ?? none };
}
