import type { Exchange } from "./exchange";

/** One stretch of a request's way. */
export interface Stage {
  readonly name: string;
  /**
   * `until-answered` (default): passed over once there is an answer or a refusal. `for-every-answer`: for refusals too.
   */
  readonly runs?: "until-answered" | "for-every-answer";
  /**
   * Finds something out, or answers.
   * @throws AwsError that is the answer; NotCarriedOut when there is to be none
   */
  run(exchange: Exchange): void;
}
