/** What events say of a look: verdict, guard, roles, and the copy of the promise. */

import type { LookChecksums } from "./checksum/fields";
import type { Drift, GuardLoss, OutcomeCode, OutcomeKind, VaultCounts } from "./judge/outcome";
import type { Level } from "./levels/levels";
import type { ProofCode } from "./levels/proofs";
import type { Cover } from "./look/cover";
import type { LookInventory } from "./look/inventory-fields";

/** What a look at the vaults' own protections found. Names of vaults are those of the config. */
export interface GuardFields {
  /** Vaults that were looked at. */
  readonly checked: readonly string[];
  /** Vaults whose protections are another team's, or were deployed by an earlier version: nothing is said of them. */
  readonly unknown: readonly string[];
  /** Everything that is not as deployed. */
  readonly losses: readonly GuardLoss[];
}

/** A copy of a promise in the operations bucket beside a vault. */
export interface PromiseCopyFields {
  /** Name of the vault in the config. */
  readonly vault: string;
  /** Name of the operations bucket. */
  readonly bucket: string;
  /** Of the copy; has the promise's digest in it. */
  readonly key: string;
  /** S3's, of the version that was read. */
  readonly versionId: string;
  /** ISO 8601; AWS's date. */
  readonly writtenAt: string;
}

/** What a verdict does not speak of, so that nobody takes it for proven. */
export type NotProven = "annotations" | "roles";

/** What a look at the roles of the sources found. Names of sources are those of the config. */
export interface RolesFields {
  /** Sources whose roles were looked at. */
  readonly checked: readonly string[];
  /** Sources that an earlier version deployed, which did not write down how their roles were: nothing is said of them. */
  readonly unknown: readonly string[];
  /** Everything that is not as deployed. */
  readonly drift: readonly Drift[];
}

/**
 * What a look ends with, for one source. Counts are versions: one counts by its worst outcome over all vaults; `vaults` counts
 * each vault by itself.
 */
