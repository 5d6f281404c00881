/** Prices of one's own in place of the list's, by Region: a discount, another tier, or a price that the list does not have. */

import { z } from "zod";
import { STORAGE_CLASSES } from "./closed-lists";
import { expected, oneOf, region } from "./value-shapes";

const usd = z
  .number({ error: expected("an amount in US dollars") })
  .nonnegative({ error: expected("an amount of 0 US dollars or more") });

const byClass = (what: string) =>
  z
    .partialRecord(oneOf(STORAGE_CLASSES), usd, {
      error: expected("prices by storage class, as in { STANDARD: 0.02 }"),
    })
    .optional()
    .describe(what);

const byRegion = (what: string) =>
  z
    .record(region, usd, { error: expected("prices by Region, as in { eu-central-1: 0.02 }") })
    .optional()
    .describe(what);

const amount = (what: string) => usd.optional().describe(what);

const regionPrices = z.strictObject(
  {
    usdPerGbMonth: byClass("Storage: for each GB and month, by class. US dollars."),
    usdPerThousandPuts: byClass("For a thousand PUT requests, by class. US dollars."),
    usdPerGbRetrieved: byClass("For each GB read from the source, by its class. US dollars."),
    usdPerGbTransferredTo: byRegion("For each GB that leaves for a Region. US dollars."),
    usdPerGbTimeControl: amount(
      "For each GB that leaves under Replication Time Control. US dollars.",
    ),
    usdPerTenThousandKmsRequests: amount("For ten thousand requests to KMS. US dollars."),
    usdPerJob: amount("For an S3 Batch Operations job. US dollars."),
    usdPerMillionTasks: amount("For a million tasks of a job. US dollars."),
    usdPerGbChecksummed: amount(
      "For each GB that a job reads to compute checksums (`verify --level checksum`). US dollars.",
    ),
    usdPerMillionListed: amount("For a million versions that S3 lists for a manifest. US dollars."),
  },
  { error: expected("prices of a Region, as in { usdPerGbMonth: { STANDARD: 0.02 } }") },
);

/** The members of a Region's prices, for `did you mean`. */
export const PRICE_KEYS: readonly string[] = Object.keys(regionPrices.shape);

export const pricesShape = z
  .record(region, regionPrices, {
    error: expected("prices by Region, as in { eu-west-1: { usdPerGbMonth: { STANDARD: 0.02 } } }"),
  })
  .optional()
  .describe(
    "Prices by Region in place of the list prices that a backfill is priced with, and those that the list does not have. Default: list prices.",
  );

/** Prices of a Region that stand in place of list prices. US dollars; what is absent is as in the list. */
export interface RegionPricesConfig {
  /** For each GB and month, by storage class. */
  usdPerGbMonth?: Record<string, number>;
  /** For a thousand PUT requests, by the storage class that is written. */
  usdPerThousandPuts?: Record<string, number>;
  /** For each GB that is read from the source, by its storage class. */
  usdPerGbRetrieved?: Record<string, number>;
  /** For each GB that leaves for another Region, by that Region. */
  usdPerGbTransferredTo?: Record<string, number>;
  /** For each GB that leaves under S3 Replication Time Control, beside the transfer. */
  usdPerGbTimeControl?: number;
  /** For ten thousand requests to symmetric KMS keys. */
  usdPerTenThousandKmsRequests?: number;
  /** For an S3 Batch Operations job, as it is made. */
  usdPerJob?: number;
  /** For a million tasks of a job. */
  usdPerMillionTasks?: number;
  /** For each GB that a job reads to compute checksums. The list does not have it. */
  usdPerGbChecksummed?: number;
  /** For a million versions that S3 lists for a job's manifest. */
  usdPerMillionListed?: number;
}
