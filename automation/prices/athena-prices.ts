/**
 * What Athena charges for 10^12 bytes that a query scans, by Region. AWS's own page has no text of it that could be read: each figure is of a public
 * record of AWS's price list (usage type `<Region>-DataScannedInTB`), or of the page's list, with its date. A Region that is not here is not known.
 *
 * - `2026-09-11`, when that list was published: github.com/BenchBox-dev/BenchBox, commit 3be83958, `benchbox/core/cost/pricing_vendor_evidence.yaml`;
 *   eu-west-2: github.com/nisha1324/serverless-property-lake, commit e30e524e, `infra/aws_prices_eu-west-2.json`.
 * - `2026-03-22`, when it was read: github.com/aalbertoni/gdq_proposer, commit 06d7b31b, `infra/query_logger.py`. Where both have a Region they agree.
 * - `2022-12-13`, of the page: github.com/dnmfarrell/tampermonkey-athena-cost-estimator, commit 65cb677d, `athenaCostEstimator.user.js`. What it has
 *   for us-west-1 and sa-east-1 the later records have too; of the Regions that it leaves out it says USD 5 by no name, which is not taken.
 * @see https://aws.amazon.com/athena/pricing/
 * @see https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-the-aws-price-list-bulk-api.html
 */

/** What a query costs in one Region. */
export interface AthenaPrice {
  /** US dollars for 10^12 bytes. */
  readonly usdPerTbScanned: number;
  /** Of which day it is, as in `2026-09-11`. */
  readonly readAt: string;
}

const [PUBLISHED, READ, PAGE] = ["2026-09-11", "2026-03-22", "2022-12-13"];

const PRICES: readonly (readonly [region: string, usdPerTbScanned: number, readAt: string])[] = [
  ["af-south-1", 6, PAGE],
  ["ap-east-1", 5.5, PAGE],
  ["ap-northeast-1", 5, PUBLISHED],
  ["ap-northeast-3", 6, PAGE],
  ["ap-southeast-1", 5, PUBLISHED],
  ["ap-southeast-2", 5.75, PAGE],
  ["ca-central-1", 5.5, PAGE],
  ["eu-central-1", 5, READ],
  ["eu-south-1", 5.25, PAGE],
  ["eu-west-1", 5, PUBLISHED],
  ["eu-west-2", 5, PUBLISHED],
  ["eu-west-3", 7, PAGE],
  ["me-south-1", 6.5, PAGE],
  ["sa-east-1", 9, PUBLISHED],
  ["us-east-1", 5, PUBLISHED],
  ["us-east-2", 5, READ],
  ["us-west-1", 6.75, READ],
  ["us-west-2", 5, READ],
];

/** By Region's name. */
export const ATHENA_PRICES: ReadonlyMap<string, AthenaPrice> = new Map(
  PRICES.map(([region, usdPerTbScanned, readAt]) => [region, { usdPerTbScanned, readAt }]),
);
