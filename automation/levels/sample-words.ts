import { count } from "../words";
import type { VerdictFields } from "../verdict-fields";

/** What a sample says of all, for people. Pure. */
export function sampleWords(sample: NonNullable<VerdictFields["sample"]>): string {
  const { confidence, maxShareWrong, populationCount, seed, sizeCount, wrongCount } = sample;
  const share = Math.ceil(maxShareWrong * 100_000) / 1_000;
  return (
    `${count(sizeCount)} of ${count(populationCount)} versions in full, ${count(wrongCount)} of them wrong: ` +
    `at most ${share} % of all are, with ${confidence * 100} % confidence (--sample-seed ${seed})`
  );
}
