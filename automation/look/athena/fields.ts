/** What is told of Athena. */

/** What Athena will be asked, and what that costs at most: told before anything is charged. */
export interface AthenaPlanFields {
  /** Name of the source that is looked at. */
  readonly source: string;
  /** Where inventories are joined, in the order of the config; empty with `lineage`. */
  readonly vaults: readonly AthenaPlanOfVault[];
  /** In the source's account, over the reports of its jobs: with `lineage` alone. */
  readonly reports?: AthenaPlanOfReports;
  /** What it may scan at all, as it is charged. Bytes. */
  readonly chargedBytes: number;
  /** US dollars, at most. */
  readonly usd: number;
  /** What the other sources of the same command may cost, which counts against the same budget. US dollars, at most. */
  readonly othersUsd: number;
  /**
   * How much comes to this machine: all of the source's inventory, which goes on to the vaults, once for each vault; of reports the parts that S3
   * does not tell the MD5 of. Bytes.
   */
  readonly broughtBytes: number;
  /** Of `lockstep:verdict`, with `lineage` of `lockstep:backfill`, for all sources together; null: no limit. */
  readonly budgetUsd: number | null;
}

/** What Athena will be asked in a vault's account. */
export interface AthenaPlanOfVault extends AthenaPlanOfPlace {
  /** Name of the vault in the config. */
  readonly vault: string;
}

/** What Athena will be asked in a source's account. */
export interface AthenaPlanOfReports extends AthenaPlanOfPlace {
  /** Jobs whose reports are asked of. */
  readonly jobsCount: number;
}

/** What Athena will be asked in one account. */
export interface AthenaPlanOfPlace {
  /** AWS's name of the Region. */
  readonly region: string;
  /** Whose settings and limits hold. */
  readonly workgroup: string;
  /** Where what is asked of lies for the time of the look: `s3://bucket/prefix/`. */
  readonly location: string;
  /** US dollars for 10^12 bytes. */
  readonly usdPerTbScanned: number;
  /** False: the Region's price is not known, and that of us-east-1 is taken. */
  readonly isPriceKnown: boolean;
  /** Of which day that price of AWS's is, as in `2026-09-11`; null: it is the config's. */
  readonly priceReadAt: string | null;
  /** US dollars, at most. */
  readonly usd: number;
}

/** A question that Athena has answered. */
export interface AthenaAnsweredFields {
  /** Name of the vault in whose account it was asked; absent for that of the source. */
  readonly vault?: string;
  /** Name of the source in whose account it was asked; absent for that of a vault. */
  readonly source?: string;
  /** What was asked: a file in `automation/analysis/questions/`. */
  readonly question: string;
  /** What it scanned, which may be less than was told before. Bytes. */
  readonly scannedBytes: number;
}

/** What one look of a command may cost. */
export interface AthenaShare {
  /** Name of the source that it looks at. */
  readonly source: string;
  /** US dollars, at most. */
  readonly usd: number;
}
