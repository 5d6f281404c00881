import { expect } from "chai";
import type { VerdictFields } from "../../automation/events";
import { Crash, crashAt, type CrashPlan } from "./crashing-clients";
import type { HandMadeStack } from "./hand-made-stack";
import type { StackClients } from "../../automation/aws/stack-clients";

/** What is run again and again, until none of its requests is left to die at. */
export interface MortalRun {
  /** Whether AWS still carries the last request out. */
  readonly when: CrashPlan["when"];
  /** Operations that it dies at. Absent: all. */
  readonly counted?: CrashPlan["counted"];
  /** A stack of its own for each death. */
  readonly make: (name: string) => Promise<HandMadeStack>;
  /** What dies, with its own clients, and what is run after it, with the stack's. */
  readonly run: (stack: HandMadeStack, clients?: StackClients) => Promise<VerdictFields>;
  /** Holds what the second run left against what is wanted. @param where for the assertions' messages */
  readonly judge: (stack: HandMadeStack, verdict: VerdictFields, where: string) => Promise<void>;
}

/**
 * Lets a run die at each of its requests in turn, and runs it once more after each death.
 * @returns every operation that was asked for
 */
export async function dieAtEachRequest({
  counted,
  judge,
  make,
  run,
  when,
}: MortalRun): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  for (let atRequest = 1; ; atRequest++) {
    const stack = await make(`${when}-${atRequest}`);
    try {
      const clients = await stack.otherClients();
      const counter = crashAt(clients, { atRequest, when, ...(counted && { counted }) });
      const first = await run(stack, clients).catch((error: unknown) => error);
      clients.destroy();
      for (const operation of counter.operations) seen.add(operation);
      const asked = counter.operations.filter((one) => counted?.includes(one) !== false);
      const where = `request ${atRequest}, ${asked[atRequest - 1]}`;
      if (counter.count >= atRequest) expect(first, where).to.be.instanceOf(Crash);
      await judge(stack, await run(stack), where);
      // The last run had no such request any more: every point of the whole run was tried.
      if (counter.count < atRequest) return seen;
    } finally {
      await stack.close();
    }
  }
}
