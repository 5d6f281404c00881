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

/**
 * Rounding must not make the bound smaller than it is. Of the logarithm of a probability, whose own error is below this: it is a sum of at most
 * two million logarithms, each off by less than 10^-15. Of a billion it makes the bound larger by one at the most, and seldom.
 */
const ROUNDING = 2e-9;

/** A sample, and what was found in it. */
export interface SampleCounts {
  /** N: of how many it was drawn. */
  readonly populationCount: number;
  /** n: how many were drawn. */
  readonly sizeCount: number;
  /** k: how many of them are wrong. */
  readonly wrongCount: number;
}

/** What is less likely is ruled out. */
const RULED_OUT = Math.log(1 - CONFIDENCE);

/** The largest count of wrong ones among all that this sample does not rule out, with `CONFIDENCE`. */
export function maxWrongCount({ populationCount, sizeCount, wrongCount }: SampleCounts): number {
  // Those that were seen to be right are right, and those that were seen to be wrong are wrong.
  let low = wrongCount;
  let high = populationCount - (sizeCount - wrongCount);
  while (low < high) {
    const middle = low + Math.ceil((high - low) / 2);
    if (lnAtMost(wrongCount, middle, populationCount, sizeCount) > RULED_OUT - ROUNDING)
      low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The same as a share of all, 0 to 1; 0 where there are none. */
export function maxShareWrong(counts: SampleCounts): number {
  return counts.populationCount === 0 ? 0 : maxWrongCount(counts) / counts.populationCount;
}

/**
 * ln P(X <= k): so many or fewer wrong ones among n of N, K of which are wrong; k <= K <= N - (n - k). No difference of large numbers is in
 * it, such as of logarithms of factorials, which of a billion have lost the digits that decide.
 */
function lnAtMost(k: number, K: number, N: number, n: number): number {
  let ln = lnExactly(k, K, N, n);
  // P(X = k - 1), P(X = k - 2), ... as parts of P(X = k), each by the one before.
  let [part, sum] = [1, 1];
  for (let j = k; j > 0 && part > sum * NEGLIGIBLE; j--) {
    part *= (j / (K - j + 1)) * ((N - K - n + j) / (n - j + 1));
    sum += part;
    if (sum < LARGE) continue;
    // Where far fewer wrong ones are to be expected than were found.
    ln += Math.log(sum);
    [part, sum] = [part / sum, 1];
  }
  return ln + Math.log(sum);
}

/** A million of them change no digit that counts. */
const NEGLIGIBLE = 1e-20;

const LARGE = 1e100;

/**
 * ln P(X = k): C(n, k) times the chance to draw the k wrong ones first and n - k others after them. What rounding takes from a
 * sum of so many is added again (Neumaier).
 * @see https://en.wikipedia.org/wiki/Kahan_summation_algorithm
 */
function lnExactly(k: number, K: number, N: number, n: number): number {
  let [sum, lost] = [0, 0];
  const add = (term: number): void => {
    const next = sum + term;
    lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
    sum = next;
  };
  for (let i = 0; i < k; i++) add(Math.log(((K - i) / (N - i)) * ((n - i) / (i + 1))));
  for (let i = 0; i < n - k; i++) add(Math.log1p(-(K - k) / (N - k - i)));
  return sum + lost;
}
