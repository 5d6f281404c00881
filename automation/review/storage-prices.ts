/** List prices of one Region, as somebody read them. */
export interface RegionPrices {
  /** First tier in USD, for each GB and month, by storage class. A class that is not here has no price that we know. */
  readonly usdPerGbMonth: Readonly<Record<string, number>>;
  /** For each GB that S3 Replication Time Control carries out of the Region; absent where it is not known. */
  readonly timeControlUsdPerGb?: number;
  /** When it was read, and where. */
  readonly readAt: string;
  readonly source: string;
}

/** The Region that prices are of where nothing else is said. */
export const BASE_REGION = "us-east-1";

/** Of a Region where the answers of AWS's price list are known for one class, as public records have them. */
function standardOnly(region: string, usd: number, readAt: string): RegionPrices {
  return { usdPerGbMonth: { STANDARD: usd }, readAt, source: priceList(region) };
}

/** @see https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-the-aws-price-list-bulk-api.html */
function priceList(region: string): string {
  return `https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonS3/current/${region}/index.json`;
}

/** Prices differ from Region to Region, and by class: one that is not here is told as not known, by its name. */
export const REGION_PRICES: Readonly<Record<string, RegionPrices>> = {
  "us-east-1": {
    usdPerGbMonth: {
      STANDARD: 0.023,
      STANDARD_IA: 0.0125,
      ONEZONE_IA: 0.01,
      GLACIER_IR: 0.004,
      GLACIER: 0.0036,
      DEEP_ARCHIVE: 0.00099,
    },
    timeControlUsdPerGb: 0.015,
    readAt: "2025-10-28",
    source:
      "AWS Pricing API, regionCode us-east-1, STANDARD to GLACIER_IR; the rest of https://aws.amazon.com/s3/pricing/, undated",
  },
  "us-east-2": {
    usdPerGbMonth: { STANDARD: 0.023, STANDARD_IA: 0.0125 },
    readAt: "2026-07-23",
    source: priceList("us-east-2"),
  },
  "us-west-2": standardOnly("us-west-2", 0.023, "2026-09-18"),
  "ap-northeast-1": {
    usdPerGbMonth: {
      STANDARD: 0.025,
      STANDARD_IA: 0.0138,
      ONEZONE_IA: 0.011,
      GLACIER_IR: 0.005,
      GLACIER: 0.0045,
    },
    readAt: "2026-08-18",
    source: priceList("ap-northeast-1"),
  },
  "ap-northeast-2": standardOnly("ap-northeast-2", 0.025, "2026-09-01"),
  "ap-northeast-3": standardOnly("ap-northeast-3", 0.025, "2026-09-18"),
  "ap-south-1": standardOnly("ap-south-1", 0.025, "2026-09-28"),
  // Usage types APS1-TimedStorage-ByteHrs, -SIA-ByteHrs and -GIR-ByteHrs of AWS's Pricing API, as a public record has its answers.
  "ap-southeast-1": {
    usdPerGbMonth: { STANDARD: 0.025, STANDARD_IA: 0.0138, GLACIER_IR: 0.005 },
    readAt: "2026-08-12",
    source: "AWS Pricing API, regionCode ap-southeast-1",
  },
  "ap-southeast-2": standardOnly("ap-southeast-2", 0.025, "2026-08-31"),
  "ap-southeast-5": standardOnly("ap-southeast-5", 0.0225, "2026-07-20"),
  "ap-southeast-7": standardOnly("ap-southeast-7", 0.0225, "2026-07-20"),
  "eu-central-1": standardOnly("eu-central-1", 0.0245, "2026-09-28"),
  "eu-west-1": standardOnly("eu-west-1", 0.023, "2026-09-06"),
  "eu-west-2": standardOnly("eu-west-2", 0.024, "2026-08-14"),
  "eu-west-3": standardOnly("eu-west-3", 0.024, "2026-09-26"),
  "sa-east-1": standardOnly("sa-east-1", 0.0405, "2026-09-16"),
};
