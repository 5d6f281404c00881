/** What is told of a backfill: the fields of the events `plan` and `trial`. */

/** What a job would do and cost. */
export interface PlanFields {
  /** AWS's, of S3 Batch Operations. The job waits. */
  jobId: string;
  /** 16 hex characters that name this plan, its manifest included: what is approved. */
  planHash: string;
  /** Who made the manifest: S3 by its generator, or Lockstep with exactly what is missing. */
  manifestBy: "generator" | "own";
  /** Versions of the manifest: tasks of the job. */
  objects: number;
  /** Versions of the manifest that are not missing anywhere: their tasks are paid for and do nothing. */
  extraObjects: number;
  /** Of the versions of the manifest, as the source's listing tells them. */
  sizeBytes: number;
  /** Promised versions that no job brings, since they are archived at the source. */
  archived: {
    /** How many. */
    versions: number;
    /** Of them together. */
    sizeBytes: number;
    /** Among all that is promised, by count: 0 to 1. */
    share: number;
  };
  /** Versions with a weaker lock than promised. */
  weakerLocked: {
    /** Of the manifest: they would keep the retention that their source version has. */
    toArrive: number;
    /** At a vault already; no job mends them. */
    atVaults: number;
  };
  /** What it costs, by list prices or those of `lockstep:backfill` prices. */
  priceUsd: {
    /** By what is charged, and for which vault. */
    lines: readonly {
      /** What is charged, as in `PUT requests into STANDARD`. */
      what: string;
      /** Name of the vault; null for what is for all of them. */
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
  /** Names of the vaults that the source's rules fill. */
  vaults: readonly string[];
  /** The version that a job of its own brings before this one may run; null where none is tried. */
  trial: {
    /** Of the object. */
    key: string;
    /** The source's, which a replica has too. */
    versionId: string;
    /** Of its content. */
    sizeBytes: number;
    /** Names of the vaults that it is promised at. */
    vaults: readonly string[];
  } | null;
}

/** What became of the one version that was brought before a job may run. */
export interface TrialFields {
  /** AWS's, of the job that waits for it. */
  jobId: string;
  /** AWS's, of the job that brought the version. */
  trialJobId: string;
  /** Of the object. */
  key: string;
  /** The source's, which a replica has too. */
  versionId: string;
  /** Names of the vaults that it is promised at. */
  vaults: readonly string[];
  /** Right at each vault, and locked as promised. False: the error `TrialFailed` tells why. */
  arrived: boolean;
}
