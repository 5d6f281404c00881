import type { Fact } from "./facts";
import type { Trial } from "./trial";

/** What a question came to. */
export interface Answer {
  readonly id: string;
  readonly question: string;
  readonly assumed: string;
  /** What AWS did, or why there is no answer. */
  readonly found: string;
  readonly asAssumed: boolean;
  readonly restsOnIt: string;
}

/** Puts one question after the other; one that fails has no answer and does not end the trial. */
export async function answerAll(
  trial: Trial,
  facts: readonly Fact[],
  tell: (answer: Answer) => void,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const { assumed, id, measure, question, restsOnIt } of facts) {
    const found = await measure(trial).catch(
      (error: unknown) => `no answer: ${error instanceof Error ? error.message : String(error)}`,
    );
    const answer = { id, question, assumed, found, asAssumed: found === assumed, restsOnIt };
    answers.push(answer);
    tell(answer);
  }
  return answers;
}
