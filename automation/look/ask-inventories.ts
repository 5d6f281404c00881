/** Joins what the source lists with the inventories: what the engine is asked, and what it answers. It decides nothing. */

import { randomBytes } from "node:crypto";
import { Analysis, type Row } from "../analysis/analysis";
import { deliveredRows } from "../analysis/delivered";
import { relationText, rowsText } from "../analysis/question-text";
import type { LocalInventory } from "../inventory/fetch-inventory";
import { unreadable } from "../inventory/problems";
import { isLockstepError, messageOf } from "../errors";
import type { InventoryFacts, InventoryReplica } from "../judge/judge-inventory";
import { planListed } from "../judge/judge-listed";
import { wantedUntilEpochMs } from "../judge/lock";
import type { VaultPromise } from "../judge/facts";
import type { DeployedPromise } from "../promise/deployed-promise";
import type { ListedVersion } from "../proof/source-versions";
import type { Sequence } from "../spill/sequence";
import { SpilledList } from "../spill/spilled-list";
import type { Inventories } from "./read-inventories";

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

/** What is asked. */
export interface AskOptions {
  readonly promise: DeployedPromise;
  readonly inventories: Inventories;
  /** Of the source, in its order. */
  readonly listed: Sequence<ListedVersion>;
  /** AWS's time. Milliseconds since the Unix epoch. */
  readonly nowEpochMs: number;
  readonly signal: AbortSignal;
}

/** Asks the engine, in a folder of its own. @throws LockstepError `InventoryUnreadable` for a file that is none */
export async function askInventories(
  folder: string,
  options: AskOptions,
): Promise<InventoryAnswers> {
  const { inventories, listed, nowEpochMs, promise, signal } = options;
  const analysis = await Analysis.open(folder, signal);
  try {
    // By now nobody can change what is compared.
    await analysis.set({ salt: randomBytes(32).toString("hex"), now_ms: nowEpochMs });
    await load(analysis, inventories.source, "source_rows");
    await analysis.fill("listing", LISTING, listingRows(listed));
    await analysis.keep("listed", relationText("listed"));
    await analysis.drop("listing");
    const vaults = new Map<string, VaultAnswer>();
    for (const [name, inventory] of inventories.vaults) {
      const vault = promise.vaults.get(name);
      if (vault === undefined) continue;
      await load(analysis, inventory, "vault_rows");
      await analysis.fill("expected", EXPECTED, expectedRows(listed, vault, promise));
      await analysis.define("wanted", relationText("wanted"));
      await analysis.set({ lock_mode: vault.lock.mode });
      vaults.set(name, await answerOf(analysis));
    }
    return { vaults, ...(await goneOf(analysis)) };
  } finally {
    analysis.close();
  }
}

/** A file that cannot be read is told by its name. */
async function load(analysis: Analysis, inventory: LocalInventory, table: string): Promise<void> {
  await analysis.set({ listed_bucket: inventory.listedBucket });
  const read = async (paths: readonly string[]): Promise<void> => {
    await analysis.define("delivered", deliveredRows({ ...inventory, paths }));
    await analysis.keep(table, rowsText("duckdb"));
  };
  if (inventory.paths.length === 0) {
    await analysis.define("delivered", NO_ROWS);
    await analysis.keep(table, rowsText("duckdb"));
    return;
  }
  try {
    await read(inventory.paths);
  } catch (error) {
    if (isLockstepError(error)) throw error;
    for (const [index, path] of inventory.paths.entries()) {
      const { key = "" } = inventory.files[index] ?? {};
      await read([path]).catch((cause: unknown) => {
        if (isLockstepError(cause)) throw cause;
        const [why = ""] = messageOf(cause).split("\n");
        throw unreadable(`${key} in ${inventory.bucketName}`, `cannot be read (${why})`, cause);
      });
    }
    throw error;
  }
}

/** Of a bucket without versions S3 delivers no file. */
const NO_ROWS =
  "SELECT '' AS bucket, '' AS key, '' AS version_id, false AS is_delete_marker, 0::BIGINT AS size_bytes, " +
  "0::BIGINT AS last_modified_ms, '' AS etag, '' AS storage_class, '' AS replication_status, '' AS encryption, " +
  "0::BIGINT AS retain_until_ms, '' AS lock_mode, false AS legal_hold, false AS event_hold WHERE false";

/** A table of the source's versions. */
export const LISTING = {
  place: "INTEGER",
  key: "VARCHAR",
  version_id: "VARCHAR",
  size_bytes: "DOUBLE",
  etag: "VARCHAR",
} as const;

function* listingRows(listed: Iterable<ListedVersion>) {
  let place = 0;
  for (const { etag, isDeleteMarker, key, sizeBytes, versionId } of listed) {
    if (!isDeleteMarker) {
      yield [place, key, versionId, sizeBytes, etag.replaceAll('"', "")] as const;
    }
    place++;
  }
}

/** A table of what is promised at a vault. */
export const EXPECTED = {
  place: "INTEGER",
  storage_class: "VARCHAR",
  retain_until_ms: "DOUBLE",
} as const;

/** No class is called so: what more than one class may be promised for is judged by itself. */
const SEVERAL_CLASSES = "(several)";

/** What is promised of each version at a vault, as far as its own row tells whether it is kept. */
function* expectedRows(
  listed: Iterable<ListedVersion>,
  vault: VaultPromise,
  promise: DeployedPromise,
) {
  let place = 0;
  for (const version of listed) {
    const here = place++;
    const expectation = planListed(version, promise).expected.find(
      (one) => one.vault === vault.name,
    );
    if (expectation === undefined) continue;
    const classes = new Set(
      expectation.rules.map(({ storageClass }) => storageClass ?? vault.storageClass ?? null),
    );
    const [first = null] = classes;
    const wanted = classes.size > 1 ? SEVERAL_CLASSES : first;
    yield [
      here,
      wanted,
      wantedUntilEpochMs(vault.lock, version.lastModifiedEpochMs, undefined),
    ] as const;
  }
}

async function answerOf(analysis: Analysis): Promise<VaultAnswer> {
  const candidates = new SpilledList<Candidate>();
  for await (const row of analysis.ask("candidates")) candidates.push(candidateOf(row));
  const doubled = new Set<number>();
  for await (const { place } of analysis.ask("doubled")) doubled.add(Number(place));
  let versionsCount = 0;
  for await (const row of analysis.ask("count")) versionsCount = Number(row["versions_count"]);
  return { versionsCount, candidates, doubled };
}

async function goneOf(analysis: Analysis): Promise<Pick<InventoryAnswers, "gone" | "goneCount">> {
  const gone: { key: string; versionId: string }[] = [];
  let goneCount = 0;
  for await (const row of analysis.ask("gone")) {
    goneCount = Number(row["gone_count"]);
    gone.push({ key: String(row["key"]), versionId: String(row["version_id"]) });
  }
  return { gone, goneCount };
}

function candidateOf(row: Row): Candidate {
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
  };
}

function textOf(row: Row, column: string): string | undefined {
  const value = row[column];
  return typeof value === "string" ? value : undefined;
}
