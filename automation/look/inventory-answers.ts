/** What is answered of inventories, whichever engine is asked. */

import type { Row } from "../analysis/analysis";
import type { InventoryFacts, InventoryReplica } from "../judge/judge-inventory";
import type { LockedInMonth } from "./look";
import type { Sequence } from "../spill/sequence";

/** A version that is not plainly right at a vault: what inventories tell of it. */
export interface Candidate {
  /** Its index in the source's listing. */
  readonly place: number;
  /** The source's inventory has it, as it is listed. */
  readonly isInSource: boolean;
  /** `other`: what the vault's inventory seemed to have is another version. */
  readonly atVault: "absent" | "there" | "other";
  readonly source: InventoryFacts;
  /** Absent where it is not there. */
  readonly replica?: InventoryReplica;
}

/** What was answered of one vault. */
export interface VaultAnswer {
  /** How many versions its inventory tells. */
  readonly versionsCount: number;
  /** In the order of the listing. What is promised there and not among them is plainly right. */
  readonly candidates: Sequence<Candidate>;
  /** Indexes in the listing of what an inventory tells more than once. */
  readonly doubled: ReadonlySet<number>;
  /** When replicas' locks end. Absent where nobody asked, and with an engine that is asked no more than a verdict needs. */
  readonly lockMonths?: readonly LockedInMonth[];
}

/** What was answered of all. */
export interface InventoryAnswers {
  /** By name. */
  readonly vaults: ReadonlyMap<string, VaultAnswer>;
  /** How many versions the source's inventory tells that the source lists no more. */
  readonly goneCount: number;
  /** The first hundred of them. */
  readonly gone: readonly { readonly key: string; readonly versionId: string }[];
}

/** Of a row that the question `candidates` is answered with. */
export function candidateOf(row: Row): Candidate {
  const atVault = row["at_vault"] as Candidate["atVault"];
  return {
    place: Number(row["place"]),
    isInSource: row["is_in_source"] === true,
    atVault,
    source: factsOf(row, "source"),
    ...(atVault === "there"
      ? {
          replica: {
            ...factsOf(row, "vault"),
            sizeBytes: Number(row["vault_size_bytes"]),
            etag: `"${textOf(row, "vault_etag") ?? ""}"`,
            storageClass: textOf(row, "vault_storage_class") ?? "STANDARD",
          },
        }
      : {}),
  };
}

function factsOf(row: Row, side: "source" | "vault"): InventoryFacts {
  const until = row[`${side}_retain_until_ms`];
  return {
    replicationStatus: textOf(row, `${side}_replication_status`),
    encryption: textOf(row, `${side}_encryption`),
    lockMode: textOf(row, `${side}_lock_mode`),
    retainUntilEpochMs: typeof until === "number" ? until : undefined,
    isOnLegalHold: row[`${side}_legal_hold`] === true,
    isOnEventHold: row[`${side}_event_hold`] === true,
    checksumAlgorithm: textOf(row, `${side}_checksum_algorithm`),
  };
}

function textOf(row: Row, column: string): string | undefined {
  const value = row[column];
  return typeof value === "string" ? value : undefined;
}
