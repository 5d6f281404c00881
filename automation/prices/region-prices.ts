/**
 * List prices, a dated table for each Region: for the review of a plan, and for the price of a backfill. First tiers in USD, without
 * free tiers and discounts. What is not here is not known: whoever prices with it says so by name, and never counts it as nothing.
 *
 * Each Region's storage and PUT prices are those of AWS's price list of S3, as a public record of all of its Regions has them
 * (github.com/scttfrdmn/objectfs, commit 7c70dc0e, `internal/awsrates/rates_generated.go`). Standard in 16 Regions, and more in
 * us-east-1, us-east-2, ap-northeast-1 and ap-southeast-1, was read elsewhere before, from October 2025 to September 2026, and is
 * the same.
 * @see https://aws.amazon.com/s3/pricing/
 */

/** Prices of one Region, by who charges what. A part that is absent is not known. */
export interface RegionPrices {
  /** For each GB (2^30 bytes) and month, by storage class. */
  readonly usdPerGbMonth: Readonly<Record<string, number>>;
  /** For a thousand PUT requests into the Region, by the storage class that is written. */
  readonly usdPerThousandPuts: Readonly<Record<string, number>>;
  /** For each GB that is read, by the storage class that it is read from. A class that charges nothing is not here. */
  readonly usdPerGbRetrieved: Readonly<Record<string, number>>;
  /** For each GB that leaves for another Region, by that Region. */
  readonly usdPerGbTransferredTo: Readonly<Record<string, number>>;
  /** For each GB that leaves under S3 Replication Time Control, beside the transfer. */
  readonly usdPerGbTimeControl?: number;
  /** For ten thousand requests to symmetric KMS keys. */
  readonly usdPerTenThousandKmsRequests: number;
  /** For an S3 Batch Operations job, as it is made. */
  readonly usdPerJob: number;
  /** For a million tasks of such a job. */
  readonly usdPerMillionTasks: number;
  /** For a million versions that S3 lists for such a job's manifest. */
  readonly usdPerMillionListed: number;
  /** When it was read, as in `2026-11-29`. */
  readonly readAt: string;
  /** Where. */
  readonly source: string;
}

/** The Region that prices are of where nothing else is said. */
export const BASE_REGION = "us-east-1";

const READ_AT = "2026-11-29";

/** @see https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-the-aws-price-list-bulk-api.html */
function priceList(region: string): string {
  return `https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonS3/current/${region}/index.json`;
}

/**
 * What is the same in each Region that was read: us-east-1, eu-west-1 and ca-central-1 for jobs (usage types BatchOperations-Jobs,
 * -Objects and -Manifest), ap-southeast-1 and the page for keys. In the other Regions it is assumed.
 * @see https://aws.amazon.com/kms/pricing/
 */
const EVERYWHERE = {
  usdPerTenThousandKmsRequests: 0.03,
  usdPerJob: 0.25,
  usdPerMillionTasks: 1,
  usdPerMillionListed: 0.015,
  usdPerGbRetrieved: { STANDARD_IA: 0.01, ONEZONE_IA: 0.01, GLACIER_IR: 0.03 },
} as const;

/** USD for a GB and month: Standard and Intelligent-Tiering's first tier, Standard-IA, One Zone-IA, Glacier IR, Glacier, Deep Archive, RRS. */
type Storage = readonly [number, number, number, number, number, number, number];
/** USD for a thousand PUTs into Standard, Glacier and Deep Archive: the others cost the same in every Region. */
type Puts = readonly [number, number, number];

function prices(
  region: string,
  [standard, standardIa, oneZoneIa, glacierIr, glacier, deepArchive, reduced]: Storage,
  [putStandard, putGlacier, putDeepArchive]: Puts,
): readonly [string, RegionPrices] {
  return [
    region,
    {
      ...EVERYWHERE,
      usdPerGbMonth: {
        STANDARD: standard,
        INTELLIGENT_TIERING: standard,
        STANDARD_IA: standardIa,
        ONEZONE_IA: oneZoneIa,
        GLACIER_IR: glacierIr,
        GLACIER: glacier,
        DEEP_ARCHIVE: deepArchive,
        REDUCED_REDUNDANCY: reduced,
      },
      usdPerThousandPuts: {
        STANDARD: putStandard,
        INTELLIGENT_TIERING: putStandard,
        REDUCED_REDUNDANCY: putStandard,
        STANDARD_IA: 0.01,
        ONEZONE_IA: 0.01,
        GLACIER_IR: 0.02,
        GLACIER: putGlacier,
        DEEP_ARCHIVE: putDeepArchive,
      },
      usdPerGbTransferredTo: transfersFrom(region),
      ...(TIME_CONTROL[region] === undefined ? {} : { usdPerGbTimeControl: TIME_CONTROL[region] }),
      readAt: READ_AT,
      source: priceList(region),
    },
  ];
}

