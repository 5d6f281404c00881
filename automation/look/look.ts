import type { LockstepOutputs } from "../../components/promise/outputs";
import type { StackClients } from "../aws/stack-clients";
import type { WaitLimits } from "../clock";
import type { AthenaConfig } from "../../components/config/types";
import type { Confirm, Session } from "../events";
import type { Drift, Outcome } from "../judge/outcome";
import type { LevelChoice } from "../levels/choose-level";
import type { Level } from "../levels/levels";
import type { ProofCode } from "../levels/proofs";
import type { DeployedPromise } from "../promise/deployed-promise";
import type { ListedVersion } from "../proof/source-versions";
import type { Sequence } from "../spill/sequence";
import type { LookChecksums } from "../checksum/fields";
import type { AthenaShare } from "./athena/fields";
import type { Cover } from "./cover";
import type { LookInventory } from "./inventory-fields";
import type { AnswerOfVault } from "./replica-answer";
import type { VersionHead } from "./version-head";
import type { VaultListing } from "./vault-listing";

/** How to look, and what a look finds. */

export interface LookOptions extends Session {
  /** Of the one source, as its stack tells them. */
  readonly outputs: LockstepOutputs;
  /** As `stackClients` makes them. */
  readonly clients: StackClients;
  /** Names of vaults that other sources fill as well, so that what they hold says nothing of this one. */
  readonly sharedVaults?: readonly string[];
  /** How to wait for replication to settle. */
  readonly settleLimits: WaitLimits;
  /** Versions looked at at once. */
  readonly concurrency: number;
  /** Whether annotations are compared too: one request more for each version and each annotation, at both sides. */
  readonly annotations?: boolean;
  /** How much is looked at, as `chooseLevel` answers it. Default: every version in full. */
  readonly level?: LevelChoice | undefined;
  /** With level `inventory`: Athena joins them. Default: the engine on this machine does. */
  readonly athena?: AthenaOptions | undefined;
  /** Whether what a report groups by is kept of each version. Default: false. */
  readonly traits?: boolean;
  /** With `traits`: whether mode and end of each replica's lock are kept too, which few versions share. Default: false. */
  readonly locks?: boolean;
  /** Whether what vaults said of each replica is kept. Default: false. */
  readonly answers?: boolean;
  /** Changes a look by what is known beside source and vaults, before anybody is told of it. */
  readonly amend?: (look: Look) => Promise<Look>;
  /** Leaves the roles' drift out: of interest to a verdict, and not to a lock. Default: it is looked at. */
  readonly skipsRoles?: boolean;
  /** Is given each replica that was looked at, each time. */
  readonly onReplica?: ((seen: SeenReplica) => void) | undefined;
  /** Is given each look as soon as it is there, before any verdict. */
  readonly onLook?: (look: Look) => Promise<void>;
}

/** What Athena is asked by. */
export interface AthenaOptions {
  /** Name of the source that is looked at. */
  readonly source: string;
  /** By the vault's name. */
  readonly places: Readonly<Record<string, AthenaConfig>>;
  /** What costs more, with the other looks of the command, is not begun. US dollars. Default: no limit. */
  readonly budgetUsd?: number | undefined;
  /**
   * Is told what this look may cost, and answers with what every look of the command may, once it is this one's turn to go on. Default: there
   * is no other.
   */
  readonly gather?: (share: AthenaShare) => Promise<readonly AthenaShare[]>;
  /** Is asked before anything is charged. */
  readonly confirm: Confirm;
}

/** A replica as a vault tells it, and how it has to be locked. */
export interface SeenReplica {
  /** As the source's listing shows it. */
  readonly version: ListedVersion;
  /** Name of the vault. */
  readonly vault: string;
  /** What became of it. */
  readonly outcome: Outcome;
  /** The vault's word. */
  readonly head: VersionHead;
  /** The least: by the promise, or by the source's own lock where that is stricter. */
  readonly wanted: { readonly mode: string; readonly untilEpochMs: number };
}

/** What a job said about a version: an error of its task, or that it was listed. */
export interface TaskFacts {
  /** The error of the task; absent where it was only listed. */
  readonly error?: string;
}

/** What a job said about versions, by `versionName`. A map is one. */
export type Tasks = Pick<ReadonlyMap<string, TaskFacts>, "get" | "has">;

/** One version of the source, and what became of it at each vault. */
export interface JudgedVersion {
  /** As the source's listing shows it. */
  readonly version: ListedVersion;
  /** The source's own word on its replication. */
  readonly sourceStatus?: string;
  /** Some of its annotations are still on their way, which its own status does not say. */
  readonly hasPendingAnnotations?: boolean;
  /** Looked at in full, where others were only listed. */
  readonly isSampled?: boolean;
  /** One for each vault that it is promised at; a single one where it is promised nowhere. */
  readonly outcomes: readonly Outcome[];
  /** How it would come to the vaults that lack it. Absent where none does. */
  readonly delivery?: Delivery;
  /** What a report groups by. Absent where nobody asked for it. */
  readonly traits?: VersionTraits;
  /** What the vaults that have a replica said of it. Absent where nobody asked for it. */
  readonly answers?: readonly AnswerOfVault[];
}