export interface VerdictFields {
  /** Name of the source in the config; absent in the closing verdict over several sources. */
  source?: string;
  /** Names of the sources that a closing verdict is over, in the order of the config; absent in the verdict of one. */
  sources?: readonly string[];
  /** Nothing is wrong but what the config accepts: no version, no count, no setting, no guard, nothing on top. */
  clean: boolean;
  /** Digest of the promise that was looked for; absent over several sources. */
  promiseDigest?: string;
  /** Where the promise was taken from when the stack's state tells nothing; absent otherwise. */
  promiseCopy?: PromiseCopyFields;
  /** Right at every vault that they are promised at: content, lock, key, class and owner. */
  proven: number;
  /** `not-applicable` and `unprotected` together. */
  ineligible: number;
  /** Promised, and missing or wrong at a vault. */
  failed: number;
  /** Not promised at all: delete markers and what no rule takes. */
  notApplicable?: number;
  /** Data that no replica guards, accepted or not. */
  unprotected?: number;
  /** Were locked as promised; the time is over. */
  lapsed?: number;
  /** Nobody can say: something of it could not be read. */
  unverifiable?: number;
  /** Each vault by itself, under its name in the config. */
  vaults?: readonly VaultCounts[];
  /** Live settings that differ from the promise. Absent over several sources. */
  drift?: readonly Drift[];
  /** Protections that vaults have lost. Absent over several sources. */
  guard?: readonly GuardLoss[];
  /** The first hundred of what lies on top of promised versions; `vaults` counts all of them. */
  onTop?: readonly Cover[];
  /** The source has no version that is promised anywhere, and the vaults have none either. */
  empty?: boolean;
  /** In a closing verdict over several sources: names of those of which that is so. Absent where there are none. */
  emptySources?: readonly string[];
  /** Versions that the source calls FAILED, whatever the vaults say; absent when there are none. */
  sourceFailedCount?: number;
  /** The first hundred of them. */
  sourceFailed?: readonly {
    /** Of the object. */
    key: string;
    /** The source's; `null` (the word) for a version made before versioning was on. */
    versionId: string;
  }[];
  /** The four counts that have to agree; null where there was no job to count. */
  counts: {
    /** Rows of the job's manifest. */
    manifest: number | null;
    /** Tasks of the job. */
    job: number | null;
    /** Rows of the job's report. */
    report: number | null;
    /** Versions of the job that are in every vault where it could bring them. */
    vault: number | null;
  };
  /** Counts or rows of manifest, job, report and vaults differ: `disagreements` names which. Absent where none do, or none were had. */
  countsDiffer?: boolean;
  /**
   * Versions of the job that the source has no more: deleted for good since its manifest was made. They keep no verdict from being clean,
   * but where one whose task succeeded is not at its vaults. Absent where there are none, and for a look without a job.
   */
  goneSince?: {
    /** How many. */
    count: number;
    /** Of how many the tasks succeeded; null where the report could not be read. */
    succeededCount: number | null;
    /** How many, the failed ones left out, are at each vault where their keys promise them. */
    atVaultCount: number;
  };
  /** How many of `ineligible` by code, as in `out-of-scope`. */
  ineligibleReasons: Readonly<Record<string, number>>;
  /** The first hundred outcomes that stand in the way of a clean verdict; with `source` in a closing verdict over several. */
  failures: readonly {
    /** Of the object. */
    key: string;
    /** The source's; `null` (the word) for a version made before versioning was on. */
    versionId: string;
    /** Name of the vault in the config. */
    vault?: string;
    /** Who has to do something. */
    kind?: OutcomeKind;
    /** What is wrong. */
    code?: OutcomeCode;
    /** In words. */
    cause: string;
    /** Name of the source in the config. */
    source?: string;
  }[];
  /** In words: counts that differ, vaults that cannot be listed, or that nothing is proven. Empty in a clean verdict. */
  disagreements: readonly string[];
  /** What was not looked at. It does not stand in the way of a clean verdict. */
  notProven?: readonly NotProven[];
  /** How much was looked at; absent over several sources that were looked at by different levels. */
  level?: Level;
  /** What a clean verdict proves, in codes of `docs/levels.md`. Of nothing else does `clean` speak. */
  proves?: readonly ProofCode[];
  /** What it says nothing of. Every code is in one of both. */
  doesNotProve?: readonly ProofCode[];
  /** The sample that was looked at in full, and what it says of all. With level `sample` alone; absent over several sources. */
  sample?: {
    /** How many were drawn: as many as were asked for, or all. */
    sizeCount: number;
    /** Of how many: promised versions, and those that may be promised by their tags. */
    populationCount: number;
    /** How many of the drawn ones keep the verdict from being clean. */
    wrongCount: number;
    /** By which they were drawn; given as `--sample-seed` it draws the same of the same versions. */
    seed: string;
    /** 0.95: of so many of all samples `maxShareWrong` is not too small. */
    confidence: number;
    /** At most this share of all is wrong, 0 to 1. */
    maxShareWrong: number;
  };
  /** What was looked at in full beside the listings (`--since`). Absent otherwise, and over several sources. */
  since?: {
    /** ISO 8601: versions that S3 calls as new as this, or newer. */
    from: string;
    /** How many of them are promised, or may be by their tags. */
    inFullCount: number;
  };
  /** How far the vaults are behind, against an objective (`--rpo`). Absent without one, and over several sources. */
  recoveryPoint?: {
    /** How old a version may be that is not at its vaults. */
    objectiveSeconds: number;
    /** The age of the oldest version that is not at its vaults, by AWS's time; 0 where all are. */
    gapSeconds: number;
    /**
     * Nothing that is promised and older than the objective is missing, and nothing that only the source could bring is given up. As
     * `clean` it speaks of what the level proves alone; false as well where that is not known.
     */
    met: boolean;
    /**
     * Promised, not there, and older than the objective, or brought by nothing: replication has failed, or an earlier report, an
     * archive or a key is said to stand in the way. Each vault counts by itself; what the configuration accepts does not count.
     */
    behindCount: number;
    /** Not there yet, and younger: they do not stand in the way of a clean verdict. */
    onTheWayCount: number;
    /** The oldest of both. Absent where all are there. */
    oldest?: {
      /** Of the object. */
      key: string;
      /** The source's. */
      versionId: string;
      /** Name of the vault in the config. */
      vault?: string;
      /** ISO 8601; S3's. */
      lastModified: string;
    };
    /** Of what nobody can say whether it is behind. Absent where there is nothing of that kind. */
    notKnown?: {
      /** Names of the vaults that could not be listed to their end, which may lack anything. */
      vaults: readonly string[];
      /** How many versions that are older than the objective, by code; each vault counts by itself. */
      versions: Readonly<Partial<Record<OutcomeCode, number>>>;
    };
  };
  /** By which jobs contents were compared. With level `checksum` alone; absent over several sources. */
  checksums?: LookChecksums;
  /** The inventories that were gone by. With level `inventory` alone; absent over several sources. */
  inventory?: LookInventory;
  /** AWS's, of S3 Batch Operations; absent for a look without a job, and over several sources. */
  jobId?: string;
}