/**
 * USD for a GB from a Region to each other one of these: usage type `<from>-<to>-AWS-Out-Bytes`. As a public record of AWS's price
 * list has it pair by pair (github.com/skyplane-project/skyplane, commit 3b82dcc1, `skyplane/data/aws_transfer_costs.csv`, with the
 * Regions that there were in the first half of 2022). The pairs that a record of the list published on 16 September 2026 has are the
 * same: ap-northeast-1 to 20 of them (github.com/John-Almos/CommitCost, commit 61194272, `engine/src/cost/aws/snapshot.json`), and
 * so were those of us-east-1, us-east-2 and eu-west-1 that were read elsewhere. A Region that opened since is not known.
 */
const PER_GB_FROM: Readonly<Record<string, number>> = {
  "af-south-1": 0.147,
  "ap-east-1": 0.09,
  "ap-northeast-1": 0.09,
  "ap-northeast-2": 0.08,
  "ap-northeast-3": 0.09,
  "ap-south-1": 0.086,
  "ap-southeast-1": 0.09,
  "ap-southeast-2": 0.098,
  "ap-southeast-3": 0.1,
  "ca-central-1": 0.02,
  "eu-central-1": 0.02,
  "eu-north-1": 0.02,
  "eu-south-1": 0.02,
  "eu-west-1": 0.02,
  "eu-west-2": 0.02,
  "eu-west-3": 0.02,
  "me-south-1": 0.1105,
  "sa-east-1": 0.138,
  "us-east-1": 0.02,
  "us-east-2": 0.02,
  "us-west-1": 0.02,
  "us-west-2": 0.02,
};

/** Pairs that differ from their Region's others, by `<from> <to>`; undefined: the record does not have it. */
const OTHER_PAIRS: Readonly<Record<string, number | undefined>> = {
  "us-east-1 us-east-2": 0.01,
  "us-east-2 us-east-1": 0.01,
  "ca-central-1 ca-west-1": 0.02,
  "ap-southeast-1 ap-southeast-3": undefined,
  "ap-southeast-3 ap-south-1": undefined,
};

function transfersFrom(from: string): Readonly<Record<string, number>> {
  const usd = PER_GB_FROM[from];
  const found = new Map<string, number>();
  if (usd !== undefined) {
    for (const to of Object.keys(PER_GB_FROM)) if (to !== from) found.set(to, usd);
  }
  for (const [pair, other] of Object.entries(OTHER_PAIRS)) {
    const [start, to = ""] = pair.split(" ");
    if (start !== from) continue;
    if (other === undefined) found.delete(to);
    else found.set(to, other);
  }
  return Object.fromEntries(found);
}

/** Usage type `<from>-<to>-S3RTC-Out-Bytes`. */
const TIME_CONTROL: Readonly<Record<string, number>> = {
  "us-east-1": 0.015,
  "eu-west-1": 0.015,
  "ca-central-1": 0.015,
};

