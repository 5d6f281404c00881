/** What is told of checksums that jobs compute, as events have it. */

/** What is read at one side. */
export interface ChecksumSidePlan {
  /** Name of the vault in the config; null for the source. */
  readonly vault: string | null;
  /** Versions that a job is yet to be made for. */
  readonly versionsCount: number;
  /** What they hold together. */
  readonly sizeBytes: number;
  /** AWS's, of jobs of an earlier run whose values are taken over, or that are carried on. */
  readonly carriedOnJobIds: readonly string[];
  /** Versions that such jobs have read, or are to read. */
  readonly carriedOnCount: number;
}

/** What jobs would read, and what that costs. */
export interface ChecksumPlanFields {
  /** The source first; those where nothing is to be read are left out. */
  sides: readonly ChecksumSidePlan[];
  /** What the jobs cost that are yet to be made, or to run, by list prices or those of `lockstep:backfill` prices. */
  priceUsd: {
    /** By what is charged, and where. */
    lines: readonly {
      /** What is charged, as in `tasks`. */
      what: string;
      /** Name of the vault; null for the source. */
      vault: string | null;
      /** That line's amount. */
      usd: number;
    }[];
    /** The sum of the lines: what the budget is held against. */
    total: number;
  };
  /** Where the prices are from, by Region. */
  prices: readonly {
    /** AWS's name of it. */
    region: string;
    /** When a list was read, as in `2026-11-29`; null for prices of the config. */
    readAt: string | null;
    /** An address, or the config's key. */
    source: string;
  }[];
  /** What AWS charges beside the lines, in words: what has no known price is named here. */
  notIncluded: readonly string[];
  /** The limit of the config; null without one. */
  budgetUsd: number | null;
}

/** One job that read. */
export interface ChecksumJob {
  /** AWS's, of S3 Batch Operations. */
  readonly jobId: string;
  /** Name of the vault that it read; absent for the source. */
  readonly vault?: string;
  /** ISO 8601, AWS's: nothing of it was read earlier. */
  readonly createdAt: string;
  /** Versions that its report has a checksum of. */
  readonly computedCount: number;
  /** An earlier run had made it: what it read may have been changed before this look. Absent: it is of this one. */
  readonly carriedOn?: true;
}

/** How contents were compared, in a verdict of level `checksum`. */
export interface LookChecksums {
  /** In the words of S3 Batch Operations. */
  readonly algorithm: "SHA256";
  /** Of this run, and of an earlier one that it carried on. None where nothing was to be read. */
  readonly jobs: readonly ChecksumJob[];
}
