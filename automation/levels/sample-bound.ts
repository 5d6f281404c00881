/**
 * What a random sample says of all. Pure.
 *
 * Of N versions, K are wrong; n are drawn, none twice. The count of wrong ones among them, X, is hypergeometric:
 * P(X = j) = C(K, j) C(N-K, n-j) / C(N, n). With k found wrong, the upper bound at a confidence of 1 - a is the largest K
 * for which P(X <= k) is still a or more: any larger one would have shown more than k in all but a part a of the samples. With
 * k = 0 and n much smaller than N it comes near to 3/n, the "rule of three".
 * @see ASTM E2334, Standard Practice for Setting an Upper Confidence Bound for a Fraction or Number of Non-Conforming Items
 * (case 2: a lot of limited size), https://store.astm.org/e2334-09r18.html
 * @see https://en.wikipedia.org/wiki/Rule_of_three_(statistics)
 */

/** Of all samples, so many tell no share that is too small. */
export const CONFIDENCE = 0.95;

/** Rounding must not make the bound smaller than it is. */
const ROUNDING = 1e-9;

/** A sample, and what was found in it. */
export interface SampleCounts {
  /** N: of how many it was drawn. */
  readonly populationCount: number;
  /** n: how many were drawn. */
  readonly sizeCount: number;
  /** k: how many of them are wrong. */
  readonly wrongCount: number;
}

/** The largest count of wrong ones among all that this sample does not rule out, with `CONFIDENCE`. */
export function maxWrongCount({ populationCount, sizeCount, wrongCount }: SampleCounts): number {
  // Those that were seen to be right are right, and those that were seen to be wrong are wrong.
  let low = wrongCount;
  let high = populationCount - (sizeCount - wrongCount);
  while (low < high) {
    const middle = low + Math.ceil((high - low) / 2);
    if (atMost(wrongCount, middle, populationCount, sizeCount) > (1 - CONFIDENCE) * (1 - ROUNDING))
      low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The same as a share of all, 0 to 1; 0 where there are none. */
export function maxShareWrong(counts: SampleCounts): number {
  return counts.populationCount === 0 ? 0 : maxWrongCount(counts) / counts.populationCount;
}

/** P(X <= k): so many or fewer wrong ones among n of N, K of which are wrong. */
function atMost(k: number, K: number, N: number, n: number): number {
  let sum = 0;
  for (let j = Math.max(0, n - (N - K)); j <= Math.min(k, n, K); j++) {
    const log = lnChoose(K, j) + lnChoose(N - K, n - j) - lnChoose(N, n);
    sum += Math.exp(log);
  }
  return sum;
}

function lnChoose(n: number, k: number): number {
  // The shorter product is the more exact one, and where it is long the differences of logarithms of factorials are exact enough.
  const few = Math.min(k, n - k);
  if (few > PRODUCT_LIMIT) return lnFactorial(n) - lnFactorial(k) - lnFactorial(n - k);
  let sum = 0;
  for (let index = 0; index < few; index++) sum += Math.log((n - index) / (index + 1));
  return sum;
}

const PRODUCT_LIMIT = 256;

/**
 * By Stirling's series, two terms of it. What is asked for here is more than `PRODUCT_LIMIT`, where the third one is less than the last digit
 * of the sum.
 * @see https://dlmf.nist.gov/5.11#E1
 */
function lnFactorial(n: number): number {
  const x = n + 1;
  const series = 1 / (12 * x) - 1 / (360 * x ** 3);
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}