/** By Region's name. Regions and classes that are not here are told as not known. */
export const REGION_PRICES: Readonly<Record<string, RegionPrices>> = Object.fromEntries([
  prices(
    "af-south-1",
    [0.0274, 0.0149, 0.0119, 0.005, 0.00405, 0.0018, 0.024],
    [0.006, 0.036, 0.06],
  ),
  prices("ap-east-1", [0.025, 0.0138, 0.011, 0.005, 0.0045, 0.002, 0.024], [0.005, 0.036, 0.06]),
  prices(
    "ap-east-2",
    [0.0225, 0.01242, 0.0099, 0.005, 0.0045, 0.002, 0.02376],
    [0.00423, 0.03426, 0.0585],
  ),
  prices(
    "ap-northeast-1",
    [0.025, 0.0138, 0.011, 0.005, 0.0045, 0.002, 0.0264],
    [0.0047, 0.03426, 0.065],
  ),
  prices(
    "ap-northeast-2",
    [0.025, 0.0138, 0.011, 0.005, 0.0045, 0.002, 0.0251],
    [0.0045, 0.03258, 0.06],
  ),
  prices(
    "ap-northeast-3",
    [0.025, 0.0138, 0.011, 0.005, 0.0045, 0.002, 0.0264],
    [0.0047, 0.03426, 0.065],
  ),
  prices("ap-south-1", [0.025, 0.0138, 0.011, 0.005, 0.0045, 0.002, 0.024], [0.005, 0.036, 0.07]),
  prices("ap-south-2", [0.025, 0.0138, 0.011, 0.005, 0.0045, 0.002, 0.024], [0.005, 0.036, 0.07]),
  prices(
    "ap-southeast-1",
    [0.025, 0.0138, 0.011, 0.005, 0.0045, 0.002, 0.024],
    [0.005, 0.036, 0.06],
  ),
  prices(
    "ap-southeast-2",
    [0.025, 0.0138, 0.011, 0.005, 0.0045, 0.002, 0.0264],
    [0.0055, 0.036, 0.06],
  ),
  prices(
    "ap-southeast-3",
    [0.025, 0.0138, 0.011, 0.005, 0.0045, 0.002, 0.024],
    [0.005, 0.036, 0.06],
  ),
  prices(
    "ap-southeast-4",
    [0.025, 0.0138, 0.011, 0.005, 0.0045, 0.002, 0.0264],
    [0.0055, 0.036, 0.06],
  ),
  prices(
    "ap-southeast-5",
    [0.0225, 0.01242, 0.0099, 0.0045, 0.00405, 0.0018, 0.0216],
    [0.0045, 0.0324, 0.054],
  ),
  prices(
    "ap-southeast-6",
    [0.02625, 0.01449, 0.01155, 0.00525, 0.004725, 0.0021, 0.02772],
    [0.005775, 0.0378, 0.063],
  ),
  prices(
    "ap-southeast-7",
    [0.0225, 0.01242, 0.0099, 0.0045, 0.00405, 0.0018, 0.0216],
    [0.0045, 0.0324, 0.054],
  ),
  prices(
    "ca-central-1",
    [0.025, 0.0138, 0.01104, 0.005, 0.00405, 0.0018, 0.0264],
    [0.0055, 0.033, 0.06],
  ),
  prices(
    "ca-west-1",
    [0.025, 0.0138, 0.01104, 0.005, 0.00405, 0.0018, 0.0264],
    [0.0055, 0.033, 0.06],
  ),
  prices(
    "eu-central-1",
    [0.0245, 0.0135, 0.0108, 0.005, 0.00405, 0.0018, 0.026],
    [0.0054, 0.036, 0.06],
  ),
  prices(
    "eu-central-2",
    [0.02695, 0.01485, 0.01188, 0.0055, 0.004455, 0.00198, 0.0286],
    [0.0054, 0.036, 0.06],
  ),
  prices("eu-north-1", [0.023, 0.0125, 0.01, 0.004, 0.0036, 0.00099, 0.024], [0.005, 0.033, 0.055]),
  prices(
    "eu-south-1",
    [0.024, 0.0131, 0.0105, 0.005, 0.00405, 0.0018, 0.024],
    [0.0053, 0.036, 0.06],
  ),
  prices("eu-south-2", [0.023, 0.0125, 0.01, 0.005, 0.00405, 0.0018, 0.024], [0.0053, 0.036, 0.06]),
  prices("eu-west-1", [0.023, 0.0125, 0.01, 0.004, 0.0036, 0.00099, 0.024], [0.005, 0.033, 0.055]),
  prices(
    "eu-west-2",
    [0.024, 0.0131, 0.01048, 0.005, 0.00405, 0.0018, 0.0252],
    [0.0053, 0.0318, 0.06],
  ),
  prices(
    "eu-west-3",
    [0.024, 0.0131, 0.01048, 0.005, 0.00405, 0.0018, 0.0252],
    [0.0053, 0.0318, 0.06],
  ),
  prices(
    "il-central-1",
    [0.025, 0.0138, 0.01104, 0.005, 0.00405, 0.0018, 0.0264],
    [0.0055, 0.0363, 0.0605],
  ),
  prices(
    "me-central-1",
    [0.025, 0.0138, 0.01104, 0.005, 0.00405, 0.0018, 0.0264],
    [0.0055, 0.0363, 0.0605],
  ),
  prices(
    "me-south-1",
    [0.025, 0.0138, 0.01104, 0.005, 0.00405, 0.0018, 0.0264],
    [0.0055, 0.0363, 0.0605],
  ),
  prices(
    "mx-central-1",
    [0.02415, 0.013125, 0.0105, 0.0042, 0.00378, 0.002, 0.0252],
    [0.00525, 0.0315, 0.0525],
  ),
  prices(
    "sa-east-1",
    [0.0405, 0.0221, 0.0177, 0.0083, 0.00765, 0.0032, 0.0326],
    [0.007, 0.042, 0.1],
  ),
  prices("us-east-1", [0.023, 0.0125, 0.01, 0.004, 0.0036, 0.00099, 0.024], [0.005, 0.03, 0.05]),
  prices("us-east-2", [0.023, 0.0125, 0.01, 0.004, 0.0036, 0.00099, 0.024], [0.005, 0.03, 0.05]),
  prices(
    "us-gov-east-1",
    [0.039, 0.02, 0.016, 0.0064, 0.0054, 0.0024, 0.0312],
    [0.005, 0.039, 0.065],
  ),
  prices(
    "us-gov-west-1",
    [0.039, 0.02, 0.016, 0.0064, 0.0054, 0.0024, 0.0312],
    [0.005, 0.039, 0.065],
  ),
  prices("us-west-1", [0.026, 0.0144, 0.0115, 0.005, 0.0045, 0.002, 0.0264], [0.0055, 0.033, 0.06]),
  prices("us-west-2", [0.023, 0.0125, 0.01, 0.004, 0.0036, 0.00099, 0.024], [0.005, 0.03, 0.05]),
]);