/** What a report groups by: few values, which many versions share. */
export interface VersionTraits {
  /** ARN of the KMS key at the source. Absent: under none, or not known. */
  readonly kmsKeyArn?: string;
  /** Where the version was looked for. */
  readonly vaults: readonly {
    /** Name of the vault. */
    readonly vault: string;
    /** Name of the promised rule that decides there; of several, where only tags tell which, all with ` or ` between them. */
    readonly rule: string;
    /** When the replica's lock ends, UTC, as in `2027-01`. Absent where it has none, or is not there. */
    readonly lockedUntilMonth?: string;
    /** Of the replica. Absent where it has none, is not there, or nobody asked for it. */
    readonly lock?: ReplicaLock;
  }[];
}

/** How a replica is locked. */
export interface ReplicaLock {
  /** Object Lock's word. */
  readonly mode: string;
  /** ISO 8601 with milliseconds. */
  readonly until: string;
}

/** What a replica of a version is made of. */
export interface Delivery {
  /** By vault: name of the promised rule that decides there. */
  readonly rules: ReadonlyMap<string, string>;
  /** Read from under a key of KMS. */
  readonly isUnderKms: boolean;
  /** The source version's own retention, which a replica keeps. Absent where it has none. */
  readonly lock?: {
    /** Object Lock's word. */
    readonly mode: string;
    /** Milliseconds since the Unix epoch. */
    readonly retainUntilEpochMs: number;
  };
}

/** A random sample of the versions that are promised. */
export interface LookSample {
  /** By which it was drawn. */
  readonly seed: string;
  /** How many were drawn. */
  readonly sizeCount: number;
  /** Of how many. */
  readonly populationCount: number;
}

/** What a look at how far the vaults are behind is measured against. */
export interface RecoveryPointObjective {
  /** How old a version may be that is not at its vaults. Milliseconds. */
  readonly objectiveMs: number;
  /** AWS's time when it was looked. Milliseconds since the Unix epoch. */
  readonly nowEpochMs: number;
}

/** The versions from some time on. */
export interface LookSince {
  /** S3's time of them, or later. Milliseconds since the Unix epoch. */
  readonly fromEpochMs: number;
  /** How many of them are promised, or may be by their tags. */
  readonly inFullCount: number;
}

/** S3's failure codes of versions, as jobs' reports told them last. A map by `versionName` is one, of a single vault. */
export interface FailureCodes {
  /**
   * Undefined where no job for the vault told one, and where a later one got on with the version.
   * @param name by `versionName`
   * @param vaultBucket name of the vault's bucket
   */
  get(name: string, vaultBucket: string): string | undefined;
  /** Names of the buckets of all vaults that the job was for which told that code. Absent: of this vault alone. */
  bucketsOf?(name: string, vaultBucket: string): readonly string[];
}

/** Replicas whose locks end in the same month. */
export interface LockedInMonth {
  /** UTC, as in `2027-01`. */
  readonly month: string;
  /** Name of the vault. */
  readonly vault: string;
  /** How many. */
  readonly versions: number;
}

/** What one way of looking finds of the versions. */
export interface SeenVersions {
  /** As in a look. */
  readonly versions: Look["versions"];
  /** As in a look. */
  readonly covers: Look["covers"];
  /** By the vault's name. */
  readonly listings: ReadonlyMap<
    string,
    Pick<VaultListing, "versionsCount" | "problem" | "isOwnerKnown">
  >;
  /** As in a look. */
  readonly lookedEpochMs?: number;
  /** As in a look. */
  readonly inventoryLocks?: readonly LockedInMonth[];
  /** What it cannot speak of though its level may. */
  readonly unproven?: readonly ProofCode[];
  /** As in a look. */
  readonly sample?: LookSample;
  /** As in a look. */
  readonly inventory?: LookInventory;
  /** As in a look. */
  readonly since?: LookSince;
  /** As in a look. */
  readonly objective?: RecoveryPointObjective;
}

/** What a source and its vaults held when they were looked at, judged against the promise. */
export interface Look {
  /** What was deployed. */
  readonly promise: DeployedPromise;
  /** Annotations were compared. */
  readonly annotations?: boolean;
  /** S3's failure codes of versions, by `versionName`, as the reports of jobs at the source tell them. Absent where nobody read them. */
  readonly failureCodes?: FailureCodes;
  /** When replicas' locks end, as the vaults' inventories tell it. Absent where nobody asked for it. */
  readonly inventoryLocks?: readonly LockedInMonth[];
  /** When the source was listed, by AWS's time. Milliseconds since the Unix epoch. */
  readonly lookedEpochMs?: number;
  /** How much was looked at. Default: every version in full. */
  readonly level?: Level;
  /** What this look cannot speak of though its level may. */
  readonly unproven?: readonly ProofCode[];
  /** Which versions were looked at in full, with level `sample`. */
  readonly sample?: LookSample;
  /** Which versions were looked at in full beside the listings, since they are new. */
  readonly since?: LookSince;
  /** How old a version may be that is not there yet. */
  readonly objective?: RecoveryPointObjective;
  /** What was gone by, with level `inventory`. */
  readonly inventory?: LookInventory;
  /** By which jobs contents were compared, with level `checksum`. */
  readonly checksums?: LookChecksums;
  /** In the order of the source's listing. */
  readonly versions: Sequence<JudgedVersion>;
  /** Live settings that differ from the promise. */
  readonly drift: readonly Drift[];
  /** What a restore by key would meet in place of a promised version. */
  readonly covers: Sequence<Cover>;
  /** Missing versions that no further job is made for, by `versionName`. */
  readonly setApart?: Pick<ReadonlySet<string>, "has">;
  /** Of vaults that hold data of this source alone. */
  readonly ownVaults: readonly string[];
  /** By the vault's name. */
  readonly listings: ReadonlyMap<string, Pick<VaultListing, "versionsCount" | "problem">>;
}
