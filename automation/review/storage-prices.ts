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

/** Prices differ from Region to Region: one that is not here is told as not priced, by its name. */
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
  // Usage types APS1-TimedStorage-ByteHrs, -SIA-ByteHrs and -GIR-ByteHrs of AWS's Pricing API, as a public record has its answers.
  "ap-southeast-1": {
    usdPerGbMonth: { STANDARD: 0.025, STANDARD_IA: 0.0138, GLACIER_IR: 0.005 },
    readAt: "2026-08-12",
    source: "AWS Pricing API, regionCode ap-southeast-1",
  },
};
