/** What a relock tells, as its event has it. */

/** A replica whose lock was not extended. */
export interface RelockFailure {
  /** Name of the vault; absent where the event names it. */
  vault?: string;
  /** Of the object. */
  key: string;
  /** The source's, which a replica has too. */
  versionId: string;
  /** In words. */
  why: string;
}

/** What `relock` came to. */
export interface RelockFields {
  /** Name of the source in the config; absent in the closing one over several, and from the library. */
  source?: string;
  /** Versions at vaults whose lock a job extended, by a look at the vault afterwards. */
  extended: number;
  /** Versions at vaults that were locked as promised, and for long enough. */
  enoughAlready: number;
  /** Versions at vaults whose lock had to be extended and was not. */
  failed: number;
  /** The first hundred of them. */
  failures: readonly RelockFailure[];
}

/** As many failures are named one by one. */
export const FAILURES_LIMIT = 100;
